//! The process of a file, as the file has it.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{BpmnCause, BpmnFault, Why};
use super::model::{Kind, Model, Node, unexpressed};
use super::own::{Own, Slugs};
use crate::nets::XmlElement;
use crate::workflow::RoleCode;

const MOST_NODES: usize = 5_000;
const MOST_FLOWS: usize = 20_000;

/// Reads the process of a file: the one with the most elements if there are several.
pub(super) fn model(root: &XmlElement, own: &Own) -> Result<Model, BpmnFault> {
    if root.name() != "definitions" {
        let cause = BpmnCause::NotBpmn(root.name().chars().take(40).collect());
        return Err(BpmnFault::new(root.line, cause));
    }
    let processes: Vec<&XmlElement> = root.named("process").collect();
    let Some(process) = processes.iter().rev().max_by_key(|process| process.children.len()) else {
        return Err(BpmnFault::new(root.line, BpmnCause::NoProcess));
    };
    let mut reader = Reader {
        own,
        model: Model::default(),
        numbers: BTreeMap::new(),
    };
    let pools: Vec<&XmlElement> = root
        .named("collaboration")
        .flat_map(|own| own.named("participant"))
        .collect();
    let id = process.attribute("id");
    let is_own = |pool: &&&XmlElement| pool.attribute("processRef").map(local) == id && id.is_some();
    let pool = pools.iter().find(is_own);
    let name = |element: &XmlElement| {
        element
            .attribute("name")
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
    };
    reader.model.title = pool
        .and_then(|pool| name(pool))
        .or_else(|| name(process))
        .unwrap_or_default();
    for other in pools
        .iter()
        .filter(|other| pool.is_none_or(|pool| !std::ptr::eq(**other, *pool)))
    {
        reader.model.unexpressed.push(unexpressed(other, Why::OtherPool));
    }
    let is_pool = |process: &XmlElement| {
        pools
            .iter()
            .any(|pool| pool.attribute("processRef").map(local) == process.attribute("id"))
    };
    for other in processes
        .iter()
        .filter(|other| !std::ptr::eq(**other, *process) && !is_pool(other))
    {
        reader.model.unexpressed.push(unexpressed(other, Why::OtherPool));
    }
    for message in root.named("collaboration").flat_map(|own| own.named("messageFlow")) {
        reader.model.unexpressed.push(unexpressed(message, Why::Message));
    }
    reader.nodes(process)?;
    reader.flows(process)?;
    reader.lanes(process);
    Ok(reader.model)
}

/// An id without the prefix of its namespace.
fn local(id: &str) -> &str {
    let id = id.trim();
    id.rsplit_once(':').map_or(id, |(_, id)| id)
}

struct Reader<'a> {
    own: &'a Own,
    model: Model,
    numbers: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn nodes(&mut self, process: &XmlElement) -> Result<(), BpmnFault> {
        let mut has_start = false;
        for element in &process.children {
            let Some((mut kind, why)) = kind(element, self.own) else {
                continue;
            };
            let mut said = why;
            if kind == Kind::Start && std::mem::replace(&mut has_start, true) {
                (kind, said) = (Kind::Gone, Some(Why::SecondStart));
            }
            if let Some(why) = said {
                self.model.unexpressed.push(unexpressed(element, why));
            }
            let loops = ["multiInstanceLoopCharacteristics", "standardLoopCharacteristics"];
            if kind == Kind::Task && loops.iter().any(|name| element.child(name).is_some()) {
                self.model.unexpressed.push(unexpressed(element, Why::Repeated));
            }
            let number = self.model.nodes.len();
            if number >= MOST_NODES {
                let (what, limit) = ("elements", MOST_NODES);
                return Err(BpmnFault::new(element.line, BpmnCause::TooMany { what, limit }));
            }
            let id = element.attribute("id").unwrap_or_default().trim().to_owned();
            if let Some(first) = self.numbers.insert(id.clone(), number).filter(|_| !id.is_empty()) {
                let first = self.model.node(first).map_or(0, |node| node.line);
                return Err(BpmnFault::new(element.line, BpmnCause::DuplicateId { id, first }));
            }
            let own = (kind == Kind::Task).then(|| self.own.step(element, &mut self.model.unexpressed));
            self.model.nodes.push(Node {
                id,
                name: element.attribute("name").unwrap_or_default().trim().to_owned(),
                element: element.name().to_owned(),
                line: element.line,
                kind,
                role: None,
                waits: element.name() == "intermediateCatchEvent",
                own: own.flatten(),
                out: Vec::new(),
                into: Vec::new(),
            });
        }
        Ok(())
    }

    fn flows(&mut self, process: &XmlElement) -> Result<(), BpmnFault> {
        // The flows that are taken when no other one is.
        let defaults: BTreeSet<&str> = process
            .children
            .iter()
            .filter_map(|own| own.attribute("default"))
            .collect();
        for element in process.named("sequenceFlow") {
            let end = |name: &str| {
                element
                    .attribute(name)
                    .and_then(|id| self.numbers.get(id.trim()))
                    .copied()
            };
            let (Some(from), Some(to)) = (end("sourceRef"), end("targetRef")) else {
                self.model.unexpressed.push(unexpressed(element, Why::BrokenFlow));
                continue;
            };
            if self.model.flows.len() >= MOST_FLOWS {
                let (what, limit) = ("flows", MOST_FLOWS);
                return Err(BpmnFault::new(element.line, BpmnCause::TooMany { what, limit }));
            }
            if [from, to].iter().any(|node| self.model.kind(*node) == Kind::Gone) {
                continue;
            }
            let flow = self.model.add_flow(from, to);
            let is_default = element.attribute("id").is_some_and(|id| defaults.contains(id));
            let conditional = is_default || element.child("conditionExpression").is_some();
            let name = element.attribute("name").map(str::trim).filter(|name| !name.is_empty());
            if let Some(flow) = self.model.flows.get_mut(flow) {
                name.unwrap_or_default().clone_into(&mut flow.name);
                flow.conditional = conditional;
                flow.named = element.attribute(&self.own.name("to")).map(str::to_owned);
            }
        }
        Ok(())
    }

    fn lanes(&mut self, process: &XmlElement) {
        let mut known = BTreeSet::new();
        let mut slugs = Slugs::default();
        let sets = process.named("laneSet").flat_map(|set| set.named("lane"));
        let mut open: Vec<&XmlElement> = sets.collect();
        open.reverse();
        while let Some(lane) = open.pop() {
            let name = lane.attribute("name").unwrap_or_default().trim();
            let role = match lane.attribute(&self.own.name("role")) {
                Some(code) => Some(code.to_owned()).filter(|code| !code.is_empty()),
                None if name.is_empty() => None,
                None => Some(slugs.of(name)),
            };
            let role = role.map(RoleCode::new);
            if let Some(role) = &role
                && known.insert(role.clone())
            {
                self.model.roles.push((role.clone(), name.to_owned()));
            }
            for element in lane.named("flowNodeRef") {
                let node = self.numbers.get(element.text().trim());
                if let Some(node) = node.and_then(|node| self.model.nodes.get_mut(*node)) {
                    node.role.clone_from(&role);
                }
            }
            // Lanes in this one come after it, so that the innermost one counts.
            let inner: Vec<&XmlElement> = lane.named("childLaneSet").flat_map(|set| set.named("lane")).collect();
            open.extend(inner.into_iter().rev());
        }
    }
}

/// What an element is, and why it does not come in as it is; `None` for what is no node.
fn kind(element: &XmlElement, own: &Own) -> Option<(Kind, Option<Why>)> {
    Some(match element.name() {
        "startEvent" => (Kind::Start, None),
        "endEvent" => (Kind::End(own.end(element)), None),
        "task" | "userTask" | "manualTask" | "serviceTask" | "scriptTask" | "businessRuleTask" | "sendTask"
        | "receiveTask" => (Kind::Task, None),
        "callActivity" => (Kind::Task, Some(Why::Call)),
        "subProcess" if element.attribute("triggeredByEvent") == Some("true") => (Kind::Gone, Some(Why::Subprocess)),
        "subProcess" | "transaction" | "adHocSubProcess" => (Kind::Task, Some(Why::Subprocess)),
        "intermediateCatchEvent" => (Kind::Task, Some(Why::Waiting)),
        "intermediateThrowEvent" => (Kind::Xor, Some(Why::Sending)),
        "boundaryEvent" => (Kind::Gone, Some(Why::BoundaryEvent)),
        "exclusiveGateway" => (Kind::Xor, None),
        "inclusiveGateway" | "complexGateway" => (Kind::Xor, Some(Why::Gateway)),
        "eventBasedGateway" => (Kind::Xor, Some(Why::EventGateway)),
        "parallelGateway" => (Kind::And, None),
        "dataObjectReference" | "dataStoreReference" => (Kind::Gone, Some(Why::Data)),
        "textAnnotation" => (Kind::Gone, Some(Why::Annotation)),
        "sequenceFlow" | "laneSet" | "extensionElements" | "documentation" | "association" | "dataObject" | "group"
        | "ioSpecification" | "property" | "auditing" | "monitoring" | "category" | "supports" => return None,
        _ => (Kind::Gone, Some(Why::Unknown)),
    })
}
