//! The exact search on an automaton: one column of values for each event, from the last event to the first.
//!
//! The value of a state is the least that still has to be paid from there: deviations first, then separate places of
//! deviation. This is Wagner's correction to a regular language (1974) with a second cost; traces that end alike share
//! their columns, as Reissner and others share prefixes (2020). The columns run backwards so that the walk forwards can
//! choose among all best alignments.

use super::{
    automaton::{Automaton, NOWHERE, at, number},
    moves::{Aligned, Move},
};

/// Values: deviations in the upper half, places of deviation in the lower half.
trait Value: Copy + Ord + std::ops::Add<Output = Self> + std::ops::Sub<Output = Self> {
    const NONE: Self;
    const PLACE: Self;
    const DEVIATION: Self;
    /// More than any value, and small enough that a deviation can be added.
    const FAR: Self;
}

impl Value for u32 {
    const NONE: Self = 0;
    const PLACE: Self = 1;
    const DEVIATION: Self = 1 << 16;
    const FAR: Self = 1 << 31;
}

impl Value for u64 {
    const NONE: Self = 0;
    const PLACE: Self = 1;
    const DEVIATION: Self = 1 << 32;
    const FAR: Self = 1 << 63;
}

/// Deviations that fit into the small values, with room to add.
const SMALL: usize = 30_000;
/// Columns are kept as long as they hold no more values than this (two for each state); otherwise every so many are
/// kept and those between are made twice.
const KEPT: usize = 1 << 23;

/// Aligns traces that must be `finished`, or may have come as far as they did. The answers are in the order of the
/// traces and do not depend on it.
pub(super) fn align_all(automaton: &Automaton, traces: &[&[u32]], finished: bool) -> Vec<Aligned> {
    let mut found: Vec<Option<Aligned>> = vec![None; traces.len()];
    let mut rest: Vec<(usize, &[u32])> = Vec::new();
    for ((place, trace), own) in traces.iter().enumerate().zip(&mut found) {
        *own = fitting(automaton, trace, finished);
        if own.is_none() {
            rest.push((place, trace));
        }
    }
    // Neighbours in this order have the longest common ends.
    rest.sort_by(|(_, one), (_, other)| one.iter().rev().cmp(other.iter().rev()));
    let longest = rest.iter().map(|(_, trace)| trace.len()).max().unwrap_or(0);
    if longest.saturating_add(at(automaton.longest_way())) < SMALL {
        align_rest::<u32>(automaton, &rest, finished, &mut found);
    } else {
        align_rest::<u64>(automaton, &rest, finished, &mut found);
    }
    found.into_iter().flatten().collect()
}

/// The alignment of a trace without deviation.
fn fitting(automaton: &Automaton, trace: &[u32], finished: bool) -> Option<Aligned> {
    let state = automaton.run(trace)?;
    (!finished || automaton.accepts(state)).then(|| Aligned {
        cost: 0,
        moves: (0..number(trace.len())).map(|event| Move::Sync { event }).collect(),
    })
}

fn align_rest<V: Value>(
    automaton: &Automaton,
    rest: &[(usize, &[u32])],
    finished: bool,
    found: &mut [Option<Aligned>],
) {
    let mut sheet = Sheet::<V>::new(automaton, finished);
    let mut before: &[u32] = &[];
    for (place, trace) in rest {
        let own = found.get_mut(*place);
        let aligned = if trace.len().saturating_add(2).saturating_mul(sheet.width) <= KEPT {
            let common = trace
                .iter()
                .rev()
                .zip(before.iter().rev())
                .take_while(|(one, other)| one == other);
            sheet.keep(common.count());
            sheet.extend(trace, 0);
            before = trace;
            let mut walk = Walk::start(&sheet, trace.len());
            walk.along(&sheet, trace, trace.len());
            walk.done()
        } else {
            before = &[];
            in_blocks(&mut sheet, trace)
        };
        if let Some(own) = own {
            *own = Some(aligned);
        }
    }
}

/// A long trace on a large automaton: columns at the ends of blocks first, then the blocks one by one.
fn in_blocks<V: Value>(sheet: &mut Sheet<'_, V>, trace: &[u32]) -> Aligned {
    let block = trace.len().isqrt().max(1);
    sheet.keep(0);
    let mut ends: Vec<(usize, Vec<V>)> = vec![(trace.len(), sheet.last().to_vec())];
    let mut from = trace.len();
    while from > 0 {
        let before = trace.get(..from).unwrap_or_default();
        from = from.saturating_sub(block);
        sheet.extend(before, from);
        let column = sheet.last().to_vec();
        sheet.begin(column.clone());
        if from > 0 {
            ends.push((from, column));
        }
    }
    let mut walk = Walk::start(sheet, 0);
    while let Some((end, column)) = ends.pop() {
        let from = walk.events;
        sheet.begin(column);
        sheet.extend(trace.get(..end).unwrap_or_default(), from);
        walk.along(sheet, trace, end);
    }
    walk.done()
}

/// Columns by the number of events that follow them; a column has two values for each state: those after a move that
/// was no deviation, then those after a deviation.
struct Sheet<'a, V> {
    automaton: &'a Automaton,
    width: usize,
    columns: Vec<V>,
}

impl<'a, V: Value> Sheet<'a, V> {
    fn new(automaton: &'a Automaton, finished: bool) -> Self {
        let states = automaton.states();
        let mut sheet = Self {
            automaton,
            width: states * 2,
            columns: Vec::new(),
        };
        let end = automaton
            .accepting()
            .iter()
            .map(|accepts| if *accepts || !finished { V::NONE } else { V::FAR });
        let end: Vec<V> = end.collect();
        sheet.columns.extend(&end);
        sheet.columns.extend(&end);
        sheet.settle(0);
        sheet
    }

    /// Keeps the columns with up to this many events behind them.
    fn keep(&mut self, events: usize) {
        self.columns
            .truncate(events.saturating_add(1).saturating_mul(self.width));
    }

    /// Goes on from a column that was kept elsewhere.
    fn begin(&mut self, column: Vec<V>) {
        self.columns = column;
    }

    /// The column made last.
    fn last(&self) -> &[V] {
        self.columns
            .get(self.columns.len().saturating_sub(self.width)..)
            .unwrap_or_default()
    }

    /// The values with this many columns behind them: `(after no deviation, after a deviation)`.
    fn column(&self, behind: usize) -> (&[V], &[V]) {
        let start = behind.saturating_mul(self.width);
        self.columns
            .get(start..start.saturating_add(self.width))
            .unwrap_or_default()
            .split_at(self.width / 2)
    }

    /// Adds the columns of the events of the trace before those that it has, down to the event `from`.
    fn extend(&mut self, trace: &[u32], from: usize) {
        let made = (self.columns.len() / self.width.max(1)).saturating_sub(1);
        let events = trace.get(from..trace.len().saturating_sub(made)).unwrap_or_default();
        self.columns.reserve(events.len().saturating_mul(self.width));
        for symbol in events.iter().rev() {
            self.add(*symbol);
        }
    }

    fn add(&mut self, symbol: u32) {
        let start = self.columns.len();
        let states = self.width / 2;
        self.columns.resize(start.saturating_add(self.width), V::FAR);
        let (done, own) = self.columns.split_at_mut(start);
        let (kept, deviating) = done
            .get(start.saturating_sub(self.width)..)
            .unwrap_or_default()
            .split_at(states);
        let (sync, best) = own.split_at_mut(states);
        if let Some(next) = self.automaton.column(symbol) {
            for (sync, next) in sync.iter_mut().zip(next) {
                *sync = if *next == NOWHERE {
                    V::FAR
                } else {
                    kept.get(at(*next)).copied().unwrap_or(V::FAR)
                };
            }
        }
        for ((best, sync), later) in best.iter_mut().zip(sync.iter()).zip(deviating) {
            *best = (*sync).min(*later + V::DEVIATION);
        }
        self.settle(start);
    }

    /// Lets the model move on its own in the column that begins there.
    fn settle(&mut self, start: usize) {
        let automaton = self.automaton;
        let Some(column) = self.columns.get_mut(start..) else {
            return;
        };
        let (sync, best) = column.split_at_mut(self.width / 2);
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
}

/// The walk along a best alignment.
struct Walk<V> {
    events: usize,
    state: u32,
    deviating: bool,
    value: V,
    cost: u32,
    moves: Vec<Move>,
}

impl<V: Value> Walk<V> {
    fn start(sheet: &Sheet<'_, V>, behind: usize) -> Self {
        let value = sheet.column(behind).0.first().copied().unwrap_or(V::NONE);
        Self {
            events: 0,
            state: 0,
            deviating: false,
            value,
            cost: 0,
            moves: Vec::new(),
        }
    }

    fn done(self) -> Aligned {
        Aligned {
            cost: self.cost,
            moves: self.moves,
        }
    }

    /// Goes on until `end` events are explained and, at the end of the trace, nothing has to be paid any more. The sheet
    /// holds the columns up to `end`.
    ///
    /// What the model asks for comes before what was done, the lowest symbol first; an event is taken as fitting rather
    /// than as one too many.
    fn along(&mut self, sheet: &Sheet<'_, V>, trace: &[u32], end: usize) {
        loop {
            let behind = end.saturating_sub(self.events);
            if behind == 0 && (end < trace.len() || self.value == V::NONE) {
                return;
            }
            let here = sheet.column(behind);
            let deviation = if self.deviating {
                V::DEVIATION
            } else {
                V::DEVIATION + V::PLACE
            };
            let model = (self.value >= deviation)
                .then(|| self.value - deviation)
                .and_then(|left| {
                    let possible = sheet.automaton.moves(self.state).iter();
                    let mut possible = possible.filter(|(_, target)| here.1.get(at(*target)) == Some(&left));
                    possible.next().map(|(symbol, target)| (*symbol, *target, left))
                });
            if let Some((step, target, left)) = model {
                self.moves.push(Move::Model { step });
                (self.state, self.value, self.deviating) = (target, left, true);
                self.cost += 1;
                continue;
            }
            let Some(symbol) = trace.get(self.events).filter(|_| behind > 0) else {
                return;
            };
            let event = number(self.events);
            let later = sheet.column(behind - 1);
            let fits = sheet.automaton.next(self.state, *symbol);
            if let Some(target) = fits.filter(|target| later.0.get(at(*target)) == Some(&self.value)) {
                self.moves.push(Move::Sync { event });
                (self.state, self.deviating) = (target, false);
            } else {
                self.moves.push(Move::Log { event });
                self.value = later.1.get(at(self.state)).copied().unwrap_or(V::NONE);
                self.deviating = true;
                self.cost += 1;
            }
            self.events += 1;
        }
    }
}
