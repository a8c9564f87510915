//! Counts what is written, row by row, so that a test can ask after every request whether anything changed: a digest of the
//! whole database costs as much as many requests.

use super::TestOffice;
use super::databases::{SERVER, lines};
use diesel::connection::SimpleConnection;
use quytrinh::db::AnyConnection;
use std::cell::RefCell;

/// The tables whose rows [`TestOffice::digest`] looks at.
const SQLITE_TABLES: &str = "SELECT name AS value FROM sqlite_master WHERE type = 'table' \
    AND name NOT IN ('ledger_pen', 'sqlite_sequence') AND name NOT LIKE 'version_words%' ORDER BY name";
const POSTGRES_TABLES: &str = "SELECT table_name::text AS value FROM information_schema.tables \
    WHERE table_schema = 'public' AND table_name NOT IN ('ledger_pen', 'version_words') ORDER BY table_name";

/// A counter in the database of an office that every row counts that is put in, changed or taken out of any table but the
/// pen. What is rolled back is not counted.
pub struct Changes {
    conn: RefCell<AnyConnection>,
    known: RefCell<(i64, Vec<String>)>,
    /// How many tables are watched.
    pub tables: usize,
}

impl Changes {
    /// Begins to count.
    pub fn watch(office: &TestOffice) -> Self {
        let mut conn = office.connect();
        let tables = lines(
            &mut conn,
            if SERVER.is_some() {
                POSTGRES_TABLES
            } else {
                SQLITE_TABLES
            },
        );
        conn.batch_execute("CREATE TABLE sweep_changes (name TEXT PRIMARY KEY, counted BIGINT NOT NULL)")
            .expect("the counter");
        if SERVER.is_some() {
            conn.batch_execute(
                "CREATE FUNCTION sweep_count() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN UPDATE sweep_changes SET counted = counted + 1 WHERE name = TG_TABLE_NAME; RETURN NULL; END $$",
            )
            .expect("the function");
        }
        for table in &tables {
            let sql = if SERVER.is_some() {
                format!(
                    "CREATE TRIGGER sweep AFTER INSERT OR UPDATE OR DELETE ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION sweep_count()"
                )
            } else {
                let one = |event: &str| {
                    format!(
                        "CREATE TRIGGER sweep_{table}_{event} AFTER {event} ON {table} \
                         BEGIN UPDATE sweep_changes SET counted = counted + 1 WHERE name = '{table}'; END;"
                    )
                };
                ["INSERT", "UPDATE", "DELETE"].map(one).concat()
            };
            conn.batch_execute(&format!("INSERT INTO sweep_changes VALUES ('{table}', 0)"))
                .expect("a counter");
            conn.batch_execute(&sql).expect(&sql);
        }
        Self {
            conn: RefCell::new(conn),
            known: RefCell::default(),
            tables: tables.len(),
        }
    }

    /// How many rows were written until now.
    pub fn rows(&self) -> i64 {
        let told = lines(
            &mut self.conn.borrow_mut(),
            "SELECT CAST(sum(counted) AS TEXT) AS value FROM sweep_changes",
        );
        told[0].parse().expect("a number")
    }

    /// The tables that were written to since this was last asked.
    pub fn written(&self) -> Vec<String> {
        let rows = self.rows();
        let mut known = self.known.borrow_mut();
        if known.0 == rows {
            return Vec::new();
        }
        let sql =
            "SELECT name || ' ' || CAST(counted AS TEXT) AS value FROM sweep_changes WHERE counted > 0 ORDER BY name";
        let now = lines(&mut self.conn.borrow_mut(), sql);
        let moved = now.iter().filter(|line| !known.1.contains(line));
        let names = moved
            .filter_map(|line| line.split(' ').next().map(ToOwned::to_owned))
            .collect();
        *known = (rows, now);
        names
    }

    /// The control: a row that is written with its own value is counted.
    pub fn must_see_a_write(&self, office: &TestOffice) {
        let before = self.rows();
        let written = "UPDATE persons SET row_version = row_version + 1 WHERE id = (SELECT min(id) FROM persons)";
        office.connect().batch_execute(written).expect(written);
        assert!(self.rows() > before, "a row was written and not counted");
    }
}
