//! The tables whose rows the ledger binds, as the database's own catalogue tells them.

use crate::db::{AnyConnection, DbError};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Tables whose rows no leaf binds, each with its reason. Every other table is bound, also one that is added later.
pub const OUTSIDE: &[(&str, &str)] = &[
    ("ledger", "the ledger itself: compared with its leaves"),
    ("ledger_leaves", "the ledger itself: its tree proves it"),
    ("ledger_nodes", "the ledger itself: computed anew from the leaves"),
    ("ledger_checkpoints", "the ledger itself: signed"),
    ("ledger_cosignatures", "the ledger itself: signed by witnesses"),
    ("ledger_pen", "taken by every transaction, says nothing"),
    ("__diesel_schema_migrations", "the schema is bound as a whole"),
    ("version_search", "index of words, made anew from the texts"),
    ("version_words", "index of words, made anew from the texts"),
    ("version_words_config", "index of words, made anew from the texts"),
    ("version_words_content", "index of words, made anew from the texts"),
    ("version_words_data", "index of words, made anew from the texts"),
    ("version_words_docsize", "index of words, made anew from the texts"),
    ("version_words_idx", "index of words, made anew from the texts"),
    ("sessions", "who is signed in just now; signing in and out has leaves"),
    (
        "request_keys",
        "requests that were answered, kept for a day; what they did has leaves",
    ),
    (
        "known_devices",
        "browsers that signed in before, forgotten in time; signing in has leaves",
    ),
    ("guess_counters", "tries at passwords and codes, counted and forgotten"),
    (
        "half_sign_ins",
        "signing in that is not finished, for minutes; signing in has leaves",
    ),
    ("draft_typings", "what is being typed and is not saved yet"),
    ("letters", "letters on their way out; the notices behind them are bound"),
];

/// How a column's values are written down for the digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
    Real,
    Timestamp,
    Date,
    Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// A table that the ledger binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    /// By name, so that the order in which columns were added says nothing.
    pub(super) columns: Vec<Column>,
    pub(super) key: Vec<Column>,
    /// The column that tells whose row it is: `agency_id`, or the key of the table of agencies itself.
    pub(super) owner: String,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    column_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    key: i32,
}

const SQLITE: &str = "SELECT m.name AS table_name, c.name AS column_name, lower(c.type) AS kind, c.pk AS key \
    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' \
    ESCAPE '~' ORDER BY m.name, c.name";
const POSTGRES: &str = "SELECT t.relname::text AS table_name, a.attname::text AS column_name, \
    format_type(a.atttypid, NULL)::text AS kind, \
    COALESCE(array_position(string_to_array(i.indkey::text, ' '), a.attnum::text), 0) AS key \
    FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped \
    LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary \
    WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace ORDER BY 1, 2";

fn kind_of(text: &str) -> Kind {
    match text {
        "boolean" | "bool" => Kind::Boolean,
        "timestamp" | "timestamp without time zone" => Kind::Timestamp,
        "date" => Kind::Date,
        "bytea" | "blob" => Kind::Bytes,
        "bigint" | "integer" | "smallint" => Kind::Integer,
        "double precision" | "real" => Kind::Real,
        _text => Kind::Text,
    }
}

/// Every table that is not [`OUTSIDE`], by name.
pub(super) fn tables(conn: &mut AnyConnection) -> Result<Vec<Table>, DbError> {
    let rows: Vec<Row> = match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query(SQLITE).load(conn)?,
        AnyConnection::Postgres(conn) => diesel::sql_query(POSTGRES).load(conn)?,
    };
    let mut found: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        if OUTSIDE.iter().all(|(name, _)| *name != row.table_name) {
            found.entry(row.table_name.clone()).or_default().push(row);
        }
    }
    found.into_iter().map(|(name, rows)| table_of(name, rows)).collect()
}

fn table_of(name: String, rows: Vec<Row>) -> Result<Table, DbError> {
    let column = |row: &Row| Column {
        name: row.column_name.clone(),
        kind: kind_of(&row.kind),
    };
    let mut keys: Vec<&Row> = rows.iter().filter(|row| row.key > 0).collect();
    keys.sort_by_key(|row| row.key);
    let key: Vec<Column> = keys.into_iter().map(column).collect();
    let owner = rows
        .iter()
        .map(|row| &row.column_name)
        .find(|name| *name == "agency_id")
        .or(key.first().map(|column| &column.name))
        .cloned()
        .ok_or_else(|| DbError::Migrate(format!("the ledger cannot bind {name}, which has no primary key")))?;
    Ok(Table {
        columns: rows.iter().map(column).collect(),
        key,
        owner,
        name,
    })
}
