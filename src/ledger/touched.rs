//! Which rows a change touched, without asking the rooms: the writer's connection has a list in memory, and triggers that
//! are made from the catalogue put the key of every row on it that is added, altered or removed. What is rolled back
//! leaves the list too.

use super::catalogue::Table;
use super::digest::{self, key_sql, literal, quoted};
use crate::db::{AnyConnection, DbError};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The rows a change touched, agency by agency: table, key, digest (null for a row that is gone).
pub(super) type Touched = BTreeMap<String, Vec<Value>>;

#[derive(QueryableByName)]
struct Noted {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    tbl: String,
    #[diesel(sql_type = Text)]
    pk: String,
}

#[derive(QueryableByName)]
struct Watched {
    #[diesel(sql_type = Text)]
    question: String,
}

/// The list, and for each table the question that gives the digests of its rows.
const SQLITE_LISTS: &str = "CREATE TEMP TABLE IF NOT EXISTS ledger_touched (tbl TEXT NOT NULL, pk TEXT NOT NULL, \
    owner TEXT NOT NULL, PRIMARY KEY (tbl, pk, owner)) WITHOUT ROWID; \
    CREATE TEMP TABLE IF NOT EXISTS ledger_watched (tbl TEXT PRIMARY KEY NOT NULL, question TEXT NOT NULL); \
    DELETE FROM ledger_touched; DELETE FROM ledger_watched;";
const POSTGRES_LISTS: &str = "CREATE TEMP TABLE IF NOT EXISTS ledger_touched (tbl TEXT NOT NULL, pk TEXT NOT NULL, \
    owner TEXT NOT NULL, PRIMARY KEY (tbl, pk, owner)) ON COMMIT DELETE ROWS; \
    CREATE TEMP TABLE IF NOT EXISTS ledger_watched (tbl TEXT PRIMARY KEY NOT NULL, question TEXT NOT NULL); \
    DELETE FROM ledger_touched; DELETE FROM ledger_watched;";

/// Makes the list and its triggers: for this connection only (SQLite), or heeded by every connection that has such a list
/// (PostgreSQL).
pub(super) fn watch(conn: &mut AnyConnection, tables: &[Table]) -> Result<(), DbError> {
    let is_sqlite = matches!(conn, AnyConnection::Sqlite(_));
    let triggers: String = if is_sqlite {
        tables.iter().map(sqlite_triggers).collect()
    } else {
        tables.iter().map(postgres_triggers).collect()
    };
    let questions: String = tables
        .iter()
        .map(|table| {
            format!(
                "INSERT INTO ledger_watched (tbl, question) VALUES ({}, {});\n",
                literal(&table.name),
                literal(&digest::question(table, is_sqlite))
            )
        })
        .collect();
    let lists = if is_sqlite { SQLITE_LISTS } else { POSTGRES_LISTS };
    for statements in [lists, &triggers, &questions] {
        conn.batch_execute(statements)?;
    }
    Ok(())
}

fn sqlite_triggers(table: &Table) -> String {
    let note = |side: &str| {
        format!(
            "INSERT OR IGNORE INTO ledger_touched (tbl, pk, owner) VALUES ('{}', {}, {side}.{});",
            table.name,
            key_sql(table, side, true),
            quoted(&table.owner)
        )
    };
    let made = |what: &str, notes: &str| {
        format!(
            "CREATE TEMP TRIGGER IF NOT EXISTS {} AFTER {what} ON main.{} BEGIN {notes} END;\n",
            quoted(&format!("touched_{}_{}", table.name, what.to_lowercase())),
            quoted(&table.name)
        )
    };
    [
        made("INSERT", &note("NEW")),
        made("UPDATE", &format!("{} {}", note("OLD"), note("NEW"))),
        made("DELETE", &note("OLD")),
    ]
    .concat()
}

fn postgres_triggers(table: &Table) -> String {
    let note = |side: &str| {
        format!(
            "INSERT INTO pg_temp.ledger_touched (tbl, pk, owner) VALUES ('{}', {}, {side}.{}) ON CONFLICT DO NOTHING;",
            table.name,
            key_sql(table, side, false),
            quoted(&table.owner)
        )
    };
    let function = quoted(&format!("touched_{}", table.name));
    format!(
        "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF to_regclass('pg_temp.ledger_touched') IS NULL THEN RETURN NULL; END IF; \
         IF TG_OP <> 'INSERT' THEN {} END IF; IF TG_OP <> 'DELETE' THEN {} END IF; RETURN NULL; END $$;\n\
         DROP TRIGGER IF EXISTS {function} ON {table};\n\
         CREATE TRIGGER {function} AFTER INSERT OR UPDATE OR DELETE ON {table} \
         FOR EACH ROW EXECUTE FUNCTION {function}();\n",
        note("OLD"),
        note("NEW"),
        table = quoted(&table.name),
    )
}

/// What was touched since the list was last emptied, with digests as the rows stand now; empties the list.
pub(super) fn take(conn: &mut AnyConnection) -> Result<Touched, DbError> {
    let sql = "SELECT owner, tbl, pk FROM ledger_touched ORDER BY tbl, pk, owner";
    let noted: Vec<Noted> = diesel::sql_query(sql).load(conn)?;
    let mut touched = Touched::new();
    if noted.is_empty() {
        return Ok(touched);
    }
    let mut by_table: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in noted {
        by_table.entry(row.tbl).or_default().push((row.pk, row.owner));
    }
    for (name, rows) in by_table {
        let asked = diesel::sql_query(format!(
            "SELECT question FROM ledger_watched WHERE tbl = {}",
            literal(&name)
        ));
        let question: Watched = asked.get_result(conn)?;
        let mut keys: Vec<String> = rows.iter().map(|(key, _)| key.clone()).collect();
        keys.dedup();
        let found = digest::of_keys(conn, &name, &question.question, &keys)?;
        let digests: BTreeMap<&str, &Option<String>> =
            found.iter().map(|row| (row.key.as_str(), &row.digest)).collect();
        for (key, owner) in &rows {
            let digest = digests.get(key.as_str()).copied().cloned().flatten();
            touched
                .entry(owner.clone())
                .or_default()
                .push(json!([name, key, digest]));
        }
    }
    diesel::sql_query("DELETE FROM ledger_touched").execute(conn)?;
    Ok(touched)
}
