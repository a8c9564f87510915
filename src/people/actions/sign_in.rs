//! Signing in: the password first, then the second factor of whoever has one.

use super::password::stands;
use super::second::HALF_HOLDS;
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, PersonId};
use crate::ledger::{self, Work};
use crate::people::factors;
use crate::people::gate::{random_token, sha256_hex};
use crate::people::guessing::{self, Subjects, Verdict};
use crate::people::hashing::Comer;
use crate::people::keeper::Keeper;
use crate::people::keys;
use crate::people::password::is_too_long;
use crate::people::schema::{half_sign_ins, known_devices, persons};
use crate::people::sessions::{self, NewSession, Proof};
use crate::web::{Failure, Say};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::json;

/// A device is known for this long after the sign-in that made it known.
pub const DEVICE_HOLDS: TimeDelta = TimeDelta::days(365);
/// So many devices are known of one person; the oldest is forgotten for another.
const MOST_DEVICES: usize = 20;

/// From where somebody signs in.
#[derive(Debug, Clone, Default)]
pub(in crate::people) struct Origin {
    /// The address, whole: it is counted under, as a hash.
    pub(in crate::people) address: String,
    /// The address as the list of sessions shows it.
    pub(in crate::people) shown_address: String,
    /// Browser and system.
    pub(in crate::people) device: String,
    /// The token by which the device is known, if it has one.
    pub(in crate::people) known_by: Option<String>,
}

/// What a right password led to.
#[derive(Debug, Clone)]
pub(in crate::people) enum Entered {
    /// A session.
    In(SignedIn),
    /// The second factor is awaited; the token says of whom.
    Half(String),
}

/// A new session.
#[derive(Debug, Clone)]
pub(in crate::people) struct SignedIn {
    /// The token for the cookie; only its hash is stored.
    pub(in crate::people) token: String,
    /// The token by which the device is known from now on.
    pub(in crate::people) device: String,
    /// Whether the oldest session ended for it.
    pub(in crate::people) is_oldest_ended: bool,
}

/// An active account behind a user name.
pub(super) struct Account {
    pub(super) person: PersonId,
    pub(super) agency: AgencyId,
    pub(super) hash: Option<String>,
}

/// The active account with this user name, and whether it is known by this device.
fn account(work: &mut Work<'_>, username: &str, device: Option<&str>) -> Result<(Option<Account>, bool), Failure> {
    // User names are unique in the whole installation: the person's agency is not known before signing in.
    let found: Option<(PersonId, AgencyId, Option<String>)> = persons::table
        .filter(persons::username.eq(username).and(persons::active.eq(true)))
        .select((persons::id, persons::agency_id, persons::password_hash))
        .first(work.conn)
        .optional()?;
    // Asked for every name, known or not: both take as long.
    let since = work.actor.at - DEVICE_HOLDS;
    let known: Vec<PersonId> = known_devices::table
        .filter(known_devices::token_sha256.eq(device.map(sha256_hex).unwrap_or_default()))
        .filter(known_devices::made_at.gt(since))
        .select(known_devices::person_id)
        .load(work.conn)?;
    let account = found.map(|(person, agency, hash)| Account { person, agency, hash });
    let is_known = account.as_ref().is_some_and(|account| known.contains(&account.person));
    Ok((account, is_known))
}

pub(super) fn must_wait(seconds: i64) -> Failure {
    Failure::TooMany(Say::new("people.sign_in.wait").with("seconds", seconds))
}

/// What the counters allow to this try, other tries under way counted in.
pub(super) fn judge(db: &Db, actor: &Actor, subjects: &Subjects, under_way: &[i64]) -> Result<Verdict, Failure> {
    let counters = db.read(|conn| {
        guessing::counters(conn, subjects, (under_way, actor.at)).map_err(|cause| Failure::Internal(cause.into()))
    })?;
    Ok(guessing::verdict(&counters, actor.at))
}

/// Counts a failure, with its entry.
pub(super) fn note_failure(db: &Db, actor: &Actor, (act, subjects): (&'static str, Subjects)) -> Result<(), Failure> {
    ledger::change(db, actor.clone(), move |work| note(work, (act, &subjects)))
}

fn note(work: &mut Work<'_>, (act, subjects): (&'static str, &Subjects)) -> Result<(), Failure> {
    guessing::note(work.conn, subjects, work.actor.at)?;
    let subject = subjects.list().first().map(|(_, subject)| subject.clone());
    work.record(act, ("sign_in", &subject.unwrap_or_default()), json!({}));
    Ok(())
}

fn wrong() -> Failure {
    Failure::Invalid(Say::new("people.sign_in.wrong"))
}

/// Checks name and password; opens a session, or awaits the second factor. Slow by intent: call it away from the threads
/// that answer requests. Every wrong pair gets one answer after the same work: whether the account is unknown, deactivated,
/// without a password or stopped does not show.
///
/// # Errors
/// [`Failure::Invalid`] with one sentence for every wrong pair, [`Failure::TooMany`] when tries must wait,
/// [`Failure::Unavailable`] when too many passwords are being hashed.
pub(in crate::people) fn sign_in(
    db: &Db,
    keeper: &Keeper,
    stranger: &Actor,
    (username, password, origin): (&str, &str, &Origin),
) -> Result<Entered, Failure> {
    let username = crate::procedures::fold(username.trim());
    if is_too_long(password) {
        return Err(wrong());
    }
    let (found, is_known) = ledger::read(db, stranger, |work| {
        account(work, &username, origin.known_by.as_deref())
    })?;
    let subjects = match &origin.known_by {
        Some(device) if is_known => Subjects::known(&username, device),
        _ => Subjects::stranger(&username, &origin.address),
    };
    let (others, begun) = keeper.under_way.begin(&subjects);
    let is_stopped = match judge(db, stranger, &subjects, &others)? {
        Verdict::Wait(seconds) => return Err(must_wait(seconds)),
        Verdict::Stopped => true,
        Verdict::Try => false,
    };
    let stored = found.as_ref().and_then(|account| account.hash.as_deref());
    let checked = keeper
        .hashing
        .check(Comer::Stranger, password, stored.filter(|_| !is_stopped))?;
    let actor = of_agency(stranger, found.as_ref());
    let Some(account) = found.filter(|_| checked.is_right) else {
        note_failure(db, &actor, ("sign_in.refused", subjects))?;
        drop(begun);
        return Err(wrong());
    };
    let whose = (account.agency.clone(), account.person.clone());
    let known = account.hash.clone().unwrap_or_default();
    let (origin, anew) = (origin.clone(), checked.anew);
    let in_force = anew.clone().unwrap_or_else(|| known.clone());
    let entered = ledger::change(db, actor, move |work| {
        // Hashing takes its time: what was right when it began may have been changed, reset or closed since.
        if !stands(work, (&account.agency, &account.person), &known)? {
            note(work, ("sign_in.refused", &subjects))?;
            return Ok(None);
        }
        guessing::forget_of(work.conn, &subjects)?;
        if let Some(hash) = anew {
            diesel::update(persons::table.find(&account.person))
                .filter(persons::password_hash.eq(&known))
                .set(persons::password_hash.eq(Some(hash)))
                .execute(work.conn)?;
            work.record("password.rehashed", ("person", account.person.as_str()), json!({}));
        }
        if factors::has_any(work.conn, (&account.agency, &account.person))? {
            return Ok(Some(Entered::Half(await_second(work, &account, false)?)));
        }
        let signed_in = enter(work, &account, (Proof::Password, &origin))?;
        Ok::<_, Failure>(Some(Entered::In(signed_in)))
    })?;
    drop(begun);
    let entered = entered.ok_or_else(wrong)?;
    keys::ensure(db, &keeper.hashing, stranger, whose, (password, &in_force));
    Ok(entered)
}

/// The visitor as one of the account's agency: what becomes of a try belongs into that agency's ledger. Tries at accounts
/// that are not there stand in the ledger of the site's own agency.
pub(super) fn of_agency(stranger: &Actor, account: Option<&Account>) -> Actor {
    Actor {
        agency: account.map_or_else(|| stranger.agency.clone(), |account| account.agency.clone()),
        ..stranger.clone()
    }
}

/// Refuses an account that was deactivated while its person was on the way in.
fn must_be_active(work: &mut Work<'_>, account: &Account) -> Result<(), Failure> {
    let is_active: Option<bool> = persons::table
        .filter(
            persons::agency_id
                .eq(&account.agency)
                .and(persons::id.eq(&account.person)),
        )
        .select(persons::active)
        .first(work.conn)
        .optional()?;
    if is_active == Some(true) { Ok(()) } else { Err(wrong()) }
}

/// Remembers that the password was right, or that another party said who it is, for ten minutes.
pub(super) fn await_second(work: &mut Work<'_>, account: &Account, is_oidc: bool) -> Result<String, Failure> {
    must_be_active(work, account)?;
    let (token, at) = (random_token()?, work.actor.at);
    diesel::delete(half_sign_ins::table.filter(half_sign_ins::expires_at.lt(at))).execute(work.conn)?;
    diesel::insert_into(half_sign_ins::table)
        .values((
            half_sign_ins::token_sha256.eq(sha256_hex(&token)),
            half_sign_ins::agency_id.eq(&account.agency),
            half_sign_ins::person_id.eq(&account.person),
            half_sign_ins::made_at.eq(at),
            half_sign_ins::expires_at.eq(at + HALF_HOLDS),
            half_sign_ins::is_oidc.eq(is_oidc),
        ))
        .execute(work.conn)?;
    work.record("sign_in.half", ("person", account.person.as_str()), json!({}));
    Ok(token)
}

/// Opens the session and makes the device known.
pub(super) fn enter(
    work: &mut Work<'_>,
    account: &Account,
    (proof, origin): (Proof, &Origin),
) -> Result<SignedIn, Failure> {
    must_be_active(work, account)?;
    let (token, is_oldest_ended) = sessions::open(
        work,
        &NewSession {
            agency: &account.agency,
            person: &account.person,
            proof,
            device: &origin.device,
            address: &origin.shown_address,
        },
    )?;
    Ok(SignedIn {
        token,
        device: know_device(work, account, origin.known_by.as_deref())?,
        is_oldest_ended,
    })
}

/// A device that has a token already keeps it: several people may share one.
fn know_device(work: &mut Work<'_>, account: &Account, token: Option<&str>) -> Result<String, Failure> {
    let own = known_devices::agency_id
        .eq(&account.agency)
        .and(known_devices::person_id.eq(&account.person));
    let known: Vec<String> = known_devices::table
        .filter(own)
        .order(known_devices::made_at)
        .select(known_devices::token_sha256)
        .load(work.conn)?;
    let token = match token {
        Some(token) if token.len() == 64 => token.to_owned(),
        _ => random_token()?,
    };
    let hashed = sha256_hex(&token);
    let too_many = (known.len() + 1).saturating_sub(MOST_DEVICES);
    let gone: Vec<&String> = known
        .iter()
        .take(too_many)
        .chain(known.iter().filter(|one| **one == hashed))
        .collect();
    diesel::delete(
        known_devices::table
            .filter(own)
            .filter(known_devices::token_sha256.eq_any(gone)),
    )
    .execute(work.conn)?;
    diesel::insert_into(known_devices::table)
        .values((
            known_devices::token_sha256.eq(&hashed),
            known_devices::agency_id.eq(&account.agency),
            known_devices::person_id.eq(&account.person),
            known_devices::made_at.eq(work.actor.at),
        ))
        .execute(work.conn)?;
    Ok(token)
}
