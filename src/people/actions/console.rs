//! People at the command line: who says to be somebody shows the password there too, and a code where there is a second
//! factor.

use super::confirm::{Given, confirm_by_password, confirm_with};
use super::fresh::FreshAuth;
use super::proposals::open_proposal;
use super::roles::give_confirmed;
use crate::access;
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, Permission};
use crate::ledger::{self, Work};
use crate::people::factors::Key;
use crate::people::must;
use crate::people::store::{accounts_of, persons};
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;

/// The person with this user name as who acts, after the password (and the code, where he or she has a second factor) was
/// found right.
///
/// # Errors
/// As [`super::super::confirm()`]; a name that nobody has is a wrong password.
pub fn at_console(
    db: &Db,
    (agency, now): (&AgencyId, NaiveDateTime),
    username: &str,
    (password, code): (&str, &str),
) -> Result<(Actor, FreshAuth), Failure> {
    let actor = named(db, (agency, now), username)?;
    let files = db.home().unwrap_or_default().join("files");
    let key = if code.trim().is_empty() {
        None
    } else {
        Some(Key::beside(&files)?)
    };
    let given = key.as_ref().map_or(Given::Nothing, |key| Given::Code(code, key));
    let fresh = confirm_with(
        db,
        &crate::people::keeper::Keeper::default(),
        &actor,
        (password, &given),
    )?;
    Ok((actor, fresh))
}

/// The same by the password alone, for when the keys in the data directory are lost: nothing is left by which a second
/// factor could be checked. Not for anything but giving those keys up.
///
/// # Errors
/// As [`at_console`].
pub fn at_console_without_keys(
    db: &Db,
    (agency, now): (&AgencyId, NaiveDateTime),
    username: &str,
    password: &str,
) -> Result<Actor, Failure> {
    let actor = named(db, (agency, now), username)?;
    confirm_by_password(db, &actor, password)?;
    Ok(actor)
}

/// The active person with this user name, as who acts.
fn named(db: &Db, (agency, now): (&AgencyId, NaiveDateTime), username: &str) -> Result<Actor, Failure> {
    let house = Actor::house(agency.clone(), now);
    let known = ledger::read(db, &house, |work| Ok::<_, Failure>(persons(work)?))?;
    let named = known
        .into_iter()
        .find(|person| person.username == username && person.active);
    let named = named.ok_or_else(|| Failure::Invalid(Say::new("people.confirm.wrong")))?;
    Ok(Actor {
        person: Some(named.into_person()),
        is_house: false,
        ..house
    })
}

/// Confirms a proposed role at the command line, where no chair can: the word of the operator, together with that of
/// somebody of the office who showed the password just now (`by`) and is kept as the one who confirmed it.
///
/// # Errors
/// [`Failure::Forbidden`] without the operator, for an old confirmation and for whoever holds no role at all;
/// [`Failure::Conflict`] for whoever proposed it or would get it (with any account), and as
/// [`super::super::confirm_role`]; 404 when nothing waits.
pub fn confirm_role_at_console(
    work: &mut Work<'_>,
    (by, fresh): (&Actor, &FreshAuth),
    id: &str,
) -> Result<(), Failure> {
    let stale = || Failure::Forbidden(Say::new("people.confirm.stale"));
    if !work.actor.is_house || by.agency != work.actor.agency {
        return Err(stale());
    }
    must(work.actor, Permission::ConfirmRoles)?;
    fresh.must_be_of(by)?;
    fresh.must_be_whole()?;
    let witness = by.person.as_ref().ok_or_else(stale)?;
    if witness.access.is_empty() {
        return Err(Failure::Forbidden(Say::new("people.roles.refused.no_role")));
    }
    let proposal = open_proposal(work, id)?;
    let accounts = accounts_of(work, &witness.id)?;
    if let Some(rule) = access::bars(Permission::ConfirmRoles, &proposal.facts(), &accounts) {
        return Err(Failure::Conflict(Say::new(rule.says.as_str())));
    }
    give_confirmed(work, &proposal, witness.id.as_str())
}
