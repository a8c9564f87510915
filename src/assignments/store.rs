//! All SQL of this room.

use super::book::{Assignee, Assignment, Book};
use super::schema::assignments;
use crate::documents;
use crate::kernel::{DocumentId, PersonId, PositionId, RoleId};
use crate::ledger::Work;
use crate::people;
use crate::workflow::RoleCode;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

type Row = (
    String,
    RoleId,
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
    let roles: HashMap<RoleId, RoleCode> = documents::roles(work)?
        .into_iter()
        .map(|role| (role.id, RoleCode::new(role.code)))
        .collect();
    let rows: Vec<Row> = assignments::table
        .filter(assignments::agency_id.eq(&agency))
        .order(assignments::id)
        .select((
            assignments::id,
            assignments::role_id,
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
        .filter_map(
            |(id, role, document, position, person, valid_from, valid_to, decision_no)| {
                let assignee = position.map(Assignee::Position).or(person.map(Assignee::Person))?;
                let role = roles.get(&role)?.clone();
                Some(Assignment {
                    id,
                    role,
                    document,
                    assignee,
                    valid_from,
                    valid_to,
                    decision_no,
                })
            },
        )
        .collect();
    Ok(Book { assignments, holders })
}
