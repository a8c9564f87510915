//! A PostgreSQL database as lines of text: each row as the server itself writes it in JSON, which loses nothing and which
//! the server itself reads again, each column in its own type.
//!
//! ```text
//! quytrinh-dump 1
//! T {"name":"ledger","columns":["agency_id","seq"]}
//! R {"agency_id":"…","seq":1}
//! E 1
//! ```

use super::{Text, copying};
use crate::db::DbError;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The first line.
pub(super) const FIRST: &str = "quytrinh-dump 1";
/// How many rows the server is asked for at once.
const ROWS: u32 = 500;

/// A table and those of its columns that are not computed.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// A name as SQL reads it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// All tables of the database but the list of its migrations.
pub(super) fn tables(conn: &mut PgConnection) -> Result<Vec<Table>, DbError> {
    let sql = "SELECT json_build_object('name', table_name, 'columns', json_agg(column_name ORDER BY ordinal_position))\
        ::text AS value FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER' \
        AND table_name <> '__diesel_schema_migrations' GROUP BY table_name ORDER BY table_name";
    let rows: Vec<Text> = diesel::sql_query(sql).load(conn)?;
    rows.iter()
        .map(|row| serde_json::from_str(&row.value).map_err(copying))
        .collect()
}

/// Writes all tables into an empty file, in the transaction that is open.
pub(super) fn dump(conn: &mut PgConnection, into: &Path) -> Result<(), DbError> {
    let mut out = BufWriter::new(File::options().write(true).open(into).map_err(copying)?);
    let mut count = 0_u64;
    writeln!(out, "{FIRST}").map_err(copying)?;
    for table in tables(conn)? {
        let told = serde_json::to_string(&table).map_err(copying)?;
        writeln!(out, "T {told}").map_err(copying)?;
        let columns: Vec<String> = table.columns.iter().map(|column| quoted(column)).collect();
        conn.batch_execute(&format!(
            "DECLARE rows NO SCROLL CURSOR FOR SELECT row_to_json(r)::text AS value FROM (SELECT {} FROM {}) r",
            columns.join(", "),
            quoted(&table.name)
        ))?;
        loop {
            let rows: Vec<Text> = diesel::sql_query(format!("FETCH {ROWS} FROM rows")).load(conn)?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                writeln!(out, "R {}", row.value).map_err(copying)?;
                count = count.saturating_add(1);
            }
        }
        conn.batch_execute("CLOSE rows")?;
    }
    writeln!(out, "E {count}").map_err(copying)?;
    out.flush().map_err(copying)
}
