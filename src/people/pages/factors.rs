//! Setting up and removing second factors of the own account.

use super::confirm::confirm_form;
use crate::people::factors::{self, Enrolment, Factor, Key, RuleShown};
use crate::people::passkeys::Rp;
use crate::web::{Desk, Failure, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;

/// The longest name of an app or a device, in characters.
const LONGEST_NAME: usize = 60;

#[derive(Serialize)]
struct FactorsPage {
    factors: Vec<Factor>,
    recovery_left: i64,
    rule: RuleShown,
    asks_code: bool,
    /// Shown once, in the answer to the form that made it.
    enrolment: Option<Enrolment>,
    /// Whether an app waits for its first code.
    is_begun: bool,
    /// Shown once.
    recovery: Vec<String>,
    name: String,
    /// Whether the site has an address that passkeys work for.
    has_address: bool,
    /// What the browser is asked to make, for the script of the page; empty when it is not asked.
    making: String,
    problem: Option<String>,
}

impl Page for FactorsPage {
    const TEMPLATE: &'static str = "people/factors.html";
}

async fn page(desk: &Desk) -> Result<FactorsPage, Failure> {
    let person = desk.person()?.id.clone();
    let (all, recovery_left, rule) = desk
        .read(move |work| {
            Ok::<_, Failure>((
                factors::factors(work, &person)?,
                factors::recovery_left(work, &person)?,
                factors::rule(work)?,
            ))
        })
        .await?;
    Ok(FactorsPage {
        factors: all.into_iter().filter(|factor| factor.removed_at.is_none()).collect(),
        recovery_left,
        rule,
        asks_code: desk.caller().asks_code,
        enrolment: None,
        is_begun: false,
        recovery: Vec::new(),
        name: String::new(),
        has_address: Rp::of(desk.site().address.as_deref()).is_some(),
        making: String::new(),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

/// The page again, saying why nothing was done.
pub(super) async fn refused(
    desk: &Desk,
    failure: Failure,
    (name, is_begun): (&str, bool),
) -> Result<HttpResponse, Failure> {
    let status = failure.status_code();
    let say = failure.said()?;
    let mut page = page(desk).await?;
    page.problem = Some(desk.sentence(&say));
    page.name = name.to_owned();
    page.is_begun = is_begun;
    desk.page_with(status, &page)
}

pub(super) async fn key(desk: &Desk) -> Result<Key, Failure> {
    let files = desk.site().files.clone();
    desk.aside(move || Key::beside(&files)).await?
}

/// The name that was typed for an app or a device, or the usual one.
pub(super) fn name_of(desk: &Desk, form: &Form, usual: &str) -> String {
    let typed: String = form.text("name").chars().take(LONGEST_NAME).collect();
    if typed.is_empty() { desk.word(usual, &[]) } else { typed }
}

/// The page that hands a question to the browser.
pub(super) async fn show_making(desk: &Desk, options: &serde_json::Value) -> Result<HttpResponse, Failure> {
    let mut page = page(desk).await?;
    page.making = options.to_string();
    desk.page(&page)
}

/// The page with new recovery codes, or the own account when there are none.
pub(super) async fn show_recovery(desk: &Desk, recovery: Vec<String>) -> Result<HttpResponse, Failure> {
    if recovery.is_empty() {
        return Ok(desk.done("/account", "people.factor_added"));
    }
    let mut page = page(desk).await?;
    page.recovery = recovery;
    page.asks_code = true;
    desk.page(&page)
}

pub(super) async fn begin(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let typed = form.text("name").to_owned();
    let name = name_of(&desk, &form, "people.factors.app");
    let key = key(&desk).await?;
    let done = match confirm_form(&desk, &form).await? {
        Err(failure) => Err(failure),
        Ok(fresh) => {
            desk.try_change(move |work| factors::begin_totp(work, &fresh, (&name, &key)))
                .await?
        }
    };
    match done {
        Ok(enrolment) => {
            let mut page = page(&desk).await?;
            page.enrolment = Some(enrolment);
            page.is_begun = true;
            desk.page(&page)
        }
        Err(failure) => refused(&desk, failure, (&typed, false)).await,
    }
}

pub(super) async fn confirm(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let key = key(&desk).await?;
    let code = form.text("code").to_owned();
    let confirmed = desk
        .try_change(move |work| factors::confirm_totp(work, &code, &key))
        .await?;
    match confirmed {
        Ok(recovery) => show_recovery(&desk, recovery).await,
        Err(failure @ Failure::Invalid(_)) => refused(&desk, failure, ("", true)).await,
        Err(failure) => refused(&desk, failure, ("", false)).await,
    }
}

pub(super) async fn renew_recovery(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let done = match confirm_form(&desk, &form).await? {
        Err(failure) => Err(failure),
        Ok(fresh) => {
            desk.try_change(move |work| factors::renew_recovery(work, &fresh))
                .await?
        }
    };
    match done {
        Ok(recovery) => {
            let mut page = page(&desk).await?;
            page.recovery = recovery;
            desk.page_with(StatusCode::OK, &page)
        }
        Err(failure) => refused(&desk, failure, ("", false)).await,
    }
}

pub(super) async fn remove(desk: Desk, id: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let done = match confirm_form(&desk, &form).await? {
        Err(failure) => Err(failure),
        Ok(fresh) => desk.try_change(move |work| factors::remove(work, &fresh, &id)).await?,
    };
    match done {
        Ok(()) => Ok(desk.done("/account", "people.factor_removed")),
        Err(failure) => refused(&desk, failure, ("", false)).await,
    }
}
