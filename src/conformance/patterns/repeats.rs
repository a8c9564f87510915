//! Deviations that repeat: the same kind at the same step of the same procedure, in how many of the cases that came
//! there, since when, since which version, and with whom. Notes are left out. Pure.

use super::stats::Share;
use crate::conformance::finding::{Finding, FindingKind, Severity};
use crate::conformance::store::Judged;
use crate::kernel::{DocumentId, PersonId, VersionId, local};
use crate::workflow::Move;
use chrono::{Datelike, NaiveDateTime};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// In fewer cases than this a deviation does not repeat.
pub(in crate::conformance) const LEAST_CASES: u32 = 2;

/// A month: year and number from 1.
pub(in crate::conformance) type Month = (i32, u32);

/// Where deviations are put together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::conformance) struct Spot {
    pub(in crate::conformance) document: DocumentId,
    pub(in crate::conformance) kind: FindingKind,
    /// Code of the step; empty for the whole case.
    pub(in crate::conformance) step: String,
}

/// A deviation that repeats.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct Repeat {
    pub(in crate::conformance) spot: Spot,
    /// The gravest that it was.
    pub(in crate::conformance) severity: Severity,
    /// Cases with it, of those that came to the step.
    pub(in crate::conformance) cases: Share,
    pub(in crate::conformance) findings: u32,
    pub(in crate::conformance) first: NaiveDateTime,
    pub(in crate::conformance) last: NaiveDateTime,
    /// By version, in the order of their numbers.
    pub(in crate::conformance) versions: Vec<(VersionId, Share)>,
    /// By month of receipt, without gaps between the first and the last month in which a case came there.
    pub(in crate::conformance) months: Vec<(Month, Share)>,
    /// Who did what shows it, most often first.
    pub(in crate::conformance) people: Vec<(PersonId, String, u32)>,
    /// The positions they held then, most often first.
    pub(in crate::conformance) positions: Vec<(String, u32)>,
}

impl Repeat {
    /// The version with which it began: cases under an earlier one came to the step and did not have it. `None` when it
    /// was there from the first version on, or only one was looked at.
    pub(in crate::conformance) fn began_with(&self) -> Option<&VersionId> {
        let first = self.versions.iter().position(|(_, share)| share.part > 0)?;
        let before: u32 = self.versions.iter().take(first).map(|(_, share)| share.whole).sum();
        self.versions
            .get(first)
            .filter(|_| before > 0)
            .map(|(version, _)| version)
    }
}

/// How often a position did something that deviates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct AtPosition {
    /// The name of the position, as it was on the day.
    pub(in crate::conformance) position: String,
    /// Steps with a deviation, of all steps it did.
    pub(in crate::conformance) steps: Share,
    /// Cases with such a step.
    pub(in crate::conformance) cases: u32,
}

/// What repeats.
#[derive(Debug, Default)]
pub(in crate::conformance) struct Repeats {
    /// Those in at least [`LEAST_CASES`] cases, in most cases first.
    pub(in crate::conformance) rows: Vec<Repeat>,
    /// How many were seen in fewer.
    pub(in crate::conformance) single: usize,
    /// Positions that did something that deviates, most often first.
    pub(in crate::conformance) positions: Vec<AtPosition>,
}

#[derive(Default)]
struct Tally {
    severity: Option<Severity>,
    cases: u32,
    findings: u32,
    span: Option<(NaiveDateTime, NaiveDateTime)>,
    versions: BTreeMap<VersionId, u32>,
    months: BTreeMap<Month, u32>,
    people: BTreeMap<PersonId, (String, u32)>,
    positions: BTreeMap<String, u32>,
}

/// Cases that came to a step, by version and by month; the empty code stands for all cases of the procedure.
#[derive(Default)]
struct Came {
    all: u32,
    versions: BTreeMap<VersionId, u32>,
    months: BTreeMap<Month, u32>,
}

/// Puts the findings of many cases together. `numbers` are those of the versions.
pub(in crate::conformance) fn repeats(judged: &[Judged], numbers: &BTreeMap<VersionId, i64>) -> Repeats {
    let mut tallies: BTreeMap<Spot, Tally> = BTreeMap::new();
    let mut came: BTreeMap<(DocumentId, String), Came> = BTreeMap::new();
    for one in judged.iter().filter(|one| one.judgement.is_determined) {
        let (month, version) = (month_of(one.trace.received_at), &one.trace.version);
        for step in steps_come_to(one) {
            let place = came.entry((one.trace.document.clone(), step)).or_default();
            place.all += 1;
            *place.versions.entry(version.clone()).or_default() += 1;
            *place.months.entry(month).or_default() += 1;
        }
        let mut seen: BTreeSet<Spot> = BTreeSet::new();
        for finding in deviations(one) {
            let spot = spot(one, finding);
            let is_first = seen.insert(spot.clone());
            tallies.entry(spot).or_default().add(one, finding, is_first);
        }
    }
    let (often, seldom): (Vec<_>, Vec<_>) = tallies.into_iter().partition(|(_, tally)| tally.cases >= LEAST_CASES);
    let mut rows: Vec<Repeat> = often
        .into_iter()
        .filter_map(|(spot, tally)| {
            // What the table does not have has no cases that come to it: any case might.
            let step = if is_anywhere(spot.kind) { "" } else { &spot.step };
            let came = came.get(&(spot.document.clone(), step.to_owned()))?;
            tally.done(spot, came, numbers)
        })
        .collect();
    rows.sort_by_key(|row| (Reverse(row.cases.part), Reverse(row.severity), row.spot.clone()));
    Repeats {
        rows,
        single: seldom.len(),
        positions: positions(judged),
    }
}

/// The findings that are more than a note.
pub(in crate::conformance) fn deviations(one: &Judged) -> impl Iterator<Item = &Finding> {
    one.judgement
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Info)
}

/// Where a finding belongs.
pub(in crate::conformance) fn spot(one: &Judged, finding: &Finding) -> Spot {
    Spot {
        document: one.trace.document.clone(),
        kind: finding.kind,
        step: finding.step_code.clone(),
    }
}

/// Whether cases cannot come to it, because no table has it.
pub(in crate::conformance) fn is_anywhere(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::UnknownStep | FindingKind::OtherVersionStep)
}

/// Whether it is shown by whoever did the next step, who is not the one who did it.
fn is_by_nobody(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::Skipped | FindingKind::ConsultationMissing)
}

/// The month of a moment by the office's clock.
pub(in crate::conformance) fn month_of(at: NaiveDateTime) -> Month {
    let day = local(at).date();
    (day.year(), day.month())
}

/// The steps that a case came to: done, left out, or waiting too long; and the empty code for the case itself.
pub(in crate::conformance) fn steps_come_to(one: &Judged) -> BTreeSet<String> {
    let mut steps = BTreeSet::from([String::new()]);
    steps.extend(one.trace.events.iter().map(|event| event.step_code.clone()));
    let left_out = one.judgement.moves.iter().filter_map(|step| match *step {
        Move::Model { row } => one.content.table.steps.get(row),
        Move::Sync { .. } | Move::Log { .. } => None,
    });
    steps.extend(left_out.map(|step| step.code.to_string()));
    steps.extend(one.judgement.findings.iter().map(|finding| finding.step_code.clone()));
    steps
}

impl Tally {
    fn add(&mut self, one: &Judged, finding: &Finding, is_first: bool) {
        self.findings += 1;
        self.severity = self.severity.max(Some(finding.severity));
        let at = finding.at.unwrap_or(one.trace.received_at);
        let (first, last) = self.span.unwrap_or((at, at));
        self.span = Some((first.min(at), last.max(at)));
        if is_first {
            self.cases += 1;
            *self.versions.entry(one.trace.version.clone()).or_default() += 1;
            *self.months.entry(month_of(one.trace.received_at)).or_default() += 1;
        }
        // What was left out is shown by whoever did the next step; that person did not leave it out.
        if is_by_nobody(finding.kind) {
            return;
        }
        if let Some(person) = &finding.person {
            let named = self.people.entry(person.clone()).or_default();
            named.0.clone_from(&finding.person_name);
            named.1 += 1;
        }
        let event = one
            .trace
            .events
            .iter()
            .find(|event| Some(event.seq) == finding.event_seq);
        if let Some(event) = event.filter(|event| !event.position_name.is_empty()) {
            *self.positions.entry(event.position_name.clone()).or_default() += 1;
        }
    }

    fn done(self, spot: Spot, came: &Came, numbers: &BTreeMap<VersionId, i64>) -> Option<Repeat> {
        let (first, last) = self.span?;
        let mut versions: Vec<(VersionId, Share)> = came
            .versions
            .iter()
            .map(|(version, whole)| {
                let part = self.versions.get(version).copied().unwrap_or(0);
                (version.clone(), Share::new(part, *whole))
            })
            .collect();
        versions.sort_by_key(|(version, _)| numbers.get(version).copied().unwrap_or(i64::MAX));
        let mut people: Vec<_> = self
            .people
            .into_iter()
            .map(|(person, (name, count))| (person, name, count))
            .collect();
        people.sort_by_key(|(_, _, count)| Reverse(*count));
        let mut positions: Vec<_> = self.positions.into_iter().collect();
        positions.sort_by_key(|(_, count)| Reverse(*count));
        Some(Repeat {
            spot,
            severity: self.severity?,
            cases: Share::new(self.cases, came.all),
            findings: self.findings,
            first,
            last,
            versions,
            months: months(&came.months, &self.months),
            people,
            positions,
        })
    }
}

/// Every month from the first to the last in which a case came there.
fn months(came: &BTreeMap<Month, u32>, found: &BTreeMap<Month, u32>) -> Vec<(Month, Share)> {
    let (Some((first, _)), Some((last, _))) = (came.first_key_value(), came.last_key_value()) else {
        return Vec::new();
    };
    let mut month = *first;
    let mut all = Vec::new();
    while month <= *last {
        let of = |counts: &BTreeMap<Month, u32>| counts.get(&month).copied().unwrap_or(0);
        all.push((month, Share::new(of(found), of(came))));
        month = if month.1 == 12 {
            (month.0 + 1, 1)
        } else {
            (month.0, month.1 + 1)
        };
    }
    all
}

/// How many of the steps of each position deviate.
fn positions(judged: &[Judged]) -> Vec<AtPosition> {
    let mut all: BTreeMap<&str, (u32, u32, u32)> = BTreeMap::new();
    for one in judged.iter().filter(|one| one.judgement.is_determined) {
        let shown: BTreeSet<i64> = deviations(one)
            .filter(|finding| !is_by_nobody(finding.kind))
            .filter_map(|finding| finding.event_seq)
            .collect();
        let mut in_case: BTreeSet<&str> = BTreeSet::new();
        for event in one.trace.events.iter().filter(|event| !event.position_name.is_empty()) {
            let own = all.entry(&event.position_name).or_default();
            own.1 += 1;
            if shown.contains(&event.seq) {
                own.0 += 1;
                own.2 += u32::from(in_case.insert(&event.position_name));
            }
        }
    }
    let mut rows: Vec<AtPosition> = all
        .into_iter()
        .filter(|(_, (deviating, ..))| *deviating > 0)
        .map(|(position, (deviating, steps, cases))| AtPosition {
            position: position.to_owned(),
            steps: Share::new(deviating, steps),
            cases,
        })
        .collect();
    rows.sort_by_key(|row| (Reverse(row.steps.part), row.position.clone()));
    rows
}
