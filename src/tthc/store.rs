//! All SQL of this room.

use super::actions::NewEntry;
use super::entry::{Entry, Level, Reception};
use super::schema::administrative_procedures as table;
use crate::kernel::{PersonId, new_id};
use crate::ledger::Work;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

type Row = (
    (String, String, String, String),
    (Level, Reception, String),
    (Option<NaiveDate>, Option<NaiveDate>, String),
    (String, NaiveDateTime, i64),
);

fn entry((what, how, when, changed): Row) -> Entry {
    let (id, code, name, field) = what;
    let (level, reception, decision_no) = how;
    let (valid_from, ended_from, end_decision_no) = when;
    let (changed_by_name, changed_at, row_version) = changed;
    Entry {
        id,
        code,
        name,
        field,
        level,
        reception,
        decision_no,
        valid_from,
        ended_from,
        end_decision_no,
        changed_by_name,
        changed_at,
        row_version,
    }
}

macro_rules! rows {
    ($agency:expr) => {
        table::table.filter(table::agency_id.eq($agency)).select((
            (table::id, table::code, table::name, table::field),
            (table::level, table::reception, table::decision_no),
            (table::valid_from, table::ended_from, table::end_decision_no),
            (table::changed_by_name, table::changed_at, table::row_version),
        ))
    };
}

/// The whole catalogue, ended ones too, by field and code.
///
/// # Errors
/// When the database fails.
pub fn entries(work: &mut Work<'_>) -> QueryResult<Vec<Entry>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency).order((table::field, table::code)).load(work.conn)?;
    Ok(rows.into_iter().map(entry).collect())
}

/// The entry with this code.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn by_code(work: &mut Work<'_>, code: &str) -> QueryResult<Entry> {
    let agency = work.agency();
    rows!(&agency)
        .filter(table::code.eq(code))
        .first::<Row>(work.conn)
        .map(entry)
}

fn who(work: &Work<'_>) -> (Option<PersonId>, String) {
    let person = work.actor.person.as_ref();
    let name = person.map(|person| person.full_name.clone()).unwrap_or_default();
    (person.map(|person| person.id.clone()), name)
}

/// Adds an entry and gives its id.
pub(super) fn insert(work: &mut Work<'_>, new: &NewEntry) -> QueryResult<String> {
    let (id, agency, (by, by_name)) = (new_id(), work.agency(), who(work));
    diesel::insert_into(table::table)
        .values((
            (
                table::id.eq(&id),
                table::agency_id.eq(&agency),
                table::code.eq(&new.code),
            ),
            (
                table::name.eq(&new.name),
                table::field.eq(&new.field),
                table::level.eq(new.level),
                table::reception.eq(new.reception),
            ),
            (
                table::decision_no.eq(&new.decision_no),
                table::valid_from.eq(new.valid_from),
                table::ended_from.eq(new.ended_from),
                table::end_decision_no.eq(&new.end_decision_no),
            ),
            (
                table::changed_by.eq(by),
                table::changed_by_name.eq(by_name),
                table::changed_at.eq(work.actor.at),
                table::row_version.eq(1_i64),
            ),
        ))
        .execute(work.conn)?;
    Ok(id)
}

/// Writes other facts over an entry; false when it was changed meanwhile.
pub(super) fn update(work: &mut Work<'_>, known: &Entry, new: &NewEntry) -> QueryResult<bool> {
    let (agency, (by, by_name)) = (work.agency(), who(work));
    let changed = diesel::update(table::table)
        .filter(table::agency_id.eq(&agency).and(table::id.eq(&known.id)))
        .filter(table::row_version.eq(known.row_version))
        .set((
            (
                table::name.eq(&new.name),
                table::field.eq(&new.field),
                table::level.eq(new.level),
                table::reception.eq(new.reception),
            ),
            (
                table::decision_no.eq(&new.decision_no),
                table::valid_from.eq(new.valid_from),
                table::ended_from.eq(new.ended_from),
                table::end_decision_no.eq(&new.end_decision_no),
            ),
            (
                table::changed_by.eq(by),
                table::changed_by_name.eq(by_name),
                table::changed_at.eq(work.actor.at),
                table::row_version.eq(known.row_version.saturating_add(1)),
            ),
        ))
        .execute(work.conn)?;
    Ok(changed == 1)
}
