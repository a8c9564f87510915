//! The fewest deviations that explain the events of a case, as a list of moves on the rows of the table.

use std::collections::{BTreeMap, BTreeSet};

use crate::alignment::{self, Aligner, Automaton, Parts};

use super::{
    compile::{Node, Workflow},
    position::Done,
};

/// One move of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// The event does what the table says.
    Sync {
        /// The event, counted from 0.
        event: usize,
        /// Its row.
        row: usize,
    },
    /// The event is one too many.
    Log {
        /// The event, counted from 0.
        event: usize,
        /// Its row, if the table has it.
        row: Option<usize>,
    },
    /// The table asks for a row that no event does.
    Model {
        /// The row.
        row: usize,
    },
}

/// A case compared with its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    /// How many deviations there are: moves other than `Sync`. No explanation has fewer.
    pub cost: u32,
    /// The explanation, in order. Its events spell the case, its other rows a way through the table.
    pub moves: Vec<Move>,
    /// The fewest rows that a complete case can have.
    pub shortest_run: u32,
}

impl Alignment {
    /// From 0 (nothing fits) to 1 (no deviation): `1 - cost / (events + shortest run)`.
    pub fn fitness(&self) -> f64 {
        let is_event = |step: &&Move| !matches!(step, Move::Model { .. });
        let events = self.moves.iter().filter(is_event).count();
        let events = u64::try_from(events).unwrap_or(u64::MAX);
        alignment::fitness(u64::from(self.cost), events, u64::from(self.shortest_run))
    }
}

/// The automaton of a table may have this many states.
const MOST_STATES: usize = 250_000;

/// The table as a deterministic automaton over rows, and over ways of rows where the outcome was recorded.
#[derive(Debug, Clone)]
pub(super) struct Determined {
    automaton: Automaton,
    /// The symbols of the ways of each row; empty for a row whose outcome never matters.
    ways: Vec<Vec<u32>>,
}

/// Compares the events of a case with its workflow, exactly.
///
/// A finished case must reach an end; an unfinished one is compared as far as it came. Among explanations with equally
/// few deviations it takes the one that leaves the fewest events over (what was done is explained by the table as far as
/// that goes); then the one with the fewest separate places of deviation; then rows that were left out come as
/// early as possible, the upper row of the table first, and an event is taken as fitting rather than as one too many.
/// The choice does not depend on how states are numbered.
///
/// `None` when the table has more states than can be followed, or no way to an end.
pub fn align(workflow: &Workflow, events: &[Done<'_>], finished: bool) -> Option<Alignment> {
    Some(workflow.comparing(finished)?.align(events))
}

/// A comparison of many cases with their workflow, one after the other, which remembers what they have in common.
#[derive(Debug)]
pub struct Comparing<'a> {
    workflow: &'a Workflow,
    determined: &'a Determined,
    aligner: Aligner<'a>,
    symbols: Vec<u32>,
    moves: Vec<alignment::Move>,
}

impl Workflow {
    /// Makes ready to compare cases, all of them finished or all unfinished; each is compared as [`align`] does.
    pub fn comparing(&self, finished: bool) -> Option<Comparing<'_>> {
        let determined = self.determined()?;
        Some(Comparing {
            workflow: self,
            determined,
            aligner: Aligner::new(&determined.automaton, finished),
            symbols: Vec::new(),
            moves: Vec::new(),
        })
    }
}

impl Comparing<'_> {
    /// Compares the events of a case.
    pub fn align(&mut self, events: &[Done<'_>]) -> Alignment {
        self.symbols.clear();
        self.symbols.extend(self.determined.symbols(self.workflow, events));
        let cost = self.aligner.align(&self.symbols, &mut self.moves);
        let on_rows = |step: &alignment::Move| on_rows(*step, self.workflow, events);
        Alignment {
            cost,
            moves: self.moves.iter().map(on_rows).collect(),
            shortest_run: self.workflow.shortest_run(),
        }
    }
}

fn on_rows(step: alignment::Move, workflow: &Workflow, events: &[Done<'_>]) -> Move {
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let row = |event: usize| {
        events
            .get(event)
            .and_then(|done| done.row)
            .filter(|row| *row < workflow.rows())
    };
    match step {
        alignment::Move::Sync { event } => {
            let event = place(event);
            Move::Sync {
                event,
                row: row(event).unwrap_or(usize::MAX),
            }
        }
        alignment::Move::Log { event } => Move::Log {
            event: place(event),
            row: row(place(event)),
        },
        alignment::Move::Model { step } => Move::Model { row: place(step) },
    }
}

impl Determined {
    /// Silent steps and rows whose outcome is open are put together into sets of states.
    pub(super) fn of(workflow: &Workflow) -> Option<Self> {
        let mut symbols = workflow.rows();
        let mut ways = Vec::with_capacity(symbols);
        for outcomes in &workflow.outcomes {
            let own = if outcomes.len() > 1 {
                symbols..symbols + outcomes.len()
            } else {
                0..0
            };
            symbols += own.len();
            ways.push(
                own.filter_map(|symbol| u32::try_from(symbol).ok())
                    .collect::<Vec<u32>>(),
            );
        }
        let parts = Subsets::explore(workflow, &ways)?;
        let automaton = Automaton::new(&Parts {
            symbols,
            steps: workflow.rows(),
            ..parts
        })?;
        Some(Self { automaton, ways })
    }

    fn symbols(&self, workflow: &Workflow, events: &[Done<'_>]) -> impl Iterator<Item = u32> {
        let symbol = |done: &Done<'_>| {
            let row = done.row.filter(|row| *row < workflow.rows())?;
            let way = workflow
                .way(row, done.outcome)
                .and_then(|way| self.ways.get(row)?.get(way).copied());
            way.or_else(|| u32::try_from(row).ok())
        };
        events.iter().map(move |done| symbol(done).unwrap_or(u32::MAX))
    }
}

/// Sets of states that the same steps lead to.
struct Subsets<'a> {
    workflow: &'a Workflow,
    numbers: BTreeMap<Vec<usize>, u32>,
    sets: Vec<Vec<usize>>,
}

impl<'a> Subsets<'a> {
    fn explore(workflow: &'a Workflow, ways: &[Vec<u32>]) -> Option<Parts> {
        let mut own = Self {
            workflow,
            numbers: BTreeMap::new(),
            sets: Vec::new(),
        };
        let mut parts = Parts::default();
        own.number(vec![0]);
        while let Some(set) = own.sets.get(parts.arcs.len()).cloned() {
            if own.sets.len() > MOST_STATES {
                return None;
            }
            let mut targets: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
            for doing in own.nodes(&set).flat_map(|node| &node.doings) {
                targets
                    .entry(u32::try_from(doing.row).ok()?)
                    .or_default()
                    .push(doing.target);
                if let Some(symbol) = ways.get(doing.row).and_then(|ways| ways.get(doing.way)) {
                    targets.entry(*symbol).or_default().push(doing.target);
                }
            }
            parts.accepting.push(own.nodes(&set).any(|node| node.end.is_some()));
            let arcs = targets
                .into_iter()
                .map(|(symbol, targets)| (symbol, own.number(targets)));
            parts.arcs.push(arcs.collect());
        }
        Some(parts)
    }

    fn nodes(&self, set: &[usize]) -> impl Iterator<Item = &'a Node> {
        let workflow = self.workflow;
        set.iter()
            .filter_map(move |state| workflow.node(*state))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The number of a set, after optional rows may have been left out.
    fn number(&mut self, mut states: Vec<usize>) -> u32 {
        let mut seen: BTreeSet<usize> = states.iter().copied().collect();
        while let Some(node) = states.pop().and_then(|state| self.workflow.node(state)) {
            states.extend(node.skips.iter().copied().filter(|skip| seen.insert(*skip)));
        }
        let set: Vec<usize> = seen.into_iter().collect();
        let next = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(set.clone()).or_insert(next);
        if number == next {
            self.sets.push(set);
        }
        number
    }
}
