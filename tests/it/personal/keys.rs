//! The keys: an office whose sealed data have none does not start, they are backed up apart and put back, and a drill says
//! whether they open what is in the backup.

use super::*;
use crate::backup::place::{Fresh, order as backup_order, passphrase};
use crate::support::PASSWORD;
use crate::support::databases::{SERVER, lines};
use crate::support::program::run;
use crate::support::typed::run_with;
use crate::trust::ledger_office::seal;
use chrono::TimeDelta;
use quytrinh::app::{self, open_database};
use quytrinh::backup::{
    BackupFault, DrillKeys, DrillOrder, KeysOrder, KeysTaken, Order, ProblemKind, Report, drill, restore_keys, take,
    take_keys,
};
use quytrinh::ledger;
use std::path::Path;

fn keys_order(office: &TestOffice, to: &Path) -> KeysOrder {
    KeysOrder {
        data: office.database.folder.path().to_owned(),
        to: to.to_owned(),
        passphrase: Some(passphrase()),
        at: office.site.clock.now(),
    }
}

#[actix_web::test]
async fn sealed_data_without_their_keys_stop_the_start_and_no_new_key_hides_it() {
    let office = office().await;
    fixture::received(&office);
    let apart = tempfile::tempdir().unwrap();
    let start = |data: &Path| app::open_office(&office.database.url, data, None).map(drop);
    let said = start(apart.path()).unwrap_err().to_string();
    assert!(
        said.contains("keys/cases.db") && said.contains("restore-keys") && said.contains("give-up-lost-keys"),
        "{said}"
    );
    assert!(!apart.path().join("keys/personal.key").exists(), "a new key was made");
    // Nor with an empty ring, which an older program would have made.
    drop(quytrinh::db::Keyring::open(&apart.path().join("keys"), None).unwrap());
    assert!(start(apart.path()).is_err());
    // The controls: with its keys it starts; and an office without sealed data begins with new ones.
    start(office.database.folder.path()).unwrap();
    let new = TestOffice::start().await;
    let fresh = tempfile::tempdir().unwrap();
    app::open_office(&new.database.url, fresh.path(), None)
        .map(drop)
        .unwrap();
    assert!(fresh.path().join("keys/personal.key").exists());
}

#[actix_web::test]
async fn a_backup_of_the_keys_opens_the_office_again_and_goes_after_thirty_days() {
    let office = office().await;
    fixture::received(&office);
    seal(&office);
    let to = tempfile::tempdir().unwrap();
    let first = take_keys(&keys_order(&office, to.path())).unwrap();
    let back = tempfile::tempdir().unwrap();
    let wrong = restore_keys(&first.path, back.path(), None).unwrap_err();
    assert_eq!(wrong.exit_status(), 5, "{wrong}");
    assert!(!back.path().join("keys").exists(), "something was left");
    assert!(restore_keys(&first.path, back.path(), Some(&passphrase())).unwrap() >= 2);
    app::open_office(&office.database.url, back.path(), None)
        .map(drop)
        .unwrap();
    let full = restore_keys(&first.path, back.path(), Some(&passphrase())).unwrap_err();
    assert!(matches!(full, BackupFault::NotEmpty(_)), "{full}");
    // The last notes of the ledger come with them; one that is there, and may be newer, stays.
    let note = |data: &Path| data.join("checkpoints").join("H38.99.01.note");
    assert_eq!(
        std::fs::read(note(back.path())).unwrap(),
        std::fs::read(note(office.database.folder.path())).unwrap()
    );
    std::fs::write(note(back.path()), "newer").unwrap();
    std::fs::remove_dir_all(back.path().join("keys")).unwrap();
    restore_keys(&first.path, back.path(), Some(&passphrase())).unwrap();
    assert_eq!(std::fs::read(note(back.path())).unwrap(), b"newer");
    // A byte that differs is found.
    let mut bytes = std::fs::read(&first.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = back.path().join("damaged");
    std::fs::write(&damaged, bytes).unwrap();
    let other = tempfile::tempdir().unwrap();
    let fault = restore_keys(&damaged, other.path(), Some(&passphrase())).unwrap_err();
    assert_eq!(fault.exit_status(), 4, "{fault}");
    assert!(!note(other.path()).exists(), "a note was left");
    // Of one day the last one stays.
    office.wait(TimeDelta::minutes(1));
    let second = take_keys(&keys_order(&office, to.path())).unwrap();
    let name = |taken: &KeysTaken| taken.path.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(second.removed, [name(&first)]);
    let first = second;
    // After thirty days it stays, and after one more it goes.
    office.wait(TimeDelta::days(30));
    assert_eq!(
        take_keys(&keys_order(&office, to.path())).unwrap().removed,
        Vec::<String>::new()
    );
    office.wait(TimeDelta::days(1));
    let removed = take_keys(&keys_order(&office, to.path())).unwrap().removed;
    assert_eq!(removed, [name(&first)]);
    assert!(!first.path.exists());
}

fn hold(office: &TestOffice, from: &Path, keys: Option<DrillKeys>) -> Report {
    let (scratch, fresh) = (tempfile::tempdir().unwrap(), Fresh::new());
    let order = DrillOrder {
        from: from.to_owned(),
        scratch: scratch.path().to_owned(),
        server: fresh.server.as_ref().map(|database| database.url.clone()),
        passphrase: None,
        keys,
        free: Order::FREE,
        at: office.site.clock.now(),
    };
    drill(&order, &|url| open_database(url))
}

fn closed(report: &Report) -> usize {
    let is_keys = report
        .problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::Keys);
    is_keys.count()
}

#[actix_web::test]
async fn a_drill_opens_a_sealed_value_of_each_agency_or_fails_and_says_why() {
    let office = office().await;
    let (to, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = |report: &Report| report.text(crate::support::pages().words(), quytrinh::kernel::Language::Vi);
    fixture::received(&office);
    take(&backup_order(&office, to.path())).unwrap();
    take_keys(&keys_order(&office, kept.path())).unwrap();
    let own = || office.site.db.keys().cloned().map(DrillKeys::Open);
    let of_backup = || Some(DrillKeys::Backup(kept.path().to_owned(), Some(passphrase()), None));
    for keys in [own(), of_backup()] {
        let report = hold(&office, to.path(), keys);
        assert!(report.passed(), "{}", text(&report));
        assert!(report.keys.iter().any(|tried| tried.opens && tried.sealed > 0));
        assert!(
            text(&report).contains("đã mở thử được dữ liệu cá nhân"),
            "{}",
            text(&report)
        );
    }
    // Without keys, with none in a folder, with those of another office, and with a lock that is not told.
    let (empty, other) = (tempfile::tempdir().unwrap(), TestOffice::start().await);
    drop(other.site.db.keys().unwrap().key_for("x", "y"));
    for keys in [
        None,
        Some(DrillKeys::Folder(empty.path().join("keys"), None)),
        other.site.db.keys().cloned().map(DrillKeys::Open),
        Some(DrillKeys::Backup(kept.path().to_owned(), None, None)),
    ] {
        let report = hold(&office, to.path(), keys);
        assert!(!report.passed() && closed(&report) == 1, "{}", text(&report));
    }
    // Nothing sealed, nothing to open: that passes, and is said.
    let (plain, to) = (TestOffice::start().await, tempfile::tempdir().unwrap());
    take(&backup_order(&plain, to.path())).unwrap();
    let report = hold(&plain, to.path(), None);
    assert!(
        report.passed() && text(&report).contains("không có dữ liệu cá nhân đã niêm phong"),
        "{}",
        text(&report)
    );
}

/// Runs the command by which keys are given up, with the passwords of two people.
fn give_up(data: &Path, by: [&str; 2]) -> (Option<i32>, String) {
    let data = data.to_str().unwrap();
    let mut words = vec![
        "give-up-lost-keys",
        "--data",
        data,
        "--language",
        "en",
        "--agency",
        "H38.99.01",
    ];
    words.extend(["--by", by[0], "--confirmed-by", by[1]]);
    // With the keys, what second factors are checked by is gone, too: only passwords are asked for.
    let done = run_with(&words, &format!("{PASSWORD}\n{PASSWORD}\n"));
    let said = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8_lossy(&said).into_owned())
}

#[actix_web::test]
async fn keys_that_are_lost_for_good_are_given_up_by_two_people_and_the_ledger_says_so() {
    if SERVER.is_some() {
        return;
    }
    let office = office().await;
    let case = fixture::received(&office);
    office.person("giukhoa", &[AccessRole::Administrator]);
    office.person("giukhoa2", &[AccessRole::Administrator]);
    let data = office.database.folder.path();
    let entries = || {
        lines(
            &mut office.connect(),
            "SELECT details AS value FROM ledger WHERE act = 'personal_data.keys_lost'",
        )
    };
    let (status, said) = give_up(data, ["giukhoa", "giukhoa2"]);
    assert!(status == Some(1) && said.contains("not lost"), "{said}");
    std::fs::rename(data.join("keys"), data.join("gone")).unwrap();
    let started = run(&["index", "--data", data.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&started.stderr).into_owned();
    assert!(
        started.status.code() == Some(1) && told.contains("keys/cases.db"),
        "{told}"
    );
    let (status, said) = give_up(data, ["giukhoa", "giukhoa"]);
    assert!(status == Some(1) && entries().is_empty(), "one person alone: {said}");
    let (status, said) = give_up(data, ["giukhoa", "giukhoa2"]);
    assert!(status == Some(0) && said.contains("closed for ever"), "{said}");
    assert!(
        entries().len() == 1 && entries()[0].contains("confirmed_by"),
        "{:?}",
        entries()
    );
    // It starts again, new data are sealed, and the old stay closed.
    let db = app::open_office(&office.database.url, data, None).unwrap();
    assert!(
        db.keys()
            .unwrap()
            .keys_of(office.agency.as_str(), &[case.id.as_str()])
            .unwrap()
            .is_empty()
    );
    let id = case.id.clone();
    let kept = db.keys().unwrap().key_for(office.agency.as_str(), id.as_str());
    drop(kept.unwrap());
    // A new key of the old case opens nothing of it; what stands there says when it was lost, and nothing fails.
    let look = |username: &str, reason| {
        let id = id.clone();
        ledger::change(&db, office.actor(username), move |work| {
            let look = Look {
                purpose: Purpose::Shown,
                reason,
                request_no: None,
                fields: Field::ALL,
                masked: &[],
            };
            personal::look(work, std::slice::from_ref(&id), &look)
        })
    };
    let opened: Vec<Opened> = look("motcua", None).unwrap().into_values().collect();
    assert!(opened[0].values.is_empty() && opened[0].lost_at.is_some(), "{opened:?}");
}

#[actix_web::test]
async fn what_was_lost_with_its_keys_says_so_on_every_page_and_in_what_is_taken_out() {
    let office = office().await;
    let form = crate::personal::outside::form_of_a_visit(&office);
    let case = fixture::received(&office);
    let number = register(&office, Kind::Access);
    let keys = office.site.db.keys().unwrap().clone();
    personal::give_up_lost_keys(&office.site.db, &keys, office.site.clock.now(), ("a", "b")).unwrap();
    let desk = office.sign_in("motcua").await;
    for path in [format!("/cases/{}", case.code), "/cases".to_owned()] {
        desk.get(&path).await.is(200).lacks(SAID[0]);
    }
    desk.get(&format!("/cases/{}", case.code)).await.says("personal.lost");
    let writer = office.sign_in("canbo").await;
    writer
        .get(&format!("/records/{form}"))
        .await
        .is(200)
        .says("personal.lost")
        .lacks(SAID[0]);
    let table = writer.get("/records/csv?form=BM.TD.01").await;
    table.is(200).says("personal.lost_short").lacks(SAID[0]);
    let officer = office.sign_in("dulieu").await;
    let page = officer.post(&format!("/privacy/{number}/open"), &[]).await;
    page.is(200).says("personal.lost").says("privacy.lost_before");
    let json = officer
        .post(&format!("/privacy/{number}/export"), &[("as", "json")])
        .await;
    let taken: serde_json::Value = serde_json::from_str(json.is(200).text()).unwrap();
    assert!(taken["lost_with_keys_at"].is_string(), "{taken}");
    // What is sealed from now on opens as ever, and past the program nothing says that it was lost, or was not.
    let later = fixture::received(&office);
    desk.get(&format!("/cases/{}", later.code))
        .await
        .is(200)
        .says(SAID[0])
        .lacks("personal.lost");
    for set in [
        "lost_at = NULL",
        "lost_at = '2026-01-01 00:00:00', commitment = commitment || ''",
    ] {
        let set = format!("UPDATE personal_data SET {set} WHERE subject_id = '{}'", case.id);
        diesel::RunQueryDsl::execute(diesel::sql_query(set), &mut office.connect()).unwrap_err();
    }
}
