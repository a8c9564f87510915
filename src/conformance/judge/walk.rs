//! What made a step possible: the step before it, in a parallel part the step before it in its branch, and behind a
//! parallel part the last steps of all branches.

use crate::workflow::{Branch, StepTable};
use std::collections::BTreeMap;

/// Where a case stands, as the events whose latest made the next steps possible; none is the receipt.
#[derive(Debug, Default)]
pub(super) struct Walk<'t> {
    top: Vec<usize>,
    inside: Option<Inside<'t>>,
}

/// A parallel part that was entered.
#[derive(Debug)]
struct Inside<'t> {
    group: &'t str,
    branches: BTreeMap<&'t str, Vec<usize>>,
}

fn branch(table: &StepTable, row: usize) -> Option<&Branch> {
    table.steps.get(row).and_then(|step| step.branch.as_ref())
}

impl<'t> Walk<'t> {
    /// The events that make this row possible now.
    pub(super) fn enablers(&self, table: &StepTable, row: usize) -> Vec<usize> {
        match (&self.inside, branch(table, row)) {
            (Some(inside), Some(own)) if inside.group == own.group => {
                inside.branches.get(own.branch.as_str()).unwrap_or(&self.top).clone()
            }
            _ => self.left(),
        }
    }

    /// The row was done by this event.
    pub(super) fn done(&mut self, table: &'t StepTable, row: usize, event: usize) {
        self.pass(table, row);
        match (&mut self.inside, branch(table, row)) {
            (Some(inside), Some(own)) => {
                inside.branches.insert(&own.branch, vec![event]);
            }
            _ => self.top = vec![event],
        }
    }

    /// The row was left out: the case goes on without time passing.
    pub(super) fn pass(&mut self, table: &'t StepTable, row: usize) {
        let group = branch(table, row).map(|own| own.group.as_str());
        if self.inside.as_ref().map(|inside| inside.group) != group {
            self.top = self.left();
            self.inside = group.map(|group| Inside {
                group,
                branches: BTreeMap::new(),
            });
        }
    }

    /// What makes the step behind the parallel part possible; without one, the next step.
    fn left(&self) -> Vec<usize> {
        let ends: Vec<usize> = self
            .inside
            .iter()
            .flat_map(|inside| inside.branches.values().flatten().copied())
            .collect();
        if ends.is_empty() { self.top.clone() } else { ends }
    }
}
