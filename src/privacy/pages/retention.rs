//! Cases and forms outside of them whose time of retention is over: a preview, and the proposal to erase their data.

use crate::cases::Ended;
use crate::kernel::CaseId;
use crate::privacy::actions::propose::{
    form_free_from, free_from, propose_retention, retained_records, retained_too_long,
};
use crate::privacy::classes::{forms_retention, retention};
use crate::web::{Desk, Failure, Form, Page};
use actix_web::{HttpResponse, ResponseError};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

#[derive(Serialize)]
struct RetentionPage {
    rows: Vec<Row>,
    forms: Vec<FormRow>,
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

/// A form outside of cases.
#[derive(Serialize)]
struct FormRow {
    id: String,
    code: String,
    at: NaiveDateTime,
    free_from: Option<NaiveDate>,
    basis: String,
}

async fn page(desk: &Desk, problem: Option<String>) -> Result<RetentionPage, Failure> {
    let (heads, forms) = desk
        .read(|work| Ok::<_, Failure>((retained_too_long(work)?, retained_records(work)?)))
        .await?;
    let form = |record: crate::records::Record| FormRow {
        free_from: form_free_from(&record),
        basis: forms_retention().basis,
        id: record.id,
        code: record.code,
        at: record.at,
    };
    let row = |head: crate::cases::CaseHead| Row {
        free_from: free_from(&head),
        basis: head.ended.map(|ended| retention(ended).basis).unwrap_or_default(),
        id: head.id,
        code: head.code,
        ended: head.ended,
        ended_at: head.ended_at,
    };
    Ok(RetentionPage {
        rows: heads.into_iter().map(row).collect(),
        forms: forms.into_iter().map(form).collect(),
        problem,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    desk.page(&page(&desk, None).await?)
}

pub(super) async fn propose(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let named = super::show::named(&form);
    match desk.try_change(move |work| propose_retention(work, &named)).await? {
        Ok(number) => Ok(desk.done(format!("/privacy/{number}"), "privacy.proposed")),
        Err(failure) => {
            let status = failure.status_code();
            let problem = Some(desk.sentence(&failure.said()?));
            desk.page_with(status, &page(&desk, problem).await?)
        }
    }
}
