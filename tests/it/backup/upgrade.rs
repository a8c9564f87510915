//! Databases of older programs: migrated whole, whenever the program is killed in the middle; copied before; and the files
//! that each release leaves for the tests of the next.

use super::place::Fresh;
use crate::support::databases::{SERVER, Template, TestDatabase, all_rows, lines};
use crate::support::opening;
use crate::support::rounds::{figure, rounds};
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use flate2::read::GzDecoder;
use quytrinh::app::open_database;
use quytrinh::backup::check_restored;
use quytrinh::db::AnyConnection;
use quytrinh::demo::{self, DemoSize};
use quytrinh::web::Failure;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// How many migrations are taken back to make an old database.
const BACK: usize = 22;
/// How often a migration is killed.
const KILLS: u32 = 20;
/// Tells the child which database it opens.
const CHILD: &str = "QUYTRINH_TEST_OPENS";

/// A demo office at the schema of some migrations ago.
static OLD: LazyLock<Template> = LazyLock::new(|| {
    Template::new(|db| {
        let keys = tempfile::tempdir().expect("a folder");
        let keyring = quytrinh::db::Keyring::open(keys.path(), None).expect("keys");
        let db = db.clone().with_keys(keyring);
        demo::lay_down(&db, opening(), DemoSize { seed: 1, cases: 3 }).expect("the demo office");
        let mut conn = crate::support::databases::connect(db.url());
        if SERVER.is_none() {
            for name in lines(
                &mut conn,
                "SELECT name AS value FROM sqlite_master WHERE type = 'trigger'",
            ) {
                conn.batch_execute(&format!("DROP TRIGGER {name}")).unwrap();
            }
        }
        for _ in 0..BACK {
            let back = match &mut conn {
                AnyConnection::Sqlite(conn) => conn.revert_last_migration(MIGRATIONS).map(drop),
                AnyConnection::Postgres(conn) => conn.revert_last_migration(MIGRATIONS).map(drop),
            };
            back.unwrap_or_else(|cause| panic!("a migration is taken back: {cause}"));
        }
        // Before there was a tree, no entry of the ledger said by which schema it goes on.
        if SERVER.is_some() {
            conn.batch_execute("SET session_replication_role = replica").unwrap();
        }
        conn.batch_execute("UPDATE ledger SET object_kind = 'office' WHERE object_kind = 'schema'")
            .unwrap();
    })
});

fn opened(database: &TestDatabase) -> Vec<String> {
    drop(open_database(&database.url).expect("an old database is migrated"));
    all_rows(&mut database.connect())
        .into_iter()
        .filter(|row| !row.contains("run_on"))
        .filter(|row| !is_of_migrations(row) && !is_of_the_book(row))
        .collect()
}

/// A row of the ledger's tree, or of what it says of schemas: it has the time at which it was written.
fn is_of_the_book(row: &str) -> bool {
    row.contains("\\\"act\\\"") || row.contains("\"schema\"") || row.matches(',').count() == 2
}

/// A row of the list of migrations, which holds the time of each: `["2026…","2026-…"]`.
fn is_of_migrations(row: &str) -> bool {
    row.starts_with("[\"2026") && row.len() < 50
}

/// Not a test by itself: what the child does that is killed.
#[test]
fn the_child_opens_the_database_that_it_is_told() {
    #[expect(clippy::disallowed_methods, reason = "how a child of the test is told what to open")]
    if let Ok(url) = std::env::var(CHILD) {
        drop(open_database(&url).expect("the child migrates"));
    }
}

fn child(url: &str) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "backup::upgrade::the_child_opens_the_database_that_it_is_told",
        ])
        .env(CHILD, url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Of the embedded database only: to take migrations back on a server, its guards would have to be taken back with them.
#[test]
fn a_migration_that_is_killed_at_any_moment_goes_on_where_it_was() {
    if SERVER.is_some() {
        return;
    }
    let whole = OLD.copy();
    let before = lines(&mut whole.connect(), "SELECT count(*) || '' AS value FROM cases");
    let begun = Instant::now();
    assert!(child(&whole.url).wait().unwrap().success());
    let takes = begun.elapsed();
    let wanted = opened(&whole);
    assert!(wanted.len() > 100, "the old database is not empty");
    assert_eq!(
        lines(&mut whole.connect(), "SELECT count(*) || '' AS value FROM cases"),
        before
    );
    let mut cut = 0;
    for round in 1..=KILLS {
        let database = OLD.copy();
        let head = |database: &TestDatabase| {
            lines(
                &mut database.connect(),
                "SELECT count(*) || '' AS value FROM __diesel_schema_migrations",
            )
            .remove(0)
        };
        let first = head(&database);
        let mut running = child(&database.url);
        // The first third of the time, the child only starts.
        let after = takes / 3 + takes * round * 2 / (3 * KILLS);
        std::thread::sleep(after);
        running.kill().unwrap();
        running.wait().unwrap();
        let now = head(&database);
        cut += usize::from(now != first && now != head(&whole));
        let found = opened(&database);
        let lost: Vec<&String> = wanted.iter().filter(|row| !found.contains(row)).collect();
        let more: Vec<&String> = found.iter().filter(|row| !wanted.contains(row)).collect();
        assert!(
            lost.is_empty() && more.is_empty(),
            "killed after {after:?} of {takes:?}: lost {lost:?}, more {more:?}"
        );
        let wrong = open_database(&database.url)
            .unwrap()
            .read(|conn| Ok::<_, Failure>(quytrinh::db::faults(conn)?))
            .unwrap();
        assert_eq!(wrong, Vec::<String>::new());
    }
    // The control: one value that is another than before is seen by the same look.
    let other = "UPDATE positions SET name = name || '.' WHERE id = (SELECT min(id) FROM positions)";
    whole.connect().batch_execute(other).unwrap();
    assert_ne!(opened(&whole), wanted);
    figure(
        "D11",
        &format!("{KILLS} kills while {BACK} migrations ran, {cut} between two of them: all went on, data equal"),
    );
}

/// What a kill between two migrations leaves, at each of them: chance does not choose every place.
#[test]
fn a_database_that_was_left_after_any_migration_is_migrated_whole() {
    if SERVER.is_some() {
        return;
    }
    let wanted = opened(&OLD.copy());
    for done in 1..=BACK {
        let database = OLD.copy();
        let AnyConnection::Sqlite(mut conn) = database.connect() else {
            panic!("not the embedded database");
        };
        for _ in 0..done {
            conn.run_next_migration(MIGRATIONS).unwrap();
        }
        drop(conn);
        let found = opened(&database);
        assert!(found.iter().eq(&wanted), "left after {done} of {BACK} migrations");
    }
}

/// How many cases, with all that was done in them, an old office has which is migrated and timed.
const MANY: usize = 1000;

/// Makes cases out of those that are there, `times` copies of each, with their applicants, events and entries of the ledger.
fn multiply(conn: &mut AnyConnection, times: usize) {
    let copies = format!("WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {times})");
    for table in ["cases", "case_applicants", "case_events", "ledger"] {
        let names = format!("SELECT name AS value FROM pragma_table_info('{table}') ORDER BY cid");
        let names = lines(conn, &names);
        let value = |name: &String| match (table, name.as_str()) {
            // Entries are numbered on without gaps in each agency.
            ("ledger", "seq") => "(SELECT max(seq) FROM ledger l WHERE l.agency_id = t.agency_id) \
                + row_number() OVER (PARTITION BY t.agency_id ORDER BY n.k, t.seq)"
                .to_owned(),
            ("ledger", "object_id") | (_, "id" | "case_id" | "code") => format!("t.{name} || '-' || n.k"),
            (_, name) => format!("t.{name}"),
        };
        let values: Vec<String> = names.iter().map(value).collect();
        let only = if table == "ledger" {
            "WHERE t.act LIKE 'case.%'"
        } else {
            ""
        };
        let sql = format!(
            "{copies} INSERT INTO {table} ({}) SELECT {} FROM n, {table} t {only}",
            names.join(", "),
            values.join(", ")
        );
        conn.batch_execute(&sql).expect(&sql);
    }
}

#[test]
fn a_large_old_office_is_migrated_in_minutes() {
    if SERVER.is_some() {
        return;
    }
    let (asked, database) = (rounds("D11", MANY), OLD.copy());
    let count = |sql: &str| lines(&mut database.connect(), sql).remove(0).parse::<usize>().unwrap();
    let few = count("SELECT count(*) || '' AS value FROM cases");
    multiply(&mut database.connect(), asked / few);
    let cases = count("SELECT count(*) || '' AS value FROM cases");
    assert!(cases >= asked - few, "{cases}");
    let begun = Instant::now();
    let db = open_database(&database.url).expect("a large old database is migrated");
    let took = begun.elapsed();
    let leaves = count("SELECT count(*) || '' AS value FROM ledger_leaves");
    assert!(leaves > 3 * cases, "{leaves} leaves of {cases} cases");
    assert_eq!(count("SELECT count(*) || '' AS value FROM cases"), cases);
    let wrong = db.read(|conn| Ok::<_, Failure>(quytrinh::db::faults(conn)?)).unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    figure(
        "D11",
        &format!(
            "{cases} cases with {leaves} leaves migrated over {BACK} migrations in {:.1} s",
            took.as_secs_f64()
        ),
    );
}

#[test]
fn the_database_is_copied_before_it_is_migrated_and_two_copies_stay() {
    if SERVER.is_some() {
        return;
    }
    let database = OLD.copy();
    let folder = database.folder.path();
    let copies = || {
        let entries = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name.contains("before"));
        names.sort();
        names
    };
    let rows = |path: &Path| {
        let mut conn = crate::support::databases::connect(path.to_str().unwrap());
        all_rows(&mut conn)
    };
    let pen = |path: &Path| {
        let mut conn = crate::support::databases::connect(path.to_str().unwrap());
        lines(&mut conn, "SELECT taken || '' AS value FROM ledger_pen").remove(0)
    };
    let old = rows(&folder.join("quytrinh.db"));
    let migrate = || assert!(child(&database.url).wait().unwrap().success());
    migrate();
    let first = copies();
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(rows(&folder.join(&first[0])), old, "the copy is what was before");
    migrate();
    assert_eq!(copies(), first, "nothing to migrate, nothing to copy");
    // The office is put back to an old state, worked with and migrated again: each state has its copy, two stay.
    let mut states = Vec::new();
    for round in 1..=3 {
        for ending in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(folder.join(format!("quytrinh.db{ending}"))));
        }
        let again = OLD.copy();
        std::fs::copy(&again.url, folder.join("quytrinh.db")).unwrap();
        let worked = format!("UPDATE ledger_pen SET taken = taken + {round}");
        database.connect().batch_execute(&worked).unwrap();
        states.push(pen(&folder.join("quytrinh.db")));
        migrate();
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut kept: Vec<String> = copies().iter().map(|name| pen(&folder.join(name))).collect();
    kept.sort();
    assert_eq!(kept, states[1..]);
}

/// Each file of a release: a backup of a small demo office, as that release wrote it.
#[test]
fn the_backup_of_each_release_is_restored_and_opens_with_its_data() {
    if SERVER.is_some() {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/upgrade");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "gz") {
            continue;
        }
        assert!(
            path.metadata().unwrap().len() < 1 << 20,
            "{} is too large",
            path.display()
        );
        let mut bytes = Vec::new();
        GzDecoder::new(std::fs::File::open(&path).unwrap())
            .read_to_end(&mut bytes)
            .unwrap();
        let fresh = Fresh::new();
        let backup = fresh.folder.path().join("backup.tar");
        std::fs::write(&backup, bytes).unwrap();
        let (restored, db) = fresh
            .restore(&backup, None)
            .unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        assert_eq!(check_restored(&db, &fresh.data().join("files")).unwrap(), []);
        let (documents, cases) = db
            .read(|conn| {
                let of =
                    |conn: &mut AnyConnection, table| lines(conn, &format!("SELECT id AS value FROM {table}")).len();
                Ok::<_, Failure>((of(conn, "documents"), of(conn, "cases")))
            })
            .unwrap();
        assert!(documents > 20 && cases >= 3, "{documents} documents, {cases} cases");
        assert!(restored.manifest.agencies.iter().all(|agency| agency.ledger > 100));
        count += 1;
    }
    assert!(count > 0, "no release left a file");
}
