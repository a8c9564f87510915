//! T2: history can neither be cut short nor made anew, given one older note.

use super::ledger_office::{past_the_program, seal, sealed_office, vault, verify};
use crate::support::TestOffice;
use crate::support::databases::SERVER;
use diesel::connection::SimpleConnection;
use quytrinh::app::open_database;
use quytrinh::book::{self, Outcome};
use quytrinh::db::{Db, Halt};
use quytrinh::kernel::AccessRole;

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
    book::seal_all(&other, &vault(&office), &office.site.clock).unwrap();
    vault(&office).keep_note("H38.99.01", &kept).unwrap();
    book::check_guards(&other, &vault(&office)).unwrap();
    assert_eq!(other.halted(), Some(Halt::RolledBack));
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
