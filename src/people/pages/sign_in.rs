//! Signing in and out, choosing the language, using a one-time code.

use super::keeper;
use crate::people::actions::second::{self, Second};
use crate::people::actions::set_up::{self, UseCode};
use crate::people::actions::sign_in::{self, DEVICE_HOLDS, Entered, Origin, SignedIn};
use crate::people::factors::{self, Key};
use crate::people::gate::{LANGUAGE_COOKIE, SESSION_COOKIE, cookie, cookie_name, sha256_hex};
use crate::people::passkeys::Rp;
use crate::people::sessions::{self, Ended};
use crate::web::{Desk, Failure, Faults, Form, Page, escaped, peer};
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

/// The cookie by which a device is known from which somebody signed in.
const DEVICE_COOKIE: &str = "quytrinh_device";
/// The cookie of somebody whose second factor is awaited.
pub(super) const HALF_COOKIE: &str = "quytrinh_second";

#[derive(Serialize, Default)]
struct SignInPage {
    username: String,
    back: String,
    problem: Option<String>,
    ended: Option<String>,
    is_demo: bool,
    /// Whether the site has an address that passkeys work for.
    has_passkeys: bool,
    /// How people call the other party that they may sign in by; empty where none is set up.
    provider: String,
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
pub(super) fn own_path(back: &str) -> &str {
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if is_own { back } else { "/" }
}

fn provider_name(desk: &Desk) -> Result<String, Failure> {
    let provider = super::provider(desk)?;
    Ok(provider.map(|(oidc, _)| oidc.name().to_owned()).unwrap_or_default())
}

/// Why the visitor's last session ended, where that is worth a word.
async fn ended_because(desk: &Desk) -> Result<Option<String>, Failure> {
    let cookie = desk.request().cookie(&cookie_name(desk.request(), SESSION_COOKIE));
    let Some(token) = cookie.map(|cookie| sha256_hex(cookie.value())) else {
        return Ok(None);
    };
    let why = desk
        .read(move |work| Ok::<_, Failure>(sessions::why_ended(work.conn, &token)?))
        .await?;
    let why = why.filter(|why| *why != Ended::SignedOut && desk.actor().person.is_none());
    Ok(why.map(|why| desk.word(&format!("people.ended.{why}"), &[])))
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let back = desk.query().remove("back").unwrap_or_default();
    let page = SignInPage {
        back: own_path(&back).to_owned(),
        ended: ended_because(&desk).await?,
        is_demo: desk.site().is_demo,
        has_passkeys: Rp::of(desk.site().address.as_deref()).is_some(),
        provider: provider_name(&desk)?,
        ..SignInPage::default()
    };
    desk.page(&page)
}

/// From where the request came.
pub(super) fn origin(desk: &Desk) -> Origin {
    let request = desk.request();
    let address = peer(request);
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    Origin {
        address: address.map(|address| address.to_string()).unwrap_or_default(),
        shown_address: sessions::shortened(address),
        device: sessions::device(agent.unwrap_or_default()),
        known_by: request
            .cookie(&cookie_name(request, DEVICE_COOKIE))
            .map(|cookie| cookie.value().to_owned()),
    }
}

pub(super) async fn enter(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (db, actor, keeper, origin) = (
        desk.site().db.clone(),
        desk.actor().clone(),
        keeper(&desk)?,
        origin(&desk),
    );
    let (username, password) = (form.text("username").to_owned(), form.raw("password").to_owned());
    let entered = desk
        .aside(move || sign_in::sign_in(&db, &keeper, &actor, (&username, &password, &origin)))
        .await?;
    let back = own_path(form.text("back"));
    match entered {
        Ok(entered) => arrived(&desk, &entered, back),
        Err(failure @ (Failure::Invalid(_) | Failure::TooMany(_))) => {
            refused(&desk, &failure, (form.text("username"), back))
        }
        Err(failure) => Err(failure),
    }
}

/// Sends somebody on who came through the first step.
pub(super) fn arrived(desk: &Desk, entered: &Entered, back: &str) -> Result<HttpResponse, Failure> {
    match entered {
        Entered::In(signed_in) => admitted(desk, signed_in, back),
        Entered::Half(token) => {
            let mut response = desk.see_other(format!("/sign-in/second?back={}", escaped(back)));
            add(&mut response, &cookie(desk.request(), HALF_COOKIE, token))?;
            Ok(response)
        }
    }
}

/// The page again, saying why nobody was let in.
pub(super) fn refused(desk: &Desk, failure: &Failure, (username, back): (&str, &str)) -> Result<HttpResponse, Failure> {
    let page = SignInPage {
        username: username.to_owned(),
        back: back.to_owned(),
        problem: Some(sentence(desk, failure)),
        ended: None,
        is_demo: desk.site().is_demo,
        has_passkeys: Rp::of(desk.site().address.as_deref()).is_some(),
        provider: provider_name(desk)?,
    };
    desk.page_with(failure.status_code(), &page)
}

pub(super) fn add(response: &mut HttpResponse, cookie: &Cookie<'_>) -> Result<(), Failure> {
    response
        .add_cookie(cookie)
        .map_err(|cause| Failure::Internal(anyhow::anyhow!("setting a cookie: {cause}")))
}

/// Sends somebody on who has just signed in.
pub(super) fn admitted(desk: &Desk, signed_in: &SignedIn, back: &str) -> Result<HttpResponse, Failure> {
    let mut response = if signed_in.is_oldest_ended {
        desk.done(back, "people.oldest_ended")
    } else {
        desk.see_other(back)
    };
    let request = desk.request();
    add(&mut response, &cookie(request, SESSION_COOKIE, &signed_in.token))?;
    let mut device = cookie(request, DEVICE_COOKIE, &signed_in.device);
    device.set_max_age(Duration::seconds(DEVICE_HOLDS.num_seconds()));
    add(&mut response, &device)?;
    if request.cookie(&cookie_name(request, HALF_COOKIE)).is_some() {
        add(&mut response, &gone(desk, HALF_COOKIE))?;
    }
    Ok(response)
}

pub(super) fn gone(desk: &Desk, name: &str) -> Cookie<'static> {
    let mut gone = cookie(desk.request(), name, "");
    gone.set_max_age(Duration::ZERO);
    gone
}

pub(super) fn sentence(desk: &Desk, failure: &Failure) -> String {
    match failure {
        Failure::Invalid(say) | Failure::TooMany(say) | Failure::Conflict(say) | Failure::Forbidden(say) => {
            desk.sentence(say)
        }
        Failure::SignInFirst
        | Failure::NotFound
        | Failure::TooLarge
        | Failure::Unavailable(_)
        | Failure::Full(_)
        | Failure::Internal(_) => failure.to_string(),
    }
}

pub(super) async fn leave(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    if let Some(session) = desk.caller().session.clone() {
        desk.change(move |work| sessions::sign_out(work, &session)).await?;
    }
    let mut response = desk.see_other("/");
    add(&mut response, &gone(&desk, SESSION_COOKIE))?;
    // What the browser kept of the pages goes too. Cookies stay: the device remains known.
    response.headers_mut().insert(
        header::HeaderName::from_static("clear-site-data"),
        header::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

#[derive(Serialize, Default)]
struct SecondPage {
    back: String,
    /// Whether a passkey of the person may stand for the code.
    has_passkey: bool,
    problem: Option<String>,
}

impl Page for SecondPage {
    const TEMPLATE: &'static str = "people/second.html";
}

pub(super) fn half_token(desk: &Desk) -> String {
    let cookie = desk.request().cookie(&cookie_name(desk.request(), HALF_COOKIE));
    cookie.map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

pub(super) async fn show_second(desk: Desk) -> Result<HttpResponse, Failure> {
    let back = desk.query().remove("back").unwrap_or_default();
    let token = half_token(&desk);
    let awaited = desk
        .read(move |work| {
            let awaited = second::awaited(work, &token)?;
            Ok::<_, Failure>(factors::has_passkey(work.conn, (&awaited.agency, &awaited.person))?)
        })
        .await;
    let page = SecondPage {
        back: own_path(&back).to_owned(),
        has_passkey: matches!(awaited, Ok(true)) && Rp::of(desk.site().address.as_deref()).is_some(),
        problem: awaited
            .err()
            .map(Failure::said)
            .transpose()?
            .map(|say| desk.sentence(&say)),
    };
    desk.page(&page)
}

pub(super) async fn enter_second(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (db, actor, keeper, origin) = (
        desk.site().db.clone(),
        desk.actor().clone(),
        keeper(&desk)?,
        origin(&desk),
    );
    let (token, code, answer) = (
        half_token(&desk),
        form.text("code").to_owned(),
        form.raw("passkey").to_owned(),
    );
    let (files, address) = (desk.site().files.clone(), desk.site().address.clone());
    let back = own_path(form.text("back"));
    let entered = desk
        .aside(move || {
            let key = Key::beside(&files)?;
            if answer.is_empty() {
                let given = Second::Code(&code);
                return second::second(&db, &keeper, &actor, (&token, &given, &key, &origin));
            }
            let rp = Rp::needed(address.as_deref())?;
            let given = Second::Passkey(&answer, &rp);
            second::second(&db, &keeper, &actor, (&token, &given, &key, &origin))
        })
        .await?;
    match entered {
        Ok(signed_in) => admitted(&desk, &signed_in, back),
        Err(failure) => {
            let status = failure.status_code();
            let page = SecondPage {
                back: back.to_owned(),
                has_passkey: !form.raw("passkey").is_empty(),
                problem: Some(desk.sentence(&failure.said()?)),
            };
            desk.page_with(status, &page)
        }
    }
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

/// Whether the code makes the first administrator of its agency, who has no name here yet. The code says it, not the
/// site: agencies that are added later get their first administrators on the same page.
async fn makes_first(desk: &Desk, code: &str) -> Result<bool, Failure> {
    let (db, actor, code) = (desk.site().db.clone(), desk.actor().clone(), code.to_owned());
    desk.aside(move || set_up::makes_first(&db, &actor, &code)).await?
}

pub(super) async fn use_code(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let is_first = is_first(&desk).await? || makes_first(&desk, form.text("code")).await?;
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
    let (db, actor, keeper) = (desk.site().db.clone(), desk.actor().clone(), keeper(&desk)?);
    match desk
        .aside(move || set_up::use_code_with(&db, &keeper, &actor, filled))
        .await?
    {
        Ok(()) => Ok(desk.done("/sign-in", "people.password_set")),
        Err(failure @ Failure::Invalid(_)) => {
            page.problem = Some(sentence(&desk, &failure));
            desk.page_with(failure.status_code(), &page)
        }
        Err(failure) => Err(failure),
    }
}
