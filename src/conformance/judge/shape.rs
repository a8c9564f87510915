//! The shape of a case: which steps in which order with which outcomes. Cases of one shape on one text are aligned once.

use super::walk::{Enablers, Walk};
use super::way::{Deviation, deviations};
use crate::documents::Content;
use crate::workflow::{Done, Move, State, StepTable, Workflow, align};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// How many shapes are kept; an office has some hundreds.
const KEPT: usize = 20_000;
/// Stands for a code that the table does not have, or an outcome that was not recorded.
const NONE: u32 = u32::MAX;

/// What follows from the order of the steps alone.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) cost: u32,
    pub(super) fitness: f64,
    pub(super) moves: Vec<Move>,
    /// The row of each event.
    pub(super) rows: Vec<Option<usize>>,
    pub(super) deviations: Vec<Deviation>,
    /// For each event that does what the table says, the events that made it possible, where that is certain.
    pub(super) enabled_by: Vec<Enablers>,
    /// What an open case waits for, where that is certain: rows and the events that made them possible.
    pub(super) waiting: Vec<(usize, Vec<usize>)>,
    /// Where the case may stand.
    pub(super) stands: Vec<State>,
}

/// What is done in a case, as numbers: row and way of each event.
type Key = Vec<(u32, u32)>;
type Of = HashMap<(bool, Key), Arc<Shape>>;

/// The shapes that were seen, by the text they were compared with.
#[derive(Debug, Default)]
pub struct Shapes {
    seen: RwLock<HashMap<String, Of>>,
}

fn number(place: Option<usize>) -> u32 {
    place.and_then(|place| u32::try_from(place).ok()).unwrap_or(NONE)
}

impl Shapes {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many different shapes were seen.
    pub fn len(&self) -> usize {
        self.seen
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .map(HashMap::len)
            .sum()
    }

    /// Whether none was seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shape of these steps (code and outcome), from memory when it was seen before; `None` when the table has too
    /// many states to be followed.
    pub(super) fn of(
        &self,
        content: &Content,
        workflow: &Workflow,
        steps: &[(&str, Option<&str>)],
        finished: bool,
    ) -> Option<Arc<Shape>> {
        let table = &content.table;
        let key: Key = steps
            .iter()
            .map(|(code, outcome)| {
                let row = table.steps.iter().position(|step| step.code.as_str() == *code);
                let way = row.and_then(|row| table.steps.get(row)).and_then(|step| {
                    let outcome = outcome.map(str::trim)?;
                    step.next
                        .iter()
                        .position(|next| next.outcome.as_deref().map(str::trim) == Some(outcome))
                });
                (number(row), number(way))
            })
            .collect();
        let key = (finished, key);
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = seen.get(&content.sha256).and_then(|of| of.get(&key)) {
            return Some(Arc::clone(shape));
        }
        drop(seen);
        let shape = Arc::new(Shape::new(table, workflow, steps, finished)?);
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if seen.values().map(HashMap::len).sum::<usize>() >= KEPT {
            seen.clear();
        }
        seen.entry(content.sha256.clone())
            .or_default()
            .insert(key, Arc::clone(&shape));
        Some(shape)
    }
}

impl Shape {
    fn new(table: &StepTable, workflow: &Workflow, steps: &[(&str, Option<&str>)], finished: bool) -> Option<Self> {
        let row_of = |code: &str| table.steps.iter().position(|step| step.code.as_str() == code);
        let events: Vec<Done<'_>> = steps
            .iter()
            .map(|(code, outcome)| Done {
                row: row_of(code),
                outcome: *outcome,
            })
            .collect();
        let alignment = align(workflow, &events, finished)?;
        let states = replay(workflow, &events, &alignment.moves);
        let mut walk = Walk::begin();
        let mut enabled_by = vec![None; events.len()];
        for step in &alignment.moves {
            match *step {
                Move::Sync { event, row } => {
                    if let Some(own) = enabled_by.get_mut(event) {
                        *own = walk.enablers(table, row);
                    }
                    walk.done(table, row, event);
                }
                Move::Model { row } => walk.pass(table, row),
                Move::Log { event, .. } => walk.beside(event),
            }
        }
        let waiting = match states.last().map(Vec::as_slice) {
            Some([state]) if !finished => {
                let needed = |row: &usize| table.steps.get(*row).is_some_and(|step| !step.optional);
                let rows = workflow.allowed(*state).into_iter().filter(needed);
                rows.filter_map(|row| Some((row, walk.enablers(table, row)?))).collect()
            }
            _ => Vec::new(),
        };
        let deviations = deviations(table, workflow, (&alignment.moves, &states), finished);
        let rows = events.iter().map(|done| done.row).collect();
        let (cost, fitness, moves) = (alignment.cost, alignment.fitness(), alignment.moves);
        let stands = states.into_iter().next_back().unwrap_or_default();
        Some(Self {
            cost,
            fitness,
            moves,
            rows,
            deviations,
            enabled_by,
            waiting,
            stands,
        })
    }
}

/// Where the case may stand before each move, and after the last.
fn replay(workflow: &Workflow, events: &[Done<'_>], moves: &[Move]) -> Vec<Vec<State>> {
    let mut all = Vec::with_capacity(moves.len() + 1);
    let mut states = vec![workflow.start()];
    for step in moves {
        all.push(states.clone());
        let (row, outcome) = match *step {
            Move::Sync { event, row } => (row, events.get(event).and_then(|done| done.outcome)),
            Move::Model { row } => (row, None),
            Move::Log { .. } => continue,
        };
        states = states
            .iter()
            .flat_map(|state| workflow.after(*state, row, outcome))
            .collect();
        states.sort_unstable();
        states.dedup();
    }
    all.push(states);
    all
}
