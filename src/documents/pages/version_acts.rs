//! Acts on a version: submit, recall, cancel, sign, return.

use super::Told;
use super::version::refused;
use crate::documents::actions::{sign as signing, submit as submitting, write};
use crate::documents::sealing;
use crate::documents::version::{Change, Stage};
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::FreshAuth;
use crate::signatures;
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

/// The faults of a form that asks for a password and, maybe, a reason.
fn faults_of(form: &Form, reason: Option<&str>) -> (Faults, String) {
    let mut faults = Faults::default();
    let reason = reason.map(|name| form.needed(name, LONGEST_REASON, &mut faults));
    if form.raw("password").is_empty() {
        faults.add("password", "form.needed");
    }
    (faults, reason.unwrap_or_default())
}

/// Runs an act that is signed: with the password of the form and the tokens of its page.
async fn signed<T: Send + 'static>(
    desk: &Desk,
    (id, form): (&VersionId, &Form),
    deed: impl FnOnce(&mut Work<'_>, &FreshAuth) -> Result<T, Failure> + Send + 'static,
) -> Result<Result<T, Failure>, Failure> {
    let done = signatures::signing(desk, form, deed).await?;
    signatures::noted(desk, ("version", id.as_str()), done).await
}

async fn again(desk: &Desk, id: &VersionId, form: &Form, faults: Faults) -> Result<HttpResponse, Failure> {
    let told = Told {
        faults,
        ..Told::of(form)
    };
    refused(desk, id, told).await
}

pub(super) async fn sign(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let (faults, _) = faults_of(&form, None);
    if !faults.is_empty() {
        return again(&desk, &id, &form, faults).await;
    }
    let (version, seen) = (id.clone(), form.text("seen_sha256").to_owned());
    let done = signed(&desk, (&id, &form), move |work, fresh| {
        signing::sign(work, fresh, &version, &seen)
    })
    .await?;
    let word = match done {
        Ok(Stage::Effective) => "documents.signed_effective",
        Ok(Stage::Approved) => "documents.signed_approved",
        Ok(_) | Err(_) => "documents.signed",
    };
    answer(&desk, (&id, &form), done.map(drop), word).await
}

pub(super) async fn give_back(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let (faults, reason) = faults_of(&form, Some("return_reason"));
    if !faults.is_empty() {
        return again(&desk, &id, &form, faults).await;
    }
    let (version, seen) = (id.clone(), form.text("seen_sha256").to_owned());
    let done = signed(&desk, (&id, &form), move |work, fresh| {
        signing::return_to_author(work, fresh, (&version, &seen), &reason)
    })
    .await?;
    // Once returned it is a draft again, which the signatory may have no right to read: back to the list then.
    if done.is_ok() {
        return Ok(desk.done("/documents", "documents.returned"));
    }
    answer(&desk, (&id, &form), done, "documents.returned").await
}

pub(super) async fn take_back(desk: Desk, id: web::Path<VersionId>, form: Form) -> Result<HttpResponse, Failure> {
    let (faults, reason) = faults_of(&form, Some("take_back_reason"));
    if !faults.is_empty() {
        return again(&desk, &id, &form, faults).await;
    }
    let version = id.clone();
    let done = signed(&desk, (&id, &form), move |work, fresh| {
        sealing::take_back(work, fresh, &version, &reason)
    })
    .await?;
    if done.is_ok() {
        return Ok(desk.done("/documents", "signatures.taken_back"));
    }
    answer(&desk, (&id, &form), done, "signatures.taken_back").await
}
