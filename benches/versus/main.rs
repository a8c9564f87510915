//! What reading a log and analysing it costs, phase by phase, in a form that `benches/versus/run` puts beside PM4Py and
//! rust4pm.
//!
//! `cargo bench --bench versus -- NET.pnml LOG.xes` prints one line of JSON with the processor seconds of reading, of
//! grouping by variant, of making the net ready and of aligning exactly with lists of moves; each the median of
//! three measurements.

use quytrinh::alignment::{Budget, NetAligner, NetAnswer};
use quytrinh::logs::{EventLog, Limits, LogMap, read_file};
use quytrinh::nets::read_pnml;
use serde_json::json;
use std::collections::HashMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

/// A measurement takes at least so long: the scheduler counts in steps of some milliseconds.
const LEAST: Duration = Duration::from_millis(400);
/// How many measurements the median is of.
const TIMES: usize = 3;

/// The processor seconds of this thread: the scheduler's count where the system has one, else the clock.
struct Stopwatch {
    began: Instant,
    on_processor: Option<u64>,
}

fn on_processor() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

impl Stopwatch {
    fn start() -> Self {
        Self {
            on_processor: on_processor(),
            began: Instant::now(),
        }
    }

    fn seconds(&self) -> f64 {
        match (self.on_processor, on_processor()) {
            (Some(before), Some(after)) => Duration::from_nanos(after - before).as_secs_f64(),
            (None, _) | (_, None) => self.began.elapsed().as_secs_f64(),
        }
    }
}

/// The processor seconds of a phase: the median of some measurements, each the mean of as many rounds as it takes.
fn measured<T>(mut phase: impl FnMut() -> T) -> (f64, T) {
    let mut rounds: u32 = 1;
    let mut means = Vec::new();
    loop {
        let begun = Instant::now();
        let watch = Stopwatch::start();
        for _ in 1..rounds {
            black_box(phase());
        }
        let given = black_box(phase());
        let seconds = watch.seconds();
        if begun.elapsed() < LEAST {
            rounds *= 2;
            continue;
        }
        means.push(seconds / f64::from(rounds));
        if means.len() == TIMES {
            means.sort_by(f64::total_cmp);
            return (means.get(TIMES / 2).copied().unwrap_or_default(), given);
        }
    }
}

/// The variants of a log, and for each case the number of its variant.
fn group(log: &EventLog) -> (Vec<&[u32]>, Vec<u32>) {
    let mut numbers: HashMap<&[u32], u32> = HashMap::new();
    let mut variants = Vec::new();
    let mut own = Vec::with_capacity(log.cases());
    for case in log.iter() {
        let next = u32::try_from(variants.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(case.steps()).or_insert(next);
        if number == next {
            variants.push(case.steps());
        }
        own.push(number);
    }
    (variants, own)
}

/// The symbols of the log in the symbols of the net.
fn spelt(log: &EventLog, aligner: &NetAligner, variants: &[&[u32]]) -> Vec<Vec<u32>> {
    let foreign = u32::try_from(aligner.symbols()).unwrap_or(u32::MAX);
    let symbols: Vec<u32> = (0..u32::try_from(log.steps()).unwrap_or(0))
        .map(|step| {
            let name = log.step(step).map_or("", |step| step.activity);
            aligner.symbol(name).unwrap_or(foreign)
        })
        .collect();
    let symbol = |step: &u32| {
        let place = usize::try_from(*step).unwrap_or(usize::MAX);
        symbols.get(place).copied().unwrap_or(foreign)
    };
    variants
        .iter()
        .map(|trace| trace.iter().map(symbol).collect())
        .collect()
}

fn align(log: &EventLog, aligner: &NetAligner, variants: &[&[u32]]) -> Result<Vec<NetAnswer>, String> {
    let traces = spelt(log, aligner, variants);
    let traces: Vec<&[u32]> = traces.iter().map(Vec::as_slice).collect();
    aligner.align_all(&traces, true).map_err(|fault| format!("{fault:?}"))
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds an option of its own.
    let paths: Vec<String> = std::env::args()
        .skip(1)
        .filter(|text| !text.starts_with("--"))
        .collect();
    let [net, log] = paths.as_slice() else {
        println!("cargo bench --bench versus -- NET.pnml LOG.xes (benches/versus/run compares)");
        return Ok(());
    };
    let net = read_pnml(&std::fs::read(net)?)
        .map_err(|fault| format!("{fault:?}"))?
        .net;
    let path = Path::new(log);
    let (read, log) = measured(|| read_file(path, &LogMap::default(), &Limits::default()));
    let log = log.map_err(|failure| format!("{failure:?}"))?;
    let (grouping, (variants, own)) = measured(|| group(&log));
    let (compile, aligner) = measured(|| NetAligner::new(&net, Budget::default()));
    let aligner = aligner.map_err(|fault| format!("{fault:?}"))?;
    let (align, answers) = measured(|| align(&log, &aligner, &variants));
    let answers = answers?;
    let mut cost = 0;
    let mut open = 0;
    for number in &own {
        match answers.get(usize::try_from(*number)?) {
            Some(NetAnswer::Exact(aligned)) => cost += u64::from(aligned.cost),
            Some(NetAnswer::NotDetermined { .. }) | None => open += 1,
        }
    }
    println!(
        "{}",
        json!({
            "read": read, "group": grouping, "compile": compile, "align": align, "cases": own.len(),
            "events": log.events(), "variants": variants.len(), "undetermined": open, "cost": cost,
        })
    );
    Ok(())
}
