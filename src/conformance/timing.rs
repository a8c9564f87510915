//! Times of steps: from when a step could be done, how long it may take, when it is due. Pure; moments are UTC.

use crate::calendar::WorkingCalendar;
use crate::kernel::{local, to_utc};
use chrono::{NaiveDateTime, NaiveTime};

/// No office is closed for longer, in days.
const MOST_DAYS_OFF: usize = 366;

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
    use super::{near_from, overrun};
    use crate::calendar::WorkingCalendar;
    use chrono::NaiveDateTime;
    use std::collections::BTreeSet;

    fn at(text: &str) -> NaiveDateTime {
        crate::kernel::to_utc(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
    }

    fn calendar() -> WorkingCalendar {
        WorkingCalendar::new(BTreeSet::new(), BTreeSet::new())
    }

    #[test]
    fn being_late_is_counted_in_office_hours() {
        let over = |due, done| overrun(&calendar(), at(due), at(done));
        assert_eq!(over("2026-11-20 16:00", "2026-11-23 08:30"), 120);
    }

    #[test]
    fn something_is_due_soon_from_the_beginning_of_the_working_day_before() {
        let near = |due| near_from(&calendar(), at(due));
        assert_eq!(near("2026-11-25 17:00"), at("2026-11-24 00:00"));
        assert_eq!(near("2026-11-23 09:00"), at("2026-11-20 00:00"));
        // In the evening and at the weekend nothing is left of the day: it counts as the next one.
        assert_eq!(near("2026-11-20 20:00"), at("2026-11-20 00:00"));
        assert_eq!(near("2026-11-22 10:00"), at("2026-11-20 00:00"));
    }
}
