//! After a password was set without the old one, two others say that the new key is its person's: a secretary and an
//! administrator, each with the own key.

use super::super::certificate::{line, moment};
use super::super::schema::key_attestations;
use super::super::store::{KeyShown, certify, keys_by_id};
use super::super::text::base64;
use crate::kernel::{AccessRole, Permission, Person, new_id};
use crate::ledger::Work;
use crate::people::FreshAuth;
use crate::people::policy::must;
use crate::people::store::own_accounts;
use crate::web::{Failure, Say};
use diesel::prelude::*;
use serde_json::json;

fn refused(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("people.keys.refused.{reason}")))
}

/// The duty in which the person may still speak for the key.
fn duty(person: &Person, spoken: &[AccessRole]) -> Result<AccessRole, Failure> {
    let duties = [AccessRole::Administrator, AccessRole::Committee];
    let mut own = duties
        .into_iter()
        .filter(|role| person.access.contains(role))
        .peekable();
    if own.peek().is_none() {
        return Err(Failure::Forbidden(Say::new("people.keys.refused.duty")));
    }
    own.find(|role| !spoken.contains(role)).ok_or_else(|| refused("spoken"))
}

/// Says that a new key is its person's. With the word of both an administrator and a member of the committee the agency
/// certifies it. Gives whether it is certified now.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is neither, for the person whose key it is, and without the password given just
/// now; [`Failure::Conflict`] when the key waits for nobody or somebody of that duty spoken already.
pub fn attest(work: &mut Work<'_>, fresh: &FreshAuth, key: &str) -> Result<bool, Failure> {
    must(work.actor, Permission::ManagePeople).or_else(|_| must(work.actor, Permission::WriteDocuments))?;
    fresh.must_be_of(work.actor)?;
    let agency = work.agency();
    let person = work.actor.person.clone().ok_or(Failure::SignInFirst)?;
    let shown: KeyShown = keys_by_id(work, &[key.to_owned()])?
        .remove(key)
        .ok_or(Failure::NotFound)?;
    if own_accounts(work)?.contains(&shown.person_id) {
        return Err(Failure::Forbidden(Say::new("people.keys.refused.own")));
    }
    if shown.certificate.is_some() || shown.retired_at.is_some() {
        return Err(refused("not_waiting"));
    }
    let spoken: Vec<AccessRole> = key_attestations::table
        .filter(
            key_attestations::agency_id
                .eq(&agency)
                .and(key_attestations::key_id.eq(key)),
        )
        .select(key_attestations::access_role)
        .load(work.conn)?;
    let own = keys_by_id(work, &[fresh.key_id().to_owned()])?;
    if own.values().all(|own| own.certificate.is_none()) {
        return Err(refused("own_unattested"));
    }
    let duty = duty(&person, &spoken)?;
    let statement = format!(
        "quytrinh/key-attestation/v1\nkhoa: {key}\nnguoi: {}\nkhoa-cong-khai: {}\nnguoi-xac-nhan: {} | {} | {duty}\nthoi-diem: {}\n",
        shown.person_id,
        shown.public_key,
        person.id,
        line(&person.full_name),
        moment(work.actor.at),
    );
    diesel::insert_into(key_attestations::table)
        .values((
            key_attestations::id.eq(new_id()),
            key_attestations::agency_id.eq(&agency),
            key_attestations::key_id.eq(key),
            key_attestations::person_id.eq(&person.id),
            key_attestations::access_role.eq(duty),
            key_attestations::by_key_id.eq(fresh.key_id()),
            key_attestations::signature.eq(base64(&fresh.sign(statement.as_bytes()))),
            key_attestations::statement.eq(statement),
            key_attestations::at.eq(work.actor.at),
        ))
        .execute(work.conn)?;
    let is_whole = !spoken.is_empty();
    if is_whole {
        certify(work, &shown, fresh.signer().agency())?;
    }
    work.record(
        "signing_key.attested",
        ("signing_key", key),
        json!({ "as": duty, "by_key": fresh.key_id(), "certified": is_whole }),
    );
    Ok(is_whole)
}
