//! A clock that jumps is told in every book: nobody can order what was done by setting it.

use super::sealer::{SealFailure, agencies, state};
use crate::db::Db;
use crate::kernel::{Actor, local};
use crate::ledger;
use crate::web::Failure;
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::json;
use std::time::Duration;

/// A clock that is set back by more than this is told in the ledger.
const BACK: TimeDelta = TimeDelta::seconds(5);
/// And one that is set forward by more than this.
const FORWARD: TimeDelta = TimeDelta::minutes(10);

/// How the clock jumped: what it showed, and what it should have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// What it should have shown.
    pub from: NaiveDateTime,
    /// What it showed.
    pub to: NaiveDateTime,
}

/// Tells whether a clock jumped between two looks, `passed` apart by a clock that nobody sets.
pub fn jump(before: NaiveDateTime, passed: Duration, now: NaiveDateTime) -> Option<Jump> {
    let passed = TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX);
    let from = before.checked_add_signed(passed)?;
    let off = now.signed_duration_since(from);
    (off < -BACK || off > FORWARD).then_some(Jump { from, to: now })
}

/// Writes into every book that the clock jumped.
///
/// # Errors
/// When the database fails.
pub fn tell_jump(db: &Db, jump: Jump) -> Result<(), SealFailure> {
    let shown = |at: NaiveDateTime| local(at).format("%Y-%m-%dT%H:%M:%S+07:00").to_string();
    for (agency, _) in agencies(db)? {
        let details = json!({ "from": shown(jump.from), "to": shown(jump.to) });
        ledger::change(db, Actor::house(agency, jump.to), move |work| {
            let agency = work.agency();
            work.record("clock.anomaly", ("agency", agency.as_str()), details);
            Ok::<_, Failure>(())
        })
        .map_err(|failure| SealFailure::Record(format!("{failure:?}")))?;
    }
    Ok(())
}

/// The clock of this start beside the last leaf of every book: a leaf from the future means that the clock was set back.
pub(super) fn first_jump(db: &Db, now: NaiveDateTime) -> Result<Option<Jump>, SealFailure> {
    for (agency, _) in agencies(db)? {
        if let Some(last) = state(db, &agency)?.last
            && let Some(found) = jump(last.max(now), Duration::ZERO, now)
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> NaiveDateTime {
        chrono::DateTime::from_timestamp(1_795_000_000 + seconds, 0)
            .unwrap()
            .naive_utc()
    }

    #[test]
    fn a_clock_that_runs_is_not_told_and_one_that_is_set_is() {
        let hour = Duration::from_secs(3600);
        assert_eq!(jump(at(0), hour, at(3600)), None);
        assert_eq!(jump(at(0), hour, at(3596)), None);
        assert_eq!(jump(at(0), hour, at(3600 + 599)), None);
        assert_eq!(
            jump(at(0), hour, at(3594)),
            Some(Jump {
                from: at(3600),
                to: at(3594)
            })
        );
        assert_eq!(
            jump(at(0), hour, at(3600 + 601)),
            Some(Jump {
                from: at(3600),
                to: at(4201)
            })
        );
        assert!(jump(at(0), Duration::ZERO, at(-259_200)).is_some());
    }
}
