//! The one place that reads the time.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, Utc};
use std::sync::{Arc, Mutex};

/// Vietnam's time, seven hours ahead of UTC and without summer time, in seconds.
const OFFSET_SECONDS: i32 = 7 * 3600;

/// Tells the time: the system's, or one that tests and the demo set.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    set: Option<Arc<Mutex<NaiveDateTime>>>,
}

impl Clock {
    /// A clock that stands still at `at` (UTC) until it is set again.
    pub fn standing(at: NaiveDateTime) -> Self {
        Self {
            set: Some(Arc::new(Mutex::new(at))),
        }
    }

    /// Sets a standing clock; a running clock stays as it is.
    pub fn set(&self, at: NaiveDateTime) {
        if let Some(set) = &self.set {
            *set.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = at;
        }
    }

    /// Now, in UTC, to the microsecond (what both databases keep).
    pub fn now(&self) -> NaiveDateTime {
        match &self.set {
            Some(set) => *set.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
            None => {
                #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
                let now = Utc::now();
                let micros = now.timestamp_micros();
                chrono::DateTime::from_timestamp_micros(micros)
                    .unwrap_or(now)
                    .naive_utc()
            }
        }
    }

    /// Today's date in Vietnam.
    pub fn today(&self) -> NaiveDate {
        local(self.now()).date()
    }
}

/// The same moment on an office clock in Vietnam.
pub fn local(utc: NaiveDateTime) -> NaiveDateTime {
    FixedOffset::east_opt(OFFSET_SECONDS)
        .and_then(|zone| utc.checked_add_offset(zone))
        .unwrap_or(utc)
}

/// The moment in UTC that an office clock in Vietnam shows.
pub fn to_utc(local: NaiveDateTime) -> NaiveDateTime {
    FixedOffset::east_opt(OFFSET_SECONDS)
        .and_then(|zone| local.checked_sub_offset(zone))
        .unwrap_or(local)
}
