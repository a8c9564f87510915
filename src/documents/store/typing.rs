//! What people have typed in the editor and not saved yet: one row for each person and draft.

use crate::documents::schema::draft_typings;
use crate::kernel::{Person, PersonId, VersionId};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// What somebody typed in a draft and did not save.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(in crate::documents) struct Typing {
    /// Who.
    pub(in crate::documents) person_id: PersonId,
    /// The name.
    pub(in crate::documents) person_name: String,
    /// The `row_version` of the draft that the form was opened on.
    pub(in crate::documents) row_version: i64,
    /// The fields of the form, as JSON: a list of pairs.
    pub(in crate::documents) fields: String,
    /// When it was kept, UTC.
    pub(in crate::documents) kept_at: NaiveDateTime,
}

/// What is kept for a draft, the latest first.
pub(in crate::documents) fn typings(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<Typing>> {
    let agency = work.agency();
    draft_typings::table
        .filter(
            draft_typings::agency_id
                .eq(&agency)
                .and(draft_typings::version_id.eq(version)),
        )
        .order((draft_typings::kept_at.desc(), draft_typings::person_id.asc()))
        .select((
            draft_typings::person_id,
            draft_typings::person_name,
            draft_typings::row_version,
            draft_typings::fields,
            draft_typings::kept_at,
        ))
        .load(work.conn)
}

/// Keeps what a person typed instead of what was kept for the person before.
pub(in crate::documents) fn keep_typing(
    work: &mut Work<'_>,
    version: &VersionId,
    person: &Person,
    (row_version, fields): (i64, &str),
) -> QueryResult<()> {
    let (agency, at) = (work.agency(), work.actor.at);
    forget_typing(work, version, &person.id)?;
    diesel::insert_into(draft_typings::table)
        .values((
            draft_typings::agency_id.eq(&agency),
            draft_typings::version_id.eq(version),
            draft_typings::person_id.eq(&person.id),
            draft_typings::person_name.eq(&person.full_name),
            draft_typings::row_version.eq(row_version),
            draft_typings::fields.eq(fields),
            draft_typings::kept_at.eq(at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Forgets what is kept for a person; tells whether there was anything.
pub(in crate::documents) fn forget_typing(
    work: &mut Work<'_>,
    version: &VersionId,
    person: &PersonId,
) -> QueryResult<bool> {
    let agency = work.agency();
    let own = draft_typings::agency_id.eq(&agency).and(
        draft_typings::version_id
            .eq(version)
            .and(draft_typings::person_id.eq(person)),
    );
    let gone = diesel::delete(draft_typings::table.filter(own)).execute(work.conn)?;
    Ok(gone > 0)
}
