//! Keys that follow each other, and books that were set back: always by two people, and always told.

use super::ledger_bundle::reference;
use super::ledger_office::{in_order, seal, sealed_office, vault, vault_of_another, verify};
use super::witnesses::{posted, ward};
use crate::support::TestOffice;
use crate::support::databases::{SERVER, lines, new_folder};
use diesel::connection::SimpleConnection;
use quytrinh::app::open_database;
use quytrinh::book::{self, KeepFailure, Known, Outcome, Two, Vault, Whose};
use quytrinh::db::{Db, Halt};
use quytrinh::kernel::{AccessRole, Actor};
use quytrinh::ledger::LOG;
use quytrinh::proofs::{Checkpoint, Note};

const CODE: &str = "H38.99.01";

/// An administrator and the chair, who just showed their passwords.
fn two(office: &TestOffice) -> Two {
    let (by, other) = (office.actor("quantri"), office.actor("chutich"));
    let shown = [office.confirmed("quantri"), office.confirmed("chutich")];
    Two::new(&office.site.db, (by, &shown[0]), (&other, &shown[1])).unwrap()
}

async fn kept_office() -> TestOffice {
    let office = sealed_office().await;
    office.person("quantri", &[AccessRole::Administrator]);
    office.person("chutich", &[AccessRole::Chair]);
    seal(&office);
    office
}

fn book_of(office: &TestOffice) -> Whose {
    Whose::Book(office.agency.clone(), CODE.to_owned())
}

fn note(office: &TestOffice, code: &str) -> String {
    vault(office).last_note(code).unwrap().unwrap()
}

fn origin(note: &str) -> String {
    Checkpoint::read(Note::read(note).unwrap().text()).unwrap().origin
}

/// Both verdicts on the bundle of an office for somebody who knows its last key and these notes.
#[track_caller]
fn verdict(office: &TestOffice, db: &Db, notes: &[&str]) -> u8 {
    let folder = new_folder();
    let bundle = book::bundle(db, (&office.agency, CODE)).unwrap();
    std::fs::write(folder.path().join("b.zip"), &bundle).unwrap();
    let key = vault(office).public_key(CODE).unwrap().fingerprint();
    let mut arguments = vec!["b.zip".to_owned(), "--key".to_owned(), key.clone()];
    for (number, note) in notes.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.note")), note).unwrap();
        arguments.extend(["--note".to_owned(), format!("{number}.note")]);
    }
    let known = Known {
        key: Some(key),
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
        ..Known::default()
    };
    let checked = book::check_bundle(&bundle, &known).unwrap();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (theirs, said) = reference("verify.py", folder.path(), &arguments);
    assert_eq!(i32::from(checked.outcome.code()), theirs, "{said} {:?}", checked.faults);
    checked.outcome.code()
}

#[actix_web::test]
async fn it_takes_two_people_to_change_a_key_and_each_must_be_allowed_to() {
    let office = kept_office().await;
    office.person("canbo", &[AccessRole::Official]);
    let fresh = |name: &str| office.confirmed(name);
    let pair = |one: &str, other: &str| {
        let (by, confirmed) = (office.actor(one), office.actor(other));
        Two::new(&office.site.db, (by, &fresh(one)), (&confirmed, &fresh(other))).is_ok()
    };
    assert!(pair("quantri", "chutich"), "the control");
    assert!(!pair("quantri", "quantri"), "one person");
    office.person("quantri.hai", &[AccessRole::Administrator]);
    assert!(
        pair("quantri", "quantri.hai"),
        "the control: two people, as far as is known"
    );
    for (username, number) in [("quantri", "CB-77"), ("quantri.hai", " cb-7 7")] {
        let account = office.actor(username).person.unwrap().id;
        office
            .act(move |work| quytrinh::people::set_employee_no(work, &account, number))
            .unwrap();
    }
    assert!(!pair("quantri", "quantri.hai"), "two accounts of one person");
    assert!(!pair("quantri", "canbo") && !pair("canbo", "chutich"), "an official");
    let (by, other) = (office.actor("quantri"), office.actor("chutich"));
    assert!(
        Two::new(&office.site.db, (by, &fresh("chutich")), (&other, &fresh("chutich"))).is_err(),
        "another's password"
    );
}

#[actix_web::test]
async fn a_key_that_was_changed_is_followed_by_both_verifiers_and_a_broken_off_change_is_finished() {
    let office = kept_office().await;
    let (old, old_key) = (note(&office, CODE), vault(&office).public_key(CODE).unwrap());
    let (db, clock) = (&office.site.db, &office.site.clock);
    let new = book::change_key(db, &vault(&office), clock, (&two(&office), &book_of(&office))).unwrap();
    assert_ne!(new, old_key);
    assert_eq!(vault(&office).public_key(CODE).unwrap(), new);
    assert_eq!(new.name(), old_key.name());
    book::change_key(db, &vault(&office), clock, (&two(&office), &Whose::Log)).unwrap();
    office.person("dung", &[AccessRole::Official]);
    assert_eq!(seal(&office), 1);
    in_order(&office);
    assert_eq!(verdict(&office, db, &[&old]), 0);
    let told = lines(
        &mut office.connect(),
        "SELECT act AS value FROM ledger WHERE act IN ('ledger.key_changed', 'deployment.key_changed') ORDER BY act",
    );
    assert_eq!(
        told,
        ["deployment.key_changed", "deployment.key_changed", "ledger.key_changed"]
    );

    // Broken off after the leaf: the new file is still beside the old one.
    let files = office.database.folder.path().join("keys");
    let key = files.join(format!("{CODE}.key"));
    std::fs::rename(&key, files.join(format!("{CODE}.key.next"))).unwrap();
    std::fs::copy(files.join(format!("{CODE}.key.1")), &key).unwrap();
    office.person("em", &[AccessRole::Official]);
    assert_eq!(seal(&office), 1);
    assert_eq!(vault(&office).public_key(CODE).unwrap(), new);
    in_order(&office);
    // The control: the old key alone does not sign for the book any more.
    std::fs::copy(files.join(format!("{CODE}.key.1")), &key).unwrap();
    office.person("giang", &[AccessRole::Official]);
    assert_eq!(seal(&office), 0);
}

#[actix_web::test]
async fn a_key_that_others_know_ends_its_book_with_a_last_note_and_another_name_goes_on() {
    let office = kept_office().await;
    let old = note(&office, CODE);
    let (db, clock) = (&office.site.db, &office.site.clock);
    let new = book::replace_key(db, &vault(&office), clock, (&two(&office), &book_of(&office))).unwrap();
    assert_eq!(new.name(), format!("{}/2", origin(&old)));
    book::replace_key(db, &vault(&office), clock, (&two(&office), &Whose::Log)).unwrap();
    in_order(&office);
    assert_eq!(origin(&note(&office, CODE)), new.name());
    assert!(origin(&note(&office, LOG)).ends_with("/ledger/deployment/2"));
    assert_eq!(verdict(&office, db, &[&old]), 0);
    let quoted = lines(
        &mut office.connect(),
        "SELECT details AS value FROM ledger WHERE act = 'ledger.key_replaced'",
    );
    assert!(
        quoted[0].contains("\"why\":\"compromised\"") && quoted[0].contains("/ledger/H38.99.01\\n"),
        "{quoted:?}"
    );
    let again = book::replace_key(db, &vault(&office), clock, (&two(&office), &book_of(&office))).unwrap();
    assert!(again.name().ends_with("/3"), "{}", again.name());
    in_order(&office);
    assert_eq!(verdict(&office, db, &[&old]), 0);
}

fn twin(office: &TestOffice, name: &str) -> Db {
    let copy = office.database.folder.path().join(name);
    let sql = format!("VACUUM INTO '{}'", copy.display());
    office.connect().batch_execute(&sql).unwrap();
    open_database(copy.to_str().unwrap()).unwrap()
}

#[actix_web::test]
async fn a_loss_is_named_in_the_ledger_by_two_people_before_the_office_goes_on() {
    if SERVER.is_some() {
        return;
    }
    let office = kept_office().await;
    let seen = note(&office, CODE);
    let folder = new_folder();
    let followed = ward(
        folder.path(),
        &[vault(&office).public_key(LOG).unwrap().text()],
        office.site.clock.clone(),
    );
    let ask = |db: &Db, ward: &book::Ward| book::ask(db, &vault(&office), &ward.key(), |body| posted(ward, body));
    ask(&office.site.db, &followed).unwrap();
    let backup = twin(&office, "backup.db");
    for name in ["dung", "em", "giang"] {
        office.person(name, &[AccessRole::Official]);
    }
    seal(&office);
    let lost_note = note(&office, CODE);
    ask(&office.site.db, &followed).unwrap();
    let (two, clock) = (two(&office), &office.site.clock);
    assert!(matches!(
        book::recover(&office.site.db, &vault(&office), clock, &two),
        Err(KeepFailure::Nothing)
    ));

    let lost = book::losses(&backup, &vault(&office)).unwrap();
    let own = lost.iter().find(|lost| lost.code == CODE).unwrap();
    assert_eq!(own.missing(), Some((own.have, own.kept - 1)));
    book::recover(&backup, &vault(&office), clock, &two).unwrap();
    book::check_guards(&backup, &vault(&office)).unwrap();
    assert_eq!(backup.halted(), None);
    let checked = book::check(&backup, &vault(&office), office.database.folder.path(), true).unwrap();
    assert_eq!(checked.outcome, Outcome::Ok, "{:?}", checked.faults);
    let mut conn = quytrinh::db::AnyConnection::Sqlite(
        <diesel::SqliteConnection as diesel::Connection>::establish(backup.url()).unwrap(),
    );
    let told = lines(
        &mut conn,
        "SELECT details AS value FROM ledger WHERE act = 'ledger.key_replaced'",
    );
    let missing = format!("\"missing\":[{},{}]", own.have, own.kept - 1);
    assert!(told.len() == 1 && told[0].contains(&missing), "{told:?}");
    for name in ["quantri", "chutich"] {
        let id = office.actor(name).person.unwrap().id;
        assert!(told[0].contains(id.as_str()), "{name} is not named: {told:?}");
    }
    // Who holds a note of before the loss follows on; who holds one of what was lost has the proof that it was.
    assert_eq!(verdict(&office, &backup, &[&seen]), 0);
    assert_eq!(verdict(&office, &backup, &[&lost_note]), 3);
    // The witness is told the new name, and follows on from there.
    drop(followed);
    let keys = [vault(&office).public_key(LOG).unwrap().text()];
    assert!(keys[0].contains("/ledger/deployment/2+"), "{keys:?}");
    let followed = ward(folder.path(), &keys, office.site.clock.clone());
    ask(&backup, &followed).unwrap().unwrap();
    assert_eq!(backup.halted(), None);
}

#[actix_web::test]
async fn what_a_witness_refused_stops_every_start_until_two_people_answer_for_it() {
    if SERVER.is_some() {
        return;
    }
    let office = kept_office().await;
    let folder = new_folder();
    let followed = ward(
        folder.path(),
        &[vault(&office).public_key(LOG).unwrap().text()],
        office.site.clock.clone(),
    );
    let ask = |db: &Db, vault: &Vault| book::ask(db, vault, &followed.key(), |body| posted(&followed, body));
    let second = twin(&office, "second.db");
    // The second server has guards of its own.
    let own = vault_of_another(&office, "second");
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    ask(&office.site.db, &vault(&office)).unwrap();
    let house = Actor::house(office.agency.clone(), office.site.clock.now());
    quytrinh::ledger::change(&second, house, |work| {
        work.record("test.acted", ("test", "x"), serde_json::json!({}));
        Ok::<_, quytrinh::web::Failure>(())
    })
    .unwrap();
    book::seal_all(&second, &own, &office.site.clock).unwrap();
    assert!(ask(&second, &own).is_err());
    drop(second);
    let path = office.database.folder.path().join("second.db");
    let second = open_database(path.to_str().unwrap()).unwrap();
    book::check_guards(&second, &own).unwrap();
    assert_eq!(second.halted(), Some(Halt::Witness));
    drop(second);
    let second = open_database(path.to_str().unwrap()).unwrap();
    book::recover(&second, &own, &office.site.clock, &two(&office)).unwrap();
    book::check_guards(&second, &own).unwrap();
    assert_eq!(second.halted(), None);
    let checked = book::check(&second, &own, office.database.folder.path(), true).unwrap();
    assert_eq!(checked.outcome, Outcome::Ok, "{:?}", checked.faults);
}

#[actix_web::test]
async fn an_office_that_was_set_back_says_on_its_page_which_leaves_are_missing() {
    let office = kept_office().await;
    let chair = office.sign_in("chutich").await;
    chair
        .get("/ledger")
        .await
        .is(200)
        .says("notice warn signal amber")
        .lacks("role=\"alert\"");
    chair.get("/ledger/closing").await.is(200).says("/ledger/H38.99.01");
    chair.get("/overview").await.is(200).says("signal amber");
    seal(&office);
    let size = Checkpoint::read(Note::read(&note(&office, CODE)).unwrap().text())
        .unwrap()
        .size;
    let signer = vault(&office).signer(CODE, true).unwrap();
    let later = Checkpoint {
        origin: signer.key().name().to_owned(),
        size: size + 20,
        root: [1; 32],
    };
    vault(&office).keep_note(CODE, &signer.sign(&later.text())).unwrap();
    book::check_guards(&office.site.db, &vault(&office)).unwrap();
    assert_eq!(office.site.db.halted(), Some(Halt::RolledBack));
    let shown = format!("{}–{}", size, size + 19);
    chair
        .get("/ledger")
        .await
        .is(200)
        .says("signal red")
        .says("role=\"alert\"")
        .says(&shown);
    assert_eq!(verify(&office).outcome, Outcome::Older);
}
