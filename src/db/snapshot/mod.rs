//! A consistent copy of the whole database while others work with it, and a database made from such a copy.
//!
//! SQLite copies itself into a file (`VACUUM INTO`) in one read transaction, which blocks no writer in WAL mode. PostgreSQL
//! is read table by table in one repeatable-read transaction (see [`dump`]).

mod dump;
mod load;
mod scratch;
mod sound;

pub use load::load;
use load::must_be_empty;
pub use scratch::ScratchServer;
pub use sound::faults;

use super::{AnyConnection, DbError, connection, migrate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::fs::File;
use std::path::Path;

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// Whether a database at this address is kept by a PostgreSQL server.
pub fn is_on_server(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn copying(cause: impl std::fmt::Display) -> DbError {
    DbError::Copy(cause.to_string())
}

/// Copies the database at `url` into the empty file `into`, durably; `look` reads exactly the state that was copied.
///
/// # Errors
/// When the database or the disk fails, and what `look` gives.
pub fn snapshot<T, E: From<DbError>>(
    url: &str,
    into: &Path,
    look: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
) -> Result<T, E> {
    let mut conn = connection::establish(url)?;
    let found = match &mut conn {
        AnyConnection::Sqlite(sqlite) => {
            vacuum_into(sqlite, into)?;
            look(&mut connection::establish(&into.display().to_string())?)?
        }
        AnyConnection::Postgres(pg) => {
            pg.batch_execute("SET TIME ZONE 'UTC'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .map_err(DbError::Query)?;
            let found = look(&mut conn)?;
            if let AnyConnection::Postgres(pg) = &mut conn {
                dump::dump(pg, into)?;
                pg.batch_execute("ROLLBACK").map_err(DbError::Query)?;
            }
            found
        }
    };
    File::open(into)
        .and_then(|file| file.sync_all())
        .map_err(|cause| E::from(copying(cause)))?;
    Ok(found)
}

/// Copies the database into a new or empty file, as it is at this moment.
pub(super) fn vacuum_into(conn: &mut SqliteConnection, into: &Path) -> Result<(), DbError> {
    let into = into.to_str().ok_or_else(|| copying("the path is no text"))?;
    conn.batch_execute("PRAGMA busy_timeout = 5000")?;
    conn.batch_execute(&format!("VACUUM INTO '{}'", into.replace('\'', "''")))?;
    Ok(())
}

/// The last migration of a database; `None` when it has none.
///
/// # Errors
/// When it cannot be asked.
pub fn schema_of(conn: &mut AnyConnection) -> Result<Option<String>, DbError> {
    let sql = "SELECT coalesce(max(version), '') AS value FROM __diesel_schema_migrations";
    let found: Text = diesel::sql_query(sql).get_result(conn)?;
    Ok(Some(found.value).filter(|version| !version.is_empty()))
}

/// The last migration of the database at an address, which is neither made nor migrated.
///
/// # Errors
/// When it cannot be opened.
pub fn schema_at(url: &str) -> Result<Option<String>, DbError> {
    schema_of(&mut connection::establish(url)?)
}

/// The last migration that this program knows.
///
/// # Errors
/// When the program was built without one.
pub fn own_schema() -> Result<String, DbError> {
    migrate::known()?
        .pop()
        .ok_or_else(|| DbError::Migrate("the program knows no migration".to_owned()))
}

/// Whether this program knows a migration.
///
/// # Errors
/// When the program was built without one.
pub fn knows(schema: &str) -> Result<bool, DbError> {
    Ok(migrate::known()?.iter().any(|known| known == schema))
}
