//! Whether the database itself says that it is whole.

use super::Text;
use crate::db::{AnyConnection, DbError};
use diesel::prelude::*;

/// What the database finds wrong with itself: damaged pages and indexes (SQLite), and rows that name what is not there.
///
/// # Errors
/// When it cannot be asked.
pub fn faults(conn: &mut AnyConnection) -> Result<Vec<String>, DbError> {
    let queries: &[&str] = match conn {
        AnyConnection::Sqlite(_) => &[
            "SELECT integrity_check AS value FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
            "SELECT \"table\" || ' ' || coalesce(rowid, '') || ' -> ' || parent AS value FROM pragma_foreign_key_check",
        ],
        AnyConnection::Postgres(_) => {
            &["SELECT conrelid::regclass || ' ' || conname AS value FROM pg_constraint WHERE NOT convalidated"]
        }
    };
    let mut found = Vec::new();
    for sql in queries {
        let rows: Vec<Text> = diesel::sql_query(*sql).load(conn)?;
        found.extend(rows.into_iter().map(|row| row.value));
    }
    Ok(found)
}
