//! The file: pool, lanes, elements, and the picture of them.

use super::graph::{Graph, Kind};
use super::lines::Line;
use super::place::{LABEL, LABEL_LINE, Places, Shape, label_lines};
use super::{BpmnWords, NAMESPACE};
use crate::nets::{XmlIds, XmlWriter};
use crate::workflow::{Clock, End, RoleCode, Step, StepTable, StepTime, TimeLimit, TimeUnit};

/// The name of a task: its code, then what is done.
pub(super) fn task_name(step: &Step) -> String {
    format!("{}. {}", step.code, step.name)
}

/// The name of an end in the attribute of our own namespace.
pub(in crate::bpmn) const fn end_word(end: End) -> &'static str {
    match end {
        End::Completed => "completed",
        End::Refused => "refused",
        End::Withdrawn => "withdrawn",
    }
}

pub(in crate::bpmn) const fn unit_word(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::WorkingDay => "working_day",
        TimeUnit::CalendarDay => "calendar_day",
        TimeUnit::WorkingHour => "working_hour",
        TimeUnit::ClockHour => "clock_hour",
    }
}

/// XmlIds of what is no node.
struct Names {
    pool: String,
    process: String,
    lanes: Vec<String>,
}

pub(super) struct File<'a> {
    pub(super) table: &'a StepTable,
    pub(super) words: &'a BpmnWords<'a>,
    pub(super) graph: &'a Graph,
    pub(super) places: &'a Places,
    pub(super) lines: &'a [Line],
    /// What people call the role of each lane.
    pub(super) lanes: &'a [String],
}

impl File<'_> {
    pub(super) fn write(&self, mut ids: XmlIds) -> String {
        let mut out = XmlWriter::default();
        let namespaces = [
            ("xmlns:bpmn", Some("http://www.omg.org/spec/BPMN/20100524/MODEL")),
            ("xmlns:bpmndi", Some("http://www.omg.org/spec/BPMN/20100524/DI")),
            ("xmlns:dc", Some("http://www.omg.org/spec/DD/20100524/DC")),
            ("xmlns:di", Some("http://www.omg.org/spec/DD/20100524/DI")),
            ("xmlns:quytrinh", Some(NAMESPACE)),
            ("id", Some("definitions")),
            ("targetNamespace", Some(NAMESPACE)),
            ("exporter", Some("quytrinh")),
        ];
        let lane = |role: &Option<RoleCode>| format!("lane_{}", role.as_ref().map_or("", RoleCode::as_str));
        let names = Names {
            pool: ids.take("pool"),
            process: ids.take("process"),
            lanes: self.graph.lanes.iter().map(|role| ids.take(&lane(role))).collect(),
        };
        out.open("bpmn:definitions", &namespaces);
        let [collaboration, lanes, diagram, plane] =
            ["collaboration", "lanes", "diagram", "plane"].map(|wanted| ids.take(wanted));
        out.open("bpmn:collaboration", &[("id", Some(&collaboration))]);
        let pool = [
            ("id", Some(names.pool.as_str())),
            ("name", Some(self.words.title)),
            ("processRef", Some(&names.process)),
        ];
        out.empty("bpmn:participant", &pool);
        out.close();
        self.process(&mut out, &names, &lanes);
        out.open("bpmndi:BPMNDiagram", &[("id", Some(&diagram))]);
        let plane = [("id", Some(plane.as_str())), ("bpmnElement", Some(&collaboration))];
        out.open("bpmndi:BPMNPlane", &plane);
        self.picture(&mut out, &names, &mut ids);
        out.finish()
    }

    fn process(&self, out: &mut XmlWriter, names: &Names, lanes: &str) {
        let head = [
            ("id", Some(names.process.as_str())),
            ("name", Some(self.words.title)),
            ("isExecutable", Some("false")),
        ];
        out.open("bpmn:process", &head);
        self.durations(out);
        out.open("bpmn:laneSet", &[("id", Some(lanes))]);
        for (number, (role, id)) in self.graph.lanes.iter().zip(&names.lanes).enumerate() {
            let head = [
                ("id", Some(id.as_str())),
                ("name", self.lanes.get(number).map(String::as_str)),
                // Empty for the lane of steps without a role.
                ("quytrinh:role", Some(role.as_ref().map_or("", RoleCode::as_str))),
            ];
            out.open("bpmn:lane", &head);
            for (at, node) in self.graph.nodes.iter().enumerate() {
                if self.graph.cell_of(at).is_some_and(|cell| cell.lane == number) {
                    out.text("bpmn:flowNodeRef", &node.id);
                }
            }
            out.close();
        }
        out.close();
        let mut flows: Vec<(Vec<&str>, Vec<&str>)> = vec![Default::default(); self.graph.nodes.len()];
        for flow in &self.graph.flows {
            if let Some((_, leaving)) = flows.get_mut(flow.from) {
                leaving.push(&flow.id);
            }
            if let Some((entering, _)) = flows.get_mut(flow.to) {
                entering.push(&flow.id);
            }
        }
        for (node, (entering, leaving)) in self.graph.nodes.iter().zip(flows) {
            self.node(out, (&node.id, node.kind), &entering, &leaving);
        }
        for flow in &self.graph.flows {
            let id = |node: usize| self.graph.node(node).map(|node| node.id.as_str());
            let attributes = [
                ("id", Some(flow.id.as_str())),
                ("name", Some(flow.name.as_str()).filter(|name| !name.is_empty())),
                ("sourceRef", id(flow.from)),
                ("targetRef", id(flow.to)),
                ("quytrinh:to", flow.named.as_deref()),
            ];
            out.empty("bpmn:sequenceFlow", &attributes);
        }
        out.close();
    }

    fn node(&self, out: &mut XmlWriter, (id, kind): (&str, Kind), entering: &[&str], leaving: &[&str]) {
        let step = match kind {
            Kind::Task(row) => self.table.steps.get(row),
            Kind::Start | Kind::Merge | Kind::Skip | Kind::Choice | Kind::Fork | Kind::Join | Kind::End(_) => None,
        };
        let name = step.map(task_name);
        let (element, name, direction, end) = match kind {
            Kind::Start => ("bpmn:startEvent", Some(self.words.start), None, None),
            Kind::Task(_) if step.is_some_and(|step| step.clock == Clock::Paused) => {
                ("bpmn:receiveTask", name.as_deref(), None, None)
            }
            Kind::Task(_) => ("bpmn:userTask", name.as_deref(), None, None),
            Kind::Merge => ("bpmn:exclusiveGateway", None, Some("Converging"), None),
            Kind::Skip | Kind::Choice => ("bpmn:exclusiveGateway", None, Some("Diverging"), None),
            Kind::Fork => ("bpmn:parallelGateway", None, Some("Diverging"), None),
            Kind::Join => ("bpmn:parallelGateway", None, Some("Converging"), None),
            Kind::End(end) => ("bpmn:endEvent", Some(self.words.end(end)), None, Some(end_word(end))),
        };
        let attributes = [
            ("id", Some(id)),
            ("name", name),
            ("gatewayDirection", direction),
            ("quytrinh:end", end),
        ];
        out.open(element, &attributes);
        if let Some(step) = step {
            self.step(out, step);
        }
        for flow in entering {
            out.text("bpmn:incoming", flow);
        }
        for flow in leaving {
            out.text("bpmn:outgoing", flow);
        }
        out.close();
    }

    fn durations(&self, out: &mut XmlWriter) {
        if self.table.durations.is_empty() && self.table.shared_times.is_empty() {
            return;
        }
        out.open("bpmn:extensionElements", &[]);
        for case in &self.table.durations {
            let limit = limit(case.limit);
            let attributes = [
                ("code", Some(case.code.as_str())),
                ("name", Some(&case.name)),
                ("limit", Some(&limit)),
                ("unit", Some(unit_word(case.limit.unit))),
            ];
            out.empty("quytrinh:duration", &attributes);
        }
        for cell in &self.table.shared_times {
            let limit = limit(cell.limit);
            let attributes = [
                ("code", Some(cell.code.as_str())),
                ("limit", Some(&limit)),
                ("unit", Some(unit_word(cell.limit.unit))),
            ];
            out.empty("quytrinh:sharedTime", &attributes);
        }
        out.close();
    }

    /// What BPMN has no word for.
    fn step(&self, out: &mut XmlWriter, step: &Step) {
        let flag = |is: bool, word: &'static str| is.then_some(word);
        let most = step.max_times.map(|times| times.to_string());
        let attributes = [
            ("code", Some(step.code.as_str())),
            ("optional", flag(step.optional, "true")),
            ("clock", flag(step.clock == Clock::Paused, "paused")),
            ("counted", flag(!step.counted, "false")),
            ("maxTimes", most.as_deref()),
            ("group", step.branch.as_ref().map(|branch| branch.group.as_str())),
            ("branch", step.branch.as_ref().map(|branch| branch.branch.as_str())),
            // A way that needs not be stated, but is.
            (
                "next",
                flag(
                    matches!(step.next.as_slice(), [only] if only.outcome.is_none()),
                    "stated",
                ),
            ),
        ];
        out.open("bpmn:extensionElements", &[]);
        out.open("quytrinh:step", &attributes);
        for role in &step.roles {
            out.empty("quytrinh:role", &[("code", Some(role.as_str()))]);
        }
        for (case, time) in &step.times {
            let (own, shared) = match time {
                StepTime::Own(time) => (Some((limit(*time), unit_word(time.unit))), None),
                StepTime::Shared(cell) => (None, Some(cell.as_str())),
            };
            let attributes = [
                ("case", Some(case.as_str())),
                ("limit", own.as_ref().map(|(limit, _)| limit.as_str())),
                ("unit", own.as_ref().map(|(_, unit)| *unit)),
                ("shared", shared),
            ];
            out.empty("quytrinh:time", &attributes);
        }
        for code in &step.different_from {
            out.empty("quytrinh:differentFrom", &[("step", Some(code.as_str()))]);
        }
        for code in &step.same_as {
            out.empty("quytrinh:sameAs", &[("step", Some(code.as_str()))]);
        }
        for form in &step.forms {
            out.empty("quytrinh:form", &[("code", Some(form))]);
        }
        for output in &step.outputs {
            out.empty("quytrinh:output", &[("text", Some(output))]);
        }
        out.close();
        out.close();
    }

    fn picture(&self, out: &mut XmlWriter, names: &Names, ids: &mut XmlIds) {
        let mut shape = |out: &mut XmlWriter, element: &str, place: Shape, more: &[(&str, Option<&str>)]| {
            shape(out, (&ids.take(&format!("{element}_di")), element), place, more);
        };
        shape(out, &names.pool, self.places.pool, &[("isHorizontal", Some("true"))]);
        out.close();
        for (id, lane) in names.lanes.iter().zip(&self.places.lanes) {
            shape(out, id, *lane, &[("isHorizontal", Some("true"))]);
            out.close();
        }
        for (node, place) in self.graph.nodes.iter().zip(&self.places.nodes) {
            let marker = match node.kind {
                Kind::Merge | Kind::Skip | Kind::Choice => Some("true"),
                Kind::Start | Kind::Task(_) | Kind::Fork | Kind::Join | Kind::End(_) => None,
            };
            let name = match node.kind {
                Kind::Start => self.words.start,
                Kind::End(end) => self.words.end(end),
                Kind::Task(_) | Kind::Merge | Kind::Skip | Kind::Choice | Kind::Fork | Kind::Join => "",
            };
            shape(out, &node.id, *place, &[("isMarkerVisible", marker)]);
            if !name.is_empty() {
                let height = label_lines(name) * LABEL_LINE;
                let (x, y) = (place.centre().0 - LABEL / 2, place.bottom() + 4);
                label(
                    out,
                    Shape {
                        x,
                        y,
                        width: LABEL,
                        height,
                    },
                );
            }
            out.close();
        }
        for (flow, line) in self.graph.flows.iter().zip(self.lines) {
            let id = ids.take(&format!("{}_di", flow.id));
            out.open("bpmndi:BPMNEdge", &[("id", Some(&id)), ("bpmnElement", Some(&flow.id))]);
            for (x, y) in &line.points {
                let (x, y) = (x.to_string(), y.to_string());
                out.empty("di:waypoint", &[("x", Some(&x)), ("y", Some(&y))]);
            }
            if let Some(place) = line.label {
                label(out, place);
            }
            out.close();
        }
    }
}

fn shape(out: &mut XmlWriter, (id, element): (&str, &str), place: Shape, more: &[(&str, Option<&str>)]) {
    let mut attributes = vec![("id", Some(id)), ("bpmnElement", Some(element))];
    attributes.extend(more);
    out.open("bpmndi:BPMNShape", &attributes);
    bounds(out, place);
}

fn label(out: &mut XmlWriter, place: Shape) {
    out.open("bpmndi:BPMNLabel", &[]);
    bounds(out, place);
    out.close();
}

fn bounds(out: &mut XmlWriter, place: Shape) {
    let [x, y, width, height] = [place.x, place.y, place.width, place.height].map(|number| number.to_string());
    let attributes = [
        ("x", Some(x.as_str())),
        ("y", Some(&y)),
        ("width", Some(&width)),
        ("height", Some(&height)),
    ];
    out.empty("dc:Bounds", &attributes);
}

/// A limit as a decimal of its unit, always with two places.
fn limit(time: TimeLimit) -> String {
    format!("{}.{:02}", time.hundredths / 100, time.hundredths % 100)
}
