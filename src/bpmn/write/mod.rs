//! A table as a BPMN 2.0 file with its picture.

mod build;
mod graph;
mod lines;
mod place;
mod route;
mod xml;

pub(super) use xml::{end_word, unit_word};

use self::{graph::Graph, lines::lines, place::Places, route::Routes};
use crate::nets::XmlIds;
use crate::workflow::{End, Problem, RoleCode, StepTable};

/// Our own attributes and elements in a BPMN file.
pub(super) const NAMESPACE: &str = "urn:quytrinh:bpmn:1";

/// The words of a file, in the reader's language.
pub struct BpmnWords<'a> {
    /// The name of the process.
    pub title: &'a str,
    /// What people call a role.
    pub role_name: &'a dyn Fn(&RoleCode) -> String,
    /// The name of the lane of steps without a role.
    pub no_role: &'a str,
    /// The start of a case.
    pub start: &'a str,
    /// The end with a result.
    pub completed: &'a str,
    /// The end with a refusal.
    pub refused: &'a str,
    /// The end by withdrawal.
    pub withdrawn: &'a str,
}

impl BpmnWords<'_> {
    const fn end(&self, end: End) -> &str {
        match end {
            End::Completed => self.completed,
            End::Refused => self.refused,
            End::Withdrawn => self.withdrawn,
        }
    }
}

/// A table as a BPMN 2.0 file with one pool, a lane for each role that comes first in its row, and a picture; the same
/// for the same table and words.
///
/// Rows are user tasks (receive tasks while the clock of the case is paused) named `CODE. name`; several ways on, rows
/// that may be left out and ways that meet are exclusive gateways, parallel parts are parallel gateways, and each end
/// has its own event beside where it is reached. What BPMN has no word for (codes, times, forms, rules on persons) is
/// in elements of the namespace `urn:quytrinh:bpmn:1`, so that [`read_bpmn`](super::read_bpmn) gives the same table.
///
/// # Errors
/// The same as those of [`Workflow::compile`](crate::workflow::Workflow::compile).
pub fn write_bpmn(table: &StepTable, words: &BpmnWords<'_>) -> Result<String, Vec<Problem>> {
    let mut ids = XmlIds::default();
    // Steps may be called like this too; they get a number then.
    ids.take("definitions");
    let graph = Graph::of(table, &mut ids)?;
    let names: Vec<String> = graph
        .lanes
        .iter()
        .map(|role| {
            role.as_ref()
                .map_or_else(|| words.no_role.to_owned(), |role| (words.role_name)(role))
        })
        .collect();
    let routes = Routes::of(&graph);
    let places = Places::of(table, &graph, &routes, &names);
    let lines = lines(&graph, &routes, &places);
    let file = xml::File {
        table,
        words,
        graph: &graph,
        places: &places,
        lines: &lines,
        lanes: &names,
    };
    Ok(file.write(ids))
}
