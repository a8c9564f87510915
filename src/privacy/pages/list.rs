//! The register of requests, and the form for a new one.

use crate::kernel::Permission;
use crate::privacy::actions::register::{NewRequest, register as act};
use crate::privacy::clocks::{Clock, clock_of, clocks};
use crate::privacy::request::{Kind, Request};
use crate::privacy::store::{self, PAGE};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct ListPage {
    open: Vec<Row>,
    closed: Vec<Row>,
    next: Option<i64>,
    is_first: bool,
    may_manage: bool,
    may_trace: bool,
    answer_days: u32,
    basis: String,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "privacy/list.html";
}

#[derive(Serialize)]
struct Row {
    request: Request,
    next_due: Option<NaiveDateTime>,
    urgency: Option<&'static str>,
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let before: Option<i64> = desk.query().get("before").and_then(|text| text.parse().ok());
    let (open, mut closed) = desk
        .read(move |work| {
            let now = work.actor.at;
            let row = |request: Request| Row {
                next_due: request.next_due(),
                urgency: request.urgency(now),
                request,
            };
            let open = store::list(work, false, None)?;
            let closed = store::list(work, true, before)?;
            let rows = |some: Vec<Request>| some.into_iter().map(row).collect::<Vec<_>>();
            Ok::<_, Failure>((rows(open), rows(closed)))
        })
        .await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let is_more = closed.len() > most;
    closed.truncate(most);
    desk.page(&ListPage {
        open,
        next: closed.last().filter(|_| is_more).map(|row| row.request.number),
        closed,
        is_first: before.is_none(),
        may_manage: desk.may(Permission::ManagePersonalData),
        may_trace: desk.may(Permission::ReadAccessLog),
        answer_days: clocks().answer_working_days,
        basis: clocks().basis,
    })
}

#[derive(Serialize)]
struct NewPage {
    kinds: Vec<(Kind, Clock)>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for NewPage {
    const TEMPLATE: &'static str = "privacy/new.html";
}

fn new_page(form: &Form, faults: Faults, problem: Option<String>) -> NewPage {
    NewPage {
        kinds: Kind::ASKED.iter().map(|kind| (*kind, clock_of(*kind))).collect(),
        typed: form.typed(),
        faults,
        problem,
    }
}

pub(super) async fn new(desk: Desk) -> Result<HttpResponse, Failure> {
    desk.page(&new_page(&Form::default(), Faults::default(), None))
}

pub(super) async fn register(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let kind = Kind::parse(form.text("kind")).filter(|kind| Kind::ASKED.contains(kind));
    if kind.is_none() {
        faults.add("kind", "form.needed");
    }
    let new = NewRequest {
        kind: kind.unwrap_or(Kind::Access),
        full_name: form.needed("full_name", 300, &mut faults),
        id_number: form.text("id_number").to_owned(),
        phone: form.text("phone").to_owned(),
        asked: form.needed("asked", 4000, &mut faults),
        is_verified: form.is_ticked("is_verified"),
    };
    if !faults.is_empty() {
        return desk.page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&form, faults, None));
    }
    match desk.try_change(move |work| act(work, &new)).await? {
        Ok(number) => Ok(desk.done(format!("/privacy/{number}"), "privacy.registered")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = desk.sentence(&failure.said()?);
            desk.page_with(status, &new_page(&form, faults, Some(problem)))
        }
    }
}
