//! What is decided while a case runs.

use super::office::text;
use super::watch::{tell, tenths};
use quytrinh::documents::Content;
use quytrinh::workflow::{Done, Workflow};
use std::hint::black_box;

const ROUNDS: u64 = 20_000;

/// The straight way: rows with their outcomes.
const WAY: [(usize, Option<&str>); 7] = [
    (0, Some("ok")),
    (1, None),
    (2, Some("ok")),
    (4, Some("ok")),
    (5, Some("ok")),
    (6, None),
    (7, None),
];

pub(crate) fn measure() {
    let content = Content::of(&text());
    let Some(workflow) = &content.workflow else { return };
    let steps = ROUNDS * u64::try_from(WAY.len()).unwrap_or(1);
    let lookup = tenths(steps, || {
        for _ in 0..ROUNDS {
            let mut state = workflow.start();
            for (row, outcome) in black_box(WAY) {
                state = workflow.after(state, row, outcome).first().copied().unwrap_or(state);
            }
            black_box(state);
        }
    });
    tell("table look-up, outcome as text", lookup, "a step");
    let exact = tenths(steps, || {
        for _ in 0..ROUNDS {
            let mut position = workflow.begin();
            for (row, outcome) in black_box(WAY) {
                let row = Some(row);
                position = position.after(workflow, &Done { row, outcome });
            }
            black_box(position.cost());
        }
    });
    tell("exact position after any deviation", exact, "a step");
    let compile = tenths(ROUNDS, || {
        for _ in 0..ROUNDS {
            black_box(Workflow::compile(black_box(&content.table)).is_ok());
        }
    });
    tell("compiling the table of eight rows", compile, "a table");
}
