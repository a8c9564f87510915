//! What a secretary does on the page of an edition.

use super::form::read;
use super::show::again;
use super::{number, path_of};
use crate::documents::editions;
use crate::kernel::VersionId;
use crate::web::{Desk, Failure, Faults, Form, Say};
use actix_web::{HttpResponse, web};

/// The longest reason, in characters.
const LONGEST: usize = 2000;

/// The edition as the form saw it.
fn seen(path: &web::Path<String>, form: &Form) -> Result<(i64, i64), Failure> {
    let row_version = form.number("row_version");
    let row_version = row_version.ok_or_else(|| Failure::Invalid(Say::new("failure.no_form")))?;
    Ok((number(path)?, row_version))
}

async fn answer(
    desk: &Desk,
    (number, form): (i64, &Form),
    done: Result<(), Failure>,
    word: &str,
) -> Result<HttpResponse, Failure> {
    match done {
        Ok(()) => Ok(desk.done(path_of(number), word)),
        Err(failure) => again(desk, number, form, Ok(failure)).await,
    }
}

pub(in crate::documents::pages) async fn change(
    desk: Desk,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let seen = seen(&path, &form)?;
    let new = match read(&form) {
        Ok(new) => new,
        Err(faults) => return again(&desk, seen.0, &form, Err(faults)).await,
    };
    let done = desk
        .try_change(move |work| editions::change_edition(work, seen, &new))
        .await?;
    answer(&desk, (seen.0, &form), done, "editions.changed").await
}

pub(in crate::documents::pages) async fn put_in(
    desk: Desk,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let seen = seen(&path, &form)?;
    let chosen: Vec<VersionId> = form.all("version").into_iter().map(VersionId::of).collect();
    let done = desk
        .try_change(move |work| editions::put_in(work, seen, &chosen))
        .await?;
    answer(&desk, (seen.0, &form), done.map(drop), "editions.put_in").await
}

pub(in crate::documents::pages) async fn take_out(
    desk: Desk,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let seen = seen(&path, &form)?;
    let version = VersionId::of(form.text("version"));
    let done = desk
        .try_change(move |work| editions::take_out(work, seen, &version))
        .await?;
    answer(&desk, (seen.0, &form), done, "editions.taken_out").await
}

pub(in crate::documents::pages) async fn cancel(
    desk: Desk,
    path: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let seen = seen(&path, &form)?;
    let mut faults = Faults::default();
    let reason = form.needed("reason", LONGEST, &mut faults);
    if !faults.is_empty() {
        return again(&desk, seen.0, &form, Err(faults)).await;
    }
    let done = desk
        .try_change(move |work| editions::cancel_edition(work, seen, &reason))
        .await?;
    answer(&desk, (seen.0, &form), done, "editions.cancelled").await
}
