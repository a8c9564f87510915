//! Memory is bounded under hostile input (trust row C10): the hostile files are read once more by a process of its own
//! that may have 768 MiB for everything.

use crate::support::rounds::figure;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What the process may have, in bytes: 768 MiB.
const ROOM: &str = "--as=805306368";

/// The tests that read what was made to harm.
const HOSTILE: [&str; 5] = [
    "edge::hostile::xml_that_harms_is_refused_by_every_reader",
    "edge::hostile::an_archive_that_grows_a_hundredfold_is_refused_while_it_is_unpacked",
    "edge::hostile::a_table_with_cells_far_apart_takes_no_room",
    "edge::fuzz::no_reader_panics_or_hangs_on_a_file_that_was_changed",
    "edge::markdown::nothing_beyond_the_allow_list_leaves_the_sanitizer",
];

/// The most memory that a process has had, in MiB, as the system tells it.
fn peak(id: u32) -> Option<u64> {
    let told = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib >> 10)
}

/// Runs tests of this program in little room; whether all were well, the most memory it had, and what it said.
fn run(tests: &[&str], more: &[&str], set: &[(&str, &str)]) -> (bool, u64, String) {
    let own = std::env::current_exe().unwrap();
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut child = Command::new("prlimit")
        .args([ROOM, "env", "MALLOC_ARENA_MAX=2", "RUST_BACKTRACE=0"])
        .arg(own)
        .args(["--exact", "--test-threads=1"])
        .args(more)
        .envs(set.iter().copied())
        .args(tests)
        .stdin(Stdio::null())
        .stdout(log.reopen().unwrap())
        .stderr(log.reopen().unwrap())
        .spawn()
        .expect("prlimit is part of every Linux system");
    let mut most = 0;
    let status = loop {
        most = most.max(peak(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    (status.success(), most, std::fs::read_to_string(log.path()).unwrap())
}

#[test]
fn hostile_files_are_read_in_a_process_with_little_memory() {
    let (is_well, most, said) = run(&HOSTILE, &[], &[]);
    assert!(is_well && said.contains(&format!("{} passed", HOSTILE.len())), "{said}");
    figure(
        "C10",
        &format!(
            "hostile files in a process with 768 MiB for everything: refused without a fault, {most} MiB at most in use"
        ),
    );
    figure(
        "F3",
        &format!(
            "archives, XML and tables that were made to harm: {most} MiB at most in use, this program and its tests included"
        ),
    );
}

/// Tells the test below that it is the process that takes too much.
const GREEDY: &str = "QUYTRINH_TEST_TAKES_TOO_MUCH";

#[test]
fn the_room_is_one_that_can_be_too_small() {
    if std::env::var_os(GREEDY).is_some() {
        let much = vec![1_u8; 1 << 30];
        println!("had {}", much.iter().map(|byte| usize::from(*byte)).sum::<usize>());
        return;
    }
    let own = "edge::limited::the_room_is_one_that_can_be_too_small";
    let (is_well, _, said) = run(&[own], &["--nocapture"], &[(GREEDY, "1")]);
    assert!(!is_well && !said.contains("had "), "{said}");
}
