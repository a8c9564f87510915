//! An office of a size (trust.md D1, D7, D8): after a kill it answers soon, it is backed up while somebody works, and a
//! rehearsal of its recovery ends within minutes. The long form has a database and files of the sizes that the goals name.

use crate::support::browser::Browser;
use crate::support::program::{Program, run};
use crate::support::rounds::{figure, rounds};
use quytrinh::app::open_database;
use quytrinh::demo::PASSWORD;
use quytrinh::documents;
use quytrinh::kernel::Actor;
use quytrinh::web::Failure;
use quytrinh::{ledger, people};
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const MIB: u64 = 1 << 20;
/// Bytes of one attached file: what a scanned paper of many pages has.
const FILE: usize = 20 << 20;
/// However small the office, the passphrase, the schema and the check take some time.
const AT_LEAST: Duration = Duration::from_secs(20);

fn must(done: Output) -> String {
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// Keeps so many files that no other one equals, by the program's own function.
fn keep_files(data: &Path, count: usize) {
    let db = open_database(data.join("quytrinh.db").to_str().unwrap()).expect("the database opens");
    let (agency, _) = people::agencies(&db).expect("agencies").remove(0);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..count {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        while bytes.len() < FILE {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend(state.to_le_bytes());
        }
        let files = data.join("files");
        let house = Actor::house(agency.clone(), crate::support::opening());
        ledger::change(&db, house, move |work| {
            let sha256 = documents::keep_file(work, &files, ("application/pdf", &bytes))?;
            work.record("test.kept", ("test", &sha256), serde_json::json!({}));
            Ok::<_, Failure>(())
        })
        .expect("the file is kept");
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => bytes_in(&entry.path()),
            _ => entry.metadata().map_or(0, |about| about.len()),
        })
        .sum()
}

/// Adds positions while `meanwhile` runs; gives what that gave, and the time that 95 of 100 acts did not exceed.
fn working<T>(browser: &Browser, letter: char, meanwhile: impl FnOnce() -> T) -> (T, Duration) {
    let (is_over, mut browser) = (AtomicBool::new(false), browser.at(browser.address()));
    std::thread::scope(|threads| {
        let acts = threads.spawn(|| work_until(&mut browser, letter, &is_over));
        let done = meanwhile();
        is_over.store(true, Ordering::Relaxed);
        (done, p95(acts.join().expect("work")))
    })
}

/// Adds positions until it is over; how long each act took.
fn work_until(browser: &mut Browser, letter: char, is_over: &AtomicBool) -> Vec<Duration> {
    let mut times = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let page = browser.get("/people").expect("a page");
        let form = page.form("/positions").expect("a form for a position");
        let code = format!("{letter}{}", times.len());
        let form = ["name", "name_en", "unit"]
            .iter()
            .fold(form.with("code", &code), |form, field| form.with(field, &code));
        let begun = Instant::now();
        let sent = browser.send(&form).expect("an answer");
        assert_eq!(sent.status, 303, "{}", sent.text);
        times.push(begun.elapsed());
        std::thread::sleep(Duration::from_millis(20));
    }
    times
}

/// The time that 95 of 100 acts did not exceed.
fn p95(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times
        .get((times.len() * 95 / 100).min(times.len().saturating_sub(1)))
        .copied()
        .expect("acts")
}

#[test]
fn a_large_office_answers_soon_after_a_kill_and_is_backed_up_and_rehearsed_within_minutes() {
    // On a disk, not in memory.
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let (place, to) = (data.to_str().unwrap(), backups.to_str().unwrap());
    let cases = rounds("D8_CASES", 40).to_string();
    must(run(&["demo", "--no-serve", "--cases", &cases, "--data", place]));
    keep_files(&data, rounds("D8_FILES", 4));
    let (database, files) = (
        bytes_in(&data) - bytes_in(&data.join("files")),
        bytes_in(&data.join("files")),
    );

    let first_page = |program: &Program, begun: Instant| {
        let page = Browser::new(program.address).get("/procedures").expect("an answer");
        assert_eq!(page.status, 200);
        begun.elapsed()
    };
    let program = Program::start("demo", &data, &[]);
    first_page(&program, Instant::now());
    drop(program);
    let begun = Instant::now();
    let program = Program::start("demo", &data, &[]);
    let answered = first_page(&program, begun);

    let mut browser = Browser::new(program.address);
    browser
        .sign_in("quantri", PASSWORD)
        .expect("the administrator signs in");
    let ((), quiet) = working(&browser, 'T', || std::thread::sleep(Duration::from_secs(2)));
    let (took, busy) = working(&browser, 'S', || {
        let begun = Instant::now();
        must(run(&["backup", "--data", place, "--to", to]));
        begun.elapsed()
    });
    drop(program);
    let begun = Instant::now();
    let scratch = folder.path().to_str().unwrap();
    let report = must(run(&[
        "drill",
        "--data",
        place,
        "--from",
        to,
        "--scratch",
        scratch,
        "--language",
        "en",
    ]));
    let rehearsed = begun.elapsed();
    assert!(
        backups.exists() && bytes_in(&backups) > files,
        "the backup lacks files:\n{report}"
    );

    let (mib, of_files) = (database / MIB, files / MIB);
    let secs = |time: Duration| time.as_secs_f64();
    figure(
        "D1",
        &format!(
            "with a database of {mib} MiB the first page is there {:.1} s after the start that follows a kill",
            secs(answered)
        ),
    );
    let rate = secs(took) / ((database + files) as f64 / 1e9);
    figure(
        "D7",
        &format!(
            "{mib} MiB of database and {of_files} MiB of files backed up in {:.1} s ({rate:.0} s for each GB), p95 of acts {quiet:.1?} before and {busy:.1?} meanwhile",
            secs(took)
        ),
    );
    figure(
        "D8",
        &format!(
            "the rehearsal with {mib} MiB of database and {of_files} MiB of files took {:.1} s",
            secs(rehearsed)
        ),
    );
    let gigabytes = u32::try_from((database + files) / 1_000_000_000).unwrap() + 1;
    assert!(answered <= Duration::from_secs(2).max(AT_LEAST / 4), "{answered:?}");
    assert!(took <= AT_LEAST + Duration::from_secs(60) * gigabytes, "{took:?}");
    assert!(
        rehearsed <= AT_LEAST + Duration::from_secs(100) * gigabytes,
        "{rehearsed:?}"
    );
}
