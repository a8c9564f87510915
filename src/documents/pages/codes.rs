//! Codes: how they are made for each kind, the next free ones, those kept free, and those of before.

use super::Told;
use crate::documents::actions::codes;
use crate::documents::store::{self, OldCode, Reservation};
use crate::kernel::Permission;
use crate::procedures::Kind;
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct PatternRow {
    kind: &'static str,
    pattern: String,
}

#[derive(Serialize)]
struct CodesPage {
    patterns: Vec<PatternRow>,
    fields: Vec<String>,
    reservations: Vec<Reservation>,
    old_codes: Vec<OldCode>,
    may_set: bool,
    may_write: bool,
    /// What was asked for, and the code that is free next.
    asked: BTreeMap<String, String>,
    next: Option<String>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for CodesPage {
    const TEMPLATE: &'static str = "documents/codes.html";
}

async fn page(desk: &Desk, told: Option<Told>) -> Result<CodesPage, Failure> {
    let asked = desk.query();
    let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let (kind, field, procedure) = (Kind::from_text(&text("kind")), text("field"), text("procedure"));
    let (mut page, no_procedure) = desk
        .read(move |work| {
            let mut patterns = Vec::new();
            for kind in Kind::ALL {
                patterns.push(PatternRow {
                    kind: kind.as_str(),
                    pattern: codes::code_pattern(work, *kind)?,
                });
            }
            let next = match kind.map(|kind| codes::next_code(work, kind, &field, &procedure)) {
                None => Ok(None),
                Some(Err(Failure::NotFound)) => Err(procedure),
                Some(next) => Ok(next?),
            };
            let page = CodesPage {
                patterns,
                fields: store::fields(work)?,
                reservations: store::reservations(work)?,
                old_codes: store::old_codes_of(work, None)?,
                may_set: false,
                may_write: false,
                asked: BTreeMap::new(),
                next: next.clone().unwrap_or_default(),
                typed: BTreeMap::new(),
                faults: Faults::default(),
                problem: None,
            };
            Ok::<_, Failure>((page, next.err()))
        })
        .await?;
    page.may_set = desk.may(Permission::ManageSettings) || desk.may(Permission::AssignRoles);
    page.may_write = desk.may(Permission::WriteDocuments);
    page.problem = match no_procedure {
        Some(code) => Some(desk.word("documents.codes.no_procedure", &[("code", code)])),
        None if asked.contains_key("kind") && page.next.is_none() => Some(desk.word("documents.codes.no_next", &[])),
        None => None,
    };
    page.asked = asked;
    if let Some(told) = told {
        page.problem = told.say.as_ref().map(|say| desk.sentence(say));
        page.typed = told.typed;
        page.faults = told.faults;
    }
    Ok(page)
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk, None).await?;
    desk.page(&page)
}

/// The page once more, with what was typed and why it was refused.
async fn again(desk: &Desk, form: &Form, refused: Result<Failure, Faults>) -> Result<HttpResponse, Failure> {
    let mut told = Told::of(form);
    match refused {
        Ok(failure) => {
            told.status = failure.status_code();
            told.say = Some(failure.said()?);
        }
        Err(faults) => told.faults = faults,
    }
    let status = told.status;
    let page = page(desk, Some(told)).await?;
    desk.page_with(status, &page)
}

pub(super) async fn set_pattern(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let kind = Kind::from_text(form.text("kind")).ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    let pattern = form.text("pattern").to_owned();
    match desk
        .try_change(move |work| codes::set_code_pattern(work, kind, &pattern))
        .await?
    {
        Ok(()) => Ok(desk.done("/codes", "documents.pattern_set")),
        Err(failure) => again(&desk, &form, Ok(failure)).await,
    }
}

pub(super) async fn reserve(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let (code, purpose) = (
        form.needed("code", 64, &mut faults),
        form.needed("purpose", 500, &mut faults),
    );
    let until = form.date("until", &mut faults);
    let (Some(until), true) = (until, faults.is_empty()) else {
        return again(&desk, &form, Err(faults)).await;
    };
    match desk
        .try_change(move |work| codes::reserve_code(work, &code, &purpose, until))
        .await?
    {
        Ok(()) => Ok(desk.done("/codes#reserved", "documents.code_reserved")),
        Err(failure) => again(&desk, &form, Ok(failure)).await,
    }
}

pub(super) async fn release(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let code = form.text("code").to_owned();
    desk.change(move |work| codes::release_code(work, &code)).await?;
    Ok(desk.done("/codes#reserved", "documents.code_released"))
}
