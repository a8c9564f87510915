//! All changes of law with how far the work on them is, and one of them document by document.

use super::{Told, name_of};
use crate::kernel::Permission;
use crate::law::actions::change::can_be_assigned;
use crate::law::citing::Citing;
use crate::law::kind::TaskState;
use crate::law::store;
use crate::law::touched::{Library, Progress, TaskShown, Touched, progress_of, touched_of};
use crate::ledger::Work;
use crate::people::{self, Named};
use crate::web::{Desk, Failure, Faults, Page};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many changes the page shows.
const SHOWN: usize = 100;

#[derive(Serialize)]
struct ChangesPage {
    /// Those with something left to do, the first due first.
    running: Vec<Spoken>,
    /// Those that are settled or cancelled, the newest first.
    past: Vec<Spoken>,
    may_manage: bool,
}

impl Page for ChangesPage {
    const TEMPLATE: &'static str = "law/changes.html";
}

/// A change with the names of both documents.
#[derive(Serialize)]
struct Spoken {
    #[serde(flatten)]
    progress: Progress,
    old_name: String,
    new_name: String,
    left: usize,
}

fn named(desk: &Desk, progress: Progress) -> Spoken {
    Spoken {
        old_name: name_of(desk, &progress.old),
        new_name: progress.new.as_ref().map(|new| name_of(desk, new)).unwrap_or_default(),
        left: progress.tasks.len().saturating_sub(progress.settled),
        progress,
    }
}

pub(super) async fn list(desk: Desk) -> Result<HttpResponse, Failure> {
    let all = desk
        .read(|work| {
            let changes = store::changes(work)?;
            progress_of(work, changes)
        })
        .await?;
    let is_running = |one: &Progress| one.change.cancelled_at.is_none() && one.settled < one.tasks.len();
    let (mut running, mut past): (Vec<Progress>, Vec<Progress>) = all.into_iter().partition(is_running);
    running.sort_by_key(|one| (one.change.due_on, one.change.number));
    running.truncate(SHOWN);
    past.truncate(SHOWN);
    desk.page(&ChangesPage {
        running: running.into_iter().map(|one| named(&desk, one)).collect(),
        past: past.into_iter().map(|one| named(&desk, one)).collect(),
        may_manage: desk.may(Permission::ManageLaw),
    })
}

#[derive(Serialize)]
struct Count {
    state: TaskState,
    count: usize,
}

#[derive(Serialize)]
struct ChangePage {
    #[serde(flatten)]
    one: Spoken,
    touched: Touched,
    /// Documents that cite the old one and have no task yet.
    missing: Vec<String>,
    /// How many tasks stand how.
    counts: Vec<Count>,
    people: Vec<Named>,
    sees_cases: bool,
    may_manage: bool,
    may_write: bool,
    typed: BTreeMap<String, String>,
    /// The document whose form was refused.
    refused: String,
    faults: Faults,
    problem: Option<String>,
}

impl Page for ChangePage {
    const TEMPLATE: &'static str = "law/change.html";
}

struct Found {
    progress: Progress,
    touched: Touched,
    /// Documents in force that do not follow the change.
    untold: Vec<String>,
    people: Vec<Named>,
}

fn find(work: &mut Work<'_>, number: i64) -> Result<Found, Failure> {
    let change = store::change(work, number)?;
    let library = Library::load(work)?;
    let touched = touched_of(work, &library, &change.old_id)?;
    let register = library.register();
    let follows = |one: &Citing| change.is_followed_by(|id| register.cites(&one.lines, id));
    let behind = library.in_force.iter().filter(|one| !follows(one));
    let untold = behind.map(|one| one.head.code.clone()).collect();
    let progress = progress_of(work, vec![change])?;
    let mut people = people::persons(work)?;
    people.retain(can_be_assigned);
    Ok(Found {
        progress: progress.into_iter().next().ok_or(Failure::NotFound)?,
        touched,
        untold,
        people,
    })
}

/// The page of a change, with what was typed when a form of it was refused.
pub(super) async fn page(desk: &Desk, number: i64, (refused, told): (&str, Told)) -> Result<HttpResponse, Failure> {
    let mut found = desk.read(move |work| find(work, number)).await?;
    let sees_cases = desk.may(Permission::ReadCases);
    if !sees_cases {
        found.touched.cases.clear();
    }
    let tasks = &found.progress.tasks;
    let has_task = |code: &String| tasks.iter().any(|task: &TaskShown| task.code == *code);
    let missing = found.untold.into_iter().filter(|code| !has_task(code)).collect();
    let count = |state: &TaskState| Count {
        state: *state,
        count: tasks.iter().filter(|task| task.state == *state).count(),
    };
    let counts = TaskState::ALL.iter().map(count).collect();
    let page = ChangePage {
        one: named(desk, found.progress),
        touched: found.touched,
        missing,
        counts,
        people: found.people,
        sees_cases,
        may_manage: desk.may(Permission::ManageLaw),
        may_write: desk.may(Permission::WriteDocuments) && desk.may(Permission::ManageLaw),
        typed: told.typed,
        refused: refused.to_owned(),
        faults: told.faults,
        problem: told.problem,
    };
    desk.page_with(told.status, &page)
}

pub(super) async fn show(desk: Desk, number: web::Path<i64>) -> Result<HttpResponse, Failure> {
    page(&desk, number.into_inner(), ("", Told::nothing())).await
}
