//! The walk along a best alignment, once what has to be paid is known.

use super::{
    automaton::{Automaton, at, number},
    moves::Move,
    values::Value,
};

/// Columns of values by the number of events behind them.
pub(super) trait Columns<V> {
    /// The values after no deviation, those after a deviation, and what has to be added to each.
    fn column(&self, behind: usize) -> (&[V], &[V], V);
}

/// How far the walk has come.
pub(super) struct Walk<'a, V> {
    automaton: &'a Automaton,
    pub(super) events: usize,
    state: u32,
    deviating: bool,
    /// What is still to be paid.
    pub(super) value: V,
    pub(super) cost: u32,
}

impl<'a, V: Value> Walk<'a, V> {
    /// Begins where `behind` events are still to come.
    pub(super) fn start(automaton: &'a Automaton, columns: &impl Columns<V>, behind: usize) -> Self {
        let (values, _, offset) = columns.column(behind);
        Self {
            automaton,
            events: 0,
            state: 0,
            deviating: false,
            value: values.first().copied().unwrap_or(V::NONE) + offset,
            cost: 0,
        }
    }

    /// Goes on until `end` events are explained and, at the end of the trace, nothing has to be paid any more. The
    /// columns are those up to `end`.
    ///
    /// What the model asks for comes before what was done, the lowest symbol first; an event is taken as fitting rather
    /// than as one too many.
    pub(super) fn along(&mut self, columns: &impl Columns<V>, (trace, end): (&[u32], usize), moves: &mut Vec<Move>) {
        loop {
            let behind = end.saturating_sub(self.events);
            if behind == 0 && (end < trace.len() || self.value == V::NONE) {
                return;
            }
            if let Some((step, target, left)) = self.model_move(columns, behind) {
                moves.push(Move::Model { step });
                (self.state, self.value, self.deviating) = (target, left, true);
                self.cost += 1;
                continue;
            }
            let Some(symbol) = trace.get(self.events).filter(|_| behind > 0) else {
                return;
            };
            let event = number(self.events);
            let (kept, deviating, offset) = columns.column(behind - 1);
            let fits = self.automaton.next(self.state, *symbol);
            let value = |target: u32| kept.get(at(target)).map(|value| *value + offset);
            if let Some(target) = fits.filter(|target| value(*target) == Some(self.value)) {
                moves.push(Move::Sync { event });
                (self.state, self.deviating) = (target, false);
            } else {
                moves.push(Move::Log { event });
                self.value = deviating.get(at(self.state)).map_or(V::NONE, |value| *value + offset);
                self.deviating = true;
                self.cost += 1;
            }
            self.events += 1;
        }
    }

    /// The first step of the model that is on a best way: its symbol, its target, and what is left to pay.
    fn model_move(&self, columns: &impl Columns<V>, behind: usize) -> Option<(u32, u32, V)> {
        let deviation = if self.deviating {
            V::DEVIATION
        } else {
            V::DEVIATION + V::PLACE
        };
        if self.value < deviation {
            return None;
        }
        let left = self.value - deviation;
        let (_, values, offset) = columns.column(behind);
        let is_best = |target: u32| values.get(at(target)).is_some_and(|value| *value + offset == left);
        let mut moves = self.automaton.moves(self.state).iter();
        let (symbol, target) = moves.find(|(_, target)| is_best(*target))?;
        Some((*symbol, *target, left))
    }
}
