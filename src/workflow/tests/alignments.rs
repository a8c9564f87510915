//! Alignments of small cases, with the explanation that is chosen among equals.

use std::time::Instant;

use super::align;
use super::samples::{office, table};
use crate::workflow::{Done, Move, Workflow};

fn moves(workflow: &Workflow, rows: &[usize], finished: bool) -> String {
    let events: Vec<Done<'_>> = rows.iter().map(|row| Done::row(*row)).collect();
    let alignment = align(workflow, &events, finished);
    let text = |step: &Move| match *step {
        Move::Sync { row, .. } => row.to_string(),
        Move::Log { row, .. } => format!("+{}", row.map_or("?".to_owned(), |row| row.to_string())),
        Move::Model { row } => format!("-{row}"),
    };
    alignment.moves.iter().map(text).collect::<Vec<_>>().join(" ")
}

#[test]
fn explanations_are_chosen_in_a_fixed_order() {
    let four = Workflow::compile(&table(&["B1", "B2", "B3", "B4"])).unwrap();
    assert_eq!(moves(&four, &[0, 1, 2, 3], true), "0 1 2 3");
    assert_eq!(moves(&four, &[0, 2, 1, 3], true), "0 -1 2 +1 3");
    assert_eq!(moves(&four, &[0, 0, 1, 2, 3], true), "0 +0 1 2 3");
    assert_eq!(moves(&four, &[0, 3], true), "0 -1 -2 3");
    assert_eq!(moves(&four, &[0, 1], true), "0 1 -2 -3");
    assert_eq!(moves(&four, &[0, 1], false), "0 1");
    assert_eq!(moves(&four, &[], true), "-0 -1 -2 -3");
    assert_eq!(moves(&four, &[], false), "");
    assert_eq!(moves(&four, &[9, 9], false), "+? +?");
    let choice = Workflow::compile(&table(&["B1 >x=B2 >y=B3", "B2 >B4", "B3", "B4"])).unwrap();
    assert_eq!(moves(&choice, &[0, 3], true), "0 -1 3");
    // Without outcomes two forgotten steps are no refusal with the rest of the case after its end.
    let refusal = table(&["B1 >ok=B2 >no=END-REFUSED", "B2", "B3", "B4", "B5"]);
    let refusal = Workflow::compile(&refusal).unwrap();
    assert_eq!(moves(&refusal, &[0, 3, 4, 4], true), "0 -1 -2 3 4 +4");
    let parallel = Workflow::compile(&table(&["B1", "B2 @P/a", "B3 @P/b", "B4"])).unwrap();
    assert_eq!(moves(&parallel, &[0, 3], true), "0 -1 -2 3");
    assert_eq!(moves(&parallel, &[0, 2, 1, 3], true), "0 2 1 3");
}

#[test]
fn a_recorded_outcome_binds_the_way() {
    let workflow = Workflow::compile(&office()).unwrap();
    let events = [Done::row(0), Done::with(1, "foreign"), Done::row(3)];
    assert_eq!(align(&workflow, &events, false).cost, 1);
    let open = [Done::row(0), Done::row(1), Done::row(3)];
    assert_eq!(align(&workflow, &open, false).cost, 0);
    let strange = [Done::row(0), Done::with(1, "?"), Done::row(3)];
    assert_eq!(align(&workflow, &strange, false).cost, 0);
}

#[test]
fn fitness_is_between_nothing_and_one() {
    let workflow = Workflow::compile(&office()).unwrap();
    assert!((align(&workflow, &[], true).fitness() - 0.0).abs() < 1e-12);
    assert!((align(&workflow, &[Done::row(0), Done::row(1)], true).fitness() - 1.0).abs() < 1e-12);
    let half = align(
        &workflow,
        &[
            Done::row(0),
            Done {
                row: None,
                outcome: None,
            },
        ],
        true,
    );
    assert_eq!((half.cost, half.shortest_run), (2, 2));
    assert!((half.fitness() - 0.5).abs() < 1e-12);
}

#[test]
fn long_cases_and_large_tables_are_quick() {
    let began = Instant::now();
    let rows: Vec<String> = ["a", "b"]
        .iter()
        .flat_map(|b| (0..45).map(move |r| format!("{b}{r} @P/{b}")))
        .collect();
    let large = Workflow::compile(&table(&rows.iter().map(String::as_str).collect::<Vec<_>>())).unwrap();
    let mut events: Vec<Done<'_>> = (0..45).flat_map(|row| [Done::row(row), Done::row(row + 45)]).collect();
    assert_eq!(align(&large, &events, true).cost, 0);
    events.swap(10, 20);
    events.remove(40);
    let cost = align(&large, &events, false).cost;
    assert_eq!(large.replay(&events).cost(), cost);
    let office = Workflow::compile(&office()).unwrap();
    let long: Vec<Done<'_>> = (0..10_000).map(|event| Done::row(event * 7 % 9)).collect();
    assert_eq!(align(&office, &long, false).cost, office.replay(&long).cost());
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
