//! Registering that an entry was amended, replaced or ended: what it will touch stands beside the form.

use super::{Entry, Told, name_of};
use crate::kernel::PersonId;
use crate::law::actions::change::{NewChange, can_be_assigned, register_change};
use crate::law::kind::ChangeKind;
use crate::law::store;
use crate::law::touched::{Library, Touched, touched_of};
use crate::people::{self, Named};
use crate::web::{Desk, Failure, Faults, Form, Page};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct ChangePage {
    name: String,
    entry: Entry,
    touched: Touched,
    kinds: &'static [ChangeKind],
    people: Vec<Named>,
    typed: BTreeMap<String, String>,
    faults: Faults,
    problem: Option<String>,
}

impl Page for ChangePage {
    const TEMPLATE: &'static str = "law/change_form.html";
}

async fn page(desk: &Desk, number: i64, told: Told) -> Result<HttpResponse, Failure> {
    let (entry, touched, mut people) = desk
        .read(move |work| {
            let entry = store::external(work, number)?;
            let library = Library::load(work)?;
            let touched = touched_of(work, &library, &entry.id)?;
            let entry = Entry::of(entry, work.actor.today());
            Ok::<_, Failure>((entry, touched, people::persons(work)?))
        })
        .await?;
    people.retain(can_be_assigned);
    let page = ChangePage {
        name: name_of(desk, &entry.external),
        entry,
        touched,
        kinds: ChangeKind::ALL,
        people,
        typed: told.typed,
        faults: told.faults,
        problem: told.problem,
    };
    desk.page_with(told.status, &page)
}

pub(super) async fn form(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    page(&desk, number.into_inner(), Told::nothing()).await
}

pub(super) async fn register(desk: Desk, number: web::Path<i64>, form: Form) -> Result<HttpResponse, Failure> {
    let number = number.into_inner();
    let mut faults = Faults::default();
    let kind = ChangeKind::parse(form.text("change"));
    if kind.is_none() {
        faults.add("change", "form.needed");
    }
    let day = form.date("effective_on", &mut faults);
    if day.is_none() {
        faults.add("effective_on", "form.needed");
    }
    let (Some(kind), Some(effective_on), true) = (kind, day, faults.is_empty()) else {
        return page(&desk, number, Told::faults(&form, faults)).await;
    };
    let new = NewChange {
        old: number,
        kind,
        new_sign: form.text("new_sign").to_owned(),
        effective_on,
        note: form.text("note").to_owned(),
        assignee: form.optional("assignee").map(PersonId::of),
    };
    match desk.try_change(move |work| register_change(work, &new)).await? {
        Ok(change) => Ok(desk.done(format!("/law/changes/{change}"), "law.change_registered")),
        Err(failure) => {
            let told = Told::refused(&desk, &form, failure)?;
            page(&desk, number, told).await
        }
    }
}
