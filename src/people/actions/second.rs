//! The second step of signing in: a code or a passkey, after the password was right.

use super::confirm::refuse;
use super::sign_in::{Account, Origin, SignedIn, enter, judge, must_wait, note_failure};
use crate::db::Db;
use crate::kernel::{Actor, AgencyId, PersonId};
use crate::ledger::{self, Work};
use crate::people::factors::{self, Key};
use crate::people::gate::sha256_hex;
use crate::people::guessing::{self, Subjects, Verdict};
use crate::people::keeper::Keeper;
use crate::people::passkeys::{self, Place, Proved, Refusal, Rp, Used};
use crate::people::schema::half_sign_ins;
use crate::people::sessions::Proof;
use crate::web::{Failure, Say};
use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::Value;

/// How long the second factor may take after the password was right.
pub(super) const HALF_HOLDS: TimeDelta = TimeDelta::minutes(10);

/// A second factor, as it is given after the password.
pub(in crate::people) enum Second<'a> {
    /// A code of an app or a recovery code, as it was typed.
    Code(&'a str),
    /// What a browser answered, at this site.
    Passkey(&'a str, &'a Rp),
}

fn over() -> Failure {
    Failure::Conflict(Say::new("people.sign_in.half_over"))
}

/// Whose second factor is awaited.
pub(in crate::people) struct Awaited {
    /// Who.
    pub(in crate::people) person: PersonId,
    /// Of which agency.
    pub(in crate::people) agency: AgencyId,
    /// Whether another party said who it is, not the password.
    pub(in crate::people) is_oidc: bool,
}

/// The account whose second factor is awaited under a token, while that holds.
pub(in crate::people) fn awaited(work: &mut Work<'_>, token: &str) -> Result<Awaited, Failure> {
    let at = work.actor.at;
    let found = half_sign_ins::table
        .find(sha256_hex(token))
        .filter(half_sign_ins::used_at.is_null().and(half_sign_ins::expires_at.gt(at)))
        // A clock that was set back brings none of them back.
        .filter(half_sign_ins::made_at.le(at + HALF_HOLDS))
        .select((
            half_sign_ins::person_id,
            half_sign_ins::agency_id,
            half_sign_ins::is_oidc,
        ))
        .first(work.conn)
        .optional()?;
    let (person, agency, is_oidc) = found.ok_or_else(over)?;
    Ok(Awaited {
        person,
        agency,
        is_oidc,
    })
}

/// Asks the browser of somebody whose password was right for a passkey of that person.
///
/// # Errors
/// [`Failure::Conflict`] when the password must be given again or the person has no passkey.
pub(in crate::people) fn ask_half(
    db: &Db,
    keeper: &Keeper,
    stranger: &Actor,
    (token, rp, key): (&str, &Rp, &Key),
) -> Result<Value, Failure> {
    let present = ledger::read(db, stranger, |work| {
        let awaited = awaited(work, token)?;
        passkeys::passkeys(work, (&awaited.agency, &awaited.person), key)
    })?;
    if present.is_empty() {
        return Err(passkeys::none());
    }
    keeper.ceremonies.ask(rp, (Place::Half(token), stranger.at), &present)
}

/// What was given, checked as far as that needs no database.
enum Checked {
    Code(String),
    Passkey(Proved),
}

fn prove(work: &mut Work<'_>, person: &PersonId, (checked, key): (&Checked, &Key)) -> Result<Proof, Refusal> {
    match checked {
        Checked::Code(typed) => Ok(factors::prove(work, person, (typed, key))?),
        Checked::Passkey(proved) => match passkeys::used(work, person, (proved, key))? {
            Used::Yes => Ok(Proof::Passkey),
            Used::No(why) => Err(Refusal::Passkey(why)),
        },
    }
}

/// Checks the second factor after the password was right, and opens the session.
///
/// # Errors
/// [`Failure::Conflict`] when the password must be given again, [`Failure::Invalid`] for a wrong code or passkey,
/// [`Failure::TooMany`] when tries must wait.
pub(in crate::people) fn second(
    db: &Db,
    keeper: &Keeper,
    stranger: &Actor,
    (token, given, key, origin): (&str, &Second<'_>, &Key, &Origin),
) -> Result<SignedIn, Failure> {
    let Awaited {
        person,
        agency,
        is_oidc,
    } = ledger::read(db, stranger, |work| awaited(work, token))?;
    let subjects = Subjects::confirmation(person.as_str());
    let (others, begun) = keeper.under_way.begin(&subjects);
    let wrong = || Failure::Invalid(Say::new("people.factors.wrong_code"));
    match judge(db, stranger, &subjects, &others)? {
        Verdict::Wait(seconds) => return Err(must_wait(seconds)),
        Verdict::Stopped => return Err(wrong()),
        Verdict::Try => {}
    }
    let actor = Actor {
        agency: agency.clone(),
        ..stranger.clone()
    };
    let checked = match given {
        Second::Code(typed) => Ok(Checked::Code((*typed).to_owned())),
        Second::Passkey(answer, rp) => keeper
            .ceremonies
            .proved(rp, (Place::Half(token), actor.at), answer)
            .map(Checked::Passkey)
            .map_err(Refusal::Passkey),
    };
    let account = Account {
        person: person.clone(),
        agency,
        hash: None,
    };
    let (hashed, passed) = (sha256_hex(token), subjects.clone());
    let done = checked.and_then(|checked| {
        let (key, origin) = (key.clone(), origin.clone());
        ledger::change(db, actor.clone(), move |work| {
            use_up(work, &hashed)?;
            let proof = prove(work, &account.person, (&checked, &key))?;
            guessing::forget_of(work.conn, &passed)?;
            let proof = if is_oidc { after_oidc(proof) } else { proof };
            Ok::<_, Refusal>(enter(work, &account, (proof, &origin))?)
        })
    });
    let done = match done {
        Ok(signed_in) => Ok(signed_in),
        Err(Refusal::Passkey(why)) => {
            refuse(db, &actor, ("sign_in.second_refused", subjects), (Some(&person), why))?;
            Err(why.failure())
        }
        Err(Refusal::Other(failure @ Failure::Invalid(_))) => {
            note_failure(db, &actor, ("sign_in.second_refused", subjects))?;
            Err(failure)
        }
        Err(Refusal::Other(failure)) => Err(failure),
    };
    drop(begun);
    done
}

/// What was proved when another party came before, and not the password.
fn after_oidc(proof: Proof) -> Proof {
    match proof {
        Proof::Totp => Proof::OidcTotp,
        Proof::Recovery => Proof::OidcRecovery,
        Proof::Passkey => Proof::OidcPasskey,
        Proof::Password
        | Proof::PasskeyAlone
        | Proof::Oidc
        | Proof::OidcTotp
        | Proof::OidcRecovery
        | Proof::OidcPasskey => proof,
    }
}

fn use_up(work: &mut Work<'_>, token_sha256: &str) -> Result<(), Failure> {
    let used = diesel::update(
        half_sign_ins::table
            .find(token_sha256)
            .filter(half_sign_ins::used_at.is_null()),
    )
    .set(half_sign_ins::used_at.eq(Some(work.actor.at)))
    .execute(work.conn)?;
    if used == 0 { Err(over()) } else { Ok(()) }
}
