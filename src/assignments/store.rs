//! All SQL of this room.

use super::book::{Assignee, Assignment, Book};
use super::schema::{assignments, roles};
use crate::kernel::{DocumentId, PersonId, PositionId, RoleId};
use crate::ledger::Work;
use crate::people;
use crate::workflow::RoleCode;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;

/// A role that steps name as responsible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its code, as the files say it.
    pub code: String,
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// The unit it belongs to.
    pub unit: String,
    /// True for a body outside the office: somebody here only notes what it did.
    pub external: bool,
}

/// All roles of the agency, in the order of their codes.
///
/// # Errors
/// When the database fails.
pub fn roles(work: &mut Work<'_>) -> QueryResult<Vec<Role>> {
    type Row = (RoleId, String, String, String, String, bool);
    let agency = work.agency();
    let rows: Vec<Row> = roles::table
        .filter(roles::agency_id.eq(&agency))
        .order(roles::code)
        .select((roles::id, roles::code, roles::name, roles::name_en, roles::unit, roles::external))
        .load(work.conn)?;
    let role = |(id, code, name, name_en, unit, external)| Role { id, code, name, name_en, unit, external };
    Ok(rows.into_iter().map(role).collect())
}

type Row = (
    String,
    String,
    Option<DocumentId>,
    Option<PositionId>,
    Option<PersonId>,
    NaiveDate,
    Option<NaiveDate>,
    String,
);

/// All assignments and holders of positions of the agency.
///
/// # Errors
/// When the database fails.
pub fn book(work: &mut Work<'_>) -> QueryResult<Book> {
    let agency = work.agency();
    let rows: Vec<Row> = assignments::table
        .inner_join(roles::table)
        .filter(assignments::agency_id.eq(&agency))
        .order(assignments::id)
        .select((
            assignments::id,
            roles::code,
            assignments::document_id,
            assignments::position_id,
            assignments::person_id,
            assignments::valid_from,
            assignments::valid_to,
            assignments::decision_no,
        ))
        .load(work.conn)?;
    let holders = people::holders_on(work, NaiveDate::MIN, NaiveDate::MAX)?;
    let assignments = rows
        .into_iter()
        .filter_map(|(id, role, document, position, person, valid_from, valid_to, decision_no)| {
            let assignee = position.map(Assignee::Position).or(person.map(Assignee::Person))?;
            let role = RoleCode::new(role);
            Some(Assignment { id, role, document, assignee, valid_from, valid_to, decision_no })
        })
        .collect();
    Ok(Book { assignments, holders })
}
