//! The table of steps of a document, typed for the workflow room.

use super::limit::parse_limit;
use super::source::{NextRow, Source, StepRow, StepTimes};
use crate::workflow::{
    Branch, Clock, DurationCase, DurationCode, Next, RoleCode, SharedTime, Step, StepCode, StepTable, StepTime, Target,
};

/// The typed table of a document. A value that cannot be understood is left out; reading the file has told of it.
pub fn step_table(source: &Source) -> StepTable {
    let durations = source.durations.iter().filter_map(|row| {
        let limit = parse_limit(&row.limit)?;
        Some(DurationCase {
            code: DurationCode::new(&row.code),
            name: row.name.clone(),
            limit,
        })
    });
    let shared_times = source.shared_times.iter().filter_map(|row| {
        let limit = parse_limit(&row.limit)?;
        Some(SharedTime {
            code: row.code.clone(),
            limit,
        })
    });
    let ordinary = source
        .durations
        .first()
        .map(|row| row.code.as_str())
        .unwrap_or_default();
    StepTable {
        durations: durations.collect(),
        shared_times: shared_times.collect(),
        steps: source.steps.iter().map(|row| step(row, ordinary)).collect(),
    }
}

fn step(row: &StepRow, ordinary: &str) -> Step {
    Step {
        code: StepCode::new(&row.code),
        name: row.name.clone(),
        roles: row.roles.iter().map(RoleCode::new).collect(),
        times: times(&row.time, ordinary),
        counted: row.counted,
        next: row.next.iter().filter_map(next).collect(),
        optional: row.optional,
        branch: branch(&row.parallel),
        clock: if row.paused { Clock::Paused } else { Clock::Runs },
        different_from: row.different_from.iter().map(StepCode::new).collect(),
        same_as: row.same_as.iter().map(StepCode::new).collect(),
        max_times: row.max_times,
        forms: row.forms.clone(),
        outputs: row.outputs.clone(),
    }
}

fn times(time: &StepTimes, ordinary: &str) -> Vec<(DurationCode, StepTime)> {
    let one = |(case, text): (&str, &str)| Some((DurationCode::new(case), step_time(text)?));
    match time {
        StepTimes::Unstated => Vec::new(),
        StepTimes::Same(text) => one((ordinary, text)).into_iter().collect(),
        StepTimes::ByDuration(texts) => texts.iter().filter_map(|(case, text)| one((case, text))).collect(),
    }
}

/// A limit begins with a digit, the code of a shared cell with a letter.
pub(super) fn step_time(text: &str) -> Option<StepTime> {
    if text.chars().next()?.is_alphabetic() {
        return Some(StepTime::Shared(text.to_owned()));
    }
    parse_limit(text).map(StepTime::Own)
}

fn next(row: &NextRow) -> Option<Next> {
    let target = match row.to.as_str() {
        "" => return None,
        "END" => Target::End,
        "END-REFUSED" => Target::EndRefused,
        "END-WITHDRAWN" => Target::EndWithdrawn,
        code => Target::Step(StepCode::new(code)),
    };
    let outcome = Some(row.outcome.clone()).filter(|outcome| !outcome.is_empty());
    Some(Next { outcome, target })
}

/// `P1/a`: two words without blanks.
pub(super) fn branch(text: &str) -> Option<Branch> {
    let (group, branch) = text.split_once('/')?;
    let is_word = |word: &str| !word.is_empty() && !word.contains(|c: char| c == '/' || c.is_whitespace());
    (is_word(group) && is_word(branch)).then(|| Branch {
        group: group.to_owned(),
        branch: branch.to_owned(),
    })
}
