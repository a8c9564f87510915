//! Positions, and who holds them from when, by which decision.

use super::loans::end_loans_of_holder;
use crate::kernel::{Permission, PersonId, PositionId, new_id};
use crate::ledger::Work;
use crate::people::must;
use crate::people::position::Capacity;
use crate::people::schema::{persons, position_holders, positions};
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

/// Notes that a person holds a position from a day on. That somebody acts for its holder, the holder alone says and signs
/// ([`super::loans::lend`]).
///
/// # Errors
/// [`Failure::Invalid`] when it would end before it begins; 404 for an unknown position or person.
pub fn add_holder(work: &mut Work<'_>, new: &NewHolder) -> Result<String, Failure> {
    must(work.actor, Permission::ManagePeople)?;
    if new.valid_to.is_some_and(|last| last < new.valid_from) {
        return Err(Failure::Invalid(Say::new("people.ends_before_begin")));
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
            position_holders::capacity.eq(Capacity::Own),
        ))
        .execute(work.conn)?;
    let details = json!({
        "person": new.person_id, "from": new.valid_from, "to": new.valid_to, "capacity": Capacity::Own.as_str(),
    });
    work.record("position.held", ("position", new.position_id.as_str()), details);
    Ok(id)
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
