//! Time limits as text: `0.5 working_day`.

use crate::workflow::{TimeLimit, TimeUnit};

const UNITS: [(&str, TimeUnit); 4] = [
    ("working_day", TimeUnit::WorkingDay),
    ("calendar_day", TimeUnit::CalendarDay),
    ("working_hour", TimeUnit::WorkingHour),
    ("clock_hour", TimeUnit::ClockHour),
];

/// The limit that a text states (`<decimal> <unit>`, at most two decimals), or `None` when it states none.
pub fn parse_limit(text: &str) -> Option<TimeLimit> {
    let (number, unit) = text.split_once(' ')?;
    let unit = UNITS.iter().find(|(word, _)| *word == unit).map(|(_, unit)| *unit)?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let tenths = if part.len() == 1 { 10 } else { 1 };
    let hundredths = part.parse::<u32>().ok()?.checked_mul(tenths)?;
    let hundredths = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths)?;
    Some(TimeLimit { hundredths, unit })
}

/// The canonical text of a limit; [`parse_limit`] reads it back.
pub fn limit_text(limit: TimeLimit) -> String {
    let unit = UNITS
        .iter()
        .find(|(_, unit)| *unit == limit.unit)
        .map_or("working_day", |(word, _)| *word);
    let (whole, part) = (limit.hundredths / 100, limit.hundredths % 100);
    match (part, part % 10) {
        (0, _) => format!("{whole} {unit}"),
        (_, 0) => format!("{whole}.{} {unit}", part / 10),
        _ => format!("{whole}.{part:02} {unit}"),
    }
}

/// True for an hour of the day as the file writes it (`15:00`).
pub(super) fn is_hour_of_day(text: &str) -> bool {
    let two = |text: &str, below: u8| {
        text.len() == 2
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse::<u8>().is_ok_and(|number| number < below)
    };
    text.split_once(':')
        .is_some_and(|(hour, minute)| two(hour, 24) && two(minute, 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimals_and_refuses_everything_else() {
        let hundredths = |text| parse_limit(text).map(|limit| limit.hundredths);
        assert_eq!(hundredths("1 working_day"), Some(100));
        assert_eq!(hundredths("0.5 calendar_day"), Some(50));
        assert_eq!(hundredths("2.25 working_hour"), Some(225));
        assert_eq!(hundredths("12.05 clock_hour"), Some(1205));
        for bad in [
            "",
            "1",
            "1 day",
            "1  working_day",
            "-1 working_day",
            "1.234 working_day",
            ". working_day",
            "1. working_day",
            "99999999999 working_day",
            "1 working_day ",
        ] {
            assert_eq!(parse_limit(bad), None, "{bad}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for hundredths in [0, 5, 25, 50, 100, 205, 1250, u32::MAX] {
            for (_, unit) in UNITS {
                let limit = TimeLimit { hundredths, unit };
                assert_eq!(parse_limit(&limit_text(limit)), Some(limit));
            }
        }
    }

    #[test]
    fn knows_hours_of_the_day() {
        assert!(is_hour_of_day("15:00") && is_hour_of_day("00:59"));
        for bad in ["24:00", "5:00", "15:60", "15", "15:0é", ""] {
            assert!(!is_hour_of_day(bad), "{bad}");
        }
    }
}
