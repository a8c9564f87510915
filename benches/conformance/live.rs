//! What is decided while a case runs.

use super::office::{book, event, person, text};
use super::watch::{tell, tenths};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use quytrinh::calendar::statutory_calendar;
use quytrinh::cases::{CaseEvent, Deed, EventKind, Plan, Scene, Wish, decide};
use quytrinh::documents::Content;
use quytrinh::kernel::{DocumentId, to_utc};
use quytrinh::workflow::{Done, Room, Workflow};
use std::hint::black_box;

const ROUNDS: u64 = 20_000;

/// The straight way: rows with their outcomes.
const WAY: [(usize, &str, &str); 7] = [
    (0, "B1", "ok"),
    (1, "B2", ""),
    (2, "B3", "ok"),
    (4, "B5", "ok"),
    (5, "B6", "ok"),
    (6, "B7", ""),
    (7, "B8", ""),
];

fn outcome(text: &'static str) -> Option<&'static str> {
    Some(text).filter(|text| !text.is_empty())
}

pub(crate) fn measure() {
    let content = Content::of(&text());
    let Some(workflow) = &content.workflow else { return };
    let steps = ROUNDS * u64::try_from(WAY.len()).unwrap_or(1);
    let ways = WAY.map(|(row, _, text)| (row, workflow.way_of(row, outcome(text)).unwrap_or(0)));
    let lookup = tenths(steps * 20, || {
        for _ in 0..ROUNDS * 20 {
            let mut state = workflow.start();
            for (row, way) in black_box(ways) {
                state = workflow.next(state, row, way).unwrap_or(state);
            }
            black_box(state);
        }
    });
    tell("table look-up", lookup, "a step and outcome");
    exact(workflow, steps);
    let compile = tenths(ROUNDS, || {
        for _ in 0..ROUNDS {
            black_box(Workflow::compile(black_box(&content.table)).is_ok());
        }
    });
    tell("compiling the table", compile, "for eight rows");
    decisions(&content, workflow);
}

/// The exact position of a case that leaves out its second step and repeats its third.
fn exact(workflow: &Workflow, steps: u64) {
    let deviating = [0, 2, 2, 4, 5, 6, 7].map(Done::row);
    for (what, way) in [
        (
            "exact position, as prescribed",
            WAY.map(|(row, _, text)| done(row, text)),
        ),
        ("exact position, after deviations", deviating),
    ] {
        let took = tenths(steps, || {
            let mut room = Room::default();
            for _ in 0..ROUNDS {
                let mut position = workflow.begin();
                for done in black_box(&way) {
                    position.go_on(workflow, done, &mut room);
                }
                black_box(position.cost());
            }
        });
        tell(what, took, "an event");
    }
}

fn done(row: usize, text: &'static str) -> Done<'static> {
    Done {
        row: Some(row),
        outcome: outcome(text),
    }
}

/// A whole decision: order, role, four eyes, outcome, results, papers and clock, before the sixth step of a case.
fn decisions(content: &Content, workflow: &Workflow) {
    let (book, calendar, document) = (book(), statutory_calendar(2025..=2027, true), DocumentId::of("d"));
    let first = NaiveDate::from_ymd_opt(2026, 3, 2).and_then(|day| day.and_hms_opt(8, 0, 0));
    let received_at = to_utc(first.unwrap_or_default());
    let at = |step: usize| received_at + TimeDelta::minutes(30 * i64::try_from(step).unwrap_or(0));
    let table = &content.table;
    let plan = Plan { table, workflow };
    let events: Vec<CaseEvent> = (1..)
        .zip(&WAY[..5])
        .map(|(step, (_, code, text))| recorded(code, text, at(step)))
        .collect();
    let deeds = || {
        events.iter().map(|event| Deed {
            step: event.step_code.as_deref(),
            outcome: event.outcome.as_deref(),
            at: event.done_at,
        })
    };
    let standing = plan.replay(received_at, deeds());
    let scene = Scene {
        plan,
        standing: &standing,
        events: &events,
        document: &document,
        duration_code: "thuong",
        received_at,
        papers: 1,
        book: &book,
        calendar: &calendar,
        now: at(20),
    };
    let performer = person("clerk", 1);
    let wish = Wish {
        step_code: "B7",
        outcome: None,
        outputs: &[0],
        papers: &[],
        person: &performer,
        accounts: std::slice::from_ref(&performer),
        lenders: &[],
        at: at(7),
    };
    assert!(decide(&scene, &wish).is_ok(), "{:?}", decide(&scene, &wish));
    let took = tenths(ROUNDS, || {
        for _ in 0..ROUNDS {
            black_box(decide(black_box(&scene), black_box(&wish)).is_ok());
        }
    });
    tell("whole decision", took, "from where the case stands");
    let took = tenths(ROUNDS, || {
        for _ in 0..ROUNDS {
            let standing = plan.replay(received_at, deeds());
            let scene = Scene {
                standing: &standing,
                ..scene
            };
            black_box(decide(black_box(&scene), black_box(&wish)).is_ok());
        }
    });
    tell("whole decision", took, "replaying five events first");
}

fn recorded(code: &str, text: &str, at: NaiveDateTime) -> CaseEvent {
    let event = event(code, text, at, &mut super::office::Chance(1));
    CaseEvent {
        seq: event.seq,
        kind: EventKind::Step,
        step_code: Some(event.step_code),
        outcome: event.outcome.filter(|text| !text.is_empty()),
        note: String::new(),
        outputs: event.outputs,
        recorded_by: event.person.clone(),
        person_id: event.person,
        person_name: event.person_name,
        position_name: String::new(),
        version_id: event.version,
        done_at: at,
        recorded_at: at,
        off_workflow: false,
        reason: None,
    }
}
