//! The working days of a long time as bits, so that they are counted without looking at each of them.

use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeSet;
use std::fmt;

/// First and last year that are kept as bits; days before and after are looked at one by one.
const YEARS: (i32, i32) = (1990, 2109);
const WORD: usize = 64;

/// The working days of some years. It follows from weekdays and single days alone.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Days {
    /// Number of the first day, counted from the beginning of our era.
    first: i32,
    words: Vec<u64>,
    /// How many working days are before each word.
    before: Vec<usize>,
}

impl fmt::Debug for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Days")
    }
}

impl Days {
    /// The days on which an office works that works on these weekdays and on the days `on`, but not on the days `off`.
    pub(super) fn new(weekdays: &[Weekday], on: &BTreeSet<NaiveDate>, off: &BTreeSet<NaiveDate>) -> Self {
        let number = |year| NaiveDate::from_ymd_opt(year, 1, 1).map_or(0, |day| day.num_days_from_ce());
        let (first, end) = (number(YEARS.0), number(YEARS.1 + 1));
        let mut words = vec![0_u64; usize::try_from(end - first).unwrap_or(0).div_ceil(WORD)];
        let mut weekday = NaiveDate::from_num_days_from_ce_opt(first).map_or(Weekday::Mon, |day| day.weekday());
        for word in &mut words {
            for bit in 0..WORD {
                *word |= u64::from(weekdays.contains(&weekday)) << bit;
                weekday = weekday.succ();
            }
        }
        let mut days = Self {
            first,
            words,
            before: Vec::new(),
        };
        on.iter().for_each(|day| days.set(*day, true));
        off.iter().for_each(|day| days.set(*day, false));
        let mut count = 0;
        for word in &days.words {
            days.before.push(count);
            count += ones(*word);
        }
        days
    }

    fn set(&mut self, day: NaiveDate, works: bool) {
        if let Some(place) = self.place(day)
            && let Some(word) = self.words.get_mut(place / WORD)
        {
            let bit = 1 << (place % WORD);
            *word = if works { *word | bit } else { *word & !bit };
        }
    }

    fn place(&self, day: NaiveDate) -> Option<usize> {
        let place = usize::try_from(day.num_days_from_ce() - self.first).ok()?;
        (place < self.words.len() * WORD).then_some(place)
    }

    /// Whether the office works on a day; `None` when it is not among these.
    pub(super) fn works(&self, day: NaiveDate) -> Option<bool> {
        let place = self.place(day)?;
        let word = self.words.get(place / WORD)?;
        Some(word >> (place % WORD) & 1 == 1)
    }

    /// How many working days there are up to a day, this one among them.
    pub(super) fn count(&self, day: NaiveDate) -> Option<usize> {
        let place = self.place(day)?;
        let (word, before) = (self.words.get(place / WORD)?, self.before.get(place / WORD)?);
        Some(before + ones(word << (WORD - 1 - place % WORD)))
    }

    /// The working day with this number, counted from 1.
    pub(super) fn with_number(&self, number: usize) -> Option<NaiveDate> {
        let at = self.before.partition_point(|before| *before < number).checked_sub(1)?;
        let mut word = *self.words.get(at)?;
        for _ in 1..number.checked_sub(*self.before.get(at)?)? {
            word &= word.wrapping_sub(1);
        }
        let bit = usize::try_from(word.trailing_zeros()).ok()?;
        let place = i32::try_from(at * WORD + bit).ok()?;
        NaiveDate::from_num_days_from_ce_opt(self.first + place).filter(|_| bit < WORD)
    }
}

fn ones(word: u64) -> usize {
    usize::try_from(word.count_ones()).unwrap_or(0)
}
