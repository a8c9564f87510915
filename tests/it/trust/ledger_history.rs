//! T2: history can neither be cut short nor made anew, given one older note.

use super::ledger_office::{past_the_program, seal, sealed_office, vault, verify};
use crate::support::TestOffice;
use crate::support::databases::{SERVER, lines};
use diesel::connection::SimpleConnection;
use quytrinh::app::open_database;
use quytrinh::book::{self, Outcome, Vault};
use quytrinh::db::{AnyConnection, Db, Halt};
use quytrinh::kernel::AccessRole;
use quytrinh::ledger::LOG;
use quytrinh::proofs::Checkpoint;

/// Puts the database back to a copy of before, as who restores an old backup would.
fn roll_back(office: &TestOffice, copy: &std::path::Path) -> Db {
    let old = office.database.folder.path().join("old.db");
    std::fs::copy(copy, &old).unwrap();
    open_database(old.to_str().unwrap()).unwrap()
}

fn copied(office: &TestOffice) -> std::path::PathBuf {
    let copy = office.database.folder.path().join("before.db");
    office
        .connect()
        .batch_execute(&format!("VACUUM INTO '{}'", copy.display()))
        .unwrap();
    copy
}

#[actix_web::test]
async fn a_database_that_was_set_back_is_refused_until_somebody_answers_for_it() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let copy = copied(&office);
    // The control: the copy is in order as long as nothing was added.
    let same = roll_back(&office, &copy);
    book::check_guards(&same, &vault(&office)).unwrap();
    assert_eq!(same.halted(), None);
    drop(same);

    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    let old = roll_back(&office, &copy);
    book::check_guards(&old, &vault(&office)).unwrap();
    assert_eq!(old.halted(), Some(Halt::RolledBack));
}

#[actix_web::test]
async fn another_history_of_the_same_length_is_refused_although_it_is_signed() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let copy = copied(&office);
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    let kept = vault(&office).last_note("H38.99.01").unwrap().unwrap();

    // The same act on the copy is another history: other ids, so other leaves; the true key signs it.
    let other = roll_back(&office, &copy);
    let actor = quytrinh::kernel::Actor::house(office.agency.clone(), office.site.clock.now());
    quytrinh::ledger::change(&other, actor, |work| {
        work.record("something.else", ("agency", "x"), serde_json::json!({}));
        Ok::<_, quytrinh::web::Failure>(())
    })
    .unwrap();
    // Only somebody who takes the notes away as well gets it signed.
    for code in ["H38.99.01", LOG] {
        std::fs::remove_file(vault(&office).note_file(code)).unwrap();
    }
    assert!(book::seal_all(&other, &vault(&office), &office.site.clock).unwrap() > 0);
    vault(&office).keep_note("H38.99.01", &kept).unwrap();
    book::check_guards(&other, &vault(&office)).unwrap();
    assert_eq!(other.halted(), Some(Halt::RolledBack));
}

/// Puts every row back to what it was in the copy, under the running program: what a restored server at the same address
/// is, or somebody who may do everything in the database and has no key.
fn set_back_in_place(office: &TestOffice, copy: &std::path::Path) {
    let mut conn = office.connect();
    let of = |conn: &mut AnyConnection, what: &str, kind: &str| {
        let asked = format!(
            "SELECT {what} AS value FROM main.sqlite_master WHERE type = '{kind}' AND name NOT LIKE 'sqlite_%' \
             AND name NOT LIKE 'version_words%' AND name <> 'version_search' ORDER BY name"
        );
        lines(conn, &asked)
    };
    let tables = of(&mut conn, "name", "table");
    let (names, triggers) = (of(&mut conn, "name", "trigger"), of(&mut conn, "sql", "trigger"));
    conn.batch_execute(&format!(
        "PRAGMA foreign_keys = OFF; ATTACH '{}' AS old; BEGIN",
        copy.display()
    ))
    .unwrap();
    for name in names {
        conn.batch_execute(&format!("DROP TRIGGER \"{name}\"")).unwrap();
    }
    for table in tables {
        let back = format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM old.{table}");
        conn.batch_execute(&back).unwrap();
    }
    for trigger in triggers {
        conn.batch_execute(&trigger).unwrap();
    }
    conn.batch_execute("COMMIT").unwrap();
}

#[actix_web::test]
async fn a_book_that_is_set_back_under_the_running_program_is_not_signed_again() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let copy = copied(&office);
    office.person("dung", &[AccessRole::Official]);
    // The control: what follows the note outside is signed.
    assert_eq!(seal(&office), 1);
    let kept = vault(&office).last_note("H38.99.01").unwrap();
    set_back_in_place(&office, &copy);
    // It grows beyond what was lost, and still nobody signs it, nor is the note outside written over.
    for name in ["giang", "hoa", "khanh"] {
        office.person(name, &[AccessRole::Official]);
    }
    assert_eq!(seal(&office), 0);
    assert_eq!(office.site.db.halted(), Some(Halt::RolledBack));
    assert_eq!(vault(&office).last_note("H38.99.01").unwrap(), kept);
}

#[actix_web::test]
async fn a_checkpoint_that_no_key_of_the_book_signed_is_not_the_last_one() {
    let office = sealed_office().await;
    office.person("dung", &[AccessRole::Official]);
    let elsewhere = tempfile::tempdir().unwrap();
    let stranger = Vault::new(elsewhere.path(), Some("https://xa-thu.example"), None)
        .signer("H38.99.01", false)
        .unwrap();
    let agency = &office.agency;
    let asked = format!("SELECT CAST(max(seq) + 1 AS TEXT) AS value FROM ledger_leaves WHERE agency_id = '{agency}'");
    let size = lines(&mut office.connect(), &asked).remove(0);
    let root = [7_u8; 32];
    let forged = Checkpoint {
        origin: stranger.key().name().to_owned(),
        size: size.parse().unwrap(),
        root,
    };
    let note = stranger.sign(&forged.text());
    let root = quytrinh::proofs::hex(&root);
    past_the_program(
        &office.database,
        &format!(
            "INSERT INTO ledger_checkpoints (agency_id, size, root, note, at) \
             VALUES ('{agency}', {size}, '{root}', '{note}', '2026-11-23 00:00:00')"
        ),
    );
    office.person("giang", &[AccessRole::Official]);
    assert_eq!(seal(&office), 0);
    assert_eq!(office.site.db.halted(), Some(Halt::Damaged));
}

#[actix_web::test]
async fn leaves_cut_from_the_end_are_missed_by_the_note_outside_the_database() {
    let office = sealed_office().await;
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    let agency = &office.agency;
    let last = format!("(SELECT max(seq) FROM ledger_leaves WHERE agency_id = '{agency}')");
    past_the_program(
        &office.database,
        &format!(
            "DELETE FROM persons WHERE username = 'dung'; DELETE FROM access_grants WHERE person_id NOT IN (SELECT id FROM persons); \
             DELETE FROM one_time_codes WHERE person_id NOT IN (SELECT id FROM persons); \
             DELETE FROM ledger_checkpoints WHERE agency_id = '{agency}' AND size > {last}; \
             DELETE FROM ledger WHERE agency_id = '{agency}' AND seq > {last}; \
             DELETE FROM ledger_leaves WHERE agency_id = '{agency}' AND seq = {last}"
        ),
    );
    let checked = verify(&office);
    assert_ne!(checked.outcome, Outcome::Ok);
    assert_eq!(checked.rolled_back, ["H38.99.01"]);
}
