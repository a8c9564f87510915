//! The copies of one document: who holds which, where others are posted; issuing, and the copy as PDF.

use super::register::{Row, next_of, with_versions};
use crate::copies::actions::{self, LONGEST, NewCopy};
use crate::copies::copy::{Holder, Kind};
use crate::copies::store;
use crate::documents::{self, CopyLabel, Imprint, Stage, VersionHead};
use crate::kernel::{Permission, PersonId, PositionId};
use crate::ledger::Work;
use crate::people;
use crate::web::{Desk, Failure, Faults, Form, Page, Say, escaped};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct CopiesPage {
    code: String,
    /// The version in force; without one nothing can be issued.
    head: Option<VersionHead>,
    title: String,
    rows: Vec<Row>,
    next: Option<String>,
    /// Holders to choose from: value of the option and name, positions first.
    positions: Vec<(String, String)>,
    people: Vec<(String, String)>,
    may_keep: bool,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for CopiesPage {
    const TEMPLATE: &'static str = "copies/of_document.html";
}

/// The address of the copies of a document.
pub(super) fn path_of(code: &str) -> String {
    format!("/documents/{}/copies", escaped(code))
}

fn load(work: &mut Work<'_>, code: &str, before: Option<&str>) -> Result<CopiesPage, Failure> {
    let document = documents::document_by_code(work, code)?;
    let mut heads = documents::heads_of(work, &document)?;
    heads.retain(|head| matches!(head.stage, Stage::Effective | Stage::Superseded | Stage::Withdrawn));
    // A document that was never in force has no copies, and readers of copies need not know of it.
    let title = heads.first().ok_or(Failure::NotFound)?.title.clone();
    let copies = store::copies_of(work, &document, before)?;
    let rows = with_versions(work, copies)?;
    let may_keep = people::must(work.actor, Permission::KeepCopies).is_ok();
    let (mut positions, mut people_list) = (Vec::new(), Vec::new());
    if may_keep {
        positions.extend(
            people::positions(work)?
                .into_iter()
                .map(|one| (format!("position:{}", one.id), one.name)),
        );
        people_list.extend(
            people::persons(work)?
                .into_iter()
                .filter(|one| one.active)
                .map(|one| (format!("person:{}", one.id), one.full_name)),
        );
    }
    Ok(CopiesPage {
        code: code.to_owned(),
        head: heads.into_iter().find(|head| head.stage == Stage::Effective),
        title,
        next: next_of(&rows),
        rows,
        positions,
        people: people_list,
        may_keep,
        typed: BTreeMap::new(),
        faults: Faults::default(),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let before = desk.query().remove("before");
    let page = desk.read(move |work| load(work, &code, before.as_deref())).await?;
    desk.page(&page)
}

fn holder(text: &str, name: &str) -> Holder {
    match text.split_once(':') {
        Some(("person", id)) => Holder::Person(PersonId::of(id)),
        Some(("position", id)) => Holder::Position(PositionId::of(id)),
        Some(_) | None => Holder::Named(name.to_owned()),
    }
}

pub(super) async fn issue(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let kind = Kind::parse(form.text("kind")).unwrap_or(Kind::Held);
    match kind {
        Kind::Held if form.text("holder").is_empty() && form.text("holder_name").is_empty() => {
            faults.add("holder", "copies.refused.no_holder");
        }
        Kind::Posted if form.text("place").is_empty() => faults.add("posted_place", "form.needed"),
        Kind::Held | Kind::Posted => {}
    }
    for field in ["place", "holder_name"] {
        if form.text(field).chars().count() > LONGEST {
            faults.add(field, "copies.refused.too_long");
        }
    }
    if !faults.is_empty() {
        return again(&desk, &code, &form, (StatusCode::UNPROCESSABLE_ENTITY, faults, None)).await;
    }
    let new = NewCopy {
        kind,
        holder: holder(form.text("holder"), form.text("holder_name")),
        place: form.text("place").to_owned(),
    };
    let wanted = code.clone();
    let done = desk
        .try_change(move |work| {
            let document = documents::document_by_code(work, &wanted)?;
            actions::issue(work, &document, &new)
        })
        .await?;
    match (done, kind) {
        (Ok(_), Kind::Held) => Ok(desk.done(path_of(&code), "copies.issued")),
        (Ok(_), Kind::Posted) => Ok(desk.done(path_of(&code), "copies.posted")),
        (Err(failure), _) => {
            let status = failure.status_code();
            let say = failure.said()?;
            again(&desk, &code, &form, (status, Faults::default(), Some(say))).await
        }
    }
}

/// The page again with what was typed, and why it was refused.
async fn again(
    desk: &Desk,
    code: &str,
    form: &Form,
    (status, faults, say): (StatusCode, Faults, Option<Say>),
) -> Result<HttpResponse, Failure> {
    let code = code.to_owned();
    let mut page = desk.read(move |work| load(work, &code, None)).await?;
    page.typed = form.typed();
    page.faults = faults;
    page.problem = say.map(|say| desk.sentence(&say));
    desk.page_with(status, &page)
}

/// The code of a document as part of a file's name.
fn plain(code: &str) -> String {
    code.chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect()
}

/// The proof that the content of the copy was approved, as a file that is checked without the office.
pub(super) async fn proof(desk: Desk, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let (copy, head, proof) = desk.read(move |work| actions::proof(work, &id)).await?;
    let code = plain(&head.code);
    let name = match copy.number {
        Some(number) => format!("{code}-copy{number}.tlog-proof"),
        None => format!("{code}-v{}.tlog-proof", head.number),
    };
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(proof))
}

/// The numbered copy as PDF: with its number, its holder and its own QR code on every page.
pub(super) async fn pdf(desk: Desk, id: web::Path<String>) -> Result<HttpResponse, Failure> {
    let address = desk.address();
    let (version, imprint, name) = desk
        .read(move |work| {
            let copy = store::copy_by_id(work, &id)?;
            let head = documents::head(work, &copy.version_id)?;
            let version = documents::printable(work, &head)?;
            let label = copy.number.map(|number| CopyLabel {
                id: copy.id.clone(),
                number,
                holder: copy.holder.clone(),
            });
            let name = match copy.number {
                Some(number) => format!("{}.v{}.c{number}.pdf", plain(&head.code), head.number),
                None => format!("{}.v{}.pdf", plain(&head.code), head.number),
            };
            let imprint = Imprint {
                address: Some(address),
                copy: label,
                ..Imprint::default()
            };
            Ok::<_, Failure>((version, imprint, name))
        })
        .await?;
    let printed = desk.aside(move || documents::print_version(&version, &imprint)).await?;
    Ok(documents::pdf_answer(
        &name,
        printed.map_err(documents::print_failure)?.bytes,
    ))
}
