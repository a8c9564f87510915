//! The calendar as arithmetic: days since 1970-01-01 and dates (Gregorian, any year), and text of a moment.

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;
/// Milliseconds of a minute.
pub(super) const MINUTE: i64 = 60_000;
/// The first and the last year that a log may speak of.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = 1900..=2200;

/// Year, month from 1, day from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

impl Date {
    /// Whether there is such a day.
    pub(super) fn exists(self) -> bool {
        let longest = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            1..=12 => 31,
            _ => 0,
        };
        (1..=longest).contains(&self.day)
    }

    /// Days since 1970-01-01. Years begin in March here, so that the leap day is the last of its year.
    pub(super) fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = (self.month + 9) % 12;
        let of_year = (153 * month + 2) / 5 + self.day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The date of a day.
    pub(super) fn of_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let calendar_month = if month < 10 { month + 3 } else { month - 9 };
        Self {
            year: year + era * 400 + i64::from(calendar_month <= 2),
            month: calendar_month,
            day: of_year - (153 * month + 2) / 5 + 1,
        }
    }
}

/// A moment as ISO 8601 writes it, with its zone: `2024-03-15T08:30:00.000+07:00`.
pub(super) fn iso(at: i64, zone_minutes: i64) -> String {
    let local = at.saturating_add(zone_minutes * MINUTE);
    let date = Date::of_days(local.div_euclid(DAY));
    let rest = local.rem_euclid(DAY);
    let sign = if zone_minutes < 0 { '-' } else { '+' };
    let zone = zone_minutes.abs();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{sign}{:02}:{:02}",
        date.year,
        date.month,
        date.day,
        rest / 3_600_000,
        rest / MINUTE % 60,
        rest / 1_000 % 60,
        rest % 1_000,
        zone / 60,
        zone % 60,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn agrees_with_the_calendar_of_chrono_on_every_day_of_400_years() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let mut day = NaiveDate::from_ymd_opt(1890, 1, 1).unwrap();
        while day.year() < 2290 {
            let date = Date {
                year: i64::from(day.year()),
                month: i64::from(day.month()),
                day: i64::from(day.day()),
            };
            let days = (day - epoch).num_days();
            assert_eq!((date.days(), Date::of_days(days)), (days, date));
            assert!(date.exists());
            day = day.succ_opt().unwrap();
        }
    }

    #[test]
    fn knows_days_that_do_not_exist() {
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 13, 1),
            (2024, 0, 1),
            (2024, 1, 0),
        ] {
            assert!(!Date { year, month, day }.exists(), "{year}-{month}-{day}");
        }
    }

    #[test]
    fn writes_moments_in_a_zone() {
        assert_eq!(iso(0, 420), "1970-01-01T07:00:00.000+07:00");
        assert_eq!(iso(-1, 0), "1969-12-31T23:59:59.999+00:00");
        assert_eq!(iso(1_710_462_605_007, -210), "2024-03-14T21:00:05.007-03:30");
    }
}
