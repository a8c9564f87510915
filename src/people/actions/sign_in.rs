//! Signing in and out, and confirming with the password again before signing.

use crate::kernel::{Actor, PersonId, new_id};
use crate::ledger::{self, Work};
use crate::people::gate::sha256_hex;
use crate::people::keys::{self, Signer};
use crate::people::password::is_right;
use crate::people::schema::{persons, sessions, sign_in_failures};
use crate::web::{Failure, Say};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use serde_json::json;
use std::sync::Arc;

/// After this many failures within the window, each further try has to wait.
const FREE_TRIES: i64 = 5;
/// Failures older than this are forgotten.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// A new session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The token for the cookie; only its hash is stored.
    pub token: String,
}

/// Proof that the person gave the right password just now. Only [`confirm`] makes one, so nothing that has no
/// password (a job, an import) can sign. It carries the person's key, open for as long as it lives:
///
/// ```compile_fail
/// // A job has no password: it cannot make a confirmation of its own, so it has nothing to sign with.
/// let fresh = quytrinh::people::FreshAuth {
///     person: quytrinh::kernel::PersonId::new(),
///     at: chrono::NaiveDateTime::default(),
/// };
/// ```
#[derive(Debug, Clone)]
pub struct FreshAuth {
    person: PersonId,
    at: NaiveDateTime,
    signer: Arc<Signer>,
    shown: Arc<[String]>,
}

impl FreshAuth {
    /// How long one confirmation holds.
    const HOLDS: TimeDelta = TimeDelta::minutes(5);

    /// The open key.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The id of the person's key.
    pub fn key_id(&self) -> &str {
        self.signer.key_id()
    }

    /// Signs a statement with the person's key.
    pub fn sign(&self, statement: &[u8]) -> [u8; 64] {
        self.signer.sign(statement)
    }

    /// The same, with the tokens of the page on which the password was given: they tell what that page showed.
    pub fn having_shown<'t>(mut self, tokens: impl IntoIterator<Item = &'t str>) -> Self {
        self.shown = tokens.into_iter().map(ToOwned::to_owned).collect();
        self
    }

    /// The tokens of the page on which the password was given.
    pub fn shown(&self) -> &[String] {
        &self.shown
    }

    /// Refuses a confirmation of somebody else, or one that is too old.
    ///
    /// # Errors
    /// [`Failure::Forbidden`] in both cases.
    pub fn must_be_of(&self, actor: &Actor) -> Result<(), Failure> {
        let is_own = actor.person.as_ref().is_some_and(|person| person.id == self.person);
        if is_own && (actor.at - self.at).abs() <= Self::HOLDS {
            return Ok(());
        }
        Err(Failure::Forbidden(Say::new("people.confirm.stale")))
    }
}

/// Who is behind a user name: id and hash of the password of an active account, and the wait that failures ask for.
struct Known {
    account: Option<(PersonId, Option<String>)>,
    wait: Option<i64>,
}

fn known(work: &mut Work<'_>, username: &str) -> Result<Known, Failure> {
    // User names are unique in the whole installation: the person's agency is not known before signing in.
    let account = persons::table
        .filter(persons::username.eq(username).and(persons::active.eq(true)))
        .select((persons::id, persons::password_hash))
        .first(work.conn)
        .optional()?;
    let since = work.actor.at - WINDOW;
    let failures = sign_in_failures::table
        .filter(
            sign_in_failures::username
                .eq(sha256_hex(username))
                .and(sign_in_failures::at.gt(since)),
        )
        .select((diesel::dsl::count_star(), diesel::dsl::max(sign_in_failures::at)))
        .first::<(i64, Option<NaiveDateTime>)>(work.conn)?;
    let wait = match failures {
        (count, Some(last)) if count >= FREE_TRIES => {
            let doublings = u32::try_from(count - FREE_TRIES).unwrap_or(u32::MAX).min(6);
            let wait = TimeDelta::seconds(5_i64 << doublings);
            let left = (last + wait - work.actor.at).num_seconds();
            (left > 0).then_some(left)
        }
        _ => None,
    };
    Ok(Known { account, wait })
}

fn note_failure(db: &crate::db::Db, actor: Actor, username: &str) -> Result<(), Failure> {
    let username = sha256_hex(username);
    ledger::change(db, actor, move |work| {
        diesel::insert_into(sign_in_failures::table)
            .values((
                sign_in_failures::id.eq(new_id()),
                sign_in_failures::username.eq(&username),
                sign_in_failures::at.eq(work.actor.at),
            ))
            .execute(work.conn)?;
        work.record("sign_in.refused", ("sign_in", &username), json!({}));
        Ok::<_, Failure>(())
    })
}

/// Checks name and password and opens a session. Slow by intent: call it away from the threads that answer requests.
///
/// # Errors
/// [`Failure::Invalid`] with one sentence for every wrong pair, [`Failure::TooMany`] when tries must wait.
pub fn sign_in(db: &crate::db::Db, stranger: &Actor, username: &str, password: &str) -> Result<SignedIn, Failure> {
    let username = crate::procedures::fold(username.trim());
    let found = ledger::read(db, stranger, |work| known(work, &username))?;
    if let Some(seconds) = found.wait {
        return Err(Failure::TooMany(
            Say::new("people.sign_in.wait").with("seconds", seconds),
        ));
    }
    let hash = found.account.as_ref().and_then(|(_, hash)| hash.as_deref());
    if !is_right(password, hash) {
        note_failure(db, stranger.clone(), &username)?;
        return Err(Failure::Invalid(Say::new("people.sign_in.wrong")));
    }
    let Some((person, _)) = found.account else {
        return Err(Failure::Invalid(Say::new("people.sign_in.wrong")));
    };
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|cause| Failure::Internal(anyhow::anyhow!("no randomness: {cause}")))?;
    let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let hashed = sha256_hex(&token);
    let signing_in = person.clone();
    let agency = ledger::change(db, stranger.clone(), move |work| {
        let agency: crate::kernel::AgencyId = persons::table
            .find(&person)
            .select(persons::agency_id)
            .first(work.conn)?;
        diesel::insert_into(sessions::table)
            .values((
                sessions::token_sha256.eq(&hashed),
                sessions::agency_id.eq(&agency),
                sessions::person_id.eq(&person),
                sessions::created_at.eq(work.actor.at),
                sessions::seen_at.eq(work.actor.at),
            ))
            .execute(work.conn)?;
        work.record("sign_in.done", ("person", person.as_str()), json!({}));
        Ok::<_, Failure>(agency)
    })?;
    keys::ensure(db, stranger, (agency, signing_in), password);
    Ok(SignedIn { token })
}

/// Ends the session with this hash.
///
/// # Errors
/// When the database fails.
pub fn sign_out(work: &mut Work<'_>, session: &str) -> Result<(), Failure> {
    diesel::update(sessions::table.find(session))
        .set(sessions::ended_at.eq(work.actor.at))
        .execute(work.conn)?;
    let person = work
        .actor
        .person
        .as_ref()
        .map(|person| person.id.as_str().to_owned())
        .unwrap_or_default();
    work.record("sign_out.done", ("person", &person), json!({}));
    Ok(())
}

/// Checks the password of the signed-in person again. Slow by intent.
///
/// # Errors
/// [`Failure::Invalid`] when it is wrong (it counts as a failed try), [`Failure::TooMany`] when tries must wait.
pub fn confirm(db: &crate::db::Db, actor: &Actor, password: &str) -> Result<FreshAuth, Failure> {
    let person = actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let (username, found) = ledger::read(db, actor, |work| {
        let username: String = persons::table
            .find(&person)
            .select(persons::username)
            .first(work.conn)?;
        let found = known(work, &username)?;
        Ok::<_, Failure>((username, found))
    })?;
    if let Some(seconds) = found.wait {
        return Err(Failure::TooMany(
            Say::new("people.sign_in.wait").with("seconds", seconds),
        ));
    }
    let hash = found.account.as_ref().and_then(|(_, hash)| hash.as_deref());
    if !is_right(password, hash) {
        note_failure(db, actor.clone(), &username)?;
        return Err(Failure::Invalid(Say::new("people.confirm.wrong")));
    }
    Ok(FreshAuth {
        signer: Arc::new(keys::unlock(db, actor, password)?),
        person,
        at: actor.at,
        shown: Arc::default(),
    })
}
