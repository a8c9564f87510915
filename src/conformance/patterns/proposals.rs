//! What practice says about a better text: each proposal with the figures that it rests on. Pure.
//!
//! A proposal is made where practice is clear: of at least [`LEAST_CASES`] cases (times: [`LEAST_TIMES`] measurements),
//! and so far from the text that the interval of the share confirms it. A step that controls others is never proposed
//! to be optional: that it is left out is a matter for the committee, not for the text.

use super::amend;
use super::drift::Measured;
use super::practice::{Practice, Timed, late_by};
use super::stats::Share;
use crate::calendar::WorkingCalendar;
use crate::conformance::store::Judged;
use crate::procedures::Source;
use crate::workflow::{Step, StepTable, TimeLimit, TimeUnit};

/// Fewer cases say nothing about the order of steps.
pub(in crate::conformance) const LEAST_CASES: u32 = 10;
/// Fewer measurements say nothing about a limit.
pub(in crate::conformance) const LEAST_TIMES: u32 = 20;
/// "Nearly always", and the lower end of the interval that goes with it.
const NEARLY_ALWAYS: (f64, f64) = (0.8, 0.5);
/// "Nearly never", and the upper end.
const NEARLY_NEVER: (f64, f64) = (0.2, 0.5);
/// From this share on a way back, or a step outside the table, is worth a word.
const OFTEN: f64 = 0.3;
/// A limit that clearly more than this part misses is too tight; a new one leaves at most this part late.
const TIGHT: f64 = 0.1;
/// A limit is far too generous when half of it would leave at most this part late.
const GENEROUS: f64 = 0.05;
/// Saving less than this is not worth a change: half a day, or four hours, in hundredths.
const WORTH: (u32, u32) = (50, 400);

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) enum Change {
    /// `step` is nearly always done before `before`, which the table has first.
    Move { step: String, before: String },
    /// A required step is nearly never done.
    Optional { step: String },
    /// A step that controls others is nearly never done.
    Control { step: String },
    /// A step that the table does not have is often done.
    Add { step: String, after: Option<String> },
    /// The limit of a step is too tight or far too generous.
    Limit {
        step: String,
        duration: String,
        from: TimeLimit,
        to: TimeLimit,
    },
    /// A step often sends cases back.
    Rework { from: String, to: String, outcome: String },
}

impl Change {
    /// The word of its kind: `patterns.proposal.<word>`.
    pub(in crate::conformance) fn word(&self) -> &'static str {
        match self {
            Self::Move { .. } => "move",
            Self::Optional { .. } => "optional",
            Self::Control { .. } => "control",
            Self::Add { .. } => "add",
            Self::Limit { from, to, .. } if to.hundredths > from.hundredths => "tight",
            Self::Limit { .. } => "generous",
            Self::Rework { .. } => "rework",
        }
    }

    /// Names the change in a form; the same practice gives the same names.
    pub(in crate::conformance) fn id(&self) -> String {
        let word = self.word();
        match self {
            Self::Move { step, before } => format!("{word}:{step}:{before}"),
            Self::Optional { step } | Self::Control { step } | Self::Add { step, .. } => format!("{word}:{step}"),
            Self::Limit { step, duration, to, .. } => format!("{word}:{step}:{duration}:{}", to.hundredths),
            Self::Rework { from, to, outcome } => format!("{word}:{from}:{to}:{outcome}"),
        }
    }
}

/// What becomes of the cases under the changed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) struct Effect {
    /// Ended cases whose way fits, now and then.
    pub(in crate::conformance) fitting: (Share, Share),
    /// Deviations from the way, now and then.
    pub(in crate::conformance) cost: (u32, u32),
}

/// A proposal with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::conformance) struct Proposal {
    pub(in crate::conformance) change: Change,
    /// The cases that show it, of those that could.
    pub(in crate::conformance) cases: Share,
    /// What the step took, for a limit.
    pub(in crate::conformance) hours: Option<Measured>,
    /// How often the step was late, and would have been with the new limit.
    pub(in crate::conformance) late: Option<(Share, Share)>,
    /// Whether the text can be changed as it says; if not, the draft gets a note.
    pub(in crate::conformance) is_mechanical: bool,
    /// What it does to the cases; `None` for what changes no way.
    pub(in crate::conformance) effect: Option<Effect>,
}

/// The proposals that practice under a text makes.
pub(in crate::conformance) fn proposals(
    (judged, practice): (&[&Judged], &Practice),
    (source, table): (&Source, &StepTable),
    calendar: &WorkingCalendar,
) -> Vec<Proposal> {
    let mut all = moved(practice, table);
    all.extend(left_out(practice, table));
    all.extend(added(practice));
    all.extend(reworked(practice, table));
    all.extend(practice.times.iter().filter_map(|timed| limit(timed, table, calendar)));
    for proposal in &mut all {
        let Some(changed) = amend::apply(source, &proposal.change) else {
            continue;
        };
        proposal.is_mechanical = true;
        if matches!(proposal.change, Change::Move { .. } | Change::Optional { .. }) {
            proposal.effect = amend::effect(judged, &changed, calendar);
            // A change that explains nothing better is for people to think about.
            proposal.is_mechanical = proposal.effect.is_some_and(|effect| effect.cost.1 < effect.cost.0);
        }
    }
    all
}

fn plain(change: Change, cases: Share) -> Proposal {
    Proposal {
        change,
        cases,
        hours: None,
        late: None,
        is_mechanical: false,
        effect: None,
    }
}

fn nearly_always(share: Share) -> bool {
    let (least, lower) = NEARLY_ALWAYS;
    share.whole >= LEAST_CASES
        && share.value().is_some_and(|value| value >= least)
        && share.interval().is_some_and(|(low, _)| low >= lower)
}

fn nearly_never(share: Share) -> bool {
    let (most, upper) = NEARLY_NEVER;
    share.whole >= LEAST_CASES
        && share.value().is_some_and(|value| value <= most)
        && share.interval().is_some_and(|(_, high)| high <= upper)
}

fn is_often(share: Share) -> bool {
    share.whole >= LEAST_CASES && share.value().is_some_and(|value| value >= OFTEN)
}

fn code(table: &StepTable, row: usize) -> String {
    table
        .steps
        .get(row)
        .map(|step| step.code.to_string())
        .unwrap_or_default()
}

/// Rows that are nearly always done before rows above them, as far up as that goes.
fn moved(practice: &Practice, table: &StepTable) -> Vec<Proposal> {
    let mut found = Vec::new();
    for (late, step) in table.steps.iter().enumerate() {
        let mut target: Option<(usize, Share)> = None;
        for early in (0..late).rev() {
            let same_part = table.steps.get(early).is_some_and(|other| other.branch == step.branch);
            let share = practice.before.get(&(late, early)).copied().unwrap_or_default();
            if same_part && nearly_always(share) {
                target = Some((early, share));
            } else if share.whole >= LEAST_CASES || !same_part {
                // A row that comes first as it should ends the search; one that is seldom done does not.
                break;
            }
        }
        if let Some((early, share)) = target {
            let change = Change::Move {
                step: step.code.to_string(),
                before: code(table, early),
            };
            found.push(plain(change, share));
        }
    }
    found
}

/// Whether a step controls others: it decides, or two people must do it and another one.
pub(in crate::conformance) fn is_control(table: &StepTable, step: &Step) -> bool {
    let is_named = |other: &Step| other.different_from.contains(&step.code);
    step.next.len() > 1 || !step.different_from.is_empty() || table.steps.iter().any(is_named)
}

fn left_out(practice: &Practice, table: &StepTable) -> Vec<Proposal> {
    let mut found = Vec::new();
    for done in &practice.steps {
        let Some(step) = done
            .row
            .and_then(|row| table.steps.get(row))
            .filter(|step| !step.optional)
        else {
            continue;
        };
        if nearly_never(done.cases) {
            let step_code = step.code.to_string();
            let change = if is_control(table, step) {
                Change::Control { step: step_code }
            } else {
                Change::Optional { step: step_code }
            };
            let without = done.cases.whole.saturating_sub(done.cases.part);
            found.push(plain(change, Share::new(without, done.cases.whole)));
        }
    }
    found
}

fn added(practice: &Practice) -> Vec<Proposal> {
    let outside = practice.steps.iter().filter(|done| done.row.is_none());
    outside
        .filter(|done| is_often(done.cases))
        .map(|done| {
            let change = Change::Add {
                step: done.code.clone(),
                after: done.mostly_after.clone(),
            };
            plain(change, done.cases)
        })
        .collect()
}

fn reworked(practice: &Practice, table: &StepTable) -> Vec<Proposal> {
    let often = practice.loops.iter().filter(|back| is_often(back.cases));
    often
        .map(|back| {
            let change = Change::Rework {
                from: code(table, back.from),
                to: code(table, back.to),
                outcome: back.outcome.clone(),
            };
            plain(change, back.cases)
        })
        .collect()
}

fn is_in_days(limit: TimeLimit) -> bool {
    matches!(limit.unit, TimeUnit::WorkingDay | TimeUnit::CalendarDay)
}

/// Limits that people would write, in ascending order, up to ten times `limit`.
fn limits(limit: TimeLimit) -> impl Iterator<Item = TimeLimit> {
    let days = is_in_days(limit);
    let most = limit.hundredths.saturating_mul(10);
    let next = move |hundredths: &u32| {
        let step = match (days, *hundredths) {
            (true, ..100) => 25,
            (true, 100..500) | (false, ..400) => 50,
            (true, _) | (false, _) => 100,
        };
        hundredths.checked_add(step).filter(|next| *next <= most)
    };
    let first = if days { 25 } else { 50 };
    std::iter::successors(Some(first), next).map(move |hundredths| TimeLimit {
        hundredths,
        unit: limit.unit,
    })
}

/// A limit that practice misses or does not need.
fn limit(timed: &Timed, table: &StepTable, calendar: &WorkingCalendar) -> Option<Proposal> {
    if timed.hours.count < LEAST_TIMES {
        return None;
    }
    let leaves = |most: f64| {
        move |limit: &TimeLimit| {
            late_by(&timed.spans, calendar, *limit)
                .value()
                .is_some_and(|late| late <= most)
        }
    };
    let from = timed.limit;
    let is_tight = timed.late.interval().is_some_and(|(low, _)| low > TIGHT);
    let to = if is_tight {
        limits(from)
            .filter(|limit| limit.hundredths > from.hundredths)
            .find(leaves(TIGHT))
    } else {
        let worth = if is_in_days(from) { WORTH.0 } else { WORTH.1 };
        let most = (from.hundredths / 2).min(from.hundredths.saturating_sub(worth));
        limits(from)
            .filter(|limit| limit.hundredths <= most)
            .find(leaves(GENEROUS))
    }?;
    let change = Change::Limit {
        step: code(table, timed.row),
        duration: timed.duration.clone(),
        from,
        to,
    };
    let then = late_by(&timed.spans, calendar, to);
    let cases = if is_tight {
        timed.late
    } else {
        Share::new(then.whole.saturating_sub(then.part), then.whole)
    };
    Some(Proposal {
        hours: Some(timed.hours),
        late: Some((timed.late, then)),
        ..plain(change, cases)
    })
}
