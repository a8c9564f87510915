//! What came of the variants, kept small: logs have hundreds of thousands of moves.

use super::model::{MoveKind, ReplayMove};

/// The answers of all variants, in their order.
#[derive(Debug, Default)]
pub(super) struct Answers {
    rows: Vec<Row>,
    /// The moves of all variants, one after the other: the kind in the two highest bits, the node in the others.
    moves: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    cost: u32,
    is_exact: bool,
    /// Where its moves end.
    end: usize,
}

/// What came of a variant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    /// The fewest deviations; `None` when the search was given up: the model is too large for an exact answer within the
    /// stated budget.
    pub(super) cost: Option<u32>,
    /// The cost is at least this.
    pub(super) at_least: u32,
    /// A best explanation.
    pub(super) moves: Moves<'a>,
}

/// The moves of an alignment, in order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moves<'a> {
    packed: &'a [u32],
}

/// The bits of the node.
const NODE: u32 = (1 << 30) - 1;

impl Answers {
    /// Adds the answer of the next variant: the fewest deviations and a best explanation.
    pub(super) fn exact(&mut self, cost: u32, moves: impl IntoIterator<Item = (MoveKind, Option<usize>)>) {
        let packed = |(kind, node): (MoveKind, Option<usize>)| {
            let kind = match kind {
                MoveKind::Synchronous => 0,
                MoveKind::Log => 1,
                MoveKind::Model => 2,
                MoveKind::Silent => 3,
            };
            let node = node.and_then(|node| u32::try_from(node).ok()).unwrap_or(NODE);
            kind << 30 | node.min(NODE)
        };
        self.moves.extend(moves.into_iter().map(packed));
        self.push(cost, true);
    }

    /// Adds the answer of the next variant: the search was given up, the cost is at least this.
    pub(super) fn not_determined(&mut self, at_least: u32) {
        self.push(at_least, false);
    }

    fn push(&mut self, cost: u32, is_exact: bool) {
        self.rows.push(Row {
            cost,
            is_exact,
            end: self.moves.len(),
        });
    }

    /// The answer of a variant.
    pub(super) fn get(&self, variant: usize) -> Option<Answer<'_>> {
        let row = self.rows.get(variant)?;
        let before = variant.checked_sub(1).and_then(|before| self.rows.get(before));
        let start = before.map_or(0, |before| before.end);
        Some(Answer {
            cost: row.is_exact.then_some(row.cost),
            at_least: row.cost,
            moves: Moves {
                packed: self.moves.get(start..row.end).unwrap_or_default(),
            },
        })
    }
}

impl Moves<'_> {
    /// The moves.
    pub fn iter(&self) -> impl Iterator<Item = ReplayMove> {
        let mut events = 0..;
        self.packed.iter().map(move |packed| {
            let kind = match packed >> 30 {
                0 => MoveKind::Synchronous,
                1 => MoveKind::Log,
                2 => MoveKind::Model,
                _ => MoveKind::Silent,
            };
            let is_event = matches!(kind, MoveKind::Synchronous | MoveKind::Log);
            let node = packed & NODE;
            ReplayMove {
                kind,
                event: if is_event { events.next() } else { None },
                node: usize::try_from(node).ok().filter(|_| node != NODE),
            }
        })
    }
}
