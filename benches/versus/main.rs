//! What reading a log and analysing it costs, phase by phase, in a form that `benches/versus/run` puts beside PM4Py and
//! rust4pm.
//!
//! `cargo bench --bench versus -- NET.pnml LOG.xes` prints one line of JSON with the processor seconds of reading the
//! log, of making the net ready, and of comparing: grouping by variant and aligning exactly with lists of moves, as
//! `quytrinh replay` does it. Each is the median of several rounds. The model may also be the file of a
//! procedure.

use cpu_time::ThreadTime;
use quytrinh::alignment::Budget;
use quytrinh::conformance::{Model, NetModel, ProcedureModel, Replay, Severities};
use quytrinh::documents::Content;
use quytrinh::logs::{Limits, LogMap, read_file};
use quytrinh::nets::read_pnml;
use serde_json::json;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

/// Rounds go on for about so long.
const ENOUGH: Duration = Duration::from_secs(5);
/// And are at least and at most so many.
const ROUNDS: std::ops::RangeInclusive<usize> = 3..=200;

fn model(path: &str, text: &[u8]) -> Result<Model, Box<dyn Error>> {
    if path.ends_with(".pnml") {
        let net = read_pnml(text).map_err(|fault| fault.to_string())?.net;
        let model = NetModel::new(net, Budget::default()).map_err(|fault| format!("{fault:?}"))?;
        return Ok(Model::Net(Box::new(model)));
    }
    let content = Content::of(std::str::from_utf8(text)?);
    let model = ProcedureModel::new(content, Vec::new(), Severities::default());
    Ok(Model::Procedure(Box::new(model.ok_or("the table has errors")?)))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds an option of its own.
    let paths: Vec<String> = std::env::args()
        .skip(1)
        .filter(|text| !text.starts_with("--"))
        .collect();
    let [path, log] = paths.as_slice() else {
        println!("cargo bench --bench versus -- (NET.pnml | TABLE.md) LOG.xes; benches/versus/run compares");
        return Ok(());
    };
    let text = std::fs::read(path)?;
    let (mut reading, mut compiling, mut comparing) = (Vec::new(), Vec::new(), Vec::new());
    let begun = Instant::now();
    let figures = loop {
        let watch = ThreadTime::now();
        let log = read_file(Path::new(log), &LogMap::default(), &Limits::COMMAND_LINE);
        reading.push(watch.elapsed().as_secs_f64());
        let watch = ThreadTime::now();
        let model = model(path, &text)?;
        compiling.push(watch.elapsed().as_secs_f64());
        let log = log.map_err(|failure| format!("{failure:?}"))?;
        let watch = ThreadTime::now();
        let replay = Replay::new(log, model).map_err(|fault| format!("{fault:?}"))?;
        comparing.push(watch.elapsed().as_secs_f64());
        let rounds = comparing.len();
        if rounds >= *ROUNDS.start() && begun.elapsed() > ENOUGH || rounds == *ROUNDS.end() {
            break replay.figures();
        }
    };
    println!(
        "{}",
        json!({
            "read": median(reading), "compile": median(compiling), "align": median(comparing), "cases": figures.cases,
            "events": figures.events, "variants": figures.variants, "undetermined": figures.not_determined,
            "cost": figures.cost,
        })
    );
    Ok(())
}
