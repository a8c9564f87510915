//! The register as a table for spreadsheets.

use super::list::{Asked, Row, rows};
use crate::law::touched::Library;
use crate::render::CsvTable;
use crate::web::{Desk, Failure};
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::NaiveDate;
use std::io;

/// The columns, as their words are called.
const COLUMNS: [&str; 12] = [
    "number",
    "sign",
    "kind",
    "title",
    "issuer",
    "issued_on",
    "effective_from",
    "effective_to",
    "state",
    "cited_by",
    "source",
    "link",
];

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default()
}

fn cells(desk: &Desk, row: &Row) -> Vec<String> {
    let one = &row.entry.external;
    let mut state = desk.word(&format!("law.state.{}", row.entry.validity), &[]);
    if one.unconfirmed {
        state = format!("{state}; {}", desk.word("law.unconfirmed", &[]));
    }
    vec![
        one.number.to_string(),
        one.sign.clone(),
        desk.word(&format!("law.kind.{}", one.kind), &[]),
        one.title.clone(),
        one.issuer.clone(),
        day(one.issued_on),
        day(one.effective_from),
        day(one.effective_to),
        state,
        row.cited_by.to_string(),
        one.source.clone(),
        one.link.clone(),
    ]
}

fn table(desk: &Desk, rows: &[Row]) -> io::Result<Vec<u8>> {
    let mut out = CsvTable::begin(Vec::new())?;
    out.row(COLUMNS.map(|name| desk.word(&format!("law.column.{name}"), &[])))?;
    for row in rows {
        out.row(cells(desk, row))?;
    }
    out.end()
}

pub(super) async fn csv(desk: Desk) -> Result<HttpResponse, Failure> {
    let asked = Asked::of(&desk.query());
    let found = desk
        .read(move |work| {
            let library = Library::load(work)?;
            Ok::<_, Failure>(rows(work, &library, &asked))
        })
        .await?;
    let bytes = table(&desk, &found).map_err(|cause| Failure::Internal(cause.into()))?;
    let name = format!("tai-lieu-ben-ngoai-{}.csv", desk.actor().today());
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}
