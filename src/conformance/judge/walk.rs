//! What made a step possible: the step before it, in a parallel part the step before it in its branch, and behind a
//! parallel part the last steps of all branches.

use crate::workflow::{Branch, StepTable};
use std::collections::BTreeMap;

/// The events whose latest made a step possible; none is the receipt. `None` when a step in between was left out:
/// then nobody can say how much of the time was its own.
pub(in crate::conformance) type Enablers = Option<Vec<usize>>;

/// Where a case stands.
#[derive(Debug)]
pub(in crate::conformance) struct Walk<'t> {
    top: Enablers,
    inside: Option<Inside<'t>>,
}

/// A parallel part that was entered.
#[derive(Debug)]
struct Inside<'t> {
    group: &'t str,
    branches: BTreeMap<&'t str, Enablers>,
}

impl<'t> Walk<'t> {
    /// The case was received.
    pub(in crate::conformance) fn begin() -> Self {
        Self {
            top: Some(Vec::new()),
            inside: None,
        }
    }

    /// The events that make this row possible now.
    pub(in crate::conformance) fn enablers(&self, table: &StepTable, row: usize) -> Enablers {
        match (&self.inside, branch(table, row)) {
            (Some(inside), Some(own)) if inside.group == own.group => {
                inside.branches.get(own.branch.as_str()).unwrap_or(&self.top).clone()
            }
            _ => self.left(),
        }
    }

    /// The row was done by this event.
    pub(in crate::conformance) fn done(&mut self, table: &'t StepTable, row: usize, event: usize) {
        self.go(table, row, Some(vec![event]));
    }

    /// The row was left out.
    pub(in crate::conformance) fn pass(&mut self, table: &'t StepTable, row: usize) {
        self.go(table, row, None);
    }

    /// Something was done beside the way: the time it took is not charged to the steps that come next.
    pub(in crate::conformance) fn beside(&mut self, event: usize) {
        let branches = self.inside.iter_mut().flat_map(|inside| inside.branches.values_mut());
        for enablers in branches.chain([&mut self.top]).flatten() {
            enablers.push(event);
        }
    }

    fn go(&mut self, table: &'t StepTable, row: usize, next: Enablers) {
        let own = branch(table, row);
        let group = own.map(|own| own.group.as_str());
        if self.inside.as_ref().map(|inside| inside.group) != group {
            self.top = self.left();
            self.inside = group.map(|group| Inside {
                group,
                branches: BTreeMap::new(),
            });
        }
        match (&mut self.inside, own) {
            (Some(inside), Some(own)) => {
                inside.branches.insert(&own.branch, next);
            }
            _ => self.top = next,
        }
    }

    /// What makes the step behind the parallel part possible, or the end; without one, the next step.
    pub(in crate::conformance) fn left(&self) -> Enablers {
        let Some(inside) = self.inside.as_ref().filter(|inside| !inside.branches.is_empty()) else {
            return self.top.clone();
        };
        let ends: Option<Vec<&Vec<usize>>> = inside.branches.values().map(Option::as_ref).collect();
        ends.map(|ends| ends.into_iter().flatten().copied().collect())
    }
}

fn branch(table: &StepTable, row: usize) -> Option<&Branch> {
    table.steps.get(row).and_then(|step| step.branch.as_ref())
}
