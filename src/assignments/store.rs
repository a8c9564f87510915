//! All SQL of this room.

use super::book::{Assignee, Assignment, Book};
use super::schema::assignments;
use crate::documents;
use crate::kernel::{DocumentId, PersonId, PositionId, RoleId};
use crate::ledger::Work;
use crate::people::{self, Scope};
use crate::workflow::RoleCode;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::HashMap;

/// An assignment with when it was recorded, and by which decision it was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) assignment: Assignment,
    pub(super) recorded_at: NaiveDateTime,
    pub(super) ended_at: Option<NaiveDateTime>,
    pub(super) end_decision_no: Option<String>,
}

type Row = (
    (String, RoleId, Option<DocumentId>, Option<PositionId>, Option<PersonId>),
    (NaiveDate, Option<NaiveDate>, String),
    (NaiveDateTime, Option<NaiveDateTime>, Option<String>),
);

/// Entries of the agency as rows, for queries over `assignments`.
macro_rules! rows {
    ($agency:expr) => {
        assignments::table.filter(assignments::agency_id.eq($agency)).select((
            (
                assignments::id,
                assignments::role_id,
                assignments::document_id,
                assignments::position_id,
                assignments::person_id,
            ),
            (assignments::valid_from, assignments::valid_to, assignments::decision_no),
            (
                assignments::recorded_at,
                assignments::ended_at,
                assignments::end_decision_no,
            ),
        ))
    };
}

fn entry_of(row: Row, roles: &HashMap<RoleId, RoleCode>) -> Option<Entry> {
    let ((id, role, document, position, person), (valid_from, valid_to, decision_no), rest) = row;
    let assignee = position.map(Assignee::Position).or(person.map(Assignee::Person))?;
    let role = roles.get(&role)?.clone();
    let assignment = Assignment {
        id,
        role,
        document,
        assignee,
        valid_from,
        valid_to,
        decision_no,
    };
    let (recorded_at, ended_at, end_decision_no) = rest;
    Some(Entry {
        assignment,
        recorded_at,
        ended_at,
        end_decision_no,
    })
}

fn codes(work: &mut Work<'_>) -> QueryResult<HashMap<RoleId, RoleCode>> {
    let roles = documents::roles(work)?;
    Ok(roles
        .into_iter()
        .map(|role| (role.id, RoleCode::new(role.code)))
        .collect())
}

/// All assignments and holders of positions of the agency.
///
/// # Errors
/// When the database fails.
pub fn book(work: &mut Work<'_>) -> QueryResult<Book> {
    let assignments = entries(work)?.into_iter().map(|entry| entry.assignment).collect();
    let mut holders = people::holders_on(work, NaiveDate::MIN, NaiveDate::MAX)?;
    holders.retain(|holder| holder.scope.serves(Scope::Cases));
    Ok(Book { assignments, holders })
}

/// All entries of the agency, the oldest first.
pub(super) fn entries(work: &mut Work<'_>) -> QueryResult<Vec<Entry>> {
    let agency = work.agency();
    let codes = codes(work)?;
    let rows: Vec<Row> = rows!(&agency).order(assignments::id).load(work.conn)?;
    Ok(rows.into_iter().filter_map(|row| entry_of(row, &codes)).collect())
}

/// One entry; `NotFound` when the agency has none with this id.
pub(super) fn entry(work: &mut Work<'_>, id: &str) -> QueryResult<Entry> {
    let agency = work.agency();
    let codes = codes(work)?;
    let row: Row = rows!(&agency).filter(assignments::id.eq(id)).first(work.conn)?;
    entry_of(row, &codes).ok_or(diesel::result::Error::NotFound)
}

/// Who recorded it: a person, or the program itself.
fn recorder(work: &Work<'_>) -> String {
    work.actor
        .person
        .as_ref()
        .map_or_else(|| "house".to_owned(), |person| person.id.to_string())
}

pub(super) fn insert(work: &mut Work<'_>, role: &RoleId, entry: &Assignment) -> QueryResult<()> {
    let agency = work.agency();
    let (position, person) = match &entry.assignee {
        Assignee::Position(position) => (Some(position), None),
        Assignee::Person(person) => (None, Some(person)),
    };
    diesel::insert_into(assignments::table)
        .values((
            assignments::id.eq(&entry.id),
            assignments::agency_id.eq(&agency),
            assignments::role_id.eq(role),
            assignments::document_id.eq(entry.document.as_ref()),
            assignments::position_id.eq(position),
            assignments::person_id.eq(person),
            assignments::valid_from.eq(entry.valid_from),
            assignments::valid_to.eq(entry.valid_to),
            assignments::decision_no.eq(&entry.decision_no),
            assignments::recorded_by.eq(recorder(work)),
            assignments::recorded_at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Notes the end of an entry that has none; gives whether there was such an entry.
pub(super) fn end(work: &mut Work<'_>, id: &str, last_day: NaiveDate, decision_no: &str) -> QueryResult<bool> {
    let agency = work.agency();
    let ended = diesel::update(assignments::table)
        .filter(assignments::agency_id.eq(&agency).and(assignments::id.eq(id)))
        .filter(assignments::end_decision_no.is_null())
        .set((
            assignments::valid_to.eq(Some(last_day)),
            assignments::ended_by.eq(Some(recorder(work))),
            assignments::ended_at.eq(Some(work.actor.at)),
            assignments::end_decision_no.eq(Some(decision_no)),
        ))
        .execute(work.conn)?;
    Ok(ended == 1)
}
