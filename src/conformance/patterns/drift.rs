//! What changed with a new version: the cases of the version before against those of the new one. Pure.
//!
//! Only cases that have ended are compared, for an open one may still deviate; whether a case is late is asked of every
//! case whose time has run out, open or not. A comparison with fewer than [`LEAST`] cases on a side is not made, and the
//! others of one change are judged together (Holm), so that all of them err with at most 5 %.

use super::repeats::{Spot, deviations, is_anywhere, spot, steps_come_to};
use super::spans::took;
use super::stats::{Share, fisher, holm, mann_whitney, median, quantile};
use crate::calendar::WorkingCalendar;
use crate::conformance::finding::FindingKind;
use crate::conformance::store::Judged;
use crate::workflow::TimeUnit;
use chrono::NaiveDateTime;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// With fewer cases on a side nothing is said about a difference.
pub(in crate::conformance) const LEAST: u32 = 10;
/// A deviation that fewer cases of both sides together have is not tested: no test could find a difference.
pub(in crate::conformance) const LEAST_FOUND: u32 = 5;
/// The most orders of steps that are listed.
const MOST_VARIANTS: usize = 8;
/// All comparisons of one change together err with this probability.
const LEVEL: f64 = 0.05;

crate::kernel::text_enum! {
    /// What may be said of a difference.
    Verdict {
        /// One side has nothing to compare: a step that only one text has, or that no case came to.
        NotThere = "not_there",
        /// Too few cases to say.
        TooFew = "too_few",
        /// No more than chance makes.
        Chance = "chance",
        /// More, or longer, since the new version.
        More = "more",
        /// Less, or shorter, since the new version.
        Less = "less",
    }
}

/// A share before and after.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct ShareChange {
    pub(in crate::conformance) before: Share,
    pub(in crate::conformance) after: Share,
    /// By how much it grew, with its interval.
    pub(in crate::conformance) difference: Option<(f64, (f64, f64))>,
    /// The probability after correction; `None` when it was not tested.
    pub(in crate::conformance) chance: Option<f64>,
    pub(in crate::conformance) verdict: Verdict,
}

/// What was measured on one side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(in crate::conformance) struct Measured {
    pub(in crate::conformance) count: u32,
    pub(in crate::conformance) median: Option<f64>,
    pub(in crate::conformance) interval: Option<(f64, f64)>,
    pub(in crate::conformance) p90: Option<f64>,
}

/// Measurements before and after.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct ValueChange {
    pub(in crate::conformance) before: Measured,
    pub(in crate::conformance) after: Measured,
    pub(in crate::conformance) chance: Option<f64>,
    pub(in crate::conformance) verdict: Verdict,
}

/// How a deviation came or went.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct DeviationChange {
    pub(in crate::conformance) kind: FindingKind,
    pub(in crate::conformance) step: String,
    pub(in crate::conformance) change: ShareChange,
}

impl DeviationChange {
    /// Whether it was not there before.
    pub(in crate::conformance) fn appeared(&self) -> bool {
        self.change.before.part == 0
    }

    /// Whether it is not there any more.
    pub(in crate::conformance) fn vanished(&self) -> bool {
        self.change.after.part == 0
    }
}

/// What changed with a version.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct Drift {
    /// Cases received, and those that have ended, before and after.
    pub(in crate::conformance) cases: (Share, Share),
    pub(in crate::conformance) conforming: ShareChange,
    pub(in crate::conformance) late: ShareChange,
    /// Average fitness, and the test of its values.
    pub(in crate::conformance) mean_fitness: (Option<f64>, Option<f64>),
    pub(in crate::conformance) fitness: ValueChange,
    /// Office hours from receipt to end.
    pub(in crate::conformance) whole: ValueChange,
    /// Office hours of each step, by its code, in the order of the new table, those that only the old one has last.
    pub(in crate::conformance) steps: Vec<(String, ValueChange)>,
    /// Deviations of either side, most cases first.
    pub(in crate::conformance) deviations: Vec<DeviationChange>,
    /// Orders of steps: codes, cases before, cases after; most cases first.
    pub(in crate::conformance) variants: Vec<(Vec<String>, Share, Share)>,
    /// How many comparisons were judged together.
    pub(in crate::conformance) tests: usize,
}

/// The two sides of a change.
#[derive(Debug, Clone, Copy)]
pub(in crate::conformance) struct Sides<'a> {
    /// Cases of the version before.
    pub(in crate::conformance) before: &'a [&'a Judged],
    /// Cases of the new version.
    pub(in crate::conformance) after: &'a [&'a Judged],
    pub(in crate::conformance) calendar: &'a WorkingCalendar,
    /// Until when open cases are looked at, UTC.
    pub(in crate::conformance) now: NaiveDateTime,
}

/// Compares the two sides.
pub(in crate::conformance) fn drift(sides: &Sides<'_>) -> Drift {
    let (before, after) = (ended(sides.before), ended(sides.after));
    let is_conforming = |one: &&&Judged| one.judgement.is_conforming();
    let conforming = |all: &[&Judged]| Share::new(count(all.iter().filter(is_conforming)), count(all.iter()));
    let late = |all: &[&Judged]| late(all, sides.now);
    let fitness = |all: &[&Judged]| all.iter().map(|one| one.judgement.fitness).collect::<Vec<f64>>();
    let (fit_before, fit_after) = (fitness(&before), fitness(&after));
    let (steps_before, steps_after) = (hours(&before, sides.calendar), hours(&after, sides.calendar));
    let none = Vec::new();
    let mut drift = Drift {
        cases: (
            Share::new(count(before.iter()), count(sides.before.iter())),
            Share::new(count(after.iter()), count(sides.after.iter())),
        ),
        conforming: share_change(conforming(&before), conforming(&after), 0),
        late: share_change(late(sides.before), late(sides.after), 0),
        mean_fitness: (mean(&fit_before), mean(&fit_after)),
        fitness: value_change(&fit_before, &fit_after),
        whole: value_change(&whole(&before, sides.calendar), &whole(&after, sides.calendar)),
        steps: step_codes(sides)
            .into_iter()
            .map(|code| {
                let of = |all: &BTreeMap<String, Vec<f64>>| all.get(&code).unwrap_or(&none).clone();
                let change = value_change(&of(&steps_before), &of(&steps_after));
                (code, change)
            })
            .collect(),
        deviations: deviation_changes(&before, &after),
        variants: variants(&before, &after),
        tests: 0,
    };
    drift.judge_together();
    drift
}

impl Drift {
    /// Corrects the probabilities for how many comparisons were made, and says what may be said.
    fn judge_together(&mut self) {
        let mut values = vec![&mut self.fitness, &mut self.whole];
        values.extend(self.steps.iter_mut().map(|(_, change)| change));
        let mut shares = vec![&mut self.conforming, &mut self.late];
        shares.extend(self.deviations.iter_mut().map(|one| &mut one.change));
        let tested: Vec<f64> = values
            .iter()
            .filter_map(|one| one.chance)
            .chain(shares.iter().filter_map(|one| one.chance))
            .collect();
        self.tests = tested.len();
        let mut raised = holm(&tested).into_iter();
        for one in values {
            one.chance = one.chance.and_then(|_| raised.next());
            let middle = |side: Measured| side.median.unwrap_or(0.0);
            // Equal medians of different spreads: the upper ends tell the direction.
            let upper = |side: Measured| (middle(side), side.p90.unwrap_or(0.0));
            let is_there = one.before.count > 0 && one.after.count > 0;
            one.verdict = verdict(one.chance, is_there, upper(one.after) > upper(one.before));
        }
        for one in shares {
            one.chance = one.chance.and_then(|_| raised.next());
            let is_there = one.difference.is_some();
            one.verdict = verdict(one.chance, is_there, one.difference.is_some_and(|(grew, _)| grew > 0.0));
        }
    }
}

fn verdict(chance: Option<f64>, is_there: bool, grew: bool) -> Verdict {
    match chance {
        None if !is_there => Verdict::NotThere,
        None => Verdict::TooFew,
        Some(chance) if chance >= LEVEL => Verdict::Chance,
        Some(_) if grew => Verdict::More,
        Some(_) => Verdict::Less,
    }
}

pub(in crate::conformance) fn count<T>(all: impl Iterator<Item = T>) -> u32 {
    u32::try_from(all.count()).unwrap_or(u32::MAX)
}

/// The cases that have ended and could be compared with their text.
fn ended<'a>(all: &[&'a Judged]) -> Vec<&'a Judged> {
    all.iter()
        .copied()
        .filter(|one| one.trace.ended.is_some() && one.judgement.is_determined)
        .collect()
}

/// Late cases among those whose time has run out or that have ended.
fn late(all: &[&Judged], now: NaiveDateTime) -> Share {
    let due = all.iter().filter_map(|one| Some((one, one.trace.due_at?)));
    let decided: Vec<bool> = due
        .filter(|(one, due)| *due <= now || one.trace.ended_at.is_some())
        .map(|(one, due)| one.trace.ended_at.unwrap_or(now) > due)
        .collect();
    Share::new(count(decided.iter().filter(|late| **late)), count(decided.iter()))
}

fn whole(all: &[&Judged], calendar: &WorkingCalendar) -> Vec<f64> {
    let hours = |one: &&Judged| {
        let took = super::spans::Took {
            row: 0,
            since: one.trace.received_at,
            until: one.trace.ended_at?,
        };
        Some(took.hours(calendar, TimeUnit::WorkingHour))
    };
    all.iter().filter_map(hours).collect()
}

/// Office hours of the steps, by code.
fn hours(all: &[&Judged], calendar: &WorkingCalendar) -> BTreeMap<String, Vec<f64>> {
    let mut steps: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for one in all {
        for took in took(one) {
            if let Some(step) = one.content.table.steps.get(took.row) {
                let hours = took.hours(calendar, TimeUnit::WorkingHour);
                steps.entry(step.code.to_string()).or_default().push(hours);
            }
        }
    }
    steps
}

fn step_codes(sides: &Sides<'_>) -> Vec<String> {
    let mut codes = Vec::new();
    for one in sides.after.first().into_iter().chain(sides.before.first()) {
        for step in &one.content.table.steps {
            let code = step.code.to_string();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

fn mean(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    Some(values.iter().sum::<f64>() / f64::from(count))
}

/// A change that is tested when both sides have cases enough and `found` of them show what is looked for (0: any).
fn share_change(before: Share, after: Share, found: u32) -> ShareChange {
    let is_enough = before.whole >= LEAST && after.whole >= LEAST && before.part.saturating_add(after.part) >= found;
    ShareChange {
        before,
        after,
        difference: after.difference(before),
        chance: is_enough.then(|| fisher(before, after)),
        verdict: Verdict::TooFew,
    }
}

pub(in crate::conformance) fn measured(values: &[f64]) -> Measured {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = median(&sorted);
    Measured {
        count: count(sorted.iter()),
        median: middle.map(|(median, _)| median),
        interval: middle.and_then(|(_, interval)| interval),
        p90: quantile(&sorted, 0.9),
    }
}

fn value_change(before: &[f64], after: &[f64]) -> ValueChange {
    let (first, second) = (measured(before), measured(after));
    let is_enough = first.count >= LEAST && second.count >= LEAST;
    ValueChange {
        before: first,
        after: second,
        chance: is_enough.then(|| mann_whitney(before, after)),
        verdict: Verdict::TooFew,
    }
}

/// Cases that came to each step, and cases with each deviation.
fn found_in(all: &[&Judged]) -> (BTreeMap<String, u32>, BTreeMap<(FindingKind, String), u32>) {
    let (mut came, mut found) = (BTreeMap::new(), BTreeMap::new());
    for one in all {
        for step in steps_come_to(one) {
            *came.entry(step).or_default() += 1;
        }
        let spots: BTreeSet<Spot> = deviations(one).map(|finding| spot(one, finding)).collect();
        for spot in spots {
            *found.entry((spot.kind, spot.step)).or_default() += 1;
        }
    }
    (came, found)
}

fn deviation_changes(before: &[&Judged], after: &[&Judged]) -> Vec<DeviationChange> {
    let ((came_before, found_before), (came_after, found_after)) = (found_in(before), found_in(after));
    let spots: BTreeSet<&(FindingKind, String)> = found_before.keys().chain(found_after.keys()).collect();
    let mut changes: Vec<DeviationChange> = spots
        .into_iter()
        .map(|spot| {
            let (kind, step) = spot;
            let place = if is_anywhere(*kind) { "" } else { step.as_str() };
            let share = |found: &BTreeMap<(FindingKind, String), u32>, came: &BTreeMap<String, u32>| {
                let of = |number: Option<&u32>| number.copied().unwrap_or(0);
                Share::new(of(found.get(spot)), of(came.get(place)))
            };
            DeviationChange {
                kind: *kind,
                step: step.clone(),
                change: share_change(
                    share(&found_before, &came_before),
                    share(&found_after, &came_after),
                    LEAST_FOUND,
                ),
            }
        })
        .collect();
    changes.sort_by_key(|one| {
        let cases = one.change.before.part.saturating_add(one.change.after.part);
        (Reverse(cases), one.kind, one.step.clone())
    });
    changes
}

/// The codes of the steps of a case, in their order.
pub(in crate::conformance) fn way(one: &Judged) -> Vec<String> {
    one.trace.events.iter().map(|event| event.step_code.clone()).collect()
}

fn variants(before: &[&Judged], after: &[&Judged]) -> Vec<(Vec<String>, Share, Share)> {
    let mut ways: BTreeMap<Vec<String>, (u32, u32)> = BTreeMap::new();
    for one in before {
        ways.entry(way(one)).or_default().0 += 1;
    }
    for one in after {
        ways.entry(way(one)).or_default().1 += 1;
    }
    let (first, second) = (count(before.iter()), count(after.iter()));
    let mut all: Vec<_> = ways
        .into_iter()
        .map(|(way, (old, new))| (way, Share::new(old, first), Share::new(new, second)))
        .collect();
    all.sort_by_key(|(_, old, new)| Reverse(old.part.saturating_add(new.part)));
    all.truncate(MOST_VARIANTS);
    all
}
