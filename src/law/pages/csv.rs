//! The register as a table for spreadsheets.

use super::list::{Asked, Row, rows};
use crate::law::touched::Library;
use crate::web::{Desk, Failure};
use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::NaiveDate;

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

/// A cell. What somebody typed must not become a formula in a spreadsheet, so a mark stands before such a beginning.
fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

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

fn table(desk: &Desk, rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    // The mark of byte order tells spreadsheets that the letters are UTF-8.
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{FEFF}".as_bytes().to_vec());
    out.write_record(COLUMNS.map(|name| desk.word(&format!("law.column.{name}"), &[])))?;
    for row in rows {
        out.write_record(cells(desk, row).iter().map(|text| cell(text)))?;
    }
    out.into_inner().map_err(|cause| cause.into_error().into())
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

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_would_be_a_formula_is_marked_as_text() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"] {
            assert!(cell(bad).starts_with('\''), "{bad:?}");
        }
        assert_eq!(cell("61/2018/NĐ-CP"), "61/2018/NĐ-CP");
    }
}
