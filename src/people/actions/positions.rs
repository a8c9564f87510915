//! Positions, and who holds them from when, by which decision.

use super::loans::{NewLoan, end_loans_of_holder, record_loan};
use crate::kernel::{Permission, PersonId, PositionId, new_id};
use crate::ledger::Work;
use crate::people::position::{Capacity, Holder, Scope};
use crate::people::schema::{persons, position_holders, positions};
use crate::people::{must, store};
use crate::web::{Failure, Say};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

/// A new position.
#[derive(Debug, Clone)]
pub struct NewPosition {
    /// Code, unique in the agency.
    pub code: String,
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Unit of the office.
    pub unit: String,
}

/// Somebody who will hold a position.
#[derive(Debug, Clone)]
pub struct NewHolder {
    /// The position.
    pub position_id: PositionId,
    /// The person.
    pub person_id: PersonId,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day, if it is known.
    pub valid_to: Option<NaiveDate>,
    /// Number of the decision.
    pub decision_no: String,
    /// As the holder, or for the holder.
    pub capacity: Capacity,
}

/// Adds a position.
///
/// # Errors
/// [`Failure::Conflict`] when the code is taken.
pub fn add_position(work: &mut Work<'_>, new: &NewPosition) -> Result<PositionId, Failure> {
    must(work.actor, Permission::ManagePeople)?;
    let agency = work.agency();
    let same = positions::table.filter(positions::agency_id.eq(&agency).and(positions::code.eq(&new.code)));
    if diesel::select(diesel::dsl::exists(same)).get_result::<bool>(work.conn)? {
        return Err(Failure::Conflict(Say::new("people.position_taken")));
    }
    let id = PositionId::new();
    diesel::insert_into(positions::table)
        .values((
            positions::id.eq(&id),
            positions::agency_id.eq(&agency),
            positions::code.eq(&new.code),
            positions::name.eq(&new.name),
            positions::name_en.eq(&new.name_en),
            positions::unit.eq(&new.unit),
        ))
        .execute(work.conn)?;
    work.record("position.added", ("position", id.as_str()), json!({ "code": new.code }));
    Ok(id)
}

/// Notes that a person holds a position from a day on; on the command line also that somebody acts for its holder during a
/// period.
///
/// # Errors
/// [`Failure::Invalid`] when it would end before it begins, and for power that its holder must lend; 404 for an unknown
/// position or person.
pub fn add_holder(work: &mut Work<'_>, new: &NewHolder) -> Result<String, Failure> {
    must(work.actor, Permission::ManagePeople)?;
    if new.valid_to.is_some_and(|last| last < new.valid_from) {
        return Err(Failure::Invalid(Say::new("people.ends_before_begin")));
    }
    if new.capacity != Capacity::Own {
        return lent_by_house(work, new);
    }
    let agency = work.agency();
    let place = positions::table.filter(positions::agency_id.eq(&agency).and(positions::id.eq(&new.position_id)));
    place.select(positions::id).first::<PositionId>(work.conn)?;
    let who = persons::table.filter(persons::agency_id.eq(&agency).and(persons::id.eq(&new.person_id)));
    who.select(persons::id).first::<PersonId>(work.conn)?;
    let id = new_id();
    diesel::insert_into(position_holders::table)
        .values((
            position_holders::id.eq(&id),
            position_holders::agency_id.eq(&agency),
            position_holders::position_id.eq(&new.position_id),
            position_holders::person_id.eq(&new.person_id),
            position_holders::valid_from.eq(new.valid_from),
            position_holders::valid_to.eq(new.valid_to),
            position_holders::decision_no.eq(&new.decision_no),
            position_holders::capacity.eq(new.capacity),
        ))
        .execute(work.conn)?;
    let details = json!({
        "person": new.person_id, "from": new.valid_from, "to": new.valid_to, "capacity": new.capacity.as_str(),
    });
    work.record("position.held", ("position", new.position_id.as_str()), details);
    Ok(id)
}

/// On the command line and in what it lays down, power is lent for its holder. A person lends only his or her own, by
/// [`super::loans::lend`].
fn lent_by_house(work: &mut Work<'_>, new: &NewHolder) -> Result<String, Failure> {
    if !work.actor.is_house {
        return Err(Failure::Invalid(Say::new("people.lending.refused.by_holder")));
    }
    let Some(last) = new.valid_to else {
        return Err(Failure::Invalid(Say::new("people.delegation_ends")));
    };
    if new.decision_no.trim().is_empty() {
        return Err(Failure::Invalid(Say::new("people.delegation_decision")));
    }
    let is_own = |known: &&Holder| known.position_id == new.position_id && known.capacity == Capacity::Own;
    let holders = store::holders_on(work, new.valid_from, last)?;
    let holder = holders.iter().find(is_own).map(|holder| holder.person_id.clone());
    let Some(holder) = holder else {
        return Err(Failure::Invalid(Say::new("people.lending.refused.not_yours")));
    };
    let loan = NewLoan {
        position_id: new.position_id.clone(),
        person_id: new.person_id.clone(),
        capacity: new.capacity,
        scope: Scope::All,
        days: (new.valid_from, last),
        reason: new.decision_no.clone(),
        decision_no: new.decision_no.clone(),
    };
    record_loan(work, (&holder, &loan))
}

/// Ends the holding of a position with `last` as its last day. The entry stays, so that past acts keep their basis.
///
/// # Errors
/// 404 when there is no such holding; [`Failure::Conflict`] when it has ended, or began after that day.
pub fn end_holder(work: &mut Work<'_>, id: &str, last: NaiveDate) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    let agency = work.agency();
    let own = position_holders::agency_id.eq(&agency).and(position_holders::id.eq(id));
    let (from, to, position, person, capacity) = position_holders::table
        .filter(own)
        .select((
            position_holders::valid_from,
            position_holders::valid_to,
            position_holders::position_id,
            position_holders::person_id,
            position_holders::capacity,
        ))
        .first::<(NaiveDate, Option<NaiveDate>, PositionId, PersonId, Capacity)>(work.conn)?;
    if from > last || to.is_some_and(|to| to <= last) {
        return Err(Failure::Conflict(Say::new("people.holding_ended")));
    }
    diesel::update(position_holders::table)
        .filter(own)
        .set(position_holders::valid_to.eq(Some(last)))
        .execute(work.conn)?;
    if capacity == Capacity::Own {
        end_loans_of_holder(work, (&position, &person), last)?;
    }
    work.record("position.left", ("position_holder", id), json!({ "to": last }));
    Ok(())
}
