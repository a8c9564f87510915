//! The register: what is to be recalled or replaced, and every copy that is out.

use crate::copies::actions;
use crate::copies::copy::{Copy, State};
use crate::copies::store::{self, Due, PAGE};
use crate::documents::VersionHead;
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::web::{Desk, Failure, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use serde::Serialize;

/// How many of the copies to be recalled one page shows; the count tells the rest.
const SHOWN: usize = 50;

#[derive(Serialize)]
struct RegisterPage {
    due: Vec<Due>,
    due_count: usize,
    rows: Vec<Row>,
    /// The copy from which the next page goes on.
    next: Option<String>,
    may_keep: bool,
    problem: Option<String>,
}

impl Page for RegisterPage {
    const TEMPLATE: &'static str = "copies/register.html";
}

/// A copy with its version.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) copy: Copy,
    pub(super) version: VersionHead,
    /// Whether it can only be taken back: its version is not in force.
    pub(super) is_stale: bool,
}

/// Copies with their versions.
pub(super) fn with_versions(work: &mut Work<'_>, copies: Vec<Copy>) -> diesel::QueryResult<Vec<Row>> {
    let versions = store::versions_of(work, &copies)?;
    let row = |copy: Copy| {
        let version = versions.get(&copy.version_id)?.clone();
        let is_stale = copy.state == State::Out && version.stage != crate::documents::Stage::Effective;
        Some(Row {
            copy,
            version,
            is_stale,
        })
    };
    Ok(copies.into_iter().filter_map(row).collect())
}

/// The copy from which the next page goes on, when this one is full.
pub(super) fn next_of(rows: &[Row]) -> Option<String> {
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    rows.last().filter(|_| is_full).map(|row| row.copy.id.clone())
}

async fn load(desk: &Desk) -> Result<RegisterPage, Failure> {
    let before = desk.query().remove("before");
    let may_keep = desk.may(Permission::KeepCopies);
    desk.read(move |work| {
        let mut due = store::due(work)?;
        let due_count = due.len();
        due.truncate(SHOWN);
        let copies = store::all_out(work, before.as_deref())?;
        let rows = with_versions(work, copies)?;
        Ok::<_, Failure>(RegisterPage {
            due,
            due_count,
            next: next_of(&rows),
            rows,
            may_keep,
            problem: None,
        })
    })
    .await
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = load(&desk).await?;
    desk.page(&page)
}

async fn answer(desk: &Desk, form: &Form, done: Result<(), Failure>, word: &str) -> Result<HttpResponse, Failure> {
    match done {
        Ok(()) => {
            // Back to the document's list when the form stood there.
            let code = form.text("document");
            let path = if code.is_empty() {
                "/copies".to_owned()
            } else {
                super::of_document::path_of(code)
            };
            Ok(desk.done(path, word))
        }
        Err(failure) => {
            let status: StatusCode = failure.status_code();
            let say = failure.said()?;
            let mut page = load(desk).await?;
            page.problem = Some(desk.sentence(&say));
            desk.page_with(status, &page)
        }
    }
}

pub(super) async fn close(desk: Desk, id: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let state = State::parse(form.text("state"));
    let note = form.text("note").to_owned();
    let done = desk
        .try_change(move |work| {
            let state = state.ok_or_else(|| Failure::Invalid(Say::new("copies.refused.no_such_end")))?;
            actions::close(work, &id, state, &note)
        })
        .await?;
    answer(&desk, &form, done, "copies.closed").await
}

pub(super) async fn exchange(desk: Desk, id: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let done = desk
        .try_change(move |work| actions::exchange(work, &id).map(drop))
        .await?;
    answer(&desk, &form, done, "copies.exchanged").await
}
