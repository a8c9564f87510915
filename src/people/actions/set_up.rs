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

/// Names of files beside which no agency keeps its own: the key of the log of checkpoints, that of personal data and that
/// of the witness.
const TAKEN_BY_FILES: [&str; 3] = ["deployment", "personal", "witness"];

/// A code as it is compared: «H38.12.6», «h38.12.6» and « H38.12.6 » are one, for the files of its key and its
/// checkpoints are named by it, and not every disk tells capitals apart.
fn folded_code(code: &str) -> String {
    let signs = code.chars().filter(|sign| !sign.is_whitespace());
    signs.flat_map(char::to_uppercase).collect()
}

/// Refuses a code that could not name files, or that some agency has, in whatever spelling.
fn must_be_free(work: &mut Work<'_>, new: &NewAgency) -> Result<(), Failure> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
    let is_code = (2..=30).contains(&new.code.len()) && new.code.chars().all(is_plain);
    let is_of_files = TAKEN_BY_FILES.iter().any(|name| name.eq_ignore_ascii_case(&new.code));
    if !is_code || is_of_files {
        return Err(Failure::Invalid(Say::new("people.agency.code").with("code", &new.code)));
    }
    if new.name.trim().is_empty() || new.name_en.trim().is_empty() {
        return Err(Failure::Invalid(Say::new("people.agency.name")));
    }
    let known: Vec<(String, String)> = agencies::table
        .select((agencies::code, agencies::case_prefix))
        .load(work.conn)?;
    let taken = |other: &str| {
        [&new.code, &new.case_prefix]
            .iter()
            .any(|wanted| folded_code(wanted) == folded_code(other))
    };
    match known.iter().find(|(code, prefix)| taken(code) || taken(prefix)) {
        Some((code, _)) => Err(Failure::Conflict(Say::new("people.agency.taken").with("code", code))),
        None => Ok(()),
    }
}

/// Enters an agency: the one in whose name the program acts. Its book begins in the same transaction.
///
/// # Errors
/// [`Failure::Invalid`] for a code that is none and for an empty name, [`Failure::Conflict`] for a code or a case prefix
/// that some agency has, whatever its capitals and spaces.
pub fn enter_agency(work: &mut Work<'_>, new: &NewAgency) -> Result<(), Failure> {
    must_be_free(work, new)?;
    let id = work.agency();
    diesel::insert_into(agencies::table)
        .values((
            agencies::id.eq(&id),
            agencies::code.eq(&new.code),
            agencies::name.eq(new.name.trim()),
            agencies::name_en.eq(new.name_en.trim()),
            agencies::case_prefix.eq(&new.case_prefix),
        ))
        .execute(work.conn)?;
    work.record("agency.added", ("agency", id.as_str()), json!({ "code": new.code }));
    Ok(())
}

/// Adds an agency with nothing in it; what an office begins with is laid down by `app::found_office`.
///
/// # Errors
/// As [`enter_agency`].
pub fn add_agency(db: &Db, at: NaiveDateTime, new: NewAgency) -> Result<AgencyId, Failure> {
    let id = AgencyId::new();
    ledger::change(db, Actor::house(id.clone(), at), move |work| {
        enter_agency(work, &new)?;
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

/// Whether this code is open and makes the first administrator of an agency. A code that is wrong is for nobody.
///
/// # Errors
/// When the database fails.
pub(in crate::people) fn makes_first(db: &Db, stranger: &Actor, code: &str) -> Result<bool, Failure> {
    let code = code.trim().to_lowercase();
    match ledger::read(db, stranger, |work| open_code(work, &code)) {
        Ok((_, _, person)) => Ok(person.is_none()),
        Err(Failure::Invalid(_)) => Ok(false),
        Err(failure) => Err(failure),
    }
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
    // Unique in the whole deployment: at the sign-in, nobody says yet of which agency he or she is.
    let known = persons::table.filter(persons::username.eq(username));
    if diesel::select(diesel::dsl::exists(known)).get_result::<bool>(work.conn)? {
        return Err(Failure::Invalid(Say::new("people.username_taken")));
    }
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
