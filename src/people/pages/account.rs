//! The own account: sessions, password, second factors.

use super::confirm::confirm_form;
use super::keeper;
use crate::people::actions::password;
use crate::people::factors::{self, Factor, RuleShown};
use crate::people::oidc::{Link, link_of};
use crate::people::sessions::{self, MOST, Shown};
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::TimeDelta;
use serde::Serialize;

/// A second factor that an administrator removed is shown for this long.
const TOLD_FOR: TimeDelta = TimeDelta::days(30);

#[derive(Serialize)]
struct AccountPage {
    sessions: Vec<Shown>,
    most: usize,
    factors: Vec<Factor>,
    removed: Vec<Factor>,
    recovery_left: i64,
    rule: RuleShown,
    asks_code: bool,
    /// How people call the other party that they may sign in by; empty where none is set up.
    provider: String,
    /// The own link with it.
    link: Option<Link>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for AccountPage {
    const TEMPLATE: &'static str = "people/account.html";
}

async fn page(desk: &Desk) -> Result<AccountPage, Failure> {
    let person = desk.person()?.id.clone();
    let this = desk.caller().session.clone().unwrap_or_default();
    let since = desk.actor().at - TOLD_FOR;
    let (provider, issuer) = super::provider(desk)?
        .map(|(oidc, _)| (oidc.name().to_owned(), oidc.issuer().to_owned()))
        .unwrap_or_default();
    let (sessions, all, recovery_left, rule, link) = desk
        .read(move |work| {
            Ok::<_, Failure>((
                sessions::list(work, &person, &this)?,
                factors::factors(work, &person)?,
                factors::recovery_left(work, &person)?,
                factors::rule(work)?,
                link_of(work, &person, &issuer)?,
            ))
        })
        .await?;
    let (factors, removed): (Vec<Factor>, Vec<Factor>) =
        all.into_iter().partition(|factor| factor.removed_at.is_none());
    Ok(AccountPage {
        sessions,
        most: MOST,
        factors,
        removed: removed
            .into_iter()
            .filter(|factor| factor.removed_at.is_some_and(|at| at > since))
            .collect(),
        recovery_left,
        rule,
        asks_code: desk.caller().asks_code,
        provider,
        link,
        faults: Faults::default(),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

async fn refused(
    desk: &Desk,
    status: StatusCode,
    (faults, say): (Faults, Option<Say>),
) -> Result<HttpResponse, Failure> {
    let mut page = page(desk).await?;
    page.faults = faults;
    page.problem = say.map(|say| desk.sentence(&say));
    desk.page_with(status, &page)
}

/// The page again, saying why nothing was done.
pub(super) async fn refuse(desk: &Desk, failure: Failure) -> Result<HttpResponse, Failure> {
    let status = failure.status_code();
    let say = failure.said()?;
    refused(desk, status, (Faults::default(), Some(say))).await
}

pub(super) async fn change_password(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    for field in ["password", "new_password"] {
        if form.raw(field).is_empty() {
            faults.add(field, "form.needed");
        }
    }
    if form.raw("new_password") != form.raw("password_again") {
        faults.add("password_again", "people.password.differs");
    }
    if !faults.is_empty() {
        return refused(&desk, StatusCode::UNPROCESSABLE_ENTITY, (faults, None)).await;
    }
    let done = match confirm_form(&desk, &form).await? {
        Err(failure) => Err(failure),
        Ok(fresh) => {
            let (db, actor, keeper) = (desk.site().db.clone(), desk.actor().clone(), keeper(&desk)?);
            let new = form.raw("new_password").to_owned();
            let chosen = desk
                .aside(move || password::choose(&db, &keeper, &actor, (&fresh, &new)))
                .await?;
            match chosen {
                Ok(chosen) => desk.try_change(move |work| password::keep(work, &chosen)).await?,
                Err(failure) => Err(failure),
            }
        }
    };
    match done {
        Ok(()) => Ok(desk.done("/account", "people.password_changed")),
        Err(failure) => refuse(&desk, failure).await,
    }
}

pub(super) async fn end_one(desk: Desk, id: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    desk.change(move |work| sessions::end_one(work, &id)).await?;
    Ok(desk.done("/account", "people.session_ended"))
}

pub(super) async fn end_others(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    desk.change(sessions::end_others).await?;
    Ok(desk.done("/account", "people.sessions_ended"))
}
