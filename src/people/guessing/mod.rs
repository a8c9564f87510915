//! Guessing passwords is slowed and stopped, without locking out the person whose password is guessed.
//!
//! Failures are counted for each account, each place (account and address), each address and each known device; the
//! numbers stand in `docs/accounts.md`, which a test compares with these constants.

mod store;

pub(super) use store::{Counter, counters, forget_of, forget_old, note, of_person};

use crate::people::gate::sha256_hex;
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Failures at one place, on one device or of one confirmation after which each further try has to wait.
pub const FREE_TRIES: i64 = 5;
/// The first wait at one place, in seconds; each further failure doubles it.
pub const FIRST_WAIT: i64 = 5;
/// The longest wait at one place, in seconds.
pub const LONGEST_WAIT: i64 = 900;
/// Consecutive failures of one account after which it takes no sign-in from unknown devices until it is reset
/// (NIST SP 800-63B-4: at most 100).
pub const ACCOUNT_STOP: i64 = 100;
/// Failures from one address, whatever the accounts, after which each further try has to wait.
pub const ADDRESS_TRIES: i64 = 20;
/// One failure of an address is forgotten after this many minutes.
pub const ADDRESS_FORGETS: i64 = 1;
/// The longest wait of an address, in seconds.
pub const ADDRESS_LONGEST_WAIT: i64 = 300;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Account,
    Place,
    Address,
    Device,
    Confirm,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Place => "place",
            Self::Address => "address",
            Self::Device => "device",
            Self::Confirm => "confirm",
        }
    }
}

/// What the tries of one account on one device count under. It is made of the hash of the device's token, which the
/// database has, so that a new password finds the counters of all devices of its person.
fn device_subject(username: &str, token_sha256: &str) -> String {
    sha256_hex(&format!("device:{username}:{token_sha256}"))
}

/// What one try counts under: hashes only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subjects(Vec<(Kind, String)>);

impl Subjects {
    /// A try to sign in from a device that is not known for the account.
    pub(super) fn stranger(username: &str, address: &str) -> Self {
        Self(vec![
            (Kind::Account, sha256_hex(&format!("account:{username}"))),
            (Kind::Place, sha256_hex(&format!("place:{username}:{address}"))),
            (Kind::Address, sha256_hex(&format!("address:{address}"))),
        ])
    }

    /// A try that names no account.
    pub(super) fn address(address: &str) -> Self {
        Self(vec![(Kind::Address, sha256_hex(&format!("address:{address}")))])
    }

    /// A try from a device that signed in to the account before.
    pub(super) fn known(username: &str, device: &str) -> Self {
        Self(vec![(Kind::Device, device_subject(username, &sha256_hex(device)))])
    }

    /// A confirmation by somebody who is signed in, or a second factor after the password was right.
    pub(super) fn confirmation(person: &str) -> Self {
        Self(vec![(Kind::Confirm, sha256_hex(&format!("confirm:{person}")))])
    }

    pub(super) fn list(&self) -> &[(Kind, String)] {
        &self.0
    }
}

/// What a try may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Be checked.
    Try,
    /// Wait for so many seconds.
    Wait(i64),
    /// Never be right: too many failed in a row.
    Stopped,
}

/// What the counters allow at a moment.
pub(super) fn verdict(counters: &[Counter], now: NaiveDateTime) -> Verdict {
    let stopped = |counter: &Counter| {
        counter.failures >= ACCOUNT_STOP && matches!(counter.kind, Kind::Account | Kind::Device | Kind::Confirm)
    };
    let wait = counters.iter().filter_map(|counter| left_to_wait(counter, now)).max();
    match wait {
        Some(seconds) => Verdict::Wait(seconds),
        None if counters.iter().any(stopped) => Verdict::Stopped,
        None => Verdict::Try,
    }
}

/// The seconds that are left of a wait. A clock that was set back shortens none: time stands still until it has caught up.
fn left_to_wait(counter: &Counter, now: NaiveDateTime) -> Option<i64> {
    let doubled = |first: i64, times: i64, most: i64| {
        let factor = u32::try_from(times).ok().and_then(|times| 1_i64.checked_shl(times));
        factor
            .filter(|factor| *factor > 0)
            .map_or(most, |factor| first.saturating_mul(factor).min(most))
    };
    let wait = match counter.kind {
        Kind::Account => return None,
        Kind::Place | Kind::Device | Kind::Confirm => {
            let beyond = counter.failures - FREE_TRIES;
            if beyond < 0 {
                return None;
            }
            doubled(FIRST_WAIT, beyond.min(20), LONGEST_WAIT)
        }
        Kind::Address => {
            let beyond = level(counter, now) - ADDRESS_TRIES;
            if beyond < 0 {
                return None;
            }
            doubled(1, beyond.min(20), ADDRESS_LONGEST_WAIT)
        }
    };
    let left = (counter.last_at + TimeDelta::seconds(wait) - now.max(counter.last_at)).num_seconds();
    (left > 0).then_some(left)
}

/// How many failures of an address are not yet forgotten.
pub(super) fn level(counter: &Counter, now: NaiveDateTime) -> i64 {
    let minutes = (now - counter.last_at).num_minutes().max(0);
    (counter.failures - minutes / ADDRESS_FORGETS).max(0)
}

/// Tries that are being checked now: they count as failures until they turn out right, so that a thousand at once are not
/// a thousand free ones.
#[derive(Debug, Default)]
pub(super) struct UnderWay(Mutex<HashMap<(Kind, String), i64>>);

impl UnderWay {
    /// Takes note of a try, and gives how many others are under way for each of its subjects.
    pub(super) fn begin(self: &Arc<Self>, subjects: &Subjects) -> (Vec<i64>, Begun) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let others = subjects
            .list()
            .iter()
            .map(|subject| {
                let count = all.entry(subject.clone()).or_insert(0);
                *count += 1;
                *count - 1
            })
            .collect();
        (
            others,
            Begun {
                all: Arc::clone(self),
                subjects: subjects.clone(),
            },
        )
    }
}

/// A try that is being checked; done when it is dropped.
pub(super) struct Begun {
    all: Arc<UnderWay>,
    subjects: Subjects,
}

impl Drop for Begun {
    fn drop(&mut self) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in self.subjects.list() {
            if let Some(count) = all.get_mut(subject) {
                *count -= 1;
                if *count <= 0 {
                    all.remove(subject);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNT_STOP, ADDRESS_TRIES, Counter, FREE_TRIES, Kind, LONGEST_WAIT, Verdict, verdict};
    use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

    fn noon() -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 11, 23)
            .and_then(|day| day.and_hms_opt(5, 0, 0))
            .unwrap()
    }

    fn counter(kind: Kind, failures: i64) -> Counter {
        Counter {
            kind,
            failures,
            last_at: noon(),
        }
    }

    #[test]
    fn each_failure_at_one_place_doubles_the_wait() {
        let wait = |failures| verdict(&[counter(Kind::Place, failures)], noon());
        assert_eq!(wait(FREE_TRIES - 1), Verdict::Try);
        assert_eq!(wait(FREE_TRIES), Verdict::Wait(5));
        assert_eq!(wait(FREE_TRIES + 1), Verdict::Wait(10));
        assert_eq!(wait(FREE_TRIES + 4), Verdict::Wait(80));
        assert_eq!(wait(90), Verdict::Wait(LONGEST_WAIT));
        let later = noon() + TimeDelta::seconds(5);
        assert_eq!(verdict(&[counter(Kind::Place, FREE_TRIES)], later), Verdict::Try);
    }

    #[test]
    fn setting_the_clock_back_shortens_no_wait() {
        let before = noon() - TimeDelta::days(3);
        assert_eq!(verdict(&[counter(Kind::Place, FREE_TRIES)], before), Verdict::Wait(5));
        assert_eq!(
            verdict(&[counter(Kind::Address, ADDRESS_TRIES)], before),
            Verdict::Wait(1)
        );
    }

    #[test]
    fn a_hundred_failures_in_a_row_stop_an_account_and_time_does_not_mend_it() {
        let years = noon() + TimeDelta::days(2000);
        let stopped = counter(Kind::Account, ACCOUNT_STOP);
        assert_eq!(verdict(&[stopped], years), Verdict::Stopped);
        assert_eq!(
            verdict(&[counter(Kind::Account, ACCOUNT_STOP - 1)], years),
            Verdict::Try
        );
    }

    #[test]
    fn an_address_forgets_one_failure_a_minute() {
        let full = counter(Kind::Address, ADDRESS_TRIES + 3);
        assert_eq!(verdict(std::slice::from_ref(&full), noon()), Verdict::Wait(8));
        assert_eq!(verdict(&[full], noon() + TimeDelta::minutes(4)), Verdict::Try);
    }
}
