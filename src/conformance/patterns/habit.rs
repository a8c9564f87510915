//! Old habits: cases under a new version whose steps fit the version before better than the one in force. Pure.

use super::repeats::{Month, month_of};
use super::stats::Share;
use crate::cases::{Ended, Trace};
use crate::conformance::store::Judged;
use crate::documents::Content;
use crate::kernel::{PersonId, VersionId};
use crate::workflow::{Alignment, Done, Move, StepTable, Workflow, align};
use chrono::NaiveDateTime;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a case with their outcomes.
type Way<'a> = Vec<(Option<usize>, Option<&'a str>)>;

/// A case that still works by the version before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct OldCase {
    pub(in crate::conformance) code: String,
    pub(in crate::conformance) received_at: NaiveDateTime,
    /// Deviations from the version before, and from the one in force.
    pub(in crate::conformance) costs: (u32, u32),
    /// Who did the steps that fit only the version before.
    pub(in crate::conformance) people: BTreeMap<PersonId, String>,
}

/// What is left of the version before.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::conformance) struct Habit {
    /// Whether the two versions prescribe different ways at all; if not, the order of steps shows nothing.
    pub(in crate::conformance) differs: bool,
    /// Cases that fit the version before better, of all under the new one.
    pub(in crate::conformance) cases: Share,
    /// Those cases, the newest first.
    pub(in crate::conformance) rows: Vec<OldCase>,
    /// By month of receipt.
    pub(in crate::conformance) months: Vec<(Month, Share)>,
    /// People who did steps that fit only the version before: their cases like that, of the cases they worked on.
    pub(in crate::conformance) people: Vec<(PersonId, String, Share)>,
    /// Cases with a step that was recorded as done by the old text.
    pub(in crate::conformance) by_old_text: u32,
}

/// Whether two tables prescribe different ways; times, roles and names are not looked at.
pub(in crate::conformance) fn differ(one: &StepTable, other: &StepTable) -> bool {
    let same = one
        .steps
        .iter()
        .zip(&other.steps)
        .all(|(a, b)| (&a.code, &a.next, a.optional, &a.branch) == (&b.code, &b.next, b.optional, &b.branch));
    !same || one.steps.len() != other.steps.len()
}

/// Looks for what is left of `old` (its id and text) in the cases of the version after it.
pub(in crate::conformance) fn habit(after: &[&Judged], old: (&VersionId, &Content)) -> Habit {
    let (version, old) = old;
    let mut habit = Habit {
        by_old_text: super::drift::count(after.iter().filter(|one| used(one, version))),
        ..Habit::default()
    };
    let (Some(workflow), Some(first)) = (&old.workflow, after.first()) else {
        return habit;
    };
    habit.differs = differ(&old.table, &first.content.table);
    if !habit.differs {
        return habit;
    }
    let mut known: BTreeMap<Way<'_>, Option<Alignment>> = BTreeMap::new();
    let mut months: BTreeMap<Month, (u32, u32)> = BTreeMap::new();
    let mut people: BTreeMap<&PersonId, (&str, u32, u32)> = BTreeMap::new();
    for one in after.iter().filter(|one| one.judgement.is_determined) {
        let events = events(one, &old.table);
        let key: Way<'_> = events.iter().map(|done| (done.row, done.outcome)).collect();
        let by_old = known
            .entry(key)
            .or_insert_with(|| align(workflow, &events, is_finished(&one.trace)));
        // Both texts are compared in the same way; a comparison that was given up shows nothing.
        let current = one.content.workflow.as_ref();
        let own = current.and_then(|workflow| cost_by(one, &one.content.table, workflow));
        let still = by_old.as_ref().zip(own).filter(|(by_old, own)| by_old.cost < *own);
        let month = months.entry(month_of(one.trace.received_at)).or_default();
        month.0 += u32::from(still.is_some());
        month.1 += 1;
        let who = still.map(|(by_old, _)| whose(one, by_old, &old.table)).unwrap_or_default();
        for (person, name) in workers(one) {
            let own = people.entry(person).or_insert((name, 0, 0));
            own.1 += u32::from(who.contains_key(person));
            own.2 += 1;
        }
        if let Some((by_old, own)) = still {
            habit.rows.push(OldCase {
                code: one.trace.code.clone(),
                received_at: one.trace.received_at,
                costs: (by_old.cost, own),
                people: who,
            });
        }
    }
    habit
        .rows
        .sort_by(|a, b| (b.received_at, &b.code).cmp(&(a.received_at, &a.code)));
    let all = months.values().map(|(_, all)| *all).sum();
    habit.cases = Share::new(super::drift::count(habit.rows.iter()), all);
    habit.months = months
        .into_iter()
        .map(|(month, (part, whole))| (month, Share::new(part, whole)))
        .collect();
    habit.people = people
        .into_iter()
        .filter(|(_, (_, part, _))| *part > 0)
        .map(|(person, (name, part, whole))| (person.clone(), name.to_owned(), Share::new(part, whole)))
        .collect();
    habit.people.sort_by_key(|(_, _, share)| Reverse(share.part));
    habit
}

/// Whether a step was recorded as done by that version.
fn used(one: &Judged, version: &VersionId) -> bool {
    one.trace.events.iter().any(|event| event.version == *version)
}

/// The events of a case as rows of another table.
pub(in crate::conformance) fn events<'a>(one: &'a Judged, table: &StepTable) -> Vec<Done<'a>> {
    one.trace
        .events
        .iter()
        .map(|event| Done {
            row: table
                .steps
                .iter()
                .position(|step| step.code.as_str() == event.step_code),
            outcome: event.outcome.as_deref(),
        })
        .collect()
}

/// Whether a case must have come to an end by the text; one that was stopped or withdrawn need not.
fn is_finished(trace: &Trace) -> bool {
    matches!(trace.ended, Some(Ended::Completed | Ended::Refused))
}

/// The fewest deviations of a case from another table; `None` when the search for them was given up.
pub(in crate::conformance) fn cost_by(one: &Judged, table: &StepTable, workflow: &Workflow) -> Option<u32> {
    let alignment = align(workflow, &events(one, table), is_finished(&one.trace))?;
    Some(alignment.cost)
}

fn workers(one: &Judged) -> BTreeMap<&PersonId, &str> {
    let events = one.trace.events.iter();
    events
        .map(|event| (&event.person, event.person_name.as_str()))
        .collect()
}

/// Who did what fits only the old text: an event that is one too many by the new one and right by the old, or the event
/// before which the new text wants a step that the old one does not have there.
fn whose(one: &Judged, by_old: &Alignment, old: &StepTable) -> BTreeMap<PersonId, String> {
    let fits: BTreeSet<usize> = by_old
        .moves
        .iter()
        .filter_map(|step| match *step {
            Move::Sync { event, .. } => Some(event),
            Move::Log { .. } | Move::Model { .. } => None,
        })
        .collect();
    let wanted: BTreeSet<&str> = by_old
        .moves
        .iter()
        .filter_map(|step| match *step {
            Move::Model { row } => old.steps.get(row).map(|step| step.code.as_str()),
            Move::Sync { .. } | Move::Log { .. } => None,
        })
        .collect();
    let mut left_out = false;
    let mut shown = BTreeSet::new();
    for step in one.judgement.moves.iter() {
        match *step {
            Move::Model { row } => {
                let code = one.content.table.steps.get(row).map(|step| step.code.as_str());
                left_out |= code.is_some_and(|code| !wanted.contains(code));
            }
            Move::Log { event, .. } => {
                shown.extend(fits.contains(&event).then_some(event));
            }
            Move::Sync { event, .. } => {
                shown.extend(std::mem::take(&mut left_out).then_some(event));
            }
        }
    }
    shown
        .into_iter()
        .filter_map(|event| one.trace.events.get(event))
        .map(|event| (event.person.clone(), event.person_name.clone()))
        .collect()
}
