//! The one connection type, and the settings that each connection needs.

use super::DbError;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::time::{Duration, Instant};

/// A connection to either database; queries are written once.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// A PostgreSQL server.
    Postgres(PgConnection),
}

/// The settings of trust: durable at every commit, foreign keys on, nothing trusted from the schema. To wait comes
/// first: a connection that another one is just closing holds a lock on the file when the next setting asks for it.
const SQLITE: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; \
    PRAGMA secure_delete = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;";

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

pub(super) fn establish(url: &str) -> Result<AnyConnection, DbError> {
    AnyConnection::establish(url).map_err(|source| DbError::Open(url.to_owned(), source))
}

/// How long somebody who opens the database waits for another one who is closing it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens, and opens again while the file is locked: the last connection that closes a database in WAL mode holds it alone
/// while it cleans up, and who opens it just then is told so without the wait that was set (SQLite, "Write-Ahead Logging",
/// section 9). `open` must be such that it can begin anew.
pub(super) fn patiently<T>(mut open: impl FnMut() -> Result<T, DbError>) -> Result<T, DbError> {
    let begun = Instant::now();
    loop {
        let done = open();
        let is_locked = matches!(&done, Err(DbError::Query(diesel::result::Error::DatabaseError(_, told)))
            if told.message() == "database is locked");
        if !is_locked || begun.elapsed() > PATIENCE {
            return done;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(super) fn prepare_writer(conn: &mut AnyConnection) -> Result<(), DbError> {
    match conn {
        AnyConnection::Sqlite(sqlite) => {
            let found: Version = diesel::sql_query("SELECT sqlite_version() AS version").get_result(sqlite)?;
            if is_too_old(&found.version) {
                return Err(DbError::OldSqlite(found.version));
            }
            sqlite.batch_execute(SQLITE)?;
        }
        AnyConnection::Postgres(pg) => pg.batch_execute("SET synchronous_commit = on; SET TIME ZONE 'UTC';")?,
    }
    Ok(())
}

pub(super) fn prepare_reader(conn: &mut AnyConnection) -> Result<(), diesel::result::Error> {
    match conn {
        AnyConnection::Sqlite(sqlite) => {
            sqlite.batch_execute(SQLITE)?;
            sqlite.batch_execute("PRAGMA query_only = ON;")
        }
        AnyConnection::Postgres(pg) => pg.batch_execute("SET default_transaction_read_only = on; SET TIME ZONE 'UTC';"),
    }
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

pub(super) fn scrub(conn: &mut AnyConnection, table: &'static str) -> Result<bool, DbError> {
    match conn {
        AnyConnection::Sqlite(sqlite) => {
            let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(sqlite)?;
            Ok(done.busy == 0)
        }
        AnyConnection::Postgres(pg) => {
            pg.batch_execute(&format!("VACUUM FULL {table}"))?;
            Ok(true)
        }
    }
}

/// SQLite before 3.51.3 can damage a database in WAL mode (the WAL-reset fault).
fn is_too_old(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) < (3, 51, 3)
}

#[cfg(test)]
mod tests {
    use super::{PATIENCE, is_too_old, patiently};
    use crate::db::DbError;
    use diesel::result::{DatabaseErrorKind, Error};
    use std::time::Instant;

    fn told(text: &str) -> DbError {
        DbError::Query(Error::DatabaseError(
            DatabaseErrorKind::Unknown,
            Box::new(text.to_owned()),
        ))
    }

    #[test]
    fn who_opens_what_another_one_is_closing_waits_and_any_other_fault_is_told_at_once() {
        let mut left = 3;
        let opened = patiently(|| {
            left -= 1;
            if left > 0 {
                Err(told("database is locked"))
            } else {
                Ok(left)
            }
        });
        assert_eq!(opened.unwrap(), 0);
        let begun = Instant::now();
        let mut times = 0;
        let refused = patiently(|| {
            times += 1;
            Err::<(), _>(told("database disk image is malformed"))
        });
        assert!(refused.is_err() && times == 1 && begun.elapsed() < PATIENCE);
    }

    #[test]
    fn old_libraries_are_told_from_new_ones() {
        assert!(is_too_old("3.40.1"));
        assert!(is_too_old("3.51.2"));
        assert!(!is_too_old("3.51.3"));
        assert!(!is_too_old("3.53.2"));
        assert!(!is_too_old("4.0"));
    }
}
