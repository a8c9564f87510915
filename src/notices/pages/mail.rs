//! For the administrator: which mail server is set, a letter to try it, and what became of letters.

use crate::kernel::PersonId;
use crate::notices::actions::{retry_failed, send_test};
use crate::notices::kind::LetterState;
use crate::notices::store::{self, LetterRow};
use crate::people;
use crate::web::{Desk, Failure, Form, MailShown, Page};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

#[derive(Serialize)]
struct MailPage {
    mail: Option<MailShown>,
    rows: Vec<Row>,
    state: Option<LetterState>,
    states: &'static [LetterState],
    failed: usize,
    typed: String,
    problem: Option<String>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    letter: LetterRow,
    name: String,
}

impl Page for MailPage {
    const TEMPLATE: &'static str = "notices/mail.html";
}

async fn page(desk: &Desk, (typed, problem): (String, Option<String>)) -> Result<MailPage, Failure> {
    let state = desk.query().get("state").and_then(|state| LetterState::parse(state));
    let (rows, failed, names) = desk
        .read(move |work| {
            let rows = store::letters(work, state)?;
            let failed = store::letters(work, Some(LetterState::Failed))?.len();
            let ids: Vec<PersonId> = rows.iter().map(|row| row.person.clone()).collect();
            Ok::<_, Failure>((rows, failed, people::names(work, &ids)?))
        })
        .await?;
    let row = |letter: LetterRow| Row {
        name: names.get(&letter.person).cloned().unwrap_or_default(),
        letter,
    };
    Ok(MailPage {
        mail: desk.site().mail.as_deref().cloned(),
        rows: rows.into_iter().map(row).collect(),
        state,
        states: LetterState::ALL,
        failed,
        typed,
        problem,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = page(&desk, (String::new(), None)).await?;
    desk.page(&page)
}

async fn refused(desk: &Desk, typed: String, failure: Failure) -> Result<HttpResponse, Failure> {
    let status: StatusCode = failure.status_code();
    let problem = desk.sentence(&failure.said()?);
    let page = page(desk, (typed, Some(problem))).await?;
    desk.page_with(status, &page)
}

pub(super) async fn test(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let typed = form.text("address").to_owned();
    let address = typed.clone();
    match desk.try_change(move |work| send_test(work, &address)).await? {
        Ok(()) => Ok(desk.done("/mail", "notices.test_asked")),
        Err(failure) => refused(&desk, typed, failure).await,
    }
}

pub(super) async fn retry(desk: Desk, _form: Form) -> Result<HttpResponse, Failure> {
    match desk.try_change(retry_failed).await? {
        Ok(_count) => Ok(desk.done("/mail", "notices.reopened")),
        Err(failure) => refused(&desk, String::new(), failure).await,
    }
}
