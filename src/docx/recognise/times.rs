//! Times as offices write them, in the units of the file.

use super::words::{begins, flat, says};
use crate::procedures::limit_text;
use crate::workflow::{TimeLimit, TimeUnit};

/// What a time cell says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing.
    Nothing,
    /// A limit whose unit is stated.
    Sure(TimeLimit),
    /// A limit whose unit was chosen.
    Guessed(TimeLimit),
    /// Office hours: whenever the office is open.
    OfficeHours,
    /// Something else.
    Unknown,
}

/// The number at the beginning of a text in hundredths, and the rest.
fn amount(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start();
    let fractions = [('½', 50), ('¼', 25), ('¾', 75)];
    let end = text.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, ',' | '.' | '/')));
    let (number, rest) = text.split_at(end.unwrap_or(text.len()));
    let number = number.trim_end_matches([',', '.']);
    let extra = rest
        .chars()
        .next()
        .and_then(|sign| fractions.iter().find(|(own, _)| *own == sign));
    if number.is_empty() {
        let (sign, value) = extra?;
        return Some((*value, rest.get(sign.len_utf8()..)?));
    }
    let value = if let Some((top, bottom)) = number.split_once('/') {
        let (top, bottom): (u32, u32) = (top.parse().ok()?, bottom.parse().ok()?);
        let hundredths = top.checked_mul(100)?;
        (hundredths.checked_rem(bottom)? == 0).then(|| hundredths / bottom)?
    } else {
        let number = number.replace(',', ".");
        let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
        if part.len() > 2 || part.contains('.') {
            return None;
        }
        let part: u32 = format!("{part:0<2}").parse().ok()?;
        whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)?
    };
    match extra {
        Some((sign, more)) => Some((value.checked_add(*more)?, rest.get(sign.len_utf8()..)?)),
        None => Some((value, rest)),
    }
}

/// The unit that follows a number, and whether it is stated exactly; `days` is what days mean that do not say which.
fn unit(rest: &str, days: TimeUnit) -> Option<(TimeUnit, bool, u32)> {
    let rest = flat(rest);
    let exact = [
        ("ngay lam viec", TimeUnit::WorkingDay, 1),
        ("ngay lv", TimeUnit::WorkingDay, 1),
        ("ngay lich", TimeUnit::CalendarDay, 1),
        ("ngay ke ca ngay nghi", TimeUnit::CalendarDay, 1),
        ("gio lam viec", TimeUnit::WorkingHour, 1),
        ("gio lien tuc", TimeUnit::ClockHour, 1),
        ("thang", TimeUnit::CalendarDay, 30),
    ];
    if let Some((_, unit, times)) = exact.iter().find(|(words, ..)| begins(&rest, words)) {
        return Some((*unit, *times == 1, *times));
    }
    if begins(&rest, "buoi") {
        return Some((TimeUnit::WorkingHour, false, 4));
    }
    if begins(&rest, "ngay") {
        return Some((days, false, 1));
    }
    (begins(&rest, "gio") || begins(&rest, "h") || begins(&rest, "tieng")).then_some((TimeUnit::WorkingHour, false, 1))
}

fn has_figure(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

/// What a text says about a time. `days` is what days mean that do not say which.
pub(super) fn said(text: &str, days: TimeUnit) -> Said {
    let flat_text = flat(text);
    if flat_text.is_empty() {
        return Said::Nothing;
    }
    if says(&flat_text, "gio hanh chinh") {
        return Said::OfficeHours;
    }
    if begins(&flat_text, "nua ngay") || begins(&flat_text, "nua buoi") {
        let hundredths = if begins(&flat_text, "nua ngay") { 50 } else { 25 };
        return Said::Guessed(TimeLimit {
            hundredths,
            unit: TimeUnit::WorkingDay,
        });
    }
    let Some(at) = text.find(|letter: char| letter.is_ascii_digit() || matches!(letter, '½' | '¼' | '¾')) else {
        return Said::Unknown;
    };
    let found = text.get(at..).and_then(amount);
    let minutes = found.filter(|(value, rest)| begins(&flat(rest), "phut") && value % 60 == 0 && !has_figure(rest));
    if let Some((value, _)) = minutes {
        return Said::Guessed(TimeLimit {
            hundredths: value / 60,
            unit: TimeUnit::WorkingHour,
        });
    }
    let Some((value, rest)) = found else {
        return Said::Unknown;
    };
    let Some((unit, is_sure, times)) = unit(rest, days) else {
        return Said::Unknown;
    };
    let Some(hundredths) = value.checked_mul(times) else {
        return Said::Unknown;
    };
    let limit = TimeLimit { hundredths, unit };
    // Two numbers in a cell are two times: which one holds, nobody can tell.
    match (is_sure, has_figure(rest)) {
        (_, true) => Said::Unknown,
        (true, false) => Said::Sure(limit),
        (false, false) => Said::Guessed(limit),
    }
}

/// The limit that was said, as the file writes it.
pub(super) fn limit_of(said: &Said) -> Option<String> {
    match said {
        Said::Sure(limit) | Said::Guessed(limit) => Some(limit_text(*limit)),
        Said::Nothing | Said::OfficeHours | Said::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_offices_write_them() {
        let read = |text| limit_of(&said(text, TimeUnit::WorkingDay)).unwrap_or_default();
        for (text, limit) in [
            ("0,5 ngày làm việc", "0.5 working_day"),
            ("½ ngày", "0.5 working_day"),
            ("1½ ngày làm việc", "1.5 working_day"),
            ("1/2 ngày làm việc", "0.5 working_day"),
            ("04 giờ", "4 working_hour"),
            ("04 giờ làm việc", "4 working_hour"),
            ("Không quá 03 ngày làm việc", "3 working_day"),
            ("02 NGÀY LÀM VIỆC", "2 working_day"),
            ("03 ngay lam viec", "3 working_day"),
            ("2.25 ngày", "2.25 working_day"),
            ("10 ngày lịch", "10 calendar_day"),
            ("01 tháng", "30 calendar_day"),
            ("48 giờ liên tục", "48 clock_hour"),
            ("30 phút", "0.5 working_hour"),
            ("01 buổi", "4 working_hour"),
            ("Nửa ngày", "0.5 working_day"),
        ] {
            assert_eq!(read(text), limit, "{text}");
        }
        assert_eq!(
            said("3 ngày", TimeUnit::CalendarDay),
            Said::Guessed(TimeLimit {
                hundredths: 300,
                unit: TimeUnit::CalendarDay
            })
        );
    }

    #[test]
    fn what_is_no_single_time_is_not_guessed() {
        let read = |text| said(text, TimeUnit::WorkingDay);
        assert_eq!(read("  "), Said::Nothing);
        assert_eq!(read("Giờ hành chính"), Said::OfficeHours);
        for text in [
            "Ngay khi nhận",
            "01 - 02 ngày làm việc",
            "1/3 ngày",
            "theo lịch họp",
            "3",
            "99999999999 ngày làm việc",
            "45 phút và 2 giờ",
            "1.2.3 ngày",
            "0/0 ngày",
        ] {
            assert_eq!(read(text), Said::Unknown, "{text}");
        }
    }
}
