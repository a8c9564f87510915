//! When a case and its steps are due, on the calendar of the office. Pure; takes and gives moments in UTC.

use crate::calendar::WorkingCalendar;
use crate::kernel::{local, to_utc};
use crate::procedures::{DurationRow, parse_limit};
use crate::workflow::{Clock, Step, StepTable, StepTime, TimeLimit};
use chrono::{NaiveDateTime, NaiveTime};

/// The moment to promise for a duration case; `None` when its limit cannot be read.
pub fn promised(
    calendar: &WorkingCalendar,
    received_at: NaiveDateTime,
    duration: &DurationRow,
) -> Option<NaiveDateTime> {
    let limit = parse_limit(&duration.limit)?;
    let cutoff = NaiveTime::parse_from_str(&duration.same_day_cutoff, "%H:%M").ok();
    Some(to_utc(calendar.due(local(received_at), limit, cutoff)))
}

/// The promised moment moved by the pauses: those that are over, and since when one goes on; `None` while the clock stands still, unless the case was late before that.
pub fn due_after_pauses(
    calendar: &WorkingCalendar,
    promised_at: NaiveDateTime,
    limit: Option<TimeLimit>,
    pauses: (&[(NaiveDateTime, NaiveDateTime)], Option<NaiveDateTime>),
) -> Option<NaiveDateTime> {
    let (closed, open) = pauses;
    let closed: Vec<_> = closed.iter().map(|(from, to)| (local(*from), local(*to))).collect();
    let due = match limit {
        Some(limit) => to_utc(calendar.shift_by_pauses(local(promised_at), limit.unit, &closed)),
        None => promised_at,
    };
    if open.is_some_and(|from| from < due) {
        None
    } else {
        Some(due)
    }
}

/// The time of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allotted {
    /// Its own.
    Own(TimeLimit),
    /// A share of the cell at this place of the table's cells.
    Shared(usize, TimeLimit),
}

/// The time of a step in a duration case; `None` when it has none, is not counted, or waits with the clock paused.
pub fn allotted(table: &StepTable, step: &Step, duration_code: &str) -> Option<Allotted> {
    if !step.counted || step.clock == Clock::Paused {
        return None;
    }
    let own = step.times.iter().find(|(code, _)| code.as_str() == duration_code);
    match &own.or(step.times.first())?.1 {
        StepTime::Own(limit) => Some(Allotted::Own(*limit)),
        StepTime::Shared(cell) => {
            let mut cells = table.shared_times.iter().enumerate();
            let (place, shared) = cells.find(|(_, shared)| shared.code == *cell)?;
            Some(Allotted::Shared(place, shared.limit))
        }
    }
}

/// When a step is due that has been possible since `since`.
pub fn step_due(calendar: &WorkingCalendar, since: NaiveDateTime, limit: TimeLimit) -> NaiveDateTime {
    to_utc(calendar.due(local(since), limit, None))
}

/// When the rows of a shared cell are due together. `stretches` are the times in which they could be done, each from
/// when one was possible until it was done. The cell is one allowance for the whole case: it runs from the first of its
/// rows, stands still while none of them could be done, and goes on (it does not begin anew) when the case comes back.
/// A return would otherwise give the time again, and the office could win time by sending a case back.
pub fn shared_due(
    calendar: &WorkingCalendar,
    stretches: impl Iterator<Item = (NaiveDateTime, NaiveDateTime)>,
    limit: TimeLimit,
) -> Option<NaiveDateTime> {
    let mut sorted: Vec<_> = stretches.map(|(since, until)| (local(since), local(until))).collect();
    sorted.sort_unstable();
    let (first, mut covered) = *sorted.first()?;
    let mut gaps = Vec::new();
    for (since, until) in sorted {
        if since > covered {
            gaps.push((covered, since));
        }
        covered = covered.max(until);
    }
    let due = calendar.due(first, limit, None);
    Some(to_utc(calendar.shift_by_pauses(due, limit.unit, &gaps)))
}

/// The end of the next working day: what is due until then is due soon.
pub(super) fn soon(calendar: &WorkingCalendar, now: NaiveDateTime) -> NaiveDateTime {
    to_utc(calendar.add_working_days(local(now), 100))
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
