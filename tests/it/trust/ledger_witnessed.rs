//! T2: an office that witnesses see: histories that were made from one backup are told apart.

use super::ledger_office::{in_order, seal, sealed_office, vault, vault_of_another, verify};
use super::witnesses::{Served, WITNESS, posted, ward};
use crate::support::TestOffice;
use crate::support::databases::{SERVER, lines, new_folder};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use quytrinh::app::open_database;
use quytrinh::book::{self, Answer, AskFault, Known, Outcome, Vault, Ward};
use quytrinh::db::{Db, Halt};
use quytrinh::kernel::{AccessRole, Actor};
use quytrinh::ledger::LOG;
use quytrinh::proofs::{Checkpoint, Note, NoteKey, NoteSigner, SignatureKind};

const CODE: &str = "H38.99.01";

/// Asks this witness about an office.
fn ask(office: &TestOffice, db: &Db, ward: &Ward) -> Result<Option<u64>, AskFault> {
    ask_with(&vault(office), db, ward)
}

/// Asks it about a server that has its own keys and notes.
fn ask_with(vault: &Vault, db: &Db, ward: &Ward) -> Result<Option<u64>, AskFault> {
    let asked = book::ask(db, vault, &ward.key(), |body| posted(ward, body));
    asked.map(|seen| seen.map(|seen| seen.size))
}

fn ward_of(office: &TestOffice, folder: &std::path::Path) -> Ward {
    let key = vault(office).public_key(LOG).unwrap().text();
    ward(folder, &[key], office.site.clock.clone())
}

/// A copy of the database as it is, opened as another server would.
fn twin(office: &TestOffice, name: &str) -> Db {
    let copy = office.database.folder.path().join(name);
    office
        .connect()
        .batch_execute(&format!("VACUUM INTO '{}'", copy.display()))
        .unwrap();
    open_database(copy.to_str().unwrap()).unwrap()
}

fn act_on(office: &TestOffice, db: &Db, what: &'static str) {
    act_with(&vault(office), office, db, what);
}

fn act_with(vault: &Vault, office: &TestOffice, db: &Db, what: &'static str) {
    let house = Actor::house(office.agency.clone(), office.site.clock.now());
    quytrinh::ledger::change(db, house, move |work| {
        work.record("test.acted", ("test", what), serde_json::json!({}));
        Ok::<_, quytrinh::web::Failure>(())
    })
    .unwrap();
    book::seal_all(db, vault, &office.site.clock).unwrap();
}

#[actix_web::test]
async fn an_office_that_was_seen_shows_it_and_its_bundle_proves_it_to_others() {
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    let keys = [ward.key()];
    let light = |office: &TestOffice| {
        let known = [keys[0].text()];
        let now = (office.site.db.halted(), office.site.clock.now());
        office
            .site
            .db
            .read(|conn| Ok::<_, quytrinh::db::DbError>(book::light(conn, &known, now)?))
            .unwrap()
    };
    assert_eq!(light(&office).why, "never");
    assert_eq!(
        verify(&office).witnessed_by(&keys, office.site.clock.now()).outcome,
        Outcome::NoWitness
    );
    let seen = ask(&office, &office.site.db, &ward).unwrap().unwrap();
    assert!(seen >= 2, "both offices are in the log: {seen}");
    office.person("dung", &[AccessRole::Official]);
    seal(&office);
    assert!(ask(&office, &office.site.db, &ward).unwrap().unwrap() > seen);
    in_order(&office);
    assert_eq!(
        verify(&office).witnessed_by(&keys, office.site.clock.now()).outcome,
        Outcome::Ok
    );
    let shown = light(&office);
    assert_eq!((shown.light, shown.name.as_deref()), ("green", Some(WITNESS)));
    let bundle = book::bundle(&office.site.db, (&office.agency, CODE)).unwrap();
    let known = |witness: &NoteKey| Known {
        key: Some(vault(&office).public_key(CODE).unwrap().fingerprint()),
        witnesses: vec![witness.clone()],
        ..Known::default()
    };
    let stranger = NoteSigner::new(WITNESS, SignatureKind::Cosignature, &[3; 32])
        .unwrap()
        .key();
    assert_eq!(
        book::check_bundle(&bundle, &known(&keys[0])).unwrap().outcome,
        Outcome::Ok
    );
    assert_eq!(
        book::check_bundle(&bundle, &known(&stranger)).unwrap().outcome,
        Outcome::NoWitness
    );

    // Eight days later nobody has seen it lately; the same checkpoint shown again is enough.
    office.wait(TimeDelta::days(8));
    assert_eq!(light(&office).why, "old");
    assert_eq!(
        verify(&office).witnessed_by(&keys, office.site.clock.now()).outcome,
        Outcome::NoWitness
    );
    ask(&office, &office.site.db, &ward).unwrap().unwrap();
    assert_eq!(light(&office).why, "fresh");
    in_order(&office);
}

#[actix_web::test]
async fn two_servers_from_one_backup_are_told_apart_and_the_second_stops() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    ask(&office, &office.site.db, &ward).unwrap();
    let second = twin(&office, "second.db");
    let own = vault_of_another(&office, "second");
    // The control: as long as they are the same, the witness sees no difference.
    ask_with(&own, &second, &ward).unwrap();
    assert_eq!(second.halted(), None);
    act_on(&office, &office.site.db, "one");
    act_with(&own, &office, &second, "two");
    ask(&office, &office.site.db, &ward).unwrap();
    let refused = ask_with(&own, &second, &ward);
    assert!(matches!(refused, Err(AskFault::Disagrees(_))), "{refused:?}");
    assert_eq!(second.halted(), Some(Halt::Witness));
    assert_eq!(office.site.db.halted(), None);
    // It stays so after a start, and the first one goes on once it is not the first one's directory.
    let again = twin(&office, "again.db");
    book::check_guards(&again, &own).unwrap();
    assert!(again.halted().is_some());
}

#[actix_web::test]
async fn an_older_backup_is_refused_by_the_witness_although_its_own_guard_was_set_back_too() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    ask(&office, &office.site.db, &ward).unwrap();
    let old = twin(&office, "old.db");
    let own = vault_of_another(&office, "old");
    act_on(&office, &office.site.db, "later");
    ask(&office, &office.site.db, &ward).unwrap();
    book::check_guards(&old, &own).unwrap();
    assert_eq!(old.halted(), None, "nothing here knows of what was lost");
    let refused = ask_with(&own, &old, &ward);
    let Err(AskFault::Disagrees(refusal)) = refused else {
        panic!("{refused:?}");
    };
    assert!(refusal.theirs > refusal.ours, "{refusal:?}");
    assert_eq!(old.halted(), Some(Halt::Witness));
    // Also when it grew beyond what was lost.
    let refused = office
        .database
        .folder
        .path()
        .join("old/checkpoints/witness-refused.json");
    std::fs::remove_file(refused).unwrap();
    drop(old);
    let old = open_database(office.database.folder.path().join("old.db").to_str().unwrap()).unwrap();
    for what in ["a", "b", "c"] {
        act_with(&own, &office, &old, what);
    }
    assert!(matches!(ask_with(&own, &old, &ward), Err(AskFault::Disagrees(_))));
}

#[actix_web::test]
async fn a_witness_that_is_away_or_answers_nonsense_stops_nothing() {
    let office = sealed_office().await;
    let folder = new_folder();
    let ward = ward_of(&office, folder.path());
    let answer = |status: u16, is_size: bool, body: &str| {
        let body = body.to_owned();
        let found = book::ask(&office.site.db, &vault(&office), &ward.key(), |_asked| {
            Ok(Answer {
                status,
                is_size,
                body: body.clone(),
            })
        });
        assert!(found.is_err(), "{status} {body}: {found:?}");
        assert_eq!(office.site.db.halted(), None, "{status} {body}");
    };
    for (status, is_size, body) in [
        (200, false, ""),
        (200, false, "— somebody AAAAAAAAAAAA\n"),
        (403, false, "no"),
        (404, false, "no"),
        (409, false, "12\n"),
        (409, true, "many"),
        (500, false, ""),
        (302, false, ""),
    ] {
        answer(status, is_size, body);
    }
    let away = book::ask(&office.site.db, &vault(&office), &ward.key(), |_asked| {
        Err("away".to_owned())
    });
    assert!(matches!(away, Err(AskFault::Unreachable(..))), "{away:?}");
    let kept = lines(
        &mut office.connect(),
        "SELECT witness AS value FROM ledger_cosignatures",
    );
    assert!(kept.is_empty(), "{kept:?}");
}

#[actix_web::test]
async fn at_the_command_line_an_office_is_seen_by_a_witness_over_the_network() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let (folder, data) = (new_folder(), office.database.folder.path());
    let key = vault(&office).public_key(LOG).unwrap().text();
    std::fs::write(folder.path().join("logs"), &key).unwrap();
    let served = Served::start(folder.path());
    let witness = std::fs::read_to_string(folder.path().join("key")).unwrap();
    let url = office.database.url.clone();
    let place = ["--data", data.to_str().unwrap(), "--database-url", &url];
    let run = |more: &[&str]| {
        let arguments: Vec<&str> = more.iter().copied().chain(place).collect();
        let done = crate::support::program::run(&arguments);
        let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        (done.status.code().unwrap(), said)
    };
    let (shown, said) = run(&["ask-witness", "--show"]);
    assert!(shown == 0 && said.contains(&key), "{said}");
    let address = served.url.clone();
    let asked = [
        "ask-witness",
        "--language",
        "en",
        "--witness",
        &address,
        "--witness-key",
        witness.trim(),
    ];
    let (status, said) = run(&asked);
    assert!(status == 0 && said.contains("saw and signed"), "{status} {said}");
    let verified = run(&["verify", "--language", "en", "--witness", witness.trim()]);
    assert_eq!(verified.0, 0, "{}", verified.1);
    assert!(
        verified.1.contains("The witness lang-gieng.example/witness saw"),
        "{}",
        verified.1
    );
    drop(served);
    assert_eq!(run(&asked).0, 5, "nobody is there any more");
    let other = NoteSigner::new("other", SignatureKind::Cosignature, &[3; 32])
        .unwrap()
        .key()
        .text();
    assert_eq!(run(&["verify", "--witness", &other]).0, 5);
    let said: Checkpoint = Checkpoint::read(
        Note::read(&vault(&office).last_note(LOG).unwrap().unwrap())
            .unwrap()
            .text(),
    )
    .unwrap();
    assert!(said.origin.ends_with("/ledger/deployment"), "{}", said.origin);
}

#[test]
fn an_office_without_an_address_is_shown_to_no_witness() {
    let folder = new_folder();
    let key = NoteSigner::new("xa-binh-an.example/witness", SignatureKind::Cosignature, &[3; 32])
        .unwrap()
        .key()
        .text();
    let data = folder.path().join("data");
    for command in ["serve", "demo"] {
        let done = crate::support::program::run(&[
            command,
            "--data",
            data.to_str().unwrap(),
            "--witness",
            "https://binh-an.example",
            "--witness-key",
            &key,
        ]);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success(), "{command}");
        assert!(
            said.contains("tell the address of the site with --public-address"),
            "{said}"
        );
        assert!(!data.join("quytrinh.db").exists(), "nothing is made before");
    }
}
