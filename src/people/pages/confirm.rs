//! Confirming who one is, on any page that has a field for the password.

use super::keeper;
use crate::people::actions::confirm::{FreshAuth, confirm_with};
use crate::people::factors::Key;
use crate::people::gate::Reconfirmed;
use crate::web::{Desk, Failure, Form, Say};
use actix_web::HttpMessage;

/// Checks the fields `password` and, of whoever has a second factor, `code` of a form. The session gets a new token with the
/// answer. The inner error is a refusal for the page of the form.
///
/// # Errors
/// When the work broke off, which is a fault of ours.
pub async fn confirm_form(desk: &Desk, form: &Form) -> Result<Result<FreshAuth, Failure>, Failure> {
    if form.raw("password").is_empty() {
        return Ok(Err(Failure::Invalid(Say::new("people.confirm.password_needed"))));
    }
    let (db, actor, keeper) = (desk.site().db.clone(), desk.actor().clone(), keeper(desk)?);
    let (password, code) = (form.raw("password").to_owned(), form.text("code").to_owned());
    let (files, asks_code) = (desk.site().files.clone(), desk.caller().asks_code);
    let confirmed = desk
        .aside(move || {
            let key = asks_code.then(|| Key::beside(&files)).transpose()?;
            let code = key.as_ref().map(|key| (code.as_str(), key));
            confirm_with(&db, &keeper, &actor, (&password, code))
        })
        .await?;
    if confirmed.is_ok() {
        desk.request().extensions_mut().insert(Reconfirmed);
    }
    Ok(confirmed)
}
