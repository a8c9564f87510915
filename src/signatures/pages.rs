//! What pages that ask for a signature share: the password, the tokens of the page, and the entry of a refusal.

use super::actions::{note_refusal, reason_of};
use crate::ledger::Work;
use crate::people::{self, FreshAuth};
use crate::web::{Desk, Failure, Form};

/// Checks the password of a form that signs several things at once, and the second factor of whoever has one, and takes up
/// the tokens of its page. A passkey confirms the person here and signs none of the statements.
///
/// # Errors
/// The outer error is a fault of ours, the inner one why the password does not do.
pub async fn confirmed(desk: &Desk, form: &Form) -> Result<Result<FreshAuth, Failure>, Failure> {
    let done = people::confirm_form(desk, form).await?;
    Ok(done.map(|fresh| fresh.having_shown(form.all("shown"))))
}

/// Does something that is signed: checks the password of a form, and the second factor of whoever has one, takes up the
/// tokens of the page that it stood on, and acts. Where a passkey is to sign, the first form only lays the statement down,
/// and the second one brings what the passkey signed.
///
/// # Errors
/// The outer error is a fault of ours, the inner one why the password does not do or what `deed` gave.
pub async fn signing<T: Send + 'static>(
    desk: &Desk,
    form: &Form,
    deed: impl FnOnce(&mut Work<'_>, &FreshAuth) -> Result<T, Failure> + Send + 'static,
) -> Result<Result<T, Failure>, Failure> {
    let tokens: Vec<String> = form.all("shown").into_iter().map(ToOwned::to_owned).collect();
    let fresh = match people::confirm_to_sign(desk, form).await? {
        Ok(fresh) => fresh.having_shown(tokens.iter().map(String::as_str)),
        Err(failure) => return Ok(Err(failure)),
    };
    let own = fresh.clone();
    let done = desk
        .try_change(move |work| {
            let done = deed(work, &own)?;
            own.must_be_whole()?;
            Ok::<_, Failure>(done)
        })
        .await?;
    people::await_passkey(desk, &fresh)?;
    Ok(done)
}

/// Gives the answer on, after noting a refusal for what was shown: of it, only that it was refused is kept. `object` is
/// what was to be signed, by kind and name; it is there, or nothing would have been refused for what was shown.
///
/// # Errors
/// When the note cannot be kept.
pub async fn noted<T>(
    desk: &Desk,
    (kind, name): (&'static str, &str),
    done: Result<T, Failure>,
) -> Result<Result<T, Failure>, Failure> {
    if let Some(why) = done.as_ref().err().and_then(reason_of) {
        let (db, actor, name) = (desk.site().db.clone(), desk.actor().clone(), name.to_owned());
        desk.aside(move || note_refusal(&db, actor, (kind, &name), &why))
            .await??;
    }
    Ok(done)
}
