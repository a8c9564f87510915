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

/// How large an office is, in bytes.
#[derive(Clone, Copy)]
struct Size {
    database: u64,
    files: u64,
}

impl Size {
    fn of(data: &Path) -> Self {
        let files = bytes_in(&data.join("files"));
        let database = bytes_in(data) - files;
        Self { database, files }
    }

    /// Billions of bytes that were begun.
    fn gigabytes(self) -> u32 {
        u32::try_from((self.database + self.files) / 1_000_000_000).unwrap() + 1
    }

    /// Seconds for each billion of bytes.
    fn rate(self, took: Duration) -> f64 {
        let megabytes = u32::try_from((self.database + self.files) / 1_000_000).unwrap();
        took.as_secs_f64() * 1000.0 / f64::from(megabytes)
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} MiB of database and {} MiB of files",
            self.database / MIB,
            self.files / MIB
        )
    }
}

/// The program at work on an office, and how long it took from its start until the first page was there.
fn started(data: &Path) -> (Program, Duration) {
    let begun = Instant::now();
    let program = Program::start("demo", data, &[]);
    let page = Browser::new(program.address).get("/procedures").expect("an answer");
    assert_eq!(page.status, 200);
    (program, begun.elapsed())
}

/// A backup while somebody works: how long it took, and the time that 95 of 100 acts did not exceed before and meanwhile.
fn backed_up(program: &Program, (place, to): (&str, &str)) -> (Duration, [Duration; 2]) {
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
    (took, [quiet, busy])
}

fn rehearsed(place: &str, to: &str, scratch: &str) -> Duration {
    let begun = Instant::now();
    must(run(&["drill", "--data", place, "--from", to, "--scratch", scratch]));
    begun.elapsed()
}

#[test]
fn a_large_office_answers_soon_after_a_kill_and_is_backed_up_and_rehearsed_within_minutes() {
    // On a disk, not in memory.
    let folder = tempfile::tempdir().unwrap();
    let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
    let (place, to, scratch) = (
        data.to_str().unwrap(),
        backups.to_str().unwrap(),
        folder.path().to_str().unwrap(),
    );
    let cases = rounds("D8_CASES", 40).to_string();
    must(run(&["demo", "--no-serve", "--cases", &cases, "--data", place]));
    keep_files(&data, rounds("D8_FILES", 4));
    let size = Size::of(&data);
    drop(started(&data));
    let (program, answered) = started(&data);
    let (took, [quiet, busy]) = backed_up(&program, (place, to));
    drop(program);
    assert!(bytes_in(&backups) > size.files, "the backup lacks files");
    let drill = rehearsed(place, to, scratch);

    let secs = |time: Duration| time.as_secs_f64();
    let mib = size.database / MIB;
    figure(
        "D1",
        &format!(
            "with a database of {mib} MiB the first page is there {:.1} s after the start that follows a kill",
            secs(answered)
        ),
    );
    figure(
        "D7",
        &format!(
            "{size} backed up in {:.1} s ({:.0} s for each GB), p95 of acts {quiet:.1?} before and {busy:.1?} meanwhile",
            secs(took),
            size.rate(took)
        ),
    );
    figure("D8", &format!("the rehearsal with {size} took {:.1} s", secs(drill)));
    assert!(answered <= AT_LEAST / 4, "{answered:?}");
    assert!(
        took <= AT_LEAST + Duration::from_secs(60) * size.gigabytes(),
        "{took:?}"
    );
    assert!(
        drill <= AT_LEAST + Duration::from_secs(100) * size.gigabytes(),
        "{drill:?}"
    );
}
