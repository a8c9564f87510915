//! The counters of failures in the database: they outlast restarts.

use super::{ACCOUNT_STOP, Kind, Subjects, device_subject, level};
use crate::db::AnyConnection;
use crate::people::gate::sha256_hex;
use crate::people::schema::{guess_counters as table, known_devices};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

/// Counters that nothing was added to for so many days are forgotten, unless they stop an account.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(90);

/// How often something failed in a row, and when last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::people) struct Counter {
    pub(super) kind: Kind,
    pub(super) failures: i64,
    pub(super) last_at: NaiveDateTime,
}

fn counter(conn: &mut AnyConnection, (kind, subject): &(Kind, String)) -> QueryResult<Option<Counter>> {
    let found: Option<(i64, NaiveDateTime)> = table::table
        .find((kind.as_str(), subject))
        .select((table::failures, table::last_at))
        .first(conn)
        .optional()?;
    Ok(found.map(|(failures, last_at)| Counter {
        kind: *kind,
        failures,
        last_at,
    }))
}

/// The counters of a try; `under_way` are the other tries for each subject that are being checked now.
pub(in crate::people) fn counters(
    conn: &mut AnyConnection,
    subjects: &Subjects,
    (under_way, now): (&[i64], NaiveDateTime),
) -> QueryResult<Vec<Counter>> {
    let mut all = Vec::new();
    for (subject, others) in subjects.list().iter().zip(under_way) {
        let stored = counter(conn, subject)?;
        match (stored, *others) {
            (None, 0) => {}
            (None, others) => all.push(Counter {
                kind: subject.0,
                failures: others,
                last_at: now,
            }),
            (Some(counter), others) => all.push(Counter {
                failures: counter.failures + others,
                ..counter
            }),
        }
    }
    Ok(all)
}

/// Counts a failure under each subject.
pub(in crate::people) fn note(conn: &mut AnyConnection, subjects: &Subjects, now: NaiveDateTime) -> QueryResult<()> {
    for subject in subjects.list() {
        let (kind, name) = (subject.0.as_str(), &subject.1);
        match counter(conn, subject)? {
            Some(counter) => {
                let before = if counter.kind == Kind::Address {
                    level(&counter, now)
                } else {
                    counter.failures
                };
                diesel::update(table::table.find((kind, name)))
                    .set((
                        table::failures.eq(before + 1),
                        table::last_at.eq(now.max(counter.last_at)),
                    ))
                    .execute(conn)?;
            }
            None => {
                diesel::insert_into(table::table)
                    .values((
                        table::kind.eq(kind),
                        table::subject.eq(name),
                        table::failures.eq(1),
                        table::last_at.eq(now),
                    ))
                    .execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Forgets the failures of a try that was right. What an address failed at other accounts stays, and so does an account
/// that is stopped.
pub(in crate::people) fn forget_of(conn: &mut AnyConnection, subjects: &Subjects) -> QueryResult<()> {
    for (kind, subject) in subjects.list().iter().filter(|(kind, _)| *kind != Kind::Address) {
        diesel::delete(
            table::table
                .find((kind.as_str(), subject))
                .filter(table::failures.lt(ACCOUNT_STOP)),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// Lets an account be tried again: its password was set anew. Also what its person failed to confirm is forgotten, and what
/// failed on the devices that are known of the person: a device that was stopped would never take the new password.
pub(in crate::people) fn of_person(conn: &mut AnyConnection, username: &str, person: &str) -> QueryResult<()> {
    let account = sha256_hex(&format!("account:{username}"));
    let confirm = sha256_hex(&format!("confirm:{person}"));
    let devices: Vec<String> = known_devices::table
        .filter(known_devices::person_id.eq(person))
        .select(known_devices::token_sha256)
        .load(conn)?;
    let mut subjects = vec![account, confirm];
    subjects.extend(devices.iter().map(|token| device_subject(username, token)));
    diesel::delete(table::table.filter(table::subject.eq_any(subjects)))
        .execute(conn)
        .map(drop)
}

/// Forgets counters that are long past.
pub(in crate::people) fn forget_old(conn: &mut AnyConnection, now: NaiveDateTime) -> QueryResult<()> {
    diesel::delete(
        table::table
            .filter(table::last_at.lt(now - FORGOTTEN_AFTER))
            .filter(table::failures.lt(ACCOUNT_STOP).or(table::kind.eq("address"))),
    )
    .execute(conn)
    .map(drop)
}
