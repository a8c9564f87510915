//! The workflow as flat tables: one look-up tells where a case stands after a step, and its neighbours are found without
//! a search. They say nothing that the nodes do not say.

use std::collections::BTreeSet;

use super::compile::{Node, State};

/// Stands for no state.
const NONE: u32 = u32::MAX;
/// A table of states and ways with more entries than this is not made: then each question is a search.
const MOST_ENTRIES: usize = 1 << 20;

/// Lists of numbers, one behind the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists<T> {
    starts: Vec<usize>,
    entries: Vec<T>,
}

impl<T> Lists<T> {
    fn of(lists: impl IntoIterator<Item = Vec<T>>) -> Self {
        let mut all = Self {
            starts: vec![0],
            entries: Vec::new(),
        };
        for list in lists {
            all.entries.extend(list);
            all.starts.push(all.entries.len());
        }
        all
    }

    pub(super) fn get(&self, at: usize) -> &[T] {
        let range = self.starts.get(at).zip(self.starts.get(at + 1));
        range
            .and_then(|(from, to)| self.entries.get(*from..*to))
            .unwrap_or_default()
    }
}

/// The flat tables.
#[derive(Debug, Clone, Default)]
pub(super) struct Dense {
    /// By row, the number of its first way; one entry more than rows.
    columns: Vec<usize>,
    /// By state and way, the state after it; empty when that would be too large.
    after: Vec<u32>,
    /// By way, the states in which it is possible without leaving out a row, each with the state after it.
    pub(super) jumps: Lists<(usize, usize)>,
    /// By state, the states after one row, whichever.
    pub(super) steps: Lists<usize>,
    /// By state, the states after leaving out one optional row.
    pub(super) skips: Lists<usize>,
}

impl Dense {
    pub(super) fn of(nodes: &[Node], outcomes: &[Vec<Option<String>>]) -> Self {
        let mut columns = vec![0];
        let mut width = 0;
        for ways in outcomes {
            width += ways.len();
            columns.push(width);
        }
        let column = |row: usize, way: usize| columns.get(row).map(|first| first + way);
        let mut jumps: Vec<Vec<(usize, usize)>> = vec![Vec::new(); width];
        for (state, node) in nodes.iter().enumerate() {
            for doing in &node.doings {
                if let Some(list) = column(doing.row, doing.way).and_then(|column| jumps.get_mut(column)) {
                    list.push((state, doing.target));
                }
            }
        }
        let steps = nodes.iter().map(|node| {
            let mut steps: Vec<usize> = node.doings.iter().map(|doing| doing.target).collect();
            steps.sort_unstable();
            steps.dedup();
            steps
        });
        let mut dense = Self {
            after: Vec::new(),
            jumps: Lists::of(jumps),
            steps: Lists::of(steps),
            skips: Lists::of(nodes.iter().map(|node| node.skips.clone())),
            columns,
        };
        if nodes.len().saturating_mul(width) <= MOST_ENTRIES {
            dense.after = dense.table(nodes, width);
        }
        dense
    }

    /// The state after each way in each state. Only optional rows that must be left out for it are left out.
    fn table(&self, nodes: &[Node], width: usize) -> Vec<u32> {
        let mut after = vec![NONE; nodes.len() * width];
        let mut reached = Vec::new();
        // From which state each state was reached last.
        let mut seen = vec![usize::MAX; nodes.len()];
        for (state, own) in after.chunks_exact_mut(width.max(1)).enumerate() {
            reached.clear();
            reached.push(state);
            let mut at = 0;
            while let Some(node) = reached.get(at).and_then(|state| nodes.get(*state)) {
                for doing in &node.doings {
                    let column = self.column(doing.row, doing.way);
                    if let Some(entry) = column.and_then(|column| own.get_mut(column))
                        && *entry == NONE
                    {
                        *entry = u32::try_from(doing.target).unwrap_or(NONE);
                    }
                }
                for skip in &node.skips {
                    if let Some(seen) = seen.get_mut(*skip).filter(|seen| **seen != state) {
                        *seen = state;
                        reached.push(*skip);
                    }
                }
                at += 1;
            }
        }
        after
    }

    /// Whether each question is one look-up.
    pub(super) fn is_quick(&self) -> bool {
        !self.after.is_empty()
    }

    /// The number of a way of a row.
    pub(super) fn column(&self, row: usize, way: usize) -> Option<usize> {
        let column = self.columns.get(row)?.checked_add(way)?;
        (column < *self.columns.get(row + 1)?).then_some(column)
    }

    /// The numbers of the ways of a row.
    pub(super) fn ways(&self, row: usize) -> std::ops::Range<usize> {
        let range = self.columns.get(row).zip(self.columns.get(row + 1));
        range.map_or(0..0, |(from, to)| *from..*to)
    }

    /// The state after a way; `None` when it is not possible.
    #[inline]
    pub(super) fn next(&self, state: State, column: usize) -> Option<State> {
        if self.after.is_empty() {
            return self.search(state, column);
        }
        let width = self.columns.last().copied().unwrap_or(0);
        let next = self.after.get(state.index() * width + column).copied()?;
        (next != NONE).then_some(State(next))
    }

    /// The same, found by leaving out optional rows one after the other.
    pub(super) fn search(&self, state: State, column: usize) -> Option<State> {
        let jumps = self.jumps.get(column);
        let mut seen = BTreeSet::from([state.index()]);
        let mut reached = vec![state.index()];
        let mut at = 0;
        while let Some(state) = reached.get(at).copied() {
            if let Ok(found) = jumps.binary_search_by_key(&state, |(from, _)| *from) {
                return jumps.get(found).map(|(_, to)| State::new(*to));
            }
            reached.extend(self.skips.get(state).iter().copied().filter(|skip| seen.insert(*skip)));
            at += 1;
        }
        None
    }
}
