//! A PostgreSQL database made from lines of text: migrated to the schema they are of, then filled, all or nothing.

use super::dump::{FIRST, Table, quoted, tables};
use super::{Text, copying};
use crate::db::{AnyConnection, DbError, connection, migrate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Rows are handed to the server in batches of about this many bytes.
const BATCH: usize = 1 << 20;

#[derive(QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = sql_types::Text)]
    of: String,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    says: String,
}

/// Fills the empty PostgreSQL database at `url` with what a snapshot wrote, at the schema it was written with. Opening the
/// database then brings it to this program's schema.
///
/// # Errors
/// [`DbError::NotEmpty`] when there is a table already; when the file does not fit the schema, breaks a foreign key, or the
/// server refuses. Nothing but empty tables is left then.
pub fn load(url: &str, from: &Path, schema: &str) -> Result<(), DbError> {
    let mut conn = must_be_empty(url)?;
    migrate::up_to(&mut conn, schema)?;
    conn.batch_execute("SET TIME ZONE 'UTC'; BEGIN")?;
    let done = fill(&mut conn, from);
    conn.batch_execute(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

/// A connection to a PostgreSQL database that has no table.
///
/// # Errors
/// [`DbError::NotEmpty`] when it has one.
pub(super) fn must_be_empty(url: &str) -> Result<PgConnection, DbError> {
    let AnyConnection::Postgres(mut conn) = connection::establish(url)? else {
        return Err(copying("rows of a server can be loaded into a server only"));
    };
    let sql = "SELECT count(*)::text AS value FROM information_schema.tables WHERE table_schema = 'public'";
    let found: Text = diesel::sql_query(sql).get_result(&mut conn)?;
    if found.value != "0" {
        let name = url.split(['?', '@']).nth(1).unwrap_or_default();
        return Err(DbError::NotEmpty(name.to_owned()));
    }
    Ok(conn)
}

fn fill(conn: &mut PgConnection, from: &Path) -> Result<(), DbError> {
    let keys: Vec<ForeignKey> = diesel::sql_query(
        "SELECT conrelid::regclass::text AS of, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS says \
        FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace",
    )
    .load(conn)?;
    // Each row may stand before the one that it names; making the keys anew checks all of them.
    for key in &keys {
        conn.batch_execute(&format!("ALTER TABLE {} DROP CONSTRAINT {}", key.of, key.name))?;
    }
    let made = tables(conn)?;
    for table in &made {
        conn.batch_execute(&format!("DELETE FROM {}", quoted(&table.name)))?;
    }
    rows(conn, from, &made)?;
    for key in &keys {
        conn.batch_execute(&format!(
            "ALTER TABLE {} ADD CONSTRAINT {} {}",
            key.of, key.name, key.says
        ))?;
    }
    Ok(())
}

/// Puts the rows of the file in. The migrations of the copy made the tables `made`; any other table is one that the guards
/// make at each opening, an index that is made anew from what is there, and its rows are passed over.
fn rows(conn: &mut PgConnection, from: &Path, made: &[Table]) -> Result<(), DbError> {
    let mut lines = BufReader::new(File::open(from).map_err(copying)?).lines();
    let first = lines.next().transpose().map_err(copying)?;
    if first.as_deref() != Some(FIRST) {
        return Err(copying("the file of rows does not begin as one"));
    }
    let (mut table, mut batch, mut count) = (None::<Table>, String::new(), 0_u64);
    for line in lines {
        let line = line.map_err(copying)?;
        let (kind, rest) = line.split_once(' ').unwrap_or_default();
        if kind == "R" {
            batch.push_str(if batch.is_empty() { "[" } else { "," });
            batch.push_str(rest);
            count = count.saturating_add(1);
        }
        if kind != "R" || batch.len() > BATCH {
            put(conn, table.as_ref(), &mut batch)?;
        }
        match kind {
            "R" => {}
            "T" => {
                let next: Table = serde_json::from_str(rest).map_err(copying)?;
                table = Some(next).filter(|next| made.iter().any(|made| made.name == next.name));
            }
            "E" if rest == count.to_string() => return Ok(()),
            _other => {
                return Err(copying(
                    "the file of rows has a line that is none, or another number of rows",
                ));
            }
        }
    }
    Err(copying("the file of rows has no end"))
}

fn put(conn: &mut PgConnection, table: Option<&Table>, batch: &mut String) -> Result<(), DbError> {
    let Some(table) = table.filter(|_| !batch.is_empty()) else {
        batch.clear();
        return Ok(());
    };
    batch.push(']');
    let columns: Vec<String> = table.columns.iter().map(|column| quoted(column)).collect();
    let (name, columns) = (quoted(&table.name), columns.join(", "));
    diesel::sql_query(format!(
        "INSERT INTO {name} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{name}, $1::json)"
    ))
    .bind::<sql_types::Text, _>(std::mem::take(batch))
    .execute(conn)?;
    Ok(())
}
