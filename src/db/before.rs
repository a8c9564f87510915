//! The copy that is kept before a migration changes the tables of a database that holds something.

use super::snapshot::vacuum_into;
use super::{AnyConnection, DbError, connection};
use diesel::prelude::*;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many copies are kept beside the database.
const KEPT: usize = 2;

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn failed(cause: impl std::fmt::Display) -> DbError {
    DbError::Before(cause.to_string())
}

/// How often the pen was taken: what tells one state of a database from a later one.
const TAKEN: &str = "SELECT CAST(taken AS TEXT) AS value FROM ledger_pen WHERE id = 1";

fn ask<C: diesel::connection::LoadConnection<Backend = diesel::sqlite::Sqlite>>(
    conn: &mut C,
    sql: &str,
) -> QueryResult<String> {
    diesel::sql_query(sql).get_result::<Answer>(conn).map(|row| row.value)
}

/// Keeps `<file>.before-<version>` beside the database, whole and durable, unless a start that was broken off has kept
/// that very state already; copies beyond the newest two go.
///
/// # Errors
/// When the copy cannot be made or is not whole; then nothing is migrated.
pub(super) fn keep(conn: &mut SqliteConnection, url: &str, version: &str) -> Result<(), DbError> {
    let file = Path::new(url);
    let Ok(taken) = ask(conn, TAKEN) else {
        // Without the pen there is no office yet.
        return Ok(());
    };
    if !file.is_file() {
        return Ok(());
    }
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| failed("no name"))?;
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let begins = format!("{name}.before-");
    let copies = copies(folder, &begins)?;
    if copies.iter().any(|(_, path)| is_whole(path, &taken).is_ok()) {
        return Ok(());
    }
    let free = |number: &u32| !folder.join(numbered(&begins, version, *number)).exists();
    let number = (1..).find(free).unwrap_or(u32::MAX);
    let (target, draft) = (
        folder.join(numbered(&begins, version, number)),
        folder.join(format!(".{begins}draft")),
    );
    if draft.exists() {
        fs::remove_file(&draft).map_err(failed)?;
    }
    vacuum_into(conn, &draft)?;
    is_whole(&draft, &taken)?;
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all()).map_err(failed);
    sync(&draft)?;
    fs::rename(&draft, &target).map_err(failed)?;
    sync(folder)?;
    for (_, old) in copies.iter().rev().skip(KEPT.saturating_sub(1)) {
        fs::remove_file(old).map_err(failed)?;
    }
    tracing::info!(copy = %target.display(), "The database was copied before it is migrated");
    Ok(())
}

fn numbered(begins: &str, version: &str, number: u32) -> String {
    match number {
        1 => format!("{begins}{version}"),
        _more => format!("{begins}{version}.{number}"),
    }
}

/// The copies beside the database, oldest first.
fn copies(folder: &Path, begins: &str) -> Result<Vec<(SystemTime, PathBuf)>, DbError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(begins)) {
            let at = entry.metadata().and_then(|told| told.modified()).map_err(failed)?;
            found.push((at, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a copy is whole and of this state.
fn is_whole(copy: &Path, taken: &str) -> Result<(), DbError> {
    let AnyConnection::Sqlite(mut conn) = connection::establish(&copy.display().to_string())? else {
        return Err(failed("the copy is no file"));
    };
    let said = ask(
        &mut conn,
        "SELECT integrity_check AS value FROM pragma_integrity_check LIMIT 1",
    )?;
    if said != "ok" {
        return Err(failed(said));
    }
    if ask(&mut conn, TAKEN)? != taken {
        return Err(failed("the copy is of another state"));
    }
    Ok(())
}
