//! The golden numbers of the cross-check: what PM4Py, rust4pm and brute force agreed on, held against our own costs.
//! `tests/crosscheck/run --golden` makes them anew; tests/crosscheck/README.md explains.

use flate2::read::GzDecoder;
use quytrinh::alignment::{Budget, NetAligned, NetAligner, NetAnswer, NetMove};
use quytrinh::logs::{EventLog, Limits, LogMap, read_file};
use quytrinh::nets::{Marking, Net, read_pnml};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// One random net.
#[derive(Deserialize)]
struct Pairs {
    name: String,
    model_sha256: String,
    model: String,
    shortest: u32,
    traces: Vec<Vec<String>>,
    costs: Vec<u32>,
}

/// One log.
#[derive(Deserialize)]
struct Whole {
    model: String,
    model_sha256: String,
    log: String,
    log_sha256: String,
    cases: usize,
    events: usize,
    shortest: u32,
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
struct Variant {
    trace: Vec<String>,
    count: usize,
    cost: u32,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crosscheck/golden")
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn net(name: &str, bytes: &[u8]) -> Net {
    read_pnml(bytes).unwrap_or_else(|fault| panic!("{name}: {fault:?}")).net
}

fn symbols(aligner: &NetAligner, trace: &[String]) -> Vec<u32> {
    let foreign = u32::try_from(aligner.symbols()).unwrap();
    let symbol = |activity: &String| aligner.symbol(activity).unwrap_or(foreign);
    trace.iter().map(symbol).collect()
}

fn aligned(name: &str, aligner: &NetAligner, traces: &[Vec<String>]) -> Vec<NetAligned> {
    let symbols: Vec<Vec<u32>> = traces.iter().map(|trace| symbols(aligner, trace)).collect();
    let traces: Vec<&[u32]> = symbols.iter().map(Vec::as_slice).collect();
    let exact = |answer| match answer {
        NetAnswer::Exact(aligned) => aligned,
        NetAnswer::NotDetermined { at_least } => panic!("{name}: only known to be at least {at_least}"),
    };
    let answers = aligner
        .align_all(&traces, true)
        .unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
    answers.into_iter().map(exact).collect()
}

/// The marking after a transition; it must be possible.
fn fire(net: &Net, marking: &mut Marking, transition: u32) {
    let own = &net.transitions[usize::try_from(transition).unwrap()];
    for place in &own.inputs {
        let left = marking.get_mut(place).expect("a transition happens without its tokens");
        *left -= 1;
        if *left == 0 {
            marking.remove(place);
        }
    }
    for place in &own.outputs {
        *marking.entry(*place).or_insert(0) += 1;
    }
}

/// The moves spell the trace and a whole run of the net, and deviate as often as the cost says.
fn assert_moves(net: &Net, trace: &[String], aligned: &NetAligned) {
    let mut marking = net.initial.clone();
    let (mut at, mut cost) = (0, 0);
    let label = |transition: u32| net.transitions[usize::try_from(transition).unwrap()].label.as_deref();
    for step in &aligned.moves {
        match *step {
            NetMove::Sync { event, transition } => {
                assert_eq!(event, at);
                assert_eq!(
                    label(transition),
                    trace.get(usize::try_from(at).unwrap()).map(String::as_str)
                );
                fire(net, &mut marking, transition);
                at += 1;
            }
            NetMove::Log { event } => {
                assert_eq!(event, at);
                at += 1;
                cost += 1;
            }
            NetMove::Model { transition } => {
                assert!(label(transition).is_some());
                fire(net, &mut marking, transition);
                cost += 1;
            }
            NetMove::Silent { transition } => {
                assert_eq!(label(transition), None);
                fire(net, &mut marking, transition);
            }
        }
    }
    assert_eq!(at, u32::try_from(trace.len()).unwrap());
    assert_eq!(cost, aligned.cost);
    assert!(
        net.finals.contains(&marking),
        "the run does not end at an end: {marking:?}"
    );
}

#[test]
fn costs_on_random_nets_are_those_of_pm4py_and_rust4pm() {
    let file = File::open(folder().join("pairs.jsonl.gz")).unwrap();
    let mut count = 0;
    for line in BufReader::new(GzDecoder::new(file)).lines() {
        let golden: Pairs = serde_json::from_str(&line.unwrap()).unwrap();
        let name = golden.name.as_str();
        assert_eq!(sha256(golden.model.as_bytes()), golden.model_sha256, "{name}");
        let net = net(name, golden.model.as_bytes());
        for make in [NetAligner::new, NetAligner::without_automaton] {
            let aligner = make(&net, Budget::default()).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
            assert_eq!(aligner.shortest_run(), Some(golden.shortest), "{name}");
            let answers = aligned(name, &aligner, &golden.traces);
            for ((trace, answer), cost) in golden.traces.iter().zip(&answers).zip(&golden.costs) {
                assert_eq!(answer.cost, *cost, "{name}: {trace:?}");
                assert_moves(&net, trace, answer);
                count += 1;
            }
        }
    }
    assert!(count > 5_000, "only {count} pairs");
}

/// The activities of each variant, and how many cases it has.
fn variants(log: &EventLog) -> BTreeMap<Vec<String>, usize> {
    let mut found = BTreeMap::new();
    for case in log.iter() {
        let names = case
            .steps()
            .iter()
            .map(|step| log.step(*step).unwrap().activity.to_owned());
        *found.entry(names.collect()).or_insert(0) += 1;
    }
    found
}

#[test]
fn logs_and_nets_from_files_give_the_golden_costs() {
    let mut count = 0;
    for path in fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let golden: Whole = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let (model, log) = (folder().join(&golden.model), folder().join(&golden.log));
        let bytes = fs::read(&model).unwrap();
        assert_eq!(sha256(&bytes), golden.model_sha256, "{path:?}");
        assert_eq!(sha256(&fs::read(&log).unwrap()), golden.log_sha256, "{path:?}");
        let log = read_file(&log, &LogMap::default(), &Limits::default()).unwrap();
        assert_eq!((log.cases(), log.events()), (golden.cases, golden.events), "{path:?}");
        let net = net(&golden.model, &bytes);
        let aligner = NetAligner::new(&net, Budget::default()).unwrap();
        assert_eq!(aligner.shortest_run(), Some(golden.shortest), "{path:?}");
        let expected: BTreeMap<Vec<String>, usize> = golden
            .variants
            .iter()
            .map(|variant| (variant.trace.clone(), variant.count))
            .collect();
        assert_eq!(variants(&log), expected, "{path:?}");
        let traces: Vec<Vec<String>> = golden.variants.iter().map(|variant| variant.trace.clone()).collect();
        for (variant, answer) in golden.variants.iter().zip(aligned(&golden.model, &aligner, &traces)) {
            assert_eq!(answer.cost, variant.cost, "{path:?}: {:?}", variant.trace);
            assert_moves(&net, &variant.trace, &answer);
        }
        count += 1;
    }
    assert!(count >= 8, "only {count} logs");
}
