//! What printing costs: one procedure, and a handbook of 146, from reading the database to the finished file.
//!
//! `cargo bench --bench print`; it lays the demo office down in a temporary directory. The library has 62 documents, so
//! the handbook takes them again until it has 146.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::as_conversions,
    reason = "a benchmark may stop at the first surprise"
)]

use quytrinh::demo::{self, DemoSize};
use quytrinh::documents::{self, Imprint, Printable, print_handbook, print_version, printable};
use quytrinh::kernel::{Actor, Clock};
use quytrinh::web::Failure;
use quytrinh::{app, ledger};
use std::time::{Duration, Instant};

const HANDBOOK: usize = 146;
const RUNS: usize = 15;

/// Peak resident memory of this process, in MiB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all.get(all.len() / 2).copied().expect("at least one run")
}

fn timed<T>(runs: usize, mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut times = Vec::with_capacity(runs);
    let mut last = None;
    for _ in 0..runs {
        let begun = Instant::now();
        last = Some(work());
        times.push(begun.elapsed());
    }
    (median(times), last.expect("at least one run"))
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let db = app::open_office(
        &folder.path().join("quytrinh.db").display().to_string(),
        folder.path(),
        None,
    )
    .unwrap();
    let begun = Instant::now();
    let now = Clock::default().now();
    let laid = demo::lay_down(&db, now, DemoSize { seed: 1, cases: 300 }).unwrap();
    println!(
        "laying down the demo with its sheets: {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    let house = Actor::house(laid.agency, now);
    let imprint = Imprint {
        address: Some("https://iso.example.vn".to_owned()),
        ..Imprint::default()
    };
    let gather = || -> Vec<Printable> {
        ledger::read(&db, &house, |work| {
            let heads = documents::effective(work)?;
            heads
                .iter()
                .map(|head| printable(work, head))
                .collect::<Result<_, Failure>>()
        })
        .unwrap()
    };
    let all = gather();
    let one = all.iter().find(|one| one.head().code == "QT.HT.01").unwrap();
    let before = peak();
    let bare = Imprint {
        without_annexes: true,
        ..imprint.clone()
    };
    for (name, how) in [
        ("one procedure", &bare),
        ("the same with its 7 forms as annexes", &imprint),
    ] {
        let (time, printed) = timed(RUNS, || print_version(one, how).unwrap());
        println!(
            "{name}: {:.1} ms, {} pages, {:.0} KiB",
            time.as_secs_f64() * 1e3,
            printed.pages,
            printed.bytes.len() as f64 / 1024.0
        );
    }
    let (reading, _) = timed(RUNS, gather);
    println!("reading {} versions: {:.1} ms", all.len(), reading.as_secs_f64() * 1e3);
    let many: Vec<Printable> = all.iter().cycle().take(HANDBOOK).cloned().collect();
    let (time, printed) = timed(5, || print_handbook("UBND xã", &many, &imprint, house.today()).unwrap());
    println!(
        "handbook of {HANDBOOK}: {:.2} s, {} pages, {:.1} MiB",
        time.as_secs_f64(),
        printed.pages,
        printed.bytes.len() as f64 / 1048576.0
    );
    println!("peak memory: {before:.0} MiB before printing, {:.0} MiB after", peak());
}
