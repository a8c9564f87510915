//! Saying that one has read a version, and reminding those who have not.

use super::asked::{Reader, Reading, readings};
use super::store;
use crate::kernel::{Permission, PersonId, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::web::{Failure, Say};
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::json;

/// Nobody is reminded of the same version again within this time.
const PATIENCE: TimeDelta = TimeDelta::days(3);

fn forbidden_now(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("readers.refused.{reason}")))
}

/// Says that the signed-in person has read and understood the version in force of a document.
///
/// # Errors
/// [`Failure::NotFound`] when no procedure with this code is in force; [`Failure::Forbidden`] for whoever is assigned to
/// none of its steps today; [`Failure::Conflict`] when the content is not the one that was seen, or it was said before.
pub fn acknowledge(work: &mut Work<'_>, code: &str, seen_sha256: &str) -> Result<VersionId, Failure> {
    let wanted = (code.to_owned(), seen_sha256.to_owned());
    let read = acknowledge_all(work, std::slice::from_ref(&wanted))?;
    read.into_iter().next().ok_or(Failure::NotFound)
}

/// The same of several documents at once, each by its code and the content that was seen. All of it, or nothing.
///
/// # Errors
/// Those of [`acknowledge`].
pub fn acknowledge_all(work: &mut Work<'_>, seen: &[(String, String)]) -> Result<Vec<VersionId>, Failure> {
    must(work.actor, Permission::ReadDocuments)?;
    let all = readings(work)?;
    seen.iter()
        .map(|(code, sha256)| keep(work, &all, (code, sha256)))
        .collect()
}

fn keep(work: &mut Work<'_>, all: &[Reading], (code, seen_sha256): (&str, &str)) -> Result<VersionId, Failure> {
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    let reading = all.iter().find(|one| one.head.code == code).ok_or(Failure::NotFound)?;
    let asked = reading.of(&person.id);
    let reader = asked.ok_or_else(|| Failure::Forbidden(Say::new("readers.refused.not_asked")))?;
    if reading.head.content_sha256 != seen_sha256 {
        return Err(forbidden_now("changed"));
    }
    if reader.read_at.is_some() {
        return Err(forbidden_now("read_before"));
    }
    store::insert(work, &reading.head, &person)?;
    work.record(
        "version.acknowledged",
        ("version", reading.head.id.as_str()),
        json!({ "sha256": reading.head.content_sha256 }),
    );
    Ok(reading.head.id.clone())
}

/// Who is to be reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Everybody who has not read the version in force of this document.
    OfDocument(String),
    /// This person, of everything that he or she has not read.
    Person(PersonId),
}

/// Whether a reader may be reminded now: not when that was done within three days.
fn is_due(reader: &Reader, now: NaiveDateTime) -> bool {
    reader.read_at.is_none() && reader.reminded_at.is_none_or(|at| now - at >= PATIENCE)
}

/// Reminds those who have not read what they are asked to read, and gives how many reminders that made.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may not assign roles; [`Failure::NotFound`] when there is no such procedure or
/// reader; [`Failure::Conflict`] when everybody has read it or was reminded within three days.
pub fn remind(work: &mut Work<'_>, whom: &Whom) -> Result<usize, Failure> {
    must(work.actor, Permission::AssignRoles)?;
    let now = work.actor.at;
    let all = readings(work)?;
    let is_meant = |reading: &Reading, reader: &Reader| match whom {
        Whom::OfDocument(code) => reading.head.code == *code,
        Whom::Person(person) => reader.person == *person,
    };
    let meant: Vec<(&Reading, &Reader)> = all
        .iter()
        .flat_map(|reading| reading.readers.iter().map(move |reader| (reading, reader)))
        .filter(|(reading, reader)| is_meant(reading, reader))
        .collect();
    if meant.is_empty() {
        return Err(Failure::NotFound);
    }
    let due: Vec<_> = meant.into_iter().filter(|(_, reader)| is_due(reader, now)).collect();
    if due.is_empty() {
        return Err(forbidden_now("nobody_to_remind"));
    }
    for (reading, reader) in &due {
        store::insert_reminder(work, &reading.head.id, &reader.person)?;
        work.record(
            "version.reading_reminded",
            ("version", reading.head.id.as_str()),
            json!({ "person": reader.person }),
        );
    }
    Ok(due.len())
}
