//! A disk that is full (trust.md D5): files are refused first, then acts; reading goes on, nothing is damaged, and it passes.

use super::check::findings;
use super::faults::{ACTS, Places, Sent, Stage, set_stage};
use super::people::Journal;
use super::power::copy;
use crate::support::browser::{Browser, Opened};
use crate::support::program::Program;
use crate::support::rounds::figure;
use diesel::prelude::*;
use quytrinh::db::AnyConnection;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The pages that are read meanwhile.
const PAGES: [&str; 4] = ["/", "/documents", "/procedures", "/lists"];

fn must_read(browser: &mut Browser) {
    for page in PAGES {
        assert_eq!(browser.get(page).expect("an answer").status, 200, "{page}");
    }
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
    // The control: a case that stands elsewhere than its last step is found by the same look.
    let half = "UPDATE cases SET last_seq = last_seq + 1 WHERE id = (SELECT max(id) FROM cases)";
    diesel::sql_query(half).execute(&mut connect(&whole)).expect(half);
    assert!(!findings(&mut connect(&whole), &whole, &Journal::default()).is_empty());
    figure(
        "D5",
        &format!(
            "files refused below the reserve, acts only when nothing is left ({refusals} of 60), every page readable, well again {} ms after room was made, nothing damaged",
            freed.elapsed().as_millis()
        ),
    );
}
