//! Access roles: given at once, or proposed by one and confirmed by another (rules S3 and S4).

use crate::access::{self, Fact, Part};
use crate::kernel::{AccessRole, Mandate, Permission, PersonId, new_id};
use crate::ledger::Work;
use crate::people::schema::{access_grants, access_proposals, persons};
use crate::people::sessions::{Ended, end_sessions};
use crate::people::store::{self, mandate_of};
use crate::people::{must, must_not_join};
use crate::web::{Failure, Say};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
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

crate::kernel::text_enum! {
    /// What became of a proposal.
    Outcome {
        /// It was confirmed.
        Given = "given",
        /// Whoever was to confirm it did not.
        Refused = "refused",
        /// It was taken back, or its ground is gone.
        Void = "void",
    }
}

/// A role that waits to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// Who is to have the role.
    pub person_id: PersonId,
    /// The role.
    pub role: AccessRole,
    /// Number of the decision.
    pub decision_no: String,
    /// From when to when, for an inspector.
    pub mandate: Option<Mandate>,
    /// When it was proposed, UTC.
    pub proposed_at: NaiveDateTime,
    /// By whom: the id of a person.
    pub proposed_by: PersonId,
}

/// Gives an access role to another person; where it takes two people, proposes it.
///
/// # Errors
/// [`Failure::Conflict`] when it is one's own account (any of them), the person has the role or is proposed for it, or
/// duties would be joined; [`Failure::Invalid`] without a decision, a mandate or an employee number where they are needed.
pub fn grant(work: &mut Work<'_>, (person, role): (&PersonId, AccessRole), basis: &Basis) -> Result<Granted, Failure> {
    must(work.actor, Permission::ManagePeople)?;
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

fn actor_id(work: &Work<'_>) -> String {
    let person = work.actor.person.as_ref();
    person.map_or("house", |person| person.id.as_str()).to_owned()
}

/// Refuses what somebody would do to his or her own account, or to another one of his or her own (rule S4).
pub(super) fn must_be_other(work: &mut Work<'_>, person: &PersonId) -> Result<(), Failure> {
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
pub(in crate::people) fn held(work: &mut Work<'_>, accounts: &[PersonId]) -> QueryResult<Vec<AccessRole>> {
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

fn propose(
    work: &mut Work<'_>,
    (person, role): (&PersonId, AccessRole),
    basis: &Basis,
    by: &str,
) -> Result<(), Failure> {
    if open_proposals(work)?
        .iter()
        .any(|one| one.person_id == *person && one.role == role)
    {
        return Err(Failure::Conflict(Say::new("people.roles.refused.waits")));
    }
    let id = new_id();
    diesel::insert_into(access_proposals::table)
        .values((
            access_proposals::id.eq(&id),
            access_proposals::agency_id.eq(work.agency()),
            access_proposals::person_id.eq(person),
            access_proposals::access_role.eq(role),
            access_proposals::decision_no.eq(basis.decision_no.trim()),
            access_proposals::mandate_from.eq(basis.mandate.map(|mandate| mandate.from)),
            access_proposals::mandate_to.eq(basis.mandate.map(|mandate| mandate.to)),
            access_proposals::proposed_at.eq(work.actor.at),
            access_proposals::proposed_by.eq(by),
        ))
        .execute(work.conn)?;
    let details = json!({ "access_role": role.as_str(), "proposal": id, "mandate": basis.mandate });
    work.record("access.proposed", ("person", person.as_str()), details);
    Ok(())
}

/// The proposals that wait, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn open_proposals(work: &mut Work<'_>) -> QueryResult<Vec<Proposal>> {
    use access_proposals as p;
    type Row = (
        (String, PersonId, AccessRole, String),
        (Option<NaiveDate>, Option<NaiveDate>, NaiveDateTime, PersonId),
    );
    let agency = work.agency();
    let rows: Vec<Row> = p::table
        .filter(p::agency_id.eq(&agency).and(p::decided_at.is_null()))
        .order((p::proposed_at, p::id))
        .select((
            (p::id, p::person_id, p::access_role, p::decision_no),
            (p::mandate_from, p::mandate_to, p::proposed_at, p::proposed_by),
        ))
        .load(work.conn)?;
    let proposal = |((id, person_id, role, decision_no), (from, to, proposed_at, proposed_by)): Row| Proposal {
        id,
        person_id,
        role,
        decision_no,
        mandate: mandate_of(from, to),
        proposed_at,
        proposed_by,
    };
    Ok(rows.into_iter().map(proposal).collect())
}

fn open_proposal(work: &mut Work<'_>, id: &str) -> Result<Proposal, Failure> {
    let open = open_proposals(work)?;
    open.into_iter().find(|one| one.id == id).ok_or(Failure::NotFound)
}

/// Confirms a role that somebody else proposed; the person has it then.
///
/// # Errors
/// [`Failure::Conflict`] for whoever proposed it or would get it (with any account), when the person is inactive or holds a
/// role that may not be joined, or who proposed it does not administer accounts any more; 404 when nothing waits.
pub fn confirm_role(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ConfirmRoles)?;
    let proposal = open_proposal(work, id)?;
    let fact = |part, by: &PersonId| Fact { part, by: by.clone() };
    let facts = [
        fact(Part::ReceivesRole, &proposal.person_id),
        fact(Part::Proposed, &proposal.proposed_by),
    ];
    let own = store::own_accounts(work)?;
    must_not_join(work.actor, Permission::ConfirmRoles, (&facts, &own))?;
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
    let by = actor_id(work);
    insert_grant(work, (person, role), &basis, (proposal.proposed_by.as_str(), Some(&by)))?;
    end_sessions(work, person, (Ended::Access, None))?;
    decide(work, id, Outcome::Given)
}

/// Does not confirm a role, or takes the own proposal back.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever neither confirms nor administers; 404 when nothing waits.
pub fn refuse_role(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let confirms = must(work.actor, Permission::ConfirmRoles);
    let is_own = confirms.is_err();
    confirms.or_else(|_| must(work.actor, Permission::ManagePeople))?;
    let proposal = open_proposal(work, id)?;
    work.record(
        "access.not_granted",
        ("person", proposal.person_id.as_str()),
        json!({ "access_role": proposal.role.as_str(), "proposal": id }),
    );
    decide(work, id, if is_own { Outcome::Void } else { Outcome::Refused })
}

fn decide(work: &mut Work<'_>, id: &str, outcome: Outcome) -> Result<(), Failure> {
    let (agency, by) = (work.agency(), actor_id(work));
    diesel::update(access_proposals::table)
        .filter(access_proposals::agency_id.eq(&agency).and(access_proposals::id.eq(id)))
        .set((
            access_proposals::decided_at.eq(Some(work.actor.at)),
            access_proposals::decided_by.eq(Some(by)),
            access_proposals::outcome.eq(Some(outcome)),
        ))
        .execute(work.conn)?;
    Ok(())
}

/// Ends what is proposed for an account that is deactivated.
pub(super) fn void_proposals_of(work: &mut Work<'_>, person: &PersonId) -> Result<(), Failure> {
    let open = open_proposals(work)?;
    for one in open.iter().filter(|one| one.person_id == *person) {
        decide(work, &one.id, Outcome::Void)?;
    }
    Ok(())
}
