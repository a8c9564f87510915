//! The picture of the workflow as tables: one of the steps, one of the connections.

use super::numbers::{share, short};
use crate::cases::{Allotted, allotted};
use crate::conformance::figures::{ConnectionKind, Flow, RowFigures};
use crate::conformance::finding::FindingKind;
use crate::conformance::pages::asked::Asked;
use crate::conformance::sentence::Teller;
use crate::workflow::{Point, Step, StepTable};
use serde::Serialize;

/// A line of the table of steps.
#[derive(Serialize)]
pub(super) struct StepRow {
    code: String,
    name: String,
    roles: String,
    times: u32,
    cases: u32,
    waiting: u32,
    median: Option<String>,
    ninetieth: Option<String>,
    /// The time that the table gives, in the ordinary duration case.
    limit: Option<String>,
    late: u32,
    timed: u32,
    late_share: String,
    late_path: String,
    deviations: Vec<DeviationShown>,
}

/// How often a kind was found at a step.
#[derive(Serialize)]
struct DeviationShown {
    kind: FindingKind,
    count: u32,
    path: String,
}

/// A line of the table of connections.
#[derive(Serialize)]
pub(super) struct ConnectionRow {
    from: String,
    to: String,
    outcome: String,
    kind: &'static str,
    times: u32,
    median: Option<String>,
    ninetieth: Option<String>,
    late: u32,
    late_share: String,
}

pub(super) fn step_rows(teller: &Teller<'_>, asked: &Asked, table: &StepTable, flow: &Flow) -> Vec<StepRow> {
    let row = |(step, figures): (&Step, &RowFigures)| {
        let code = step.code.as_str();
        let deviation = |(kind, count): &(FindingKind, u32)| DeviationShown {
            kind: *kind,
            count: *count,
            path: asked.list(&[("kind", kind.as_str()), ("step", code)]),
        };
        StepRow {
            code: code.to_owned(),
            name: step.name.clone(),
            roles: teller.roles(&step.roles),
            times: figures.times,
            cases: figures.cases,
            waiting: figures.waiting,
            median: figures.time.map(|time| short(teller, time.median)),
            ninetieth: figures.time.map(|time| short(teller, time.ninetieth)),
            limit: limit(teller, table, step),
            late: figures.late,
            timed: figures.timed,
            late_share: share(figures.late, figures.timed),
            deviations: figures.deviations.iter().map(deviation).collect(),
            late_path: asked.list(&[("kind", FindingKind::StepLate.as_str()), ("step", code)]),
        }
    };
    table.steps.iter().zip(&flow.rows).map(row).collect()
}

fn limit(teller: &Teller<'_>, table: &StepTable, step: &Step) -> Option<String> {
    let ordinary = table.durations.first().map_or("", |duration| duration.code.as_str());
    Some(match allotted(table, step, ordinary)? {
        Allotted::Own(limit) => teller.limit(limit),
        Allotted::Shared(_, limit) => {
            let holes = [("limit", teller.limit(limit))];
            teller
                .words
                .fill(teller.language, "conformance.flow.shared_limit", &holes)
        }
    })
}

pub(super) fn connection_rows(teller: &Teller<'_>, table: &StepTable, flow: &Flow) -> Vec<ConnectionRow> {
    let place = |point: Point| {
        let word = |key: &str| teller.words.get(teller.language, key).to_owned();
        match point {
            Point::Start => word("documents.diagram.start"),
            Point::Completed => word("documents.diagram.completed"),
            Point::Refused => word("documents.diagram.refused"),
            Point::Withdrawn => word("documents.diagram.withdrawn"),
            Point::Row(row) => {
                let step = table.steps.get(row);
                step.map_or_else(String::new, |step| format!("{} {}", step.code, step.name))
            }
        }
    };
    let rows = flow.connections.iter().map(|way| ConnectionRow {
        from: place(way.from),
        to: place(way.to),
        outcome: way.outcome.clone(),
        kind: match way.kind {
            ConnectionKind::Table => "table",
            ConnectionKind::Past => "past",
            ConnectionKind::Outside => "outside",
        },
        times: way.times,
        median: way.time.map(|time| short(teller, time.median)),
        ninetieth: way.time.map(|time| short(teller, time.ninetieth)),
        late: way.late,
        late_share: if way.times > 0 && way.time.is_some() {
            share(way.late, way.times)
        } else {
            "–".to_owned()
        },
    });
    rows.collect()
}
