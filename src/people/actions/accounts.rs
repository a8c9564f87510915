//! Accounts: made with a one-time code, given access roles, deactivated and never removed.

use super::fresh::{FreshAuth, must_be_proven};
use super::loans::end_lost_loans;
use super::proposals::void_proposals_of;
use super::roles::{Basis, give, held, must_be_other, roles_must_be_joinable, roles_of};
use crate::kernel::{AccessRole, Language, Permission, PersonId, new_id};
use crate::ledger::Work;
use crate::people::gate::sha256_hex;
use crate::people::must;
use crate::people::schema::{access_grants, one_time_codes, persons};
use crate::people::sessions::{Ended, end_sessions};
use crate::people::store::{accounts_numbered, folded_number};
use crate::web::{Failure, Say};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

/// A one-time code is good for this long.
const CODE_HOLDS: TimeDelta = TimeDelta::hours(24);

/// What a new account needs.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// The name to sign in with: lower-case letters, figures and dots.
    pub username: String,
    /// The person's name.
    pub full_name: String,
    /// The employee number: accounts that share one are one person's. Empty where it is not known.
    pub employee_no: String,
    /// Access roles from the start.
    pub access: Vec<AccessRole>,
    /// On what they rest.
    pub basis: Basis,
}

/// Makes an account without a password; [`give_code`] lets its person choose one. Roles that take two people are proposed.
/// `fresh` is the confirmation of just now; only the house goes without.
///
/// # Errors
/// [`Failure::Forbidden`] for a person without the own confirmation of just now.
/// [`Failure::Conflict`] when the user name is taken or the access roles may not be joined; [`Failure::Invalid`] for a role
/// without what it rests on.
pub fn add_account(work: &mut Work<'_>, fresh: Option<&FreshAuth>, account: &NewAccount) -> Result<PersonId, Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_proven(work.actor, fresh)?;
    roles_must_be_joinable(&account.access)?;
    let taken = diesel::select(diesel::dsl::exists(
        persons::table.filter(persons::username.eq(&account.username)),
    ))
    .get_result::<bool>(work.conn)?;
    if taken {
        return Err(Failure::Conflict(Say::new("people.username_taken")));
    }
    let id = PersonId::new();
    diesel::insert_into(persons::table)
        .values((
            persons::id.eq(&id),
            persons::agency_id.eq(work.agency()),
            persons::username.eq(&account.username),
            persons::full_name.eq(&account.full_name),
            persons::active.eq(true),
            persons::language.eq(Language::Vi),
            persons::created_at.eq(work.actor.at),
            persons::row_version.eq(1),
            persons::employee_no.eq(folded_number(&account.employee_no)),
        ))
        .execute(work.conn)?;
    work.record("person.added", ("person", id.as_str()), json!({}));
    if !account.access.is_empty() {
        // Not even by a second account.
        must_be_other(work, &id)?;
    }
    for role in &account.access {
        let mandate = account.basis.mandate.filter(|_| *role == AccessRole::Inspector);
        let basis = Basis {
            mandate,
            ..account.basis.clone()
        };
        give(work, (&id, *role), &basis)?;
    }
    Ok(id)
}

/// Says whose account it is, where that was not known: from then on it is one person's with every other account of the
/// same number.
///
/// # Errors
/// [`Failure::Conflict`] when it is known, or the accounts together would join duties; 404 for no active account.
pub fn set_employee_no(work: &mut Work<'_>, person: &PersonId, number: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    let mut roles = roles_of(work, person)?;
    let (agency, number) = (work.agency(), folded_number(number));
    let own = persons::agency_id.eq(&agency).and(persons::id.eq(person));
    let known: String = persons::table
        .filter(own)
        .select(persons::employee_no)
        .first(work.conn)?;
    if !known.is_empty() {
        return Err(Failure::Conflict(Say::new("people.roles.refused.known")));
    }
    let others = accounts_numbered(work, &number)?;
    roles.extend(held(work, &others)?);
    roles_must_be_joinable(&roles)?;
    diesel::update(persons::table.filter(own))
        .set((
            persons::employee_no.eq(number),
            persons::row_version.eq(persons::row_version + 1),
        ))
        .execute(work.conn)?;
    let details = json!({ "other_accounts": others });
    work.record("person.identified", ("person", person.as_str()), details);
    Ok(())
}

/// Takes an access role from another person; the entry that it was held stays.
///
/// # Errors
/// [`Failure::Conflict`] when it is one's own account; 404 when the person does not have the role.
pub fn revoke(work: &mut Work<'_>, person: &PersonId, role: AccessRole) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_other(work, person)?;
    let by = work
        .actor
        .person
        .as_ref()
        .map_or("house", |person| person.id.as_str())
        .to_owned();
    let agency = work.agency();
    let revoked = diesel::update(access_grants::table)
        .filter(
            access_grants::agency_id
                .eq(&agency)
                .and(access_grants::person_id.eq(person)),
        )
        .filter(
            access_grants::access_role
                .eq(role)
                .and(access_grants::revoked_at.is_null()),
        )
        .set((
            access_grants::revoked_at.eq(Some(work.actor.at)),
            access_grants::revoked_by.eq(Some(by)),
        ))
        .execute(work.conn)?;
    if revoked == 0 {
        return Err(Failure::NotFound);
    }
    end_sessions(work, person, (Ended::Access, None))?;
    end_lost_loans(work, person)?;
    work.record(
        "access.revoked",
        ("person", person.as_str()),
        json!({ "access_role": role.as_str() }),
    );
    Ok(())
}

/// Deactivates another person's account and ends its sessions. What the person signed stays.
///
/// # Errors
/// [`Failure::Conflict`] for one's own account; 404 when there is no such active account.
pub fn deactivate(work: &mut Work<'_>, person: &PersonId) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_other(work, person)?;
    let agency = work.agency();
    let changed = diesel::update(persons::table)
        .filter(
            persons::agency_id
                .eq(&agency)
                .and(persons::id.eq(person))
                .and(persons::active.eq(true)),
        )
        .set((
            persons::active.eq(false),
            persons::row_version.eq(persons::row_version + 1),
        ))
        .execute(work.conn)?;
    if changed == 0 {
        return Err(Failure::NotFound);
    }
    end_sessions(work, person, (Ended::Deactivated, None))?;
    void_proposals_of(work, person)?;
    end_lost_loans(work, person)?;
    work.record("person.deactivated", ("person", person.as_str()), json!({}));
    Ok(())
}

/// A new code of 20 letters and figures in groups of five, without those that look alike (100 bits).
pub(super) fn new_code() -> Result<String, Failure> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0_u8; 20];
    getrandom::fill(&mut random).map_err(|cause| Failure::Internal(anyhow::anyhow!("no randomness: {cause}")))?;
    let letters = random
        .iter()
        .filter_map(|byte| LETTERS.get(usize::from(byte % 32)).copied().map(char::from));
    let mut code = String::new();
    for (place, letter) in letters.enumerate() {
        if place > 0 && place % 5 == 0 {
            code.push('-');
        }
        code.push(letter);
    }
    Ok(code)
}

/// Gives a one-time code with which the person chooses a new password within 24 hours. Older codes are void. `fresh` is the
/// confirmation of just now; only the house goes without.
///
/// # Errors
/// [`Failure::Forbidden`] for a person without the own confirmation of just now.
/// 404 when there is no such active account; [`Failure::Conflict`] for one's own.
pub fn give_code(work: &mut Work<'_>, fresh: Option<&FreshAuth>, person: &PersonId) -> Result<String, Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_proven(work.actor, fresh)?;
    must_be_other(work, person)?;
    roles_of(work, person)?;
    let code = new_code()?;
    insert_code(work, Some(person), &code)?;
    work.record("person.code_given", ("person", person.as_str()), json!({}));
    Ok(code)
}

pub(super) fn insert_code(work: &mut Work<'_>, person: Option<&PersonId>, code: &str) -> QueryResult<()> {
    let agency = work.agency();
    let (at, until) = (work.actor.at, work.actor.at + CODE_HOLDS);
    let open = one_time_codes::agency_id
        .eq(&agency)
        .and(one_time_codes::used_at.is_null());
    let void = diesel::update(one_time_codes::table)
        .filter(open)
        .set(one_time_codes::used_at.eq(Some(at)));
    match person {
        Some(person) => void.filter(one_time_codes::person_id.eq(person)).execute(work.conn)?,
        None => void.filter(one_time_codes::person_id.is_null()).execute(work.conn)?,
    };
    diesel::insert_into(one_time_codes::table)
        .values((
            one_time_codes::id.eq(new_id()),
            one_time_codes::agency_id.eq(&agency),
            one_time_codes::person_id.eq(person),
            one_time_codes::code_sha256.eq(sha256_hex(code)),
            one_time_codes::made_at.eq(at),
            one_time_codes::expires_at.eq(until),
        ))
        .execute(work.conn)
        .map(drop)
}
