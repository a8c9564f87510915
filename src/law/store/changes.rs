//! Changes of law.

use super::who;
use crate::kernel::new_id;
use crate::law::external::LawChange;
use crate::law::kind::ChangeKind;
use crate::law::schema::law_changes as table;
use crate::ledger::{Work, next_number};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// The counter of changes.
const COUNTER: &str = "law_changes";

type Row = (
    (String, i64, String, ChangeKind, Option<String>),
    (NaiveDate, NaiveDate, String),
    (String, NaiveDateTime),
    (Option<String>, Option<NaiveDateTime>, Option<String>),
);

fn change_of(row: Row) -> LawChange {
    let (id, number, old_id, kind, new_id) = row.0;
    let (effective_on, due_on, note) = row.1;
    let (registered_by_name, registered_at) = row.2;
    let (cancelled_by_name, cancelled_at, cancel_reason) = row.3;
    LawChange {
        id,
        number,
        old_id,
        kind,
        new_id,
        effective_on,
        due_on,
        note,
        registered_by_name,
        registered_at,
        cancelled_by_name,
        cancelled_at,
        cancel_reason,
    }
}

macro_rules! rows {
    ($agency:expr) => {
        table::table.filter(table::agency_id.eq($agency)).select((
            (table::id, table::number, table::old_id, table::kind, table::new_id),
            (table::effective_on, table::due_on, table::note),
            (table::registered_by_name, table::registered_at),
            (table::cancelled_by_name, table::cancelled_at, table::cancel_reason),
        ))
    };
}

/// All changes that were registered, the newest first; those that were cancelled too.
///
/// # Errors
/// When the database fails.
pub fn changes(work: &mut Work<'_>) -> QueryResult<Vec<LawChange>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency).order(table::number.desc()).load(work.conn)?;
    Ok(rows.into_iter().map(change_of).collect())
}

/// The change with this number.
pub(in crate::law) fn change(work: &mut Work<'_>, number: i64) -> QueryResult<LawChange> {
    let agency = work.agency();
    rows!(&agency)
        .filter(table::number.eq(number))
        .first(work.conn)
        .map(change_of)
}

/// What is written of a new change.
pub(in crate::law) struct NewChangeRow<'a> {
    pub(in crate::law) old_id: &'a str,
    pub(in crate::law) kind: ChangeKind,
    pub(in crate::law) new_id: Option<&'a str>,
    pub(in crate::law) effective_on: NaiveDate,
    pub(in crate::law) due_on: NaiveDate,
    pub(in crate::law) note: &'a str,
}

/// Adds a change and gives its number.
pub(in crate::law) fn insert_change(work: &mut Work<'_>, new: &NewChangeRow<'_>) -> QueryResult<i64> {
    let (agency, number) = (work.agency(), next_number(work, COUNTER)?);
    let (by, by_name) = who(work);
    diesel::insert_into(table::table)
        .values((
            table::id.eq(new_id()),
            table::agency_id.eq(&agency),
            table::number.eq(number),
            table::old_id.eq(new.old_id),
            table::kind.eq(new.kind),
            table::new_id.eq(new.new_id),
            (
                table::effective_on.eq(new.effective_on),
                table::due_on.eq(new.due_on),
                table::note.eq(new.note),
            ),
            (
                table::registered_by.eq(by),
                table::registered_by_name.eq(by_name),
                table::registered_at.eq(work.actor.at),
            ),
        ))
        .execute(work.conn)?;
    Ok(number)
}

/// Marks a change as registered in error; gives whether it was not marked before.
pub(in crate::law) fn cancel(work: &mut Work<'_>, change: &LawChange, reason: &str) -> QueryResult<bool> {
    let agency = work.agency();
    let (by, by_name) = who(work);
    let row = table::agency_id
        .eq(&agency)
        .and(table::id.eq(&change.id))
        .and(table::cancelled_at.is_null());
    let changed = diesel::update(table::table.filter(row))
        .set((
            table::cancelled_by.eq(by),
            table::cancelled_by_name.eq(by_name),
            table::cancelled_at.eq(work.actor.at),
            table::cancel_reason.eq(reason),
        ))
        .execute(work.conn)?;
    Ok(changed == 1)
}
