//! When a case and its steps are due, on the calendar of the office. Pure; takes and gives moments in UTC.

use crate::calendar::WorkingCalendar;
use crate::kernel::{local, to_utc};
use crate::procedures::{DurationRow, parse_limit};
use crate::workflow::{DurationCode, Step, StepTable, StepTime, TimeLimit};
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

/// The time that the table gives a step in a duration case.
pub(super) fn step_limit(table: &StepTable, step: &Step, duration_code: &str) -> Option<TimeLimit> {
    let code = DurationCode::new(duration_code);
    let own = step.times.iter().find(|(case, _)| *case == code).or(step.times.first());
    match own.map(|(_, time)| time)? {
        StepTime::Own(limit) => Some(*limit),
        StepTime::Shared(cell) => table
            .shared_times
            .iter()
            .find(|shared| shared.code == *cell)
            .map(|own| own.limit),
    }
}

/// When a step is due whose time counts from `counted_from`; `None` when the table states no time for it.
pub(super) fn step_due(
    calendar: &WorkingCalendar,
    counted_from: NaiveDateTime,
    limit: Option<TimeLimit>,
) -> Option<NaiveDateTime> {
    limit.map(|limit| to_utc(calendar.due(local(counted_from), limit, None)))
}

/// The end of the next working day: what is due until then is due soon.
pub(super) fn soon(calendar: &WorkingCalendar, now: NaiveDateTime) -> NaiveDateTime {
    to_utc(calendar.add_working_days(local(now), 100))
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
