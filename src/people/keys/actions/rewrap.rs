//! A password that is changed by whoever knows the old one keeps its person's key: the same private part under the new
//! password.

use super::super::schema::signing_keys;
use super::super::signer::Signer;
use super::super::text::hex;
use super::super::wrap::{chance, wrap};
use crate::ledger::Work;
use crate::web::{Failure, Say};
use diesel::prelude::*;
use serde_json::json;

/// A private part under a password that was just chosen, on its way to be kept.
pub(in crate::people) struct Rewrapped {
    key_id: String,
    wrapped: String,
    salt: String,
}

/// Wraps the open key under another password, with a salt of its own. Slow by intent.
///
/// # Errors
/// [`Failure::Internal`] without randomness.
pub(in crate::people) fn rewrap(signer: &Signer, password: &str) -> Result<Rewrapped, Failure> {
    let salt: [u8; 16] = chance().map_err(Failure::Internal)?;
    let wrapped = wrap(&signer.secret, password, &salt).map_err(Failure::Internal)?;
    Ok(Rewrapped {
        key_id: signer.key_id.clone(),
        wrapped: hex(&wrapped),
        salt: hex(&salt),
    })
}

/// Keeps it in place of what the old password opened. It belongs into the change that sets the password: one without the
/// other would lose the key.
///
/// # Errors
/// [`Failure::Conflict`] when the key was retired meanwhile.
pub(in crate::people) fn keep_rewrapped(work: &mut Work<'_>, new: &Rewrapped) -> Result<(), Failure> {
    let agency = work.agency();
    let changed = diesel::update(signing_keys::table)
        .filter(
            signing_keys::agency_id
                .eq(&agency)
                .and(signing_keys::id.eq(&new.key_id)),
        )
        .filter(signing_keys::retired_at.is_null())
        .set((
            signing_keys::wrapped_private.eq(&new.wrapped),
            signing_keys::salt.eq(&new.salt),
        ))
        .execute(work.conn)?;
    if changed == 0 {
        return Err(Failure::Conflict(Say::new("people.keys.again")));
    }
    work.record("signing_key.rewrapped", ("signing_key", &new.key_id), json!({}));
    Ok(())
}
