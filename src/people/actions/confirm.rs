//! Confirming who one is before signing and before changing what proves it.

use super::sign_in::{judge, must_wait, note_failure};
use crate::db::Db;
use crate::kernel::{Actor, PersonId};
use crate::ledger;
use crate::people::factors::{self, Key};
use crate::people::guessing::{self, Subjects, Verdict};
use crate::people::hashing::Comer;
use crate::people::keeper::Keeper;
use crate::people::keys::{self, Signer};
use crate::people::password::is_too_long;
use crate::people::schema::persons;
use crate::people::sessions::Proof;
use crate::web::{Failure, Say};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use std::sync::Arc;

/// Proof that the person gave the right password just now, and the second factor if there is one. Only [`confirm`] and
/// [`super::super::confirm_form`] make one, so nothing that has no password (a job, an import) can sign. It carries the person's
/// key, open for as long as it lives:
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
    method: Proof,
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

    /// What it was proved with; signatures print it.
    pub fn method(&self) -> Proof {
        self.method
    }
}

/// Checks the password of the signed-in person again, for somebody without a second factor. Slow by intent.
///
/// # Errors
/// [`Failure::Invalid`] when it is wrong, [`Failure::TooMany`] when tries must wait.
pub fn confirm(db: &Db, actor: &Actor, password: &str) -> Result<FreshAuth, Failure> {
    confirm_with(db, &Keeper::default(), actor, (password, None))
}

/// Checks the password of the signed-in person again, and a code where he or she has a second factor: the code as it was
/// typed, and the key that opens the secrets.
///
/// # Errors
/// [`Failure::Invalid`] when one is wrong (it counts as a failed try) or the code is missing, [`Failure::TooMany`] when
/// tries must wait.
pub(in crate::people) fn confirm_with(
    db: &Db,
    keeper: &Keeper,
    actor: &Actor,
    (password, code): (&str, Option<(&str, &Key)>),
) -> Result<FreshAuth, Failure> {
    let person = actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let wrong = || Failure::Invalid(Say::new("people.confirm.wrong"));
    if is_too_long(password) {
        return Err(wrong());
    }
    let subjects = Subjects::confirmation(person.as_str());
    let (others, begun) = keeper.under_way.begin(&subjects);
    let is_stopped = match judge(db, actor, &subjects, &others)? {
        Verdict::Wait(seconds) => return Err(must_wait(seconds)),
        Verdict::Stopped => true,
        Verdict::Try => false,
    };
    let (hash, has_factor) = ledger::read(db, actor, |work| {
        let agency = work.agency();
        let hash: Option<String> = persons::table
            .filter(persons::agency_id.eq(&agency).and(persons::id.eq(&person)))
            .filter(persons::active.eq(true))
            .select(persons::password_hash)
            .first(work.conn)?;
        Ok::<_, Failure>((hash, factors::has_any(work.conn, (&agency, &person))?))
    })?;
    let checked = keeper
        .hashing
        .check(Comer::Member, password, hash.as_deref().filter(|_| !is_stopped))?;
    if !checked.is_right {
        note_failure(db, actor, ("confirm.refused", subjects))?;
        return Err(wrong());
    }
    let method = if has_factor {
        let (typed, key) = code
            .filter(|(typed, _)| !typed.trim().is_empty())
            .ok_or_else(|| Failure::Invalid(Say::new("people.confirm.code_needed")))?;
        prove(db, actor, (typed, key), subjects)?
    } else {
        forget(db, actor, subjects)?;
        Proof::Password
    };
    drop(begun);
    // Opening the key hashes the password once more, under another salt: it waits for its turn as the check did.
    let signer = keeper
        .hashing
        .in_turn(Comer::Member, || keys::unlock(db, actor, password))??;
    Ok(FreshAuth {
        person,
        at: actor.at,
        method,
        signer: Arc::new(signer),
        shown: Arc::default(),
    })
}

fn prove(db: &Db, actor: &Actor, (typed, key): (&str, &Key), subjects: Subjects) -> Result<Proof, Failure> {
    let (typed, key, passed) = (typed.to_owned(), key.clone(), subjects.clone());
    let proved = ledger::change(db, actor.clone(), move |work| {
        let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
        let proof = factors::prove(work, &person, (&typed, &key))?;
        guessing::forget_of(work.conn, &passed)?;
        Ok(proof)
    });
    if matches!(proved, Err(Failure::Invalid(_))) {
        note_failure(db, actor, ("confirm.refused", subjects))?;
    }
    proved
}

/// Forgets earlier failures, if there were any: most confirmations write nothing.
fn forget(db: &Db, actor: &Actor, subjects: Subjects) -> Result<(), Failure> {
    let none = vec![0; subjects.list().len()];
    let counted = db.read(|conn| {
        guessing::counters(conn, &subjects, (&none, actor.at)).map_err(|cause| Failure::Internal(cause.into()))
    })?;
    if counted.is_empty() {
        return Ok(());
    }
    ledger::change(db, actor.clone(), move |work| {
        guessing::forget_of(work.conn, &subjects)?;
        let subject = subjects.list().first().map(|(_, subject)| subject.clone());
        work.record(
            "confirm.done",
            ("sign_in", &subject.unwrap_or_default()),
            serde_json::json!({}),
        );
        Ok::<_, Failure>(())
    })
}
