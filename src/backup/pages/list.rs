//! All backups and drills, and the buttons that ask for one now.

use super::run::{RunShown, shown};
use crate::backup::actions;
use crate::backup::store::{self, Kind, PAGE};
use crate::kernel::Permission;
use crate::web::{BackupShown, Desk, Failure, Form, Page, Say};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

#[derive(Serialize)]
struct ListPage {
    /// What is done by itself; none when nothing is.
    set: Option<BackupShown>,
    last: Option<RunShown>,
    drill: Option<RunShown>,
    is_old: bool,
    failed: bool,
    hours: i64,
    rows: Vec<RunShown>,
    /// The run before which the next page goes on.
    next: Option<i64>,
    asked: Vec<Kind>,
    may_ask: bool,
    problem: Option<String>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "backup/list.html";
}

async fn load(desk: &Desk) -> Result<ListPage, Failure> {
    let before = desk.query().get("before").and_then(|before| before.parse().ok());
    let (standing, rows, asked) = desk
        .read(move |work| {
            let asked = store::asked(work)?;
            Ok::<_, Failure>((store::standing(work)?, store::runs(work, before)?, asked))
        })
        .await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let language = desk.language();
    Ok(ListPage {
        set: desk.site().backup.as_deref().cloned(),
        last: standing.last.map(|run| shown(run, language)),
        drill: standing.drill.map(|run| shown(run, language)),
        is_old: standing.is_old,
        failed: standing.failed,
        hours: standing.hours,
        next: rows.last().map(|run| run.number).filter(|_| is_full),
        rows: rows.into_iter().map(|run| shown(run, language)).collect(),
        asked: asked.iter().map(|run| run.kind).collect(),
        may_ask: desk.may(Permission::ManageSettings),
        problem: None,
    })
}

pub(super) async fn show(desk: Desk) -> Result<HttpResponse, Failure> {
    let page = load(&desk).await?;
    desk.page(&page)
}

pub(super) async fn ask(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let kind = Kind::parse(form.text("kind"));
    let is_set = desk.site().backup.is_some();
    let done = desk
        .try_change(move |work| {
            let kind = kind.ok_or_else(|| Failure::Invalid(Say::new("backup.refused.kind")))?;
            if !is_set {
                return Err(Failure::Conflict(Say::new("backup.refused.not_set")));
            }
            actions::ask(work, kind)
        })
        .await?;
    match done {
        Ok(_number) => Ok(desk.done("/backups", "backup.asked")),
        Err(failure) => {
            let status: StatusCode = failure.status_code();
            let say = failure.said()?;
            let mut page = load(&desk).await?;
            page.problem = Some(desk.sentence(&say));
            desk.page_with(status, &page)
        }
    }
}
