//! Brings a process into a form without special cases: one start, one task or gateway for each thing that BPMN lets a
//! node do besides, nothing that cannot be reached, and a way on from everything that is no end.

use super::fault::{BpmnCause, BpmnFault, Why};
use super::model::{Kind, Model};
use crate::workflow::End;

/// Tidies a process and gives its start.
pub(super) fn tidy(model: &mut Model) -> Result<usize, BpmnFault> {
    let start = find_start(model).ok_or(BpmnFault::new(0, BpmnCause::NoSteps))?;
    split_nodes(model);
    leave_unreachable(model, start);
    end_dead_ends(model);
    Ok(start)
}

/// The start event; in a file without one, the first node that no flow leads to gets one.
fn find_start(model: &mut Model) -> Option<usize> {
    let is_start = |node: &super::model::Node| node.kind == Kind::Start;
    if let Some(start) = model.nodes.iter().position(is_start) {
        return Some(start);
    }
    let begins =
        |node: &super::model::Node| node.into.is_empty() && matches!(node.kind, Kind::Task | Kind::Xor | Kind::And);
    let first = model.nodes.iter().position(begins)?;
    let start = model.add_node(first, Kind::Start);
    model.add_flow(start, first);
    Some(start)
}

/// Several flows out of a step are a gateway of their own: a choice where they have conditions, else a parallel part.
/// A parallel gateway that joins and splits is two.
fn split_nodes(model: &mut Model) {
    for number in 0..model.nodes.len() {
        let out = model.out(number).to_vec();
        let kind = match model.kind(number) {
            Kind::Start | Kind::Task if out.len() > 1 => {
                let conditional = out
                    .iter()
                    .any(|flow| model.flows.get(*flow).is_some_and(|flow| flow.conditional));
                if conditional { Kind::Xor } else { Kind::And }
            }
            Kind::And if out.len() > 1 && model.entering(number).len() > 1 => Kind::And,
            Kind::Start | Kind::Task | Kind::Xor | Kind::And | Kind::End(_) | Kind::Gone => continue,
        };
        let behind = model.add_node(number, kind);
        for flow in &out {
            if let Some(flow) = model.flows.get_mut(*flow) {
                flow.from = behind;
            }
        }
        if let Some(node) = model.nodes.get_mut(behind) {
            node.out = out;
        }
        if let Some(node) = model.nodes.get_mut(number) {
            node.out.clear();
        }
        model.add_flow(number, behind);
    }
}

fn leave_unreachable(model: &mut Model, start: usize) {
    let mut reached = vec![false; model.nodes.len()];
    let mut open = vec![start];
    while let Some(number) = open.pop() {
        match reached.get_mut(number) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        if !matches!(model.kind(number), Kind::End(_)) {
            open.extend(model.out(number).iter().filter_map(|flow| model.flow_to(*flow)));
        }
    }
    for (number, _) in reached.iter().enumerate().filter(|(_, reached)| !**reached) {
        if model.kind(number) != Kind::Gone {
            model.say(number, Why::Unreachable);
            model.set_kind(number, Kind::Gone);
        }
    }
    for flow in 0..model.flows.len() {
        let from = model.flows.get(flow).map_or(start, |flow| flow.from);
        if matches!(model.kind(from), Kind::Gone | Kind::End(_)) {
            model.cut(flow);
        }
    }
}

/// A node without a way on ends the case.
fn end_dead_ends(model: &mut Model) {
    let mut end = None;
    for number in 0..model.nodes.len() {
        let is_dead = match model.kind(number) {
            Kind::Start | Kind::Task | Kind::Xor | Kind::And => model.out(number).is_empty(),
            Kind::End(_) | Kind::Gone => false,
        };
        if is_dead {
            let end = *end.get_or_insert_with(|| model.add_node(number, Kind::End(End::Completed)));
            model.add_flow(number, end);
        }
    }
}
