//! The n-th write fails, for one n after the other (trust.md D3): an act is there whole or not at all, and whoever was
//! told that it was done finds it done.

use super::check::findings;
use super::people::{DOCUMENTS, Journal, PROCEDURE};
use super::power::copy;
use crate::support::browser::{Browser, FilledForm, Opened};
use crate::support::databases::{lines, new_folder, table_counts};
use crate::support::program::{Program, run};
use crate::support::rounds::{figure, rounds};
use diesel::prelude::*;
use quytrinh::db::AnyConnection;
use quytrinh::demo::PASSWORD;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where people stand before the act that a fault hits.
pub struct Places {
    /// A case that waits for its first step.
    case: String,
    /// A draft.
    draft: String,
    /// A version that waits for a signature.
    submitted: String,
}

/// What is sent: a form, or a form with a file.
pub enum Sent {
    Form(FilledForm),
    File(FilledForm, String),
}

/// An act: its name, who does it, and how the form is filled.
pub type Act = (
    &'static str,
    &'static [&'static str],
    fn(&mut Browser, &Places) -> Option<Sent>,
);

fn form_at(browser: &mut Browser, page: &str, form: &str) -> Option<FilledForm> {
    browser.get(page).expect("the page opens").form(form)
}

pub const ACTS: [Act; 7] = [
    ("intake", &["motcua1"], |desk, _| {
        let form = form_at(desk, &format!("/cases/new?procedure={PROCEDURE}"), "/cases")?;
        let form = form.with("full_name", "Người nộp").with("address", "thôn Thử");
        Some(Sent::Form(form.with("missing_ok", "1")))
    }),
    ("step", &["motcua1", "tuphap1", "vanthu"], |official, places| {
        let form = form_at(official, &format!("/cases/{}", places.case), "/steps")?;
        Some(Sent::Form(form.with("note", "Ghi chú")))
    }),
    ("attachment", &["thuky"], |secretary, places| {
        let form = form_at(secretary, &format!("/versions/{}/edit", places.draft), "/files")?;
        Some(Sent::File(form.with("form", "*"), "%PDF-1.7\n% mẫu\n".to_owned()))
    }),
    ("submission", &["thuky"], |secretary, places| {
        form_at(secretary, &format!("/versions/{}", places.draft), "/submit").map(Sent::Form)
    }),
    ("signature", &["chanhvp", "phochutich", "chutich"], |signer, places| {
        let form = form_at(signer, &format!("/versions/{}", places.submitted), "/sign")?;
        Some(Sent::Form(form.with("password", PASSWORD)))
    }),
    ("return", &["chanhvp", "phochutich", "chutich"], |signer, places| {
        let form = form_at(signer, &format!("/versions/{}", places.submitted), "/return")?;
        Some(Sent::Form(
            form.with("return_reason", "Thiếu căn cứ").with("password", PASSWORD),
        ))
    }),
    ("account", &["quantri"], |administrator, _| {
        let form = form_at(administrator, "/people", "/people")?;
        let form = form.with("username", "nguoimoi").with("full_name", "Người Mới");
        Some(Sent::Form(form.with("access", "official").with("password", PASSWORD)))
    }),
];

/// The office before each try, everybody signed in.
pub struct Stage {
    pub folder: tempfile::TempDir,
    pub base: PathBuf,
    pub people: BTreeMap<&'static str, Browser>,
    pub places: Places,
}

fn begin_draft(secretary: &mut Browser, document: &str) -> String {
    let form = form_at(secretary, &format!("/documents/{document}"), "/draft").expect("no draft is open");
    let begun = secretary.send(&form).expect("an answer");
    begun.location.split(['/', '?']).nth(2).expect("a version").to_owned()
}

pub fn set_stage() -> Stage {
    let folder = new_folder();
    let base = folder.path().join("base");
    let laid = run(&["demo", "--no-serve", "--cases", "20", "--data", base.to_str().unwrap()]);
    assert!(laid.status.success(), "{}", String::from_utf8_lossy(&laid.stderr));
    let program = Program::start("demo", &base, &[]);
    let mut people = BTreeMap::new();
    for name in ACTS.iter().flat_map(|(_, names, _)| names.iter()) {
        people.entry(*name).or_insert_with(|| {
            let mut browser = Browser::new(program.address);
            browser.sign_in(name, PASSWORD).expect("everybody signs in");
            browser
        });
    }
    let mut who = |name: &str| people.get_mut(name).expect("somebody of the acts").clone();
    let mut desk = who("motcua1");
    let Some(Sent::Form(form)) = ACTS[0].2(&mut desk, &Places::nowhere()) else {
        panic!("no form to receive a case")
    };
    let received = desk.send(&form).expect("an answer");
    let case = received
        .location
        .trim_start_matches("/cases/")
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let mut secretary = who("thuky");
    let draft = begin_draft(&mut secretary, DOCUMENTS[0]);
    let submitted = begin_draft(&mut secretary, DOCUMENTS[1]);
    let form = form_at(&mut secretary, &format!("/versions/{submitted}"), "/submit").expect("a form to submit");
    assert_eq!(secretary.send(&form).expect("an answer").status, 303);
    drop(program);
    Stage {
        folder,
        base,
        people,
        places: Places { case, draft, submitted },
    }
}

impl Places {
    fn nowhere() -> Self {
        Self {
            case: String::new(),
            draft: String::new(),
            submitted: String::new(),
        }
    }
}

/// A tracer that is attached to a running program.
struct Tracer {
    child: Child,
    log: PathBuf,
}

impl Tracer {
    fn attach(program: &Program, log: &Path, call: &str, fault: Option<&str>) -> Self {
        let mut command = Command::new("strace");
        command.args(["-f", "-e", &format!("trace={call}"), "-o", log.to_str().unwrap()]);
        if let Some(fault) = fault {
            command.args(["-e", &format!("inject={call}:{fault}")]);
        }
        Self::with(command, program, log)
    }

    /// Attaches to every thread of the program and waits until it is.
    fn with(mut command: Command, program: &Program, log: &Path) -> Self {
        command.args(["-p", &program.id().to_string()]).stderr(Stdio::null());
        let child = command.spawn().expect("strace is there");
        let tracer = Self {
            child,
            log: log.to_path_buf(),
        };
        let begun = Instant::now();
        while !is_traced(program.id()) {
            assert!(begun.elapsed() < Duration::from_secs(20), "strace does not attach");
            std::thread::sleep(Duration::from_millis(5));
        }
        tracer
    }

    /// Lets the program go, and gives what was seen.
    fn detach(mut self) -> String {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(asked.expect("kill is there").success());
        drop(self.child.wait());
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

fn is_traced(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("the program runs");
    threads.flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        !status.contains("TracerPid:\t0\n")
    })
}

/// What came of one try.
struct Tried {
    answer: Option<Opened>,
    counts: BTreeMap<String, i64>,
    wrong: Vec<String>,
    /// How often the call was seen.
    calls: usize,
    was_hit: bool,
}

fn attempt(stage: &Stage, act: &Act, (call, fault): (&str, Option<&str>)) -> Tried {
    let data = stage.folder.path().join("data");
    drop(std::fs::remove_dir_all(&data));
    std::fs::create_dir(&data).unwrap();
    copy(&stage.base, &data);
    let program = Program::start("demo", &data, &[]);
    let ready = act.1.iter().find_map(|name| {
        let mut browser = stage.people[name].at(program.address);
        act.2(&mut browser, &stage.places).map(|sent| (browser, sent))
    });
    let (mut browser, sent) = ready.unwrap_or_else(|| panic!("nobody can do it: {}", act.0));
    let tracer = Tracer::attach(&program, &stage.folder.path().join("strace.log"), call, fault);
    let answer = match sent {
        Sent::Form(form) => browser.send(&form),
        Sent::File(form, text) => browser.send_file(&form, ("tep.pdf", &text)),
    };
    let log = tracer.detach();
    drop(program);
    let mut conn = AnyConnection::establish(data.join("quytrinh.db").to_str().unwrap()).unwrap();
    Tried {
        answer: answer.ok(),
        counts: table_counts(&mut conn),
        wrong: findings(&mut conn, &data, &Journal::default()),
        calls: log.lines().filter(|line| line.contains(&format!("{call}("))).count(),
        was_hit: log.contains("(INJECTED)"),
    }
}

/// Which of `count` calls fail, one try each: all of them, or as many as asked for, spread evenly.
fn spread(count: usize, tries: usize) -> Vec<usize> {
    let step = count.div_ceil(tries.max(1)).max(1);
    (1..=count).step_by(step).collect()
}

/// The statuses of a page that says that it was done: most lead on to another one.
const DONE: [u16; 2] = [200, 303];

const FAULTS: [(&str, &str); 3] = [
    ("pwrite64", "error=EIO:when="),
    ("pwrite64", "error=ENOSPC:when="),
    ("fsync", "error=EIO:when="),
];

/// What is wrong with an act that a fault hit: it must be whole or not there, and done when its page said so.
fn judge(tried: &Tried, before: &BTreeMap<String, i64>, done: &BTreeMap<String, i64>) -> Vec<String> {
    let mut wrong = tried.wrong.clone();
    let status = tried.answer.as_ref().map(|answer| answer.status);
    let is_there = tried.counts == *done;
    if !is_there && tried.counts != *before {
        let odd = |of: &BTreeMap<String, i64>| {
            let counts = tried
                .counts
                .iter()
                .filter(|(table, count)| of.get(*table) != Some(count));
            counts
                .map(|(table, count)| format!("{table} {count}"))
                .collect::<Vec<_>>()
        };
        wrong.push(format!(
            "half done: not as before {:?}, not as done {:?}",
            odd(before),
            odd(done)
        ));
    }
    match status {
        Some(status) if DONE.contains(&status) && !is_there => {
            wrong.push("the page said that it was done, and it is not".to_owned())
        }
        Some(200 | 303 | 409 | 500 | 503 | 507) | None => {}
        Some(other) => wrong.push(format!("answered with {other}")),
    }
    wrong
}

#[test]
fn a_fault_of_the_disk_at_any_write_leaves_an_act_whole_or_not_there() {
    let stage = set_stage();
    let tries = rounds("D3", 3);
    let (mut wrong, mut hits) = (Vec::new(), 0);
    for act in &ACTS {
        for (call, fault) in FAULTS {
            let plain = attempt(&stage, act, (call, None));
            let answer = plain.answer.as_ref().expect("an answer");
            assert!(DONE.contains(&answer.status), "{}: {}", act.0, answer.text);
            let mut conn = AnyConnection::establish(stage.base.join("quytrinh.db").to_str().unwrap()).unwrap();
            let before = table_counts(&mut conn);
            assert_ne!(before, plain.counts, "{} changes nothing", act.0);
            assert!(plain.calls > 0, "{} makes no call of {call}", act.0);
            for n in spread(plain.calls, tries) {
                let stays = if fault.contains("ENOSPC") { "+" } else { "" };
                let tried = attempt(&stage, act, (call, Some(&format!("{fault}{n}{stays}"))));
                hits += usize::from(tried.was_hit);
                let found = judge(&tried, &before, &plain.counts);
                wrong.extend(
                    found
                        .into_iter()
                        .map(|one| format!("{} with {call} {fault}{n}: {one}", act.0)),
                );
            }
            // The control: a row too few is neither the old state nor the new one.
            let mut short = plain.counts.clone();
            *short.get_mut("ledger").expect("the ledger") -= 1;
            let half = Tried { counts: short, ..plain };
            assert!(
                !judge(&half, &before, &half_done(&before)).is_empty(),
                "the check is blind"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(hits >= ACTS.len() * FAULTS.len(), "hardly any fault was hit: {hits}");
    figure(
        "D3",
        &format!(
            "{} acts, {hits} faults hit (EIO and ENOSPC at writes, EIO at syncs): 0 half done, 0 lost after their page said so",
            ACTS.len()
        ),
    );
}

/// One sync of the log of writes fails, once (trust.md D4): what the disk holds since is unknown, so no act is acknowledged
/// until the program starts anew, although every later sync would be well.
#[test]
fn after_one_sync_that_failed_nothing_more_is_acknowledged() {
    let stage = set_stage();
    let program = Program::start("demo", &stage.base, &[]);
    let mut desk = stage.people["motcua1"].at(program.address);
    let receive = |desk: &mut Browser| {
        let Some(Sent::Form(form)) = ACTS[0].2(desk, &stage.places) else {
            panic!("no form to receive a case")
        };
        desk.send(&form).expect("an answer").status
    };
    assert_eq!(receive(&mut desk), 303, "the control: before the fault");
    let mut strace = Command::new("strace");
    let (log, writes) = (
        stage.folder.path().join("strace.log"),
        stage.base.join("quytrinh.db-wal"),
    );
    strace.args(["-f", "-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=1", "-P"]);
    strace.arg(writes).arg("-o").arg(&log);
    let tracer = Tracer::with(strace, &program, &log);
    let first = receive(&mut desk);
    assert!(matches!(first, 409 | 503), "{first}");
    let times = rounds("D4", 100);
    let later = (0..times).map(|_| receive(&mut desk));
    assert_eq!(later.filter(|status| *status != 503).count(), 0, "acts after the fault");
    assert_eq!(desk.get("/health").unwrap().status, 503);
    assert_eq!(desk.get("/cases").unwrap().status, 200);
    let seen = tracer.detach();
    assert_eq!(seen.matches("(INJECTED)").count(), 1, "{seen}");
    drop(program);
    let program = Program::start("demo", &stage.base, &[]);
    let mut desk = desk.at(program.address);
    assert_eq!(receive(&mut desk), 303, "the control: after the next start");
    let mut conn = AnyConnection::establish(stage.base.join("quytrinh.db").to_str().unwrap()).unwrap();
    let told = lines(
        &mut conn,
        "SELECT details AS value FROM ledger WHERE act = 'disk.failed'",
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        findings(&mut conn, &stage.base, &Journal::default()),
        Vec::<String>::new()
    );
    figure(
        "D4",
        &format!(
            "one sync failed (EIO): {times} acts after it, 0 acknowledged; reading went on, the next start recorded it"
        ),
    );
}

/// Counts that no act leads to.
fn half_done(before: &BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    before
        .iter()
        .map(|(table, count)| (table.clone(), count + 1000))
        .collect()
}
