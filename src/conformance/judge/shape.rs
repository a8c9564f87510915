//! The shape of a case: which steps in which order with which outcomes. What follows from that alone is found once for
//! all cases of one shape.

use super::goal::{Goal, Ways};
use super::standard::Standard;
use super::walk::{Enablers, Walk};
use super::way::{Deviation, deviations};
use crate::workflow::{Done, End, Move, Refusal, State, StepTable, Workflow};
use std::sync::Arc;

/// The steps of a case: rows with the outcomes as recorded, and the ways that these take.
pub(super) struct Sketch<'t> {
    pub(super) events: Vec<Done<'t>>,
    pub(super) ways: Vec<Option<usize>>,
}

/// An event whose person is held against those of other events.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) event: usize,
    pub(super) row: usize,
    /// Whether it must be the same person; else another one.
    pub(super) same: bool,
    /// The events before it that did the other row, the last first; without one, the first after it.
    pub(super) others: Box<[usize]>,
}

/// A row that was done and must have produced something.
#[derive(Debug)]
pub(super) struct Production {
    pub(super) row: usize,
    /// The events that did it.
    pub(super) events: Box<[usize]>,
    /// The last of them that produces.
    pub(super) last: usize,
}

/// A row that was done more often than the table allows.
#[derive(Debug)]
pub(super) struct TooOften {
    pub(super) row: usize,
    /// The first event too many.
    pub(super) event: usize,
    pub(super) times: usize,
}

/// What follows from the order of the steps alone.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) cost: u32,
    pub(super) shortest_run: u32,
    pub(super) fitness: f64,
    pub(super) moves: Arc<[Move]>,
    /// The row of each event.
    pub(super) rows: Box<[Option<usize>]>,
    pub(super) deviations: Box<[Deviation]>,
    /// For each event that does what the table says, where in `enablers` the events stand that made it possible,
    /// where that is certain.
    enabled: Box<[Option<(usize, usize)>]>,
    enablers: Box<[usize]>,
    /// What an open case waits for, where that is certain: rows and the events that made them possible.
    pub(super) waiting: Box<[(usize, Box<[usize]>)]>,
    pub(super) pairs: Box<[Pair]>,
    pub(super) productions: Box<[Production]>,
    pub(super) too_often: Box<[TooOften]>,
    /// Whether the clock stands still after receipt and after each event; empty when it never does.
    pub(super) paused: Box<[bool]>,
    /// The event that led to another end than the one that is recorded, and that end.
    pub(super) wrong_end: Option<(usize, End)>,
}

impl Shape {
    pub(super) fn new(
        (standard, table): (&Standard, &StepTable),
        ways: &Ways<'_>,
        sketch: &Sketch<'_>,
        goal: Goal,
    ) -> Option<Self> {
        let events = &sketch.events;
        let explained = ways.explain(events, goal)?;
        let moves = explained.moves;
        let states = ways.states(events, &moves);
        let (enabled_by, walk) = walk(table, events.len(), &moves);
        let finished = goal != Goal::Open;
        let mut enablers = Vec::new();
        let enabled = enabled_by.iter().map(|by| {
            let from = enablers.len();
            enablers.extend(by.as_ref()?);
            Some((from, enablers.len()))
        });
        let enabled = enabled.collect();
        let stands = states.last().map(Vec::as_slice).unwrap_or_default();
        let rows: Box<[Option<usize>]> = events.iter().map(|done| done.row).collect();
        let cost = moves.iter().filter(|step| !matches!(step, Move::Sync { .. })).count();
        let cost = u32::try_from(cost).unwrap_or(u32::MAX);
        Some(Self {
            cost,
            shortest_run: explained.shortest_run,
            fitness: fitness(cost, events.len(), explained.shortest_run),
            enabled,
            enablers: enablers.into(),
            waiting: match stands {
                [state] if !finished => waiting((table, ways.all), *state, &walk),
                _ => Box::default(),
            },
            pairs: pairs(standard, &rows),
            productions: productions(standard, sketch, |row| {
                !finished && may_come_back(ways.all, stands, row)
            }),
            too_often: too_often(standard, &moves),
            paused: paused(standard, ways.all, &moves, &states),
            wrong_end: explained.wrong_end,
            deviations: deviations((table, ways.all), (&moves, &states), &sketch.ways, finished).into(),
            rows,
            moves: moves.into(),
        })
    }

    /// The events that made an event possible, where that is certain.
    pub(super) fn enabled_by(&self, event: usize) -> Option<&[usize]> {
        let (from, to) = (*self.enabled.get(event)?)?;
        self.enablers.get(from..to)
    }
}

/// From 0 (nothing fits) to 1 (no deviation). A stopped case may have more left to do than the shortest run.
fn fitness(cost: u32, events: usize, shortest_run: u32) -> f64 {
    let worst = f64::from(u32::try_from(events).unwrap_or(u32::MAX)) + f64::from(shortest_run);
    if worst > 0.0 {
        (1.0 - f64::from(cost) / worst).max(0.0)
    } else {
        1.0
    }
}

/// What made each event possible, and where the case stands after all.
fn walk<'t>(table: &'t StepTable, events: usize, moves: &[Move]) -> (Vec<Enablers>, Walk<'t>) {
    let mut walk = Walk::begin();
    let mut enabled_by = vec![None; events];
    for step in moves {
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
    (enabled_by, walk)
}

fn waiting((table, workflow): (&StepTable, &Workflow), state: State, walk: &Walk<'_>) -> Box<[(usize, Box<[usize]>)]> {
    let needed = |row: &usize| table.steps.get(*row).is_some_and(|step| !step.optional);
    let rows = workflow.allowed(state).into_iter().filter(needed);
    rows.filter_map(|row| Some((row, walk.enablers(table, row)?.into())))
        .collect()
}

fn pairs(standard: &Standard, rows: &[Option<usize>]) -> Box<[Pair]> {
    let mut pairs: Vec<Pair> = Vec::new();
    for (event, row) in rows
        .iter()
        .enumerate()
        .filter_map(|(event, row)| Some((event, (*row)?)))
    {
        let Some(own) = standard.rows.get(row) else { continue };
        for (others, same) in [(&own.different_from, false), (&own.same_as, true)] {
            pairs.extend(others.iter().map(|other| Pair {
                event,
                row,
                same,
                others: others_of(rows, event, *other),
            }));
        }
    }
    pairs.retain(|pair| !pair.others.is_empty());
    pairs.into()
}

/// The events before one that did a row, the last first; without one, the first after it.
fn others_of(rows: &[Option<usize>], event: usize, row: usize) -> Box<[usize]> {
    let is_it = |at: &usize| rows.get(*at).copied().flatten() == Some(row);
    let before: Box<[usize]> = (0..event).rev().filter(is_it).collect();
    if before.is_empty() {
        (event + 1..rows.len()).find(is_it).into_iter().collect()
    } else {
        before
    }
}

/// The rows that must have produced something: not those of an open case that may still be done again.
fn productions(standard: &Standard, sketch: &Sketch<'_>, may_come_back: impl Fn(usize) -> bool) -> Box<[Production]> {
    let mut found = Vec::new();
    for (row, _) in standard
        .rows
        .iter()
        .enumerate()
        .filter(|(_, own)| !own.outputs.is_empty())
    {
        let events = sketch.events.iter().enumerate();
        let events: Box<[usize]> = events
            .filter(|(_, done)| done.row == Some(row))
            .map(|(at, _)| at)
            .collect();
        let way = |event: usize| sketch.ways.get(event).copied().flatten();
        let mut producing = events.iter().rev().filter(|event| standard.produces(row, way(**event)));
        if let Some(last) = producing.next().copied()
            && !may_come_back(row)
        {
            found.push(Production { row, events, last });
        }
    }
    found.into()
}

fn may_come_back(workflow: &Workflow, stands: &[State], row: usize) -> bool {
    let state = stands.first();
    state.is_some_and(|state| matches!(workflow.explain(*state, row), None | Some(Refusal::TooEarly { .. })))
}

/// Rows that were done more often than the table allows, by steps that otherwise follow it.
fn too_often(standard: &Standard, moves: &[Move]) -> Box<[TooOften]> {
    let mut found = Vec::new();
    for (row, most) in standard
        .rows
        .iter()
        .enumerate()
        .filter_map(|(row, own)| Some((row, own.most?)))
    {
        let times = moves.iter().filter_map(|step| match *step {
            Move::Sync { event, row: own } if own == row => Some(event),
            Move::Sync { .. } | Move::Log { .. } | Move::Model { .. } => None,
        });
        let times: Vec<usize> = times.collect();
        if let Some(event) = times.get(most).copied() {
            let times = times.len();
            found.push(TooOften { row, event, times });
        }
    }
    found.into()
}

/// Whether only rows are possible that wait with the clock paused: at receipt, and after each event.
fn paused(standard: &Standard, workflow: &Workflow, moves: &[Move], states: &[Vec<State>]) -> Box<[bool]> {
    if !standard.has_pauses {
        return Box::default();
    }
    let is_paused = |states: Option<&Vec<State>>| {
        let mut rows = states
            .into_iter()
            .flatten()
            .flat_map(|state| workflow.allowed(*state))
            .peekable();
        rows.peek().is_some() && rows.all(|row| standard.rows.get(row).is_some_and(|row| row.is_paused))
    };
    let mut paused = vec![is_paused(states.first())];
    for (at, step) in moves.iter().enumerate() {
        if matches!(step, Move::Sync { .. } | Move::Log { .. }) {
            paused.push(is_paused(states.get(at + 1)));
        }
    }
    if paused.contains(&true) {
        paused.into()
    } else {
        Box::default()
    }
}
