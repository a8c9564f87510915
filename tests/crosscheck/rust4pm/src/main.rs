//! rust4pm as an outside oracle: exact alignments of many traces, or of one log with the times it takes.
//!
//! ```text
//! rust4pm-oracle pairs < JOBS.jsonl > RESULTS.jsonl
//! rust4pm-oracle log NET.pnml LOG.xes [--stream] [--max-states N]
//! ```
//!
//! `pairs` reads one job a line, `{"id", "net": PATH, "traces": [[LABEL, …], …], "max_states": N,
//! "give_up"?: N}`, and answers `{"id", "shortest", "costs": […]}` in the same order; a cost is `null` where the bound
//! was met, and once it was met `give_up` times for the rest of the job. A net with several
//! final markings is aligned once for each (rust4pm looks only at the first), and the cheapest counts.
//!
//! `log` reads, groups and aligns, and prints the processor seconds of each phase. `--stream` reads in the leanest way
//! rust4pm has: trace by trace, only the names of the activities.

use cpu_time::ProcessTime;
use process_mining::conformance::alignments::petri_net::AlignmentError;
use process_mining::conformance::alignments::{AlignmentOptions, align_empty_trace, align_trace, align_variants};
use process_mining::core::event_data::case_centric::utils::activity_projection::EventLogActivityProjection;
use process_mining::core::event_data::case_centric::xes::{XESImportOptions, stream_xes_from_path};
use process_mining::core::process_models::petri_net::PetriNet;
use process_mining::utils::dijkstra_search::SearchError;
use process_mining::{EventLog, Importable};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::error::Error;
use std::io::{BufRead, Write};

type Failure = Box<dyn Error>;

/// One net for each final marking.
fn nets_of(path: &str) -> Result<Vec<PetriNet>, Failure> {
    let mut net = PetriNet::import_pnml(path)?;
    // Places that the file names with no token are no part of a marking.
    let finals = net.final_markings.take().ok_or("the net has no final marking")?;
    Ok(finals
        .into_iter()
        .map(|mut marking| {
            marking.retain(|_, tokens| *tokens > 0);
            let mut one = net.clone();
            one.final_markings = Some(vec![marking]);
            one
        })
        .collect())
}

/// The cost of the cheapest alignment over all final markings, and whether that is sure.
fn cost(nets: &[PetriNet], trace: &[&str], options: &AlignmentOptions) -> Result<Option<u32>, Failure> {
    let mut best: Option<u32> = None;
    for net in nets {
        match align_trace(net, trace, options) {
            Ok(found) => best = Some(best.map_or(found.cost, |best| best.min(found.cost))),
            Err(AlignmentError::SearchError(SearchError::Unreachable)) => {}
            Err(AlignmentError::SearchError(SearchError::LimitReached)) => return Ok(None),
            Err(other) => return Err(other.into()),
        }
    }
    Ok(best)
}

fn answer(job: &Value) -> Result<Value, Failure> {
    let path = job["net"].as_str().ok_or("a job without net")?;
    let nets = nets_of(path).map_err(|failure| format!("{path}: {failure}"))?;
    let options = AlignmentOptions {
        max_states: Some(usize::try_from(job["max_states"].as_u64().unwrap_or(1_000_000))?),
        ..AlignmentOptions::default()
    };
    let mut left = job["give_up"].as_u64().unwrap_or(u64::MAX);
    let mut costs = Vec::new();
    for trace in job["traces"].as_array().ok_or("a job without traces")? {
        let labels = trace.as_array().ok_or("a trace is a list")?;
        let labels: Option<Vec<&str>> = labels.iter().map(Value::as_str).collect();
        let found = match left {
            0 => None,
            _ => cost(&nets, &labels.ok_or("a label is a text")?, &options)?,
        };
        left -= u64::from(found.is_none() && left > 0);
        costs.push(found);
    }
    Ok(json!({"id": job["id"], "shortest": cost(&nets, &[], &options)?, "costs": costs}))
}

fn pairs() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let job: Value = serde_json::from_str(&line?)?;
        writeln!(out, "{}", answer(&job)?)?;
        out.flush()?;
    }
    Ok(())
}

/// What was read, the variants, and the seconds of reading and of grouping.
type Grouped = (Option<EventLog>, EventLogActivityProjection, f64, f64);

/// Reads everything, as a user of the crate would, and groups. The log is kept, so that giving back its memory is
/// counted nowhere.
fn whole(path: &str) -> Result<Grouped, Failure> {
    let began = ProcessTime::now();
    let log = EventLog::import_from_path(path)?;
    let read = began.elapsed().as_secs_f64();
    let began = ProcessTime::now();
    let variants = EventLogActivityProjection::from(&log);
    let group = began.elapsed().as_secs_f64();
    Ok((Some(log), variants, read, group))
}

/// Reads only the names of the activities, trace by trace; reading and grouping are one.
fn streamed(path: &str) -> Result<Grouped, Failure> {
    let began = ProcessTime::now();
    let only: HashSet<String> = HashSet::from(["concept:name".to_owned()]);
    let options = XESImportOptions {
        ignore_log_attributes_except: Some(HashSet::new()),
        ignore_trace_attributes_except: Some(HashSet::new()),
        ignore_event_attributes_except: Some(only),
        verbose: false,
        ..XESImportOptions::default()
    };
    let (stream, _) = stream_xes_from_path(path, options)?;
    let variants = EventLogActivityProjection::from(stream);
    Ok((None, variants, began.elapsed().as_secs_f64(), 0.0))
}

fn log(arguments: &[String]) -> Result<(), Failure> {
    let [net, path, options @ ..] = arguments else {
        return Err("rust4pm-oracle log NET.pnml LOG.xes [--stream] [--max-states N]".into());
    };
    let most = options
        .iter()
        .skip_while(|option| *option != "--max-states")
        .nth(1)
        .map(|states| states.parse::<usize>())
        .transpose()?;
    let net = nets_of(net)?.into_iter().next().ok_or("the net has no final marking")?;
    let is_streamed = options.iter().any(|option| option == "--stream");
    let (_log, variants, read, group) = if is_streamed { streamed(path)? } else { whole(path)? };
    let options = AlignmentOptions {
        max_states: Some(most.unwrap_or(5_000_000)),
        ..AlignmentOptions::default()
    };
    let began = ProcessTime::now();
    let shortest = align_empty_trace(&net, &options)?.cost;
    let aligned = align_variants(&net, &variants, &options);
    let align = began.elapsed().as_secs_f64();
    let (mut total, mut cases, mut events, mut open) = (0, 0, 0, 0);
    for variant in &aligned {
        cases += variant.frequency;
        events += variant.frequency * variant.activities.len() as u64;
        match &variant.result {
            Ok(found) => total += variant.frequency * u64::from(found.cost),
            Err(_) => open += 1,
        }
    }
    println!(
        "{}",
        json!({
            "read": read, "group": group, "align": align, "cases": cases, "events": events,
            "variants": aligned.len(), "undetermined": open, "cost": total, "shortest": shortest,
        })
    );
    Ok(())
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, _)) if command == "pairs" => pairs(),
        Some((command, rest)) if command == "log" => log(rest),
        _ => Err("rust4pm-oracle (pairs | log)".into()),
    }
}
