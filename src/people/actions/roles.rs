//! Access roles: given at once, or proposed by one and confirmed by another (rules S3 and S4).

use super::fresh::{FreshAuth, must_be_proven};
use super::proposals::{Outcome, Proposal, decide, open_proposal, propose};
use crate::access::{self, Fact, Part};
use crate::kernel::{AccessRole, Mandate, Permission, PersonId, new_id};
use crate::ledger::Work;
use crate::people::schema::{access_grants, persons};
use crate::people::sessions::{Ended, end_sessions};
use crate::people::store;
use crate::people::{must, must_not_join};
use crate::web::{Failure, Say};
use diesel::prelude::*;
use serde_json::json;

/// On what the grant of a role rests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basis {
    /// Number of the decision; needed for a role that takes two people.
    pub decision_no: String,
    /// From when to when; needed for an inspector, and for nobody else.
    pub mandate: Option<Mandate>,
}

/// What became of the wish to give a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// The person has it now.
    Given,
    /// It waits for somebody else to confirm it.
    Proposed,
}

/// Gives an access role to another person; where it takes two people, proposes it. `fresh` is the confirmation of just now;
/// only the house goes without.
///
/// # Errors
/// [`Failure::Forbidden`] for a person without the own confirmation of just now.
/// [`Failure::Conflict`] when it is one's own account (any of them), the person has the role or is proposed for it, or
/// duties would be joined; [`Failure::Invalid`] without a decision, a mandate or an employee number where they are needed.
pub fn grant(
    work: &mut Work<'_>,
    fresh: Option<&FreshAuth>,
    (person, role): (&PersonId, AccessRole),
    basis: &Basis,
) -> Result<Granted, Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_proven(work.actor, fresh)?;
    must_be_other(work, person)?;
    if roles_of(work, person)?.contains(&role) {
        return Err(Failure::Conflict(Say::new("people.has_role")));
    }
    let granted = give(work, (person, role), basis)?;
    if granted == Granted::Given {
        // Whoever may do something else from now on signs in anew.
        end_sessions(work, person, (Ended::Access, None))?;
    }
    Ok(granted)
}

/// As [`grant`], for an account that was made just now.
pub(super) fn give(
    work: &mut Work<'_>,
    (person, role): (&PersonId, AccessRole),
    basis: &Basis,
) -> Result<Granted, Failure> {
    must_be_joinable(work, person, role)?;
    must_fit(role, basis)?;
    let by = actor_id(work);
    let takes_two = access::is_confirmed(role) && !work.actor.is_house;
    if !takes_two {
        insert_grant(work, (person, role), basis, (&by, None))?;
        return Ok(Granted::Given);
    }
    must_be_founded(work, person, basis)?;
    if role == AccessRole::Chair && !had_chair(work)? {
        // There is nobody yet who could confirm it: the number of the decision is what can be checked afterwards.
        insert_grant(work, (person, role), basis, (&by, None))?;
        return Ok(Granted::Given);
    }
    propose(work, (person, role), basis, &by)?;
    Ok(Granted::Proposed)
}

pub(super) fn actor_id(work: &Work<'_>) -> String {
    let person = work.actor.person.as_ref();
    person.map_or("house", |person| person.id.as_str()).to_owned()
}

/// Refuses what somebody would do to his or her own account, or to another one of his or her own (rule S4).
pub(in crate::people) fn must_be_other(work: &mut Work<'_>, person: &PersonId) -> Result<(), Failure> {
    let own = store::own_accounts(work)?;
    let fact = Fact {
        part: Part::ReceivesRole,
        by: person.clone(),
    };
    must_not_join(work.actor, Permission::ManagePeople, (&[fact], &own))
}

/// The access roles of an active account.
pub(super) fn roles_of(work: &mut Work<'_>, person: &PersonId) -> Result<Vec<AccessRole>, Failure> {
    let agency = work.agency();
    let active: bool = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq(person)))
        .select(persons::active)
        .first(work.conn)?;
    if !active {
        return Err(Failure::Conflict(Say::new("people.inactive")));
    }
    held(work, std::slice::from_ref(person)).map_err(Into::into)
}

/// The roles that these accounts hold, those that are active.
///
/// # Errors
/// When the database fails.
pub fn held(work: &mut Work<'_>, accounts: &[PersonId]) -> QueryResult<Vec<AccessRole>> {
    let agency = work.agency();
    let active: Vec<PersonId> = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq_any(accounts)))
        .filter(persons::active.eq(true))
        .select(persons::id)
        .load(work.conn)?;
    access_grants::table
        .filter(
            access_grants::agency_id
                .eq(&agency)
                .and(access_grants::person_id.eq_any(&active)),
        )
        .filter(access_grants::revoked_at.is_null())
        .select(access_grants::access_role)
        .load(work.conn)
}

/// Refuses a role that one person may not hold beside those of all his or her accounts (rule S3).
fn must_be_joinable(work: &mut Work<'_>, person: &PersonId, role: AccessRole) -> Result<(), Failure> {
    let accounts = store::accounts_of(work, person)?;
    let mut roles = held(work, &accounts)?;
    roles.push(role);
    roles_must_be_joinable(&roles)
}

pub(super) fn roles_must_be_joinable(roles: &[AccessRole]) -> Result<(), Failure> {
    match access::apart(roles) {
        Some(_) => Err(Failure::Conflict(Say::new("people.separate_duties"))),
        None => Ok(()),
    }
}

fn must_fit(role: AccessRole, basis: &Basis) -> Result<(), Failure> {
    if (role == AccessRole::Inspector) != basis.mandate.is_some() {
        return Err(Failure::Invalid(Say::new("people.roles.refused.mandate")));
    }
    if basis.mandate.is_some_and(|mandate| mandate.to < mandate.from) {
        return Err(Failure::Invalid(Say::new("people.ends_before_begin")));
    }
    Ok(())
}

/// Refuses what could not be checked afterwards: by which decision, and whose account it is.
fn must_be_founded(work: &mut Work<'_>, person: &PersonId, basis: &Basis) -> Result<(), Failure> {
    if basis.decision_no.trim().is_empty() {
        return Err(Failure::Invalid(Say::new("people.roles.refused.decision")));
    }
    let agency = work.agency();
    let number: String = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq(person)))
        .select(persons::employee_no)
        .first(work.conn)?;
    if number.is_empty() {
        return Err(Failure::Invalid(Say::new("people.roles.refused.employee")));
    }
    Ok(())
}

/// Whether the agency ever had a chair.
fn had_chair(work: &mut Work<'_>) -> QueryResult<bool> {
    let agency = work.agency();
    let chairs = access_grants::table.filter(
        access_grants::agency_id
            .eq(&agency)
            .and(access_grants::access_role.eq(AccessRole::Chair)),
    );
    diesel::select(diesel::dsl::exists(chairs)).get_result(work.conn)
}

fn insert_grant(
    work: &mut Work<'_>,
    (person, role): (&PersonId, AccessRole),
    basis: &Basis,
    (by, confirmed_by): (&str, Option<&str>),
) -> Result<(), Failure> {
    diesel::insert_into(access_grants::table)
        .values((
            access_grants::id.eq(new_id()),
            access_grants::agency_id.eq(work.agency()),
            access_grants::person_id.eq(person),
            access_grants::access_role.eq(role),
            access_grants::granted_at.eq(work.actor.at),
            access_grants::granted_by.eq(by),
            access_grants::decision_no.eq(decision(role, basis)),
            access_grants::confirmed_by.eq(confirmed_by),
            access_grants::mandate_from.eq(basis.mandate.map(|mandate| mandate.from)),
            access_grants::mandate_to.eq(basis.mandate.map(|mandate| mandate.to)),
        ))
        .execute(work.conn)?;
    let details =
        json!({ "access_role": role.as_str(), "by": by, "confirmed_by": confirmed_by, "mandate": basis.mandate });
    work.record("access.granted", ("person", person.as_str()), details);
    Ok(())
}

/// The number as it is kept; an inspector of the command line may come without one.
fn decision(role: AccessRole, basis: &Basis) -> &str {
    match basis.decision_no.trim() {
        "" if role == AccessRole::Inspector => "–",
        number => number,
    }
}

/// Confirms a role that somebody else proposed; the person has it then. `fresh` is the confirmation of just now: an open
/// session alone is not the second person. Only the house goes without, and [`super::console::confirm_role_at_console`] asks in its stead.
///
/// # Errors
/// [`Failure::Forbidden`] for a person without the own confirmation of just now.
/// [`Failure::Conflict`] for whoever proposed it or would get it (with any account), when the person is inactive or holds a
/// role that may not be joined, or who proposed it does not administer accounts any more; 404 when nothing waits.
pub fn confirm_role(work: &mut Work<'_>, fresh: Option<&FreshAuth>, id: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ConfirmRoles)?;
    must_be_proven(work.actor, fresh)?;
    let proposal = open_proposal(work, id)?;
    let own = store::own_accounts(work)?;
    must_not_join(work.actor, Permission::ConfirmRoles, (&proposal.facts(), &own))?;
    let by = actor_id(work);
    give_confirmed(work, &proposal, &by)
}

/// Gives what was proposed, by the word of `by`, who was found to be another one.
pub(super) fn give_confirmed(work: &mut Work<'_>, proposal: &Proposal, by: &str) -> Result<(), Failure> {
    if !held(work, std::slice::from_ref(&proposal.proposed_by))?.contains(&AccessRole::Administrator) {
        return Err(Failure::Conflict(Say::new("people.roles.refused.proposer_lost")));
    }
    let (person, role) = (&proposal.person_id, proposal.role);
    if store::accounts_of(work, person)?.contains(&proposal.proposed_by) {
        // It became known after the proposal that both accounts are one person's.
        return Err(Failure::Conflict(Say::new("people.roles.refused.oneself")));
    }
    if roles_of(work, person)?.contains(&role) {
        return Err(Failure::Conflict(Say::new("people.has_role")));
    }
    must_be_joinable(work, person, role)?;
    let basis = Basis {
        decision_no: proposal.decision_no.clone(),
        mandate: proposal.mandate,
    };
    insert_grant(work, (person, role), &basis, (proposal.proposed_by.as_str(), Some(by)))?;
    end_sessions(work, person, (Ended::Access, None))?;
    decide(work, &proposal.id, Outcome::Given)
}
