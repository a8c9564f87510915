//! A disk that fails for good, and one that is full (trust.md D4, D5): nothing is acknowledged that is not kept, reading goes
//! on, and a full disk is no more than that.

use super::check::findings;
use super::faults::{ACTS, Places, Sent, Stage, Tracer, set_stage};
use super::people::{Journal, Outcome, clients};
use super::power::copy;
use super::work_until_told;
use crate::support::browser::{Browser, Opened};
use crate::support::databases::lines;
use crate::support::program::Program;
use crate::support::rounds::figure;
use diesel::prelude::*;
use quytrinh::db::AnyConnection;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// After this many syncs each one fails.
const GOOD_SYNCS: usize = 20;
/// What is asked while nothing may be written any more.
const ASKED: usize = 200;
/// The pages that are read meanwhile.
const PAGES: [&str; 4] = ["/", "/documents", "/procedures", "/lists"];

fn must_read(browser: &mut Browser) {
    for page in PAGES {
        assert_eq!(browser.get(page).expect("an answer").status, 200, "{page}");
    }
}

#[test]
fn after_the_first_sync_that_fails_nothing_is_acknowledged_and_everything_can_be_read() {
    let stage = set_stage();
    let data = stage.folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    copy(&stage.base, &data);
    let program = Program::start("demo", &data, &[]);
    let people = clients(program.address).expect("everybody signs in");
    let fault = format!("error=EIO:when={GOOD_SYNCS}+");
    let log = stage.folder.path().join("strace.log");
    let tracer = Tracer::attach_timed(&program, &log, "fdatasync", &fault);
    let journal = work_until_told(people, &program, Duration::from_secs(8));
    let failed = tracer.first_injection().expect("a sync failed");
    let mut reader = stage.people["thuky"].at(program.address);
    must_read(&mut reader);
    let health = reader.get("/health").expect("an answer");
    assert_eq!(health.status, 503, "{}", health.text);
    let begun_after = |noted: &&super::people::Noted| noted.begun > failed;
    let done_after = journal
        .iter()
        .filter(begun_after)
        .filter(|noted| noted.outcome == Outcome::Done);
    assert_eq!(done_after.count(), 0, "acknowledged after the disk had failed");
    let before = journal.iter().filter(|noted| noted.outcome == Outcome::Done).count();
    assert!(before >= 5, "hardly anything was done before: {before}");
    let mut desk = stage.people["motcua1"].at(program.address);
    for _ in 0..ASKED {
        let answer = do_act(&mut desk, &stage.places, 0);
        assert_eq!(answer.status, 503, "{}", answer.text);
    }
    drop(tracer);
    drop(program);
    let mut conn = connect(&data);
    assert_eq!(findings(&mut conn, &data, &journal), Vec::<String>::new());
    // The next start, on a disk that is whole again, tells the ledger.
    let program = Program::start("demo", &data, &[]);
    let mut desk = stage.people["motcua1"].at(program.address);
    let begun = Instant::now();
    while do_act(&mut desk, &stage.places, 0).status != 303 {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "nothing can be written after a new start"
        );
    }
    let told = lines(
        &mut connect(&data),
        "SELECT act AS value FROM ledger WHERE act = 'disk.failed'",
    );
    assert!(!told.is_empty(), "the ledger does not tell that the disk failed");
    drop(program);
    figure(
        "D4",
        &format!(
            "after the first failed sync {ASKED} acts and more: 0 acknowledged, all answered with 503, every page readable, told in the ledger at the next start"
        ),
    );
}

fn connect(data: &Path) -> AnyConnection {
    AnyConnection::establish(data.join("quytrinh.db").to_str().unwrap()).expect("the database opens")
}

/// Does one of the acts; nobody else needs to be able to.
fn do_act(browser: &mut Browser, places: &Places, act: usize) -> Opened {
    let sent = ACTS[act].2(browser, places).expect("the form of the act");
    match sent {
        Sent::Form(form) => browser.send(&form).expect("an answer"),
        Sent::File(form, text) => browser.send_file(&form, ("tep.pdf", &text)).expect("an answer"),
    }
}

/// The size of the small disk, and what is left on it: less than the reserve, which is for acts, and then nothing.
const DISK: &str = "size=200m";
const LITTLE: u64 = 40 << 20;

/// A program whose data lie on a disk of its own, seen from here through its process.
struct Cramped {
    program: Program,
    data: PathBuf,
}

impl Cramped {
    fn start(stage: &Stage) -> Self {
        let place = stage.folder.path().join("small");
        std::fs::create_dir(&place).unwrap();
        let script = format!(
            "mount -t tmpfs -o {DISK} tmpfs {small} && cp -a {base} {small}/data && exec \"$@\"",
            small = place.display(),
            base = stage.base.display()
        );
        // Somebody who is not root is it in a namespace of users.
        let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
        let apart = if is_root { "-m" } else { "-Urm" };
        let around = ["unshare", apart, "sh", "-c", &script, "sh"];
        let log = stage.folder.path().join("program.log");
        let program = Program::start_logging(&around, ("demo", &place.join("data"), &log), &[]);
        let inside = PathBuf::from(format!("/proc/{}/root{}", program.id(), place.join("data").display()));
        Self { program, data: inside }
    }

    /// Fills the disk until only this many bytes are left.
    fn fill(&self, left: u64) {
        use std::io::Write;
        let mut ballast = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.data.join("ballast"))
            .unwrap();
        let block = vec![7_u8; 1 << 20];
        while self.free() > left + (1 << 20) {
            ballast.write_all(&block).unwrap();
        }
        while left == 0 && ballast.write(&block[..4096]).is_ok_and(|written| written > 0) {}
    }

    fn free(&self) -> u64 {
        let found = std::process::Command::new("stat")
            .args(["-f", "-c", "%a %S", self.data.to_str().unwrap()])
            .output()
            .expect("stat");
        let text = String::from_utf8(found.stdout).unwrap();
        let (blocks, size) = text.trim().split_once(' ').expect("two numbers");
        blocks.parse::<u64>().unwrap() * size.parse::<u64>().unwrap()
    }
}

#[test]
fn a_full_disk_refuses_files_first_then_acts_damages_nothing_and_passes_by_itself() {
    let stage = set_stage();
    let cramped = Cramped::start(&stage);
    let address = cramped.program.address;
    let (mut desk, mut secretary) = (stage.people["motcua1"].at(address), stage.people["thuky"].at(address));
    assert_eq!(
        do_act(&mut secretary, &stage.places, 2).status,
        303,
        "a file while there is room"
    );
    cramped.fill(LITTLE);
    let refused = do_act(&mut secretary, &stage.places, 2);
    assert_eq!(refused.status, 507, "{}", refused.text);
    assert_eq!(
        do_act(&mut desk, &stage.places, 0).status,
        303,
        "an act while the reserve is there"
    );
    cramped.fill(0);
    let mut refusals = 0;
    for _ in 0..60 {
        // What fits into pages that are there already may still be kept.
        refusals += usize::from(do_act(&mut desk, &stage.places, 0).status == 507);
        must_read(&mut desk);
    }
    assert!(refusals > 0, "the disk was never full");
    std::fs::remove_file(cramped.data.join("ballast")).unwrap();
    let freed = Instant::now();
    while do_act(&mut desk, &stage.places, 0).status != 303 {
        assert!(freed.elapsed() < Duration::from_secs(5), "the office does not recover");
    }
    let whole = stage.folder.path().join("whole");
    std::fs::create_dir(&whole).unwrap();
    copy(&cramped.data, &whole);
    drop(cramped);
    assert_eq!(
        findings(&mut connect(&whole), &whole, &Journal::default()),
        Vec::<String>::new()
    );
    figure(
        "D5",
        &format!(
            "files refused below the reserve, acts only when nothing is left ({refusals} of 60), every page readable, well again {} ms after room was made, nothing damaged",
            freed.elapsed().as_millis()
        ),
    );
}
