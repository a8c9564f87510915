//! Imports and saved maps: kept, listed, read, moved on.

use super::import::{Import, SavedMap, State};
use super::schema::{event_logs, log_maps};
use crate::kernel::{Person, VersionId, new_id};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// The most imports and maps that a list shows.
const MOST: i64 = 200;

type Row = (
    (String, i64, String, String, String),
    (Option<VersionId>, Option<String>, String, String, State, String),
    (
        Option<String>,
        Option<String>,
        String,
        NaiveDateTime,
        Option<NaiveDateTime>,
        i64,
    ),
);

macro_rules! columns {
    () => {
        (
            (
                event_logs::id,
                event_logs::number,
                event_logs::name,
                event_logs::file_name,
                event_logs::file_sha256,
            ),
            (
                event_logs::version_id,
                event_logs::net_sha256,
                event_logs::net_name,
                event_logs::map,
                event_logs::state,
                event_logs::result,
            ),
            (
                event_logs::report_sha256,
                event_logs::findings_sha256,
                event_logs::added_by_name,
                event_logs::added_at,
                event_logs::judged_at,
                event_logs::row_version,
            ),
        )
    };
}

fn import_of(row: Row) -> Import {
    let (id, number, name, file_name, file_sha256) = row.0;
    let (version, net_sha256, net_name, map, state, result) = row.1;
    let (report_sha256, findings_sha256, added_by_name, added_at, judged_at, row_version) = row.2;
    Import {
        id,
        number,
        name,
        file_name,
        file_sha256,
        version,
        net_sha256,
        net_name,
        map,
        state,
        result,
        report_sha256,
        findings_sha256,
        added_by_name,
        added_at,
        judged_at,
        row_version,
    }
}

/// Adds an import.
pub(super) fn keep(work: &mut Work<'_>, new: &Import, by: &Person) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(event_logs::table)
        .values((
            event_logs::id.eq(&new.id),
            event_logs::agency_id.eq(&agency),
            event_logs::number.eq(new.number),
            event_logs::name.eq(&new.name),
            (
                event_logs::file_name.eq(&new.file_name),
                event_logs::file_sha256.eq(&new.file_sha256),
                event_logs::version_id.eq(&new.version),
                event_logs::net_sha256.eq(&new.net_sha256),
                event_logs::net_name.eq(&new.net_name),
                event_logs::map.eq(&new.map),
                event_logs::state.eq(new.state),
                event_logs::result.eq(&new.result),
            ),
            event_logs::added_by.eq(&by.id),
            event_logs::added_by_name.eq(&new.added_by_name),
            event_logs::added_at.eq(new.added_at),
            event_logs::row_version.eq(new.row_version),
        ))
        .execute(work.conn)
        .map(drop)
}

/// What changes when an import moves on; what is `None` stays as it is.
#[derive(Default, AsChangeset)]
#[diesel(table_name = event_logs)]
pub(super) struct Moved {
    pub(super) state: Option<State>,
    pub(super) map: Option<String>,
    pub(super) result: Option<String>,
    pub(super) report_sha256: Option<String>,
    pub(super) findings_sha256: Option<String>,
    pub(super) judged_at: Option<NaiveDateTime>,
}

/// Moves an import on; false when somebody else did meanwhile.
pub(super) fn move_on(work: &mut Work<'_>, import: &Import, moved: &Moved) -> QueryResult<bool> {
    let agency = work.agency();
    let row = event_logs::table
        .filter(event_logs::agency_id.eq(&agency).and(event_logs::id.eq(&import.id)))
        .filter(event_logs::row_version.eq(import.row_version));
    let changed = diesel::update(row)
        .set((moved, event_logs::row_version.eq(import.row_version.saturating_add(1))))
        .execute(work.conn)?;
    Ok(changed > 0)
}

/// The imports of the agency, the newest first.
///
/// # Errors
/// When the database fails.
pub(in crate::conformance) fn imports(work: &mut Work<'_>) -> QueryResult<Vec<Import>> {
    let agency = work.agency();
    let rows: Vec<Row> = event_logs::table
        .filter(event_logs::agency_id.eq(&agency))
        .order(event_logs::number.desc())
        .limit(MOST)
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(import_of).collect())
}

/// The import with this number.
///
/// # Errors
/// `NotFound` when the agency has none.
pub(in crate::conformance) fn import(work: &mut Work<'_>, number: i64) -> QueryResult<Import> {
    let agency = work.agency();
    event_logs::table
        .filter(event_logs::agency_id.eq(&agency).and(event_logs::number.eq(number)))
        .select(columns!())
        .first::<Row>(work.conn)
        .map(import_of)
}

/// The maps that were saved, by name.
///
/// # Errors
/// When the database fails.
pub(in crate::conformance) fn saved_maps(work: &mut Work<'_>) -> QueryResult<Vec<SavedMap>> {
    let agency = work.agency();
    let rows: Vec<(String, String, String, NaiveDateTime)> = log_maps::table
        .filter(log_maps::agency_id.eq(&agency))
        .order(log_maps::name)
        .limit(MOST)
        .select((
            log_maps::name,
            log_maps::map,
            log_maps::saved_by_name,
            log_maps::saved_at,
        ))
        .load(work.conn)?;
    let map = |(name, map, saved_by_name, saved_at)| SavedMap {
        name,
        map,
        saved_by_name,
        saved_at,
    };
    Ok(rows.into_iter().map(map).collect())
}

/// Keeps a map under a name, in place of the one that bore it; gives its id.
pub(super) fn keep_map(work: &mut Work<'_>, (name, map): (&str, &str), by: &Person) -> QueryResult<String> {
    let (agency, at) = (work.agency(), work.actor.at);
    let known: Option<String> = log_maps::table
        .filter(log_maps::agency_id.eq(&agency).and(log_maps::name.eq(name)))
        .select(log_maps::id)
        .first(work.conn)
        .optional()?;
    if let Some(id) = known {
        diesel::update(log_maps::table.filter(log_maps::agency_id.eq(&agency).and(log_maps::id.eq(&id))))
            .set((
                log_maps::map.eq(map),
                log_maps::saved_by.eq(&by.id),
                log_maps::saved_by_name.eq(&by.full_name),
                log_maps::saved_at.eq(at),
            ))
            .execute(work.conn)?;
        return Ok(id);
    }
    let id = new_id();
    diesel::insert_into(log_maps::table)
        .values((
            log_maps::id.eq(&id),
            log_maps::agency_id.eq(&agency),
            log_maps::name.eq(name),
            log_maps::map.eq(map),
            log_maps::saved_by.eq(&by.id),
            log_maps::saved_by_name.eq(&by.full_name),
            log_maps::saved_at.eq(at),
        ))
        .execute(work.conn)?;
    Ok(id)
}

/// A fresh id.
pub(super) fn id() -> String {
    new_id()
}
