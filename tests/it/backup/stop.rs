//! A stop that is asked for (SIGTERM) while people work and upload: nothing that was acknowledged is lost, it takes at most
//! ten seconds, and no upload leaves anything behind.

use crate::crash::check::findings;
use crate::crash::people::{Client, Journal, Outcome, clients};
use crate::support::browser::Browser;
use crate::support::databases::{self, SERVER, TestDatabase};
use crate::support::program::{Program, run};
use crate::support::rounds::{figure, rounds};
use quytrinh::demo::PASSWORD;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How often it is stopped, at least.
const STOPS: usize = 10;

fn lay_down(data: &Path, database: &TestDatabase) -> Vec<String> {
    let url = if SERVER.is_some() {
        vec!["--database-url".to_owned(), database.url.clone()]
    } else {
        Vec::new()
    };
    let mut arguments = vec!["demo", "--no-serve", "--cases", "20", "--data", data.to_str().unwrap()];
    arguments.extend(url.iter().map(String::as_str));
    let laid = run(&arguments);
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));
    url
}

/// Drafts of files: what an upload writes before it has its name.
fn drafts(data: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(data.join("files"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let inside = |folder: PathBuf| std::fs::read_dir(folder).into_iter().flatten();
    let files = folders.filter(|path| path.is_dir()).flat_map(inside);
    let paths = files.map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with('.'))
        .collect()
}

/// Uploads files to a draft of the secretary's until the program is gone; gives how many were acknowledged.
fn upload_until_it_breaks(mut browser: Browser, megabytes: usize, seed: usize) -> usize {
    let mut count = 0;
    loop {
        match upload(&mut browser, megabytes, &format!("{seed} {count}")) {
            Ok(true) => count += 1,
            Ok(false) => {}
            Err(_) => return count,
        }
    }
}

fn upload(browser: &mut Browser, megabytes: usize, mark: &str) -> std::io::Result<bool> {
    let page = browser.get("/")?;
    let Some((_, after)) = page.text.split_once("<a href=\"/versions/") else {
        return Ok(false);
    };
    let id = after.split('"').next().unwrap_or_default();
    let edit = browser.get(&format!("/versions/{id}/edit"))?;
    // Somebody may have submitted it meanwhile.
    let Some(form) = edit.form("/files") else {
        return Ok(false);
    };
    let form = form.with("form", "*");
    let content = format!("%PDF-1.7\n{mark}\n{}", "0123456789abcdef".repeat(megabytes << 16));
    let sent = browser.send_file(&form, ("phu luc.pdf", &content))?;
    Ok(sent.status == 303)
}

/// Asks the program to stop, as an operator does (SIGTERM), and waits until it has; gives how long that took.
fn stop(program: Program) -> Duration {
    let (begun, process) = (Instant::now(), program.id().to_string());
    let asked = std::process::Command::new("kill").args(["-TERM", &process]).status();
    assert!(asked.is_ok_and(|status| status.success()), "SIGTERM is sent");
    let has_ended = || {
        // Nobody has waited for it yet, so an end leaves its state behind: Z, after the name in brackets.
        let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        state.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
    };
    while !has_ended() {
        let said = program.said();
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "the program did not stop:\n{said}"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

fn secretary(program: &Program) -> Browser {
    let mut browser = Browser::new(program.address);
    browser.sign_in("thuky", PASSWORD).unwrap();
    browser
}

#[test]
fn nothing_acknowledged_is_lost_by_a_stop_and_no_upload_leaves_anything() {
    let database = databases::empty();
    let data = database.folder.path().to_path_buf();
    let url = lay_down(&data, &database);
    let more: Vec<&str> = url.iter().map(String::as_str).collect();
    let mut program = Program::start("demo", &data, &more);
    let mut working: Vec<Client> = clients(program.address).expect("everybody signs in");
    let uploader = secretary(&program);
    let (mut journal, mut uploads, mut longest) = (Journal::default(), 0, Duration::ZERO);
    let stops = rounds("D12", STOPS);
    for round in 0..stops {
        let address = program.address;
        std::thread::scope(|threads| {
            let uploading = {
                let browser = uploader.at(address);
                threads.spawn(move || upload_until_it_breaks(browser, 1, round))
            };
            let clients: Vec<_> = working
                .drain(..)
                .map(|client| threads.spawn(move || client.at(address).work_until_it_breaks()))
                .collect();
            std::thread::sleep(Duration::from_millis(1200 + 37 * u64::try_from(round % 20).unwrap()));
            longest = longest.max(stop(program));
            assert_eq!(drafts(&data), Vec::<PathBuf>::new(), "stop {round} left a draft");
            for client in clients {
                let (client, noted) = client.join().unwrap();
                journal.extend(noted);
                working.push(client);
            }
            uploads += uploading.join().unwrap();
        });
        program = Program::start("demo", &data, &more);
    }
    drop(program);
    let found = findings(&mut database.connect(), &data, &journal);
    assert!(found.is_empty(), "{}", found.join("\n"));
    let done = journal.iter().filter(|noted| noted.outcome == Outcome::Done).count();
    figure(
        "D12",
        &format!(
            "{stops} stops under load: {done} acts and {uploads} uploads acknowledged, 0 lost, 0 drafts left, the longest stop took {longest:.1?}"
        ),
    );
    assert!(
        done > 20 && uploads > 0,
        "too little was done for a stop to harm: {done} acts, {uploads} uploads"
    );
    assert!(longest <= Duration::from_secs(10), "{longest:?}");
}

/// The control: a kill in the middle of an upload does leave its draft, and the next start removes it.
#[test]
fn a_kill_during_an_upload_leaves_a_draft_which_the_next_start_removes() {
    let database = databases::empty();
    // On a disk, whose writing takes time.
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_path_buf();
    let url = lay_down(&data, &database);
    let more: Vec<&str> = url.iter().map(String::as_str).collect();
    let left = (0..20).find_map(|round| {
        let program = Program::start("demo", &data, &more);
        let browser = secretary(&program);
        std::thread::scope(|threads| {
            let uploading = threads.spawn(move || upload_until_it_breaks(browser, 16, 1000 + round));
            let begun = Instant::now();
            while drafts(&data).is_empty() && begun.elapsed() < Duration::from_secs(20) {}
            drop(program);
            uploading.join().unwrap();
        });
        drafts(&data).into_iter().next()
    });
    let left = left.expect("a kill hits an upload while its draft is there");
    // A fresh one may belong to a program that is at work; so the draft is made older.
    let old = SystemTime::now() - Duration::from_secs(120);
    std::fs::File::options()
        .write(true)
        .open(&left)
        .unwrap()
        .set_modified(old)
        .unwrap();
    let _program = Program::start("demo", &data, &more);
    let begun = Instant::now();
    while left.exists() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!left.exists(), "the draft is still there");
}
