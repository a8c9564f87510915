//! One moment as logs write it: ISO 8601 on a short way, and what spreadsheets make of it.

use super::days::{DAY, Date, MINUTE, YEARS};

/// Why a value is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadMoment {
    /// Not in a known form, or no such day or hour.
    Unreadable,
    /// Before 1900 or after 2200.
    Absurd,
}

/// What a value shows about the order of day and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Nothing: the year comes first, or both are equal.
    Sure,
    /// The day comes first, for it is above 12.
    Day,
    /// The month comes first, for the day is above 12.
    Month,
    /// Both are possible; read with the day first.
    Either,
}

/// A moment that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Milliseconds since 1970-01-01 UTC.
    pub(super) at: i64,
    pub(super) order: Order,
}

/// A moment from text; `zone` is the distance from UTC in milliseconds where none is written.
pub(super) fn read(text: &[u8], zone: i64) -> Result<Moment, BadMoment> {
    let text = text.trim_ascii();
    match iso(text, zone) {
        Some(at) => Ok(Moment {
            at: at?,
            order: Order::Sure,
        }),
        None => Parts::of(text)?.moment(zone),
    }
}

/// The standard form, which nearly every log has; `None` when it is another.
fn iso(text: &[u8], zone: i64) -> Option<Result<i64, BadMoment>> {
    let (head, rest) = text.split_first_chunk::<10>()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *head else {
        return None;
    };
    let date = Date {
        year: two(y1, y2)? * 100 + two(y3, y4)?,
        month: two(m1, m2)?,
        day: two(d1, d2)?,
    };
    let (of_day, rest) = match rest {
        [b'T' | b' ' | b't', h1, h2, b':', n1, n2, b':', s1, s2, rest @ ..] => {
            (time_of_day(two(*h1, *h2)?, two(*n1, *n2)?, two(*s1, *s2)?)?, rest)
        }
        [b'T' | b' ' | b't', h1, h2, b':', n1, n2, rest @ ..] => {
            (time_of_day(two(*h1, *h2)?, two(*n1, *n2)?, 0)?, rest)
        }
        rest => (0, rest),
    };
    let (thousandths, rest) = fraction(rest);
    let zone = if rest.is_empty() { zone } else { offset(rest)? };
    Some(on(date, of_day + thousandths - zone))
}

/// The moment some time after a date began.
fn on(date: Date, after: i64) -> Result<i64, BadMoment> {
    if !date.exists() {
        return Err(BadMoment::Unreadable);
    }
    if !YEARS.contains(&date.year) {
        return Err(BadMoment::Absurd);
    }
    Ok(date.days() * DAY + after)
}

fn digit(letter: u8) -> Option<i64> {
    letter.is_ascii_digit().then(|| i64::from(letter - b'0'))
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Milliseconds since midnight; 24:00:00 ends the day, and second 60 is a leap second.
fn time_of_day(hour: i64, minute: i64, second: i64) -> Option<i64> {
    let is_time = hour < 24 && minute < 60 && second <= 60 || (hour, minute, second) == (24, 0, 0);
    is_time.then_some((hour * 60 + minute) * MINUTE + second * 1_000)
}

/// The thousandths after a point or comma, and what follows. Finer parts are dropped.
fn fraction(text: &[u8]) -> (i64, &[u8]) {
    let [b'.' | b',', digits @ ..] = text else {
        return (0, text);
    };
    let count = digits.iter().take_while(|letter| letter.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(count);
    let mut scale = 100;
    let mut sum = 0;
    for letter in digits.iter().take(3) {
        sum += digit(*letter).unwrap_or(0) * scale;
        scale /= 10;
    }
    (sum, rest)
}

/// The distance from UTC in milliseconds: `Z`, `UTC`, `+07:00`, `+0700`, `+07`.
pub(super) fn offset(text: &[u8]) -> Option<i64> {
    let (sign, rest) = match text.trim_ascii() {
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        b"Z" | b"z" | b"UTC" | b"GMT" => return Some(0),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [h1, h2, b':', m1, m2] | [h1, h2, m1, m2] => (two(*h1, *h2)?, two(*m1, *m2)?),
        [h1, h2] => (two(*h1, *h2)?, 0),
        [h1] => (digit(*h1)?, 0),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes) * MINUTE)
}

/// The words of a moment that is not in the standard form, in any order.
#[derive(Default)]
struct Parts {
    date: Option<(Date, Option<Order>)>,
    of_day: Option<i64>,
    /// Whether it is the afternoon on a clock of twelve hours.
    afternoon: Option<bool>,
    zone: Option<i64>,
}

impl Parts {
    fn of(text: &[u8]) -> Result<Self, BadMoment> {
        let mut parts = Self::default();
        let words = text.split(|letter| letter.is_ascii_whitespace());
        for word in words.filter(|word| !word.is_empty()) {
            let word = word.strip_suffix(b",").unwrap_or(word);
            let known = match word.iter().position(|letter| *letter == b'T') {
                Some(at) if word.first().is_some_and(u8::is_ascii_digit) => {
                    let (date, time) = word.split_at(at);
                    parts.take(date).and_then(|()| parts.take(time.get(1..)?))
                }
                _ => parts.take(word),
            };
            known.ok_or(BadMoment::Unreadable)?;
        }
        Ok(parts)
    }

    /// Takes one word; `None` when it is of no known kind or says what another has said.
    fn take(&mut self, word: &[u8]) -> Option<()> {
        let half = match word.to_ascii_uppercase().as_slice() {
            b"AM" | b"SA" => Some(false),
            b"PM" | b"CH" => Some(true),
            _ => None,
        };
        if half.is_some() {
            return first(&mut self.afternoon, half);
        }
        if let Some(zone) = offset(word) {
            return first(&mut self.zone, Some(zone));
        }
        if word.iter().any(|letter| matches!(letter, b':' | b'h' | b'H')) {
            return self.take_time(word);
        }
        if self.date.is_some() {
            let digits = word.iter().take_while(|letter| letter.is_ascii_digit()).count();
            let (time, rest) = word.split_at(digits);
            first(&mut self.of_day, compact_time(time))?;
            return if rest.is_empty() { Some(()) } else { self.take_end(rest) };
        }
        first(&mut self.date, date(word))
    }

    /// `8:30`, `08:30:05.123+07:00`, `8:30PM`, `14h30`, `8h`.
    fn take_time(&mut self, word: &[u8]) -> Option<()> {
        let (hour, rest) = number(word)?;
        let rest = rest.get(1..)?;
        let (minute, rest) = number(rest).unwrap_or((0, rest));
        let (second, rest) = match rest {
            [b':', rest @ ..] => number(rest)?,
            rest => (0, rest),
        };
        let (thousandths, rest) = fraction(rest);
        first(&mut self.of_day, Some(time_of_day(hour, minute, second)? + thousandths))?;
        if rest.is_empty() { Some(()) } else { self.take_end(rest) }
    }

    /// What clings to a time: a zone or a half of the day.
    fn take_end(&mut self, rest: &[u8]) -> Option<()> {
        let is_time = rest.iter().any(|letter| matches!(letter, b'h' | b'H'));
        if is_time && !rest.eq_ignore_ascii_case(b"ch") {
            return None;
        }
        if let Some(zone) = offset(rest) {
            return first(&mut self.zone, Some(zone));
        }
        if rest.contains(&b':') { None } else { self.take(rest) }
    }

    fn moment(self, zone: i64) -> Result<Moment, BadMoment> {
        let (date, order) = self.date.ok_or(BadMoment::Unreadable)?;
        let of_day = self.of_day.unwrap_or(0);
        let noon = 12 * 60 * MINUTE;
        let of_day = match self.afternoon {
            None => of_day,
            Some(_) if self.of_day.is_none() || of_day >= noon + 60 * MINUTE => return Err(BadMoment::Unreadable),
            Some(afternoon) => of_day % noon + if afternoon { noon } else { 0 },
        };
        let (date, order) = match order {
            None => (date, Order::Sure),
            Some(order) => (date, order),
        };
        let at = on(date, of_day - self.zone.unwrap_or(zone))?;
        // The order of a moment that names its own zone is not put right later.
        let order = if order == Order::Either && self.zone.is_some_and(|own| own != zone) {
            Order::Sure
        } else {
            order
        };
        Ok(Moment { at, order })
    }
}

/// Sets what was not yet set.
fn first<T>(place: &mut Option<T>, value: Option<T>) -> Option<()> {
    if place.is_some() || value.is_none() {
        return None;
    }
    *place = value;
    Some(())
}

/// A number of at most four digits at the beginning, and what follows.
fn number(text: &[u8]) -> Option<(i64, &[u8])> {
    let count = text.iter().take_while(|letter| letter.is_ascii_digit()).count();
    if !(1..=4).contains(&count) {
        return None;
    }
    let (digits, rest) = text.split_at(count);
    let value = digits
        .iter()
        .fold(0, |sum, letter| sum * 10 + digit(*letter).unwrap_or(0));
    Some((value, rest))
}

/// `0830` and `083005`.
fn compact_time(word: &[u8]) -> Option<i64> {
    match word {
        [h1, h2, m1, m2] => time_of_day(two(*h1, *h2)?, two(*m1, *m2)?, 0),
        [h1, h2, m1, m2, s1, s2] => time_of_day(two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?),
        _ => None,
    }
}

const MONTHS: [&[u8]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// `15/03/2024`, `2024/3/15`, `15-Mar-2024`, `15.3.24`, `20240315`; also without leading zeros.
fn date(word: &[u8]) -> Option<(Date, Option<Order>)> {
    if let [y1, y2, y3, y4, m1, m2, d1, d2] = *word
        && word.iter().all(u8::is_ascii_digit)
    {
        let year = two(y1, y2)? * 100 + two(y3, y4)?;
        let (month, day) = (two(m1, m2)?, two(d1, d2)?);
        return Some((Date { year, month, day }, None));
    }
    let (one, rest) = number(word)?;
    let (mark, rest) = rest
        .split_first()
        .filter(|(mark, _)| matches!(mark, b'/' | b'-' | b'.'))?;
    let (two, rest, named) = month_or_number(rest)?;
    let (three, rest) = number(rest.strip_prefix(&[*mark])?)?;
    if !rest.is_empty() {
        return None;
    }
    if word.get(..4).is_some_and(|year| year.iter().all(u8::is_ascii_digit)) {
        let (year, month, day) = (one, two, three);
        return Some((Date { year, month, day }, None));
    }
    let year_digits = word.rsplit(|letter| letter == mark).next().map_or(0, <[u8]>::len);
    let year = match (year_digits, three) {
        (4, year) => year,
        (2, year @ 0..80) => 2000 + year,
        (2, year) => 1900 + year,
        _ => return None,
    };
    let (day, month, order) = match (one, two) {
        (day, month) if named || day == month => (day, month, Order::Sure),
        (1..=12, 1..=12) => (one, two, Order::Either),
        (day, 1..=12) => (day, two, Order::Day),
        (1..=12, day) => (day, one, Order::Month),
        _ => return None,
    };
    Some((Date { year, month, day }, Some(order)))
}

/// A month by number or by its English name, and what follows.
fn month_or_number(text: &[u8]) -> Option<(i64, &[u8], bool)> {
    if let Some((value, rest)) = number(text) {
        return Some((value, rest, false));
    }
    let (name, rest) = text.split_at_checked(3)?;
    let index = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    Some((i64::try_from(index).ok()? + 1, rest, true))
}

/// A decimal number in thousandths, without rounding: for moments that are numbers.
pub(super) fn thousandths(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    let (sign, text) = match text {
        [b'-', rest @ ..] => (-1, rest),
        rest => (1, rest),
    };
    let count = text.iter().take_while(|letter| letter.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(count);
    let whole: i64 = std::str::from_utf8(whole).ok()?.parse().ok()?;
    let (part, rest) = fraction(rest);
    rest.is_empty().then_some(())?;
    Some(sign * (whole.checked_mul(1_000)?.checked_add(part)?))
}
