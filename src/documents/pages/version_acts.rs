//! Acts on a version: submit, recall, cancel, sign, return.

use super::Told;
use super::version::refused;
use crate::documents::actions::{sign as signing, submit as submitting, write};
use crate::documents::version::{Change, Stage};
use crate::kernel::VersionId;
use crate::people;
use crate::web::{Desk, Failure, Faults, Form, Say};
use actix_web::{HttpResponse, ResponseError, web};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 2000;

fn row_version(form: &Form) -> Result<i64, Failure> {
    form.number("row_version")
        .ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))
}

/// Goes on after an act, or shows the page again with what was typed and why it was refused.
async fn answer(
    desk: &Desk,
    (id, form): (&VersionId, &Form),
    done: Result<(), Failure>,
    word: &str,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(()) => Ok(desk.done(format!("/versions/{id}"), word)),
        Err(failure) => {
            let status = failure.status_code();
            let told = Told {
                status,
                say: Some(failure.said()?),
                ..Told::of(form)
            };
            refused(desk, id, told).await
        }
    }
}

pub(super) async fn submit(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let planned = form.date("planned_from", &mut faults);
    if planned.is_none() {
        faults.add("planned_from", "form.needed");
    }
    let Some(planned) = planned else {
        return refused(
            &desk,
            &id,
            Told {
                faults,
                ..Told::of(&form)
            },
        )
        .await;
    };
    // A form that does not ask is that of a first issue.
    let change = Change::parse(form.text("change")).unwrap_or(Change::Issue);
    let (row_version, version) = (row_version(&form)?, id.clone());
    let done = desk
        .try_change(move |work| submitting::submit_as(work, (&version, row_version), planned, change))
        .await?;
    answer(&desk, (&id, &form), done, "documents.submitted").await
}

pub(super) async fn recall(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let reason = form.needed("recall_reason", LONGEST_REASON, &mut faults);
    if !faults.is_empty() {
        return refused(
            &desk,
            &id,
            Told {
                faults,
                ..Told::of(&form)
            },
        )
        .await;
    }
    let (row_version, version) = (row_version(&form)?, id.clone());
    let done = desk
        .try_change(move |work| submitting::recall(work, &version, row_version, &reason))
        .await?;
    answer(&desk, (&id, &form), done, "documents.recalled").await
}

pub(super) async fn cancel(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let (row_version, version) = (row_version(&form)?, id.clone());
    let done = desk
        .try_change(move |work| write::cancel(work, &version, row_version))
        .await?;
    answer(&desk, (&id, &form), done, "documents.cancelled").await
}

pub(super) async fn sign(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    if form.raw("password").is_empty() {
        faults.add("password", "form.needed");
        return refused(
            &desk,
            &id,
            Told {
                faults,
                ..Told::of(&form)
            },
        )
        .await;
    }
    let (version, seen) = (id.clone(), form.text("seen_sha256").to_owned());
    let done = match people::confirm_form(&desk, &form).await? {
        Err(failure) => Err(failure),
        Ok(fresh) => {
            desk.try_change(move |work| signing::sign(work, &fresh, &version, &seen))
                .await?
        }
    };
    let word = match done {
        Ok(Stage::Effective) => "documents.signed_effective",
        Ok(Stage::Approved) => "documents.signed_approved",
        Ok(_) | Err(_) => "documents.signed",
    };
    answer(&desk, (&id, &form), done.map(drop), word).await
}

pub(super) async fn give_back(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let reason = form.needed("return_reason", LONGEST_REASON, &mut faults);
    if !faults.is_empty() {
        return refused(
            &desk,
            &id,
            Told {
                faults,
                ..Told::of(&form)
            },
        )
        .await;
    }
    let (version, seen) = (id.clone(), form.text("seen_sha256").to_owned());
    let done = desk
        .try_change(move |work| signing::return_to_author(work, &version, &seen, &reason))
        .await?;
    // Once returned it is a draft again, which the signatory may have no right to read: back to the list then.
    if done.is_ok() {
        return Ok(desk.done("/documents", "documents.returned"));
    }
    answer(&desk, (&id, &form), done, "documents.returned").await
}
