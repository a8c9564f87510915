//! A typed table as the rows of a document: the way back from `step_table`.

use std::collections::BTreeSet;

use super::limit::limit_text;
use super::source::{DurationRow, FormRow, NextRow, SharedTimeRow, Source, StepRow, StepTimes};
use crate::workflow::{Branch, Clock, Next, Step, StepCode, StepTable, StepTime, Target};

/// Writes a table into a document in place of its durations, shared times and steps. Forms that the steps name are added
/// to the forms of the document, by their code, where they are missing.
///
/// [`step_table`](super::step_table) gives the same table again, if its codes and outcomes are such as a file can hold: not
/// empty, with words without blanks for parallel parts and branches, shared times that begin with a letter, and each
/// duration case once in a row.
pub fn put_table(source: &mut Source, table: &StepTable) {
    let durations = table.durations.iter().map(|case| DurationRow {
        code: case.code.to_string(),
        name: case.name.clone(),
        limit: limit_text(case.limit),
        ..DurationRow::default()
    });
    let shared_times = table.shared_times.iter().map(|cell| SharedTimeRow {
        code: cell.code.clone(),
        limit: limit_text(cell.limit),
    });
    let ordinary = table.durations.first().map_or("", |case| case.code.as_str());
    source.durations = durations.collect();
    source.shared_times = shared_times.collect();
    source.steps = table.steps.iter().map(|step| row(step, ordinary)).collect();
    let mut known: BTreeSet<String> = source.forms.iter().map(|form| form.code.clone()).collect();
    for form in table.steps.iter().flat_map(|step| &step.forms) {
        if known.insert(form.clone()) {
            source.forms.push(FormRow {
                code: form.clone(),
                name: form.clone(),
                ..FormRow::default()
            });
        }
    }
}

fn row(step: &Step, ordinary: &str) -> StepRow {
    let codes = |codes: &[StepCode]| codes.iter().map(ToString::to_string).collect();
    StepRow {
        code: step.code.to_string(),
        name: step.name.clone(),
        roles: step.roles.iter().map(ToString::to_string).collect(),
        time: times(step, ordinary),
        counted: step.counted,
        next: step.next.iter().map(next).collect(),
        optional: step.optional,
        parallel: step.branch.as_ref().map(parallel).unwrap_or_default(),
        paused: step.clock == Clock::Paused,
        different_from: codes(&step.different_from),
        same_as: codes(&step.same_as),
        max_times: step.max_times,
        forms: step.forms.clone(),
        outputs: step.outputs.clone(),
        note: String::new(),
    }
}

fn times(step: &Step, ordinary: &str) -> StepTimes {
    let text = |time: &StepTime| match time {
        StepTime::Own(limit) => limit_text(*limit),
        StepTime::Shared(cell) => cell.clone(),
    };
    match step.times.as_slice() {
        [] => StepTimes::Unstated,
        [(case, time)] if case.as_str() == ordinary => StepTimes::Same(text(time)),
        times => StepTimes::ByDuration(
            times
                .iter()
                .map(|(case, time)| (case.to_string(), text(time)))
                .collect(),
        ),
    }
}

fn next(next: &Next) -> NextRow {
    let to = match &next.target {
        Target::Step(code) => code.to_string(),
        Target::End => "END".to_owned(),
        Target::EndRefused => "END-REFUSED".to_owned(),
        Target::EndWithdrawn => "END-WITHDRAWN".to_owned(),
    };
    NextRow {
        outcome: next.outcome.clone().unwrap_or_default(),
        to,
    }
}

/// `P1/a`, without signs that would part it elsewhere.
fn parallel(branch: &Branch) -> String {
    let word = |text: &str| -> String {
        let parts = |letter: char| letter == '/' || letter.is_whitespace();
        text.chars()
            .map(|letter| if parts(letter) { '_' } else { letter })
            .collect()
    };
    format!("{}/{}", word(&branch.group), word(&branch.branch))
}
