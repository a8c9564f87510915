//! People at the command line: who says to be somebody shows the password there too, and a code where there is a second
//! factor.

use super::confirm::{Given, confirm_by_password, confirm_with};
use super::fresh::FreshAuth;
use crate::db::Db;
use crate::kernel::{Actor, AgencyId};
use crate::ledger;
use crate::people::factors::Key;
use crate::people::store::persons;
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
