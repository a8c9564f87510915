//! Choosing how to be told, confirming an address, reading notices, and what the administrator does about letters.

use super::kind::{Mode, Purpose};
use super::post::is_address;
use super::store::{self, Chosen, NewLetter};
use crate::kernel::{Language, Permission, Person};
use crate::ledger::Work;
use crate::people::must;
use crate::web::{Failure, Say};
use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};

/// How long the link in a letter confirms an address.
const LINK_LASTS: TimeDelta = TimeDelta::hours(48);
/// How many letters of one purpose a person may ask for within an hour.
const MOST_ASKED: i64 = 5;
/// Letters that failed within this time may be tried once more.
const RETRY_WITHIN: TimeDelta = TimeDelta::days(3);

/// How somebody wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSettings {
    /// The address; empty for none.
    pub address: String,
    /// When letters are sent.
    pub mode: Mode,
    /// The hour of the daily letter, 0 to 23, on the office clock.
    pub hour: i64,
    /// The language of letters and of the calendar.
    pub language: Language,
}

/// The hash under which a secret is stored, in hexadecimal.
pub(super) fn hashed(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A secret of 32 random bytes, in hexadecimal.
fn new_secret() -> Result<String, Failure> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|cause| Failure::Internal(anyhow::anyhow!("no randomness: {cause}")))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn own(work: &Work<'_>) -> Result<Person, Failure> {
    work.actor.person.clone().ok_or(Failure::SignInFirst)
}

fn invalid(reason: &str) -> Failure {
    Failure::Invalid(Say::new(format!("notices.refused.{reason}")))
}

fn conflict(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("notices.refused.{reason}")))
}

/// Refuses a letter when the person asked for too many within an hour.
fn must_be_few(work: &mut Work<'_>, person: &Person, purpose: Purpose) -> Result<(), Failure> {
    let since = work.actor.at - TimeDelta::hours(1);
    if store::letters_since(work, &person.id, purpose, since)? < MOST_ASKED {
        return Ok(());
    }
    Err(Failure::TooMany(Say::new("notices.refused.too_many")))
}

/// Keeps how the signed-in person wants to be told. A new address, or one that is not confirmed yet, is sent a letter with
/// a link; nothing else goes there before the link was used. Gives whether such a letter is on its way.
///
/// # Errors
/// [`Failure::Invalid`] for an address that is none, an hour that no clock shows, or letters without an address;
/// [`Failure::Conflict`] when the settings were changed since `row_version` was read; [`Failure::TooMany`] for too many
/// letters within an hour.
pub fn set_settings(work: &mut Work<'_>, row_version: i64, new: &NewSettings) -> Result<bool, Failure> {
    let person = own(work)?;
    let address = new.address.trim();
    if !address.is_empty() && !is_address(address) {
        return Err(invalid("address"));
    }
    if !(0..24).contains(&new.hour) {
        return Err(invalid("hour"));
    }
    if address.is_empty() && new.mode != Mode::None {
        return Err(invalid("no_address"));
    }
    let known = store::settings(work, &person.id)?;
    if known.row_version != row_version {
        return Err(conflict("stale"));
    }
    let confirmed_at = known.confirmed_at.filter(|_| known.address == address);
    let needs_link = !address.is_empty() && confirmed_at.is_none();
    let secret = if needs_link { Some(new_secret()?) } else { None };
    let hash = secret.as_deref().map(hashed);
    let chosen = Chosen {
        address,
        confirmed_at,
        token: hash.as_deref().map(|hash| (hash, work.actor.at + LINK_LASTS)),
        mode: new.mode,
        hour: new.hour,
        language: new.language,
    };
    if !store::write_settings(work, &person.id, row_version, &chosen)? {
        return Err(conflict("stale"));
    }
    if let Some(secret) = &secret {
        must_be_few(work, &person, Purpose::Confirm)?;
        let letter = NewLetter {
            person: &person.id,
            purpose: Purpose::Confirm,
            address,
            language: new.language,
            token: Some(secret),
            digest_on: None,
        };
        store::insert_letter(work, &letter)?;
    }
    work.record(
        "notice_settings.changed",
        ("person", person.id.as_str()),
        json!({ "mode": new.mode, "hour": new.hour, "language": new.language, "link_sent": needs_link }),
    );
    Ok(needs_link)
}

/// Confirms the address of the signed-in person by the secret of the link that was sent there.
///
/// # Errors
/// [`Failure::NotFound`] for a link that was used, is too old, was replaced by a later one, or is somebody else's.
pub fn confirm(work: &mut Work<'_>, secret: &str) -> Result<(), Failure> {
    let person = own(work)?;
    if !store::confirm_address(work, &person.id, &hashed(secret))? {
        return Err(Failure::NotFound);
    }
    work.record("notice_settings.confirmed", ("person", person.id.as_str()), json!({}));
    Ok(())
}

/// Marks one notice of the signed-in person as read, or with `None` all that are still his or her turn.
///
/// # Errors
/// [`Failure::NotFound`] when there is none that was not read.
pub fn mark_read(work: &mut Work<'_>, id: Option<&str>) -> Result<usize, Failure> {
    let person = own(work)?;
    let count = store::read(work, &person.id, id)?;
    if count == 0 {
        return Err(Failure::NotFound);
    }
    work.record(
        "notices.read",
        ("person", person.id.as_str()),
        json!({ "count": count }),
    );
    Ok(count)
}

/// Makes a new secret address of the calendar of the signed-in person and gives its secret, which is kept nowhere. An
/// earlier one ends.
///
/// # Errors
/// [`Failure::SignInFirst`] for a visitor.
pub fn renew_feed(work: &mut Work<'_>) -> Result<String, Failure> {
    let person = own(work)?;
    let secret = new_secret()?;
    store::set_feed(work, &person.id, Some(&hashed(&secret)))?;
    work.record("calendar_feed.renewed", ("person", person.id.as_str()), json!({}));
    Ok(secret)
}

/// Ends the secret address of the calendar of the signed-in person.
///
/// # Errors
/// [`Failure::NotFound`] when there is none.
pub fn stop_feed(work: &mut Work<'_>) -> Result<(), Failure> {
    let person = own(work)?;
    if !store::settings(work, &person.id)?.has_feed {
        return Err(Failure::NotFound);
    }
    store::set_feed(work, &person.id, None)?;
    work.record("calendar_feed.stopped", ("person", person.id.as_str()), json!({}));
    Ok(())
}

/// Puts a letter on its way that shows whether letters arrive.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever does not keep the settings; [`Failure::Invalid`] for an address that is none;
/// [`Failure::TooMany`] for more than five within an hour.
pub fn send_test(work: &mut Work<'_>, address: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManageSettings)?;
    let person = own(work)?;
    let address = address.trim();
    if !is_address(address) {
        return Err(invalid("address"));
    }
    must_be_few(work, &person, Purpose::Test)?;
    let letter = NewLetter {
        person: &person.id,
        purpose: Purpose::Test,
        address,
        language: work.actor.language,
        token: None,
        digest_on: None,
    };
    let id = store::insert_letter(work, &letter)?;
    work.record("letter.test_asked", ("letter", &id), json!({}));
    Ok(())
}

/// Puts letters on their way once more that failed within the last three days. What they say is decided anew.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever does not keep the settings; [`Failure::Conflict`] when there is none.
pub fn retry_failed(work: &mut Work<'_>) -> Result<usize, Failure> {
    must(work.actor, Permission::ManageSettings)?;
    let since = work.actor.at - RETRY_WITHIN;
    let count = store::reopen_failed(work, since)?;
    if count == 0 {
        return Err(conflict("none_failed"));
    }
    let agency = work.agency();
    work.record(
        "letters.reopened",
        ("agency", agency.as_str()),
        json!({ "count": count }),
    );
    Ok(count)
}
