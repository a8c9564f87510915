//! What a row says, as one hash: SHA-256 over the name of its table and its columns that are not empty, each with name,
//! kind and length. The text before hashing is made by the database, so that another program can make the same.

use super::catalogue::{Column, Kind, Table};
use crate::db::{AnyConnection, DbError};
use crate::proofs::hex;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text};
use sha2::{Digest, Sha256};

/// What begins every text that is hashed, so that a digest of a row is nothing else.
const SCHEME: &[u8] = b"quytrinh/row/v1\0";

/// A row by its key, whose it is, and its digest; no digest when it is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowDigest {
    pub(super) owner: String,
    pub(super) key: String,
    pub(super) digest: Option<String>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<Binary>)]
    owner: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pk: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    canon: Option<Vec<u8>>,
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The digest of a row of `table` whose columns say `canon`.
pub(super) fn digest(table: &str, canon: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(SCHEME);
    hasher.update(table.as_bytes());
    hasher.update(b"\0");
    hasher.update(canon);
    hex(&hasher.finalize())
}

/// SQLite: a value says of itself what it is, so that a changed kind is a changed row.
fn sqlite_column(alias: &str, column: &Column) -> String {
    let value = format!("{alias}.{}", quoted(&column.name));
    let shown = format!(
        "CASE typeof({value}) WHEN 'blob' THEN hex({value}) WHEN 'real' THEN printf('%!.17g', {value}) ELSE {value} END"
    );
    let tag =
        format!("CASE typeof({value}) WHEN 'text' THEN 'T' WHEN 'integer' THEN 'I' WHEN 'real' THEN 'R' ELSE 'B' END");
    format!(
        "CASE WHEN {value} IS NULL THEN '' ELSE {} || {tag} || ':' || length(CAST({shown} AS BLOB)) || ':' || {shown} || ';' END",
        literal(&format!("{}:", column.name))
    )
}

fn postgres_column(alias: &str, column: &Column) -> String {
    let value = format!("{alias}.{}", quoted(&column.name));
    let (tag, shown) = match column.kind {
        Kind::Text => ("T", format!("{value}::text")),
        Kind::Integer => ("I", format!("{value}::text")),
        Kind::Boolean => ("I", format!("({value}::int)::text")),
        Kind::Real => ("R", format!("{value}::text")),
        Kind::Timestamp => ("T", format!("to_char({value}, 'YYYY-MM-DD HH24:MI:SS.US')")),
        Kind::Date => ("T", format!("to_char({value}, 'YYYY-MM-DD')")),
        Kind::Bytes => ("B", format!("encode({value}, 'hex')")),
    };
    format!(
        "CASE WHEN {value} IS NULL THEN '' ELSE {} || octet_length({shown}) || ':' || {shown} || ';' END",
        literal(&format!("{}:{tag}:", column.name))
    )
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" || ")
}

/// The key of a row as one text: the column itself, or a JSON array of several.
pub(super) fn key_sql(table: &Table, alias: &str, is_sqlite: bool) -> String {
    let columns: Vec<String> = table
        .key
        .iter()
        .map(|column| format!("{alias}.{}", quoted(&column.name)))
        .collect();
    match (columns.as_slice(), is_sqlite) {
        ([one], true) => format!("CAST({one} AS TEXT)"),
        ([one], false) => format!("{one}::text"),
        (many, true) => format!("json_array({})", many.join(", ")),
        (many, false) => format!("jsonb_build_array({})::text", many.join(", ")),
    }
}

/// The condition that row `x` has the key that `n.value` tells.
fn key_match(table: &Table, is_sqlite: bool) -> String {
    let cast = |column: &Column| match column.kind {
        Kind::Text => "text",
        Kind::Integer => "bigint",
        Kind::Boolean => "boolean",
        Kind::Real => "double precision",
        Kind::Timestamp => "timestamp",
        Kind::Date => "date",
        Kind::Bytes => "bytea",
    };
    let is_one = table.key.len() == 1;
    let parts = table.key.iter().enumerate().map(|(place, column)| {
        let name = quoted(&column.name);
        match (is_one, is_sqlite) {
            (true, true) => format!("x.{name} = n.value"),
            (true, false) => format!("x.{name} = n.value::{}", cast(column)),
            (false, true) => format!("x.{name} = json_extract(n.value, '$[{place}]')"),
            (false, false) => format!("x.{name} = (n.value::jsonb ->> {place})::{}", cast(column)),
        }
    });
    parts.collect::<Vec<_>>().join(" AND ")
}

/// The text over all columns of row `x`, as bytes.
fn canon_sql(table: &Table, is_sqlite: bool) -> String {
    if is_sqlite {
        let text = joined(table.columns.iter().map(|column| sqlite_column("x", column)));
        format!("CAST({text} AS BLOB)")
    } else {
        let text = joined(table.columns.iter().map(|column| postgres_column("x", column)));
        format!("convert_to({text}, 'UTF8')")
    }
}

fn bytes_sql(text: &str, is_sqlite: bool) -> String {
    if is_sqlite {
        format!("CAST({text} AS BLOB)")
    } else {
        format!("convert_to({text}, 'UTF8')")
    }
}

fn text(bytes: Option<Vec<u8>>) -> String {
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

impl Found {
    fn row(self, table: &str) -> RowDigest {
        RowDigest {
            digest: self.canon.map(|canon| digest(table, &canon)),
            owner: text(self.owner),
            key: text(self.pk),
        }
    }
}

/// The question that [`of_keys`] asks about rows of `table`; its one hole takes a JSON array of keys.
pub(super) fn question(table: &Table, is_sqlite: bool) -> String {
    let first = table.key.first().map(|column| quoted(&column.name)).unwrap_or_default();
    let source = if is_sqlite {
        "json_each(?) n"
    } else {
        "jsonb_array_elements_text($1::jsonb) AS n(value)"
    };
    format!(
        "SELECT {} AS owner, {} AS pk, CASE WHEN x.{first} IS NULL THEN NULL ELSE {} END AS canon \
         FROM {source} LEFT JOIN {} x ON {}",
        bytes_sql(&format!("x.{}", quoted(&table.owner)), is_sqlite),
        bytes_sql("n.value", is_sqlite),
        canon_sql(table, is_sqlite),
        quoted(&table.name),
        key_match(table, is_sqlite),
    )
}

/// The rows of the table with these keys, as they stand.
pub(super) fn of_keys(
    conn: &mut AnyConnection,
    table: &str,
    question: &str,
    keys: &[String],
) -> QueryResult<Vec<RowDigest>> {
    let asked = serde_json::Value::from(keys).to_string();
    let query = diesel::sql_query(question).bind::<Text, _>(asked);
    let found: Vec<Found> = match conn {
        AnyConnection::Sqlite(conn) => query.load(conn)?,
        AnyConnection::Postgres(conn) => query.load(conn)?,
    };
    Ok(found.into_iter().map(|row| row.row(table)).collect())
}

/// Goes through every row of `table`, one at a time.
pub(super) fn each<E: From<diesel::result::Error>>(
    conn: &mut AnyConnection,
    table: &Table,
    mut see: impl FnMut(RowDigest) -> Result<(), E>,
) -> Result<(), E> {
    let is_sqlite = matches!(conn, AnyConnection::Sqlite(_));
    let sql = format!(
        "SELECT {} AS owner, {} AS pk, {} AS canon FROM {} x",
        bytes_sql(&format!("x.{}", quoted(&table.owner)), is_sqlite),
        bytes_sql(&key_sql(table, "x", is_sqlite), is_sqlite),
        canon_sql(table, is_sqlite),
        quoted(&table.name),
    );
    match conn {
        AnyConnection::Sqlite(conn) => {
            for row in diesel::sql_query(sql).load_iter::<Found, diesel::connection::DefaultLoadingMode>(conn)? {
                see(row?.row(&table.name))?;
            }
        }
        AnyConnection::Postgres(conn) => {
            for row in diesel::sql_query(sql).load_iter::<Found, diesel::pg::PgRowByRowLoadingMode>(conn)? {
                see(row?.row(&table.name))?;
            }
        }
    }
    Ok(())
}

/// The digest of everything that says what tables, indices and triggers there are; temporary ones are left out.
pub(super) fn of_schema(conn: &mut AnyConnection) -> Result<String, DbError> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Nullable<Binary>)]
        line: Option<Vec<u8>>,
    }
    let lines: Vec<Line> = match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query(SQLITE_SCHEMA).load(conn)?,
        AnyConnection::Postgres(conn) => diesel::sql_query(POSTGRES_SCHEMA).load(conn)?,
    };
    let mut hasher = Sha256::new();
    hasher.update(b"quytrinh/schema/v1\0");
    for line in lines {
        let line = line.line.unwrap_or_default();
        hasher.update(u64::try_from(line.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(&line);
    }
    Ok(hex(&hasher.finalize()))
}

const SQLITE_SCHEMA: &str = "SELECT CAST(type || ' ' || name || ' ' || tbl_name || ' ' || sql AS BLOB) AS line \
    FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type, name";
const POSTGRES_SCHEMA: &str = "SELECT convert_to(line, 'UTF8') AS line FROM ( \
    SELECT 'column ' || t.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || \
        a.attnotnull::text || ' ' || COALESCE(pg_get_expr(d.adbin, d.adrelid), '') AS line FROM pg_class t \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped \
        LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum \
        WHERE t.relkind IN ('r', 'v', 'm', 'p') AND t.relnamespace = 'public'::regnamespace \
    UNION ALL SELECT 'constraint ' || conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) \
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace \
    UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid \
        WHERE t.relnamespace = 'public'::regnamespace \
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text FROM pg_trigger g \
        JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal AND t.relnamespace = 'public'::regnamespace \
    UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE prokind = 'f' \
        AND pronamespace = 'public'::regnamespace \
    UNION ALL SELECT 'view ' || relname || ' ' || pg_get_viewdef(oid) FROM pg_class WHERE relkind IN ('v', 'm') \
        AND relnamespace = 'public'::regnamespace \
    UNION ALL SELECT 'right ' || relname || ' ' || COALESCE(relacl::text, '') || ' ' || relrowsecurity::text FROM pg_class \
        WHERE relkind IN ('r', 'v', 'm', 'p') AND relnamespace = 'public'::regnamespace \
    ) s ORDER BY line COLLATE \"C\"";
