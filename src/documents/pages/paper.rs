//! Versions as PDF: one, the sheet of a round, and the handbook of what is in force.

use super::show::{file_name, number, wanted};
use super::version;
use crate::documents::paper::{self, Imprint, Printable, print_handbook, print_version, printable};
use crate::documents::store;
use crate::documents::version::VersionHead;
use crate::kernel::VersionId;
use crate::people;
use crate::print::{PrintError, Printed};
use crate::web::{Desk, Failure, Page, Say};
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::collections::BTreeMap;

const PDF: &str = "application/pdf";

/// A PDF as a download.
pub fn pdf_answer(name: &str, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(PDF)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}

/// The failure that a refused print is.
pub fn print_failure(cause: PrintError) -> Failure {
    match cause {
        PrintError::TooLong(pages) => Failure::Invalid(Say::new("paper.too_long").with("pages", pages)),
        PrintError::Writer(_) => Failure::Internal(cause.into()),
    }
}

async fn answer(desk: &Desk, printable: Printable) -> Result<HttpResponse, Failure> {
    let imprint = Imprint {
        address: Some(desk.address()),
        ..Imprint::default()
    };
    let name = file_name(printable.head(), "pdf");
    let printed: Result<Printed, PrintError> = desk.aside(move || print_version(&printable, &imprint)).await?;
    Ok(pdf_answer(&name, printed.map_err(print_failure)?.bytes))
}

/// A document in the version that the address asks for.
pub(super) async fn of_document(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&desk)?;
    let found = desk
        .read(move |work| {
            let (head, _) = wanted(work, &code, number)?;
            printable(work, &head)
        })
        .await?;
    answer(&desk, found).await
}

/// A version on its way.
pub(super) async fn of_version(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let found = desk
        .read(move |work| {
            let head = version::readable(work, &id)?;
            printable(work, &head)
        })
        .await?;
    answer(&desk, found).await
}

/// The sheet of a round, made again; refused when its bytes would not be those that were signed.
pub(super) async fn sheet(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let round = desk.query().get("round").and_then(|text| text.parse::<i64>().ok());
    let round = round.ok_or(Failure::NotFound)?;
    let (head, sheet) = desk
        .read(move |work| {
            let head = version::readable(work, &id)?;
            let sheet = paper::sheet(work, &id, round)?;
            Ok::<_, Failure>((head, sheet))
        })
        .await?;
    if !sheet.is_same {
        return Err(Failure::Conflict(Say::new("documents.sheet_differs")));
    }
    let name = file_name(&head, &format!("{round}.pdf"));
    Ok(pdf_answer(&name, sheet.bytes))
}

#[derive(Serialize)]
struct HandbookPage {
    /// Each field with the number of its documents in force.
    fields: Vec<(String, usize)>,
    count: usize,
}

impl Page for HandbookPage {
    const TEMPLATE: &'static str = "documents/handbook.html";
}

/// What the handbook can be made of.
pub(super) async fn handbook(desk: Desk) -> Result<HttpResponse, Failure> {
    let heads = desk.read(|work| store::effective(work).map_err(Failure::from)).await?;
    let mut fields: BTreeMap<String, usize> = BTreeMap::new();
    for head in &heads {
        *fields.entry(head.field.clone()).or_default() += 1;
    }
    desk.page(&HandbookPage {
        count: heads.len(),
        fields: fields.into_iter().collect(),
    })
}

/// The handbook: every document in force, or those of the chosen field.
pub(super) async fn handbook_pdf(desk: Desk) -> Result<HttpResponse, Failure> {
    let field = desk.query().remove("field").filter(|field| !field.is_empty());
    let is_whole = field.is_none();
    let (agency, found) = desk
        .read(move |work| {
            let heads: Vec<VersionHead> = store::effective(work)?
                .into_iter()
                .filter(|head| field.as_ref().is_none_or(|field| head.field == *field))
                .collect();
            // All texts at once; each is then found among those that were read.
            let ids: Vec<VersionId> = heads.iter().map(|head| head.id.clone()).collect();
            let _contents = store::contents(work, &ids)?;
            let found = heads
                .iter()
                .map(|head| printable(work, head))
                .collect::<Result<Vec<_>, Failure>>()?;
            Ok::<_, Failure>((people::agency_name(work)?, found))
        })
        .await?;
    // A field of which nothing is in force is no handbook; an office that has nothing yet has an empty one.
    if found.is_empty() && !is_whole {
        return Err(Failure::NotFound);
    }
    let (imprint, today) = (
        Imprint {
            address: Some(desk.address()),
            ..Imprint::default()
        },
        desk.actor().today(),
    );
    let printed = desk
        .aside(move || print_handbook(&agency, &found, &imprint, today))
        .await?;
    Ok(pdf_answer(
        "so-tay-quy-trinh.pdf",
        printed.map_err(print_failure)?.bytes,
    ))
}
