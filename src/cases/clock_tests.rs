//! Due times of cases and steps, with cutoffs and pauses.

use super::*;
use crate::workflow::{Clock, DurationCode, RoleCode, SharedTime, StepCode, TimeUnit};
use chrono::NaiveDate;
use std::collections::BTreeSet;

fn calendar() -> WorkingCalendar {
    let off = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    WorkingCalendar::new(BTreeSet::from([off]), BTreeSet::new())
}

/// A moment of November 2026 on the office clock, in UTC.
fn at(day: u32, hour: u32, minute: u32) -> NaiveDateTime {
    to_utc(
        NaiveDate::from_ymd_opt(2026, 11, day)
            .unwrap()
            .and_hms_opt(hour, minute, 0)
            .unwrap(),
    )
}

fn duration(limit: &str, cutoff: &str) -> DurationRow {
    DurationRow {
        limit: limit.to_owned(),
        same_day_cutoff: cutoff.to_owned(),
        ..DurationRow::default()
    }
}

#[test]
fn the_promise_counts_working_days_and_not_the_day_of_receipt() {
    let promised =
        |day, hour, limit: &str, cutoff: &str| promised(&calendar(), at(day, hour, 0), &duration(limit, cutoff));
    assert_eq!(promised(20, 9, "3 working_day", ""), Some(at(26, 17, 0)));
    assert_eq!(promised(20, 14, "1 working_day", "15:00"), Some(at(20, 17, 0)));
    assert_eq!(promised(20, 15, "1 working_day", "15:00"), Some(at(23, 17, 0)));
    assert_eq!(promised(20, 9, "12 clock_hour", ""), Some(at(20, 21, 0)));
    assert_eq!(promised(20, 9, "", ""), None);
}

#[test]
fn a_pause_moves_the_due_time_by_the_office_hours_that_it_took() {
    let limit = parse_limit("3 working_day");
    let due = |pauses: &[_], open| due_after_pauses(&calendar(), at(26, 17, 0), limit, (pauses, open));
    assert_eq!(due(&[], None), Some(at(26, 17, 0)));
    assert_eq!(due(&[(at(23, 9, 0), at(25, 9, 0))], None), Some(at(27, 17, 0)));
}

#[test]
fn while_the_clock_stands_still_nothing_is_due_unless_it_was_late_before() {
    let limit = parse_limit("3 working_day");
    let due = |open| due_after_pauses(&calendar(), at(26, 17, 0), limit, (&[], open));
    assert_eq!(due(Some(at(25, 9, 0))), None);
    assert_eq!(due(Some(at(27, 9, 0))), Some(at(26, 17, 0)));
}

#[test]
fn a_step_takes_the_time_of_its_duration_case_or_of_its_cell() {
    let own = |text: &str| StepTime::Own(parse_limit(text).unwrap());
    let mut step = Step {
        code: StepCode::new("B1"),
        name: String::new(),
        roles: vec![RoleCode::new("motcua")],
        times: vec![
            (DurationCode::new("thuong"), own("0.5 working_day")),
            (DurationCode::new("xac_minh"), own("5 working_day")),
        ],
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
    let cell = TimeLimit {
        hundredths: 200,
        unit: TimeUnit::WorkingDay,
    };
    let shared_times = vec![SharedTime {
        code: "A".to_owned(),
        limit: cell,
    }];
    let table = StepTable {
        shared_times,
        ..StepTable::default()
    };
    let hundredths = |step: &Step, code| {
        allotted(&table, step, code).map(|time| match time {
            Allotted::Own(limit) => limit.hundredths,
            Allotted::Shared(cell, limit) => {
                assert_eq!(cell, 0);
                limit.hundredths
            }
        })
    };
    assert_eq!(hundredths(&step, "xac_minh"), Some(500));
    assert_eq!(hundredths(&step, "khac"), Some(50));
    step.times = vec![(DurationCode::new("thuong"), StepTime::Shared("A".to_owned()))];
    assert_eq!(hundredths(&step, "thuong"), Some(200));
    step.clock = Clock::Paused;
    assert_eq!(hundredths(&step, "thuong"), None);
    (step.clock, step.counted) = (Clock::Runs, false);
    assert_eq!(hundredths(&step, "thuong"), None);
    step.counted = true;
    step.times.clear();
    assert_eq!(hundredths(&step, "thuong"), None);
}

#[test]
fn a_step_is_due_by_office_hours_from_when_it_could_be_done() {
    let half = parse_limit("0.5 working_day").unwrap();
    assert_eq!(step_due(&calendar(), at(23, 9, 0), half), at(23, 14, 30));
    assert_eq!(step_due(&calendar(), at(20, 15, 0), half), at(23, 9, 30));
}

#[test]
fn a_shared_cell_stands_still_while_none_of_its_steps_can_be_done() {
    let half = parse_limit("0.5 working_day").unwrap();
    let due = |stretches: &[_]| shared_due(&calendar(), stretches.iter().copied(), half);
    let stretches = [(at(25, 8, 0), at(25, 9, 0)), (at(26, 8, 0), at(26, 9, 0))];
    // Four hours from Wednesday 8:00 end at 13:30; the gap of seven working hours is added.
    assert_eq!(due(&stretches), Some(at(26, 11, 0)));
    assert_eq!(due(&[stretches[1], stretches[0]]), Some(at(26, 11, 0)));
    assert_eq!(due(&[]), None);
}

#[test]
fn what_is_due_by_the_end_of_the_next_working_day_is_due_soon() {
    assert_eq!(soon(&calendar(), at(23, 9, 0)), at(25, 17, 0));
}
