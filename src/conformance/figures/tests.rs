//! Figures of six cases, computed by hand. The office works from 7:30 to 11:30 and from 13:00 to 17:00.

use super::{ConnectionKind as Kind, DotSort, Fit, Flow, Order, Shown, Variants, dots, slots, waiting};
use crate::assignments::{Assignee, Assignment, Book, Roster};
use crate::calendar::WorkingCalendar;
use crate::cases::{Ended, Event, Trace};
use crate::conformance::finding::FindingKind;
use crate::conformance::judge::{Around, Judge, Shapes, Text};
use crate::conformance::known::Perspectives;
use crate::conformance::severities::Severities;
use crate::conformance::store::Judged;
use crate::documents::Content;
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId, to_utc};
use crate::workflow::{Point, RoleCode};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const TEXT: &str = r#"+++
code = "QT.09"
kind = "work_procedure"
title = "Cấp giấy"
[[durations]]
code = "thuong"
name = "Thông thường"
limit = "10 working_day"
[[steps]]
code = "B1"
name = "Tiếp nhận"
roles = ["desk"]
next = [{ outcome = "valid", to = "B2" }, { outcome = "foreign", to = "END-REFUSED" }]
[[steps]]
code = "B2"
name = "Thẩm định"
roles = ["desk"]
time = "0.25 working_day"
next = [{ outcome = "good", to = "B3" }, { outcome = "more", to = "B1" }]
[[steps]]
code = "B3"
name = "Ý kiến phòng"
roles = ["desk"]
parallel = "P1/a"
[[steps]]
code = "B4"
name = "Ý kiến công an"
roles = ["desk"]
parallel = "P1/b"
[[steps]]
code = "B5"
name = "Thông báo"
roles = ["desk"]
optional = true
[[steps]]
code = "B6"
name = "Trả kết quả"
roles = ["desk"]
+++
"#;

fn at(text: &str) -> NaiveDateTime {
    to_utc(NaiveDateTime::parse_from_str(&format!("2026-11-{text}"), "%Y-%m-%d %H:%M").unwrap())
}

fn calendar() -> WorkingCalendar {
    WorkingCalendar::new(BTreeSet::new(), BTreeSet::new())
}

fn event((seq, text): (i64, &&str)) -> Event {
    let words: Vec<&str> = text.split_whitespace().collect();
    Event {
        seq,
        step_code: words[0].to_owned(),
        outcome: (words[1] != "-").then(|| words[1].to_owned()),
        outputs: Vec::new(),
        person: PersonId::of("an"),
        person_name: "An".to_owned(),
        role: None,
        position_name: "Công chức".to_owned(),
        version: VersionId::of("v"),
        done_at: at(&format!("02 {}", words[2])),
        off_workflow: false,
        reason: None,
    }
}

/// A judged case, received on Monday 2 November 2026 at 8:00; one that ended did so with its last step.
fn case(code: &str, ended: Option<Ended>, events: &[&str]) -> Judged {
    let content = Content::of(TEXT);
    let events: Vec<Event> = (1..).zip(events).map(event).collect();
    let last = events.last().map(|event| event.done_at);
    let trace = Trace {
        id: CaseId::of(code),
        code: code.to_owned(),
        document: DocumentId::of("d"),
        version: VersionId::of("v"),
        content_sha256: String::new(),
        duration_code: "thuong".to_owned(),
        received_at: at("02 08:00"),
        promised_at: None,
        due_at: None,
        ended,
        ended_at: last.filter(|_| ended.is_some()),
        events,
        papers: Vec::new(),
    };
    let desk = Assignment {
        id: "1".to_owned(),
        role: RoleCode::new("desk"),
        document: None,
        assignee: Assignee::Person(PersonId::of("an")),
        valid_from: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        valid_to: None,
        decision_no: "1".to_owned(),
    };
    let book = Book {
        assignments: vec![desk],
        holders: Vec::new(),
    };
    let roster = Roster::of(&book);
    let around = Around {
        known: Perspectives::of_office(&roster),
        calendar: &calendar(),
        severities: &Severities::default(),
        now: at("03 17:00"),
    };
    let text = Text {
        content: &content,
        document: &trace.document,
        elsewhere: &BTreeMap::new(),
    };
    let judgement = Judge::new(text, around, &Shapes::new()).judge(&trace);
    Judged {
        trace,
        content,
        judgement: Arc::new(judgement),
    }
}

fn six() -> Vec<Judged> {
    let done = Some(Ended::Completed);
    vec![
        case(
            "A",
            done,
            &[
                "B1 valid 08:30",
                "B2 good 10:30",
                "B3 - 11:00",
                "B4 - 13:30",
                "B6 - 14:00",
            ],
        ),
        // Sent back once, and the optional step done.
        case(
            "B",
            done,
            &[
                "B1 valid 09:00",
                "B2 more 10:00",
                "B1 valid 10:30",
                "B2 good 11:00",
                "B3 - 11:10",
                "B4 - 11:20",
                "B5 - 11:30",
                "B6 - 13:10",
            ],
        ),
        // Without B2.
        case("C", done, &["B1 valid 08:30", "B3 - 09:00", "B4 - 09:30", "B6 - 09:45"]),
        // Open, and B2 is late.
        case("D", None, &["B1 valid 09:00"]),
        case("E", Some(Ended::Refused), &["B1 foreign 08:30"]),
        // With a step that the table does not have.
        case(
            "F",
            done,
            &[
                "B1 valid 08:30",
                "XM - 09:00",
                "B2 good 09:30",
                "B3 - 09:40",
                "B4 - 09:50",
                "B6 - 10:00",
            ],
        ),
    ]
}

fn flow() -> Flow {
    Flow::of(&six(), &Content::of(TEXT).table, &calendar())
}

#[test]
fn each_row_counts_how_often_how_long_how_late_and_what_deviated() {
    let flow = flow();
    assert_eq!((flow.cases, flow.open), (6, 1));
    let counts: Vec<_> = flow
        .rows
        .iter()
        .map(|row| (row.times, row.cases, row.waiting))
        .collect();
    assert_eq!(
        counts,
        [(7, 6, 0), (4, 3, 1), (4, 4, 0), (4, 4, 0), (1, 1, 0), (4, 4, 0)]
    );
    let times: Vec<_> = flow
        .rows
        .iter()
        .map(|row| row.time.map(|time| (time.median, time.ninetieth)))
        .collect();
    let expected = [(30, 60), (30, 120), (10, 30), (20, 90), (10, 10), (10, 30)];
    assert_eq!(times, expected.map(Some));
    // Only B2 has a time to keep: done four times and waited for once, of which that once is late.
    let late: Vec<_> = flow.rows.iter().map(|row| (row.timed, row.late)).collect();
    assert_eq!(late, [(0, 0), (5, 1), (0, 0), (0, 0), (0, 0), (0, 0)]);
    let deviations: Vec<_> = flow.rows.iter().map(|row| row.deviations.as_slice()).collect();
    let skipped = [(FindingKind::Skipped, 1)];
    assert_eq!(deviations, [&[], &skipped[..], &[], &[], &[], &[]]);
    assert_eq!(flow.unknown, [("XM".to_owned(), 1, 1)]);
}

#[test]
fn each_connection_counts_how_often_it_was_gone() {
    let row = Point::Row;
    let ways: Vec<_> = flow()
        .connections
        .into_iter()
        .map(|way| (way.from, way.to, way.kind, way.times))
        .collect();
    let expected = [
        (Point::Start, row(0), Kind::Table, 6),
        (row(0), row(1), Kind::Table, 4),
        (row(0), Point::Refused, Kind::Table, 1),
        (row(1), row(2), Kind::Table, 3),
        (row(1), row(3), Kind::Table, 3),
        (row(1), row(0), Kind::Table, 1),
        (row(2), row(4), Kind::Table, 1),
        (row(3), row(4), Kind::Table, 1),
        (row(4), row(5), Kind::Table, 1),
        (row(5), Point::Completed, Kind::Table, 4),
        (row(2), row(5), Kind::Past, 3),
        (row(3), row(5), Kind::Past, 3),
        // Case C went from the receipt to both opinions.
        (row(0), row(2), Kind::Outside, 1),
        (row(0), row(3), Kind::Outside, 1),
    ];
    assert_eq!(ways, expected);
}

#[test]
fn the_time_of_a_connection_is_the_time_until_its_row_was_done() {
    let flow = flow();
    let time = |from: usize, to: usize| {
        let way = flow
            .connections
            .iter()
            .find(|way| (way.from, way.to) == (Point::Row(from), Point::Row(to)));
        way.and_then(|way| way.time).map(|time| (time.median, time.ninetieth))
    };
    // To B2: 120, 60, 30 and 30 minutes; back to B1: 30.
    assert_eq!(time(0, 1), Some((30, 120)));
    assert_eq!(time(1, 0), Some((30, 30)));
    // Behind both branches the later one counts: 30, 15 and 10 minutes.
    assert_eq!(time(2, 5), Some((15, 30)));
    assert_eq!(time(0, 2), None);
}

#[test]
fn the_order_of_cases_changes_nothing() {
    let table = &Content::of(TEXT).table;
    let mut cases = six();
    let (flow, variants) = (Flow::of(&cases, table, &calendar()), Variants::of(&cases, &calendar()));
    cases.reverse();
    assert_eq!(Flow::of(&cases, table, &calendar()), flow);
    let again = Variants::of(&cases, &calendar());
    let steps = |variants: &Variants| variants.all.iter().map(|one| one.steps.clone()).collect::<Vec<_>>();
    assert_eq!(steps(&again), steps(&variants));
    assert_eq!(
        dots(&cases, Order::Received, None, at("03 17:00")),
        dots(&six(), Order::Received, None, at("03 17:00"))
    );
}

#[test]
fn cases_of_one_way_are_one_variant() {
    let mut cases = six();
    let done = Some(Ended::Completed);
    let same = [
        "B1 valid 08:10",
        "B2 good 08:20",
        "B3 - 08:30",
        "B4 - 08:40",
        "B6 - 09:00",
    ];
    cases.push(case("G", done, &same));
    let variants = Variants::of(cases.iter().filter(|one| one.trace.ended.is_some()), &calendar());
    assert_eq!((variants.cases, variants.all.len()), (6, 5));
    let first = &variants.all[0];
    assert_eq!((first.cases, first.conforming, first.cost()), (2, 2, 0));
    assert_eq!(first.examples, ["A", "G"]);
    // A took from 8:00 to 14:00 with an hour and a half of rest, G one hour.
    assert_eq!(first.time.map(|time| (time.median, time.ninetieth)), Some((60, 270)));
    let skipping = variants.all.iter().find(|one| one.examples == ["C"]).unwrap();
    assert_eq!((skipping.conforming, skipping.cost()), (0, 1));
    let steps: Vec<(Fit, &str)> = skipping.steps.iter().map(|(fit, code)| (*fit, code.as_str())).collect();
    let expected = [
        (Fit::Follows, "B1"),
        (Fit::LeftOut, "B2"),
        (Fit::Follows, "B3"),
        (Fit::Follows, "B4"),
        (Fit::Follows, "B6"),
    ];
    assert_eq!(steps, expected);
    assert_eq!(variants.all.iter().map(|one| one.cases).sum::<u32>(), variants.cases);
}

#[test]
fn an_open_case_waits_for_what_the_table_asks_next() {
    let waits: Vec<Vec<usize>> = six().iter().map(waiting).collect();
    assert_eq!(waits, [vec![], vec![], vec![], vec![1], vec![], vec![]]);
    // The expert has to give it back or on: both branches wait, or the receipt.
    let open = case("H", None, &["B1 valid 08:30", "B2 good 09:00"]);
    assert_eq!(waiting(&open), [2, 3]);
}

#[test]
fn dots_stand_by_their_time_and_tell_how_the_step_turned_out() {
    let Shown::Dots(dots) = dots(&six(), Order::Duration, None, at("03 17:00")) else {
        panic!("six cases are no map");
    };
    assert_eq!(dots.every, 1);
    let order: Vec<&str> = dots.rows.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(order, ["E", "C", "F", "B", "A", "D"]);
    // D is open since Monday 8:00, at Tuesday 17:00.
    assert_eq!(dots.span, (0, 33 * 60));
    let sorts = |at: usize| {
        dots.rows[at]
            .dots
            .iter()
            .map(|dot| (dot.at, dot.sort))
            .collect::<Vec<_>>()
    };
    let fine = DotSort::Fine;
    assert_eq!(sorts(1), [(30, fine), (60, fine), (90, fine), (105, fine)]);
    assert_eq!(
        sorts(2),
        [
            (30, fine),
            (60, DotSort::Deviating),
            (90, fine),
            (100, fine),
            (110, fine),
            (120, fine)
        ]
    );
}

#[test]
fn many_cases_are_sampled_and_very_many_become_a_map() {
    let one = case("A", Some(Ended::Completed), &["B1 valid 08:30"]);
    let copies = |count: usize| {
        let copy = |number: usize| {
            let mut copy = one.clone();
            copy.trace.code = format!("HS.{number:05}");
            copy
        };
        (0..count).map(copy).collect::<Vec<_>>()
    };
    let now = at("03 17:00");
    let Shown::Dots(all) = dots(&copies(400), Order::Received, None, now) else {
        panic!("400 cases fit");
    };
    assert_eq!((all.every, all.rows.len()), (1, 400));
    let Shown::Dots(sample) = dots(&copies(1001), Order::Received, None, now) else {
        panic!("1001 cases are sampled");
    };
    assert_eq!((sample.every, sample.rows.len()), (3, 334));
    assert_eq!(sample.rows[1].code, "HS.00003");
    let Shown::Heat(map) = dots(&copies(4001), Order::Received, None, now) else {
        panic!("4001 cases are a map");
    };
    assert_eq!((map.bands, map.band_cases), (30, 134));
    assert_eq!(map.fields.values().map(|(events, _)| events).sum::<u32>(), 4001);
}

#[test]
fn slots_count_everything_once() {
    let slots = slots(&six(), Order::Received, at("03 17:00"));
    let counts: Vec<_> = slots
        .iter()
        .map(|slot| (slot.received, slot.ended, slot.steps, slot.late, slot.deviating))
        .collect();
    // 5 + 8 + 4 + 1 + 1 + 6 steps; of them only XM deviates. What waits late is no step that was done.
    assert_eq!(counts, [(6, 5, 25, 0, 1)]);
    assert_eq!(slots[0].first, slots[0].last);
    assert_eq!(super::date(slots[0].first), NaiveDate::from_ymd_opt(2026, 11, 2));
}
