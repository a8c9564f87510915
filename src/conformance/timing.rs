//! Times of steps: from when a step could be done, how long it may take, when it is due. Pure; moments are UTC.

use crate::calendar::WorkingCalendar;
use crate::kernel::{local, to_utc};
use crate::workflow::{Clock, Step, StepTable, StepTime, TimeLimit};
use chrono::{NaiveDateTime, NaiveTime};

/// No office is closed for longer, in days.
const MOST_DAYS_OFF: usize = 366;

/// The time of a row that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allotted {
    /// Its own.
    Own(TimeLimit),
    /// A share of the cell at this place of the table's cells.
    Shared(usize, TimeLimit),
}

/// A stretch of time in which a row could be done, until it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The row.
    pub(super) row: usize,
    /// The event that did it; `None` while it waits.
    pub(super) event: Option<usize>,
    /// When it became possible.
    pub(super) since: NaiveDateTime,
    /// When it was done, or until when it is looked at.
    pub(super) until: NaiveDateTime,
}

/// The time of a step in a duration case; `None` when it has none, is not counted, or waits with the clock paused.
pub(super) fn allotted(table: &StepTable, step: &Step, duration_code: &str) -> Option<Allotted> {
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

/// When something that could be done since `since` is due.
pub(super) fn due(calendar: &WorkingCalendar, since: NaiveDateTime, limit: TimeLimit) -> NaiveDateTime {
    to_utc(calendar.due(local(since), limit, None))
}

/// When the rows of a shared cell are due together: counted from the first of them, without the time in which none of
/// them could be done.
pub(super) fn shared_due(calendar: &WorkingCalendar, spans: &[Span], limit: TimeLimit) -> Option<NaiveDateTime> {
    let mut sorted: Vec<(NaiveDateTime, NaiveDateTime)> = spans
        .iter()
        .map(|span| (local(span.since), local(span.until)))
        .collect();
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

/// From when something is due soon, that is by the end of the next working day: the beginning of a day.
pub(super) fn near_from(calendar: &WorkingCalendar, due: NaiveDateTime) -> NaiveDateTime {
    let due = local(due);
    let mut last = calendar.working_day_from(due.date());
    if last.and_time(calendar.hours().closing()) < due {
        last = calendar.next_working_day(last);
    }
    let mut days = last.iter_days().rev().skip(1).take(MOST_DAYS_OFF);
    let before = days.find(|day| calendar.is_working_day(*day)).unwrap_or(last);
    to_utc(before.and_time(NaiveTime::MIN))
}

/// Working minutes by which a due time was missed; negative when it was not.
pub(super) fn overrun(calendar: &WorkingCalendar, due: NaiveDateTime, done: NaiveDateTime) -> i64 {
    calendar.working_minutes_between(local(due), local(done))
}

#[cfg(test)]
mod tests {
    use super::{Span, due, overrun, shared_due};
    use crate::calendar::WorkingCalendar;
    use crate::workflow::{TimeLimit, TimeUnit};
    use chrono::NaiveDateTime;
    use std::collections::BTreeSet;

    fn at(text: &str) -> NaiveDateTime {
        crate::kernel::to_utc(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn calendar() -> WorkingCalendar {
        WorkingCalendar::new(BTreeSet::new(), BTreeSet::new())
    }

    fn span(since: &str, until: &str) -> Span {
        Span {
            row: 0,
            event: None,
            since: at(since),
            until: at(until),
        }
    }

    const HALF_DAY: TimeLimit = TimeLimit {
        hundredths: 50,
        unit: TimeUnit::WorkingDay,
    };

    #[test]
    fn a_step_is_due_by_office_hours_from_when_it_could_be_done() {
        assert_eq!(
            due(&calendar(), at("2026-11-20 15:00"), HALF_DAY),
            at("2026-11-23 09:30")
        );
        assert_eq!(
            overrun(&calendar(), at("2026-11-20 16:00"), at("2026-11-23 08:30")),
            120
        );
    }

    #[test]
    fn a_shared_cell_does_not_run_while_other_steps_are_done() {
        let spans = [
            span("2026-11-23 08:00", "2026-11-23 09:00"),
            span("2026-11-24 08:00", "2026-11-24 09:00"),
        ];
        let shared = shared_due(&calendar(), &spans, HALF_DAY);
        // Four hours from Monday 8:00 end at 13:30; the gap of seven working hours is added.
        assert_eq!(shared, Some(at("2026-11-24 11:00")));
        assert_eq!(shared_due(&calendar(), &[], HALF_DAY), None);
    }
}
