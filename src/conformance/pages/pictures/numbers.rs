//! Numbers and durations as pictures and tables print them.

use crate::conformance::sentence::Teller;

/// Working minutes in an hour and in a working day, as limits count them.
const HOUR: i64 = 60;
const DAY: i64 = 8 * HOUR;

/// A share in whole percents; a part that is not nothing is never written as 0 %, one that is not all never as 100 %.
pub(super) fn share(part: u32, whole: u32) -> String {
    let (part, whole) = (u64::from(part), u64::from(whole));
    if whole == 0 {
        return "–".to_owned();
    }
    let percent = (part * 200 + whole).div_euclid(whole * 2);
    match percent {
        0 if part > 0 => "< 1 %".to_owned(),
        100 if part < whole => "> 99 %".to_owned(),
        percent => format!("{percent} %"),
    }
}

/// A working time, short: minutes below an hour, then hours, then working days, to a tenth.
pub(super) fn short(teller: &Teller<'_>, minutes: i64) -> String {
    let tenths = |unit: i64| {
        let tenths = (minutes * 10 + unit / 2).div_euclid(unit);
        match tenths.rem_euclid(10) {
            0 => (tenths / 10).to_string(),
            part => format!("{}.{part}", tenths / 10),
        }
    };
    let (unit, number) = match minutes {
        ..HOUR => ("minutes", minutes.to_string()),
        HOUR..DAY => ("hours", tenths(HOUR)),
        _ => ("days", tenths(DAY)),
    };
    let number = teller.decimal(&number);
    let key = format!("conformance.short.{unit}");
    teller.words.fill(teller.language, &key, &[("n", number)])
}

/// How much of the most: 0 for nothing, then quarters from 1 to 4.
pub(super) fn quarter(part: u64, most: u64) -> u8 {
    if part == 0 || most == 0 {
        return 0;
    }
    u8::try_from((part * 4).div_ceil(most)).unwrap_or(4).clamp(1, 4)
}

/// How grave a share is: none, up to 5 %, up to 15 %, up to 30 %, more.
pub(super) fn grave(part: u32, whole: u32) -> u8 {
    let (part, whole) = (u64::from(part) * 100, u64::from(whole.max(1)));
    match part {
        0 => 0,
        part if part <= 5 * whole => 1,
        part if part <= 15 * whole => 2,
        part if part <= 30 * whole => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::{grave, quarter, share};

    #[test]
    fn shares_never_round_something_to_nothing_or_to_all() {
        assert_eq!([share(1, 3), share(2, 3), share(1, 2)], ["33 %", "67 %", "50 %"]);
        assert_eq!([share(0, 9), share(9, 9), share(1, 1000)], ["0 %", "100 %", "< 1 %"]);
        assert_eq!([share(999, 1000), share(0, 0)], ["> 99 %", "–"]);
    }

    #[test]
    fn levels_begin_above_nothing_and_end_at_the_most() {
        assert_eq!(
            [0, 1, 25, 26, 50, 75, 76, 100].map(|part| quarter(part, 100)),
            [0, 1, 1, 2, 2, 3, 4, 4]
        );
        assert_eq!(
            [0, 1, 5, 6, 15, 30, 31].map(|part| grave(part, 100)),
            [0, 1, 1, 2, 2, 3, 4]
        );
    }
}
