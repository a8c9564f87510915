//! Confirming who one is, on any page that has a field for the password.

use super::keeper;
use crate::ledger::Work;
use crate::people::actions::confirm::{Given, confirm_with};
use crate::people::actions::fresh::FreshAuth;
use crate::people::factors::Key;
use crate::people::gate::Reconfirmed;
use crate::people::passkeys::{Place, Rp};
use crate::web::{Desk, Failure, Form, Say};
use actix_web::HttpMessage;

/// What the field `passkey` says of a form that is sent to learn which statement a passkey is to sign.
const TO_SIGN: &str = "sign";

/// Checks the fields `password` and, of whoever has a second factor, `code` or `passkey` of a form. The session gets a new
/// token with the answer. The inner error is a refusal for the page of the form.
///
/// # Errors
/// When the work broke off, which is a fault of ours.
pub async fn confirm_form(desk: &Desk, form: &Form) -> Result<Result<FreshAuth, Failure>, Failure> {
    confirmed(desk, form, false).await
}

/// The same for a form that signs something. With `passkey` = `sign` the confirmation waits: the act makes its statement
/// and breaks off, and [`await_passkey`] asks for the passkey.
///
/// # Errors
/// When the work broke off, which is a fault of ours.
pub async fn confirm_to_sign(desk: &Desk, form: &Form) -> Result<Result<FreshAuth, Failure>, Failure> {
    confirmed(desk, form, true).await
}

/// Does a privileged act: confirms by the fields of the form who asks, as [`confirm_form`], and acts with that confirmation.
/// The inner error is a refusal of either, for the page of the form.
///
/// # Errors
/// When the work broke off, which is a fault of ours.
pub async fn confirmed_change<T: Send + 'static>(
    desk: &Desk,
    form: &Form,
    deed: impl FnOnce(&mut Work<'_>, &FreshAuth) -> Result<T, Failure> + Send + 'static,
) -> Result<Result<T, Failure>, Failure> {
    match confirm_form(desk, form).await? {
        Err(failure) => Ok(Err(failure)),
        Ok(fresh) => desk.try_change(move |work| deed(work, &fresh)).await,
    }
}

async fn confirmed(desk: &Desk, form: &Form, is_to_sign: bool) -> Result<Result<FreshAuth, Failure>, Failure> {
    if form.raw("password").is_empty() {
        return Ok(Err(Failure::Invalid(Say::new("people.confirm.password_needed"))));
    }
    let (db, actor, keeper) = (desk.site().db.clone(), desk.actor().clone(), keeper(desk)?);
    let (password, code) = (form.raw("password").to_owned(), form.text("code").to_owned());
    let (answer, session) = (form.raw("passkey").to_owned(), desk.csrf().to_owned());
    let (files, asks_code, address) = (
        desk.site().files.clone(),
        desk.caller().asks_code,
        desk.site().address.clone(),
    );
    let confirmed = desk
        .aside(move || {
            if !asks_code {
                return confirm_with(&db, &keeper, &actor, (&password, &Given::Nothing));
            }
            let key = Key::beside(&files)?;
            if answer.is_empty() {
                return confirm_with(&db, &keeper, &actor, (&password, &Given::Code(&code, &key)));
            }
            let rp = Rp::needed(address.as_deref())?;
            let given = if is_to_sign && answer == TO_SIGN {
                Given::PasskeyToSign(&rp, &key)
            } else {
                Given::Passkey((&answer, Place::Session(&session)), &rp, &key)
            };
            confirm_with(&db, &keeper, &actor, (&password, &given))
        })
        .await?;
    if confirmed.is_ok() {
        desk.request().extensions_mut().insert(Reconfirmed);
    }
    Ok(confirmed)
}

/// Remembers the statement that an act made and that waits for a passkey; the page's script fetches the question.
///
/// # Errors
/// When the gate is not set, which is a fault of ours.
pub fn await_passkey(desk: &Desk, fresh: &FreshAuth) -> Result<(), Failure> {
    if let Some(waits) = fresh.waits() {
        let at = (Place::Session(desk.csrf()), desk.actor().at);
        keeper(desk)?.ceremonies.ask_to_sign(at, waits);
    }
    Ok(())
}
