//! An office whose sealed data have no keys does not start; when they are lost for good, two people say so.

use super::*;
use crate::support::PASSWORD;
use crate::support::databases::{SERVER, lines};
use crate::support::program::run;
use quytrinh::app;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

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

/// Runs the command by which keys are given up, with the passwords of two people.
fn give_up(data: &Path, by: [&str; 2]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quytrinh"))
        .args([
            "give-up-lost-keys",
            "--data",
            data.to_str().unwrap(),
            "--language",
            "en",
        ])
        .args(["--by", by[0], "--confirmed-by", by[1], "--agency", "H38.99.01"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let typed = format!("{PASSWORD}\n\n{PASSWORD}\n\n");
    drop(child.stdin.take().unwrap().write_all(typed.as_bytes()));
    let done = child.wait_with_output().unwrap();
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
    office.person("quantri", &[AccessRole::Administrator]);
    office.person("quantri2", &[AccessRole::Administrator]);
    let data = office.database.folder.path();
    let entries = || {
        lines(
            &mut office.connect(),
            "SELECT details AS value FROM ledger WHERE act = 'personal_data.keys_lost'",
        )
    };
    let (status, said) = give_up(data, ["quantri", "quantri2"]);
    assert!(status == Some(1) && said.contains("not lost"), "{said}");
    std::fs::rename(data.join("keys"), data.join("gone")).unwrap();
    let started = run(&["index", "--data", data.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&started.stderr).into_owned();
    assert!(
        started.status.code() == Some(1) && told.contains("keys/cases.db"),
        "{told}"
    );
    let (status, said) = give_up(data, ["quantri", "quantri"]);
    assert!(status == Some(1) && entries().is_empty(), "one person alone: {said}");
    let (status, said) = give_up(data, ["quantri", "quantri2"]);
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
}
