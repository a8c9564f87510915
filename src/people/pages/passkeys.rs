//! Questions to passkeys, for the script of a page; setting one up; signing in with one alone.

use super::confirm::confirm_form;
use super::factors as factors_page;
use super::keeper;
use super::sign_in::{HALF_COOKIE, add, admitted, gone, half_token, own_path, refused as sign_in_refused};
use crate::kernel::PersonId;
use crate::people::actions::by_passkey::by_passkey;
use crate::people::actions::second::ask_half;
use crate::people::factors::Key;
use crate::people::gate::{cookie, cookie_name, random_token};
use crate::people::passkeys::{self, Place, Rp};
use crate::people::store::username;
use crate::web::{Desk, Failure, Form};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};
use std::sync::Arc;

/// The cookie of a browser that was asked for a passkey before anybody signed in.
const ASKED_COOKIE: &str = "quytrinh_passkey";

fn rp(desk: &Desk) -> Result<Rp, Failure> {
    Rp::needed(desk.site().address.as_deref())
}

/// What a script reads: the question, or a sentence that says why there is none.
fn answer(desk: &Desk, asked: Result<Value, Failure>) -> Result<HttpResponse, Failure> {
    match asked {
        Ok(options) => Ok(HttpResponse::Ok().json(options)),
        Err(failure) => {
            let status = failure.status_code();
            let say = failure.said()?;
            Ok(HttpResponse::build(status).json(json!({ "problem": desk.sentence(&say) })))
        }
    }
}

/// The question for a confirmation in this session: the statement that waits, or a new one.
pub(super) async fn ask(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let asked = asked_in_session(&desk, form.text("for") == "statement").await;
    answer(&desk, asked)
}

async fn asked_in_session(desk: &Desk, is_for_statement: bool) -> Result<Value, Failure> {
    let (rp, keeper) = (rp(desk)?, keeper(desk)?);
    let (token, at) = (desk.csrf().to_owned(), desk.actor().at);
    if is_for_statement {
        let waiting = keeper.ceremonies.options_to_sign(&rp, (Place::Session(&token), at))?;
        return waiting.ok_or_else(|| passkeys::Why::Over.failure());
    }
    let (present, _) = present(desk).await?;
    if present.is_empty() {
        return Err(passkeys::none());
    }
    keeper.ceremonies.ask(&rp, (Place::Session(&token), at), &present)
}

/// The passkeys and the user name of the person who asks.
async fn present(desk: &Desk) -> Result<(Vec<passkeys::Kept>, String), Failure> {
    let (person, key) = (desk.person()?.id.clone(), factors_page::key(desk).await?);
    desk.read(move |work| {
        let agency = work.agency();
        let kept = passkeys::passkeys(work, (&agency, &person), &key)?;
        Ok::<_, Failure>((kept, username(work, &person)?))
    })
    .await
}

/// The question for the second step of a sign-in.
pub(super) async fn ask_second(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    let asked = asked_half(&desk).await;
    answer(&desk, asked)
}

async fn asked_half(desk: &Desk) -> Result<Value, Failure> {
    let (db, actor, keeper) = (desk.site().db.clone(), desk.actor().clone(), keeper(desk)?);
    let (rp, token, files) = (rp(desk)?, half_token(desk), desk.site().files.clone());
    desk.aside(move || {
        let key = Key::beside(&files)?;
        ask_half(&db, &keeper, &actor, (&token, &rp, &key))
    })
    .await?
}

/// The question for a sign-in by passkey alone.
pub(super) async fn ask_anybody(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    let token = random_token()?;
    let asked = rp(&desk).and_then(|rp| {
        let place = Place::Stranger(&token, &super::sign_in::origin(&desk).address);
        keeper(&desk)?.ceremonies.ask_anybody(&rp, (place, desk.actor().at))
    });
    let is_asked = asked.is_ok();
    let mut response = answer(&desk, asked)?;
    if is_asked {
        add(&mut response, &cookie(desk.request(), ASKED_COOKIE, &token))?;
    }
    Ok(response)
}

/// Signs in whoever proves to have a passkey of an account.
pub(super) async fn enter(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (db, actor, keeper, origin) = (
        desk.site().db.clone(),
        desk.actor().clone(),
        keeper(&desk)?,
        super::sign_in::origin(&desk),
    );
    let asked = desk.request().cookie(&cookie_name(desk.request(), ASKED_COOKIE));
    let token = asked.map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let (credential, files, address) = (
        form.raw("passkey").to_owned(),
        desk.site().files.clone(),
        desk.site().address.clone(),
    );
    let entered = desk
        .aside(move || {
            let (key, rp) = (Key::beside(&files)?, Rp::needed(address.as_deref())?);
            let place = Place::Stranger(&token, &origin.address);
            by_passkey(&db, &keeper, &actor, (&credential, place, &rp, &key, &origin))
        })
        .await?;
    let back = own_path(form.text("back"));
    let mut response = match entered {
        Ok(signed_in) => admitted(&desk, &signed_in, back)?,
        Err(failure @ (Failure::Invalid(_) | Failure::Conflict(_) | Failure::TooMany(_))) => {
            sign_in_refused(&desk, &failure, ("", back))?
        }
        Err(failure) => return Err(failure),
    };
    add(&mut response, &gone(&desk, ASKED_COOKIE))?;
    if desk
        .request()
        .cookie(&cookie_name(desk.request(), HALF_COOKIE))
        .is_some()
    {
        add(&mut response, &gone(&desk, HALF_COOKIE))?;
    }
    Ok(response)
}

/// Begins to set up a passkey: shows the page whose script hands the question to the browser.
pub(super) async fn begin(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let name = factors_page::name_of(&desk, &form, "people.passkeys.usual_name");
    let confirmed = confirm_form(&desk, &form).await?;
    let made = match confirmed {
        Err(failure) => Err(failure),
        Ok(fresh) => match fresh.must_be_of(desk.actor()) {
            Err(failure) => Err(failure),
            Ok(()) => asked_to_make(&desk, name).await,
        },
    };
    match made {
        Ok(options) => factors_page::show_making(&desk, &options).await,
        Err(failure) => factors_page::refused(&desk, failure, (form.text("name"), false)).await,
    }
}

async fn asked_to_make(desk: &Desk, name: String) -> Result<Value, Failure> {
    let rp = rp(desk)?;
    let (present, username) = present(desk).await?;
    let person: PersonId = desk.person()?.id.clone();
    let at = (Place::Enrolment(desk.csrf()), desk.actor().at);
    keeper(desk)?
        .ceremonies
        .ask_to_make(&rp, at, (&person, &username, name), &present)
}

/// Keeps the passkey that the browser made.
pub(super) async fn confirm(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (keeper, key) = (keeper(&desk)?, Arc::new(factors_page::key(&desk).await?));
    let at = (Place::Enrolment(desk.csrf()), desk.actor().at);
    let made = rp(&desk).and_then(|rp| {
        let made = keeper.ceremonies.made(&rp, at, form.raw("passkey"));
        made.map_err(|why| why.failure())
    });
    let done = match made {
        Err(failure) => Err(failure),
        Ok((passkey, name)) => {
            let key = Arc::clone(&key);
            desk.try_change(move |work| passkeys::enrol(work, (&passkey, &name), &key))
                .await?
        }
    };
    match done {
        Ok(enrolled) => factors_page::show_recovery(&desk, enrolled.recovery).await,
        Err(failure) => factors_page::refused(&desk, failure, ("", false)).await,
    }
}
