//! Where a case stands: moves, pauses, ends, and what stays possible after deviations.

use super::*;
use crate::workflow::{
    Clock, Next, RoleCode, Step, StepCode, StepTable, StepTime, Target, TimeLimit, TimeUnit, Workflow,
};
use chrono::{NaiveDate, NaiveDateTime};

fn at(hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 23)
        .unwrap()
        .and_hms_opt(hour, 0, 0)
        .unwrap()
}

fn step(code: &str, next: &[(&str, &str)]) -> Step {
    let target = |to: &str| match to {
        "END" => Target::End,
        "END-REFUSED" => Target::EndRefused,
        code => Target::Step(StepCode::new(code)),
    };
    let next = next.iter().map(|(outcome, to)| Next {
        outcome: Some((*outcome).to_owned()).filter(|outcome| !outcome.is_empty()),
        target: target(to),
    });
    Step {
        code: StepCode::new(code),
        name: format!("Step {code}"),
        roles: vec![RoleCode::new("motcua")],
        times: Vec::new(),
        counted: true,
        next: next.collect(),
        optional: false,
        branch: None,
        clock: Clock::Runs,
        different_from: Vec::new(),
        same_as: Vec::new(),
        max_times: None,
        forms: Vec::new(),
        outputs: Vec::new(),
    }
}

/// Intake, work that may wait for a supplement once, decision, an optional notice, return.
fn table() -> StepTable {
    let mut wait = step("B3", &[("", "B2")]);
    (wait.clock, wait.max_times) = (Clock::Paused, Some(1));
    let mut notice = step("B5", &[]);
    notice.optional = true;
    let steps = vec![
        step("B1", &[("ok", "B2"), ("no", "END-REFUSED")]),
        step("B2", &[("ok", "B4"), ("more", "B3")]),
        wait,
        step("B4", &[("sign", "B5"), ("redo", "B2")]),
        notice,
        step("B6", &[]),
    ];
    StepTable {
        steps,
        ..StepTable::default()
    }
}

fn replay(table: &StepTable, deeds: &[(&str, &str, u32)], look: impl FnOnce(&Plan<'_>, &Standing)) {
    let workflow = Workflow::compile(table).unwrap();
    let plan = Plan {
        table,
        workflow: &workflow,
    };
    let deeds: Vec<Deed<'_>> = deeds
        .iter()
        .map(|(code, outcome, hour)| Deed {
            step: Some(*code).filter(|code| !code.is_empty()),
            outcome: Some(*outcome).filter(|outcome| !outcome.is_empty()),
            at: at(*hour),
        })
        .collect();
    look(&plan, &plan.replay(at(1), deeds));
}

fn open(standing: &Standing) -> Vec<(usize, NaiveDateTime)> {
    standing.open().map(|open| (open.row, open.since)).collect()
}

type Pauses = (Vec<(NaiveDateTime, NaiveDateTime)>, Option<NaiveDateTime>);

fn pauses(standing: &Standing) -> Pauses {
    let (closed, open) = standing.pauses();
    (closed.to_vec(), open)
}

#[test]
fn a_new_case_waits_for_its_first_step_since_the_receipt() {
    replay(&table(), &[], |_, standing| {
        assert_eq!(open(standing), [(0, at(1))]);
        assert_eq!(standing.ended(), None);
    });
}

#[test]
fn each_step_waits_since_the_moment_it_became_possible() {
    replay(
        &table(),
        &[("B1", "ok", 2), ("B2", "ok", 3), ("B4", "sign", 5)],
        |_, standing| {
            assert_eq!(open(standing), [(4, at(5)), (5, at(5))]);
            let since: Vec<_> = standing.before().iter().map(|before| before.since).collect();
            assert_eq!(since, [Some(at(1)), Some(at(2)), Some(at(3))]);
        },
    );
}

#[test]
fn an_outcome_can_end_the_case() {
    replay(&table(), &[("B1", "no", 2)], |plan, standing| {
        assert_eq!(standing.ended(), Some((Ended::Refused, at(2))));
        assert!(standing.open().next().is_none());
        assert_eq!(standing.stop(plan, 1), Some(Stop::Order(Refusal::AfterEnd)));
    });
}

#[test]
fn waiting_for_the_citizen_is_a_pause_from_its_begin_to_its_end() {
    let deeds = [("B1", "ok", 2), ("B2", "more", 3), ("B3", "", 7), ("B2", "ok", 8)];
    replay(&table(), deeds.get(..2).unwrap(), |_, standing| {
        assert_eq!(pauses(standing), (vec![], Some(at(3))));
    });
    replay(&table(), &deeds, |_, standing| {
        assert_eq!(pauses(standing), (vec![(at(3), at(7))], None));
    });
}

#[test]
fn a_step_that_was_done_as_often_as_it_may_be_is_not_offered_nor_led_to() {
    let deeds = [("B1", "ok", 2), ("B2", "more", 3), ("B3", "", 7)];
    replay(&table(), &deeds, |plan, standing| {
        assert_eq!(standing.outcomes(plan, 1), ["ok"]);
        assert!(!standing.leads_on(plan, 1, Some("more")));
    });
    replay(&table(), deeds.get(..2).unwrap(), |plan, standing| {
        assert_eq!(standing.outcomes(plan, 2), [""; 0]);
        assert_eq!(open(standing), [(2, at(3))]);
    });
    let twice = [("B1", "ok", 2), ("B2", "more", 3), ("B3", "", 4), ("B2", "more", 5)];
    replay(&table(), &twice, |plan, standing| {
        assert_eq!(standing.stop(plan, 2), Some(Stop::Exhausted(1)));
        assert!(standing.open().next().is_none());
    });
}

#[test]
fn refusals_tell_what_comes_before_and_what_is_past() {
    replay(&table(), &[("B1", "ok", 2)], |plan, standing| {
        assert_eq!(standing.stop(plan, 1), None);
        assert_eq!(
            standing.stop(plan, 3),
            Some(Stop::Order(Refusal::TooEarly { skipped: vec![1] }))
        );
        assert_eq!(standing.stop(plan, 0), Some(Stop::Order(Refusal::TooLate)));
    });
}

#[test]
fn after_a_skipped_step_the_case_goes_on_from_where_it_costs_least() {
    replay(&table(), &[("B1", "ok", 2), ("B4", "sign", 3)], |_, standing| {
        let rows: Vec<usize> = standing.open().map(|open| open.row).collect();
        assert!(rows.contains(&5), "{rows:?}");
        assert_eq!(standing.before().last().unwrap().since, None);
    });
    replay(
        &table(),
        &[("B1", "ok", 2), ("B4", "sign", 3), ("B6", "", 4)],
        |_, standing| {
            assert_eq!(standing.ended(), Some((Ended::Completed, at(4))));
            assert!(standing.open().next().is_none());
        },
    );
}

#[test]
fn something_that_no_row_knows_leaves_the_case_where_it_stands() {
    replay(&table(), &[("B1", "ok", 2), ("gọi điện", "", 3)], |_, standing| {
        assert_eq!(open(standing), [(1, at(2))]);
    });
}

#[test]
fn a_stopped_case_stays_closed_whatever_is_recorded_later() {
    let deeds = [
        ("B1", "ok", 2),
        ("B2", "more", 3),
        ("", "stopped", 5),
        ("B4", "sign", 6),
    ];
    replay(&table(), &deeds, |plan, standing| {
        assert_eq!(standing.ended(), Some((Ended::Stopped, at(5))));
        assert!(standing.open().next().is_none());
        assert_eq!(standing.stop(plan, 5), Some(Stop::Order(Refusal::AfterEnd)));
        assert_eq!(pauses(standing), (vec![(at(3), at(5))], None));
    });
}

#[test]
fn a_case_may_end_when_only_optional_steps_remain() {
    let mut table = table();
    table.steps.truncate(5);
    replay(
        &table,
        &[("B1", "ok", 2), ("B2", "ok", 3), ("B4", "sign", 4)],
        |plan, standing| {
            assert_eq!(standing.may_end(plan), Some(Ended::Completed));
            assert_eq!(open(standing), [(4, at(4))]);
            assert_eq!(standing.ended(), None);
        },
    );
}

#[test]
fn rows_of_one_time_cell_have_one_allowance_that_stands_still_between_them() {
    let mut table = table();
    let cell = |step: &mut Step| {
        let shared = StepTime::Shared("A".to_owned());
        step.times = vec![(crate::workflow::DurationCode::new("thuong"), shared)];
    };
    [1, 3].into_iter().for_each(|row| cell(&mut table.steps[row]));
    table.shared_times = vec![crate::workflow::SharedTime {
        code: "A".to_owned(),
        limit: TimeLimit {
            hundredths: 300,
            unit: TimeUnit::ClockHour,
        },
    }];
    let calendar = crate::calendar::statutory_calendar(2026..=2026, false);
    let due = |deeds: &[(&str, &str, u32)], row| {
        let mut due = None;
        replay(&table, deeds, |plan, standing| {
            due = standing.due(plan, row, (&calendar, "thuong"))
        });
        due
    };
    let deeds = [("B1", "ok", 2), ("B2", "ok", 4), ("B4", "redo", 5)];
    assert_eq!(due(&deeds[..1], 1), Some(at(5)));
    // The decision goes on with what the examination left.
    assert_eq!(due(&deeds[..2], 3), Some(at(5)));
    // Coming back gives no new time.
    assert_eq!(due(&deeds, 1), Some(at(5)));
    // While the citizen is waited for, none of them can be done.
    let waited = [("B1", "ok", 2), ("B2", "more", 3), ("B3", "", 7)];
    assert_eq!(due(&waited, 1), Some(at(9)));
    replay(&table, &waited, |plan, standing| {
        let before: Vec<_> = standing.before().iter().collect();
        let was = |row, deed: usize| standing.due_before(plan, (row, before[deed]), (&calendar, "thuong"));
        assert_eq!((was(1, 1), was(0, 0)), (Some(at(5)), None));
    });
}
