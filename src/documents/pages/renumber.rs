//! Giving a document another code.

use super::show::readable;
use super::{Told, path_of};
use crate::documents::actions::codes;
use crate::documents::store::{self, OldCode};
use crate::documents::version::VersionHead;
use crate::procedures::Kind;
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct RenumberPage {
    head: VersionHead,
    old_codes: Vec<OldCode>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for RenumberPage {
    const TEMPLATE: &'static str = "documents/renumber.html";
}

async fn page(desk: &Desk, code: String) -> Result<RenumberPage, Failure> {
    desk.read(move |work| {
        let head = readable(work, &code)?.into_iter().next().ok_or(Failure::NotFound)?;
        let old_codes = store::old_codes_of(work, Some(&head.document_id))?;
        let kind = Kind::from_text(&head.kind).unwrap_or_default();
        // A form is numbered under a procedure, which nobody has named here yet.
        let next = codes::next_code(work, kind, &head.field, "")?;
        let typed = next.map(|next| ("new_code".to_owned(), next)).into_iter().collect();
        Ok::<_, Failure>(RenumberPage {
            head,
            old_codes,
            typed,
            faults: Faults::default(),
            problem: None,
        })
    })
    .await
}

pub(super) async fn form(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let page = page(&desk, code.into_inner()).await?;
    desk.page(&page)
}

pub(super) async fn renumber(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let code = code.into_inner();
    let mut told = Told::of(&form);
    let new_code = form.needed("new_code", 64, &mut told.faults);
    let reason = form.needed("reason", 500, &mut told.faults);
    let decision_no = form.text("decision_no").to_owned();
    if told.faults.is_empty() {
        let (old, to) = (code.clone(), path_of(&new_code));
        let done = desk
            .try_change(move |work| {
                let document = store::document_by_code(work, &old)?;
                codes::renumber(work, &document, &new_code, &reason, &decision_no)
            })
            .await?;
        let failure = match done {
            Ok(()) => return Ok(desk.done(to, "documents.renumbered")),
            Err(failure) => failure,
        };
        told.status = failure.status_code();
        told.say = Some(failure.said()?);
    }
    let page = RenumberPage {
        typed: told.typed,
        faults: told.faults,
        problem: told.say.as_ref().map(|say| desk.sentence(say)),
        ..page(&desk, code).await?
    };
    desk.page_with(told.status, &page)
}
