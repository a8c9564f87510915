//! Full judgement with all perspectives.

use super::office::{Chance, book, case, text};
use super::watch::{tell_rate, tenths};
use chrono::{NaiveDate, TimeDelta};
use quytrinh::assignments::Roster;
use quytrinh::calendar::statutory_calendar;
use quytrinh::cases::Trace;
use quytrinh::conformance::{Around, Judge, Perspectives, Severities, Shapes, Text};
use quytrinh::documents::Content;
use quytrinh::kernel::{DocumentId, to_utc};
use std::collections::BTreeMap;
use std::hint::black_box;

pub(crate) fn measure(count: u64) {
    let content = Content::of(&text());
    if content.workflow.is_none() {
        println!("the procedure does not compile: {:?}", content.faults);
        return;
    }
    let (roster, calendar) = (Roster::of(&book()), statutory_calendar(2025..=2027, true));
    let mut chance = Chance(7);
    let first = NaiveDate::from_ymd_opt(2026, 3, 2)
        .and_then(|day| day.and_hms_opt(8, 0, 0))
        .unwrap_or_default();
    let received = |number: u64| to_utc(first + TimeDelta::hours(i64::try_from(number % 4000).unwrap_or(0)));
    let traces: Vec<Trace> = (0..count)
        .map(|number| case(number, received(number), &mut chance))
        .collect();
    let events: usize = traces.iter().map(|trace| trace.events.len()).sum();
    let (document, elsewhere, severities) = (DocumentId::of("d"), BTreeMap::new(), Severities::default());
    let text = Text {
        content: &content,
        document: &document,
        elsewhere: &elsewhere,
    };
    let around = Around {
        known: Perspectives::of_office(&roster),
        calendar: &calendar,
        severities: &severities,
        now: to_utc(first + TimeDelta::days(365)),
    };
    let (mut findings, mut conforming, mut variants) = (0, 0, 0);
    let all = |shapes: &Shapes, findings: &mut usize, conforming: &mut usize| {
        let judge = Judge::new(text, around, shapes);
        (*findings, *conforming) = (0, 0);
        for trace in &traces {
            let judgement = black_box(judge.judge(trace));
            *findings += judgement.findings.len();
            *conforming += usize::from(judgement.is_conforming());
        }
    };
    let new = tenths(count, || {
        let shapes = Shapes::new();
        all(&shapes, &mut findings, &mut conforming);
        variants = shapes.len();
    });
    let shapes = Shapes::new();
    let known = tenths(count, || all(&shapes, &mut findings, &mut conforming));
    println!("{count} cases, {events} events, {variants} variants, {findings} findings, {conforming} conform");
    tell_rate("judged, every variant new at first", new, "cases");
    tell_rate("judged, every variant known", known, "cases");
}
