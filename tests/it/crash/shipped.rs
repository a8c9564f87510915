//! The machine of an embedded database dies, and a copy that was shipped from it takes its place (trust.md D9): what was
//! acknowledged before the last copy began is there, and what is lost is announced until two people answer for it.

use super::check::findings;
use super::people::{Journal, Outcome, clients};
use super::work_until_killed;
use crate::support::browser::Browser;
use crate::support::databases::new_folder;
use crate::support::program::{Program, run};
use crate::support::rounds::figure;
use crate::support::typed::run_with;
use crate::trust::ledger_office::{said, verify_at};
use diesel::prelude::*;
use quytrinh::book;
use quytrinh::db::AnyConnection;
use quytrinh::demo::PASSWORD;
use std::path::Path;
use std::time::Duration;

/// How long people work before the last copy, and after it.
const WORK: Duration = Duration::from_secs(4);

/// Ships what `docs/install/quytrinh-copy.service` ships.
fn ship(data: &Path, copies: &Path) {
    let (to, keys_to) = (copies.join("office"), copies.join("keys"));
    let (data, to, keys_to) = (data.to_str().unwrap(), to.to_str().unwrap(), keys_to.to_str().unwrap());
    for words in [
        &["backup", "--data", data, "--to", to, "--keep", "1d", "--unrecorded"][..],
        &["backup-keys", "--data", data, "--to", keys_to],
    ] {
        let done = run(words);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

/// The only file in a folder whose name begins so: of the copies of one day the last one stays.
fn only(folder: &Path, begins: &str) -> String {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = names.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(begins));
    let one = found.next().expect("a copy");
    assert!(found.next().is_none(), "more than one copy of a day");
    one.to_str().unwrap().to_owned()
}

fn restored(copies: &Path, data: &Path) {
    let backup = only(&copies.join("office"), "quytrinh-");
    let keys = only(&copies.join("keys"), "quytrinh-keys-");
    let data = data.to_str().unwrap();
    for words in [
        &["restore", &backup, "--data", data, "--by", "quantri"][..],
        &["restore-keys", &keys, "--data", data],
    ] {
        let done = run(words);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

fn wrong(data: &Path, journal: &Journal) -> Vec<String> {
    let mut conn = AnyConnection::establish(data.join("quytrinh.db").to_str().unwrap()).expect("the database");
    findings(&mut conn, data, journal)
}

fn done(journal: &Journal) -> usize {
    journal.iter().filter(|noted| noted.outcome == Outcome::Done).count()
}

/// The restored office says which leaves it lacks, and nobody works in it; gives the sentence.
fn announced(new: &Path) -> String {
    let path = new.to_str().unwrap();
    let verified = run(&["verify", "--data", path, "--language", "en"]);
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(3), "{told}");
    let missing = told
        .lines()
        .find(|line| line.contains("lacks the leaves"))
        .expect(&told)
        .trim()
        .to_owned();
    let program = Program::start("demo", new, &[]);
    let mut browser = Browser::new(program.address);
    assert_eq!(browser.get("/health").unwrap().status, 503);
    let form = browser
        .get("/sign-in")
        .unwrap()
        .form("/sign-in")
        .expect("a form to sign in");
    let sent = browser
        .send(&form.with("username", "motcua1").with("password", PASSWORD))
        .unwrap();
    assert_eq!(sent.status, 503, "somebody works in an office that lost something");
    drop(program);
    missing
}

/// One person is refused, two are not.
fn two_answer_for_it(new: &Path) {
    let path = new.to_str().unwrap();
    let two = [
        "recover-ledger",
        "--data",
        path,
        "--by",
        "quantri",
        "--confirmed-by",
        "chutich",
        "--language",
        "en",
    ];
    let refused = run_with(&two, &format!("{PASSWORD}\n\nanother password\n\n"));
    assert!(!refused.status.success(), "one person alone answers for a loss");
    let answered = run_with(&two, &format!("{PASSWORD}\n\n{PASSWORD}\n\n"));
    let (out, told) = (
        String::from_utf8_lossy(&answered.stdout),
        String::from_utf8_lossy(&answered.stderr),
    );
    assert!(answered.status.success(), "{told}");
    assert!(
        told.contains("lacks the leaves") && out.contains("/ledger/"),
        "{told}{out}"
    );
}

fn people_work_on(new: &Path) {
    let program = Program::start("demo", new, &[]);
    let mut browser = Browser::new(program.address);
    assert_eq!(browser.get("/health").unwrap().status, 200);
    let people = clients(program.address).expect("everybody signs in");
    let (_, anew) = work_until_killed(program, people, || std::thread::sleep(WORK));
    assert!(done(&anew) > 0, "nobody can work");
    let checked = verify_at(new.join("quytrinh.db").to_str().unwrap(), new, true).unwrap();
    assert_eq!(checked.outcome, book::Outcome::Ok, "{}", said(&checked));
}

#[test]
fn a_copy_that_was_shipped_loses_only_what_came_after_it_and_the_loss_is_announced() {
    let (folder, copies) = (new_folder(), new_folder());
    let data = folder.path().join("data");
    let laid = run(&["demo", "--no-serve", "--cases", "5", "--data", data.to_str().unwrap()]);
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));
    let program = Program::start("demo", &data, &[]);
    let people = clients(program.address).expect("everybody signs in");
    // The first copy is of an office at work; the second follows it within the same day.
    let (people, mut before) = work_until_killed(program, people, || {
        std::thread::sleep(WORK);
        ship(&data, copies.path());
    });
    let program = Program::start("demo", &data, &[]);
    ship(&data, copies.path());
    let (_, after) = work_until_killed(program, people, || {
        std::thread::sleep(WORK);
        // The notes are of the last moment, as those that a witness or a printed page has.
        let keys_to = copies.path().join("keys");
        let words = [
            "backup-keys",
            "--data",
            data.to_str().unwrap(),
            "--to",
            keys_to.to_str().unwrap(),
        ];
        assert!(run(&words).status.success());
    });
    std::fs::remove_dir_all(&data).unwrap();

    let new = folder.path().join("new");
    restored(copies.path(), &new);
    assert_eq!(wrong(&new, &before), Vec::<String>::new());
    let (kept, lost) = (done(&before), done(&after));
    // The control: what came after is not there, and the same check says so.
    before.extend(after);
    assert!(!wrong(&new, &before).is_empty(), "nothing is lost: the check is blind");

    let missing = announced(&new);
    two_answer_for_it(&new);
    people_work_on(&new);
    assert!(kept > 0 && lost > 0, "too little was done: {kept}, {lost}");
    figure(
        "D9",
        &format!(
            "an embedded office from a copy: {kept} acts of before it all there, {lost} of after it lost and announced ({missing}), answered for by two people, then worked on"
        ),
    );
}
