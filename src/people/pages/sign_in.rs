//! Signing in and out, choosing the language, using a one-time code.

use crate::people::actions::set_up::{self, UseCode};
use crate::people::actions::sign_in;
use crate::people::gate::{LANGUAGE_COOKIE, SESSION_COOKIE};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

#[derive(Serialize, Default)]
struct SignInPage {
    username: String,
    back: String,
    problem: Option<String>,
    is_demo: bool,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "people/sign_in.html";
}

#[derive(Serialize, Default)]
struct CodePage {
    code: String,
    username: String,
    full_name: String,
    is_first: bool,
    problem: Option<String>,
    faults: Faults,
}

impl Page for CodePage {
    const TEMPLATE: &'static str = "people/code.html";
}

/// Only a path of our own: never another site's address.
fn own_path(back: &str) -> &str {
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if is_own { back } else { "/" }
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let query = desk.request().query_string().to_owned();
    let back = actix_web::web::Query::<std::collections::BTreeMap<String, String>>::from_query(&query)
        .ok()
        .and_then(|query| query.get("back").cloned())
        .unwrap_or_default();
    let is_demo = desk.site().is_demo;
    desk.page(&SignInPage {
        back: own_path(&back).to_owned(),
        is_demo,
        ..SignInPage::default()
    })
}

pub(super) async fn enter(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (db, actor) = (desk.site().db.clone(), desk.actor().clone());
    let (username, password) = (form.text("username").to_owned(), form.raw("password").to_owned());
    let entered = desk
        .aside(move || sign_in::sign_in(&db, &actor, &username, &password))
        .await?;
    match entered {
        Ok(signed_in) => {
            let mut response = desk.see_other(own_path(form.text("back")));
            response
                .add_cookie(&session_cookie(&desk, &signed_in.token))
                .map_err(|cause| Failure::Internal(anyhow::anyhow!("setting the session cookie: {cause}")))?;
            Ok(response)
        }
        Err(failure @ (Failure::Invalid(_) | Failure::TooMany(_))) => {
            let page = SignInPage {
                username: form.text("username").to_owned(),
                back: own_path(form.text("back")).to_owned(),
                problem: Some(sentence(&desk, &failure)),
                is_demo: desk.site().is_demo,
            };
            desk.page_with(failure.status_code(), &page)
        }
        Err(failure) => Err(failure),
    }
}

fn sentence(desk: &Desk, failure: &Failure) -> String {
    match failure {
        Failure::Invalid(say) | Failure::TooMany(say) | Failure::Conflict(say) | Failure::Forbidden(say) => {
            desk.site().pages.words().fill(desk.language(), &say.key, &say.args)
        }
        Failure::SignInFirst
        | Failure::NotFound
        | Failure::TooLarge
        | Failure::Unavailable(_)
        | Failure::Full(_)
        | Failure::Internal(_) => failure.to_string(),
    }
}

fn session_cookie(desk: &Desk, token: &str) -> Cookie<'static> {
    let is_secure = desk.request().connection_info().scheme() == "https";
    Cookie::build(SESSION_COOKIE, token.to_owned())
        .path("/")
        .http_only(true)
        .secure(is_secure)
        .same_site(SameSite::Lax)
        .finish()
}

pub(super) async fn leave(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    if let Some(session) = desk.caller().session.clone() {
        desk.change(move |work| sign_in::sign_out(work, &session)).await?;
    }
    let mut response = desk.see_other("/");
    let mut gone = session_cookie(&desk, "");
    gone.set_max_age(Duration::ZERO);
    response
        .add_cookie(&gone)
        .map_err(|cause| Failure::Internal(anyhow::anyhow!("clearing the session cookie: {cause}")))?;
    Ok(response)
}

pub(super) async fn choose_language(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let language = crate::kernel::Language::parse(form.text("language")).unwrap_or(desk.language());
    let mut response = desk.see_other(own_path(form.text("back")));
    let cookie = Cookie::build(LANGUAGE_COOKIE, language.as_str())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish();
    response
        .add_cookie(&cookie)
        .map_err(|cause| Failure::Internal(anyhow::anyhow!("setting the language cookie: {cause}")))?;
    Ok(response)
}

async fn is_first(desk: &Desk) -> Result<bool, Failure> {
    let (db, agency) = (desk.site().db.clone(), desk.site().agency.clone());
    desk.aside(move || set_up::needs_set_up(&db, &agency)).await?
}

pub(super) async fn show_code(desk: Desk) -> Result<HttpResponse, Failure> {
    let is_first = is_first(&desk).await?;
    desk.page(&CodePage {
        is_first,
        ..CodePage::default()
    })
}

pub(super) async fn use_code(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let is_first = is_first(&desk).await?;
    let mut faults = Faults::default();
    let filled = UseCode {
        code: form.needed("code", 40, &mut faults),
        username: form.needed("username", 60, &mut faults),
        full_name: if is_first {
            form.needed("full_name", 100, &mut faults)
        } else {
            String::new()
        },
        password: form.raw("password").to_owned(),
    };
    if form.raw("password") != form.raw("password_again") {
        faults.add("password_again", "people.password.differs");
    }
    let mut page = CodePage {
        code: filled.code.clone(),
        username: filled.username.clone(),
        full_name: filled.full_name.clone(),
        is_first,
        problem: None,
        faults,
    };
    if !page.faults.is_empty() {
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let (db, actor) = (desk.site().db.clone(), desk.actor().clone());
    match desk.aside(move || set_up::use_code(&db, &actor, filled)).await? {
        Ok(()) => Ok(desk.done("/sign-in", "people.password_set")),
        Err(failure @ Failure::Invalid(_)) => {
            page.problem = Some(sentence(&desk, &failure));
            desk.page_with(failure.status_code(), &page)
        }
        Err(failure) => Err(failure),
    }
}
