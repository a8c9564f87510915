//! Power that is lent: by whoever holds a position, to somebody who could be chosen, for a time (rule S11).

use super::fresh::{FreshAuth, must_be_proven, stale};
use super::roles::held;
use crate::access::{self, Cell, Fact, Lent, Part, Someone};
use crate::kernel::{AccessRole, Permission, Person, PersonId, PositionId, new_id};
use crate::ledger::{self, Work};
use crate::people::keys::{agency_title, base64, keys_by_id, sha256};
use crate::people::lending::Delegation;
use crate::people::position::{Capacity, Held, Holder, Scope};
use crate::people::schema::{persons, position_holders};
use crate::people::store;
use crate::people::{must, must_not_join};
use crate::web::{Failure, Say};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::json;

/// The longest reason, in characters.
const LONGEST: usize = 500;

/// Power that is to be lent.
#[derive(Debug, Clone)]
pub struct NewLoan {
    /// The position whose power it is; held by whoever lends it.
    pub position_id: PositionId,
    /// To whom.
    pub person_id: PersonId,
    /// In which capacity the other signs: never [`Capacity::Own`].
    pub capacity: Capacity,
    /// For which work.
    pub scope: Scope,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Why.
    pub reason: String,
    /// Number of the decision.
    pub decision_no: String,
}

fn refused(reason: &str) -> Failure {
    Failure::Invalid(Say::new(format!("people.lending.refused.{reason}")))
}

/// Whether roles let somebody do any of the work of a scope.
fn can_do(roles: &[AccessRole], scope: Scope) -> bool {
    let can = |permission| roles.iter().any(|role| access::cell(*role, permission) != Cell::Never);
    let signs = can(Permission::ReviewVersions) || can(Permission::ApproveVersions);
    scope.serves(Scope::Documents) && signs || scope.serves(Scope::Cases) && can(Permission::PerformSteps)
}

/// Lends the power of a position that the actor holds, from today or later on, and signs the statement that says so with the
/// own key. What was lent is not lent again. `fresh` is the confirmation of just now, with the key that it opened.
///
/// # Errors
/// [`Failure::Forbidden`] without the own confirmation of just now.
/// [`Failure::Conflict`] for lending to oneself (any account) or to somebody who acts for the position anyway, and for
/// whoever's key followed a reset and nobody has attested it yet;
/// [`Failure::Invalid`] without a decision or reason, for more than 90 days, a position that the actor does not hold
/// himself or herself all the time, or somebody whose roles do not let him or her do that work.
pub fn lend(work: &mut Work<'_>, fresh: &FreshAuth, new: &NewLoan) -> Result<String, Failure> {
    must(work.actor, Permission::LendPower)?;
    must_be_proven(work.actor, Some(fresh))?;
    let lender = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    if new.days.0 < work.actor.today() {
        return Err(refused("begins_before"));
    }
    let own = store::own_accounts(work)?;
    let fact = Fact {
        part: Part::ReceivesPower,
        by: new.person_id.clone(),
    };
    must_not_join(work.actor, Permission::LendPower, (&[fact], &own))?;
    if !can_do(&lender.access, new.scope) {
        return Err(refused("not_yours"));
    }
    must_be_fit(work, (&lender.id, new))?;
    must_have_own_key(work, fresh, &lender.id)?;
    record_loan(work, fresh, (&lender, new))
}

/// As for every signature: with a key that is the lender's, still counts, and is certified.
fn must_have_own_key(work: &mut Work<'_>, fresh: &FreshAuth, lender: &PersonId) -> Result<(), Failure> {
    let key = keys_by_id(work, &[fresh.key_id().to_owned()])?.remove(fresh.key_id());
    let key = key.filter(|key| key.retired_at.is_none() && key.person_id == *lender);
    if key.ok_or_else(stale)?.certificate.is_none() {
        return Err(Failure::Conflict(Say::new("people.lending.refused.unattested")));
    }
    Ok(())
}

/// The statement of a loan, as its lender signs it at this moment; and how many entries the ledger has before.
fn statement(
    work: &mut Work<'_>,
    fresh: &FreshAuth,
    (id, lender, new): (&str, &Person, &NewLoan),
) -> Result<(String, i64), Failure> {
    let (code, name) = agency_title(work)?;
    let borrower = store::names(work, std::slice::from_ref(&new.person_id))?
        .remove(&new.person_id)
        .ok_or(Failure::NotFound)?;
    let position = store::positions(work)?
        .into_iter()
        .find(|one| one.id == new.position_id);
    let head = ledger::head(work)?;
    let mut said = Delegation {
        agency: format!("{code} {name}"),
        entry: id.to_owned(),
        lender: [lender.id.as_str().to_owned(), lender.full_name.clone()],
        borrower: [new.person_id.as_str().to_owned(), borrower],
        position: [
            new.position_id.as_str().to_owned(),
            position.ok_or(Failure::NotFound)?.name,
        ],
        capacity: new.capacity,
        scope: new.scope,
        days: new.days,
        decision_no: new.decision_no.clone(),
        reason: new.reason.clone(),
        at: String::new(),
        method: String::new(),
        ledger: String::new(),
    };
    said.signed_at(work.actor.at, fresh.method().in_statements(), head);
    Ok((said.text(), i64::try_from(head.size).unwrap_or(i64::MAX)))
}

/// Writes a loan down, with what its lender signs.
fn record_loan(work: &mut Work<'_>, fresh: &FreshAuth, (lender, new): (&Person, &NewLoan)) -> Result<String, Failure> {
    let id = new_id();
    let (statement, ledger_size) = statement(work, fresh, (&id, lender, new))?;
    diesel::insert_into(position_holders::table)
        .values((
            position_holders::id.eq(&id),
            position_holders::agency_id.eq(work.agency()),
            position_holders::position_id.eq(&new.position_id),
            position_holders::person_id.eq(&new.person_id),
            position_holders::valid_from.eq(new.days.0),
            position_holders::valid_to.eq(Some(new.days.1)),
            position_holders::decision_no.eq(new.decision_no.trim()),
            position_holders::capacity.eq(new.capacity),
            position_holders::lent_by.eq(Some(&lender.id)),
            position_holders::scope.eq(new.scope),
            position_holders::reason.eq(new.reason.trim()),
            position_holders::statement.eq(Some(&statement)),
            position_holders::signature.eq(Some(base64(&fresh.sign(statement.as_bytes())))),
            position_holders::key_id.eq(Some(fresh.key_id())),
            position_holders::ledger_size.eq(Some(ledger_size)),
            position_holders::lent_at.eq(Some(work.actor.at)),
        ))
        .execute(work.conn)?;
    let details = json!({
        "loan": id, "person": new.person_id, "by": lender.id, "from": new.days.0, "to": new.days.1,
        "capacity": new.capacity.as_str(), "scope": new.scope.as_str(), "key": fresh.key_id(),
        "sha256": sha256(statement.as_bytes()),
    });
    work.record("power.lent", ("position", new.position_id.as_str()), details);
    Ok(id)
}

fn must_be_fit(work: &mut Work<'_>, (lender, new): (&PersonId, &NewLoan)) -> Result<(), Failure> {
    let (first, last) = new.days;
    if last < first {
        return Err(Failure::Invalid(Say::new("people.ends_before_begin")));
    }
    if !access::fits(first, last) {
        let say = Say::new("people.lending.refused.too_long");
        return Err(Failure::Invalid(say.with("days", access::longest_loan())));
    }
    if new.decision_no.trim().is_empty() {
        return Err(Failure::Invalid(Say::new("people.delegation_decision")));
    }
    if new.reason.trim().is_empty() || new.reason.chars().count() > LONGEST {
        return Err(refused("reason"));
    }
    if new.capacity == Capacity::Own {
        return Err(refused("capacity"));
    }
    let overlapping = store::holders_on(work, first, last)?;
    let of_position = |known: &&Holder| known.position_id == new.position_id;
    let holds = |known: &Holder| {
        known.capacity == Capacity::Own
            && known.person_id == *lender
            && known.valid_from <= first
            && known.valid_to.is_none_or(|until| last <= until)
    };
    // Power that was lent is not one's own to lend again.
    if !overlapping.iter().filter(of_position).any(holds) {
        return Err(refused("not_yours"));
    }
    let accounts = store::accounts_of(work, &new.person_id)?;
    if overlapping
        .iter()
        .filter(of_position)
        .any(|known| accounts.contains(&known.person_id))
    {
        return Err(Failure::Invalid(Say::new("people.delegation_held")));
    }
    if !can_do(&held(work, std::slice::from_ref(&new.person_id))?, new.scope) {
        return Err(refused("not_able"));
    }
    Ok(())
}

/// Ends power that was lent, at once: by whoever lent it or was lent it, or by an administrator.
///
/// # Errors
/// [`Failure::Forbidden`] for anybody else; 404 when there is none; [`Failure::Conflict`] when it is over.
pub fn end_loan(work: &mut Work<'_>, id: &str) -> Result<(), Failure> {
    let loans = store::loans(work)?;
    let loan = loans.into_iter().find(|one| one.id == id).ok_or(Failure::NotFound)?;
    let own = work.actor.person.as_ref().map(|person| person.id.clone());
    let is_side = own.is_some_and(|own| own == loan.person_id || Some(own) == loan.lent_by);
    if !is_side {
        must(work.actor, Permission::ManagePeople)?;
    }
    if loan.ended_on.is_some() || loan.valid_to.is_some_and(|last| last < work.actor.today()) {
        return Err(Failure::Conflict(Say::new("people.holding_ended")));
    }
    end(work, &loan, work.actor.today())
}

fn end(work: &mut Work<'_>, loan: &Holder, day: NaiveDate) -> Result<(), Failure> {
    let agency = work.agency();
    diesel::update(position_holders::table)
        .filter(
            position_holders::agency_id
                .eq(&agency)
                .and(position_holders::id.eq(&loan.id)),
        )
        .set(position_holders::ended_on.eq(Some(day)))
        .execute(work.conn)?;
    let details = json!({ "loan": loan.id, "on": day });
    work.record("power.returned", ("position", loan.position_id.as_str()), details);
    Ok(())
}

/// Ends the loans to and from a person that the roles that are left do not carry any more.
pub(super) fn end_lost_loans(work: &mut Work<'_>, person: &PersonId) -> Result<(), Failure> {
    let today = work.actor.today();
    let roles = held(work, std::slice::from_ref(person))?;
    for loan in store::loans(work)? {
        let is_side = loan.person_id == *person || loan.lent_by.as_ref() == Some(person);
        if is_side && loan.is_open(today) && !can_do(&roles, loan.scope) {
            end(work, &loan, today)?;
        }
    }
    Ok(())
}

/// Ends the loans of somebody whose position ends with `last` as its last day.
pub(super) fn end_loans_of_holder(
    work: &mut Work<'_>,
    (position, person): (&PositionId, &PersonId),
    last: NaiveDate,
) -> Result<(), Failure> {
    let Some(day) = last.succ_opt() else { return Ok(()) };
    for loan in store::loans(work)? {
        let is_of_holder = loan.position_id == *position && loan.lent_by.as_ref() == Some(person);
        if is_of_holder && loan.is_open(last) {
            end(work, &loan, day.max(loan.valid_from))?;
        }
    }
    Ok(())
}

/// Whoever lent power, as he or she is now.
#[derive(Debug, Clone)]
pub struct Lender {
    accounts: Vec<PersonId>,
    roles: Vec<AccessRole>,
    is_held: bool,
    days: (NaiveDate, NaiveDate),
}

impl Lender {
    /// The loan as the matrix asks about it.
    pub fn lent(&self) -> Lent<'_> {
        Lent {
            by: Someone {
                accounts: &self.accounts,
                roles: &self.roles,
                mandate: None,
            },
            days: self.days,
            is_held: self.is_held,
        }
    }
}

/// Who lent the power by which somebody acts for a position; `None` for one's own, and for what was laid down before
/// lenders were kept.
///
/// # Errors
/// When the database fails.
pub fn lender_of(work: &mut Work<'_>, held_position: &Held) -> Result<Option<Lender>, Failure> {
    let (Some(by), (first, Some(last))) = (&held_position.lent_by, held_position.days) else {
        return Ok(None);
    };
    let (agency, today) = (work.agency(), work.actor.today());
    let is_active: bool = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq(by)))
        .select(persons::active)
        .first(work.conn)?;
    let own = store::positions_of(work, by, today)?;
    let holds = |one: &Held| one.id == held_position.id && one.capacity == Capacity::Own;
    Ok(Some(Lender {
        accounts: store::accounts_of(work, by)?,
        roles: held(work, std::slice::from_ref(by))?,
        is_held: is_active && own.iter().any(holds),
        days: (first, last),
    }))
}
