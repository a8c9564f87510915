//! When each session was last seen: held in memory, written at most once a minute by a thread of its own, never by the
//! request that was seen. What is written is a moment and nothing that anybody decided, so it has no entry in the ledger.

use super::{ABSOLUTE, IDLE};
use crate::db::{Db, DbError};
use crate::kernel::Clock;
use crate::people::guessing;
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A moment is written when the one in the database is older than this.
const COARSE: TimeDelta = TimeDelta::seconds(60);
/// A clock may be corrected by this much without ending sessions.
const CORRECTION: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Clone, Copy)]
struct Moments {
    last: NaiveDateTime,
    written: NaiveDateTime,
    is_over: bool,
}

/// The moments at which sessions were seen.
#[derive(Debug, Default)]
pub(in crate::people) struct Seen(Mutex<HashMap<String, Moments>>);

/// The times of a session as the database has them.
#[derive(Debug, Clone, Copy)]
pub(in crate::people) struct Times {
    pub(in crate::people) created_at: NaiveDateTime,
    pub(in crate::people) seen_at: NaiveDateTime,
}

impl Seen {
    /// Whether the session may go on, noting that it was seen. A session that was last seen in what is now the future is
    /// over: the clock was set back, and nobody knows how long it really stood idle.
    pub(in crate::people) fn may_go_on(&self, token: &str, times: Times, now: NaiveDateTime) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(token).copied().unwrap_or(Moments {
            last: times.seen_at,
            written: times.seen_at,
            is_over: false,
        });
        let last = known.last.max(times.seen_at);
        let is_awake =
            !known.is_over && now - times.created_at < ABSOLUTE && now - last < IDLE && last - now < CORRECTION;
        let moments = Moments {
            last: last.max(now),
            written: known.written,
            // Once it is over no clock brings it back.
            is_over: !is_awake,
        };
        all.insert(token.to_owned(), moments);
        is_awake
    }

    /// Writes down what was seen, and ends the sessions that nobody used: one transaction. Gives how many ended.
    pub(in crate::people) fn write_down(&self, db: &Db, clock: &Clock) -> Result<usize, DbError> {
        let now = clock.now();
        let mut due: Vec<(String, NaiveDateTime)> = Vec::new();
        let over: Vec<String>;
        {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            over = all
                .iter()
                .filter(|(_, moments)| moments.is_over)
                .map(|(token, _)| token.clone())
                .collect();
            all.retain(|_, moments| !moments.is_over && now - moments.last < IDLE);
            for (token, moments) in all
                .iter_mut()
                .filter(|(_, moments)| moments.last - moments.written >= COARSE)
            {
                moments.written = moments.last;
                due.push((token.clone(), moments.last));
            }
        }
        db.write(move |conn| {
            for (token, at) in &due {
                super::store::write_seen(conn, token, *at)?;
            }
            super::store::end_over(conn, &over, now)?;
            guessing::forget_old(conn, now)?;
            // Other processes may have seen a session up to a minute after what they wrote.
            Ok(super::store::end_idle(conn, now, COARSE + COARSE)?)
        })
    }
}
