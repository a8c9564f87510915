//! What browsers were asked and have not answered yet: held in memory, for some minutes, used once, and bounded.

use crate::people::gate::sha256_hex;
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So many wait at once; the oldest is forgotten for another.
pub(super) const MOST: usize = 1000;
/// So many of one address that has proved nothing yet; its own oldest is forgotten first.
pub(super) const MOST_OF_ADDRESS: usize = 20;

struct One<T> {
    at: NaiveDateTime,
    address: String,
    what: T,
}

/// What waits, by the token of the browser that it waits for.
pub(super) struct Waiting<T> {
    holds: TimeDelta,
    all: Mutex<HashMap<String, One<T>>>,
}

impl<T> Waiting<T> {
    /// Holds each for so long.
    pub(super) fn new(holds: TimeDelta) -> Self {
        Self {
            holds,
            all: Mutex::default(),
        }
    }

    fn is_over(&self, at: NaiveDateTime, now: NaiveDateTime) -> bool {
        // A clock that is set back makes nothing last longer.
        (now - at).abs() >= self.holds
    }

    /// Keeps something in place of what waited under this token; `address` is empty for whoever proved something.
    pub(super) fn keep(&self, (token, address): (&str, &str), now: NaiveDateTime, what: T) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let key = sha256_hex(token);
        all.remove(&key);
        all.retain(|_, one| !self.is_over(one.at, now));
        let own = all.values().filter(|one| one.address == address).count();
        let is_own_full = !address.is_empty() && own >= MOST_OF_ADDRESS;
        if is_own_full || all.len() >= MOST {
            let oldest = all
                .iter()
                .filter(|(_, one)| !is_own_full || one.address == address)
                .min_by_key(|(_, one)| one.at)
                .map(|(key, _)| key.clone());
            oldest.map(|key| all.remove(&key));
        }
        let address = address.to_owned();
        all.insert(key, One { at: now, address, what });
    }

    /// Takes what waits under this token, right or wrong: it is used up.
    pub(super) fn take(&self, token: &str, now: NaiveDateTime) -> Option<T> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let one = all.remove(&sha256_hex(token))?;
        (!self.is_over(one.at, now)).then_some(one.what)
    }

    /// Looks at what waits under this token, and leaves it there.
    pub(super) fn look<R>(&self, token: &str, now: NaiveDateTime, look: impl FnOnce(&T) -> R) -> Option<R> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let one = all.get(&sha256_hex(token))?;
        (!self.is_over(one.at, now)).then(|| look(&one.what))
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, MOST_OF_ADDRESS, Waiting};
    use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

    fn noon() -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 11, 23)
            .and_then(|day| day.and_hms_opt(5, 0, 0))
            .unwrap()
    }

    #[test]
    fn whoever_asks_without_end_pushes_out_the_own_questions_only() {
        let waiting = Waiting::new(TimeDelta::minutes(5));
        let later = noon() + TimeDelta::seconds(1);
        waiting.keep(("lan", "10.0.0.1"), noon(), 0);
        for number in 0..MOST + 100 {
            waiting.keep((&number.to_string(), "10.0.0.2"), later, number);
        }
        assert_eq!(waiting.all.lock().unwrap().len(), MOST_OF_ADDRESS + 1);
        assert_eq!(waiting.take("lan", later), Some(0));
        // Control: from as many addresses it is pushed out, and memory stays bounded.
        waiting.keep(("lan", "10.0.0.1"), noon(), 0);
        for number in 0..MOST + 100 {
            waiting.keep((&number.to_string(), &number.to_string()), later, number);
        }
        assert_eq!(waiting.all.lock().unwrap().len(), MOST);
        assert_eq!(waiting.take("lan", later), None);
    }

    #[test]
    fn what_waits_is_used_once_and_in_time_whatever_the_clock_does() {
        let waiting = Waiting::new(TimeDelta::minutes(5));
        for (minutes, is_good) in [(0, true), (4, true), (5, false), (-5, false)] {
            let then = noon() + TimeDelta::minutes(minutes);
            waiting.keep(("lan", ""), noon(), 1);
            assert_eq!(waiting.look("lan", then, |one| *one).is_some(), is_good, "{minutes}");
            assert_eq!(waiting.take("lan", then).is_some(), is_good, "{minutes}");
            assert_eq!(waiting.take("lan", noon()), None, "a second time");
        }
    }
}
