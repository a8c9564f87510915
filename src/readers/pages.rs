//! What I am asked to read, what changed for me in it, and who has not read what.

use super::actions::{Whom, acknowledge, remind};
use super::asked::{Reader, Reading, readings, steps_of};
use super::store;
use crate::assignments;
use crate::documents::{self, Compared, Content, Role, StepShown, VersionHead};
use crate::kernel::{Permission, PersonId};
use crate::ledger::Work;
use crate::people;
use crate::web::{Access, Desk, Doors, Failure, Form, Page};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    let overview = Access::May(Permission::ReadOverview);
    let assign = Access::May(Permission::AssignRoles);
    doors.get("/reading", read, mine);
    doors.get("/reading/open", overview, open);
    doors.post("/reading/open/documents/{code}", assign, remind_document);
    doors.post("/reading/open/people/{id}", assign, remind_person);
    doors.get("/reading/documents/{code}", read, show);
    doors.post("/reading/documents/{code}", read, said);
}

#[derive(Serialize)]
struct MinePage {
    /// What is still to be read, what was asked for by a reminder first.
    unread: Vec<One>,
    read: Vec<One>,
    sees_open: bool,
}

#[derive(Serialize)]
struct One {
    head: VersionHead,
    reader: Reader,
}

impl Page for MinePage {
    const TEMPLATE: &'static str = "readers/mine.html";
}

async fn mine(desk: Desk) -> Result<HttpResponse, Failure> {
    let person = desk.person()?.id.clone();
    let all = desk.read(readings).await?;
    let own = all.into_iter().filter_map(|reading| {
        let reader = reading.of(&person)?.clone();
        let head = reading.head;
        Some(One { head, reader })
    });
    let (read, mut unread): (Vec<One>, Vec<One>) = own.partition(|one| one.reader.read_at.is_some());
    unread.sort_by_key(|one| std::cmp::Reverse(one.reader.reminders));
    desk.page(&MinePage {
        unread,
        read,
        sees_open: desk.may(Permission::ReadOverview),
    })
}

#[derive(Serialize)]
struct ShowPage {
    head: VersionHead,
    /// Whether the person is asked to read it, and has.
    reader: Option<Reader>,
    steps: Vec<StepShown>,
    /// What changed in the steps of the person since the version that he or she read; none for a new reader.
    compared: Option<Compared>,
    since: Option<VersionHead>,
    /// Whether other parts of the text changed too.
    more: bool,
    problem: Option<String>,
}

impl Page for ShowPage {
    const TEMPLATE: &'static str = "readers/show.html";
}

struct Found {
    reading: Reading,
    steps: Vec<String>,
    roles: Vec<Role>,
    /// The newest earlier version that the person has read, and the steps that were his or hers in it.
    before: Option<(VersionHead, Arc<Content>, Vec<String>)>,
}

fn find(work: &mut Work<'_>, code: &str, person: &PersonId) -> Result<Found, Failure> {
    let reading = readings(work)?.into_iter().find(|one| one.head.code == code);
    let reading = reading.ok_or(Failure::NotFound)?;
    let (book, today) = (assignments::book(work)?, work.actor.today());
    let document = reading.head.document_id.clone();
    let read: BTreeSet<_> = store::read_by(work, person)?.into_iter().collect();
    let earlier = documents::heads_of(work, &document)?
        .into_iter()
        .find(|head| head.number < reading.head.number && read.contains(&head.id));
    let before = match earlier {
        Some(head) => {
            let content = documents::content_of(work, &head.id)?;
            let steps = steps_of((&book, today), &content, &document, person);
            Some((head, content, steps))
        }
        None => None,
    };
    Ok(Found {
        steps: steps_of((&book, today), &reading.content, &document, person),
        roles: documents::roles(work)?,
        reading,
        before,
    })
}

async fn page(desk: &Desk, code: String) -> Result<ShowPage, Failure> {
    let person = desk.person()?.id.clone();
    let own = person.clone();
    let found = desk.read(move |work| find(work, &code, &own)).await?;
    let (words, language) = (desk.site().pages.words(), desk.language());
    let shown = documents::shown(&found.reading.content, &found.roles, words, language);
    let is_mine = |step: &&StepShown| found.steps.contains(&step.row.code);
    let (mut since, mut compared, mut more) = (None, None, false);
    if let Some((head, content, steps)) = &found.before {
        let all = documents::compared((content, &found.reading.content), &found.roles, words, language);
        let codes: Vec<String> = steps.iter().chain(&found.steps).cloned().collect();
        let own = all.of_steps(&codes);
        more = own.count() < all.count();
        (since, compared) = (Some(head.clone()), Some(own));
    }
    Ok(ShowPage {
        reader: found.reading.of(&person).cloned(),
        steps: shown.steps.iter().filter(is_mine).cloned().collect(),
        head: found.reading.head,
        compared,
        since,
        more,
        problem: None,
    })
}

async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let page = page(&desk, code.into_inner()).await?;
    desk.page(&page)
}

async fn said(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let code = code.into_inner();
    let (wanted, seen) = (code.clone(), form.text("seen_sha256").to_owned());
    let done = desk
        .try_change(move |work| acknowledge(work, &wanted, &seen).map(drop))
        .await?;
    match done {
        Ok(()) => Ok(desk.done("/reading", "readers.said")),
        Err(Failure::Conflict(say)) => {
            let mut page = page(&desk, code).await?;
            page.problem = Some(desk.site().pages.words().fill(desk.language(), &say.key, &say.args));
            desk.page_with(actix_web::http::StatusCode::CONFLICT, &page)
        }
        Err(failure) => Err(failure),
    }
}

#[derive(Serialize)]
struct OpenPage {
    documents: Vec<OpenDocument>,
    people: Vec<OpenPerson>,
    asked: usize,
    read: usize,
    may_remind: bool,
    problem: Option<String>,
}

/// A document that somebody has not read.
#[derive(Serialize)]
struct OpenDocument {
    head: VersionHead,
    asked: usize,
    open: Vec<Reader>,
}

/// A person with what he or she has not read.
#[derive(Serialize)]
struct OpenPerson {
    person: PersonId,
    name: String,
    codes: Vec<String>,
    reminders: usize,
}

impl Page for OpenPage {
    const TEMPLATE: &'static str = "readers/open.html";
}

fn open_page(all: &[Reading], may_remind: bool, problem: Option<String>) -> OpenPage {
    let mut people: BTreeMap<(&str, &PersonId), (Vec<String>, usize)> = BTreeMap::new();
    for reading in all {
        for reader in reading.open() {
            let known = people.entry((&reader.name, &reader.person)).or_default();
            known.0.push(reading.head.code.clone());
            known.1 = known.1.saturating_add(reader.reminders);
        }
    }
    let document = |reading: &Reading| OpenDocument {
        head: reading.head.clone(),
        asked: reading.readers.len(),
        open: reading.open().cloned().collect(),
    };
    let readers = || all.iter().flat_map(|reading| &reading.readers);
    OpenPage {
        documents: all
            .iter()
            .filter(|one| one.open().next().is_some())
            .map(document)
            .collect(),
        people: people
            .into_iter()
            .map(|((name, person), (codes, reminders))| OpenPerson {
                person: person.clone(),
                name: name.to_owned(),
                codes,
                reminders,
            })
            .collect(),
        asked: readers().count(),
        read: readers().filter(|reader| reader.read_at.is_some()).count(),
        may_remind,
        problem,
    }
}

async fn open(desk: Desk) -> Result<HttpResponse, Failure> {
    let all = desk.read(readings).await?;
    desk.page(&open_page(&all, desk.may(Permission::AssignRoles), None))
}

async fn reminded(desk: &Desk, whom: Whom) -> Result<HttpResponse, Failure> {
    match desk.try_change(move |work| remind(work, &whom).map(drop)).await? {
        Ok(()) => Ok(desk.done("/reading/open", "readers.reminded")),
        Err(Failure::Conflict(say)) => {
            let all = desk.read(readings).await?;
            let problem = desk.site().pages.words().fill(desk.language(), &say.key, &say.args);
            let page = open_page(&all, desk.may(Permission::AssignRoles), Some(problem));
            desk.page_with(actix_web::http::StatusCode::CONFLICT, &page)
        }
        Err(failure) => Err(failure),
    }
}

async fn remind_document(desk: Desk, code: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    reminded(&desk, Whom::OfDocument(code.into_inner())).await
}

async fn remind_person(desk: Desk, id: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    let person = PersonId::of(id.into_inner());
    let wanted = person.clone();
    let known = desk
        .read(move |work| Ok::<_, Failure>(people::names(work, &[wanted])?))
        .await?;
    if known.is_empty() {
        return Err(Failure::NotFound);
    }
    reminded(&desk, Whom::Person(person)).await
}
