//! Who is asked to read what: exactly those who are assigned to a step of a version in force today.

use super::store;
use crate::assignments::{self, Book};
use crate::documents::{self, Content, VersionHead};
use crate::kernel::{DocumentId, PersonId, VersionId};
use crate::ledger::Work;
use crate::people;
use crate::web::Failure;
use crate::workflow::RoleCode;
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Somebody who is asked to read a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reader {
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// When he or she said so, UTC; `None` while it is open.
    pub read_at: Option<NaiveDateTime>,
    /// How often he or she was reminded.
    pub reminders: usize,
    /// The last time, UTC.
    pub reminded_at: Option<NaiveDateTime>,
}

/// A version in force with everybody who is asked to read it, in the order of their names.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// The version.
    pub head: VersionHead,
    #[serde(skip)]
    pub(super) content: Arc<Content>,
    /// Who is asked.
    pub readers: Vec<Reader>,
}

impl Reading {
    /// What this person is asked, if anything.
    pub fn of(&self, person: &PersonId) -> Option<&Reader> {
        self.readers.iter().find(|reader| reader.person == *person)
    }

    /// Those who have not read it.
    pub fn open(&self) -> impl Iterator<Item = &Reader> {
        self.readers.iter().filter(|reader| reader.read_at.is_none())
    }
}

/// Everybody who is assigned to a step of a text on a day.
pub(super) fn assigned(book: &Book, content: &Content, document: &DocumentId, day: NaiveDate) -> BTreeSet<PersonId> {
    let roles: BTreeSet<&RoleCode> = content.table.steps.iter().flat_map(|step| &step.roles).collect();
    let people = roles.into_iter().flat_map(|role| book.people(role, document, day));
    people.collect()
}

/// The codes of the steps that are a person's on a day.
pub(super) fn steps_of(
    (book, day): (&Book, NaiveDate),
    content: &Content,
    document: &DocumentId,
    person: &PersonId,
) -> Vec<String> {
    let is_own = |role: &RoleCode| book.people(role, document, day).contains(person);
    let own = content.table.steps.iter().filter(|step| step.roles.iter().any(is_own));
    own.map(|step| step.code.to_string()).collect()
}

/// All procedures in force with everybody who is asked to read each. The queries are as many, however many there are.
///
/// # Errors
/// When the database fails.
pub fn readings(work: &mut Work<'_>) -> Result<Vec<Reading>, Failure> {
    let today = work.actor.today();
    let book = assignments::book(work)?;
    let names: BTreeMap<PersonId, String> = people::persons(work)?
        .into_iter()
        .filter(|person| person.active)
        .map(|person| (person.id, person.full_name))
        .collect();
    let procedures = documents::effective_procedures(work)?;
    let versions: Vec<VersionId> = procedures.iter().map(|(head, _)| head.id.clone()).collect();
    let read: BTreeMap<(VersionId, PersonId), NaiveDateTime> = store::acknowledged(work, &versions)?
        .into_iter()
        .map(|one| ((one.version, one.person), one.at))
        .collect();
    let mut reminded: BTreeMap<(VersionId, PersonId), (usize, NaiveDateTime)> = BTreeMap::new();
    for (version, person, at) in store::reminded(work, &versions)? {
        let known = reminded.entry((version, person)).or_insert((0, at));
        *known = (known.0.saturating_add(1), at);
    }
    let reading = |(head, content): (VersionHead, Arc<Content>)| {
        let asked = assigned(&book, &content, &head.document_id, today);
        let reader = |person: PersonId| {
            let name = names.get(&person)?.clone();
            let key = (head.id.clone(), person.clone());
            let told = reminded.get(&key);
            Some(Reader {
                read_at: read.get(&key).copied(),
                reminders: told.map_or(0, |(count, _)| *count),
                reminded_at: told.map(|(_, at)| *at),
                person,
                name,
            })
        };
        let mut readers: Vec<Reader> = asked.into_iter().filter_map(reader).collect();
        readers.sort_by(|one, other| (&one.name, &one.person).cmp(&(&other.name, &other.person)));
        Reading { head, content, readers }
    };
    Ok(procedures.into_iter().map(reading).collect())
}

/// What a person is still to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Unread {
    /// How many versions.
    pub count: usize,
    /// How many of them he or she was reminded of.
    pub reminded: usize,
}

/// What a person is still to read today.
///
/// # Errors
/// When the database fails.
pub fn unread(work: &mut Work<'_>, person: &PersonId) -> Result<Unread, Failure> {
    let all = readings(work)?;
    let own = all.iter().filter_map(|reading| reading.of(person));
    let open: Vec<&Reader> = own.filter(|reader| reader.read_at.is_none()).collect();
    Ok(Unread {
        count: open.len(),
        reminded: open.iter().filter(|reader| reader.reminders > 0).count(),
    })
}
