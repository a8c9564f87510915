//! Where a case may stand after events that need not have followed the table.

use std::collections::{BTreeMap, BTreeSet};

use super::compile::{End, State, Workflow};

/// Something that was done in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done<'a> {
    /// The row, or `None` for something that the table does not have.
    pub row: Option<usize>,
    /// The outcome, where it was recorded. One that the row does not name counts as not recorded.
    pub outcome: Option<&'a str>,
}

impl<'a> Done<'a> {
    /// A row without a recorded outcome.
    pub const fn row(row: usize) -> Self {
        Self {
            row: Some(row),
            outcome: None,
        }
    }

    /// A row with its outcome.
    pub const fn with(row: usize, outcome: &'a str) -> Self {
        Self {
            row: Some(row),
            outcome: Some(outcome),
        }
    }
}

/// Where a case may stand: for each state the fewest deviations (rows left out, events too many) that explain the
/// events so far. The states with the fewest are where it is taken to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    costs: Vec<u32>,
}

impl Workflow {
    /// The position of a new case.
    pub fn begin(&self) -> Position {
        let mut costs = vec![u32::MAX; self.states()];
        if let Some(start) = costs.first_mut() {
            *start = 0;
        }
        let mut position = Position { costs };
        position.settle(self);
        position
    }

    /// The position after these events.
    pub fn replay(&self, events: &[Done<'_>]) -> Position {
        events
            .iter()
            .fold(self.begin(), |position, done| position.after(self, done))
    }
}

impl Position {
    /// The position after one more event. It takes time linear in the size of the workflow.
    #[must_use]
    pub fn after(&self, workflow: &Workflow, done: &Done<'_>) -> Self {
        let mut costs: Vec<u32> = self.costs.iter().map(|cost| cost.saturating_add(1)).collect();
        if let Some(row) = done.row {
            let way = workflow.way(row, done.outcome);
            for (node, cost) in workflow.nodes.iter().zip(&self.costs) {
                for doing in node.doings.iter().filter(|doing| doing.row == row) {
                    if way.is_none_or(|way| way == doing.way)
                        && let Some(after) = costs.get_mut(doing.target)
                    {
                        *after = (*after).min(*cost);
                    }
                }
            }
        }
        let mut position = Self { costs };
        position.settle(workflow);
        position
    }

    /// The fewest deviations that explain the events so far.
    pub fn cost(&self) -> u32 {
        self.costs.iter().copied().min().unwrap_or(0)
    }

    /// The states where the case may stand with the fewest deviations.
    pub fn states(&self) -> Vec<State> {
        self.least().map(State::new).collect()
    }

    /// The rows that are possible now, in the order of the table.
    pub fn allowed(&self, workflow: &Workflow) -> Vec<usize> {
        let nodes = self.least().filter_map(|state| workflow.node(state));
        let rows: BTreeSet<usize> = nodes
            .flat_map(|node| node.doings.iter().map(|doing| doing.row))
            .collect();
        rows.into_iter().collect()
    }

    /// Whether the case may be closed now.
    pub fn may_end(&self, workflow: &Workflow) -> bool {
        self.least().any(|state| workflow.may_end(State::new(state)))
    }

    /// How the case ended, when nothing more is possible. Where the events leave several ends open (their outcomes were
    /// not recorded), the first of completed, refused, withdrawn.
    pub fn ended(&self, workflow: &Workflow) -> Option<End> {
        let ends: Option<Vec<End>> = self.least().map(|state| workflow.ended(State::new(state))).collect();
        ends.and_then(|ends| ends.into_iter().min())
    }

    fn least(&self) -> impl Iterator<Item = usize> + '_ {
        let least = self.cost();
        self.costs
            .iter()
            .enumerate()
            .filter(move |(_, cost)| **cost == least)
            .map(|(state, _)| state)
    }

    /// Lets rows be left out: free for optional ones, one deviation for the others.
    fn settle(&mut self, workflow: &Workflow) {
        let mut open: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (state, cost) in self.costs.iter().enumerate().filter(|(_, cost)| **cost < u32::MAX) {
            open.entry(*cost).or_default().push(state);
        }
        while let Some((cost, mut states)) = open.pop_first() {
            while let Some(state) = states.pop() {
                if self.costs.get(state) != Some(&cost) {
                    continue;
                }
                let Some(node) = workflow.node(state) else { continue };
                for skip in &node.skips {
                    if self.improve(*skip, cost) {
                        states.push(*skip);
                    }
                }
                for doing in &node.doings {
                    if self.improve(doing.target, cost.saturating_add(1)) {
                        open.entry(cost.saturating_add(1)).or_default().push(doing.target);
                    }
                }
            }
        }
    }

    fn improve(&mut self, state: usize, cost: u32) -> bool {
        match self.costs.get_mut(state) {
            Some(own) if *own > cost => {
                *own = cost;
                true
            }
            _ => false,
        }
    }
}
