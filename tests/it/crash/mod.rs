//! Kill -9 while people work: what was acknowledged is there exactly once, and nothing is there by half.

mod ailing;
pub mod check;
mod disk;
mod failover;
mod faults;
pub mod people;
mod power;
mod shipped;
mod trace;

use crate::support::databases::{self, SERVER, TestDatabase};
use crate::support::program::{Program, run};
use crate::support::rounds::{figure, rounds};
use crate::trust::ledger_office::{said, verify_at};
use check::{findings, findings_with};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use people::{Client, DONE, Deed, Journal, clients};
use quytrinh::book::Outcome;
use quytrinh::db::Keyring;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often the program is killed, at least (10,000 in the measurement of trust.md D1), and how often more until each
/// kind of act was acknowledged often enough to lose some.
const KILLS: usize = 50;
const MORE_KILLS: u64 = 50;
const ENOUGH: usize = 20;
/// However slow the machine, a kill comes at last.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// On a PostgreSQL server the killed program is only a client, and less can go wrong.
const KILLS_ON_SERVER: usize = 10;
/// Look through the whole database after so many kills, and after the last.
const LOOK_EVERY: u64 = 10;
const SEED: u64 = 20_261_123;

/// Chance that is the same in every run.
fn chance(state: &mut u64) -> u32 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    u32::try_from(*state >> 33).expect("31 bits")
}

fn database_of(database: &TestDatabase) -> Vec<&str> {
    if SERVER.is_some() {
        vec!["--database-url", &database.url]
    } else {
        Vec::new()
    }
}

/// Waits until some acts were acknowledged, counted over all kinds or only over signatures, and then a little longer:
/// the kill hits whatever is under way at that moment.
fn wait_for(acts: u32, only_signatures: bool, and_then: Duration) {
    let kinds = if only_signatures { 2..3 } else { 0..4 };
    let done = || {
        DONE[kinds.clone()]
            .iter()
            .map(|count| count.load(Ordering::Relaxed))
            .sum::<usize>()
    };
    let (before, begun) = (done(), Instant::now());
    while done() < before + usize::try_from(acts).unwrap() && begun.elapsed() < LONGEST_WAIT {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(and_then);
}

/// Lets the clients work until the program is killed under them; returns who they are and what they noted.
fn work_until_killed(program: Program, clients: Vec<Client>, until: impl FnOnce()) -> (Vec<Client>, Journal) {
    std::thread::scope(|threads| {
        let address = program.address;
        let working: Vec<_> = clients
            .into_iter()
            .map(|client| threads.spawn(move || client.at(address).work_until_it_breaks()))
            .collect();
        until();
        drop(program);
        let mut journal = Journal::default();
        let clients = working.into_iter().map(|one| {
            let (client, noted) = one.join().expect("a client meets only broken connections");
            journal.extend(noted);
            client
        });
        (clients.collect(), journal)
    })
}

#[test]
fn what_was_acknowledged_survives_fifty_kills_and_nothing_is_half_done() {
    let database = databases::empty();
    let data = database.folder.path().to_path_buf();
    let url = database_of(&database);
    let mut lay_down = vec!["demo", "--no-serve", "--cases", "20", "--data", data.to_str().unwrap()];
    lay_down.extend(&url);
    let laid = run(&lay_down);
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));

    let mut program = Program::start("demo", &data, &url);
    let mut working = clients(program.address).expect("everybody signs in");
    let mut journal = Journal::default();
    let mut state = SEED;
    let least = rounds("D1", if SERVER.is_some() { KILLS_ON_SERVER } else { KILLS });
    let least = u64::try_from(least).unwrap();
    let mut kills = 0;
    while kills < least || (kills < least + MORE_KILLS && !is_enough(&journal)) {
        let only_signatures = kills % 2 == 1;
        let acts = if only_signatures {
            1
        } else {
            1 + chance(&mut state) % 20
        };
        let and_then = Duration::from_millis(1) * (chance(&mut state) % 60);
        let until = || wait_for(acts, only_signatures, and_then);
        let (clients, noted) = work_until_killed(program, working, until);
        journal.extend(noted);
        working = clients;
        kills += 1;
        if kills % LOOK_EVERY == 0 {
            must_be_sound(&database, &journal, kills);
        }
        program = Program::start("demo", &data, &url);
    }
    drop(program);
    must_be_sound(&database, &journal, kills);
    let count = |outcome| journal.iter().filter(|noted| noted.outcome == outcome).count();
    let kept_in = if SERVER.is_some() { "PostgreSQL" } else { "SQLite" };
    figure(
        "D1",
        &format!(
            "{kills} kills ({kept_in}), {} acts acknowledged, {} refused, {} cut off: 0 lost, 0 doubled, 0 half done",
            count(people::Outcome::Done),
            count(people::Outcome::Refused),
            count(people::Outcome::Unknown)
        ),
    );
    let steps = journal.iter().filter(|noted| noted.deed == Deed::Step).count();
    figure(
        "C4",
        &format!("{steps} steps of cases under {kills} kills: each case's order is the order of its acts"),
    );
    figure("C5", &format!("{kills} kills: the codes of cases of each day are 1…n"));
    assert!(
        is_enough(&journal),
        "the clients did too little for {kills} kills to harm"
    );
    the_check_finds_what_is_planted(&database, &journal);
}

fn must_be_sound(database: &TestDatabase, journal: &Journal, kills: u64) {
    let mut found = findings(&mut database.connect(), database.folder.path(), journal);
    // What an auditor would ask: every leaf, row, file and signed note, and the note outside the database.
    match verify_at(&database.url, database.folder.path(), true) {
        Ok(checked) if checked.outcome == Outcome::Ok => {}
        Ok(checked) => found.push(said(&checked)),
        Err(cause) => found.push(cause),
    }
    assert!(
        found.is_empty(),
        "after {kills} kills (seed {SEED}):\n{}",
        found.join("\n")
    );
}

fn is_enough(journal: &Journal) -> bool {
    let done = |deed| {
        journal
            .iter()
            .filter(|noted| noted.deed == deed && noted.outcome == people::Outcome::Done)
            .count()
    };
    Deed::ALL.into_iter().all(|deed| done(deed) >= ENOUGH)
}

/// Losses to plant: what is lost, how, and what the finding says.
fn losses(journal: &Journal) -> [(&'static str, String, &'static str); 8] {
    let last = |deed| {
        journal
            .iter()
            .rev()
            .find(|noted| noted.deed == deed && noted.outcome == people::Outcome::Done)
            .expect("an act of each kind")
    };
    let (intake, step, signed) = (last(Deed::Intake), last(Deed::Step), last(Deed::Signature));
    let stored = "is stored";
    [
        (
            "a lost step",
            format!("DELETE FROM case_events WHERE note = '{}'", step.key),
            stored,
        ),
        (
            "a lost applicant",
            format!(
                "DELETE FROM personal_data WHERE subject_id = (SELECT id FROM cases WHERE code = '{}')",
                intake.case.as_deref().unwrap()
            ),
            stored,
        ),
        (
            "a lost signature",
            format!("DELETE FROM signatures WHERE version_id = '{}'", signed.key),
            stored,
        ),
        (
            "a step done twice",
            format!(
                "UPDATE case_events SET note = '{}' WHERE id = (SELECT max(id) FROM case_events WHERE note <> '{}')",
                step.key, step.key
            ),
            stored,
        ),
        (
            "steps that changed places",
            "UPDATE case_events SET seq = 1000 - seq WHERE case_id IN (SELECT case_id FROM case_events \
             WHERE note LIKE 'Ghi chú %' GROUP BY case_id HAVING count(*) > 1)"
                .to_owned(),
            "stands after",
        ),
        (
            "a lost entry",
            "DELETE FROM ledger WHERE seq = (SELECT min(seq) FROM ledger WHERE act = 'case.step_performed')".to_owned(),
            "the ledger has a gap",
        ),
        (
            // At the end no number is missing; its leaf still tells.
            "the last entry lost",
            "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)".to_owned(),
            "an entry has no leaf, or a leaf no entry",
        ),
        (
            "a case that stands wrong",
            "UPDATE cases SET last_seq = last_seq + 1 WHERE id = (SELECT max(id) FROM cases)".to_owned(),
            "a case stands elsewhere",
        ),
    ]
}

/// The control: a loss that is planted is found, each of them.
fn the_check_finds_what_is_planted(database: &TestDatabase, journal: &Journal) {
    let unguarded = if SERVER.is_some() {
        "SET session_replication_role = replica"
    } else {
        "PRAGMA foreign_keys = OFF"
    };
    let elsewhere = tempfile::tempdir().unwrap();
    let none = Keyring::open(elsewhere.path(), None).unwrap();
    assert!(
        !findings_with(&mut database.connect(), (database.folder.path(), &none), journal).is_empty(),
        "lost keys are not found"
    );
    for (name, sql, says) in losses(journal) {
        let mut conn = database.connect();
        conn.batch_execute(unguarded).unwrap();
        conn.batch_execute("BEGIN").unwrap();
        if SERVER.is_none() {
            drop_triggers(&mut conn);
        }
        let changed = diesel::sql_query(&sql).execute(&mut conn).unwrap();
        assert!(changed > 0, "{name}: {sql}");
        let found = findings(&mut conn, database.folder.path(), journal);
        assert!(
            found.iter().any(|one| one.contains(says)),
            "{name} is not found: {found:?}"
        );
        conn.batch_execute("ROLLBACK").unwrap();
    }
}

fn drop_triggers(conn: &mut quytrinh::db::AnyConnection) {
    let names = databases::lines(conn, "SELECT name AS value FROM sqlite_master WHERE type = 'trigger'");
    for name in names {
        conn.batch_execute(&format!("DROP TRIGGER {name}")).unwrap();
    }
}
