//! All SQL of this room.

use super::schema::{acknowledgements as acks, reading_reminders as reminders};
use crate::documents::VersionHead;
use crate::kernel::{Person, PersonId, VersionId, new_id};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// That somebody has read and understood a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The version.
    pub version: VersionId,
    /// Who.
    pub person: PersonId,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// Who has read these versions.
pub(super) fn acknowledged(work: &mut Work<'_>, versions: &[VersionId]) -> QueryResult<Vec<Acknowledged>> {
    let agency = work.agency();
    let rows: Vec<(VersionId, PersonId, NaiveDateTime)> = acks::table
        .filter(acks::agency_id.eq(&agency).and(acks::version_id.eq_any(versions)))
        .select((acks::version_id, acks::person_id, acks::at))
        .load(work.conn)?;
    let one = |(version, person, at)| Acknowledged { version, person, at };
    Ok(rows.into_iter().map(one).collect())
}

/// The versions that a person has read, of any document.
pub(super) fn read_by(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<VersionId>> {
    let agency = work.agency();
    acks::table
        .filter(acks::agency_id.eq(&agency).and(acks::person_id.eq(person)))
        .select(acks::version_id)
        .load(work.conn)
}

/// Keeps that a person has read a version.
pub(super) fn insert(work: &mut Work<'_>, head: &VersionHead, person: &Person) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(acks::table)
        .values((
            acks::agency_id.eq(&agency),
            acks::version_id.eq(&head.id),
            acks::person_id.eq(&person.id),
            acks::content_sha256.eq(&head.content_sha256),
            acks::person_name.eq(&person.full_name),
            acks::at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// The reminders about these versions, the earliest first: version, who was reminded, when.
pub(super) fn reminded(
    work: &mut Work<'_>,
    versions: &[VersionId],
) -> QueryResult<Vec<(VersionId, PersonId, NaiveDateTime)>> {
    let agency = work.agency();
    reminders::table
        .filter(
            reminders::agency_id
                .eq(&agency)
                .and(reminders::version_id.eq_any(versions)),
        )
        .order((reminders::at, reminders::id))
        .select((reminders::version_id, reminders::person_id, reminders::at))
        .load(work.conn)
}

/// Keeps that a person was reminded to read a version.
pub(super) fn insert_reminder(work: &mut Work<'_>, version: &VersionId, person: &PersonId) -> QueryResult<()> {
    let agency = work.agency();
    let by = work.actor.person.as_ref();
    diesel::insert_into(reminders::table)
        .values((
            reminders::id.eq(new_id()),
            reminders::agency_id.eq(&agency),
            reminders::version_id.eq(version),
            reminders::person_id.eq(person),
            reminders::by_id.eq(by.map(|by| &by.id)),
            reminders::by_name.eq(by.map_or("", |by| &by.full_name)),
            reminders::at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}
