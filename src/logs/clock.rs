//! The times of one log: one form for all of them, and the order of day and month told from the whole column.

use super::days::{DAY, Date, MINUTE, YEARS};
use super::map::{TimeForm, Times};
use super::moment::{self, BadMoment, Moment, Order};
use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// What the dates of a column showed about their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The order is known, or makes no difference.
    Clear,
    /// Nothing tells the order of so many dates.
    Ambiguous(usize),
    /// So many dates could be read both ways in a column that has both orders.
    Mixed(usize),
}

/// Reads times, and remembers which of them could be read with the month first.
pub(super) struct Clock {
    form: TimeForm,
    /// Distance from UTC in milliseconds where none is written.
    zone: i64,
    day_seen: bool,
    month_seen: bool,
    /// A bit for each event, set where day and month may be exchanged.
    either: Vec<u64>,
    either_count: usize,
}

impl Clock {
    pub(super) fn new(times: &Times) -> Self {
        Self {
            form: times.form.clone(),
            zone: i64::from(times.zone) * MINUTE,
            day_seen: false,
            month_seen: false,
            either: Vec::new(),
            either_count: 0,
        }
    }

    /// Reads one time.
    pub(super) fn read(&self, text: &[u8]) -> Result<Moment, BadMoment> {
        match &self.form {
            TimeForm::Auto => moment::read(text, self.zone),
            TimeForm::DayFirst => match moment::read(text, self.zone)? {
                Moment {
                    order: Order::Month, ..
                } => Err(BadMoment::Unreadable),
                Moment { at, .. } => Ok(sure(at)),
            },
            TimeForm::MonthFirst => match moment::read(text, self.zone)? {
                Moment { order: Order::Day, .. } => Err(BadMoment::Unreadable),
                Moment {
                    at,
                    order: Order::Either,
                } => Ok(sure(self.exchanged(at))),
                Moment { at, .. } => Ok(sure(at)),
            },
            TimeForm::Milliseconds => number(text).and_then(|at| within(at / 1_000)),
            TimeForm::Seconds => number(text).and_then(within),
            TimeForm::Excel => serial(text, self.zone).ok_or(BadMoment::Unreadable).and_then(within),
            TimeForm::Pattern(pattern) => by_pattern(text, pattern, self.zone)
                .ok_or(BadMoment::Unreadable)
                .and_then(within),
        }
    }

    /// Remembers what the time of an event, by its number, showed about the order.
    pub(super) fn note(&mut self, event: usize, order: Order) {
        match order {
            Order::Sure => {}
            Order::Day => self.day_seen = true,
            Order::Month => self.month_seen = true,
            Order::Either => {
                let word = event / 64;
                if self.either.len() <= word {
                    self.either.resize(word + 1, 0);
                }
                if let Some(bits) = self.either.get_mut(word) {
                    *bits |= 1 << (event % 64);
                }
                self.either_count += 1;
            }
        }
    }

    /// Puts the times right, given in the order of the file, when all of the column can be read with the month first
    /// and some of it only so.
    pub(super) fn settle(&mut self, times: &mut [i64]) -> Verdict {
        let either = std::mem::take(&mut self.either);
        if self.month_seen && !self.day_seen {
            for (event, at) in times.iter_mut().enumerate() {
                let bits = either.get(event / 64).copied().unwrap_or(0);
                if bits >> (event % 64) & 1 == 1 {
                    *at = self.exchanged(*at);
                }
            }
            return Verdict::Clear;
        }
        match (self.either_count, self.day_seen, self.month_seen) {
            (0, _, false) | (_, true, false) => Verdict::Clear,
            (count, _, true) => Verdict::Mixed(count),
            (count, false, false) => Verdict::Ambiguous(count),
        }
    }

    /// The same time of day with the day of the month and the month exchanged.
    fn exchanged(&self, at: i64) -> i64 {
        let local = at.saturating_add(self.zone);
        let Date { year, month, day } = Date::of_days(local.div_euclid(DAY));
        let other = Date {
            year,
            month: day,
            day: month,
        };
        other.days() * DAY + local.rem_euclid(DAY) - self.zone
    }
}

fn sure(at: i64) -> Moment {
    Moment { at, order: Order::Sure }
}

fn number(text: &[u8]) -> Result<i64, BadMoment> {
    moment::thousandths(text).ok_or(BadMoment::Unreadable)
}

/// A time that the years of a log hold.
fn within(at: i64) -> Result<Moment, BadMoment> {
    let year = Date::of_days(at.div_euclid(DAY)).year;
    if YEARS.contains(&year) {
        Ok(sure(at))
    } else {
        Err(BadMoment::Absurd)
    }
}

/// Days since 1899-12-30 as spreadsheets count them, with a part of a day; to the second.
fn serial(text: &[u8], zone: i64) -> Option<i64> {
    const PLACES: u32 = 9;
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    let (days, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit());
    if !is_number(days) || !is_number(part) || days.len() > 7 {
        return None;
    }
    let part = part.get(..9).unwrap_or(part);
    let scale = 10_i64.pow(PLACES.checked_sub(u32::try_from(part.len()).ok()?)?);
    let billionths = part.parse::<i64>().ok()? * scale;
    let seconds = (billionths * 86_400 + 500_000_000) / 1_000_000_000;
    let day = days.parse::<i64>().ok()? - 25_569;
    Some(day * DAY + seconds * 1_000 - zone)
}

/// A time in a form of `strftime`.
fn by_pattern(text: &[u8], pattern: &str, zone: i64) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if let Ok(zoned) = DateTime::parse_from_str(text, pattern) {
        return Some(zoned.timestamp_millis());
    }
    let local = NaiveDateTime::parse_from_str(text, pattern)
        .ok()
        .or_else(|| NaiveDate::parse_from_str(text, pattern).ok()?.and_hms_opt(0, 0, 0))?;
    Some(local.and_utc().timestamp_millis() - zone)
}
