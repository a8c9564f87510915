//! A small office with a sealed book, whose database a test may damage in any way and verify again.

use crate::support::TestOffice;
use crate::support::databases::{SERVER, TestDatabase, lines};
use diesel::connection::SimpleConnection;
use quytrinh::book::{self, Checked, Outcome, Vault};
use quytrinh::db::Db;
use quytrinh::kernel::{AccessRole, Language};
use std::path::Path;

/// What every test of the ledger begins with: people, positions, their holders, holidays; sealed.
pub async fn sealed_office() -> TestOffice {
    let office = TestOffice::start().await;
    for name in ["an", "binh", "chi"] {
        office.person(name, &[AccessRole::Official]);
    }
    for (code, name) in [("VT", "an"), ("DC", "binh"), ("TP", "chi")] {
        office.position(code, &format!("Công chức {code}"));
        office.holds(name, code);
    }
    seal(&office);
    office
}

/// Where the office keeps keys and notes.
pub fn vault(office: &TestOffice) -> Vault {
    Vault::new(office.database.folder.path(), Some("https://xa-thu.example"), None)
}

/// Keys and notes of another server, which was set up with copies of those that the office has now.
pub fn vault_of_another(office: &TestOffice, name: &str) -> Vault {
    let (from, to) = (office.database.folder.path(), office.database.folder.path().join(name));
    for folder in ["keys", "checkpoints"] {
        std::fs::create_dir_all(to.join(folder)).unwrap();
        for entry in std::fs::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(folder).join(entry.file_name())).unwrap();
        }
    }
    Vault::new(&to, Some("https://xa-thu.example"), None)
}

/// Seals every book of the office.
pub fn seal(office: &TestOffice) -> usize {
    book::seal_all(&office.site.db, &vault(office), &office.site.clock).unwrap()
}

/// Verifies the database as it stands; what cannot be read is the outcome for that.
pub fn verify_at(url: &str, folder: &Path, rows: bool) -> Result<Checked, String> {
    let vault = Vault::new(folder, None, None);
    let db = Db::open_to_read(url, 1).map_err(|cause| cause.to_string())?;
    book::check(&db, &vault, folder, rows).map_err(|cause| cause.to_string())
}

/// Verifies the office.
pub fn verify(office: &TestOffice) -> Checked {
    verify_at(&office.database.url, office.database.folder.path(), true).unwrap()
}

/// What the report says about the office, in English.
pub fn said(checked: &Checked) -> String {
    book::report(checked, crate::support::pages().words(), Language::En)
}

/// Runs SQL past the program, guards and foreign keys out of the way; afterwards the guards stand again as they were.
pub fn past_the_program(database: &TestDatabase, sql: &str) {
    let mut conn = database.connect();
    if SERVER.is_some() {
        conn.batch_execute("SET session_replication_role = replica").unwrap();
        conn.batch_execute(sql).unwrap();
        return;
    }
    let triggers = lines(
        &mut conn,
        "SELECT sql AS value FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    );
    let names = lines(
        &mut conn,
        "SELECT name AS value FROM sqlite_master WHERE type = 'trigger'",
    );
    conn.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; BEGIN")
        .unwrap();
    for name in names {
        conn.batch_execute(&format!("DROP TRIGGER \"{name}\"")).unwrap();
    }
    conn.batch_execute(sql).expect(sql);
    for trigger in triggers {
        conn.batch_execute(&trigger).unwrap();
    }
    conn.batch_execute("COMMIT").unwrap();
}

/// A copy of the database in one file of its own (SQLite).
pub fn copy_of(office: &TestOffice, folder: &Path) -> std::path::PathBuf {
    let copy = folder.join("copy.db");
    office
        .connect()
        .batch_execute(&format!("VACUUM INTO '{}'", copy.display()))
        .unwrap();
    copy
}

/// The control of every test: an office that nobody touched is in order.
#[track_caller]
pub fn in_order(office: &TestOffice) {
    let checked = verify(office);
    assert_eq!(checked.outcome, Outcome::Ok, "{}", said(&checked));
    assert!(checked.rows.values().sum::<u64>() > 20, "{:?}", checked.rows);
}
