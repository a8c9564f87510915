//! Roles that are proposed: they wait for another one's word, and give nothing until then (rule S4).

use super::roles::{Basis, actor_id, held};
use crate::access::{Fact, Part};
use crate::kernel::{AccessRole, Mandate, Permission, PersonId, new_id};
use crate::ledger::Work;
use crate::people::must;
use crate::people::schema::access_proposals;
use crate::people::store::{self, mandate_of};
use crate::web::{Failure, Say};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;
use serde_json::json;

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

impl Proposal {
    /// Who has which part in it (rule S4).
    pub(super) fn facts(&self) -> [Fact; 2] {
        let fact = |part, by: &PersonId| Fact { part, by: by.clone() };
        [
            fact(Part::ReceivesRole, &self.person_id),
            fact(Part::Proposed, &self.proposed_by),
        ]
    }
}

pub(super) fn propose(
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

pub(super) fn open_proposal(work: &mut Work<'_>, id: &str) -> Result<Proposal, Failure> {
    let open = open_proposals(work)?;
    open.into_iter().find(|one| one.id == id).ok_or(Failure::NotFound)
}

/// Does not confirm a role, or takes the own proposal back. A proposal of an administrator who is none any more is taken
/// back by any other one: nobody could confirm it.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever neither confirms nor administers; [`Failure::Conflict`] for an administrator who did
/// not propose it; 404 when nothing waits.
pub fn refuse_role(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let confirms = must(work.actor, Permission::ConfirmRoles);
    let is_own = confirms.is_err();
    confirms.or_else(|_| must(work.actor, Permission::ManagePeople))?;
    let proposal = open_proposal(work, id)?;
    if is_own && !store::own_accounts(work)?.contains(&proposal.proposed_by) {
        let still = held(work, std::slice::from_ref(&proposal.proposed_by))?;
        if still.contains(&AccessRole::Administrator) {
            return Err(Failure::Conflict(Say::new("people.roles.refused.not_yours")));
        }
    }
    work.record(
        "access.not_granted",
        ("person", proposal.person_id.as_str()),
        json!({ "access_role": proposal.role.as_str(), "proposal": id }),
    );
    decide(work, id, if is_own { Outcome::Void } else { Outcome::Refused })
}

pub(super) fn decide(work: &mut Work<'_>, id: &str, outcome: Outcome) -> Result<(), Failure> {
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
