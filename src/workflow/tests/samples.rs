//! Tables written in short for tests.

use crate::workflow::{
    Branch, Clock, DurationCase, DurationCode, Next, RoleCode, Step, StepCode, StepTable, StepTime, Target, TimeLimit,
    TimeUnit,
};

/// One row: `B1 >ok=B2 >no=END-REFUSED opt @P1/a paused max=2 uncounted 50wd shared=A`.
pub(super) fn step(text: &str) -> Step {
    let mut words = text.split_whitespace();
    let code = words.next().unwrap_or_default();
    let mut step = Step {
        code: StepCode::new(code),
        name: format!("Step {code}"),
        roles: vec![RoleCode::new("motcua")],
        times: Vec::new(),
        counted: true,
        next: Vec::new(),
        optional: false,
        branch: None,
        clock: Clock::Runs,
        different_from: Vec::new(),
        same_as: Vec::new(),
        max_times: None,
        forms: Vec::new(),
        outputs: Vec::new(),
    };
    let any = || DurationCode::new("thuong");
    for word in words {
        if let Some(next) = word.strip_prefix('>') {
            let (outcome, target) = next
                .split_once('=')
                .map_or((None, next), |(o, t)| (Some(o.to_owned()), t));
            step.next.push(Next {
                outcome,
                target: target_of(target),
            });
        } else if let Some(branch) = word.strip_prefix('@') {
            let (group, branch) = branch.split_once('/').unwrap();
            step.branch = Some(Branch {
                group: group.to_owned(),
                branch: branch.to_owned(),
            });
        } else if let Some(times) = word.strip_prefix("max=") {
            step.max_times = Some(times.parse().unwrap());
        } else if let Some(cell) = word.strip_prefix("shared=") {
            step.times.push((any(), StepTime::Shared(cell.to_owned())));
        } else {
            match word {
                "opt" => step.optional = true,
                "paused" => step.clock = Clock::Paused,
                "uncounted" => step.counted = false,
                time => step.times.push((any(), StepTime::Own(limit(time)))),
            }
        }
    }
    step
}

pub(super) fn target_of(text: &str) -> Target {
    match text {
        "END" => Target::End,
        "END-REFUSED" => Target::EndRefused,
        "END-WITHDRAWN" => Target::EndWithdrawn,
        code => Target::Step(StepCode::new(code)),
    }
}

/// Hundredths of a unit: `150wd`, `100cd`, `400wh`, `1200ch`.
pub(super) fn limit(text: &str) -> TimeLimit {
    let (number, unit) = text.split_at(text.len() - 2);
    let unit = match unit {
        "wd" => TimeUnit::WorkingDay,
        "cd" => TimeUnit::CalendarDay,
        "wh" => TimeUnit::WorkingHour,
        "ch" => TimeUnit::ClockHour,
        other => panic!("no unit {other}"),
    };
    TimeLimit {
        hundredths: number.parse().unwrap(),
        unit,
    }
}

pub(crate) fn table(rows: &[&str]) -> StepTable {
    StepTable {
        steps: rows.iter().map(|row| step(row)).collect(),
        ..StepTable::default()
    }
}

pub(super) fn with_limit(mut table: StepTable, text: &str) -> StepTable {
    let code = DurationCode::new("thuong");
    table.durations.push(DurationCase {
        code,
        name: "Thông thường".to_owned(),
        limit: limit(text),
    });
    table
}

/// Intake, check with supplement, two opinions in parallel, decision with rework and refusal, optional notice, return.
pub(crate) fn office() -> StepTable {
    table(&[
        "B1",
        "B2 >ok=B4 >incomplete=B3 >foreign=END-REFUSED",
        "B3 paused max=1 >B2",
        "B4 @P1/a",
        "B5 @P1/a opt",
        "B6 @P1/b",
        "B7 >sign=B8 >redo=B4 >refuse=END-REFUSED",
        "B8 opt",
        "B9",
    ])
}
