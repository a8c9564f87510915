//! Writing an administrative procedure down, correcting and ending it.

use crate::tthc::actions::{NewEntry, add, edit};
use crate::tthc::entry::{Entry, Level, Reception};
use crate::tthc::store;
use crate::web::{Desk, Failure, Faults, Form, Page, escaped};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct EditPage {
    /// The entry that is corrected; none for a new one.
    entry: Option<Entry>,
    /// Where its form goes.
    action: String,
    row_version: i64,
    levels: &'static [Level],
    receptions: &'static [Reception],
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "tthc/edit.html";
}

/// What is shown beside the form, and what was typed in it.
struct Told {
    status: StatusCode,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Told {
    fn of(typed: BTreeMap<String, String>) -> Self {
        Self {
            status: StatusCode::OK,
            typed,
            faults: Faults::default(),
            problem: None,
        }
    }
}

fn page(desk: &Desk, entry: Option<Entry>, told: Told) -> Result<HttpResponse, Failure> {
    let sent = told.typed.get("row_version").and_then(|text| text.parse().ok());
    let known = entry.as_ref().map_or(0, |one| one.row_version);
    let page = EditPage {
        action: entry.as_ref().map_or_else(
            || "/tthc/new".to_owned(),
            |one| format!("/tthc/entries/{}", escaped(&one.code)),
        ),
        row_version: sent.unwrap_or(known),
        entry,
        levels: Level::ALL,
        receptions: Reception::ALL,
        typed: told.typed,
        faults: told.faults,
        problem: told.problem,
    };
    desk.page_with(told.status, &page)
}

fn typed(one: &Entry) -> BTreeMap<String, String> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let pairs = [
        ("code", one.code.clone()),
        ("name", one.name.clone()),
        ("field", one.field.clone()),
        ("level", one.level.to_string()),
        ("reception", one.reception.to_string()),
        ("decision_no", one.decision_no.clone()),
        ("valid_from", day(one.valid_from)),
        ("ended_from", day(one.ended_from)),
        ("end_decision_no", one.end_decision_no.clone()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}

fn read(form: &Form, code: Option<&str>) -> Result<NewEntry, Faults> {
    let mut faults = Faults::default();
    let code = match code {
        Some(code) => code.to_owned(),
        None => form.needed("code", 40, &mut faults),
    };
    let (name, field) = (
        form.needed("name", 500, &mut faults),
        form.needed("field", 120, &mut faults),
    );
    let [valid_from, ended_from] = ["valid_from", "ended_from"].map(|name| form.date(name, &mut faults));
    let (level, reception) = (
        Level::parse(form.text("level")),
        Reception::parse(form.text("reception")),
    );
    for (name, is_missing) in [("level", level.is_none()), ("reception", reception.is_none())] {
        if is_missing {
            faults.add(name, "form.needed");
        }
    }
    match (level, reception) {
        (Some(level), Some(reception)) if faults.is_empty() => Ok(NewEntry {
            code,
            name,
            field,
            level,
            reception,
            decision_no: form.text("decision_no").to_owned(),
            valid_from,
            ended_from,
            end_decision_no: form.text("end_decision_no").to_owned(),
        }),
        _faulty => Err(faults),
    }
}

fn again(desk: &Desk, entry: Option<Entry>, form: &Form, faults: Faults) -> Result<HttpResponse, Failure> {
    let told = Told {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        faults,
        ..Told::of(form.typed())
    };
    page(desk, entry, told)
}

fn refused(desk: &Desk, entry: Option<Entry>, form: &Form, failure: Failure) -> Result<HttpResponse, Failure> {
    let told = Told {
        status: failure.status_code(),
        problem: Some(desk.sentence(&failure.said()?)),
        ..Told::of(form.typed())
    };
    page(desk, entry, told)
}

pub(super) async fn new(desk: Desk) -> Result<HttpResponse, Failure> {
    let code = desk.query().remove("code").unwrap_or_default();
    let typed = [
        ("code", code),
        ("level", "commune".to_owned()),
        ("reception", "one_stop".to_owned()),
    ];
    page(
        &desk,
        None,
        Told::of(typed.map(|(name, value)| (name.to_owned(), value)).into()),
    )
}

pub(super) async fn create(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let new = match read(&form, None) {
        Ok(new) => new,
        Err(faults) => return again(&desk, None, &form, faults),
    };
    match desk.try_change(move |work| add(work, &new)).await? {
        Ok(()) => Ok(desk.done("/tthc", "tthc.added")),
        Err(failure) => refused(&desk, None, &form, failure),
    }
}

async fn entry(desk: &Desk, code: String) -> Result<Entry, Failure> {
    desk.read(move |work| Ok::<_, Failure>(store::by_code(work, &code)?))
        .await
}

pub(super) async fn form(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let entry = entry(&desk, code.into_inner()).await?;
    let told = Told::of(typed(&entry));
    page(&desk, Some(entry), told)
}

pub(super) async fn save(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let entry = entry(&desk, code.into_inner()).await?;
    let new = match read(&form, Some(&entry.code)) {
        Ok(new) => new,
        Err(faults) => return again(&desk, Some(entry), &form, faults),
    };
    let seen = form.number("row_version").unwrap_or(0);
    match desk.try_change(move |work| edit(work, seen, &new)).await? {
        Ok(()) => Ok(desk.done("/tthc", "tthc.edited")),
        Err(failure) => refused(&desk, Some(entry), &form, failure),
    }
}
