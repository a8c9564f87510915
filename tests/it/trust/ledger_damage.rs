//! D6: damage on the disk is found or is harmless.

use super::ledger_office::{copy_of, in_order, sealed_office, verify_at};
use super::ledger_tamper::columns;
use crate::support::TestOffice;
use crate::support::databases::{SERVER, lines};
use crate::support::rounds::{figure, rounds};
use diesel::Connection;
use quytrinh::book::Outcome;
use quytrinh::db::AnyConnection;
use std::collections::BTreeMap;

/// Chance that is the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// The questions that tell everything the ledger answers for.
fn questions(office: &TestOffice) -> Vec<String> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in columns(&mut office.connect()) {
        tables.entry(table).or_default().push(format!("\"{column}\""));
    }
    let question = |(table, columns): (String, Vec<String>)| {
        format!(
            "SELECT json_array({}) AS value FROM \"{table}\" ORDER BY 1",
            columns.join(", ")
        )
    };
    tables.into_iter().map(question).collect()
}

/// What the database answers; none when it does not answer any more.
fn content(path: &str, questions: &[String]) -> Option<Vec<String>> {
    let (path, questions) = (path.to_owned(), questions.to_vec());
    std::panic::catch_unwind(move || {
        let mut conn = AnyConnection::establish(&path).expect("opens");
        questions.iter().flat_map(|sql| lines(&mut conn, sql)).collect()
    })
    .ok()
}

/// Flips one bit of the file, again and again. Every flip is found by the verification, or changes nothing of what the
/// database says. `QUYTRINH_ROUNDS_D6` says how many.
#[actix_web::test]
async fn one_bit_of_the_file_is_found_or_changes_nothing() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    in_order(&office);
    let folder = tempfile::tempdir_in(office.database.folder.path()).unwrap();
    let copy = copy_of(&office, folder.path());
    let bytes = std::fs::read(&copy).unwrap();
    let questions = questions(&office);
    let truth = content(copy.to_str().unwrap(), &questions).unwrap();
    let victim = folder.path().join("victim.db");
    let url = victim.to_str().unwrap();
    let times = rounds("D6", 250);
    let mut chance = Chance(5);
    let (mut found, mut harmless, mut missed) = (0, 0, Vec::new());
    for _ in 0..times {
        let mut damaged = bytes.clone();
        let place = chance.below(damaged.len());
        damaged[place] ^= 1 << chance.below(8);
        for side in ["-wal", "-shm"] {
            drop(std::fs::remove_file(format!("{url}{side}")));
        }
        std::fs::write(&victim, &damaged).unwrap();
        match verify_at(url, office.database.folder.path(), true) {
            Ok(checked) if checked.outcome == Outcome::Ok => {
                if content(url, &questions).as_ref() == Some(&truth) {
                    harmless += 1;
                } else {
                    missed.push(place);
                }
            }
            Ok(_) | Err(_) => found += 1,
        }
    }
    let size = bytes.len();
    let missed_count = missed.len();
    figure(
        "D6",
        &format!("{times} bits of a file of {size} bytes: {found} found, {harmless} harmless, {missed_count} missed"),
    );
    assert!(missed.is_empty(), "missed at {missed:?}");
    assert!(found > 10 && harmless > 10, "{found} found, {harmless} harmless");
}

/// The end of the write-ahead log is cut or filled with noise: what was committed before is there whole, and verifies, or
/// the note outside the database tells that it is not.
#[actix_web::test]
async fn a_write_ahead_log_that_lost_its_end_gives_an_older_whole_book() {
    if SERVER.is_some() {
        return;
    }
    let office = sealed_office().await;
    let source = office.database.url.clone();
    let log = std::fs::read(format!("{source}-wal")).unwrap();
    let main = std::fs::read(&source).unwrap();
    let folder = tempfile::tempdir_in(office.database.folder.path()).unwrap();
    let victim = folder.path().join("victim.db");
    let url = victim.to_str().unwrap();
    let mut chance = Chance(7);
    let mut outcomes = std::collections::BTreeMap::new();
    for turn in 0..40 {
        drop(std::fs::remove_file(format!("{url}-shm")));
        std::fs::write(&victim, &main).unwrap();
        let kept = chance.below(log.len());
        let mut cut = log[..kept].to_vec();
        if turn % 2 == 0 {
            cut.extend((0..4096).map(|_| u8::try_from(chance.below(256)).unwrap()));
        }
        std::fs::write(format!("{url}-wal"), cut).unwrap();
        let outcome =
            verify_at(url, office.database.folder.path(), true).map_or(Outcome::Unreadable, |checked| checked.outcome);
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    println!("the log cut 40 times: {outcomes:?}");
    assert!(
        outcomes.get(&Outcome::Ok).copied().unwrap_or(0) < 40,
        "nothing was cut: {outcomes:?}"
    );
    // A log that is shorter is an older book: never a book that is called altered.
    assert_eq!(outcomes.get(&Outcome::Tampered), None, "{outcomes:?}");
}
