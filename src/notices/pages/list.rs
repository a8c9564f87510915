//! What is my turn, and what was.

use crate::notices::actions::mark_read;
use crate::notices::kind::{Kind, Notice};
use crate::notices::store::{self, NOTICE_PAGE};
use crate::web::{Desk, Failure, Form, Page};
use actix_web::HttpResponse;
use serde::Serialize;

#[derive(Serialize)]
struct ListPage {
    groups: Vec<Group>,
    is_over: bool,
    /// The notice below which the next page begins.
    next: Option<String>,
    is_first: bool,
    unread: usize,
}

/// The notices of one kind, the first due first; of those that are over, all are one group, the newest first.
#[derive(Serialize)]
struct Group {
    kind: Option<Kind>,
    rows: Vec<Notice>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "notices/list.html";
}

fn groups(rows: Vec<Notice>, is_over: bool) -> Vec<Group> {
    if is_over {
        return vec![Group { kind: None, rows }];
    }
    let of = |kind: &Kind| {
        let mut own: Vec<Notice> = rows.iter().filter(|one| one.kind == *kind).cloned().collect();
        own.sort_by(|one, other| {
            let key = |one: &Notice| (one.due_on.is_none(), one.due_on, one.code.clone());
            key(one).cmp(&key(other))
        });
        Group {
            kind: Some(*kind),
            rows: own,
        }
    };
    Kind::ALL
        .iter()
        .map(of)
        .filter(|group| !group.rows.is_empty())
        .collect()
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let person = desk.person()?.id.clone();
    let asked = desk.query();
    let is_over = asked.get("show").is_some_and(|show| show == "over");
    let before = asked.get("before").cloned();
    let is_first = before.is_none();
    let mut rows = desk
        .read(move |work| Ok::<_, Failure>(store::list(work, &person, is_over, before.as_deref())?))
        .await?;
    let page = usize::try_from(NOTICE_PAGE).unwrap_or(50);
    let has_more = rows.len() > page;
    rows.truncate(page);
    desk.page(&ListPage {
        next: rows.last().filter(|_| has_more).map(|one| one.id.clone()),
        unread: rows.iter().filter(|one| one.read_at.is_none() && !is_over).count(),
        groups: groups(rows, is_over),
        is_over,
        is_first,
    })
}

/// Marks one notice as read, or all. What was read already stays so: nothing is refused.
pub(super) async fn read(desk: Desk, form: Form) -> Result<HttpResponse, Failure> {
    let id = form.optional("id").map(ToOwned::to_owned);
    match desk.try_change(move |work| mark_read(work, id.as_deref())).await? {
        Ok(_) | Err(Failure::NotFound) => Ok(desk.done("/notices", "notices.read")),
        Err(failure) => Err(failure),
    }
}
