//! What still has to be paid from each state of an automaton: deviations first, then events that are one too many, then
//! separate places of deviation.

use std::hash::Hash;

use super::automaton::{Automaton, NOWHERE, at};

/// Values: deviations in the upper part, events that are one too many in the middle, places of deviation below.
pub(super) trait Value: Copy + Ord + Hash + std::ops::Add<Output = Self> + std::ops::Sub<Output = Self> {
    const NONE: Self;
    const PLACE: Self;
    const EXTRA: Self;
    const DEVIATION: Self;
    /// More than any value, and small enough that a deviation can be added.
    const FAR: Self;
}

/// For up to 1,000 deviations.
impl Value for u32 {
    const NONE: Self = 0;
    const PLACE: Self = 1;
    const EXTRA: Self = 1 << 10;
    const DEVIATION: Self = 1 << 20;
    const FAR: Self = 1 << 31;
}

impl Value for u128 {
    const NONE: Self = 0;
    const PLACE: Self = 1;
    const EXTRA: Self = 1 << 40;
    const DEVIATION: Self = 1 << 80;
    const FAR: Self = 1 << 127;
}

/// A column at the end of a trace: for each state the value after a move that was no deviation, then for each state the
/// value after a deviation.
pub(super) fn last_column<V: Value>(automaton: &Automaton, finished: bool) -> Vec<V> {
    let end = automaton
        .accepting()
        .iter()
        .map(|accepts| if *accepts || !finished { V::NONE } else { V::FAR });
    let mut column: Vec<V> = end.collect();
    column.extend_from_within(..);
    settle(automaton, &mut column);
    column
}

/// Adds to `columns` the one before an event, `later` (a place in `columns`) being the one behind it.
pub(super) fn add_column<V: Value>(automaton: &Automaton, symbol: u32, (columns, later): (&mut Vec<V>, usize)) {
    let states = automaton.states();
    let start = columns.len();
    columns.resize(start.saturating_add(states * 2), V::FAR);
    let (done, own) = columns.split_at_mut(start);
    let later = done.get(later..later.saturating_add(states * 2)).unwrap_or_default();
    let (kept, deviating) = later.split_at(states.min(later.len()));
    let (sync, best) = own.split_at_mut(states);
    if let Some(next) = automaton.column(symbol) {
        for (sync, next) in sync.iter_mut().zip(next).filter(|(_, next)| **next != NOWHERE) {
            *sync = kept.get(at(*next)).copied().unwrap_or(V::FAR);
        }
    }
    for ((best, sync), later) in best.iter_mut().zip(sync.iter()).zip(deviating) {
        *best = (*sync).min(*later + V::DEVIATION + V::EXTRA);
    }
    settle(automaton, own);
}

/// Lets the model move on its own. Every state leads to an end, so that every value is known then.
fn settle<V: Value>(automaton: &Automaton, column: &mut [V]) {
    let (sync, best) = column.split_at_mut(automaton.states());
    loop {
        for state in automaton.order() {
            let mut value = best.get(at(*state)).copied().unwrap_or(V::FAR);
            for (_, target) in automaton.moves(*state) {
                value = value.min(best.get(at(*target)).copied().unwrap_or(V::FAR) + V::DEVIATION);
            }
            if let Some(own) = best.get_mut(at(*state)) {
                *own = value;
            }
        }
        // Moves back in the order are rarely better; only then everything is gone through again.
        let better = automaton.back().iter().any(|(from, to)| {
            best.get(at(*to))
                .zip(best.get(at(*from)))
                .is_some_and(|(to, from)| *to + V::DEVIATION < *from)
        });
        if !better {
            break;
        }
    }
    for (sync, best) in sync.iter_mut().zip(best) {
        *sync = (*sync).min(*best + V::PLACE);
    }
}
