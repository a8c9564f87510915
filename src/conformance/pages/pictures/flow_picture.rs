//! The figures of a table laid over its picture.

use super::flow::Show;
use super::numbers::{grave, quarter, share, short};
use crate::conformance::figures::{ConnectionFigures, ConnectionKind, Flow, RowFigures};
use crate::conformance::sentence::Teller;
use crate::documents::Caption;
use crate::workflow::{EdgeMark, MarkClass, Overlay, RoleCode, RowMark, StepTable, draw_case};

/// The most ways outside the table that are drawn, the most frequent ones; the table below has them all.
const MOST_OUTSIDE: usize = 12;

/// The picture as SVG.
pub(super) fn picture(teller: &Teller<'_>, table: &StepTable, flow: &Flow, show: Show) -> String {
    let role_name = |role: &RoleCode| teller.roles(std::slice::from_ref(role));
    let title = teller.words.get(teller.language, "conformance.flow.picture");
    let caption = Caption {
        id: "flow",
        title,
        description: teller.words.get(teller.language, "conformance.flow.description"),
        words: teller.words,
        language: teller.language,
        role_name: &role_name,
    };
    let overlay = overlay(teller, flow, show);
    caption.speak(|words| draw_case(table, words, &overlay))
}

fn overlay(teller: &Teller<'_>, flow: &Flow, show: Show) -> Overlay {
    let most = Most::of(flow);
    let rows = flow.rows.iter().map(|row| Some(mark(teller, row, (flow, show), &most)));
    let mut outside: Vec<&ConnectionFigures> = flow
        .connections
        .iter()
        .filter(|one| one.kind == ConnectionKind::Outside && show == Show::Deviations)
        .collect();
    outside.sort_by_key(|one| std::cmp::Reverse(one.times));
    outside.truncate(MOST_OUTSIDE);
    let inside = flow
        .connections
        .iter()
        .filter(|one| one.kind != ConnectionKind::Outside);
    let edges = inside.chain(outside).map(|one| edge(teller, one, show, &most));
    Overlay {
        rows: rows.collect(),
        edges: edges.collect(),
    }
}

/// The most of each, which the darkest box and the thickest line stand for.
struct Most {
    row_times: u64,
    row_time: u64,
    way_times: u64,
    way_time: u64,
}

impl Most {
    fn of(flow: &Flow) -> Self {
        let minutes = |minutes: i64| u64::try_from(minutes).unwrap_or(0);
        let rows = || flow.rows.iter();
        let ways = || {
            flow.connections
                .iter()
                .filter(|one| one.kind != ConnectionKind::Outside)
        };
        let most = |all: &mut dyn Iterator<Item = u64>| all.max().unwrap_or(0);
        Self {
            row_times: most(&mut rows().map(|row| u64::from(row.times))),
            row_time: most(&mut rows().filter_map(|row| Some(minutes(row.time?.median)))),
            way_times: most(&mut ways().map(|way| u64::from(way.times))),
            way_time: most(&mut ways().filter_map(|way| Some(minutes(way.time?.median)))),
        }
    }
}

fn mark(teller: &Teller<'_>, row: &RowFigures, (flow, show): (&Flow, Show), most: &Most) -> RowMark {
    let fill = |key: &str, holes: &[(&str, String)]| {
        let key = format!("conformance.flow.{key}");
        teller.words.fill(teller.language, &key, holes)
    };
    let mut notes = Vec::new();
    let class = match show {
        Show::Frequency => {
            let holes = [("times", row.times.to_string()), ("cases", row.cases.to_string())];
            notes.push(fill("times_in_cases", &holes));
            if row.waiting > 0 {
                notes.push(fill("waits", &[("n", row.waiting.to_string())]));
            }
            MarkClass::Heat(quarter(u64::from(row.times), most.row_times))
        }
        Show::Waiting => match row.time {
            Some(time) => {
                notes.push(fill("median", &[("time", short(teller, time.median))]));
                notes.push(fill("ninetieth", &[("time", short(teller, time.ninetieth))]));
                let level = quarter(u64::try_from(time.median).unwrap_or(0), most.row_time);
                MarkClass::Heat(level.max(1))
            }
            None => {
                notes.push(fill("no_time", &[]));
                MarkClass::Heat(0)
            }
        },
        Show::Late if row.timed == 0 => {
            notes.push(fill("no_limit", &[]));
            MarkClass::Alarm(0)
        }
        Show::Late => {
            let holes = [
                ("late", row.late.to_string()),
                ("timed", row.timed.to_string()),
                ("share", share(row.late, row.timed)),
            ];
            notes.push(fill("late_of", &holes));
            MarkClass::Alarm(grave(row.late, row.timed))
        }
        Show::Deviations => {
            notes.extend(row.deviations.iter().map(|(kind, count)| {
                let kind = teller
                    .words
                    .fill::<&str, &str>(teller.language, &format!("conformance.kind.{kind}"), &[]);
                format!("{kind}: {count}")
            }));
            if notes.is_empty() {
                notes.push(fill("no_deviation", &[]));
            }
            MarkClass::Alarm(grave(row.deviating(), flow.cases))
        }
    };
    RowMark {
        class,
        note: notes.join("\n"),
    }
}

fn edge(teller: &Teller<'_>, way: &ConnectionFigures, show: Show, most: &Most) -> EdgeMark {
    let times = || {
        let holes = [("n", way.times.to_string())];
        teller.words.fill(teller.language, "conformance.flow.times", &holes)
    };
    let is_used = way.times > 0;
    let (level, note) = match show {
        Show::Frequency => (quarter(u64::from(way.times), most.way_times), times()),
        Show::Waiting => match way.time {
            Some(time) => {
                let level = quarter(u64::try_from(time.median).unwrap_or(0), most.way_time);
                (level.max(1), short(teller, time.median))
            }
            None => (u8::from(is_used), String::new()),
        },
        Show::Late if way.late > 0 => {
            let note = format!("{} / {}", way.late, way.times);
            (grave(way.late, way.times), note)
        }
        Show::Deviations if way.kind == ConnectionKind::Outside => (2, times()),
        Show::Late | Show::Deviations => (u8::from(is_used), String::new()),
    };
    EdgeMark {
        from: way.from,
        to: way.to,
        level,
        note: if is_used { note } else { String::new() },
        is_outside: way.kind == ConnectionKind::Outside,
    }
}
