//! The catalogue held against the procedures in force: as a page and as a table for spreadsheets.

use crate::kernel::Permission;
use crate::procedures::fold;
use crate::render::CsvTable;
use crate::tthc::coverage::{Coverage, Covered, FieldRate, Figures, State, Stray, coverage};
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;

/// How many entries one page shows.
const PAGE: usize = 50;
/// The columns of the table, as their words are called.
const COLUMNS: [&str; 11] = [
    "code",
    "name",
    "field",
    "level",
    "reception",
    "decision_no",
    "valid_from",
    "ended_from",
    "end_decision_no",
    "state",
    "procedures",
];

#[derive(Serialize)]
struct ListPage {
    rows: Vec<Covered>,
    fields: Vec<FieldRate>,
    /// Fields of which something is not covered.
    short_fields: usize,
    all_fields: Vec<String>,
    strays: Vec<Stray>,
    figures: Figures,
    states: &'static [State],
    found: usize,
    all: usize,
    page: usize,
    pages: usize,
    typed: BTreeMap<String, String>,
    is_narrowed: bool,
    may_manage: bool,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "tthc/list.html";
}

/// What is looked for.
struct Asked {
    text: String,
    field: String,
    state: Option<State>,
}

impl Asked {
    fn of(typed: &BTreeMap<String, String>) -> Self {
        let text = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
        Self {
            text: fold(text("q")),
            field: text("field").to_owned(),
            state: State::parse(text("state")),
        }
    }

    fn is_narrow(&self) -> bool {
        !self.text.is_empty() || !self.field.is_empty() || self.state.is_some()
    }

    fn wants(&self, row: &Covered) -> bool {
        let one = &row.entry;
        let haystack = fold(&format!("{} {} {}", one.code, one.name, one.decision_no));
        self.text.split_whitespace().all(|word| haystack.contains(word))
            && (self.field.is_empty() || self.field == one.field)
            && self.state.is_none_or(|state| state == row.state)
    }
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let typed = desk.query();
    let asked = Asked::of(&typed);
    let wanted: usize = typed.get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let Coverage {
        rows,
        fields,
        strays,
        figures,
    } = desk.read(coverage).await?;
    let all = rows.len();
    let mut all_fields: Vec<String> = rows.iter().map(|row| row.entry.field.clone()).collect();
    all_fields.dedup();
    let rows: Vec<Covered> = rows.into_iter().filter(|row| asked.wants(row)).collect();
    let found = rows.len();
    let pages = found.div_ceil(PAGE).max(1);
    let page = wanted.min(pages);
    desk.page(&ListPage {
        rows: rows
            .into_iter()
            .skip((page - 1).saturating_mul(PAGE))
            .take(PAGE)
            .collect(),
        short_fields: fields.iter().filter(|one| one.covered < one.in_force).count(),
        fields,
        all_fields,
        strays,
        figures,
        states: State::ALL,
        found,
        all,
        page,
        pages,
        is_narrowed: asked.is_narrow(),
        typed,
        may_manage: desk.may(Permission::ManageTthc),
    })
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default()
}

fn table(desk: &Desk, rows: &[Covered]) -> io::Result<Vec<u8>> {
    let mut out = CsvTable::begin(Vec::new())?;
    out.row(COLUMNS.map(|name| desk.word(&format!("tthc.column.{name}"), &[])))?;
    for row in rows {
        let one = &row.entry;
        let codes: Vec<&str> = row.procedures.iter().map(|procedure| procedure.code.as_str()).collect();
        out.row([
            one.code.clone(),
            one.name.clone(),
            one.field.clone(),
            desk.word(&format!("tthc.level.{}", one.level), &[]),
            desk.word(&format!("tthc.reception.{}", one.reception), &[]),
            one.decision_no.clone(),
            day(one.valid_from),
            day(one.ended_from),
            one.end_decision_no.clone(),
            desk.word(&format!("tthc.state.{}", row.state), &[]),
            codes.join("; "),
        ])?;
    }
    out.end()
}

pub(super) async fn csv(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk.query());
    let mut rows = desk.read(coverage).await?.rows;
    rows.retain(|row| asked.wants(row));
    let bytes = table(&desk, &rows).map_err(|cause| Failure::Internal(cause.into()))?;
    let name = format!("danh-muc-tthc-{}.csv", desk.actor().today());
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}
