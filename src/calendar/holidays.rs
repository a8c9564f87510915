//! Public holidays of Vietnam: the days of the Labour Code, the lunar calendar behind them, and the announced swaps.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::lunar;
use super::working_time::WorkingCalendar;

/// What a date of the list does to the working calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayKind {
    /// The office does not work.
    DayOff,
    /// The office works although the date is a weekend.
    MakeUpDay,
}

/// One date of the yearly list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The date.
    pub date: NaiveDate,
    /// What it is called in Vietnamese.
    pub name_vi: String,
    /// What it is called in English.
    pub name_en: String,
    /// Whether it is a day off or a make-up working day.
    pub kind: HolidayKind,
}

/// What the government announced for one year beside the law.
struct Announced {
    year: i32,
    /// How many of the five days of Tết lie before the first day of the lunar year.
    tet_before: u64,
    /// Whether the second day of the National Day holiday is the day after (3 September), not the day before.
    national_day_after: bool,
    swaps: &'static [Swap],
}

/// (month, day) off and (month, day) of the weekend on which it is made up.
type Swap = ((u32, u32), (u32, u32));

const ANNOUNCED: [Announced; 3] = [
    Announced {
        year: 2024,
        tet_before: 2,
        national_day_after: true,
        swaps: &[((4, 29), (5, 4))],
    },
    Announced {
        year: 2025,
        tet_before: 2,
        national_day_after: false,
        swaps: &[((5, 2), (4, 26))],
    },
    Announced {
        year: 2026,
        tet_before: 1,
        national_day_after: false,
        swaps: &[((1, 2), (1, 10)), ((8, 31), (8, 22))],
    },
];

/// A year that nobody has announced yet: an administrator edits the list when it is.
const NOT_ANNOUNCED: Announced = Announced {
    year: 0,
    tet_before: 1,
    national_day_after: false,
    swaps: &[],
};

/// First year in which 24 November can be a day off.
const CULTURE_DAY_FROM: i32 = 2026;
const TET_DAYS: u64 = 5;

struct Name {
    vi: &'static str,
    en: &'static str,
}

const NEW_YEAR: Name = Name {
    vi: "Tết Dương lịch",
    en: "New Year's Day",
};
const TET: Name = Name {
    vi: "Tết Nguyên đán",
    en: "Lunar New Year",
};
const KINGS: Name = Name {
    vi: "Giỗ Tổ Hùng Vương",
    en: "Hùng Kings' Commemoration Day",
};
const VICTORY: Name = Name {
    vi: "Ngày Chiến thắng 30/4",
    en: "Reunification Day",
};
const LABOUR: Name = Name {
    vi: "Ngày Quốc tế lao động 01/5",
    en: "International Labour Day",
};
const NATIONAL: Name = Name {
    vi: "Quốc khánh 02/9",
    en: "National Day",
};
const CULTURE: Name = Name {
    vi: "Ngày Văn hóa Việt Nam 24/11",
    en: "Vietnam Culture Day",
};

/// The public holidays of a year in order of date: days of the law, days in lieu when one falls on a weekend, and the
/// announced swaps with their make-up days. `culture_day` switches 24 November on (from 2026). Years outside 1900–2199
/// are not known to the lunar calendar and give the fixed days only.
pub fn holidays(year: i32, culture_day: bool) -> Vec<Holiday> {
    let announced = ANNOUNCED
        .iter()
        .find(|entry| entry.year == year)
        .unwrap_or(&NOT_ANNOUNCED);
    let statutory = statutory(year, culture_day, announced);
    let mut off: BTreeSet<NaiveDate> = statutory.iter().map(|(date, _)| *date).collect();
    let mut list: Vec<Holiday> = Vec::new();
    let mut in_lieu = Vec::new();
    for (date, name) in &statutory {
        // Two holidays on one date are one day off; the first name stays.
        if list.iter().any(|holiday| holiday.date == *date) {
            continue;
        }
        list.push(day_off(*date, name.vi.into(), name.en.into()));
        if is_weekend(*date) {
            in_lieu.push((*date, name));
        }
    }
    for (date, name) in in_lieu {
        let free = date.iter_days().find(|day| !is_weekend(*day) && !off.contains(day));
        if let Some(day) = free {
            off.insert(day);
            list.push(day_off(
                day,
                format!("Nghỉ bù {}", name.vi),
                format!("In lieu of {}", name.en),
            ));
        }
    }
    for ((off_month, off_day), (work_month, work_day)) in announced.swaps {
        let dates = NaiveDate::from_ymd_opt(year, *off_month, *off_day).zip(NaiveDate::from_ymd_opt(
            year,
            *work_month,
            *work_day,
        ));
        if let Some((rest, work)) = dates {
            let (rest_text, work_text) = (rest.format("%d/%m/%Y"), work.format("%d/%m/%Y"));
            list.push(day_off(
                rest,
                format!("Nghỉ hoán đổi (làm bù {work_text})"),
                format!("Swapped day off (made up on {work_text})"),
            ));
            list.push(Holiday {
                date: work,
                name_vi: format!("Làm bù cho ngày {rest_text}"),
                name_en: format!("Make-up working day for {rest_text}"),
                kind: HolidayKind::MakeUpDay,
            });
        }
    }
    list.sort_by_key(|holiday| holiday.date);
    list
}

/// The working calendar that these years give, Monday to Friday at the usual hours.
pub fn statutory_calendar(years: RangeInclusive<i32>, culture_day: bool) -> WorkingCalendar {
    let (mut off, mut work) = (BTreeSet::new(), BTreeSet::new());
    for holiday in years.flat_map(|year| holidays(year, culture_day)) {
        match holiday.kind {
            HolidayKind::DayOff => off.insert(holiday.date),
            HolidayKind::MakeUpDay => work.insert(holiday.date),
        };
    }
    WorkingCalendar::new(off, work)
}

fn statutory(year: i32, culture_day: bool, announced: &Announced) -> Vec<(NaiveDate, &'static Name)> {
    let mut days = Vec::new();
    let fixed = |month, day, name| NaiveDate::from_ymd_opt(year, month, day).map(|date| (date, name));
    days.extend(fixed(1, 1, &NEW_YEAR));
    if let Some(start) =
        lunar::to_solar(1, 1, year).and_then(|first| first.checked_sub_days(Days::new(announced.tet_before)))
    {
        days.extend((0..TET_DAYS).filter_map(|n| Some((start.checked_add_days(Days::new(n))?, &TET))));
    }
    days.extend(lunar::to_solar(10, 3, year).map(|date| (date, &KINGS)));
    days.extend(fixed(4, 30, &VICTORY));
    days.extend(fixed(5, 1, &LABOUR));
    days.extend(fixed(9, 2, &NATIONAL));
    days.extend(fixed(9, if announced.national_day_after { 3 } else { 1 }, &NATIONAL));
    if culture_day && year >= CULTURE_DAY_FROM {
        days.extend(fixed(11, 24, &CULTURE));
    }
    days.sort_by_key(|(date, _)| *date);
    days
}

fn day_off(date: NaiveDate, name_vi: String, name_en: String) -> Holiday {
    Holiday {
        date,
        name_vi,
        name_en,
        kind: HolidayKind::DayOff,
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
    }

    fn off(year: i32) -> Vec<String> {
        let kind = |holiday: &Holiday| holiday.kind == HolidayKind::DayOff;
        holidays(year, false)
            .iter()
            .filter(|h| kind(h))
            .map(|h| h.date.format("%d/%m").to_string())
            .collect()
    }

    #[test]
    fn announced_years_give_the_published_days() {
        assert_eq!(
            off(2024),
            "01/01 08/02 09/02 10/02 11/02 12/02 13/02 14/02 18/04 29/04 30/04 01/05 02/09 03/09"
                .split(' ')
                .collect::<Vec<_>>()
        );
        assert_eq!(
            off(2025),
            "01/01 27/01 28/01 29/01 30/01 31/01 07/04 30/04 01/05 02/05 01/09 02/09"
                .split(' ')
                .collect::<Vec<_>>()
        );
        assert_eq!(
            off(2026),
            "01/01 02/01 16/02 17/02 18/02 19/02 20/02 26/04 27/04 30/04 01/05 31/08 01/09 02/09"
                .split(' ')
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn swaps_bring_make_up_days() {
        let work: Vec<_> = (2024..=2026)
            .flat_map(|year| holidays(year, false))
            .filter(|holiday| holiday.kind == HolidayKind::MakeUpDay)
            .map(|holiday| holiday.date)
            .collect();
        assert_eq!(work, ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"].map(date));
    }

    #[test]
    fn two_neighbouring_holidays_on_a_weekend_get_two_days_in_lieu() {
        // 2023: 29 April (Saturday, tenth of the third lunar month), 30 April (Sunday), 1 May (Monday).
        let list = off(2023);
        for day in ["29/04", "30/04", "01/05", "02/05", "03/05"] {
            assert!(list.iter().any(|found| found == day), "{day}");
        }
        assert!(!list.iter().any(|found| found == "04/05"));
    }

    #[test]
    fn the_culture_day_is_a_switch_and_begins_in_2026() {
        let has = |year, on| holidays(year, on).iter().any(|h| h.date.month() == 11);
        assert_eq!(
            (has(2026, true), has(2026, false), has(2025, true)),
            (true, false, false)
        );
    }

    #[test]
    fn every_year_gives_at_least_ten_days_off_on_working_weekdays() {
        for year in 1950..=2100 {
            let days: BTreeSet<_> = holidays(year, false)
                .into_iter()
                .filter(|h| h.kind == HolidayKind::DayOff && !is_weekend(h.date))
                .map(|h| h.date)
                .collect();
            assert!(days.len() >= 10, "{year}: {days:?}");
        }
    }

    #[test]
    fn a_year_out_of_range_gives_the_fixed_days() {
        assert!(holidays(3000, true).len() >= 6);
        assert!(holidays(i32::MAX, true).is_empty());
    }
}
