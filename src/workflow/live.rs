//! What is possible in a state, what follows, and why a row is not possible.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::compile::{End, State, Workflow};

/// Why a row is not possible now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The table has no such row.
    NotInTable,
    /// The case has ended.
    AfterEnd,
    /// It becomes possible after the rows in `skipped` (a shortest way to it, in order; for a row that was already
    /// passed this is the way back to it).
    TooEarly {
        /// Rows that come before it.
        skipped: Vec<usize>,
    },
    /// It was possible only earlier.
    TooLate,
    /// It belongs to a way that was not taken.
    OtherBranch,
}

impl State {
    pub(super) fn new(index: usize) -> Self {
        // The check refuses tables with more states than this type counts.
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Workflow {
    /// The state of a new case.
    pub fn start(&self) -> State {
        State(0)
    }

    /// The rows that are possible now, in the order of the table.
    pub fn allowed(&self, state: State) -> Vec<usize> {
        if self.dense.is_quick() {
            return (0..self.rows()).filter(|row| self.allows(state, *row)).collect();
        }
        let (mut seen, mut rows) = (BTreeSet::from([state.index()]), BTreeSet::new());
        let mut open = vec![state.index()];
        while let Some(node) = open.pop().and_then(|state| self.node(state)) {
            rows.extend(node.doings.iter().map(|doing| doing.row));
            open.extend(node.skips.iter().copied().filter(|skip| seen.insert(*skip)));
        }
        rows.into_iter().collect()
    }

    /// Whether the row is possible now.
    pub fn allows(&self, state: State, row: usize) -> bool {
        self.dense
            .ways(row)
            .any(|column| self.dense.next(state, column).is_some())
    }

    /// The way of a row that an outcome takes, as [`Self::next`] wants it: its place among the outcomes that the row
    /// names. A row that names none has one way; `None` when several ways may have been taken.
    pub fn way_of(&self, row: usize, outcome: Option<&str>) -> Option<usize> {
        let single = || (self.dense.ways(row).len() == 1).then_some(0);
        self.way(row, outcome).or_else(single)
    }

    /// Where the case stands after a row with one of its ways; `None` when that is not possible. One look-up.
    #[inline]
    pub fn next(&self, state: State, row: usize, way: usize) -> Option<State> {
        self.dense.next(state, self.dense.column(row, way)?)
    }

    /// Where the case may stand after the row: nowhere when it is not possible, in one state when the outcome is known
    /// or does not matter, in one for each way otherwise. An outcome that the row does not name counts as not known.
    /// Only optional rows that must be left out for this are left out.
    pub fn after(&self, state: State, row: usize, outcome: Option<&str>) -> Vec<State> {
        if let Some(way) = self.way(row, outcome) {
            return self.next(state, row, way).into_iter().collect();
        }
        let ways = self.dense.ways(row);
        let mut found: Vec<State> = ways.filter_map(|column| self.dense.next(state, column)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the case may be closed now.
    pub fn may_end(&self, state: State) -> bool {
        self.node(state.index()).is_some_and(|node| node.to_end == 0)
    }

    /// How the case ended, when nothing more is possible.
    pub fn ended(&self, state: State) -> Option<End> {
        self.node(state.index()).and_then(|node| node.end)
    }

    /// Why the row is not possible now; `None` when it is possible.
    pub fn explain(&self, state: State, row: usize) -> Option<Refusal> {
        if row >= self.rows() {
            return Some(Refusal::NotInTable);
        }
        if self.ended(state).is_some() {
            return Some(Refusal::AfterEnd);
        }
        match self.way_to(state.index(), row) {
            Some(skipped) if skipped.is_empty() => None,
            Some(skipped) => Some(Refusal::TooEarly { skipped }),
            None if self.leads_to(row, state.index()) => Some(Refusal::TooLate),
            None => Some(Refusal::OtherBranch),
        }
    }

    /// The way of the row that this outcome takes; `None` when any way may have been taken.
    pub(super) fn way(&self, row: usize, outcome: Option<&str>) -> Option<usize> {
        let outcome = outcome?.trim();
        self.outcomes
            .get(row)?
            .iter()
            .position(|own| own.as_deref() == Some(outcome))
    }

    /// The fewest rows that must be done before the row is possible, in order.
    fn way_to(&self, state: usize, row: usize) -> Option<Vec<usize>> {
        let mut came: BTreeMap<usize, Option<(usize, Option<usize>)>> = BTreeMap::new();
        let mut open = VecDeque::from([(state, None)]);
        while let Some((at, from)) = open.pop_front() {
            if came.contains_key(&at) {
                continue;
            }
            came.insert(at, from);
            let Some(node) = self.node(at) else { continue };
            if node.doings.iter().any(|doing| doing.row == row) {
                return Some(rows_back(&came, at));
            }
            for doing in &node.doings {
                open.push_back((doing.target, Some((at, Some(doing.row)))));
            }
            for skip in node.skips.iter().rev() {
                open.push_front((*skip, Some((at, None))));
            }
        }
        None
    }

    /// Whether some way from the row leads to the state.
    fn leads_to(&self, row: usize, state: usize) -> bool {
        let mut seen = BTreeSet::from([state]);
        let mut open = vec![state];
        while let Some(node) = open.pop().and_then(|state| self.node(state)) {
            for arrival in &node.arrivals {
                if arrival.doing.is_some_and(|(done, _)| done == row) {
                    return true;
                }
                if seen.insert(arrival.from) {
                    open.push(arrival.from);
                }
            }
        }
        false
    }
}

fn rows_back(came: &BTreeMap<usize, Option<(usize, Option<usize>)>>, mut at: usize) -> Vec<usize> {
    let mut rows = Vec::new();
    while let Some(Some((from, row))) = came.get(&at) {
        rows.extend(row);
        at = *from;
    }
    rows.reverse();
    rows
}
