//! What is wrong with a table: cells that name nothing, rows without a way, loops, parallel parts, time.

use std::collections::BTreeSet;

use super::{
    flow::check_flow,
    layout::{Layout, lay_out, outcome, target_text},
    problem::{Field, Problem, ProblemCode},
    table::{DurationCode, Step, StepCode, StepTable, StepTime},
    time_budget::check_times,
};

/// Everything that is wrong with a table, by row and cell. It takes about linear time, on broken tables too.
pub fn check(table: &StepTable) -> Vec<Problem> {
    let (layout, mut problems) = order_problems(table);
    check_names(table, &mut problems);
    check_persons(table, &mut problems);
    check_durations(table, &mut problems);
    if !problems.iter().any(|problem| problem.code.breaks_order()) {
        check_times(table, &layout, &mut problems);
    }
    problems.sort_by_key(|problem| (problem.row.is_some(), problem.row, problem.field, problem.code));
    problems
}

/// The layout of the table and what is wrong with the order of its rows.
pub(super) fn order_problems(table: &StepTable) -> (Layout, Vec<Problem>) {
    let (layout, mut problems) = lay_out(table);
    if table.steps.is_empty() {
        problems.push(Problem::new(ProblemCode::EmptyTable, None, Field::Table, Vec::new()));
    }
    check_outcomes(table, &mut problems);
    check_flow(table, &layout, &mut problems);
    (layout, problems)
}

fn check_outcomes(table: &StepTable, problems: &mut Vec<Problem>) {
    for (row, step) in table.steps.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for next in &step.next {
            match outcome(next) {
                None if step.next.len() > 1 => {
                    let args = vec![("step", step.code.to_string()), ("target", target_text(&next.target))];
                    problems.push(Problem::new(
                        ProblemCode::BranchWithoutOutcome,
                        Some(row),
                        Field::Next,
                        args,
                    ));
                }
                Some(outcome) if !seen.insert(outcome.clone()) => {
                    let args = vec![("step", step.code.to_string()), ("outcome", outcome)];
                    problems.push(Problem::new(
                        ProblemCode::DuplicateOutcome,
                        Some(row),
                        Field::Next,
                        args,
                    ));
                }
                None | Some(_) => {}
            }
        }
        if step.optional && step.next.len() > 1 {
            problems.push(of_step(ProblemCode::OptionalChoice, row, step, Field::Optional));
        }
    }
}

fn check_names(table: &StepTable, problems: &mut Vec<Problem>) {
    for (row, step) in table.steps.iter().enumerate() {
        if step.name.trim().is_empty() {
            problems.push(of_step(ProblemCode::EmptyStepName, row, step, Field::Name));
        }
        if step.roles.is_empty() {
            problems.push(of_step(ProblemCode::StepWithoutRole, row, step, Field::Role));
        }
        if step.max_times == Some(0) {
            problems.push(of_step(ProblemCode::MaxTimesZero, row, step, Field::MaxTimes));
        }
    }
}

fn of_step(code: ProblemCode, row: usize, step: &Step, field: Field) -> Problem {
    Problem::new(code, Some(row), field, vec![("step", step.code.to_string())])
}

fn check_persons(table: &StepTable, problems: &mut Vec<Problem>) {
    let codes: BTreeSet<&StepCode> = table.steps.iter().map(|step| &step.code).collect();
    for (row, step) in table.steps.iter().enumerate() {
        let mut say = |code, field, other: &StepCode| {
            let args = vec![("step", step.code.to_string()), ("other", other.to_string())];
            problems.push(Problem::new(code, Some(row), field, args));
        };
        let same: BTreeSet<&StepCode> = step.same_as.iter().collect();
        for other in &step.different_from {
            if !codes.contains(other) {
                say(ProblemCode::DifferentFromUnknown, Field::DifferentFrom, other);
            } else if *other == step.code || same.contains(other) {
                say(ProblemCode::PersonRulesConflict, Field::DifferentFrom, other);
            }
        }
        for other in step.same_as.iter().filter(|other| !codes.contains(other)) {
            say(ProblemCode::SameAsUnknown, Field::SameAs, other);
        }
    }
}

fn check_durations(table: &StepTable, problems: &mut Vec<Problem>) {
    let mut cases: BTreeSet<&DurationCode> = BTreeSet::new();
    for case in table.durations.iter().filter(|case| !cases.insert(&case.code)) {
        let args = vec![("case", case.code.to_string())];
        problems.push(Problem::new(
            ProblemCode::DuplicateDurationCase,
            None,
            Field::Table,
            args,
        ));
    }
    let mut cells: BTreeSet<&str> = BTreeSet::new();
    for cell in table.shared_times.iter().filter(|cell| !cells.insert(&cell.code)) {
        let args = vec![("shared", cell.code.clone())];
        problems.push(Problem::new(ProblemCode::DuplicateSharedTime, None, Field::Table, args));
    }
    for (row, step) in table.steps.iter().enumerate() {
        for (case, time) in &step.times {
            // Without duration cases nothing is compared, so the name of the case does not matter.
            if !cases.is_empty() && !cases.contains(case) {
                let args = vec![("step", step.code.to_string()), ("case", case.to_string())];
                problems.push(Problem::new(
                    ProblemCode::UnknownDurationCase,
                    Some(row),
                    Field::Time,
                    args,
                ));
            }
            if let StepTime::Shared(cell) = time
                && !cells.contains(cell.as_str())
            {
                let args = vec![("step", step.code.to_string()), ("shared", cell.clone())];
                problems.push(Problem::new(
                    ProblemCode::SharedTimeUnknown,
                    Some(row),
                    Field::Time,
                    args,
                ));
            }
        }
    }
}
