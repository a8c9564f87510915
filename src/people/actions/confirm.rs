//! Confirming who one is before signing and before changing what proves it.

use super::fresh::{ByPasskey, FreshAuth, Waits};
use super::sign_in::{judge, must_wait, note_failure};
use crate::db::Db;
use crate::kernel::{Actor, PersonId};
use crate::ledger;
use crate::people::factors::{self, Key};
use crate::people::guessing::{self, Subjects, Verdict};
use crate::people::hashing::Comer;
use crate::people::keeper::Keeper;
use crate::people::keys;
use crate::people::passkeys::{self, Place, Refusal, Rp, Used, Why};
use crate::people::password::is_too_long;
use crate::people::schema::persons;
use crate::people::sessions::Proof;
use crate::web::{Failure, Say};
use diesel::prelude::*;
use std::sync::{Arc, Mutex};

/// What somebody gives besides the password.
pub(in crate::people) enum Given<'a> {
    /// Nothing.
    Nothing,
    /// A code as it was typed, and the key that opens the secrets.
    Code(&'a str, &'a Key),
    /// What a browser answered, where it was asked, and for which site.
    Passkey((&'a str, Place<'a>), &'a Rp, &'a Key),
    /// A passkey is to sign the statement that this confirmation is for.
    PasskeyToSign(&'a Rp, &'a Key),
}

/// Checks the password of the signed-in person again, for somebody without a second factor. Slow by intent.
///
/// # Errors
/// [`Failure::Invalid`] when it is wrong, [`Failure::TooMany`] when tries must wait.
pub fn confirm(db: &Db, actor: &Actor, password: &str) -> Result<FreshAuth, Failure> {
    confirm_with(db, &Keeper::default(), actor, (password, &Given::Nothing))
}

/// Checks the password of a person, and does what follows a right one before another try is heard: with the person, what
/// tries are counted by, and whether there is a second factor. Gives what it gave, and the hash that the password was
/// checked against.
fn with_password<T>(
    db: &Db,
    keeper: &Keeper,
    (actor, password): (&Actor, &str),
    and_then: impl FnOnce(&PersonId, Subjects, bool) -> Result<T, Failure>,
) -> Result<(T, String), Failure> {
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
    let done = and_then(&person, subjects, has_factor);
    drop(begun);
    Ok((done?, hash.unwrap_or_default()))
}

/// Checks the password of a person alone, where nothing is left to check a second factor or to sign with.
///
/// # Errors
/// As [`confirm()`].
pub(in crate::people) fn confirm_by_password(db: &Db, actor: &Actor, password: &str) -> Result<(), Failure> {
    with_password(db, &Keeper::default(), (actor, password), |_, subjects, _| {
        forget(db, actor, subjects)
    })
    .map(|((), _hash)| ())
}

/// Checks the password of the signed-in person again, and the second factor of whoever has one.
///
/// # Errors
/// [`Failure::Invalid`] when one is wrong (it counts as a failed try) or the second one is missing, [`Failure::TooMany`]
/// when tries must wait.
pub(in crate::people) fn confirm_with(
    db: &Db,
    keeper: &Keeper,
    actor: &Actor,
    (password, given): (&str, &Given<'_>),
) -> Result<FreshAuth, Failure> {
    let person = actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let ((method, passkey), hash) = with_password(db, keeper, (actor, password), |person, subjects, has_factor| {
        if has_factor {
            second(db, keeper, actor, (person, given), subjects)
        } else {
            forget(db, actor, subjects)?;
            Ok((Proof::Password, ByPasskey::None))
        }
    })?;
    // Opening the key hashes the password once more, under another salt: it waits for its turn as the check did.
    let signer = keeper
        .hashing
        .in_turn(Comer::Member, || keys::unlock(db, actor, (password, hash.as_str())))??;
    Ok(FreshAuth {
        person,
        at: actor.at,
        method,
        signer: Arc::new(signer),
        shown: Arc::default(),
        passkey,
    })
}

/// Checks the second factor, after the password was right.
fn second(
    db: &Db,
    keeper: &Keeper,
    actor: &Actor,
    (person, given): (&PersonId, &Given<'_>),
    subjects: Subjects,
) -> Result<(Proof, ByPasskey), Failure> {
    match given {
        Given::Code(typed, key) if !typed.trim().is_empty() => {
            let proof = prove(db, actor, (typed, key), subjects)?;
            Ok((proof, ByPasskey::None))
        }
        Given::Nothing | Given::Code(..) => Err(Failure::Invalid(Say::new("people.confirm.code_needed"))),
        Given::PasskeyToSign(rp, key) => {
            let kept = ledger::read(db, actor, |work| {
                let agency = work.agency();
                passkeys::passkeys(work, (&agency, person), key)
            })?;
            let kept: Vec<_> = kept.into_iter().filter(|kept| kept.line.is_some()).collect();
            if kept.is_empty() {
                return Err(passkeys::none());
            }
            let waits = Waits {
                host: rp.id.clone(),
                passkeys: kept,
                asked: Mutex::default(),
            };
            Ok((Proof::Passkey, ByPasskey::Asks(Arc::new(waits))))
        }
        Given::Passkey((answer, place), rp, key) => {
            let proved = keeper.ceremonies.proved(rp, (*place, actor.at), answer);
            let done = proved.map_err(Refusal::Passkey).and_then(|proved| {
                let (passed, key) = (subjects.clone(), (*key).clone());
                ledger::change(db, actor.clone(), move |work| {
                    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
                    match passkeys::used(work, &person, (&proved, &key))? {
                        Used::No(why) => return Err(Refusal::Passkey(why)),
                        Used::Yes => guessing::forget_of(work.conn, &passed)?,
                    }
                    Ok(proved)
                })
            });
            match done {
                Ok(proved) => Ok((
                    Proof::Passkey,
                    proved
                        .signed
                        .map_or(ByPasskey::None, |signed| ByPasskey::Signed(Arc::new(signed))),
                )),
                Err(Refusal::Other(failure)) => Err(failure),
                Err(Refusal::Passkey(why)) => {
                    refuse(db, actor, ("confirm.refused", subjects), (Some(person), why))?;
                    Err(why.failure())
                }
            }
        }
    }
}

/// Counts and records a passkey that was refused. One whose question was over is no guess.
pub(super) fn refuse(
    db: &Db,
    actor: &Actor,
    (act, subjects): (&'static str, Subjects),
    (person, why): (Option<&PersonId>, Why),
) -> Result<(), Failure> {
    if why != Why::Over {
        note_failure(db, actor, (act, subjects))?;
    }
    passkeys::note_refusal(db, actor, (person, why))
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
