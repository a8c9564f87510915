//! Tables: each is declared in one room, as the database itself describes it, and named nowhere else.

use super::files::{File, files, literals};
use crate::support::{TestOffice, databases::SERVER};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A column as it is declared: name, type of the database, whether it may be empty.
type Column = (String, String, bool);

/// The table that no room declares: the writer itself takes the pen.
const PEN: &str = "ledger_pen";

/// The `diesel::table!` declarations of all rooms: table → room and columns.
fn declared() -> BTreeMap<String, (String, Vec<Column>)> {
    let mut tables = BTreeMap::new();
    for file in files("src", ".rs") {
        let code = file.code();
        for block in code.split("diesel::table! {").skip(1) {
            let (head, body) = block.split_once('{').unwrap();
            let (name, _) = head.trim().split_once(' ').unwrap();
            let body = body.split('}').next().unwrap();
            let columns = body
                .lines()
                .filter_map(|line| column(line.trim().trim_end_matches(',')))
                .collect();
            let known = tables.insert(name.to_owned(), (file.room().to_owned(), columns));
            assert!(
                known.is_none(),
                "{name} is declared twice, the second time in {}",
                file.path
            );
        }
    }
    tables
}

fn column(line: &str) -> Option<Column> {
    let (name, kind) = line.split_once(" -> ")?;
    let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
    Some((name.to_owned(), inner.unwrap_or(kind).to_lowercase(), inner.is_some()))
}

#[derive(QueryableByName)]
struct CatalogueRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    column_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    empty: i32,
}

const SQLITE: &str = "SELECT m.name AS table_name, c.name AS column_name, lower(c.type) AS kind, \
    1 - c.\"notnull\" AS empty FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid";
const POSTGRES: &str = "SELECT table_name::text, column_name::text, \
    CASE data_type WHEN 'timestamp without time zone' THEN 'timestamp' WHEN 'boolean' THEN 'bool' ELSE data_type END \
    AS kind, CASE is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS empty FROM information_schema.columns \
    WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";

fn catalogue(office: &TestOffice) -> BTreeMap<String, Vec<Column>> {
    let sql = if SERVER.is_some() { POSTGRES } else { SQLITE };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in diesel::sql_query(sql)
        .load::<CatalogueRow>(&mut office.connect())
        .unwrap()
    {
        let kind = if row.kind == "boolean" {
            "bool".to_owned()
        } else {
            row.kind
        };
        tables
            .entry(row.table_name)
            .or_default()
            .push((row.column_name, kind, row.empty == 1));
    }
    tables.remove("__diesel_schema_migrations");
    tables.remove(PEN);
    // The index of words is each database's own.
    tables.retain(|name, _| !name.starts_with("version_words"));
    tables
}

#[actix_web::test]
async fn every_table_is_declared_as_the_database_describes_it() {
    let office = TestOffice::start().await;
    let declared: BTreeMap<String, Vec<Column>> = declared()
        .into_iter()
        .map(|(name, (_, columns))| {
            let columns = columns
                .into_iter()
                .map(|(name, kind, empty)| (name, kind.replace("int8", "bigint"), empty));
            (name, columns.collect())
        })
        .collect();
    let found = catalogue(&office);
    assert_eq!(declared.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
    for (name, columns) in &declared {
        assert_eq!(columns, &found[name], "{name}");
    }
}

/// The words of a text that is SQL.
fn words(sql: &str) -> BTreeSet<&str> {
    sql.split(|c: char| !c.is_alphanumeric() && c != '_').collect()
}

/// What is SQL in a file: the whole of a `.sql` file, and the string literals of code that begin as a statement does.
fn sql_of(file: &File) -> String {
    if file.path.ends_with(".sql") {
        return file
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .collect::<Vec<_>>()
            .join("\n");
    }
    let verbs = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
    let code = file.code();
    let found = literals(&code).into_iter().map(|(_, text)| text);
    found
        .filter(|text| verbs.iter().any(|verb| text.starts_with(verb)))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_table_is_named_in_one_room_only() {
    let owners = declared();
    let mut wrong = Vec::new();
    for file in files("src", ".rs").into_iter().chain(files("src", ".sql")) {
        let sql = sql_of(&file);
        for word in words(&sql) {
            if let Some((owner, _)) = owners.get(word).filter(|(owner, _)| owner != file.room()) {
                wrong.push(format!("{}: names `{word}`, a table of `{owner}`", file.path));
            }
        }
        if file.path.ends_with(".rs") && file.code().contains("::schema::") {
            let own = format!("crate::{}::schema::", file.room());
            let foreign = |line: &&str| line.contains("crate::") && line.contains("::schema::") && !line.contains(&own);
            wrong.extend(
                file.code()
                    .lines()
                    .filter(foreign)
                    .map(|line| format!("{}: {line}", file.path)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

#[actix_web::test]
async fn every_row_belongs_to_an_agency() {
    // Agencies themselves, the pen, and failed tries: who tried is not known before signing in.
    let apart = ["agencies", "guess_counters"];
    let office = TestOffice::start().await;
    let without: Vec<String> = catalogue(&office)
        .into_iter()
        .filter(|(name, columns)| {
            !apart.contains(&name.as_str()) && !columns.iter().any(|(column, _, empty)| column == "agency_id" && !empty)
        })
        .map(|(name, _)| name)
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[actix_web::test]
async fn every_foreign_key_of_sqlite_has_an_index_that_begins_with_it() {
    if SERVER.is_some() {
        return;
    }
    let office = TestOffice::start().await;
    let sql = "SELECT m.name || '(' || (SELECT group_concat(\"from\", ',') FROM (SELECT \"from\" FROM \
        pragma_foreign_key_list(m.name) WHERE id = f.id ORDER BY seq)) || ')' AS name \
        FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.seq = 0 AND NOT EXISTS \
        (SELECT 1 FROM pragma_index_list(m.name) i WHERE (SELECT count(*) FROM pragma_foreign_key_list(m.name) k \
            WHERE k.id = f.id) = (SELECT count(*) FROM pragma_index_info(i.name) x JOIN pragma_foreign_key_list(m.name) k \
            ON k.id = f.id AND k.\"from\" = x.name WHERE x.seqno < (SELECT count(*) FROM pragma_foreign_key_list(m.name) \
            WHERE id = f.id)))";
    let missing = diesel::sql_query(sql).load::<Name>(&mut office.connect()).unwrap();
    let missing: Vec<String> = missing.into_iter().map(|row| row.name).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
