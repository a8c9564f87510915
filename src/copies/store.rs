//! All SQL of this room.

use super::copy::{Copy, Kind, State};
use super::schema::document_copies as c;
use crate::documents::{self, Stage, VersionHead};
use crate::kernel::{DocumentId, Person, PersonId, PositionId, VersionId};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use std::collections::HashMap;

/// Copies on one page of the register.
pub(super) const PAGE: i64 = 50;
/// The most posted copies of some documents that are listed.
const MOST_POSTED: i64 = 500;
/// The most copies that are looked through for work to do.
const MOST_OUT: i64 = 5_000;

type Row = (
    (String, DocumentId, VersionId, Kind, Option<i64>, String, String),
    (NaiveDateTime, String, State),
    (Option<NaiveDateTime>, Option<String>, Option<String>),
    (Option<PersonId>, Option<PositionId>),
);

macro_rules! rows {
    ($agency:expr) => {
        c::table.filter(c::agency_id.eq($agency)).select((
            (
                c::id,
                c::document_id,
                c::version_id,
                c::kind,
                c::number,
                c::holder,
                c::place,
            ),
            (c::issued_at, c::issued_by_name, c::state),
            (c::closed_at, c::closed_by_name, c::closed_note),
            (c::person_id, c::position_id),
        ))
    };
}

fn copy_of(row: Row) -> Copy {
    let (id, document_id, version_id, kind, number, holder, place) = row.0;
    let (issued_at, issued_by_name, state) = row.1;
    let (closed_at, closed_by_name, closed_note) = row.2;
    let (person_id, position_id) = row.3;
    Copy {
        id,
        document_id,
        version_id,
        kind,
        number,
        holder,
        place,
        issued_at,
        issued_by_name,
        state,
        closed_at,
        closed_by_name,
        closed_note,
        person_id,
        position_id,
    }
}

/// One copy.
///
/// # Errors
/// `NotFound` when the agency has none with this id.
pub fn copy_by_id(work: &mut Work<'_>, id: &str) -> QueryResult<Copy> {
    let agency = work.agency();
    rows!(&agency).filter(c::id.eq(id)).first::<Row>(work.conn).map(copy_of)
}

/// The copies of a document, the newest first, at most [`PAGE`] from this one on.
pub(super) fn copies_of(work: &mut Work<'_>, document: &DocumentId, before: Option<&str>) -> QueryResult<Vec<Copy>> {
    let agency = work.agency();
    let mut query = rows!(&agency).filter(c::document_id.eq(document)).into_boxed();
    if let Some(before) = before {
        query = query.filter(c::id.lt(before.to_owned()));
    }
    let rows: Vec<Row> = query.order(c::id.desc()).limit(PAGE).load(work.conn)?;
    Ok(rows.into_iter().map(copy_of).collect())
}

/// The copies of the agency that are out, the newest first, at most [`PAGE`] from this one on.
pub(super) fn all_out(work: &mut Work<'_>, before: Option<&str>) -> QueryResult<Vec<Copy>> {
    let agency = work.agency();
    let mut query = rows!(&agency).filter(c::state.eq(State::Out)).into_boxed();
    if let Some(before) = before {
        query = query.filter(c::id.lt(before.to_owned()));
    }
    let rows: Vec<Row> = query.order(c::id.desc()).limit(PAGE).load(work.conn)?;
    Ok(rows.into_iter().map(copy_of).collect())
}

/// A copy that is out although its version is no longer in force, with the version that replaced it, if one did.
#[derive(Debug, Clone, Serialize)]
pub struct Due {
    /// The copy.
    pub copy: Copy,
    /// Its version.
    pub version: VersionHead,
    /// The version in force.
    pub successor: Option<VersionHead>,
}

/// The copies to be recalled, replaced or taken down, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn due(work: &mut Work<'_>) -> QueryResult<Vec<Due>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(c::state.eq(State::Out))
        .order(c::id)
        .limit(MOST_OUT)
        .load(work.conn)?;
    let copies: Vec<Copy> = rows.into_iter().map(copy_of).collect();
    let versions = versions_of(work, &copies)?;
    let mut in_force: HashMap<DocumentId, VersionHead> = documents::effective(work)?
        .into_iter()
        .map(|head| (head.document_id.clone(), head))
        .collect();
    let due = copies.into_iter().filter_map(|copy| {
        let version = versions.get(&copy.version_id)?.clone();
        (version.stage != Stage::Effective).then(|| Due {
            successor: in_force.get(&copy.document_id).cloned(),
            copy,
            version,
        })
    });
    let due = due.collect();
    in_force.clear();
    Ok(due)
}

/// The posted copies of these documents that are out, each with its version, by place; at most 500.
///
/// # Errors
/// When the database fails.
pub fn posted_of(work: &mut Work<'_>, documents: &[DocumentId]) -> QueryResult<Vec<(Copy, VersionHead)>> {
    let agency = work.agency();
    let rows: Vec<Row> = rows!(&agency)
        .filter(c::document_id.eq_any(documents))
        .filter(c::kind.eq(Kind::Posted).and(c::state.eq(State::Out)))
        .order((c::place, c::id))
        .limit(MOST_POSTED)
        .load(work.conn)?;
    let copies: Vec<Copy> = rows.into_iter().map(copy_of).collect();
    let versions = versions_of(work, &copies)?;
    let with_version = |copy: Copy| versions.get(&copy.version_id).cloned().map(|version| (copy, version));
    Ok(copies.into_iter().filter_map(with_version).collect())
}

/// The versions that copies are of.
pub(super) fn versions_of(work: &mut Work<'_>, copies: &[Copy]) -> QueryResult<HashMap<VersionId, VersionHead>> {
    let mut ids: Vec<VersionId> = copies.iter().map(|copy| copy.version_id.clone()).collect();
    ids.sort();
    ids.dedup();
    let heads = documents::heads_by_id(work, &ids)?;
    Ok(heads.into_iter().map(|head| (head.id.clone(), head)).collect())
}

/// The number of the next held copy of a document.
pub(super) fn next_number(work: &mut Work<'_>, document: &DocumentId) -> QueryResult<i64> {
    let agency = work.agency();
    let last: Option<i64> = c::table
        .filter(c::agency_id.eq(&agency).and(c::document_id.eq(document)))
        .select(diesel::dsl::max(c::number))
        .first(work.conn)?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

pub(super) fn insert(work: &mut Work<'_>, copy: &Copy, by: &Person) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(c::table)
        .values((
            c::id.eq(&copy.id),
            c::agency_id.eq(&agency),
            c::document_id.eq(&copy.document_id),
            c::version_id.eq(&copy.version_id),
            c::kind.eq(copy.kind),
            c::number.eq(copy.number),
            c::holder.eq(&copy.holder),
            c::place.eq(&copy.place),
            c::person_id.eq(copy.person_id.as_ref()),
            c::position_id.eq(copy.position_id.as_ref()),
            c::issued_at.eq(copy.issued_at),
            c::issued_by.eq(by.id.as_str()),
            c::issued_by_name.eq(&by.full_name),
            c::state.eq(State::Out),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Notes the end of a copy that is out; gives whether there was such a copy.
pub(super) fn close(work: &mut Work<'_>, id: &str, (state, note): (State, &str), by: &Person) -> QueryResult<bool> {
    let (agency, at) = (work.agency(), work.actor.at);
    let changed =
        diesel::update(c::table.filter(c::agency_id.eq(&agency).and(c::id.eq(id)).and(c::state.eq(State::Out))))
            .set((
                c::state.eq(state),
                c::closed_at.eq(at),
                c::closed_by.eq(by.id.as_str()),
                c::closed_by_name.eq(&by.full_name),
                c::closed_note.eq(note),
            ))
            .execute(work.conn)?;
    Ok(changed > 0)
}
