//! The settings that trust depends on, asked of the very connections that the program works with.

use crate::support::{TestOffice, databases::SERVER};
use diesel::prelude::*;
use quytrinh::db::AnyConnection;
use quytrinh::web::Failure;

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn ask(conn: &mut AnyConnection, sql: &str) -> String {
    diesel::sql_query(sql).get_result::<Setting>(conn).expect(sql).value
}

/// Setting, its column where that has another name, and what it must be (2 is FULL).
const SQLITE: [(&str, &str, &str); 8] = [
    ("journal_mode", "journal_mode", "wal"),
    ("synchronous", "synchronous", "2"),
    ("foreign_keys", "foreign_keys", "1"),
    ("busy_timeout", "timeout", "5000"),
    ("trusted_schema", "trusted_schema", "0"),
    ("cell_size_check", "cell_size_check", "1"),
    ("secure_delete", "secure_delete", "1"),
    ("ignore_check_constraints", "ignore_check_constraints", "0"),
];

fn sqlite_settings(conn: &mut AnyConnection) -> Vec<(&'static str, String)> {
    let ask_one = |(name, column, _): (&'static str, &str, &str)| {
        (
            name,
            ask(
                conn,
                &format!("SELECT CAST({column} AS TEXT) AS value FROM pragma_{name}"),
            ),
        )
    };
    SQLITE.map(ask_one).to_vec()
}

#[actix_web::test]
async fn sqlite_is_set_as_trust_demands_on_readers_and_on_the_writer() {
    if SERVER.is_some() {
        return;
    }
    let office = TestOffice::start().await;
    let wanted: Vec<_> = SQLITE
        .iter()
        .map(|(name, _, value)| (*name, (*value).to_owned()))
        .collect();
    assert_eq!(
        office
            .read(|work| Ok::<_, Failure>(sqlite_settings(work.conn)))
            .unwrap(),
        wanted
    );
    let query_only = office.read(|work| {
        Ok::<_, Failure>(ask(
            work.conn,
            "SELECT CAST(query_only AS TEXT) AS value FROM pragma_query_only",
        ))
    });
    assert_eq!(query_only.unwrap(), "1");
    let written = office.act(|work| {
        let found = sqlite_settings(work.conn);
        work.record("test.asked", ("test", "settings"), serde_json::json!({}));
        Ok(found)
    });
    assert_eq!(written.unwrap(), wanted);
}

#[actix_web::test]
async fn postgres_is_set_as_trust_demands_on_readers_and_on_the_writer() {
    if SERVER.is_none() {
        return;
    }
    let office = TestOffice::start().await;
    let setting =
        |conn: &mut AnyConnection, name: &str| ask(conn, &format!("SELECT current_setting('{name}') AS value"));
    let read_only = office.read(|work| Ok::<_, Failure>(setting(work.conn, "default_transaction_read_only")));
    assert_eq!(read_only.unwrap(), "on");
    let written = office.act(move |work| {
        let found = ["synchronous_commit", "TimeZone"].map(|name| setting(work.conn, name));
        work.record("test.asked", ("test", "settings"), serde_json::json!({}));
        Ok(found)
    });
    assert_eq!(written.unwrap(), ["on", "UTC"]);
}
