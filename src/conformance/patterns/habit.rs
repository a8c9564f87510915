//! Old habits: cases under a new version whose steps fit the version before better than the one in force. Pure.

use super::other::by_text;
use super::repeats::{Month, month_of};
use super::stats::Share;
use crate::calendar::WorkingCalendar;
use crate::conformance::judge::{Judge, Judgement};
use crate::conformance::store::Judged;
use crate::documents::Content;
use crate::kernel::{PersonId, VersionId};
use crate::workflow::{Move, StepTable};
use chrono::NaiveDateTime;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

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
pub(in crate::conformance) fn habit(
    after: &[&Judged],
    (version, old): (&VersionId, &Content),
    calendar: &WorkingCalendar,
) -> Habit {
    let habit = Habit {
        by_old_text: super::drift::count(after.iter().filter(|one| used(one, version))),
        ..Habit::default()
    };
    let Some(first) = after.first() else {
        return habit;
    };
    if old.workflow.is_none() || !differ(&old.table, &first.content.table) {
        return habit;
    }
    by_text(old, &first.trace.document, calendar, |judge| {
        found(after, judge, &old.table, habit)
    })
}

fn found(after: &[&Judged], judge: &Judge<'_>, old: &StepTable, mut habit: Habit) -> Habit {
    habit.differs = true;
    let mut months: BTreeMap<Month, (u32, u32)> = BTreeMap::new();
    let mut people: BTreeMap<&PersonId, (&str, u32, u32)> = BTreeMap::new();
    for one in after.iter().filter(|one| one.judgement.is_determined) {
        let by_old = judge.judge(&one.trace);
        // A comparison that could not be made shows nothing.
        let still = Some(&by_old).filter(|by_old| by_old.is_determined && by_old.cost < one.judgement.cost);
        let month = months.entry(month_of(one.trace.received_at)).or_default();
        month.0 += u32::from(still.is_some());
        month.1 += 1;
        let who = still.map(|by_old| whose(one, by_old, old)).unwrap_or_default();
        for (person, name) in workers(one) {
            let own = people.entry(person).or_insert((name, 0, 0));
            own.1 += u32::from(who.contains_key(person));
            own.2 += 1;
        }
        if let Some(by_old) = still {
            habit.rows.push(OldCase {
                code: one.trace.code.clone(),
                received_at: one.trace.received_at,
                costs: (by_old.cost, one.judgement.cost),
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

fn workers(one: &Judged) -> BTreeMap<&PersonId, &str> {
    let events = one.trace.events.iter();
    events
        .map(|event| (&event.person, event.person_name.as_str()))
        .collect()
}

/// Who did what fits only the old text: an event that is one too many by the new one and right by the old, or the event
/// before which the new text wants a step that the old one does not have there.
fn whose(one: &Judged, by_old: &Judgement, old: &StepTable) -> BTreeMap<PersonId, String> {
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
