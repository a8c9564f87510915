//! The list of editions.

use super::signs_for;
use crate::documents::editions::{self, EditionRow, EditionState, LIST_PAGE};
use crate::kernel::Permission;
use crate::people::must;
use crate::web::{Desk, Failure, Page};
use actix_web::HttpResponse;
use serde::Serialize;

#[derive(Serialize)]
struct ListPage {
    rows: Vec<EditionRow>,
    /// The number from below which the next page goes on.
    next: Option<i64>,
    may_write: bool,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "editions/list.html";
}

pub(in crate::documents::pages) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let below = desk.query().get("below").and_then(|text| text.parse::<i64>().ok());
    let rows = desk
        .read(move |work| {
            let states: &[EditionState] = if must(work.actor, Permission::ReadDrafts).is_ok() {
                EditionState::ALL
            } else {
                &[EditionState::Issued]
            };
            let signs_for = signs_for(work)?;
            Ok::<_, Failure>(editions::list(work, (states, &signs_for), below)?)
        })
        .await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= LIST_PAGE);
    desk.page(&ListPage {
        next: rows.last().filter(|_| is_full).map(|row| row.edition.number),
        rows,
        may_write: desk.may(Permission::WriteDocuments),
    })
}
