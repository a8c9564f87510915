//! The Vietnamese lunar calendar (UTC+7) by the algorithm of Hồ Ngọc Đức, after Meeus, "Astronomical Algorithms".

use std::f64::consts::PI;

use chrono::{Datelike, NaiveDate};

/// Local time of Viet Nam as a part of a day.
const ZONE: f64 = 7.0 / 24.0;
const SYNODIC_MONTH: f64 = 29.530_588_853;
/// The new moon of 1 January 1900, from which new moons are numbered.
const FIRST_NEW_MOON: f64 = 2_415_021.076_998_695;
/// Julian day number of a date = its chrono day number + this.
const JULIAN_OF_CE: i32 = 1_721_425;

/// The date of a day of an ordinary (not leap) lunar month. `None` for years outside 1900–2199, where the series is
/// not meant to be used, and for months outside 1–12.
pub(super) fn to_solar(day: i32, month: i32, year: i32) -> Option<NaiveDate> {
    if !(1900..=2199).contains(&year) || !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    let first = if month < 11 { year - 1 } else { year };
    let (start, end) = (eleventh_month(first)?, eleventh_month(first + 1)?);
    let number = floor(0.5 + (f64::from(start) - FIRST_NEW_MOON) / SYNODIC_MONTH);
    let mut offset = (month + 1) % 12;
    if end - start > 365 && offset >= leap_offset(number) {
        offset += 1;
    }
    NaiveDate::from_num_days_from_ce_opt(new_moon_day(number + offset) + day - 1 - JULIAN_OF_CE)
}

/// The Julian day on which the eleventh lunar month (the one with the winter solstice) of a year begins.
fn eleventh_month(year: i32) -> Option<i32> {
    let last = NaiveDate::from_ymd_opt(year, 12, 31)?.num_days_from_ce() + JULIAN_OF_CE;
    let number = floor(f64::from(last - 2_415_021) / SYNODIC_MONTH);
    let begin = new_moon_day(number);
    Some(if sun_sector(begin) >= 9 {
        new_moon_day(number - 1)
    } else {
        begin
    })
}

/// How many months after the eleventh the leap month comes, in a lunar year of thirteen months.
fn leap_offset(number: i32) -> i32 {
    let sector = |i: i32| sun_sector(new_moon_day(number + i));
    (1..13).find(|i| sector(*i) == sector(i + 1)).unwrap_or(13)
}

fn new_moon_day(number: i32) -> i32 {
    floor(new_moon(f64::from(number)) + 0.5 + ZONE)
}

/// In which twelfth of the ecliptic the sun stands at the beginning of a day, 0–11.
fn sun_sector(day: i32) -> i32 {
    floor(sun_longitude(f64::from(day) - 0.5 - ZONE) / PI * 6.0)
}

/// Julian date of the new moon with this number, in universal time.
fn new_moon(k: f64) -> f64 {
    let t = k / 1236.85;
    let (t2, t3) = (t * t, t * t * t);
    let mean = 2_415_020.759_33 + 29.530_588_68 * k + 0.000_117_8 * t2 - 0.000_000_155 * t3
        + 0.000_33 * sin(166.56 + 132.87 * t - 0.009_173 * t2);
    let sun = 359.2242 + 29.105_356_08 * k - 0.000_033_3 * t2 - 0.000_003_47 * t3;
    let moon = 306.0253 + 385.816_918_06 * k + 0.010_730_6 * t2 + 0.000_012_36 * t3;
    let node = 21.2964 + 390.670_506_46 * k - 0.001_652_8 * t2 - 0.000_002_39 * t3;
    let correction = (0.1734 - 0.000_393 * t) * sin(sun) + 0.0021 * sin(2.0 * sun) - 0.4068 * sin(moon)
        + 0.0161 * sin(2.0 * moon)
        - 0.0004 * sin(3.0 * moon)
        + 0.0104 * sin(2.0 * node)
        - 0.0051 * sin(sun + moon)
        - 0.0074 * sin(sun - moon)
        + 0.0004 * sin(2.0 * node + sun)
        - 0.0004 * sin(2.0 * node - sun)
        - 0.0006 * sin(2.0 * node + moon)
        + 0.0010 * sin(2.0 * node - moon)
        + 0.0005 * sin(2.0 * moon + sun);
    let dynamic_time = -0.000_278 + 0.000_265 * t + 0.000_262 * t2;
    mean + correction - dynamic_time
}

/// Longitude of the sun at a Julian date, in radians from 0 to 2π.
fn sun_longitude(julian: f64) -> f64 {
    let t = (julian - 2_451_545.0) / 36_525.0;
    let t2 = t * t;
    let anomaly = 357.529_10 + 35_999.050_30 * t - 0.000_155_9 * t2 - 0.000_000_48 * t * t2;
    let mean = 280.466_45 + 36_000.769_83 * t + 0.000_303_2 * t2;
    let centre = (1.914_600 - 0.004_817 * t - 0.000_014 * t2) * sin(anomaly)
        + (0.019_993 - 0.000_101 * t) * sin(2.0 * anomaly)
        + 0.000_290 * sin(3.0 * anomaly);
    (mean + centre).to_radians().rem_euclid(2.0 * PI)
}

fn sin(degrees: f64) -> f64 {
    degrees.to_radians().sin()
}

#[expect(
    clippy::as_conversions,
    reason = "the standard library has no other way from f64 to i32; Julian days and numbers of moons fit, `as` saturates"
)]
fn floor(value: f64) -> i32 {
    value.floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(day: i32, month: i32, year: i32) -> String {
        to_solar(day, month, year).unwrap().format("%d/%m/%Y").to_string()
    }

    #[test]
    fn new_years_and_kings_days_fall_where_almanacs_have_them() {
        for (year, tet, kings) in [
            (2024, "10/02", "18/04"),
            (2025, "29/01", "07/04"),
            (2026, "17/02", "26/04"),
            (2027, "06/02", "16/04"),
            (2028, "26/01", "04/04"),
            (2029, "13/02", "23/04"),
            (2030, "02/02", "12/04"),
        ] {
            assert_eq!(
                (text(1, 1, year), text(10, 3, year)),
                (format!("{tet}/{year}"), format!("{kings}/{year}"))
            );
        }
    }

    #[test]
    fn the_zone_and_leap_months_are_respected() {
        // In 2007 and 1985 the Vietnamese new year differs from the Chinese one, by a day and by a month.
        assert_eq!(text(1, 1, 2007), "17/02/2007");
        assert_eq!(text(1, 1, 1985), "21/01/1985");
        // 2023 has a leap second month, 2025 a leap sixth month.
        assert_eq!(text(10, 3, 2023), "29/04/2023");
        assert_eq!(text(15, 8, 2025), "06/10/2025");
        assert_eq!(text(1, 12, 2026), "08/01/2027");
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(
            (to_solar(1, 13, 2026), to_solar(0, 1, 2026), to_solar(1, 1, 9999)),
            (None, None, None)
        );
    }
}
