//! Choosing a new password.

use super::fresh::FreshAuth;
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, PersonId};
use crate::ledger::{self, Work};
use crate::people::factors;
use crate::people::guessing;
use crate::people::hashing::Comer;
use crate::people::keeper::Keeper;
use crate::people::keys::{self, Rewrapped};
use crate::people::password::{LENGTH, check_new_password};
use crate::people::schema::{agencies, persons};
use crate::people::sessions::{Ended, end_sessions};
use crate::web::{Failure, Say};
use diesel::prelude::*;
use serde_json::json;

/// What anybody knows of the office and the person, and whether the person has a second factor.
pub(super) fn known_words(
    work: &mut Work<'_>,
    (agency, person): (&AgencyId, Option<&PersonId>),
    typed: [&str; 2],
) -> Result<(Vec<String>, bool), Failure> {
    let (code, name, name_en, prefix): (String, String, String, String) = agencies::table
        .find(agency)
        .select((agencies::code, agencies::name, agencies::name_en, agencies::case_prefix))
        .first(work.conn)?;
    let mut known = vec![code, name, name_en, prefix];
    known.extend(typed.map(ToOwned::to_owned));
    let Some(person) = person else {
        return Ok((known, false));
    };
    let (username, full_name): (String, String) = persons::table
        .filter(persons::agency_id.eq(agency).and(persons::id.eq(person)))
        .select((persons::username, persons::full_name))
        .first(work.conn)?;
    known.extend([username, full_name]);
    Ok((known, factors::has_any(work.conn, (agency, person))?))
}

/// Refuses a password that is too short, too long or guessable; gives whether it is one that needs a second factor.
pub(super) fn must_be_good(password: &str, known: &[String], has_factor: bool) -> Result<bool, Failure> {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    check_new_password(password, &known, has_factor).map_err(|fault| Failure::Invalid(Say::new(fault.key())))?;
    Ok(password.chars().count() < LENGTH.0)
}

/// Whether an account is still active and still has the password of which this is the hash. Whoever checked a password
/// outside a transaction asks so inside it: hashing is slow, and a password that was changed meanwhile opens nothing.
///
/// # Errors
/// When the database fails.
pub(in crate::people) fn stands(
    work: &mut Work<'_>,
    (agency, person): (&AgencyId, &PersonId),
    hash: &str,
) -> QueryResult<bool> {
    let same = persons::table
        .filter(persons::agency_id.eq(agency).and(persons::id.eq(person)))
        .filter(persons::active.eq(true).and(persons::password_hash.eq(hash)));
    diesel::select(diesel::dsl::exists(same)).get_result(work.conn)
}

/// Sets the password of an active account, ends its sessions and what was half signed in, and forgets what failed; false
/// when there is none of that name.
pub(super) fn set(
    work: &mut Work<'_>,
    (person, username): (&PersonId, &str),
    (hashed, is_short): (&str, bool),
    ended: (Ended, Option<&str>),
) -> Result<bool, Failure> {
    let changed = diesel::update(persons::table)
        .filter(
            persons::id
                .eq(person)
                .and(persons::username.eq(username))
                .and(persons::active.eq(true)),
        )
        .set((
            persons::password_hash.eq(Some(hashed)),
            persons::short_password.eq(is_short),
            persons::row_version.eq(persons::row_version + 1),
        ))
        .execute(work.conn)?;
    if changed == 0 {
        return Ok(false);
    }
    end_sessions(work, person, ended)?;
    guessing::of_person(work.conn, username, person.as_str())?;
    work.record("person.password_set", ("person", person.as_str()), json!({}));
    Ok(true)
}

/// A new password that is good and hashed, on its way to be kept.
pub(in crate::people) struct Chosen {
    person: PersonId,
    username: String,
    hashed: String,
    is_short: bool,
    key: Rewrapped,
}

/// Checks and hashes a new password of the person who acts, and wraps the open signing key under it. Slow by intent.
///
/// # Errors
/// [`Failure::Invalid`] for a password that is refused.
pub(in crate::people) fn choose(
    db: &Db,
    keeper: &Keeper,
    actor: &Actor,
    (fresh, password): (&FreshAuth, &str),
) -> Result<Chosen, Failure> {
    fresh.must_be_of(actor)?;
    let person = actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let ((known, has_factor), username) = ledger::read(db, actor, |work| {
        let agency = work.agency();
        let username: String = persons::table
            .filter(persons::agency_id.eq(&agency).and(persons::id.eq(&person)))
            .select(persons::username)
            .first(work.conn)?;
        Ok::<_, Failure>((known_words(work, (&agency, Some(&person)), ["", ""])?, username))
    })?;
    let is_short = must_be_good(password, &known, has_factor)?;
    Ok(Chosen {
        person,
        username,
        hashed: keeper.hashing.hash(Comer::Member, password)?,
        is_short,
        key: keeper
            .hashing
            .in_turn(Comer::Member, || keys::rewrap(fresh.signer(), password))??,
    })
}

/// Keeps the new password, and the signing key under it: the person goes on signing with the same key. The other sessions
/// end.
///
/// # Errors
/// 404 when the account is no longer active, [`Failure::Conflict`] when the signing key was retired meanwhile.
pub(in crate::people) fn keep(work: &mut Work<'_>, chosen: &Chosen) -> Result<(), Failure> {
    let this = work.actor.via.session.clone();
    let but = (Ended::Password, this.as_deref());
    let whose = (&chosen.person, chosen.username.as_str());
    if !set(work, whose, (&chosen.hashed, chosen.is_short), but)? {
        return Err(Failure::NotFound);
    }
    keys::keep_rewrapped(work, &chosen.key)
}
