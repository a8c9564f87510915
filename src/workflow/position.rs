//! Where a case may stand after events that need not have followed the table.

use std::collections::BTreeSet;

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
    /// The least of them.
    least: u32,
}

/// Room for moving a position on, so that each move needs none of its own.
#[derive(Debug, Clone, Default)]
pub struct Room {
    /// States that an event reached, with what that cost.
    reached: Vec<(u32, usize)>,
    now: Vec<usize>,
    later: Vec<usize>,
}

impl Workflow {
    /// The position of a new case.
    pub fn begin(&self) -> Position {
        let mut position = Position {
            costs: vec![u32::MAX; self.states()],
            least: 0,
        };
        let mut room = Room::default();
        room.reached.push((0, 0));
        position.settle(self, &mut room);
        position
    }

    /// The position after these events.
    pub fn replay(&self, events: &[Done<'_>]) -> Position {
        let (mut position, mut room) = (self.begin(), Room::default());
        for done in events {
            position.go_on(self, done, &mut room);
        }
        position
    }
}

impl Position {
    /// The position after one more event. It takes time linear in the size of the workflow.
    #[must_use]
    pub fn after(&self, workflow: &Workflow, done: &Done<'_>) -> Self {
        let mut position = self.clone();
        position.go_on(workflow, done, &mut Room::default());
        position
    }

    /// Moves on by one more event.
    pub fn go_on(&mut self, workflow: &Workflow, done: &Done<'_>, room: &mut Room) {
        room.reached.clear();
        if let Some(row) = done.row {
            let ways = match workflow
                .way(row, done.outcome)
                .map(|way| workflow.dense.column(row, way))
            {
                Some(column) => column.map_or(0..0, |column| column..column + 1),
                None => workflow.dense.ways(row),
            };
            for (from, to) in ways.flat_map(|column| workflow.dense.jumps.get(column)) {
                let cost = self.costs.get(*from).copied().filter(|cost| *cost < u32::MAX);
                room.reached.extend(cost.map(|cost| (cost, *to)));
            }
        }
        for cost in &mut self.costs {
            *cost = cost.saturating_add(1);
        }
        self.settle(workflow, room);
        self.least = self.costs.iter().copied().min().unwrap_or(0);
    }

    /// The fewest deviations that explain the events so far.
    pub fn cost(&self) -> u32 {
        self.least
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

    /// Whether the row is possible now.
    pub fn allows(&self, workflow: &Workflow, row: usize) -> bool {
        let mut jumps = workflow
            .dense
            .ways(row)
            .flat_map(|column| workflow.dense.jumps.get(column));
        jumps.any(|(from, _)| self.costs.get(*from) == Some(&self.least))
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
        self.costs
            .iter()
            .enumerate()
            .filter(|(_, cost)| **cost == self.least)
            .map(|(state, _)| state)
    }

    /// Takes in the states that were reached, and lets rows be left out from there: free for optional ones, one
    /// deviation for the others. What was known before stays true, for one more event costs the same everywhere.
    fn settle(&mut self, workflow: &Workflow, room: &mut Room) {
        let Room { reached, now, later } = room;
        reached.retain(|(cost, state)| self.improve(*state, *cost));
        reached.sort_unstable_by(|one, other| other.cmp(one));
        now.clear();
        later.clear();
        let Some((mut level, _)) = reached.last().copied() else {
            return;
        };
        loop {
            while let Some((cost, state)) = reached.last().copied().filter(|(cost, _)| *cost <= level) {
                reached.pop();
                // A state that was reached more cheaply meanwhile was passed on already.
                if self.costs.get(state) == Some(&cost) {
                    now.push(state);
                }
            }
            while let Some(state) = now.pop() {
                if self.costs.get(state) != Some(&level) {
                    continue;
                }
                now.extend(
                    workflow
                        .dense
                        .skips
                        .get(state)
                        .iter()
                        .filter(|skip| self.improve(**skip, level)),
                );
                let steps = workflow.dense.steps.get(state).iter();
                later.extend(steps.filter(|step| self.improve(**step, level + 1)));
            }
            std::mem::swap(now, later);
            level = match (now.is_empty(), reached.last()) {
                (false, _) => level + 1,
                (true, Some((cost, _))) => *cost,
                (true, None) => return,
            };
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
