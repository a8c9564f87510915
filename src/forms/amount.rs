//! Numbers as forms keep them: exact, with at most four decimals.

use std::fmt;

const DECIMALS: usize = 4;
const SCALE: i64 = 10_000;
/// The most digits before the decimal sign: no sum of money of an office has more.
const MOST_DIGITS: usize = 14;

/// A number with at most four decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i64);

impl Amount {
    /// Reads a number as a file says it (`12.5`) or as people type it here: `12,5`, `1.250.000`, `1 250 000`. Points
    /// part thousands where each of them is followed by exactly three digits and the number has no other decimal sign
    /// or at least two of them; `1.250` alone is a thousand and more, as people here write it.
    pub fn typed(text: &str) -> Option<Self> {
        let text: String = text
            .chars()
            .filter(|letter| !matches!(letter, ' ' | '\u{a0}'))
            .collect();
        let (whole, part) = match text.split_once(',') {
            Some((whole, part)) => (whole.to_owned(), part),
            None => match text.rsplit_once('.') {
                Some((whole, part)) if part.len() != 3 && !whole.contains('.') => (whole.to_owned(), part),
                Some(_) | None => (text.clone(), ""),
            },
        };
        let is_ended = text.ends_with([',', '.']);
        let whole = without_points(&whole)?;
        if is_ended { None } else { Self::of(&whole, part) }
    }

    /// Reads a number as it is kept: `-12.5`.
    pub fn kept(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        if text.ends_with('.') {
            None
        } else {
            Self::of(whole, part)
        }
    }

    fn of(whole: &str, part: &str) -> Option<Self> {
        let (is_negative, digits) = whole.strip_prefix('-').map_or((false, whole), |rest| (true, rest));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if digits.is_empty() || digits.len() > MOST_DIGITS || part.len() > DECIMALS {
            return None;
        }
        if !are_digits(digits) || !are_digits(part) {
            return None;
        }
        let whole = digits.parse::<i64>().ok()?.checked_mul(SCALE)?;
        let part = format!("{part:0<DECIMALS$}").parse::<i64>().ok()?;
        let amount = whole.checked_add(part)?;
        Some(Self(if is_negative { amount.saturating_neg() } else { amount }))
    }

    /// Whether it has no decimals.
    pub fn is_whole(self) -> bool {
        self.0 % SCALE == 0
    }

    /// As people read it here: `1.250.000,5`.
    pub fn shown(self) -> String {
        let kept = self.to_string();
        let (sign, kept) = kept.strip_prefix('-').map_or(("", kept.as_str()), |rest| ("-", rest));
        let (whole, part) = kept.split_once('.').unwrap_or((kept, ""));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let comma = if part.is_empty() { "" } else { "," };
        format!("{sign}{grouped}{comma}{part}")
    }
}

/// The digits of a whole number, its thousands parted by points or not.
fn without_points(text: &str) -> Option<String> {
    let mut groups = text.split('.');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let is_parted = !rest.is_empty();
    let is_good = rest.iter().all(|group| group.len() == 3)
        && (!is_parted || (1..=3).contains(&first.trim_start_matches('-').len()));
    is_good.then(|| format!("{first}{}", rest.concat()))
}

impl fmt::Display for Amount {
    /// As it is kept: `-12.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = ((self.0 / SCALE).unsigned_abs(), (self.0 % SCALE).unsigned_abs());
        write!(f, "{sign}{whole}")?;
        if part > 0 {
            write!(f, ".{}", format!("{part:04}").trim_end_matches('0'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn numbers_are_read_as_people_here_write_them() {
        let read = |text| Amount::typed(text).map(|amount| amount.to_string());
        for (typed, kept) in [
            ("12", "12"),
            ("12,5", "12.5"),
            ("12.5", "12.5"),
            ("1.250", "1250"),
            ("1.250.000", "1250000"),
            ("1 250 000", "1250000"),
            ("1.250.000,25", "1250000.25"),
            ("-3,5", "-3.5"),
            ("-0,5", "-0.5"),
            ("007", "7"),
            ("0,1234", "0.1234"),
        ] {
            assert_eq!(read(typed).as_deref(), Some(kept), "{typed}");
        }
        for bad in [
            "",
            "-",
            "a",
            "1,2,3",
            "1.25.000",
            "12,",
            ".5",
            "1,23456",
            "999999999999999",
            "1e5",
            "٣",
            "1.2500.000",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_kept_is_read_back_and_shown_with_its_thousands_parted() {
        for (kept, shown) in [
            ("1250000.5", "1.250.000,5"),
            ("-1250", "-1.250"),
            ("0", "0"),
            ("999", "999"),
            ("-0.5", "-0,5"),
        ] {
            let amount = Amount::kept(kept).unwrap();
            assert_eq!((amount.to_string().as_str(), amount.shown().as_str()), (kept, shown));
        }
        assert!(Amount::kept("12").unwrap().is_whole() && !Amount::kept("12.5").unwrap().is_whole());
    }
}
