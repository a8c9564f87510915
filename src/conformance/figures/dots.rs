//! The dotted chart of a period: one line a case, one dot a step. Of many cases every n-th is shown, and beyond that a
//! map of how much happened when.

use crate::cases::Trace;
use crate::conformance::finding::{FindingKind, Severity};
use crate::conformance::store::Judged;
use crate::kernel::local;
use crate::workflow::StepTable;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// The most lines and dots of a chart.
const MOST_ROWS: usize = 400;
const MOST_DOTS: usize = 6000;
/// With more cases than this a sample shows too little: they become a map.
const MOST_SAMPLED: usize = 4000;
/// Fields of a map, across and down.
pub(super) const COLUMNS: i64 = 48;
const BANDS: usize = 30;

/// In which order the lines stand, and from when time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) enum Order {
    /// By the day of receipt, over the calendar.
    Received,
    /// By how long they took, from receipt on.
    Duration,
}

/// What a dot is told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::conformance) enum DotSort {
    /// As it should be and in time.
    Fine,
    /// Later than the table allows.
    Late,
    /// Deviates otherwise.
    Deviating,
    /// The row of the table, from 0; steps that the table does not have come last.
    Row(Option<usize>),
}

/// How a step turned out, the best first.
pub(in crate::conformance) const RESULTS: [DotSort; 3] = [DotSort::Fine, DotSort::Late, DotSort::Deviating];

/// A step that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) struct Dot {
    /// Minutes, from the beginning of the axis' time.
    pub(in crate::conformance) at: i64,
    pub(in crate::conformance) sort: DotSort,
}

/// The line of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct DotRow {
    pub(in crate::conformance) code: String,
    /// From receipt to the end or to now, in minutes.
    pub(in crate::conformance) from: i64,
    pub(in crate::conformance) to: i64,
    pub(in crate::conformance) is_open: bool,
    /// When the promised time, moved by pauses, ran out, if the case took longer.
    pub(in crate::conformance) overdue_from: Option<i64>,
    pub(in crate::conformance) dots: Vec<Dot>,
}

/// The chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Dots {
    pub(in crate::conformance) rows: Vec<DotRow>,
    /// Every how many cases one is shown; 1 shows all.
    pub(in crate::conformance) every: usize,
    /// First and last minute.
    pub(in crate::conformance) span: (i64, i64),
}

/// The map: how many steps were done in each field, and how many of them late or deviating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) struct Heat {
    pub(in crate::conformance) bands: usize,
    /// Cases in a band; the last may have fewer.
    pub(in crate::conformance) band_cases: usize,
    pub(in crate::conformance) columns: i64,
    /// By column and band.
    pub(in crate::conformance) fields: BTreeMap<(i64, usize), (u32, u32)>,
    pub(in crate::conformance) span: (i64, i64),
}

/// What is shown of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::conformance) enum Shown {
    /// Lines of dots.
    Dots(Dots),
    /// A map.
    Heat(Heat),
}

/// The chart of these cases. With a table, dots are told apart by its rows, else by how the step turned out.
pub(in crate::conformance) fn dots(
    judged: &[Judged],
    order: Order,
    table: Option<&StepTable>,
    now: NaiveDateTime,
) -> Shown {
    let mut cases: Vec<(i64, &Judged)> = judged.iter().map(|one| (place(one, order, now), one)).collect();
    cases.sort_by(|a, b| (a.0, &a.1.trace.code).cmp(&(b.0, &b.1.trace.code)));
    let cases: Vec<&Judged> = cases.into_iter().map(|(_, one)| one).collect();
    if cases.len() > MOST_SAMPLED {
        return Shown::Heat(heat(&cases, order, now));
    }
    let events: usize = cases.iter().map(|one| one.trace.events.len()).sum();
    let every = cases.len().div_ceil(MOST_ROWS).max(events.div_ceil(MOST_DOTS)).max(1);
    let rows: Vec<DotRow> = cases
        .iter()
        .step_by(every)
        .map(|one| row(one, order, table, now))
        .collect();
    Shown::Dots(Dots {
        span: span(&cases, order, now),
        rows,
        every,
    })
}

/// Minutes of the office clock.
pub(super) fn minute(utc: NaiveDateTime) -> i64 {
    local(utc).and_utc().timestamp().div_euclid(60)
}

/// Where the axis of a case has its beginning.
pub(super) fn origin(trace: &Trace, order: Order) -> i64 {
    match order {
        Order::Received => 0,
        Order::Duration => minute(trace.received_at),
    }
}

/// The end of a case, or now; what is recorded for later counts as well.
pub(super) fn until(trace: &Trace, now: NaiveDateTime) -> NaiveDateTime {
    trace.ended_at.unwrap_or(now).max(trace.received_at)
}

fn place(one: &Judged, order: Order, now: NaiveDateTime) -> i64 {
    let received = minute(one.trace.received_at);
    match order {
        Order::Received => received,
        Order::Duration => minute(until(&one.trace, now)) - received,
    }
}

fn span(cases: &[&Judged], order: Order, now: NaiveDateTime) -> (i64, i64) {
    let ends = cases.iter().flat_map(|one| {
        let (trace, origin) = (&one.trace, origin(&one.trace, order));
        let ends = [minute(trace.received_at) - origin, minute(until(trace, now)) - origin];
        ends.into_iter()
            .chain(trace.events.iter().map(move |event| minute(event.done_at) - origin))
    });
    ends.fold(None, |span: Option<(i64, i64)>, at| {
        Some(span.map_or((at, at), |(first, last)| (first.min(at), last.max(at))))
    })
    .unwrap_or((0, 0))
}

fn row(one: &Judged, order: Order, table: Option<&StepTable>, now: NaiveDateTime) -> DotRow {
    let trace = &one.trace;
    let origin = origin(trace, order);
    let place = |table: &StepTable, code: &str| table.steps.iter().position(|step| step.code.as_str() == code);
    let dots = trace.events.iter().map(|event| Dot {
        at: minute(event.done_at) - origin,
        sort: table.map_or_else(
            || result(one, event.seq),
            |table| DotSort::Row(place(table, &event.step_code)),
        ),
    });
    let end = until(trace, now);
    DotRow {
        code: trace.code.clone(),
        from: minute(trace.received_at) - origin,
        to: minute(end) - origin,
        overdue_from: trace.due_at.filter(|due| *due < end).map(|due| minute(due) - origin),
        is_open: trace.ended.is_none(),
        dots: dots.collect(),
    }
}

/// How a step turned out; what was left out before it is not its own fault.
pub(super) fn result(one: &Judged, seq: i64) -> DotSort {
    let findings = &one.judgement.findings;
    let mut own = findings
        .iter()
        .filter(|finding| {
            finding.event_seq == Some(seq) && finding.severity != Severity::Info && finding.kind != FindingKind::Skipped
        })
        .peekable();
    if own.peek().is_none() {
        DotSort::Fine
    } else if own.all(|finding| finding.kind == FindingKind::StepLate) {
        DotSort::Late
    } else {
        DotSort::Deviating
    }
}

fn heat(cases: &[&Judged], order: Order, now: NaiveDateTime) -> Heat {
    let span = span(cases, order, now);
    let width = (span.1 - span.0 + 1).max(1);
    let deep = cases.len().div_ceil(BANDS).max(1);
    let mut fields: BTreeMap<(i64, usize), (u32, u32)> = BTreeMap::new();
    for (number, one) in cases.iter().enumerate() {
        let origin = origin(&one.trace, order);
        for event in &one.trace.events {
            let column = (minute(event.done_at) - origin - span.0) * COLUMNS / width;
            let (events, marked) = fields.entry((column, number / deep)).or_default();
            *events += 1;
            *marked += u32::from(result(one, event.seq) != DotSort::Fine);
        }
    }
    Heat {
        bands: cases.len().div_ceil(deep),
        band_cases: deep,
        columns: COLUMNS,
        fields,
        span,
    }
}
