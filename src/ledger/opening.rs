//! When a database is opened: its schema is compared with what the ledger says, entries of before get their leaves, rows
//! that a migration changed are bound anew, and the list of touched rows is made.

use super::append::{End, Line, OPENED, SCHEMA, count, grow};
use super::catalogue::tables;
use super::leaf::Leaf;
use super::replay::{self, Expected};
use super::schema::{ledger, ledger_leaves};
use super::{digest, touched};
use crate::db::{AnyConnection, DbError, Halt, Opening};
use crate::kernel::{Clock, Via};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the ledger does when a database is opened.
pub const OPENING: Opening = Opening { before, after, watch };

/// A migration is about to run: until the next leaf of the schema, another schema is no alteration.
const MIGRATING: &str = "schema.migrating";
/// The schema is another one now, by the program itself.
const MIGRATED: &str = "schema.migrated";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    value: i64,
}

/// Whether the tree was begun. Its tables alone do not say so: a program that was killed after the migration that made
/// them has bound nothing yet. An entry about the schema does, even where somebody took all leaves away.
fn has_begun(conn: &mut AnyConnection) -> QueryResult<bool> {
    let found: Found = match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query(
            "SELECT count(*) AS value FROM sqlite_master WHERE type = 'table' AND name = 'ledger_leaves'",
        )
        .get_result(conn)?,
        AnyConnection::Postgres(conn) => diesel::sql_query(
            "SELECT count(*) AS value FROM pg_class WHERE relname = 'ledger_leaves' AND relkind = 'r' \
             AND relnamespace = 'public'::regnamespace",
        )
        .get_result(conn)?,
    };
    if found.value == 0 {
        return Ok(false);
    }
    let leaf: Option<i64> = ledger_leaves::table.select(ledger_leaves::seq).first(conn).optional()?;
    if leaf.is_some() {
        return Ok(true);
    }
    for agency in books(conn)? {
        if known_schema(conn, &agency)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The agencies that have a book, without reading every entry.
pub(super) fn books(conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    loop {
        let after = found.last().cloned().unwrap_or_default();
        let next: Option<String> = ledger::table
            .filter(ledger::agency_id.gt(after))
            .select(diesel::dsl::min(ledger::agency_id))
            .first(conn)?;
        match next {
            Some(agency) => found.push(agency),
            None => return Ok(found),
        }
    }
}

/// What the last leaf of the schema says in a book: the act and the digest.
pub(super) fn known_schema(conn: &mut AnyConnection, agency: &str) -> QueryResult<Option<(String, String)>> {
    ledger::table
        .filter(ledger::agency_id.eq(agency).and(ledger::object_kind.eq(SCHEMA)))
        .order(ledger::seq.desc())
        .select((ledger::act, ledger::object_id))
        .first(conn)
        .optional()
}

/// Whether the schema is the one that every book says, or a migration was broken off.
fn is_as_left(conn: &mut AnyConnection) -> Result<bool, DbError> {
    let found = digest::of_schema(conn)?;
    for agency in books(conn)? {
        let is_right = known_schema(conn, &agency)?.is_none_or(|(act, known)| act == MIGRATING || known == found);
        if !is_right {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a database on a server has none of the triggers that every opening makes: a copy that was never opened.
fn is_bare(conn: &mut AnyConnection) -> QueryResult<bool> {
    let AnyConnection::Postgres(conn) = conn else {
        return Ok(false);
    };
    let found: Found = diesel::sql_query(
        "SELECT count(*) AS value FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid \
         WHERE NOT g.tgisinternal AND t.relnamespace = 'public'::regnamespace",
    )
    .get_result(conn)?;
    Ok(found.value == 0)
}

/// Before migrations and guards: is everything as the ledger says? Then what is coming is announced.
fn before(conn: &mut AnyConnection, is_pending: bool) -> Result<Option<Halt>, DbError> {
    if !has_begun(conn)? {
        return Ok(None);
    }
    // What was loaded from a backup into a server has no triggers yet; `after` compares it when it has.
    if !is_bare(conn)? && !is_as_left(conn)? {
        return Ok(Some(Halt::Schema));
    }
    if is_pending {
        diesel::sql_query("UPDATE ledger_pen SET taken = taken + 1 WHERE id = 1").execute(conn)?;
        let expected = replay::all(conn)?;
        if replay::compare(conn, &expected)?.is_some() {
            return Ok(Some(Halt::Damaged));
        }
        let now = Clock::default().now();
        for agency in books(conn)? {
            let known = known_schema(conn, &agency)?.map(|(_, known)| known).unwrap_or_default();
            let line = Line::house(MIGRATING, (SCHEMA, &known), json!({}));
            End::of(conn, &agency)?.add(conn, now, &line, Vec::new())?;
        }
    }
    Ok(None)
}

/// The list of touched rows, and what fills it.
fn watch(conn: &mut AnyConnection) -> Result<(), DbError> {
    let bound = tables(conn)?;
    touched::watch(conn, &bound)
}

/// After them: leaves for entries that have none, rows bound where they changed, the list of touched rows.
fn after(conn: &mut AnyConnection, has_migrated: bool) -> Result<(), DbError> {
    watch(conn)?;
    let books = books(conn)?;
    if books.is_empty() {
        return Ok(());
    }
    let now = Clock::default().now();
    let schema = digest::of_schema(conn)?;
    for agency in &books {
        fill(conn, agency)?;
    }
    let mut told: Vec<(String, &str)> = Vec::new();
    for agency in books {
        match known_schema(conn, &agency)? {
            None => told.push((agency, OPENED)),
            Some((act, known)) if act == MIGRATING || known != schema => told.push((agency, MIGRATED)),
            Some(_same) => {}
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let has_new = told.iter().any(|(_, act)| *act == OPENED);
    let mut rows = if has_migrated || has_new {
        changed(conn)?
    } else {
        BTreeMap::new()
    };
    for (agency, act) in told {
        let bound = rows.remove(&agency).unwrap_or_default();
        let line = Line::house(act, (SCHEMA, &schema), json!({}));
        End::of(conn, &agency)?.add(conn, now, &line, bound)?;
    }
    Ok(())
}

/// The rows that are not as the leaves say, agency by agency: those that a migration altered, or all of them at first.
fn changed(conn: &mut AnyConnection) -> Result<BTreeMap<String, Vec<Value>>, DbError> {
    let mut expected: Expected = replay::all(conn)?;
    let mut rows: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for table in tables(conn)? {
        digest::each(conn, &table, |row| {
            let known = expected.remove(&(table.name.clone(), row.key.clone()));
            if known.and_then(|bound| bound.digest) != row.digest {
                let bound = json!([table.name, row.key, row.digest]);
                rows.entry(row.owner).or_default().push(bound);
            }
            Ok::<_, DbError>(())
        })?;
    }
    for ((table, key), bound) in expected.into_iter().filter(|(_, bound)| bound.digest.is_some()) {
        rows.entry(bound.agency)
            .or_default()
            .push(json!([table, key, Value::Null]));
    }
    Ok(rows)
}

type Kept = (
    i64,
    NaiveDateTime,
    String,
    Option<String>,
    String,
    String,
    String,
    String,
);

/// Gives leaves to the entries of a book that were written before there was a tree.
fn fill(conn: &mut AnyConnection, agency: &str) -> Result<(), DbError> {
    let mut last: Option<NaiveDateTime> = None;
    loop {
        let have: i64 = ledger_leaves::table
            .filter(ledger_leaves::agency_id.eq(agency))
            .select(diesel::dsl::max(ledger_leaves::seq))
            .first::<Option<i64>>(conn)?
            .map_or(0, |seq| seq.saturating_add(1));
        let entries: Vec<Kept> = ledger::table
            .filter(ledger::agency_id.eq(agency).and(ledger::seq.gt(have)))
            .order(ledger::seq)
            .limit(500)
            .select((
                ledger::seq,
                ledger::at,
                ledger::actor_kind,
                ledger::actor_id,
                ledger::act,
                ledger::object_kind,
                ledger::object_id,
                ledger::details,
            ))
            .load(conn)?;
        if entries.is_empty() {
            return Ok(());
        }
        for (seq, at, kind, person, act, object_kind, object_id, details) in entries {
            let not_before = last.map_or(at, |last| last.max(at));
            let leaf = Leaf {
                seq: count(seq).saturating_sub(1),
                at: not_before,
                clock: (not_before != at).then_some(at),
                actor: person.unwrap_or(kind),
                via: Via::default(),
                act,
                object: (object_kind, object_id),
                details: serde_json::from_str(&details).unwrap_or(Value::String(details)),
                rows: Vec::new(),
            };
            grow(conn, agency, leaf.seq, &leaf.bytes())?;
            last = Some(not_before);
        }
    }
}
