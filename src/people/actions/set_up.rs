//! Agencies, the first administrator, and choosing a password with a one-time code.

use super::accounts::{insert_code, new_code};
use super::password::{known_words, must_be_good, set};
use crate::db::{AnyConnection, Db};
use crate::kernel::{AccessRole, Actor, AgencyId, Language, PersonId, new_id};
use crate::ledger::{self, Work};
use crate::people::gate::sha256_hex;
use crate::people::hashing::Comer;
use crate::people::keeper::Keeper;
use crate::people::keys;
use crate::people::schema::{access_grants, agencies, one_time_codes, persons};
use crate::people::sessions::Ended;
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::json;

/// A new agency.
#[derive(Debug, Clone)]
pub struct NewAgency {
    /// Code, unique in the installation.
    pub code: String,
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// What its case codes begin with, for example `H38.12.34`.
    pub case_prefix: String,
}

/// The first agency of the installation, by the time it was made.
///
/// # Errors
/// When the database fails.
pub fn first_agency(db: &Db) -> Result<Option<AgencyId>, Failure> {
    db.read(|conn| {
        Ok(agencies::table
            .order(agencies::id)
            .select(agencies::id)
            .first(conn)
            .optional()?)
    })
}

/// All agencies: id and code, oldest first.
///
/// # Errors
/// When the database fails.
pub fn agencies(db: &Db) -> Result<Vec<(AgencyId, String)>, Failure> {
    db.read(|conn| {
        Ok(agencies::table
            .order(agencies::id)
            .select((agencies::id, agencies::code))
            .load(conn)?)
    })
}

/// All agencies on any connection, of the office or of a copy: id and code, oldest first.
///
/// # Errors
/// When the database fails.
pub fn agency_codes(conn: &mut AnyConnection) -> QueryResult<Vec<(AgencyId, String)>> {
    agencies::table
        .order(agencies::id)
        .select((agencies::id, agencies::code))
        .load(conn)
}

/// Adds an agency; the program itself does this at its first start.
///
/// # Errors
/// When its code or case prefix is taken.
pub fn add_agency(db: &Db, at: NaiveDateTime, new: NewAgency) -> Result<AgencyId, Failure> {
    let id = AgencyId::new();
    let actor = Actor::house(id.clone(), at);
    ledger::change(db, actor, move |work| {
        diesel::insert_into(agencies::table)
            .values((
                agencies::id.eq(&id),
                agencies::code.eq(&new.code),
                agencies::name.eq(&new.name),
                agencies::name_en.eq(&new.name_en),
                agencies::case_prefix.eq(&new.case_prefix),
            ))
            .execute(work.conn)?;
        work.record("agency.added", ("agency", id.as_str()), json!({ "code": new.code }));
        Ok(id)
    })
}

/// Whether the agency has nobody yet who could sign in.
///
/// # Errors
/// When the database fails.
pub fn needs_set_up(db: &Db, agency: &AgencyId) -> Result<bool, Failure> {
    db.read(|conn| {
        let somebody = persons::table.filter(persons::agency_id.eq(agency).and(persons::password_hash.is_not_null()));
        Ok(!diesel::select(diesel::dsl::exists(somebody)).get_result::<bool>(conn)?)
    })
}

/// Makes the one-time code with which the first administrator is set up. Older ones are void.
///
/// # Errors
/// When the database fails.
pub fn make_set_up_code(db: &Db, agency: &AgencyId, at: NaiveDateTime) -> Result<String, Failure> {
    let actor = Actor::house(agency.clone(), at);
    ledger::change(db, actor, |work| {
        let code = new_code()?;
        insert_code(work, None, &code)?;
        let agency = work.agency();
        work.record("set_up.code_made", ("agency", agency.as_str()), json!({}));
        Ok(code)
    })
}

/// What a person fills in to use a one-time code.
#[derive(Debug, Clone)]
pub struct UseCode {
    /// The code.
    pub code: String,
    /// The name to sign in with: chosen by the first administrator, the account's own for others.
    pub username: String,
    /// The first administrator's name; empty for others.
    pub full_name: String,
    /// The new password.
    pub password: String,
}

/// Uses a one-time code: makes the first administrator, or sets the new password of the account it was given for. It
/// replaces the password only: whoever has a second factor is asked for it at the next sign-in all the same. Slow by intent
/// (it hashes a password).
///
/// # Errors
/// [`Failure::Invalid`] for a code that is wrong, used or too old, and for a password that is refused.
pub fn use_code(db: &Db, stranger: &Actor, filled: UseCode) -> Result<(), Failure> {
    use_code_with(db, &Keeper::default(), stranger, filled)
}

/// A code that was found open.
type Open = (String, AgencyId, Option<PersonId>);

fn open_code(work: &mut Work<'_>, code: &str) -> Result<Open, Failure> {
    let at = work.actor.at;
    let found = one_time_codes::table
        .filter(one_time_codes::code_sha256.eq(sha256_hex(code)))
        .filter(one_time_codes::used_at.is_null().and(one_time_codes::expires_at.gt(at)))
        .select((one_time_codes::id, one_time_codes::agency_id, one_time_codes::person_id))
        .first(work.conn)
        .optional()?;
    found.ok_or_else(wrong_code)
}

fn wrong_code() -> Failure {
    Failure::Invalid(Say::new("people.code.wrong"))
}

/// [`use_code`] in the queue of hashing. The code is looked up first: nobody makes the server hash without one.
pub(in crate::people) fn use_code_with(
    db: &Db,
    keeper: &Keeper,
    stranger: &Actor,
    filled: UseCode,
) -> Result<(), Failure> {
    let username = crate::procedures::fold(filled.username.trim());
    let code = filled.code.trim().to_lowercase();
    let ((known, has_factor), agency) = ledger::read(db, stranger, |work| {
        let (_, agency, person) = open_code(work, &code)?;
        let known = known_words(work, (&agency, person.as_ref()), [&username, &filled.full_name])?;
        Ok::<_, Failure>((known, agency))
    })?;
    // What becomes of the code belongs into the ledger of the agency that gave it.
    let actor = Actor {
        agency,
        ..stranger.clone()
    };
    let is_short = must_be_good(&filled.password, &known, has_factor)?;
    let hashed = keeper.hashing.hash(Comer::Stranger, &filled.password)?;
    ledger::change(db, actor, move |work| {
        let at = work.actor.at;
        let (id, agency, person) = open_code(work, &code)?;
        diesel::update(one_time_codes::table.find(id))
            .set(one_time_codes::used_at.eq(Some(at)))
            .execute(work.conn)?;
        match person {
            Some(person) => {
                if !set(work, (&person, &username), (&hashed, is_short), (Ended::Password, None))? {
                    return Err(wrong_code());
                }
                // The key was wrapped under the old password, which nobody gave: it is of no use any more.
                keys::retire(work, (&agency, &person), "reset")?;
            }
            None => add_first_administrator(work, &agency, (&username, &filled.full_name), &hashed)?,
        }
        Ok(())
    })
}

fn add_first_administrator(
    work: &mut Work<'_>,
    agency: &AgencyId,
    (username, full_name): (&str, &str),
    hashed: &str,
) -> Result<(), Failure> {
    let id = PersonId::new();
    diesel::insert_into(persons::table)
        .values((
            persons::id.eq(&id),
            persons::agency_id.eq(agency),
            persons::username.eq(username),
            persons::full_name.eq(full_name),
            persons::password_hash.eq(Some(hashed)),
            persons::active.eq(true),
            persons::language.eq(Language::Vi),
            persons::created_at.eq(work.actor.at),
            persons::row_version.eq(1),
        ))
        .execute(work.conn)?;
    diesel::insert_into(access_grants::table)
        .values((
            access_grants::id.eq(new_id()),
            access_grants::agency_id.eq(agency),
            access_grants::person_id.eq(&id),
            access_grants::access_role.eq(AccessRole::Administrator),
            access_grants::granted_at.eq(work.actor.at),
            access_grants::granted_by.eq("house"),
        ))
        .execute(work.conn)?;
    work.record("set_up.done", ("person", id.as_str()), json!({}));
    Ok(())
}
