//! One case followed along its table: from where each step was reached, since when it could be done, and what an open
//! case waits for.

use crate::cases::{Ended, Trace};
use crate::conformance::judge::{Judgement, Walk};
use crate::conformance::store::Judged;
use crate::workflow::{Move, Point, StepTable, Target, Workflow};
use chrono::NaiveDateTime;

/// A step that was done as the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Passage {
    pub(in crate::conformance) event: usize,
    pub(in crate::conformance) row: usize,
    /// The rows from which it was reached, several behind a parallel part; empty when a step in between was left out.
    pub(super) from: Vec<Point>,
    /// Since when it could be done, UTC; `None` when a step in between was left out, for then nobody can say.
    pub(in crate::conformance) since: Option<NaiveDateTime>,
}

/// A case along its table.
#[derive(Debug, Default)]
pub(in crate::conformance) struct Walked {
    pub(in crate::conformance) passages: Vec<Passage>,
    /// From which row to which one went although the table has no such way there.
    pub(super) outside: Vec<(Point, usize)>,
    /// The last rows and the end that they led to.
    pub(super) end: Option<(Vec<usize>, Point)>,
}

impl Walked {
    pub(in crate::conformance) fn of(trace: &Trace, judgement: &Judgement, table: &StepTable) -> Self {
        let mut walk = Walk::begin();
        let mut found = Self::default();
        let mut row_of: Vec<Option<usize>> = vec![None; trace.events.len()];
        // The rows of the events so far, whether they fitted or not.
        let mut done = Vec::new();
        for step in judgement.moves.iter() {
            match *step {
                Move::Sync { event, row } => {
                    let enablers = walk.enablers(table, row);
                    if enablers.is_none() {
                        found.outside.push((before(table, &done, row), row));
                    }
                    found.passages.push(Passage {
                        event,
                        row,
                        from: enablers.as_deref().map(|by| rows(by, &row_of)).unwrap_or_default(),
                        since: enablers.as_deref().map(|by| since(by, trace)),
                    });
                    if let Some(own) = row_of.get_mut(event) {
                        *own = Some(row);
                    }
                    walk.done(table, row, event);
                    done.push(row);
                }
                Move::Log { event, row } => {
                    if let Some(row) = row {
                        found.outside.push((before(table, &done, row), row));
                        done.push(row);
                    }
                    walk.beside(event);
                }
                Move::Model { row } => walk.pass(table, row),
            }
        }
        found.end = end(trace, table, &walk, &row_of);
        found
    }
}

/// The row that was done before this one; what was done beside it in another branch is not before it.
fn before(table: &StepTable, done: &[usize], row: usize) -> Point {
    let branch = |row: usize| table.steps.get(row).and_then(|step| step.branch.as_ref());
    let own = branch(row);
    let is_beside = |other: &usize| {
        own.zip(branch(*other))
            .is_some_and(|(own, other)| own.group == other.group && own.branch != other.branch)
    };
    let last = done.iter().rev().find(|other| !is_beside(other));
    last.map_or(Point::Start, |row| Point::Row(*row))
}

/// The rows of the events that fitted; the start when there are none.
fn rows(events: &[usize], row_of: &[Option<usize>]) -> Vec<Point> {
    let rows: Vec<Point> = events
        .iter()
        .filter_map(|event| Some(Point::Row((*row_of.get(*event)?)?)))
        .collect();
    if rows.is_empty() { vec![Point::Start] } else { rows }
}

fn since(events: &[usize], trace: &Trace) -> NaiveDateTime {
    let done = events.iter().filter_map(|event| trace.events.get(*event));
    let last = done.map(|event| event.done_at).max();
    last.unwrap_or(trace.received_at).max(trace.received_at)
}

/// To which end the last steps led; `None` while the case is open, or when it ended elsewhere.
fn end(trace: &Trace, table: &StepTable, walk: &Walk<'_>, row_of: &[Option<usize>]) -> Option<(Vec<usize>, Point)> {
    let ended = trace.ended?;
    let events = walk.left()?;
    let last = *events
        .iter()
        .rev()
        .find(|event| row_of.get(**event).copied().flatten().is_some())?;
    let step = table.steps.get((*row_of.get(last)?)?)?;
    let outcome = trace.events.get(last)?.outcome.as_deref().map(str::trim);
    let named = step
        .next
        .iter()
        .find(|next| next.outcome.as_deref().map(str::trim) == outcome);
    let alone = step.next.first().filter(|_| step.next.len() == 1);
    let point = match named.or(alone).map(|next| &next.target) {
        Some(Target::Step(_)) => return None,
        Some(Target::End) => Point::Completed,
        Some(Target::EndRefused) => Point::Refused,
        Some(Target::EndWithdrawn) => Point::Withdrawn,
        None => match ended {
            Ended::Completed => Point::Completed,
            Ended::Refused => Point::Refused,
            Ended::Withdrawn => Point::Withdrawn,
            Ended::Stopped => return None,
        },
    };
    let rows = events.iter().filter_map(|event| row_of.get(*event).copied().flatten());
    Some((rows.collect(), point))
}

/// The rows that an open case waits for, in the order of the table.
pub(in crate::conformance) fn waiting(judged: &Judged) -> Vec<usize> {
    let workflow = judged.content.workflow.as_ref();
    workflow
        .filter(|_| judged.trace.ended.is_none())
        .map(|workflow| allowed(workflow, &judged.trace, &judged.judgement.moves))
        .unwrap_or_default()
}

fn allowed(workflow: &Workflow, trace: &Trace, moves: &[Move]) -> Vec<usize> {
    let mut states = vec![workflow.start()];
    for step in moves {
        let (row, outcome) = match *step {
            Move::Sync { event, row } => (row, trace.events.get(event).and_then(|event| event.outcome.as_deref())),
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
    let mut rows: Vec<usize> = states.into_iter().flat_map(|state| workflow.allowed(state)).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}
