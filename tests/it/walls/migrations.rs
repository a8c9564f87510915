//! Migrations: each can be undone, and doing it again gives the same tables.

use super::files::text;
use crate::support::databases::SERVER;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = diesel::sql_types::Text)]
    sql: String,
}

/// Everything in the catalogue, in an order of its own.
fn catalogue(conn: &mut SqliteConnection) -> Vec<String> {
    let sql = "SELECT coalesce(sql, name) AS sql FROM sqlite_master WHERE name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' \
        AND tbl_name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY type, name";
    diesel::sql_query(sql)
        .load::<Made>(conn)
        .unwrap()
        .into_iter()
        .map(|made| made.sql)
        .collect()
}

#[test]
fn up_down_and_up_again_gives_the_same_tables() {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute("PRAGMA foreign_keys = ON").unwrap();
    conn.run_pending_migrations(MIGRATIONS).unwrap();
    let first = catalogue(&mut conn);
    assert!(first.len() > 20);
    conn.revert_all_migrations(MIGRATIONS).unwrap();
    assert_eq!(
        catalogue(&mut conn),
        Vec::<String>::new(),
        "what is left after going down"
    );
    conn.run_pending_migrations(MIGRATIONS).unwrap();
    assert_eq!(catalogue(&mut conn), first);
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    if SERVER.is_some() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("newer.db");
    let path = file.to_str().unwrap();
    quytrinh::app::open_database(path).map(drop).unwrap();
    SqliteConnection::establish(path)
        .unwrap()
        .batch_execute(
            "PRAGMA busy_timeout = 5000; INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')",
        )
        .unwrap();
    let refused = quytrinh::app::open_database(path).map(drop).unwrap_err();
    assert!(refused.to_string().contains("99990101000000"), "{refused}");
}

#[test]
fn the_policy_in_docs_is_the_policy_of_the_program() {
    assert_eq!(
        text("docs/policy.txt"),
        quytrinh::people::policy_table(),
        "who may do what has changed: `cargo run -- policy > docs/policy.txt`, and let its owner read it"
    );
}
