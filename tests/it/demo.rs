//! The demo office: every deviation that was planted is found, and nothing is found in the other cases.

use crate::support::databases;
use quytrinh::cases::TraceFilter;
use quytrinh::conformance;
use quytrinh::demo::{self, DemoSize};
use quytrinh::kernel::{Actor, Clock};
use quytrinh::{app, ledger};
use std::collections::{BTreeMap, BTreeSet};

/// What a planted deviation may bring with it, because it cannot come alone.
fn follows(planted: &str) -> &'static [&'static str] {
    match planted {
        "case_late" => &["step_late"],
        // The step was done on paper, so the program had to be told afterwards.
        _ => &["off_workflow_recorded"],
    }
}

#[test]
fn every_planted_deviation_is_found_and_nothing_else() {
    let database = databases::empty();
    let db = app::open_office(&database.url, database.folder.path(), None).unwrap();
    let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 23)
        .unwrap()
        .and_hms_opt(3, 0, 0)
        .unwrap();
    let laid = demo::lay_down(&db, now, DemoSize { seed: 1, cases: 300 }).unwrap();
    let house = Actor::house(laid.agency, Clock::standing(now).now());
    let judged = ledger::read(&db, &house, |work| {
        conformance::judge_all(work, &TraceFilter::default())
    })
    .unwrap();
    assert!(judged.len() > 280, "only {} cases were laid down", judged.len());
    let found: BTreeMap<&str, BTreeSet<&str>> = judged
        .iter()
        .map(|one| {
            let kinds = one
                .judgement
                .findings
                .iter()
                .map(|finding| finding.kind.as_str())
                .collect();
            (one.trace.code.as_str(), kinds)
        })
        .collect();
    let mut planted_in = BTreeMap::new();
    let mut missed = Vec::new();
    for planted in &laid.planted {
        let kind = planted.deviation.as_str();
        planted_in.insert(planted.case_code.as_str(), kind);
        let case = judged.iter().find(|one| one.trace.code == planted.case_code).unwrap();
        // A case that is still open may not have come to its deviation yet.
        if case.trace.ended.is_some() && !found[planted.case_code.as_str()].contains(kind) {
            missed.push((
                planted.case_code.clone(),
                kind,
                found[planted.case_code.as_str()].clone(),
            ));
        }
    }
    assert!(missed.is_empty(), "planted and not found: {missed:#?}");
    let kinds: BTreeSet<&str> = laid.planted.iter().map(|planted| planted.deviation.as_str()).collect();
    assert_eq!(
        kinds.len(),
        demo::Deviation::ALL.len(),
        "some kinds were not planted: {kinds:?}"
    );
    let mut surplus = Vec::new();
    for (code, kinds) in &found {
        let planted = planted_in.get(code).copied();
        for kind in kinds {
            // What is due soon is a matter of the day on which one looks.
            let is_soon = *kind == "near_limit";
            let is_known =
                is_soon || planted.is_some_and(|planted| planted == *kind || follows(planted).contains(kind));
            if !is_known {
                surplus.push((*code, planted, *kind));
            }
        }
    }
    assert!(surplus.is_empty(), "found and not planted: {surplus:#?}");
}

#[test]
fn the_same_seed_makes_the_same_office() {
    let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 23)
        .unwrap()
        .and_hms_opt(3, 0, 0)
        .unwrap();
    let [first, second] = [7, 7].map(|seed| {
        let database = databases::empty();
        let db = app::open_office(&database.url, database.folder.path(), None).unwrap();
        demo::lay_down(&db, now, DemoSize { seed, cases: 40 }).unwrap().planted
    });
    assert!(!first.is_empty());
    assert_eq!(first, second);
}
