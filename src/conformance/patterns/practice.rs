//! What is really done under one version: the most frequent orders, which step follows which, how often each step is
//! done, left out or repeated, and how long it takes against its limit. Pure.

use super::drift::{Measured, count, measured, way};
use super::spans::{Took, took};
use super::stats::Share;
use crate::calendar::WorkingCalendar;
use crate::conformance::store::Judged;
use crate::conformance::timing::{Allotted, allotted, due};
use crate::workflow::{Move, StepTable, Target, TimeLimit};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The most orders and the most successions that are kept.
const MOST_VARIANTS: usize = 12;
const MOST_FOLLOWS: usize = 60;

/// One order of steps.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct Variant {
    /// Codes, in order.
    pub(in crate::conformance) steps: Vec<String>,
    pub(in crate::conformance) cases: Share,
    /// Cases of it in which nothing deviates from the way.
    pub(in crate::conformance) fitting: u32,
}

/// One step right after another; `None` is the receipt before the first, and the end after the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Follow {
    pub(in crate::conformance) from: Option<String>,
    pub(in crate::conformance) to: Option<String>,
    pub(in crate::conformance) times: u32,
    /// Of those, how often the table has it so: of both steps, neither is one too many and none is left out between.
    pub(in crate::conformance) fitting: u32,
    pub(in crate::conformance) cases: u32,
}

/// A step as it is really done.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct Done {
    pub(in crate::conformance) code: String,
    /// Its row; `None` for a step that the table does not have.
    pub(in crate::conformance) row: Option<usize>,
    /// Cases in which it was done, of those that came to it (of all, for a step that the table does not have).
    pub(in crate::conformance) cases: Share,
    pub(in crate::conformance) times: u32,
    /// Cases in which it was done more than once.
    pub(in crate::conformance) repeated: u32,
    /// The step after which it was done most often.
    pub(in crate::conformance) mostly_after: Option<String>,
}

/// What a step took in one duration case, against its own limit.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct Timed {
    pub(in crate::conformance) row: usize,
    pub(in crate::conformance) duration: String,
    pub(in crate::conformance) limit: TimeLimit,
    /// Hours in the way that the limit counts.
    pub(in crate::conformance) hours: Measured,
    /// How often it was late.
    pub(in crate::conformance) late: Share,
    pub(in crate::conformance) spans: Vec<Took>,
}

/// A way back: a step whose outcome leads to an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Loop {
    pub(in crate::conformance) from: usize,
    pub(in crate::conformance) to: usize,
    pub(in crate::conformance) outcome: String,
    /// Cases that went back, of those in which the step was done.
    pub(in crate::conformance) cases: Share,
    pub(in crate::conformance) times: u32,
}

/// In how many cases the first of two rows was done before the second, of those in which both were done.
pub(in crate::conformance) type Before = BTreeMap<(usize, usize), Share>;

/// What is really done.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::conformance) struct Practice {
    /// Cases that have ended, of all.
    pub(in crate::conformance) cases: Share,
    /// Ended cases without a deviation from the way.
    pub(in crate::conformance) fitting: u32,
    pub(in crate::conformance) variants: Vec<Variant>,
    /// How many different orders there are.
    pub(in crate::conformance) all_variants: usize,
    /// Most often first.
    pub(in crate::conformance) follows: Vec<Follow>,
    /// In the order of the table, those it does not have last.
    pub(in crate::conformance) steps: Vec<Done>,
    pub(in crate::conformance) times: Vec<Timed>,
    pub(in crate::conformance) loops: Vec<Loop>,
    pub(in crate::conformance) before: Before,
}

/// Looks at the cases of one version; only those that have ended are counted.
pub(in crate::conformance) fn practice(judged: &[&Judged], table: &StepTable, calendar: &WorkingCalendar) -> Practice {
    let is_ended = |one: &&&Judged| one.trace.ended.is_some() && one.judgement.is_determined;
    let ended: Vec<&Judged> = judged.iter().filter(is_ended).copied().collect();
    let (variants, all_variants) = variants(&ended);
    Practice {
        cases: Share::new(count(ended.iter()), count(judged.iter())),
        fitting: count(ended.iter().filter(|one| one.judgement.cost == 0)),
        variants,
        all_variants,
        follows: follows(&ended),
        steps: steps(&ended, table),
        times: times(&ended, table, calendar),
        loops: loops(&ended, table),
        before: before(&ended, table),
    }
}

fn variants(ended: &[&Judged]) -> (Vec<Variant>, usize) {
    let mut ways: BTreeMap<Vec<String>, (u32, u32)> = BTreeMap::new();
    for one in ended {
        let own = ways.entry(way(one)).or_default();
        own.0 += 1;
        own.1 += u32::from(one.judgement.cost == 0);
    }
    let (all, whole) = (ways.len(), count(ended.iter()));
    let mut variants: Vec<Variant> = ways
        .into_iter()
        .map(|(steps, (cases, fitting))| Variant {
            steps,
            cases: Share::new(cases, whole),
            fitting,
        })
        .collect();
    variants.sort_by_key(|one| Reverse(one.cases.part));
    variants.truncate(MOST_VARIANTS);
    (variants, all)
}

/// For each event whether it and what lies between it and the event before is as the table says.
fn as_prescribed(one: &Judged) -> Vec<bool> {
    let mut fits = Vec::new();
    let mut is_clean = true;
    for step in one.judgement.moves.iter() {
        match step {
            Move::Sync { .. } => {
                fits.push(is_clean);
                is_clean = true;
            }
            Move::Log { .. } => {
                fits.push(false);
                is_clean = false;
            }
            Move::Model { .. } => is_clean = false,
        }
    }
    // Whether the end may follow the last event.
    fits.push(is_clean);
    fits
}

/// A step and the next, by code.
type Pair<'a> = (Option<&'a str>, Option<&'a str>);

fn follows(ended: &[&Judged]) -> Vec<Follow> {
    let mut pairs: BTreeMap<Pair<'_>, (u32, u32, u32)> = BTreeMap::new();
    for one in ended {
        let fits = as_prescribed(one);
        let codes = one.trace.events.iter().map(|event| Some(event.step_code.as_str()));
        let mut seen = BTreeSet::new();
        let mut from = None;
        for (place, to) in codes.chain([None]).enumerate() {
            let own = pairs.entry((from, to)).or_default();
            own.0 += 1;
            own.1 += u32::from(fits.get(place).copied().unwrap_or(false));
            own.2 += u32::from(seen.insert((from, to)));
            from = to;
        }
    }
    let mut all: Vec<Follow> = pairs
        .into_iter()
        .map(|((from, to), (times, fitting, cases))| Follow {
            from: from.map(ToOwned::to_owned),
            to: to.map(ToOwned::to_owned),
            times,
            fitting,
            cases,
        })
        .collect();
    all.sort_by_key(|one| Reverse(one.times));
    all.truncate(MOST_FOLLOWS);
    all
}

fn row_of(table: &StepTable, code: &str) -> Option<usize> {
    table.steps.iter().position(|step| step.code.as_str() == code)
}

#[derive(Default)]
struct Tally<'a> {
    done: u32,
    came: u32,
    times: u32,
    repeated: u32,
    after: BTreeMap<&'a str, u32>,
}

fn steps(ended: &[&Judged], table: &StepTable) -> Vec<Done> {
    let mut tallies: BTreeMap<&str, Tally<'_>> = BTreeMap::new();
    for one in ended {
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        let mut previous = "";
        for event in &one.trace.events {
            *times.entry(&event.step_code).or_default() += 1;
            let after = &mut tallies.entry(&event.step_code).or_default().after;
            *after.entry(previous).or_default() += 1;
            previous = &event.step_code;
        }
        let left_out: BTreeSet<&str> = one
            .judgement
            .moves
            .iter()
            .filter_map(|step| match *step {
                Move::Model { row } => table.steps.get(row).map(|step| step.code.as_str()),
                Move::Sync { .. } | Move::Log { .. } => None,
            })
            .collect();
        for code in left_out.into_iter().filter(|code| !times.contains_key(code)) {
            tallies.entry(code).or_default().came += 1;
        }
        for (code, count) in times {
            let own = tallies.entry(code).or_default();
            own.done += 1;
            own.came += 1;
            own.times += count;
            own.repeated += u32::from(count > 1);
        }
    }
    let all = count(ended.iter());
    let mut steps: Vec<Done> = tallies
        .into_iter()
        .map(|(code, own)| {
            let row = row_of(table, code);
            let most = own.after.iter().max_by_key(|(code, count)| (**count, Reverse(**code)));
            Done {
                code: code.to_owned(),
                row,
                cases: Share::new(own.done, if row.is_some() { own.came } else { all }),
                times: own.times,
                repeated: own.repeated,
                mostly_after: most.map(|(code, _)| (*code).to_owned()).filter(|code| !code.is_empty()),
            }
        })
        .collect();
    steps.sort_by_key(|step| (step.row.unwrap_or(usize::MAX), Reverse(step.times)));
    steps
}

fn times(ended: &[&Judged], table: &StepTable, calendar: &WorkingCalendar) -> Vec<Timed> {
    let mut spans: BTreeMap<(usize, &str), (TimeLimit, Vec<Took>)> = BTreeMap::new();
    for one in ended {
        let duration = one.trace.duration_code.as_str();
        for took in took(one) {
            let step = table.steps.get(took.row);
            if let Some(Allotted::Own(limit)) = step.and_then(|step| allotted(table, step, duration)) {
                spans
                    .entry((took.row, duration))
                    .or_insert((limit, Vec::new()))
                    .1
                    .push(took);
            }
        }
    }
    spans
        .into_iter()
        .map(|((row, duration), (limit, spans))| {
            let hours: Vec<f64> = spans.iter().map(|took| took.hours(calendar, limit.unit)).collect();
            Timed {
                row,
                duration: duration.to_owned(),
                limit,
                hours: measured(&hours),
                late: late_by(&spans, calendar, limit),
                spans,
            }
        })
        .collect()
}

/// How often the step would have been late with this limit.
pub(in crate::conformance) fn late_by(spans: &[Took], calendar: &WorkingCalendar, limit: TimeLimit) -> Share {
    let is_late = |took: &&Took| took.until > due(calendar, took.since, limit);
    Share::new(count(spans.iter().filter(is_late)), count(spans.iter()))
}

fn loops(ended: &[&Judged], table: &StepTable) -> Vec<Loop> {
    let mut loops = Vec::new();
    for (from, step) in table.steps.iter().enumerate() {
        for next in &step.next {
            let (Target::Step(code), Some(outcome)) = (&next.target, &next.outcome) else {
                continue;
            };
            let Some(to) = row_of(table, code.as_str()).filter(|to| *to < from) else {
                continue;
            };
            let (mut cases, mut went, mut times) = (0, 0, 0);
            for one in ended {
                let of_step = one
                    .trace
                    .events
                    .iter()
                    .filter(|event| event.step_code == step.code.as_str());
                let (mut done, mut back) = (0_u32, 0_u32);
                for event in of_step {
                    done += 1;
                    back += u32::from(event.outcome.as_deref().map(str::trim) == Some(outcome.trim()));
                }
                cases += u32::from(done > 0);
                went += u32::from(back > 0);
                times += back;
            }
            loops.push(Loop {
                from,
                to,
                outcome: outcome.clone(),
                cases: Share::new(went, cases),
                times,
            });
        }
    }
    loops
}

fn before(ended: &[&Judged], table: &StepTable) -> Before {
    let mut counts: BTreeMap<(usize, usize), (u32, u32)> = BTreeMap::new();
    for one in ended {
        let mut rows: Vec<usize> = Vec::new();
        for event in &one.trace.events {
            if let Some(row) = row_of(table, &event.step_code).filter(|row| !rows.contains(row)) {
                rows.push(row);
            }
        }
        for (place, first) in rows.iter().enumerate() {
            for second in rows.iter().skip(place + 1) {
                let own = counts.entry((*first, *second)).or_default();
                own.0 += 1;
                own.1 += 1;
                counts.entry((*second, *first)).or_default().1 += 1;
            }
        }
    }
    counts
        .into_iter()
        .map(|(pair, (part, whole))| (pair, Share::new(part, whole)))
        .collect()
}
