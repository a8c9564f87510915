//! Setting up, using and removing second factors.

use super::seal::Key;
use super::{Enrolment, Kind, Rule, codes, store, totp};
use crate::kernel::{Permission, PersonId, new_id};
use crate::ledger::Work;
use crate::people::FreshAuth;
use crate::people::actions::fresh::must_be_proven;
use crate::people::actions::roles::must_be_other;
use crate::people::gate::sha256_hex;
use crate::people::must;
use crate::people::schema::{factor_rules, persons, recovery_codes, second_factors};
use crate::people::sessions::{Ended, Proof, end_sessions};
use crate::web::{Failure, Say};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

/// An app that was not confirmed with a code within this time must be set up anew.
const ENROLMENT_HOLDS: TimeDelta = TimeDelta::minutes(15);
/// So many second factors one person may have.
const MOST: usize = 10;

fn own(work: &Work<'_>) -> Result<PersonId, Failure> {
    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?;
    Ok(person.id.clone())
}

/// Refuses one more second factor of a person who has enough.
pub(in crate::people) fn must_have_room(work: &mut Work<'_>, person: &PersonId) -> Result<(), Failure> {
    let present = store::factors(work, person)?;
    if present.iter().filter(|factor| factor.removed_at.is_none()).count() >= MOST {
        return Err(Failure::Conflict(Say::new("people.factors.too_many")));
    }
    Ok(())
}

/// Makes the secret of an app, for the person who acts; it counts from the moment that [`confirm_totp`] is given a code.
pub(in crate::people) fn begin_totp(
    work: &mut Work<'_>,
    fresh: &FreshAuth,
    (name, key): (&str, &Key),
) -> Result<Enrolment, Failure> {
    fresh.must_be_of(work.actor)?;
    let (person, agency, at) = (own(work)?, work.agency(), work.actor.at);
    must_have_room(work, &person)?;
    diesel::delete(
        second_factors::table
            .filter(
                second_factors::agency_id
                    .eq(&agency)
                    .and(second_factors::person_id.eq(&person)),
            )
            .filter(second_factors::confirmed_at.is_null()),
    )
    .execute(work.conn)?;
    let (id, secret) = (new_id(), totp::new_secret());
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::id.eq(&id),
            second_factors::agency_id.eq(&agency),
            second_factors::person_id.eq(&person),
            second_factors::kind.eq(Kind::Totp),
            second_factors::name.eq(name),
            second_factors::secret.eq(key.seal(&secret, &id)?),
            second_factors::last_step.eq(0),
            second_factors::made_at.eq(at),
        ))
        .execute(work.conn)?;
    let username: String = persons::table
        .find(&person)
        .select(persons::username)
        .first(work.conn)?;
    work.record("factor.begun", ("person", person.as_str()), json!({ "kind": "totp" }));
    totp::enrolment(&secret, &username)
}

/// Confirms the app with its first code: from now on it is asked for. Gives the recovery codes when the person has none;
/// other sessions end.
pub(in crate::people) fn confirm_totp(work: &mut Work<'_>, typed: &str, key: &Key) -> Result<Vec<String>, Failure> {
    let (person, at) = (own(work)?, work.actor.at);
    let begun = store::secrets(work, &person, false)?;
    let begun = begun
        .into_iter()
        .find(|(_, _, _, made_at)| at - *made_at < ENROLMENT_HOLDS);
    let (id, sealed, last, _) = begun.ok_or_else(|| Failure::Conflict(Say::new("people.factors.begin_again")))?;
    let secret = key
        .open(&sealed, &id)
        .ok_or_else(|| Failure::Conflict(Say::new("people.factors.begin_again")))?;
    let step = totp::step(&secret, &codes::plain(typed), (at, last))?
        .ok_or_else(|| Failure::Invalid(Say::new("people.factors.wrong_code")))?;
    diesel::update(second_factors::table.find(&id))
        .set((
            second_factors::confirmed_at.eq(Some(at)),
            second_factors::last_step.eq(step),
        ))
        .execute(work.conn)?;
    let this = work.actor.via.session.clone();
    end_sessions(work, &person, (Ended::Password, this.as_deref()))?;
    work.record("factor.added", ("person", person.as_str()), json!({ "kind": "totp" }));
    first_recovery(work, &person)
}

/// Recovery codes of a person who has none left; none for whoever has.
pub(in crate::people) fn first_recovery(work: &mut Work<'_>, person: &PersonId) -> Result<Vec<String>, Failure> {
    if store::recovery_left(work, person)? > 0 {
        return Ok(Vec::new());
    }
    insert_recovery(work, person)
}

fn insert_recovery(work: &mut Work<'_>, person: &PersonId) -> Result<Vec<String>, Failure> {
    void_recovery(work, person)?;
    let (agency, at) = (work.agency(), work.actor.at);
    let mut made = Vec::new();
    for _ in 0..codes::COUNT {
        let code = codes::new()?;
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::code_sha256.eq(sha256_hex(&codes::plain(&code))),
                recovery_codes::agency_id.eq(&agency),
                recovery_codes::person_id.eq(person),
                recovery_codes::made_at.eq(at),
            ))
            .execute(work.conn)?;
        made.push(code);
    }
    work.record("recovery_codes.made", ("person", person.as_str()), json!({}));
    Ok(made)
}

fn void_recovery(work: &mut Work<'_>, person: &PersonId) -> QueryResult<()> {
    let (agency, at) = (work.agency(), work.actor.at);
    diesel::update(recovery_codes::table)
        .filter(
            recovery_codes::agency_id
                .eq(&agency)
                .and(recovery_codes::person_id.eq(person)),
        )
        .filter(recovery_codes::used_at.is_null())
        .set(recovery_codes::used_at.eq(Some(at)))
        .execute(work.conn)
        .map(drop)
}

/// Makes ten new recovery codes; the older ones are void.
pub(in crate::people) fn renew_recovery(work: &mut Work<'_>, fresh: &FreshAuth) -> Result<Vec<String>, Failure> {
    fresh.must_be_of(work.actor)?;
    let (person, agency) = (own(work)?, work.agency());
    if !store::has_any(work.conn, (&agency, &person))? {
        return Err(Failure::Conflict(Say::new("people.factors.none")));
    }
    insert_recovery(work, &person)
}

/// Proves the person in `work` with a code of an app or a recovery code, each of which is used up by it.
pub(in crate::people) fn prove(
    work: &mut Work<'_>,
    person: &PersonId,
    (typed, key): (&str, &Key),
) -> Result<Proof, Failure> {
    let (agency, at, typed) = (work.agency(), work.actor.at, codes::plain(typed));
    for (id, sealed, last, _) in store::secrets(work, person, true)? {
        // A secret that does not open (another key file) proves nothing; the recovery codes still do.
        let Some(secret) = key.open(&sealed, &id) else {
            tracing::error!("A second factor does not open with keys/accounts.key");
            continue;
        };
        if let Some(step) = totp::step(&secret, &typed, (at, last))? {
            diesel::update(second_factors::table.find(&id))
                .set((second_factors::last_step.eq(step), second_factors::used_at.eq(Some(at))))
                .execute(work.conn)?;
            work.record("factor.used", ("person", person.as_str()), json!({ "kind": "totp" }));
            return Ok(Proof::Totp);
        }
    }
    let used = diesel::update(recovery_codes::table.find(sha256_hex(&typed)))
        .filter(
            recovery_codes::agency_id
                .eq(&agency)
                .and(recovery_codes::person_id.eq(person)),
        )
        .filter(recovery_codes::used_at.is_null())
        .set(recovery_codes::used_at.eq(Some(at)))
        .execute(work.conn)?;
    if used == 0 {
        return Err(Failure::Invalid(Say::new("people.factors.wrong_code")));
    }
    work.record(
        "factor.used",
        ("person", person.as_str()),
        json!({ "kind": "recovery" }),
    );
    Ok(Proof::Recovery)
}

/// Removes one second factor of the person who acts; other sessions end. The last one stays where the password is short.
pub(in crate::people) fn remove(work: &mut Work<'_>, fresh: &FreshAuth, id: &str) -> Result<(), Failure> {
    fresh.must_be_of(work.actor)?;
    let (person, agency, at) = (own(work)?, work.agency(), work.actor.at);
    let removed = diesel::update(second_factors::table.find(id))
        .filter(
            second_factors::agency_id
                .eq(&agency)
                .and(second_factors::person_id.eq(&person)),
        )
        .filter(second_factors::removed_at.is_null())
        .set((
            second_factors::removed_at.eq(Some(at)),
            second_factors::removed_by.eq(Some("own")),
        ))
        .execute(work.conn)?;
    if removed == 0 {
        return Err(Failure::NotFound);
    }
    if !store::has_any(work.conn, (&agency, &person))? {
        let is_short: bool = persons::table
            .find(&person)
            .select(persons::short_password)
            .first(work.conn)?;
        if is_short {
            return Err(Failure::Conflict(Say::new("people.factors.password_is_short")));
        }
        void_recovery(work, &person)?;
    }
    let this = work.actor.via.session.clone();
    end_sessions(work, &person, (Ended::Password, this.as_deref()))?;
    work.record("factor.removed", ("person", person.as_str()), json!({ "by": "own" }));
    Ok(())
}

/// Removes all second factors of another person who lost them. It is recorded, the person is told, and whoever must have
/// one sets up a new one at the next sign-in. `fresh` is the confirmation of just now; only the house goes without.
///
/// # Errors
/// [`Failure::Forbidden`] for a person without the own confirmation of just now; [`Failure::Conflict`] for one's own (of any
/// account, rule S4) or when there is none; 404 when the agency has no such person.
pub fn remove_factors_of(work: &mut Work<'_>, fresh: Option<&FreshAuth>, person: &PersonId) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_proven(work.actor, fresh)?;
    must_be_other(work, person)?;
    let (agency, at) = (work.agency(), work.actor.at);
    let found: PersonId = persons::table
        .filter(persons::agency_id.eq(&agency).and(persons::id.eq(person)))
        .select(persons::id)
        .first(work.conn)?;
    let removed = diesel::update(second_factors::table)
        .filter(
            second_factors::agency_id
                .eq(&agency)
                .and(second_factors::person_id.eq(&found)),
        )
        .filter(second_factors::removed_at.is_null())
        .set((
            second_factors::removed_at.eq(Some(at)),
            second_factors::removed_by.eq(Some("administrator")),
        ))
        .execute(work.conn)?;
    if removed == 0 {
        return Err(Failure::Conflict(Say::new("people.factors.none")));
    }
    void_recovery(work, &found)?;
    end_sessions(work, &found, (Ended::Password, None))?;
    work.record(
        "factor.removed",
        ("person", found.as_str()),
        json!({ "by": "administrator" }),
    );
    Ok(())
}

/// Who must have a second factor from now on, and why.
#[derive(Debug, Clone)]
pub struct FactorRule {
    /// Who.
    pub rule: Rule,
    /// Why; needed where nobody must.
    pub reason: String,
}

/// Decides who of the agency must have a second factor. `fresh` is the confirmation of just now; only the house goes
/// without.
///
/// # Errors
/// [`Failure::Forbidden`] for a person without the own confirmation of just now;
/// [`Failure::Invalid`] for a relaxation without a reason.
pub fn set_factor_rule(work: &mut Work<'_>, fresh: Option<&FreshAuth>, decided: &FactorRule) -> Result<(), Failure> {
    must(work.actor, Permission::ManagePeople)?;
    must_be_proven(work.actor, fresh)?;
    if decided.rule == Rule::Nobody && decided.reason.trim().is_empty() {
        return Err(Failure::Invalid(Say::new("people.factors.reason_needed")));
    }
    let id = new_id();
    diesel::insert_into(factor_rules::table)
        .values((
            factor_rules::id.eq(&id),
            factor_rules::agency_id.eq(work.agency()),
            factor_rules::rule.eq(decided.rule),
            factor_rules::reason.eq(decided.reason.trim()),
            factor_rules::decided_at.eq(work.actor.at),
            factor_rules::decided_by.eq(work.actor.person.as_ref().map(|person| person.id.clone())),
        ))
        .execute(work.conn)?;
    work.record(
        "factor_rule.set",
        ("factor_rule", &id),
        json!({ "rule": decided.rule.as_str() }),
    );
    Ok(())
}
