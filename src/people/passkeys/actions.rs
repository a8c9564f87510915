//! Adding passkeys, and noting what they proved or why they were refused.

use super::assertion::{Assertion, key_line};
use super::store::passkeys;
use super::{Proved, Why};
use crate::db::Db;
use crate::kernel::{Actor, PersonId, new_id};
use crate::ledger::{self, Work};
use crate::people::factors::{self, Key, Kind};
use crate::people::schema::second_factors;
use crate::people::sessions::{Ended, end_sessions};
use crate::web::{Failure, Say};
use diesel::prelude::*;
use serde_json::json;
use webauthn_rs::prelude::Passkey;

/// What came of adding a passkey: recovery codes when the person had no second factor before.
pub(in crate::people) struct Enrolled {
    pub(in crate::people) recovery: Vec<String>,
}

/// Adds a passkey that a browser made for the person who acts; from now on it is asked for. Other sessions end.
///
/// # Errors
/// [`Failure::Conflict`] when there are too many second factors.
pub(in crate::people) fn enrol(
    work: &mut Work<'_>,
    (passkey, name): (&Passkey, &str),
    key: &Key,
) -> Result<Enrolled, Failure> {
    let person = work.actor.person.as_ref().ok_or(Failure::SignInFirst)?.id.clone();
    let (agency, at) = (work.agency(), work.actor.at);
    factors::must_have_room(work, &person)?;
    let id = new_id();
    let text = serde_json::to_vec(passkey).map_err(|cause| Failure::Internal(cause.into()))?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::id.eq(&id),
            second_factors::agency_id.eq(&agency),
            second_factors::person_id.eq(&person),
            second_factors::kind.eq(Kind::Passkey),
            second_factors::name.eq(name),
            second_factors::secret.eq(key.seal(&text, &id)?),
            second_factors::last_step.eq(counter_of(&text)),
            second_factors::made_at.eq(at),
            second_factors::confirmed_at.eq(Some(at)),
        ))
        .execute(work.conn)?;
    let this = work.actor.via.session.clone();
    end_sessions(work, &person, (Ended::Password, this.as_deref()))?;
    let public = key_line(passkey.get_public_key()).map(|line| Assertion::name_of(&line));
    work.record(
        "factor.added",
        ("person", person.as_str()),
        json!({ "kind": "passkey", "factor": id, "public_key": public }),
    );
    Ok(Enrolled {
        recovery: factors::first_recovery(work, &person)?,
    })
}

/// How often the device had signed by its own count when it was added; the library keeps that inside.
fn counter_of(text: &[u8]) -> i64 {
    let whole: Option<serde_json::Value> = serde_json::from_slice(text).ok();
    whole
        .and_then(|whole| whole.pointer("/cred/counter")?.as_i64())
        .unwrap_or_default()
}

/// What became of a proof.
pub(in crate::people) enum Used {
    /// It counts.
    Yes,
    /// It does not.
    No(Why),
}

/// Notes that a passkey proved its person, unless it was removed meanwhile or its counter went back.
pub(in crate::people) fn used(
    work: &mut Work<'_>,
    person: &PersonId,
    (proved, key): (&Proved, &Key),
) -> Result<Used, Failure> {
    let (agency, at) = (work.agency(), work.actor.at);
    let all = passkeys(work, (&agency, person), key)?;
    let found = all
        .into_iter()
        .find(|kept| kept.passkey.cred_id().as_slice() == proved.credential);
    let Some(kept) = found else {
        return Ok(Used::No(Why::Unknown));
    };
    let counter = i64::from(proved.counter);
    // Devices that do not count say 0 always; any other must have gone on since.
    let goes_on = second_factors::last_step.lt(counter).or(second_factors::last_step
        .eq(0)
        .and(second_factors::last_step.eq(counter)));
    let changed = diesel::update(second_factors::table.find(&kept.id))
        .filter(second_factors::removed_at.is_null())
        .filter(goes_on)
        .set((
            second_factors::last_step.eq(counter),
            second_factors::used_at.eq(Some(at)),
        ))
        .execute(work.conn)?;
    if changed == 0 {
        return Ok(Used::No(Why::Counter));
    }
    work.record(
        "factor.used",
        ("person", person.as_str()),
        json!({ "kind": "passkey", "factor": kept.id }),
    );
    Ok(Used::Yes)
}

/// Records that a passkey was refused and why, in the person's own agency where the person is known.
pub(in crate::people) fn note_refusal(
    db: &Db,
    actor: &Actor,
    (person, why): (Option<&PersonId>, Why),
) -> Result<(), Failure> {
    let person = person.map(|person| person.as_str().to_owned());
    ledger::change(db, actor.clone(), move |work| {
        let details = json!({ "kind": "passkey", "why": why.as_str() });
        match &person {
            Some(person) => work.record("factor.refused", ("person", person), details),
            None => work.record("factor.refused", ("sign_in", "passkey"), details),
        }
        Ok::<_, Failure>(())
    })
}

/// That a passkey is wanted and there is none.
pub(in crate::people) fn none() -> Failure {
    Failure::Conflict(Say::new("people.passkeys.none"))
}
