//! A database for each test: a copied file, or a copy made by the PostgreSQL server named in `TEST_POSTGRES_URL`.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use quytrinh::app::open_database;
use quytrinh::db::{AnyConnection, Db};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// The server on which tests run; without one they run on SQLite.
pub static SERVER: LazyLock<Option<String>> = LazyLock::new(|| {
    #[expect(clippy::disallowed_methods, reason = "the one setting of the tests")]
    std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
});

static TAKEN: AtomicUsize = AtomicUsize::new(0);

/// A database that is there for one test.
pub struct TestDatabase {
    /// Where it is, as [`Db::open`] takes it.
    pub url: String,
    /// A folder for the attached files of the test, and for its SQLite file.
    pub folder: TempDir,
}

/// Memory rather than disk where there is some: tests make many databases, and each commit waits for its disk.
pub fn new_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder for a test")
}

fn name_of_next() -> String {
    format!(
        "quytrinh_test_{}_{}",
        std::process::id(),
        TAKEN.fetch_add(1, Ordering::Relaxed)
    )
}

/// The address of another database on the same server.
fn beside(server: &str, name: &str) -> String {
    let (head, query) = server
        .split_once('?')
        .map_or((server, String::new()), |(head, rest)| (head, format!("?{rest}")));
    let (head, _) = head.rsplit_once('/').expect("postgres://…/database");
    format!("{head}/{name}{query}")
}

/// A connection past every rule of the house.
pub fn connect(url: &str) -> AnyConnection {
    let mut conn = AnyConnection::establish(url).expect("the database of the test opens");
    if SERVER.is_none() {
        conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;")
            .expect("patience");
    }
    conn
}

fn on_server(server: &str, sql: &str) -> Result<(), diesel::result::Error> {
    PgConnection::establish(server)
        .expect("the server of TEST_POSTGRES_URL answers")
        .batch_execute(sql)
}

/// Runs `prepare` once on a migrated database; every test begins with a copy of what it left.
pub struct Template {
    url: String,
    _folder: TempDir,
}

impl Template {
    /// A migrated database, prepared.
    pub fn new(prepare: impl FnOnce(&Db)) -> Self {
        let folder = new_folder();
        let url = match SERVER.as_deref() {
            Some(server) => {
                let name = name_of_next();
                on_server(server, &format!("CREATE DATABASE {name}")).expect("a template");
                prepare(&open_database(&beside(server, &name)).expect("the template opens"));
                name
            }
            None => {
                let made = folder.path().join("made.db");
                let db = open_database(made.to_str().unwrap()).expect("the template opens");
                prepare(&db);
                // A second connection copies what is committed, wherever the write-ahead log stands.
                let copy = folder.path().join("template.db");
                connect(made.to_str().unwrap())
                    .batch_execute(&format!("VACUUM INTO '{}'", copy.display()))
                    .expect("the template is copied");
                copy.to_str().unwrap().to_owned()
            }
        };
        Self { url, _folder: folder }
    }

    /// A database of its own for a test.
    pub fn copy(&self) -> TestDatabase {
        let folder = new_folder();
        let url = match SERVER.as_deref() {
            Some(server) => copy_on_server(server, &self.url),
            None => {
                let file: PathBuf = folder.path().join("quytrinh.db");
                std::fs::copy(&self.url, &file).expect("a copy of the template");
                file.to_str().unwrap().to_owned()
            }
        };
        TestDatabase { url, folder }
    }
}

/// A database without anything in it.
pub fn empty() -> TestDatabase {
    let folder = new_folder();
    let url = match SERVER.as_deref() {
        Some(server) => {
            let name = name_of_next();
            on_server(server, &format!("CREATE DATABASE {name}")).expect("a database");
            beside(server, &name)
        }
        None => folder.path().join("quytrinh.db").to_str().unwrap().to_owned(),
    };
    TestDatabase { url, folder }
}

fn copy_on_server(server: &str, template: &str) -> String {
    let name = name_of_next();
    let leave = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'");
    // The pool that prepared the template closes its connections in its own time.
    for patience in 0..50_u64 {
        on_server(server, &leave).expect("asking others to leave the template");
        if on_server(server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).is_ok() {
            return beside(server, &name);
        }
        std::thread::sleep(Duration::from_millis(10 * patience));
    }
    panic!("the template {template} stays in use");
}

impl TestDatabase {
    /// A connection that may do anything, past every rule of the house: to look, and to plant faults.
    pub fn connect(&self) -> AnyConnection {
        connect(&self.url)
    }
}

/// One text of an answer.
#[derive(QueryableByName)]
pub struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub value: String,
}

/// The first column of what a query finds, which is named `value`.
pub fn lines(conn: &mut AnyConnection, sql: &str) -> Vec<String> {
    diesel::sql_query(sql)
        .load::<Line>(conn)
        .expect(sql)
        .into_iter()
        .map(|line| line.value)
        .collect()
}

/// The statement that lists all tables, and for each one the statement that lists its rows.
const SQLITE_ROWS: &str = "SELECT 'SELECT json_array(' || group_concat('\"' || c.name || '\"', ',') || ') AS value FROM ' \
    || m.name || ' ORDER BY 1' AS value FROM sqlite_master m JOIN pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT IN ('ledger_pen', 'sqlite_sequence') \
    AND m.name NOT LIKE 'version_words%' GROUP BY m.name ORDER BY m.name";
const POSTGRES_ROWS: &str = "SELECT 'SELECT row_to_json(t)::text AS value FROM ' || table_name || ' t ORDER BY 1' AS value \
    FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT IN ('ledger_pen', 'version_words') \
    ORDER BY table_name";

/// Every row of every table, in one order; without the pen, which a refused change has taken too, and the index of words.
pub fn all_rows(conn: &mut AnyConnection) -> Vec<String> {
    rows_by_table(conn).into_values().flatten().collect()
}

/// The same rows, by table.
pub fn rows_by_table(conn: &mut AnyConnection) -> BTreeMap<String, Vec<String>> {
    let statements = lines(conn, if SERVER.is_some() { POSTGRES_ROWS } else { SQLITE_ROWS });
    let mut rows = BTreeMap::new();
    for sql in statements {
        let (_, table) = sql.rsplit_once(" FROM ").expect("a table");
        let table = table.split(' ').next().unwrap_or_default().to_owned();
        rows.insert(table, lines(conn, &sql));
    }
    rows
}

/// Every column that holds text, as `table.column`.
pub fn text_columns(conn: &mut AnyConnection) -> Vec<String> {
    let sql = if SERVER.is_some() {
        "SELECT table_name || '.' || column_name AS value FROM information_schema.columns \
         WHERE table_schema = 'public' AND data_type = 'text' ORDER BY 1"
    } else {
        "SELECT m.name || '.' || c.name AS value FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND c.type = 'TEXT' ORDER BY 1"
    };
    lines(conn, sql)
}

/// A connection on which neither guards nor keys between tables stop anything.
pub fn free_hand(url: &str) -> AnyConnection {
    let mut conn = connect(url);
    if SERVER.is_some() {
        conn.batch_execute("SET session_replication_role = replica")
            .expect("no guards");
    } else {
        for name in lines(
            &mut conn,
            "SELECT name AS value FROM sqlite_master WHERE type = 'trigger'",
        ) {
            conn.batch_execute(&format!("DROP TRIGGER {name}")).expect("no guards");
        }
        conn.batch_execute("PRAGMA foreign_keys = OFF").expect("no keys");
    }
    conn
}

/// Runs a statement past the guards, as somebody with the rights of the operator could.
pub fn unguarded(url: &str, sql: &str) {
    let mut conn = free_hand(url);
    let changed = diesel::sql_query(sql).execute(&mut conn).expect(sql);
    assert!(changed > 0, "{sql}");
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(server) = SERVER.as_deref() {
            let name = self
                .url
                .split('?')
                .next()
                .unwrap_or_default()
                .rsplit('/')
                .next()
                .unwrap_or_default();
            // A database that stays behind goes with the server of the run.
            drop(on_server(
                server,
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            ));
        }
    }
}

/// How many rows each table of an embedded database has. Left out is what the program does by itself at any time (telling
/// people what is their turn, sealing the ledger, taking its backup), what opening a page of a case traces, and the insides of indices.
pub fn table_counts(conn: &mut AnyConnection) -> BTreeMap<String, i64> {
    let names = lines(
        conn,
        "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' \
        AND name NOT LIKE 'version_words%' AND name NOT IN ('notices', 'letters', 'ledger_leaves', 'ledger_nodes', \
        'ledger_checkpoints', 'personal_accesses', 'backup_runs')",
    );
    let count = |conn: &mut AnyConnection, name: &str| {
        let only = match name {
            "ledger" => "WHERE actor_kind <> 'house' AND act NOT IN ('personal_data.shown', 'session.renewed')",
            "counters" => "WHERE name <> 'backup_run'",
            _ => "",
        };
        let counted = lines(
            conn,
            &format!("SELECT CAST(count(*) AS TEXT) AS value FROM {name} {only}"),
        );
        counted[0].parse().expect("a number")
    };
    names
        .into_iter()
        .map(|name| {
            let rows = count(conn, &name);
            (name, rows)
        })
        .collect()
}
