//! One request: who asks, what is due when, and what can be done with it.

use crate::cases;
use crate::kernel::{CaseId, Permission, PersonId};
use crate::ledger::Work;
use crate::people;
use crate::personal::{self, Erased, Field};
use crate::privacy::actions::export::{Held, Taken, asker, take_out};
use crate::privacy::actions::propose::{form_free_from, free_from};
use crate::privacy::actions::{handle, propose as erasure};
use crate::privacy::clocks::{Clock, clock_of, clocks};
use crate::privacy::request::{Named, Request};
use crate::privacy::store;
use crate::records::{self, Record};
use crate::web::{Desk, Failure, Form, Page};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError, web};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct ShowPage {
    request: Request,
    clock: Clock,
    extension_days: u32,
    next_due: Option<NaiveDateTime>,
    urgency: Option<&'static str>,
    names: BTreeMap<PersonId, String>,
    /// The cases that an erasure is proposed for, or was done for.
    cases: Vec<CaseLine>,
    /// The forms outside of cases that it is proposed for, or was done for.
    forms: Vec<FormLine>,
    /// Who asks, when it was opened: with the cases that were found.
    who: Option<Who>,
    erased: Option<Erased>,
    /// What was sealed before this was lost with its keys, and is found by no name or number.
    lost_at: Option<NaiveDateTime>,
    may_manage: bool,
    may_approve: bool,
    is_proposer: bool,
    typed: BTreeMap<String, String>,
    problem: Option<String>,
}

impl Page for ShowPage {
    const TEMPLATE: &'static str = "privacy/show.html";
}

#[derive(Serialize)]
struct CaseLine {
    id: CaseId,
    code: String,
    ended: Option<cases::Ended>,
    ended_at: Option<NaiveDateTime>,
    /// From when on the data need not be kept.
    free_from: Option<NaiveDate>,
    is_free: bool,
}

/// A form that was filled outside of cases.
#[derive(Serialize)]
struct FormLine {
    id: String,
    code: String,
    at: NaiveDateTime,
    /// From when on its personal answers need not be kept.
    free_from: Option<NaiveDate>,
    is_free: bool,
}

/// What bears name and number of who asks, or may be theirs.
#[derive(Serialize)]
struct Lines {
    cases: Vec<CaseLine>,
    forms: Vec<FormLine>,
}

#[derive(Serialize)]
struct Who {
    /// When the key of who asks was given up as lost.
    lost_at: Option<NaiveDateTime>,
    values: BTreeMap<Field, String>,
    asked: String,
    own: Lines,
    perhaps: Lines,
}

fn form_lines(records: Vec<Record>, today: NaiveDate) -> Vec<FormLine> {
    let line = |record: Record| {
        let free = form_free_from(&record);
        FormLine {
            is_free: free.is_some_and(|day| day <= today),
            free_from: free,
            id: record.id,
            code: record.code,
            at: record.at,
        }
    };
    records.into_iter().map(line).collect()
}

fn held(held: Held, today: NaiveDate) -> Lines {
    Lines {
        cases: lines(held.cases, today),
        forms: form_lines(held.forms, today),
    }
}

/// The cases and forms that are ticked.
pub(super) fn named(form: &Form) -> Named {
    Named {
        cases: form.all("case").into_iter().map(CaseId::of).collect(),
        records: form.all("record").into_iter().map(ToOwned::to_owned).collect(),
    }
}

fn lines(heads: Vec<cases::CaseHead>, today: NaiveDate) -> Vec<CaseLine> {
    let line = |head: cases::CaseHead| {
        let free = free_from(&head);
        CaseLine {
            is_free: free.is_some_and(|day| day <= today),
            free_from: free,
            id: head.id,
            code: head.code,
            ended: head.ended,
            ended_at: head.ended_at,
        }
    };
    heads.into_iter().map(line).collect()
}

fn prepare(work: &mut Work<'_>, number: i64, opens: bool) -> Result<ShowPage, Failure> {
    let request = store::by_number(work, number)?;
    let named = store::named_by(work, &request.id)?;
    let heads = cases::heads(work, &named.cases)?;
    let forms = records::outside(work, &named.records)?;
    let today = work.actor.today();
    let who = if opens {
        let asker = asker(work, &request)?;
        Some(Who {
            lost_at: asker.opened.lost_at,
            values: asker.opened.values,
            asked: asker.asked,
            own: held(asker.own, today),
            perhaps: held(asker.perhaps, today),
        })
    } else {
        None
    };
    let people: Vec<PersonId> = [
        Some(&request.received_by),
        request.proposed_by.as_ref(),
        request.closed_by.as_ref(),
    ]
    .into_iter()
    .flatten()
    .cloned()
    .collect();
    let own = people::own_accounts(work)?;
    Ok(ShowPage {
        clock: clock_of(request.kind),
        extension_days: clocks().extension_days,
        next_due: request.next_due(),
        urgency: request.urgency(work.actor.at),
        names: people::names(work, &people)?,
        cases: lines(heads, today),
        forms: form_lines(forms, today),
        lost_at: personal::last_loss(work)?,
        erased: personal::erased(work, &[&request.id])?.into_values().next(),
        is_proposer: request.proposed_by.as_ref().is_some_and(|by| own.contains(by)),
        request,
        who,
        may_manage: false,
        may_approve: false,
        typed: BTreeMap::new(),
        problem: None,
    })
}

fn offered(desk: &Desk, page: ShowPage) -> ShowPage {
    ShowPage {
        may_manage: desk.may(Permission::ManagePersonalData),
        may_approve: desk.may(Permission::ApproveErasure),
        ..page
    }
}

/// The number in the address; anything else names no request.
fn number(path: &str) -> Result<i64, Failure> {
    path.parse().map_err(|_text| Failure::NotFound)
}

pub(super) async fn show(desk: Desk, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let page = desk.read(move |work| prepare(work, number, false)).await?;
    desk.page(&offered(&desk, page))
}

/// Shows who asks, with their cases: an access that is written down.
pub(super) async fn open(desk: Desk, path: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let page = desk.change(move |work| prepare(work, number, true)).await?;
    desk.page(&offered(&desk, page))
}

/// Runs an act on the request and leads back to it; a refusal shows the page again with what was typed.
async fn on_request(
    desk: &Desk,
    (path, form): (String, Form),
    done: &str,
    deed: impl FnOnce(&mut Work<'_>, (i64, i64)) -> Result<(), Failure> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let seen = form.number("row_version").unwrap_or(-1);
    match desk.try_change(move |work| deed(work, (number, seen))).await? {
        Ok(()) => Ok(desk.done(format!("/privacy/{number}"), done)),
        Err(failure) => again(desk, (number, &form), failure).await,
    }
}

/// The page once more, with what was typed and why it was refused.
async fn again(desk: &Desk, (number, form): (i64, &Form), failure: Failure) -> Result<HttpResponse, Failure> {
    let status = failure.status_code();
    let problem = desk.sentence(&failure.said()?);
    let page = desk.read(move |work| prepare(work, number, false)).await?;
    let page = ShowPage {
        typed: form.typed(),
        problem: Some(problem),
        ..offered(desk, page)
    };
    desk.page_with(status, &page)
}

pub(super) async fn take(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let at = (path.into_inner(), form);
    on_request(&desk, at, "privacy.taken", |work, (number, seen)| {
        handle::take(work, number, seen)
    })
    .await
}

pub(super) async fn extend(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let reason = form.text("extension_reason").to_owned();
    let at = (path.into_inner(), form);
    on_request(&desk, at, "privacy.extended", move |work, (number, seen)| {
        handle::extend(work, number, seen, &reason)
    })
    .await
}

pub(super) async fn answer(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let answer = form.text("answer").to_owned();
    let at = (path.into_inner(), form);
    on_request(&desk, at, "privacy.answered", move |work, (number, seen)| {
        handle::answer(work, number, seen, &answer)
    })
    .await
}

pub(super) async fn refuse(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let (basis, reason) = (
        form.text("refusal_basis").to_owned(),
        form.text("refusal_answer").to_owned(),
    );
    let at = (path.into_inner(), form);
    on_request(&desk, at, "privacy.refused", move |work, (number, seen)| {
        handle::refuse(work, number, seen, (&basis, &reason))
    })
    .await
}

pub(super) async fn propose(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let named = named(&form);
    let basis = form.text("erasure_basis").to_owned();
    let at = (path.into_inner(), form);
    on_request(&desk, at, "privacy.proposed", move |work, request| {
        erasure::propose(work, request, (&named, &basis))
    })
    .await
}

/// Approves, and takes the keys away as soon as the change is durable.
pub(super) async fn approve(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let db = desk.site().db.clone();
    let number = number(&path)?;
    let answer = match people::confirm_form(&desk, &form).await? {
        Err(failure) => again(&desk, (number, &form), failure).await?,
        Ok(fresh) => {
            let at = (path.into_inner(), form);
            on_request(&desk, at, "privacy.erased", move |work, (number, seen)| {
                erasure::approve(work, &fresh, number, seen)
            })
            .await?
        }
    };
    if answer.status() == StatusCode::SEE_OTHER {
        super::forget(db, &desk).await?;
    }
    Ok(answer)
}

pub(super) async fn reject(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let reason = form.text("reject_reason").to_owned();
    let at = (path.into_inner(), form);
    on_request(&desk, at, "privacy.rejected", move |work, (number, seen)| {
        erasure::reject(work, number, seen, &reason)
    })
    .await
}

#[derive(Serialize)]
struct ExportPage {
    taken: Taken,
}

impl Page for ExportPage {
    const TEMPLATE: &'static str = "privacy/export.html";
}

/// Everything that the office holds of who asks: as a page to be printed, or as JSON.
pub(super) async fn export(desk: Desk, path: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let number = number(&path)?;
    let also = named(&form);
    let taken = desk
        .change(move |work| {
            let request = store::by_number(work, number)?;
            take_out(work, &request, &also)
        })
        .await?;
    if form.text("as") != "json" {
        return desk.page(&ExportPage { taken });
    }
    let text = serde_json::to_vec_pretty(&taken).map_err(|cause| Failure::Internal(cause.into()))?;
    let name = format!("attachment; filename=\"request-{number}.json\"");
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(text))
}
