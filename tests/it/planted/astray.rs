//! Deviations from the way: which places of a case can show one beyond doubt, and the case changed there.

use super::chance::Chance;
use super::plant::{Case, Expected, alone, expected, times};
use super::run::{Office, Taken, Way};
use quytrinh::cases::Ended;
use quytrinh::conformance::FindingKind as K;
use quytrinh::workflow::{End, Target};

/// The steps without one.
fn without(steps: &[Taken], at: usize) -> Vec<Taken> {
    let mut steps = steps.to_vec();
    steps.remove(at);
    steps
}

fn with(steps: &[Taken], at: usize, taken: Taken) -> Vec<Taken> {
    let mut steps = steps.to_vec();
    steps.insert(at, taken);
    steps
}

/// Times of later events stay as they are: nothing becomes late.
pub(super) fn skip(office: &Office<'_>, case: &mut Case, at: usize) -> Option<Expected> {
    let steps = case.way.steps.clone();
    let row = steps[at].0;
    let left = without(&steps, at);
    // What may be left out, or follows the table all the same, is no deviation.
    if times(case, row) > 1 || office.table().steps[row].optional || office.end_of(&left).is_some() {
        return None;
    }
    // A shorter way back to what follows must not be as good an explanation.
    if left.is_empty() || (0..left.len()).any(|other| office.end_of(&without(&left, other)).is_some()) {
        return None;
    }
    let kind = told_as(office, case, at)?;
    case.trace.events.remove(at);
    case.trace.ended_at = case.trace.events.last().map(|event| event.done_at);
    Some(expected(kind, &[row]))
}

/// How a step that is left out is told: by what comes behind it.
fn told_as(office: &Office<'_>, case: &Case, at: usize) -> Option<K> {
    let table = office.table();
    let row = case.way.steps[at].0;
    let branch = table.steps[row].branch.as_ref();
    for (later, _) in case.way.steps.get(at + 1..)? {
        let other = table.steps[*later].branch.as_ref();
        match (branch, other) {
            (Some(own), Some(other)) if own.group == other.group && own != other => {}
            (Some(own), Some(other)) if own == other => return Some(K::Skipped),
            (Some(_), _) => return Some(K::ConsultationMissing),
            (None, _) => return Some(K::Skipped),
        }
    }
    Some(K::ClosedUnfinished)
}

pub(super) fn swap(office: &Office<'_>, case: &mut Case, at: usize) -> Option<Expected> {
    let next = at.checked_add(1).filter(|next| *next < case.way.steps.len())?;
    let (one, two) = (case.way.steps[at].0, case.way.steps[next].0);
    let mut steps = case.way.steps.clone();
    steps.swap(at, next);
    let is_plain = |row: usize| !office.table().steps[row].optional && times(case, row) == 1;
    if one == two || !is_plain(one) || !is_plain(two) || office.end_of(&steps).is_some() {
        return None;
    }
    // Without one of the two it must not follow the table either, else that explains it with one deviation.
    if (0..steps.len()).any(|other| office.end_of(&without(&steps, other)).is_some()) {
        return None;
    }
    let moments = (case.trace.events[at].done_at, case.trace.events[next].done_at);
    case.trace.events.swap(at, next);
    (case.trace.events[at].done_at, case.trace.events[next].done_at) = moments;
    Some(expected(K::OutOfOrder, &[one, two]))
}

pub(super) fn duplicate(office: &Office<'_>, case: &mut Case, at: usize) -> Option<Expected> {
    let taken = case.way.steps[at];
    let longer = with(&case.way.steps, at, taken);
    if office.end_of(&longer).is_some() || is_bridged(office, &case.way.steps, at + 1, taken.0) {
        return None;
    }
    case.trace.events.insert(at + 1, case.trace.events[at].clone());
    Some(expected(K::Repeated, &[taken.0]))
}

/// Whether one step in between would let a row be done after the first `at` steps: then leaving that out explains it.
fn is_bridged(office: &Office<'_>, steps: &[Taken], at: usize, row: usize) -> bool {
    let Some(state) = office.states(&steps[..at]) else {
        return false;
    };
    let workflow = office.workflow;
    let between = workflow
        .allowed(state)
        .into_iter()
        .flat_map(|row| workflow.after(state, row, None));
    between.into_iter().any(|state| workflow.allows(state, row))
}

pub(super) fn after_end(office: &Office<'_>, case: &mut Case, at: usize) -> Option<Expected> {
    let row = case.way.steps[at].0;
    let last = case.way.steps.last()?.0;
    let state = office.states(&case.way.steps)?;
    // The case must be over: with optional steps left, or a way back, it could go on.
    if row == last || office.workflow.ended(state).is_none() {
        return None;
    }
    let steps = with(&case.way.steps, case.way.steps.len(), case.way.steps[at]);
    if (0..steps.len() - 1).any(|other| office.end_of(&without(&steps, other)).is_some()) {
        return None;
    }
    let last = case.trace.events.last()?.done_at;
    let mut event = case.trace.events[at].clone();
    event.done_at = last;
    case.trace.events.push(event);
    Some(expected(K::StepAfterEnd, &[row]))
}

pub(super) fn stopped(office: &Office<'_>, case: &mut Case, at: usize) -> Option<Expected> {
    let state = office.states(&case.way.steps[..at])?;
    let rest = office
        .workflow
        .rest(&[state], End::Completed)
        .filter(|rest| !rest.is_empty())?;
    case.trace.events.truncate(at);
    case.trace.ended = Some(Ended::Stopped);
    case.trace.ended_at = Some(
        case.trace
            .events
            .last()
            .map_or(case.trace.received_at, |event| event.done_at),
    );
    Some(expected(K::ClosedUnfinished, &rest))
}

/// Behind a decision, a step that only another outcome of it leads to.
pub(super) fn wrong_branch(office: &Office<'_>, case: &mut Case, at: usize) -> Option<Expected> {
    let table = office.table();
    let (row, way) = case.way.steps[at];
    let ways = table.steps[row]
        .next
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != way);
    let mut targets = ways.filter_map(|(_, next)| match &next.target {
        Target::Step(code) => Some(table.find(code)?.0),
        Target::End | Target::EndRefused | Target::EndWithdrawn => None,
    });
    let other = targets.find(|other| times(case, *other) == 0)?;
    let step = &table.steps[other];
    let is_plain = !step.optional && step.branch.is_none() && alone(office, other);
    if !is_plain || is_bridged(office, &case.way.steps, at + 1, other) {
        return None;
    }
    let longer = with(&case.way.steps, at + 1, (other, 0));
    let state = office.states(&case.way.steps[..=at])?;
    if office.end_of(&longer).is_some() || office.workflow.ended(state).is_some() {
        return None;
    }
    if (0..longer.len()).any(|left| left != at + 1 && office.end_of(&without(&longer, left)).is_some()) {
        return None;
    }
    let mut event = case.trace.events[at].clone();
    event.step_code = table.steps[other].code.to_string();
    event.outcome = None;
    let stranger = Office::new(office.content);
    let own = stranger.case(
        &Way {
            steps: vec![(other, 0)],
            end: End::Completed,
        },
        &mut Chance::new(1),
    );
    event.person = own.events.first()?.person.clone();
    event.outputs = (0..table.steps[other].outputs.len()).collect();
    case.trace.events.insert(at + 1, event);
    Some(expected(K::WrongBranch, &[other]))
}
