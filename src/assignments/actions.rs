//! What people do in this room: assign a role, end an assignment.

use super::book::{Assignee, Assignment};
use super::store;
use crate::documents;
use crate::kernel::{DocumentId, Permission, new_id};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::web::{Failure, Say};
use crate::workflow::RoleCode;
use chrono::NaiveDate;
use serde_json::json;

/// The longest number of a decision, in characters.
pub(super) const LONGEST_DECISION: usize = 60;

/// A new assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssignment {
    /// Code of the role.
    pub role: RoleCode,
    /// The procedure; `None` for all.
    pub document: Option<DocumentId>,
    /// Who.
    pub assignee: Assignee,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, if it is known.
    pub valid_to: Option<NaiveDate>,
    /// Number of the decision.
    pub decision_no: String,
}

/// Assigns a role to a position or a person and gives the id of the entry.
///
/// A first day in the past is taken, for decisions are often recorded after the day they name: when it was recorded
/// stays beside it.
///
/// # Errors
/// [`Failure::Invalid`] without the number of a decision, when it would end before it begins, or for somebody whose
/// account is closed; [`Failure::Conflict`] when an entry says the same of some of these days; 404 for an unknown
/// role, procedure, position or person.
pub fn assign(work: &mut Work<'_>, new: &NewAssignment) -> Result<String, Failure> {
    must(work.actor, Permission::AssignRoles)?;
    let decision_no = decision(&new.decision_no)?;
    if new.valid_to.is_some_and(|last| last < new.valid_from) {
        return Err(Failure::Invalid(Say::new("assignments.ends_before_begin")));
    }
    let roles = documents::roles(work)?;
    let role = roles
        .iter()
        .find(|role| role.code == new.role.as_str())
        .ok_or(Failure::NotFound)?;
    if let Some(document) = &new.document
        && documents::heads_of(work, document)?.is_empty()
    {
        return Err(Failure::NotFound);
    }
    check_assignee(work, &new.assignee)?;
    let entry = Assignment {
        id: new_id(),
        role: new.role.clone(),
        document: new.document.clone(),
        assignee: new.assignee.clone(),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        decision_no,
    };
    if let Some(known) = store::book(work)?
        .assignments
        .iter()
        .find(|known| known.repeats(&entry))
    {
        return Err(Failure::Conflict(
            Say::new("assignments.repeated").with("decision", &known.decision_no),
        ));
    }
    store::insert(work, &role.id, &entry)?;
    let (kind, id) = match &entry.assignee {
        Assignee::Position(id) => ("position", id.as_str()),
        Assignee::Person(id) => ("person", id.as_str()),
    };
    let details = json!({
        "role": entry.role.as_str(), "document": entry.document, kind: id,
        "from": entry.valid_from, "to": entry.valid_to,
    });
    work.record("assignment.made", ("assignment", &entry.id), details);
    Ok(entry.id)
}

/// Ends an assignment with `last_day` as its last day, by the decision with this number. The entry stays.
///
/// # Errors
/// [`Failure::Invalid`] without the number of a decision or with a day before the first one; [`Failure::Conflict`]
/// when it was ended already or would only become longer; 404 for an unknown entry.
pub fn end(work: &mut Work<'_>, id: &str, last_day: NaiveDate, decision_no: &str) -> Result<(), Failure> {
    must(work.actor, Permission::AssignRoles)?;
    let decision_no = decision(decision_no)?;
    let entry = store::entry(work, id)?;
    if last_day < entry.assignment.valid_from {
        return Err(Failure::Invalid(Say::new("assignments.ends_before_begin")));
    }
    if entry.end_decision_no.is_some() {
        return Err(Failure::Conflict(Say::new("assignments.has_ended")));
    }
    if entry.assignment.valid_to.is_some_and(|planned| planned <= last_day) {
        return Err(Failure::Conflict(Say::new("assignments.not_longer")));
    }
    if !store::end(work, id, last_day, &decision_no)? {
        return Err(Failure::Conflict(Say::new("assignments.has_ended")));
    }
    work.record("assignment.ended", ("assignment", id), json!({ "to": last_day }));
    Ok(())
}

fn decision(number: &str) -> Result<String, Failure> {
    let number = number.trim();
    if number.is_empty() || number.chars().count() > LONGEST_DECISION {
        return Err(Failure::Invalid(Say::new("assignments.decision_needed")));
    }
    Ok(number.to_owned())
}

fn check_assignee(work: &mut Work<'_>, assignee: &Assignee) -> Result<(), Failure> {
    match assignee {
        Assignee::Position(id) => people::positions(work)?
            .into_iter()
            .find(|one| one.id == *id)
            .map(drop)
            .ok_or(Failure::NotFound),
        Assignee::Person(id) => {
            let person = people::persons(work)?
                .into_iter()
                .find(|one| one.id == *id)
                .ok_or(Failure::NotFound)?;
            if person.active {
                Ok(())
            } else {
                Err(Failure::Invalid(Say::new("assignments.inactive")))
            }
        }
    }
}
