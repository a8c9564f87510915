//! Cases whose time of retention is over: a preview, and the proposal to erase their data.

use crate::cases::Ended;
use crate::kernel::CaseId;
use crate::privacy::actions::propose::{free_from, propose_retention, retained_too_long};
use crate::privacy::classes::retention;
use crate::web::{Desk, Failure, Form, Page};
use actix_web::{HttpResponse, ResponseError};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

#[derive(Serialize)]
struct RetentionPage {
    rows: Vec<Row>,
    problem: Option<String>,
}

impl Page for RetentionPage {
    const TEMPLATE: &'static str = "privacy/retention.html";
}

#[derive(Serialize)]
struct Row {
    id: CaseId,
    code: String,
    ended: Option<Ended>,
    ended_at: Option<NaiveDateTime>,
    free_from: Option<NaiveDate>,
    basis: String,
}

async fn rows(desk: &Desk) -> Result<Vec<Row>, Failure> {
    let heads = desk.read(retained_too_long).await?;
    let row = |head: crate::cases::CaseHead| Row {
        free_from: free_from(&head),
        basis: head.ended.map(|ended| retention(ended).basis).unwrap_or_default(),
        id: head.id,
        code: head.code,
        ended: head.ended,
        ended_at: head.ended_at,
    };
    Ok(heads.into_iter().map(row).collect())
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let rows = rows(&desk).await?;
    desk.page(&RetentionPage { rows, problem: None })
}

pub(super) async fn propose(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let cases: Vec<CaseId> = form.all("case").into_iter().map(CaseId::of).collect();
    match desk.try_change(move |work| propose_retention(work, &cases)).await? {
        Ok(number) => Ok(desk.done(format!("/privacy/{number}"), "privacy.proposed")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            let rows = rows(&desk).await?;
            desk.page_with(status, &RetentionPage { rows, problem })
        }
    }
}
