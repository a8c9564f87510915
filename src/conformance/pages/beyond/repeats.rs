//! Deviations that repeat, in most cases first.

use super::super::asked::Asked;
use super::super::overview::{Choice, procedures};
use super::spark::spark;
use super::speech::Speech;
use super::{address, heads, step_name};
use crate::conformance::finding::{FindingKind, Severity};
use crate::conformance::patterns::{LEAST_REPEATS, Repeat, Repeats, repeats};
use crate::conformance::sentence::{Names, Teller};
use crate::conformance::store::{Judged, judge_all};
use crate::documents::VersionHead;
use crate::kernel::{DocumentId, VersionId};
use crate::ledger::Work;
use crate::people;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeMap;

/// The longest list.
const MOST_ROWS: usize = 40;

#[derive(Serialize)]
struct RepeatsPage {
    asked: Asked,
    procedures: Vec<Choice>,
    cases: usize,
    rows: Vec<Row>,
    single: usize,
    least: u32,
    /// How many rows there are when some were cut.
    cut_from: Option<usize>,
    positions: Vec<PositionRow>,
}

impl Page for RepeatsPage {
    const TEMPLATE: &'static str = "conformance/beyond/repeats.html";
}

/// A deviation that repeats.
#[derive(Serialize)]
pub(super) struct Row {
    kind: FindingKind,
    code: &'static str,
    severity: Severity,
    procedure: String,
    step: String,
    step_name: String,
    cases: u32,
    of: u32,
    share: String,
    interval: String,
    first: NaiveDateTime,
    last: NaiveDateTime,
    /// The version with which it began.
    began: Option<String>,
    position: Option<String>,
    spark: String,
    cases_path: String,
    path: String,
}

#[derive(Serialize)]
struct PositionRow {
    position: String,
    unit: String,
    steps: u32,
    of: u32,
    share: String,
    cases: u32,
}

/// What the pages of repeating deviations rest on.
pub(super) struct Found {
    pub(super) judged: Vec<Judged>,
    pub(super) repeats: Repeats,
    pub(super) heads: BTreeMap<VersionId, VersionHead>,
    pub(super) choices: Vec<Choice>,
    codes: BTreeMap<DocumentId, String>,
    units: BTreeMap<String, String>,
}

/// Judges the cases of the period and puts their findings together.
pub(super) fn find(work: &mut Work<'_>, asked: &Asked) -> Result<Found, Failure> {
    let filter = asked.filter(work)?;
    let judged = judge_all(work, &filter)?;
    let heads = heads(work, &judged)?;
    let numbers = heads.iter().map(|(id, head)| (id.clone(), head.number)).collect();
    let (choices, _) = procedures(work)?;
    let units = people::positions(work)?
        .into_iter()
        .map(|position| (position.name, position.unit))
        .collect();
    Ok(Found {
        repeats: repeats(&judged, &numbers),
        codes: heads
            .values()
            .map(|head| (head.document_id.clone(), head.code.clone()))
            .collect(),
        judged,
        heads,
        choices,
        units,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk);
    let wanted = asked.clone();
    let found = desk.read(move |work| find(work, &wanted)).await?;
    let names = Names::default();
    let speech = Speech(Teller {
        words: desk.site().pages.words(),
        language: desk.language(),
        names: &names,
    });
    let all = found.repeats.rows.len();
    desk.page(&RepeatsPage {
        cases: found.judged.len(),
        rows: found
            .repeats
            .rows
            .iter()
            .take(MOST_ROWS)
            .map(|repeat| row(&speech, &asked, &found, repeat))
            .collect(),
        single: found.repeats.single,
        least: LEAST_REPEATS,
        cut_from: (all > MOST_ROWS).then_some(all),
        positions: positions(&speech, &found),
        procedures: found.choices,
        asked,
    })
}

/// A repeating deviation as a row.
pub(super) fn row(speech: &Speech<'_>, asked: &Asked, found: &Found, repeat: &Repeat) -> Row {
    let spot = &repeat.spot;
    let procedure = found.codes.get(&spot.document).cloned().unwrap_or_default();
    let narrowed = [
        ("procedure", procedure.as_str()),
        ("kind", spot.kind.as_str()),
        ("step", spot.step.as_str()),
    ];
    let months: Vec<(u32, u32)> = repeat
        .months
        .iter()
        .map(|(_, share)| (share.part, share.whole))
        .collect();
    let said: Vec<String> = repeat
        .months
        .iter()
        .map(|(month, share)| format!("{}: {}/{}", Speech::month(*month), share.part, share.whole))
        .collect();
    let began = repeat.began_with().and_then(|version| found.heads.get(version));
    Row {
        kind: spot.kind,
        code: spot.kind.code(),
        severity: repeat.severity,
        step: spot.step.clone(),
        step_name: step_name(&found.judged, &spot.document, &spot.step),
        cases: repeat.cases.part,
        of: repeat.cases.whole,
        share: speech.only_percent(repeat.cases),
        interval: speech.interval(repeat.cases),
        first: repeat.first,
        last: repeat.last,
        began: began.map(|head| head.issue.to_string()),
        position: repeat
            .positions
            .first()
            .map(|(position, count)| at_position(&found.units, position, *count)),
        spark: spark(&months, &said.join("; ")),
        cases_path: address("/conformance/cases", asked, &narrowed),
        path: address("/conformance/patterns/one", asked, &narrowed),
        procedure,
    }
}

/// A position with its unit and how often.
fn at_position(units: &BTreeMap<String, String>, position: &str, count: u32) -> String {
    match units.get(position).filter(|unit| !unit.is_empty()) {
        Some(unit) => format!("{position}, {unit} ({count})"),
        None => format!("{position} ({count})"),
    }
}

fn positions(speech: &Speech<'_>, found: &Found) -> Vec<PositionRow> {
    let rows = found.repeats.positions.iter().take(MOST_ROWS).map(|row| PositionRow {
        unit: found.units.get(&row.position).cloned().unwrap_or_default(),
        position: row.position.clone(),
        steps: row.steps.part,
        of: row.steps.whole,
        share: speech.only_percent(row.steps),
        cases: row.cases,
    });
    rows.collect()
}

/// Positions of one repeating deviation.
pub(super) fn positions_of(found: &Found, repeat: &Repeat) -> Vec<String> {
    let all = repeat.positions.iter();
    all.map(|(position, count)| at_position(&found.units, position, *count))
        .collect()
}
