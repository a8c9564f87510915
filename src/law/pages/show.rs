//! One entry: what is known of it, what became of it, and everything that it touches.

use super::list::changes_of;
use super::{Entry, name_of};
use crate::kernel::Permission;
use crate::law::store;
use crate::law::touched::{Library, Progress, Touched, touched_of};
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use serde::Serialize;

#[derive(Serialize)]
struct ShowPage {
    name: String,
    entry: Entry,
    touched: Touched,
    changes: Vec<Progress>,
    may_manage: bool,
    sees_cases: bool,
}

impl Page for ShowPage {
    const TEMPLATE: &'static str = "law/show.html";
}

pub(super) async fn show(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    let number = number.into_inner();
    let (entry, mut touched, changes) = desk
        .read(move |work| {
            let entry = store::external(work, number)?;
            let library = Library::load(work)?;
            let touched = touched_of(work, &library, &entry.id)?;
            let changes = changes_of(work, &entry.id)?;
            Ok::<_, Failure>((Entry::of(entry, work.actor.today()), touched, changes))
        })
        .await?;
    let sees_cases = desk.may(Permission::ReadCases);
    if !sees_cases {
        touched.cases.clear();
    }
    desk.page(&ShowPage {
        name: name_of(&desk, &entry.external),
        entry,
        touched,
        changes,
        may_manage: desk.may(Permission::ManageLaw),
        sees_cases,
    })
}
