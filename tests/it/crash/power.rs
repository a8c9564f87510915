//! The power goes while people work (trust.md D2): what was acknowledged is there after it, and nothing is damaged.

use super::check::findings;
use super::disk::Disk;
use super::people::{Journal, Noted, Outcome, clients};
use super::trace::{CALLS, Event, read};
use super::{Deed, SEED, chance, work_until_killed};
use crate::support::databases::new_folder;
use crate::support::program::{Program, run};
use crate::support::rounds::{figure, rounds};
use diesel::prelude::*;
use quytrinh::db::AnyConnection;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// How long people work before the cuts are tried.
const WORK: Duration = Duration::from_secs(6);

/// What was recorded: the office before, what was asked of its disk, and what people were told.
struct Recorded {
    before: tempfile::TempDir,
    data: std::path::PathBuf,
    events: Vec<Event>,
    journal: Journal,
}

/// Copies all files of a folder.
pub fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Lets people work for a while at a program whose every call for the disk is written down.
fn record(folder: &Path) -> Recorded {
    let data = folder.join("data");
    let path = data.to_str().unwrap();
    let laid = run(&["demo", "--no-serve", "--cases", "20", "--data", path]);
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));
    // Everybody signs in before the disk is watched.
    let signed_in = Program::start("demo", &data, &[]);
    let people = clients(signed_in.address).expect("everybody signs in");
    drop(signed_in);
    let before = tempfile::tempdir_in(folder).unwrap();
    copy(&data, before.path());
    let log = folder.join("strace.log");
    let tracer = ["strace", "-D", "-f", "-ttt", "-y", "-xx", "-s", "4194304", "-e"];
    let calls = format!("trace={CALLS}");
    let around: Vec<&str> = tracer
        .into_iter()
        .chain([calls.as_str(), "-o", log.to_str().unwrap()])
        .collect();
    let program = Program::start_under(&around, "demo", &data, &[]);
    let (_, journal) = work_until_killed(program, people, || std::thread::sleep(WORK));
    let log = wait_for_the_end(&log);
    Recorded {
        before,
        events: read(&log, &data),
        data,
        journal,
    }
}

/// The log, once the tracer has seen the end of every thread.
fn wait_for_the_end(log: &Path) -> String {
    let begun = Instant::now();
    let mut length = 0;
    loop {
        std::thread::sleep(Duration::from_millis(200));
        let now = std::fs::metadata(log).expect("a log of strace").len();
        if now == length && now > 0 {
            return String::from_utf8_lossy(&std::fs::read(log).unwrap()).into_owned();
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "strace does not end");
        length = now;
    }
}

/// What people knew at a moment: an act whose answer had not come yet is done, or it is not.
fn known_at(journal: &Journal, at: SystemTime) -> Journal {
    let begun = journal.iter().filter(|noted| noted.begun < at);
    begun
        .map(|noted| match noted.ended < at {
            true => noted.clone(),
            false => Noted {
                outcome: Outcome::Unknown,
                case: None,
                ..noted.clone()
            },
        })
        .collect()
}

/// What is wrong after cuts at moments that chance chooses, and how many acknowledged acts they had to keep at most.
fn after_cuts(recorded: &Recorded, cuts: usize, is_honest: bool) -> (Vec<String>, usize) {
    let mut state = SEED;
    let count = recorded.events.len();
    let mut moments: Vec<usize> = (0..cuts)
        .map(|_| usize::try_from(chance(&mut state)).unwrap() % (count - 1))
        .collect();
    moments.sort_unstable();
    let mut disk = Disk::holding(recorded.before.path(), is_honest).moved(recorded.before.path(), &recorded.data);
    let (mut taken, mut wrong, mut most) = (0, Vec::new(), 0);
    for moment in moments {
        for event in &recorded.events[taken..=moment] {
            disk.take(&event.asked);
        }
        taken = moment + 1;
        let known = known_at(&recorded.journal, recorded.events[moment + 1].at);
        most = most.max(known.iter().filter(|noted| noted.outcome == Outcome::Done).count());
        let target = tempfile::tempdir_in(recorded.data.parent().unwrap()).unwrap();
        disk.cut((&recorded.data, target.path()), &mut state);
        let mut conn = AnyConnection::establish(target.path().join("quytrinh.db").to_str().unwrap()).unwrap();
        let found = findings(&mut conn, target.path(), &known);
        wrong.extend(found.into_iter().map(|one| format!("after event {moment}: {one}")));
    }
    (wrong, most)
}

#[test]
fn what_was_acknowledged_survives_power_cuts_and_a_disk_that_lies_is_caught() {
    // On a server the disk is the server's: this is about the database inside the program, wherever the suite runs.
    let folder = new_folder();
    let recorded = record(folder.path());
    for deed in Deed::ALL {
        let done = |noted: &&Noted| noted.deed == deed && noted.outcome == Outcome::Done;
        assert!(
            recorded.journal.iter().filter(done).count() >= 3,
            "{deed:?} was hardly done"
        );
    }
    let cuts = rounds("D2", 60);
    let (wrong, most) = after_cuts(&recorded, cuts, true);
    assert!(wrong.is_empty(), "seed {SEED}:\n{}", wrong.join("\n"));
    // The control: the same cuts on a disk whose syncs do nothing lose what was acknowledged.
    let (lost, _) = after_cuts(&recorded, cuts.min(60), false);
    assert!(
        !lost.is_empty(),
        "a disk that never syncs loses nothing: the check is blind"
    );
    figure(
        "D2",
        &format!(
            "{cuts} power cuts over {} writes, syncs and names, {most} acknowledged acts: 0 lost, 0 damaged; without syncs the check finds {}",
            recorded.events.len(),
            lost.len()
        ),
    );
}
