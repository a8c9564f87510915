//! A text with a change applied to it, where that can be done without thinking, and what it does to the cases. Pure.

use super::drift::count;
use super::other::costs_by;
use super::proposals::{Change, Effect};
use super::stats::Share;
use crate::calendar::WorkingCalendar;
use crate::conformance::store::Judged;
use crate::documents::Content;
use crate::procedures::{self, NextRow, Severity, Source, StepRow, StepTimes, limit_text, step_table};
use crate::workflow::{TimeLimit, Workflow};

/// The text after a change; `None` when the change needs an author, or would make the text worse than it is.
pub(in crate::conformance) fn apply(source: &Source, change: &Change) -> Option<Source> {
    let mut changed = source.clone();
    match change {
        Change::Move { step, before } => put_before(&mut changed, step, before)?,
        Change::Optional { step } => row_mut(&mut changed, step)?.optional = true,
        Change::Limit {
            step,
            duration,
            from,
            to,
        } => set_limit(row_mut(&mut changed, step)?, duration, (*from, *to))?,
        Change::Control { .. } | Change::Add { .. } | Change::Rework { .. } => return None,
    }
    let is_usable = Workflow::compile(&step_table(&changed)).is_ok();
    (is_usable && errors(&changed) <= errors(source)).then_some(changed)
}

fn errors(source: &Source) -> u32 {
    let faults = procedures::check(&procedures::write(source), None);
    count(faults.iter().filter(|fault| fault.severity == Severity::Error))
}

fn row_mut<'a>(source: &'a mut Source, code: &str) -> Option<&'a mut StepRow> {
    source.steps.iter_mut().find(|row| row.code == code)
}

/// Another limit for a step, in one duration case or in all; `None` when the text does not say what it was said to say.
fn set_limit(row: &mut StepRow, duration: &str, (from, to): (TimeLimit, TimeLimit)) -> Option<()> {
    let text = match &mut row.time {
        StepTimes::Unstated => return None,
        StepTimes::Same(text) => text,
        StepTimes::ByDuration(texts) => {
            let own = texts.iter().position(|(case, _)| case == duration).unwrap_or(0);
            &mut texts.get_mut(own)?.1
        }
    };
    (procedures::parse_limit(text) == Some(from)).then(|| *text = limit_text(to))
}

/// Moves a row up. Ways that led on to the row it now stands before lead to it, those that led to it lead to what came
/// after it; ways back stay as they are.
fn put_before(source: &mut Source, step: &str, before: &str) -> Option<()> {
    let place = |code: &str| source.steps.iter().position(|row| row.code == code);
    let (late, early) = (place(step)?, place(before)?);
    let row = source.steps.get(late).filter(|_| early < late)?;
    let after = match row.next.as_slice() {
        [] => source.steps.get(late + 1).map_or("END", |next| next.code.as_str()),
        [only] => only.to.as_str(),
        // Where a row that decides would lead afterwards, only its author knows.
        _ => return None,
    };
    let is_stated = !row.next.is_empty();
    let leads_past = |row: &StepRow| row.next.iter().any(|next| next.to == step);
    if place(after).is_some_and(|place| place <= late) || source.steps.iter().take(early).any(leads_past) {
        return None;
    }
    let after = after.to_owned();
    for (at, row) in source.steps.iter_mut().enumerate().take(late) {
        for next in &mut row.next {
            if at < early && next.to == before {
                step.clone_into(&mut next.to);
            } else if at >= early && next.to == step {
                next.to.clone_from(&after);
            }
        }
    }
    let to = |code: &str| {
        vec![NextRow {
            outcome: String::new(),
            to: code.to_owned(),
        }]
    };
    let mut row = source.steps.remove(late);
    if is_stated {
        row.next = to(before);
    }
    source.steps.insert(early, row);
    // What stood above the moved row went on to it by standing there.
    if let Some(above) = source
        .steps
        .get_mut(late)
        .filter(|above| is_stated && above.next.is_empty())
    {
        above.next = to(&after);
    }
    Some(())
}

/// What a changed text does to the cases that have ended; `None` when it has no workflow.
pub(in crate::conformance) fn effect(
    judged: &[&Judged],
    changed: &Source,
    calendar: &WorkingCalendar,
) -> Option<Effect> {
    let ended = |one: &&Judged| one.trace.ended.is_some() && one.judgement.is_determined;
    let ended: Vec<&Judged> = judged.iter().copied().filter(ended).collect();
    let then = costs_by(&ended, &Content::of(&procedures::write(changed)), calendar)?;
    let now: Vec<u32> = ended.iter().map(|one| one.judgement.cost).collect();
    let whole = count(now.iter());
    let fitting = |costs: &[u32]| Share::new(count(costs.iter().filter(|cost| **cost == 0)), whole);
    Some(Effect {
        fitting: (fitting(&now), fitting(&then)),
        cost: (now.iter().sum(), then.iter().sum()),
    })
}

/// A text with several changes applied, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Amended {
    pub(in crate::conformance) source: Source,
    /// For each change whether it was applied; the others are for the author.
    pub(in crate::conformance) applied: Vec<bool>,
}

/// Applies what can be applied.
pub(in crate::conformance) fn amend<'a>(source: &Source, changes: impl Iterator<Item = (&'a Change, bool)>) -> Amended {
    let mut amended = Amended {
        source: source.clone(),
        applied: Vec::new(),
    };
    for (change, is_mechanical) in changes {
        let changed = is_mechanical.then(|| apply(&amended.source, change)).flatten();
        amended.applied.push(changed.is_some());
        amended.source = changed.unwrap_or(amended.source);
    }
    amended
}
