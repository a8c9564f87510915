//! The exact search on an automaton: one column of values for each event, from the last event to the first.
//!
//! The value of a state is the least that still has to be paid from there. This is Wagner's correction to a regular
//! language (1974) with a second cost. The columns run backwards so that the walk forwards can choose among all best
//! alignments.
//!
//! Columns that differ by a constant only are kept once, and where an event leads from one to the next is remembered:
//! seen so, the columns are the states of a second automaton, made while it is walked, as Schulz and Mihov do for
//! distances between words (2002). With all their values there would be many; so a trace is first compared with columns
//! that know only values near the least one of each, as Ukkonen does (1985), and if it has more deviations than these can
//! tell, with further ones. Logs of offices then have few different columns, whatever the number of cases.

use std::{collections::HashMap, hash::BuildHasher};

use super::{
    automaton::{Automaton, at, number},
    markings::Mixed,
    moves::{Aligned, Move},
    values::{Value, add_column, last_column},
    walk::{Columns, Walk},
};

/// Deviations that fit into the small values, with room to add.
const SMALL: usize = 1_000;
/// How far above the least value of a column its values are known, in deviations, one try after the other. No point of a
/// best alignment has more to pay than the whole, so that an answer within this is the exact one.
const BANDS: Bands = [Some(3), Some(10), None];
/// See [`BANDS`]; without the last one a trace might get no answer.
pub(super) type Bands = [Option<u32>; 3];
/// So many values are kept; a longer trace on a larger automaton is compared in blocks.
const KEPT: usize = 1 << 23;

/// Aligns traces with an automaton, one after the other, and remembers what they have in common.
///
/// A trace that is `finished` is compared with a complete run, another with the beginning of one. Among alignments with
/// equally few deviations it takes the one that leaves the fewest events over; then the one with the fewest separate
/// places of deviation; then what the model asks for comes as early as possible, the lowest symbol first, and an event
/// is taken as fitting rather than as one too many.
/// An answer depends on its own trace only.
#[derive(Debug)]
pub struct Aligner<'a> {
    automaton: &'a Automaton,
    finished: bool,
    bands: Bands,
    small: [Option<Known<'a, u32>>; 3],
    large: [Option<Known<'a, u128>>; 3],
}

impl<'a> Aligner<'a> {
    /// Makes ready for traces that are all `finished`, or all not.
    pub fn new(automaton: &'a Automaton, finished: bool) -> Self {
        Self::with(automaton, finished, BANDS)
    }

    pub(super) fn with(automaton: &'a Automaton, finished: bool, bands: Bands) -> Self {
        Self {
            automaton,
            finished,
            bands,
            small: [const { None }; 3],
            large: [const { None }; 3],
        }
    }

    /// Aligns a trace, symbols of the automaton; others are taken as symbols that it does not have. `moves` becomes the
    /// explanation; the number of deviations is returned.
    pub fn align(&mut self, trace: &[u32], moves: &mut Vec<Move>) -> u32 {
        moves.clear();
        let fits = self.automaton.run(trace);
        if fits.is_some_and(|state| !self.finished || self.automaton.accepts(state)) {
            moves.extend((0..number(trace.len())).map(|event| Move::Sync { event }));
            0
        } else if trace.len().saturating_add(at(self.automaton.longest_way())) < SMALL {
            by_bands(
                &mut self.small,
                (self.automaton, self.finished, self.bands),
                (trace, moves),
            )
        } else {
            by_bands(
                &mut self.large,
                (self.automaton, self.finished, self.bands),
                (trace, moves),
            )
        }
    }
}

fn by_bands<'a, V: Value>(
    known: &mut [Option<Known<'a, V>>; 3],
    (automaton, finished, bands): (&'a Automaton, bool, Bands),
    (trace, moves): (&[u32], &mut Vec<Move>),
) -> u32 {
    let mut tries = known.iter_mut().zip(bands);
    let cost = tries.find_map(|(known, band)| {
        let known = known.get_or_insert_with(|| Known::new(automaton, finished, band));
        known.align(trace, moves)
    });
    cost.unwrap_or(u32::MAX)
}

/// Aligns many traces; the answers are in their order.
pub fn align_all(automaton: &Automaton, traces: &[&[u32]], finished: bool) -> Vec<Aligned> {
    let mut aligner = Aligner::new(automaton, finished);
    let one = |trace: &&[u32]| {
        let mut moves = Vec::new();
        let cost = aligner.align(trace, &mut moves);
        Aligned { cost, moves }
    };
    traces.iter().map(one).collect()
}

/// A column, and what its values lack.
#[derive(Debug, Clone, Copy)]
struct Step<V> {
    column: u32,
    offset: V,
}

/// The column that is not known yet.
const UNKNOWN: u32 = u32::MAX;

/// The columns met so far, and how events lead from one to the next.
#[derive(Debug)]
struct Known<'a, V> {
    automaton: &'a Automaton,
    finished: bool,
    /// Values above this are not known.
    band: V,
    /// The columns, each with its least value taken off.
    columns: Vec<V>,
    /// The columns by a fingerprint. Of two with the same one only the first is found again, which costs no more than
    /// time.
    numbers: HashMap<u64, u32, Mixed>,
    /// By column, then symbol; the last symbol of each stands for all that the automaton does not have.
    next: Vec<Step<V>>,
    /// The columns of the trace, by the number of events behind them.
    path: Vec<Step<V>>,
}

impl<'a, V: Value> Known<'a, V> {
    fn new(automaton: &'a Automaton, finished: bool, band: Option<u32>) -> Self {
        let band = band.map_or(V::FAR, |deviations| {
            (0..deviations).fold(V::NONE, |sum, _| sum + V::DEVIATION + V::EXTRA + V::PLACE)
        });
        Self::within(automaton, finished, band)
    }

    fn within(automaton: &'a Automaton, finished: bool, band: V) -> Self {
        let mut own = Self {
            automaton,
            finished,
            band,
            columns: last_column(automaton, finished),
            numbers: HashMap::default(),
            next: Vec::new(),
            path: Vec::new(),
        };
        let first = own.enter(0);
        own.path.push(first);
        own
    }

    fn width(&self) -> usize {
        self.automaton.states() * 2
    }

    fn symbols(&self) -> usize {
        self.automaton.symbols() + 1
    }

    /// The fewest deviations, if the values that are known suffice to tell them.
    fn align(&mut self, trace: &[u32], moves: &mut Vec<Move>) -> Option<u32> {
        let each = self.width().saturating_add(self.symbols().saturating_mul(2));
        if trace.len().saturating_add(2).saturating_mul(each) > KEPT {
            return (self.band == V::FAR).then(|| self.in_blocks(trace, moves));
        }
        if self.columns.len().saturating_add(self.next.len().saturating_mul(2)) > KEPT {
            *self = Self::within(self.automaton, self.finished, self.band);
        }
        self.path.truncate(1);
        for symbol in trace.iter().rev() {
            let Some(later) = self.path.last().copied() else { break };
            let step = self.step(later.column, *symbol);
            self.path.push(Step {
                column: step.column,
                offset: later.offset + step.offset,
            });
        }
        let mut walk = Walk::start(self.automaton, self, trace.len());
        if walk.value > self.band {
            return None;
        }
        walk.along(self, (trace, trace.len()), moves);
        Some(walk.cost)
    }

    fn step(&mut self, later: u32, symbol: u32) -> Step<V> {
        let symbol = at(symbol).min(self.automaton.symbols());
        let place = at(later) * self.symbols() + symbol;
        if let Some(known) = self.next.get(place).filter(|step| step.column != UNKNOWN) {
            return *known;
        }
        let start = self.columns.len();
        let later = at(later) * self.width();
        add_column(self.automaton, number(symbol), (&mut self.columns, later));
        let made = self.enter(start);
        if let Some(own) = self.next.get_mut(place) {
            *own = made;
        }
        made
    }

    /// Takes the least value off the column that was added last, and forgets what is far from it, or the whole if it is
    /// known.
    fn enter(&mut self, start: usize) -> Step<V> {
        let width = self.width();
        let (known, own) = self.columns.split_at_mut(start);
        let offset = own.iter().min().copied().unwrap_or(V::NONE);
        for value in own.iter_mut() {
            *value = *value - offset;
            if *value > self.band {
                *value = V::FAR;
            }
        }
        let fingerprint = Mixed::default().hash_one(&*own);
        let column = number(start / width.max(1));
        let same = self.numbers.get(&fingerprint).copied();
        let same = same.filter(|same| known.get(at(*same) * width..(at(*same) + 1) * width) == Some(&*own));
        if let Some(column) = same {
            self.columns.truncate(start);
            return Step { column, offset };
        }
        self.numbers.entry(fingerprint).or_insert(column);
        let unknown = Step {
            column: UNKNOWN,
            offset: V::NONE,
        };
        self.next.resize(self.next.len() + self.symbols(), unknown);
        Step { column, offset }
    }

    /// A long trace on a large automaton: columns at the ends of blocks first, then the blocks one by one.
    fn in_blocks(&self, trace: &[u32], moves: &mut Vec<Move>) -> u32 {
        let block = trace.len().isqrt().max(1);
        let mut sheet = Sheet {
            automaton: self.automaton,
            columns: last_column(self.automaton, self.finished),
        };
        let mut ends: Vec<(usize, Vec<V>)> = vec![(trace.len(), sheet.columns.clone())];
        let mut from = trace.len();
        while from > 0 {
            let end = from;
            from = from.saturating_sub(block);
            sheet.extend(trace.get(from..end).unwrap_or_default());
            sheet.columns = sheet.last().to_vec();
            if from > 0 {
                ends.push((from, sheet.columns.clone()));
            }
        }
        let mut walk = Walk::start(self.automaton, &sheet, 0);
        while let Some((end, column)) = ends.pop() {
            sheet.columns = column;
            sheet.extend(trace.get(walk.events..end).unwrap_or_default());
            walk.along(&sheet, (trace, end), moves);
        }
        walk.cost
    }
}

impl<V: Value> Columns<V> for Known<'_, V> {
    fn column(&self, behind: usize) -> (&[V], &[V], V) {
        let Some(step) = self.path.get(behind) else {
            return (&[], &[], V::NONE);
        };
        let start = at(step.column) * self.width();
        let column = self.columns.get(start..start + self.width()).unwrap_or_default();
        let (kept, deviating) = column.split_at(column.len() / 2);
        (kept, deviating, step.offset)
    }
}

/// Columns of a part of a trace, by the number of events of the part behind them.
struct Sheet<'a, V> {
    automaton: &'a Automaton,
    columns: Vec<V>,
}

impl<V: Value> Sheet<'_, V> {
    fn extend(&mut self, events: &[u32]) {
        let width = self.automaton.states() * 2;
        self.columns.reserve(events.len().saturating_mul(width));
        for symbol in events.iter().rev() {
            let later = self.columns.len().saturating_sub(width);
            add_column(self.automaton, *symbol, (&mut self.columns, later));
        }
    }

    fn last(&self) -> &[V] {
        let start = self.columns.len().saturating_sub(self.automaton.states() * 2);
        self.columns.get(start..).unwrap_or_default()
    }
}

impl<V: Value> Columns<V> for Sheet<'_, V> {
    fn column(&self, behind: usize) -> (&[V], &[V], V) {
        let width = self.automaton.states() * 2;
        let start = behind.saturating_mul(width);
        let column = self.columns.get(start..start.saturating_add(width)).unwrap_or_default();
        let (kept, deviating) = column.split_at(column.len() / 2);
        (kept, deviating, V::NONE)
    }
}
