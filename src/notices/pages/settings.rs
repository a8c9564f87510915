//! How I want to be told, and confirming the address.

use crate::kernel::{Language, Permission};
use crate::notices::actions::{NewSettings, confirm, set_settings};
use crate::notices::kind::{Mode, Settings};
use crate::notices::store;
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct SettingsPage {
    settings: Settings,
    row_version: i64,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
    modes: &'static [Mode],
    hours: Vec<i64>,
    languages: &'static [Language],
    has_mail: bool,
    keeps_mail: bool,
    /// The secret address of the calendar, only just after it was made.
    pub(super) feed: Option<String>,
}

impl Page for SettingsPage {
    const TEMPLATE: &'static str = "notices/settings.html";
}

pub(super) async fn page(desk: &Desk) -> Result<SettingsPage, Failure> {
    let person = desk.person()?.id.clone();
    let settings = desk
        .read(move |work| Ok::<_, Failure>(store::settings(work, &person)?))
        .await?;
    let typed = [
        ("address", settings.address.clone()),
        ("mode", settings.mode.to_string()),
        ("hour", settings.hour.to_string()),
        ("language", settings.language.to_string()),
    ];
    Ok(SettingsPage {
        row_version: settings.row_version,
        settings,
        typed: typed.map(|(name, value)| (name.to_owned(), value)).into(),
        faults: Faults::default(),
        problem: None,
        modes: Mode::ALL,
        hours: (5..=20).collect(),
        languages: Language::ALL,
        has_mail: desk.site().mail.is_some(),
        keeps_mail: desk.may(Permission::ManageSettings),
        feed: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    desk.page(&page)
}

fn read(form: &Form) -> Result<(i64, NewSettings), Faults> {
    let mut faults = Faults::default();
    let mode = Mode::parse(form.text("mode"));
    let language = Language::parse(form.text("language"));
    if mode.is_none() {
        faults.add("mode", "form.needed");
    }
    if language.is_none() {
        faults.add("language", "form.needed");
    }
    let hour = form.number("hour");
    if hour.is_none() {
        faults.add("hour", "form.needed");
    }
    match (mode, language, hour) {
        (Some(mode), Some(language), Some(hour)) => Ok((
            form.number("row_version").unwrap_or(0),
            NewSettings {
                address: form.text("address").to_owned(),
                mode,
                hour,
                language,
            },
        )),
        _missing => Err(faults),
    }
}

async fn again(
    desk: &Desk,
    form: &Form,
    (status, faults, problem): (StatusCode, Faults, Option<String>),
) -> Result<HttpResponse, Failure> {
    let mut page = page(desk).await?;
    page.typed = form.typed();
    (page.faults, page.problem) = (faults, problem);
    desk.page_with(status, &page)
}

pub(super) async fn save(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let (row_version, new) = match read(&form) {
        Ok(read) => read,
        Err(faults) => return again(&desk, &form, (StatusCode::UNPROCESSABLE_ENTITY, faults, None)).await,
    };
    match desk
        .try_change(move |work| set_settings(work, row_version, &new))
        .await?
    {
        Ok(true) => Ok(desk.done("/notices/settings", "notices.link_sent")),
        Ok(false) => Ok(desk.done("/notices/settings", "notices.settings_kept")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = desk.sentence(&failure.said()?);
            again(&desk, &form, (status, Faults::default(), Some(problem))).await
        }
    }
}

#[derive(Serialize)]
struct ConfirmPage {
    token: String,
    address: String,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "notices/confirm.html";
}

/// The page that the link leads to: opening it changes nothing.
pub(super) async fn ask(desk: Desk, token: web::Path<String>) -> Result<HttpResponse, Failure> {
    let page = page(&desk).await?;
    let token = token.into_inner();
    let is_open = !page.settings.address.is_empty() && !page.settings.is_confirmed();
    if !is_open || token.len() != 64 || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::NotFound);
    }
    desk.page(&ConfirmPage {
        token,
        address: page.settings.address,
    })
}

pub(super) async fn confirmed(desk: Desk, token: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    let token = token.into_inner();
    desk.change(move |work| confirm(work, &token)).await?;
    Ok(desk.done("/notices/settings", "notices.confirmed"))
}
