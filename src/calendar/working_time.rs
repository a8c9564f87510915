//! Working days, working minutes and due times, by plain arithmetic on an office's calendar.
//!
//! All times are local times of the office; nothing here reads a clock or a database. An instant that cannot be
//! reached any more (the end of the representable calendar) gives the last representable time instead of a panic.

use std::collections::BTreeSet;

use super::days::Days;
use super::hours::OfficeHours;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

use crate::workflow::{TimeLimit, TimeUnit};

/// Seconds of one working day where a limit in days is turned into hours: "one working day is eight hours".
const DAY_SECONDS: i64 = 8 * 3600;
const EIGHT: NaiveTime = match NaiveTime::from_hms_opt(8, 0, 0) {
    Some(eight) => eight,
    None => NaiveTime::MIN,
};
/// Seconds in a hundredth of an hour.
const HUNDREDTH_HOUR: i64 = 36;
/// Seconds in a hundredth of a working day.
const HUNDREDTH_DAY: i64 = DAY_SECONDS / 100;

/// How a limit in working days is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayCounting {
    /// The day of receipt is not counted; the limit ends with the office hours of its last day.
    #[default]
    WholeDays,
    /// A day is eight working hours and is counted from the minute of receipt.
    Minutes,
}

/// The days and hours on which an office works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCalendar {
    days_off: BTreeSet<NaiveDate>,
    make_up_days: BTreeSet<NaiveDate>,
    hours: OfficeHours,
    weekdays: Vec<Weekday>,
    counting: DayCounting,
    days: Days,
}

impl WorkingCalendar {
    /// Monday to Friday at the usual hours, without `days_off`, and with `make_up_days` (working weekends) besides.
    /// A date in both sets is a day off: closing an office is the later decision.
    pub fn new(days_off: BTreeSet<NaiveDate>, make_up_days: BTreeSet<NaiveDate>) -> Self {
        let weekdays = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        Self {
            days: Days::new(&weekdays, &make_up_days, &days_off),
            days_off,
            make_up_days,
            hours: OfficeHours::default(),
            weekdays,
            counting: DayCounting::default(),
        }
    }

    /// The same calendar with other counted hours.
    #[must_use]
    pub fn with_hours(mut self, hours: OfficeHours) -> Self {
        self.hours = hours;
        self
    }

    /// The same calendar with other working weekdays. An empty list is not taken: nothing would ever be due.
    #[must_use]
    pub fn with_weekdays(mut self, weekdays: Vec<Weekday>) -> Self {
        if !weekdays.is_empty() {
            self.weekdays = weekdays;
            self.days = Days::new(&self.weekdays, &self.make_up_days, &self.days_off);
        }
        self
    }

    /// The same calendar with another way to count limits in working days.
    #[must_use]
    pub fn with_counting(mut self, counting: DayCounting) -> Self {
        self.counting = counting;
        self
    }

    /// The counted hours of a working day.
    pub fn hours(&self) -> &OfficeHours {
        &self.hours
    }

    /// Whether the office works on this date.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.days.works(date).unwrap_or_else(|| {
            let is_usual = || self.make_up_days.contains(&date) || self.weekdays.contains(&date.weekday());
            !self.days_off.contains(&date) && is_usual()
        })
    }

    /// The first working day after this date.
    pub fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        let counted = self.days.count(date).and_then(|count| self.days.with_number(count + 1));
        if let Some(day) = counted {
            return day;
        }
        let mut day = date;
        while let Some(next) = day.succ_opt() {
            day = next;
            if self.is_working_day(day) {
                break;
            }
        }
        day
    }

    /// The working day so many working days after this date; the date itself for none.
    fn working_day_after(&self, date: NaiveDate, days: u32) -> NaiveDate {
        let number = self.days.count(date).zip(usize::try_from(days).ok());
        let counted = number.and_then(|(count, days)| self.days.with_number(count + days));
        if let Some(day) = counted.filter(|_| days > 0) {
            return day;
        }
        (0..days).fold(date, |day, _| self.next_working_day(day))
    }

    /// This date when the office works on it, else the next working day.
    pub fn working_day_from(&self, date: NaiveDate) -> NaiveDate {
        if self.is_working_day(date) {
            date
        } else {
            self.next_working_day(date)
        }
    }

    /// The day model. Whole days: the day of receipt is not counted and the time ends with the office hours of the
    /// last day. A part of a day after whole days is taken from the opening of the following day (1.5 days end at
    /// half past eleven of the second day). Less than one day is counted by hours from the minute of receipt. A part
    /// never lasts beyond the day it is a part of. Nought days mean "within the day": they end with today's office
    /// hours, or with those of the next working day when the office has closed.
    pub fn add_working_days(&self, received: NaiveDateTime, hundredths: u32) -> NaiveDateTime {
        let (whole, part) = (hundredths / 100, i64::from(hundredths % 100) * HUNDREDTH_DAY);
        if hundredths == 0 {
            return self.same_day(received, self.hours.closing());
        }
        if whole == 0 {
            let latest = self.closing_of(self.next_working_day(received.date()));
            return self.add_working_seconds(received, part).min(latest);
        }
        let day = self.working_day_after(received.date(), whole);
        if part == 0 {
            return self.closing_of(day);
        }
        let last = self.next_working_day(day);
        self.add_working_seconds(last.and_time(self.hours.opening()), part)
            .min(self.closing_of(last))
    }

    /// Days of the calendar: the day of receipt is not counted, a part of a day counts as a day, and when the last day
    /// is a day off the time ends with the next working day (Civil Code 2015, articles 147 and 148). Nought days end as
    /// in [`Self::add_working_days`].
    pub fn add_calendar_days(&self, received: NaiveDateTime, hundredths: u32) -> NaiveDateTime {
        if hundredths == 0 {
            return self.same_day(received, self.hours.closing());
        }
        let days = chrono::Days::new(u64::from(hundredths.div_ceil(100)));
        let last = received.date().checked_add_days(days).unwrap_or(NaiveDate::MAX);
        self.closing_of(self.working_day_from(last))
    }

    /// The same-day rule: received before `cutoff` on a working day, due at the end of that day's office hours;
    /// received at or after it, or on a day off, due at the end of the next working day. A cutoff after the closing is
    /// the closing: nothing is due before it was received.
    pub fn same_day(&self, received: NaiveDateTime, cutoff: NaiveTime) -> NaiveDateTime {
        let date = received.date();
        let today = self.is_working_day(date) && received.time() < cutoff.min(self.hours.closing());
        self.closing_of(if today { date } else { self.next_working_day(date) })
    }

    /// The minute model: the moment at which `minutes` of office hours have gone by since `from`. Outside office hours
    /// the count begins with the next opening. A time that is used up at a closing ends there, not at the next opening.
    pub fn add_working_minutes(&self, from: NaiveDateTime, minutes: u32) -> NaiveDateTime {
        self.add_working_seconds(from, i64::from(minutes) * 60)
    }

    /// Hours of the clock, day and night, on days off as well.
    pub fn add_clock_hours(&self, from: NaiveDateTime, hundredths: u32) -> NaiveDateTime {
        add_seconds(from, i64::from(hundredths) * HUNDREDTH_HOUR)
    }

    /// Whole minutes of office hours from `a` to `b`; negative when `b` is earlier.
    pub fn working_minutes_between(&self, a: NaiveDateTime, b: NaiveDateTime) -> i64 {
        if b < a {
            -(self.working_seconds(b, a) / 60)
        } else {
            self.working_seconds(a, b) / 60
        }
    }

    /// When something received at `received` is due. `same_day_cutoff` is the hour after which the office does not
    /// finish the same day: a limit of up to one working day then follows [`Self::same_day`]; a limit in working hours
    /// begins with the next working day when received at or after it; other limits do not depend on it, because the
    /// day of receipt is not counted anyway.
    pub fn due(&self, received: NaiveDateTime, limit: TimeLimit, same_day_cutoff: Option<NaiveTime>) -> NaiveDateTime {
        let hundredths = i64::from(limit.hundredths);
        match (limit.unit, same_day_cutoff) {
            (TimeUnit::WorkingDay, Some(cutoff)) if limit.hundredths <= 100 => self.same_day(received, cutoff),
            (TimeUnit::WorkingDay, _) => match self.counting {
                DayCounting::WholeDays => self.add_working_days(received, limit.hundredths),
                DayCounting::Minutes => self.add_working_seconds(received, hundredths * HUNDREDTH_DAY),
            },
            (TimeUnit::CalendarDay, _) => self.add_calendar_days(received, limit.hundredths),
            (TimeUnit::WorkingHour, cutoff) => {
                let late = cutoff.is_some_and(|hour| received.time() >= hour);
                let next = self.next_working_day(received.date()).and_time(self.hours.opening());
                self.add_working_seconds(if late { next } else { received }, hundredths * HUNDREDTH_HOUR)
            }
            (TimeUnit::ClockHour, _) => self.add_clock_hours(received, limit.hundredths),
        }
    }

    /// Whether something received at `received` and done at `done` is in time beyond doubt, whatever the days off are:
    /// as [`Self::due`] says without a cutoff, but quickly, and never true when that is earlier than `done`.
    pub fn is_surely_in_time(&self, received: NaiveDateTime, limit: TimeLimit, done: NaiveDateTime) -> bool {
        let hundredths = i64::from(limit.hundredths);
        let within = |seconds| (done - received).num_seconds() < seconds;
        let by_day = |days: i64| {
            let last = received.date().checked_add_signed(TimeDelta::days(days));
            last.is_some_and(|last| done <= last.and_time(self.hours.closing()))
        };
        match (limit.unit, self.counting) {
            // A part of a day is at most eight hours, which the next day still has when it closes at eight or later.
            (TimeUnit::WorkingDay, DayCounting::WholeDays) if (1..100).contains(&limit.hundredths) => {
                self.hours.closing() >= EIGHT && within(hundredths * HUNDREDTH_DAY)
            }
            (TimeUnit::WorkingDay, DayCounting::WholeDays) => limit.hundredths > 0 && by_day(hundredths / 100),
            (TimeUnit::WorkingDay, DayCounting::Minutes) => within(hundredths * HUNDREDTH_DAY),
            (TimeUnit::CalendarDay, _) => limit.hundredths > 0 && by_day(hundredths / 100),
            (TimeUnit::WorkingHour | TimeUnit::ClockHour, _) => within(hundredths * HUNDREDTH_HOUR),
        }
    }

    /// The due time after pauses (from, to), in any order, overlapping ones counted once.
    ///
    /// A limit in working days or hours grows by the office hours that the pauses took, to the minute, so the new due
    /// time may lie within a day. A limit in clock hours grows by the clock time. A limit in calendar days moves its
    /// last day by the clock time and then off days off. A pause that begins after the due time (as moved by earlier
    /// pauses) changes nothing: the case was late before it.
    pub fn shift_by_pauses(
        &self,
        due: NaiveDateTime,
        unit: TimeUnit,
        pauses: &[(NaiveDateTime, NaiveDateTime)],
    ) -> NaiveDateTime {
        let mut sorted: Vec<_> = pauses.iter().copied().filter(|(from, to)| from < to).collect();
        sorted.sort_unstable();
        let (mut moved, mut counted_to) = (due, NaiveDateTime::MIN);
        for (from, to) in sorted {
            let begin = from.max(counted_to);
            if begin >= to || from >= moved {
                continue;
            }
            counted_to = to;
            moved = match unit {
                TimeUnit::WorkingDay | TimeUnit::WorkingHour => {
                    let taken = self.working_seconds(begin, to);
                    if taken == 0 {
                        moved
                    } else {
                        self.add_working_seconds(moved, taken)
                    }
                }
                TimeUnit::CalendarDay | TimeUnit::ClockHour => add_seconds(moved, (to - begin).num_seconds()),
            };
        }
        match unit {
            TimeUnit::CalendarDay if moved != due => self.closing_of(self.working_day_from(moved.date())),
            TimeUnit::WorkingDay | TimeUnit::CalendarDay | TimeUnit::WorkingHour | TimeUnit::ClockHour => moved,
        }
    }

    fn closing_of(&self, date: NaiveDate) -> NaiveDateTime {
        date.and_time(self.hours.closing())
    }

    fn add_working_seconds(&self, from: NaiveDateTime, seconds: i64) -> NaiveDateTime {
        let mut left = seconds;
        let mut day = self.working_day_from(from.date());
        loop {
            if day > from.date() && left > self.day_seconds() {
                // Whole days, but not the last second of them: what is used up at a closing ends there.
                let whole = (left - 1).checked_div(self.day_seconds()).unwrap_or(0);
                left -= whole * self.day_seconds();
                day = self.working_day_after(day, u32::try_from(whole).unwrap_or(u32::MAX));
            }
            for &(open, close) in self.hours.spans() {
                let (open, close) = (day.and_time(open).max(from), day.and_time(close));
                let span = (close - open).num_seconds();
                if span >= left && open <= close {
                    return add_seconds(open, left);
                }
                left -= span.max(0);
            }
            let next = self.next_working_day(day);
            if next == day {
                return NaiveDateTime::MAX;
            }
            day = next;
        }
    }

    fn day_seconds(&self) -> i64 {
        self.hours
            .spans()
            .iter()
            .map(|(open, close)| (*close - *open).num_seconds())
            .sum()
    }

    /// Seconds of office hours from `a` to `b`, for `a` not after `b`.
    fn working_seconds(&self, a: NaiveDateTime, b: NaiveDateTime) -> i64 {
        let mut sum = 0;
        let mut day = self.working_day_from(a.date());
        while day <= b.date() {
            let days = self.days.count(day).zip(self.days.count(b.date()));
            let between = days.map_or(0, |(first, last)| last.saturating_sub(first + 1));
            if day > a.date() && between > 0 {
                sum += self.day_seconds() * i64::try_from(between).unwrap_or(i64::MAX);
                day = self.working_day_after(day, u32::try_from(between).unwrap_or(u32::MAX));
            }
            for &(open, close) in self.hours.spans() {
                let (open, close) = (day.and_time(open).max(a), day.and_time(close).min(b));
                sum += (close - open).num_seconds().max(0);
            }
            let next = self.next_working_day(day);
            if next == day {
                break;
            }
            day = next;
        }
        sum
    }
}

fn add_seconds(from: NaiveDateTime, seconds: i64) -> NaiveDateTime {
    TimeDelta::try_seconds(seconds)
        .and_then(|time| from.checked_add_signed(time))
        .unwrap_or(NaiveDateTime::MAX)
}

#[cfg(test)]
#[path = "working_time_tests.rs"]
mod tests;
