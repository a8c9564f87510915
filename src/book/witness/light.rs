//! Whether anybody outside has seen the ledger lately: the traffic light.

use crate::db::{AnyConnection, Halt};
use crate::kernel::local;
use crate::ledger::{self, Cosignature};
use crate::proofs::{Note, NoteKey, cosigned_at};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::QueryResult;
use serde::Serialize;

/// A witness that saw the ledger longer ago than this does not count.
const FRESH: TimeDelta = TimeDelta::days(7);

/// That a witness saw the log of checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The key of the witness, as text.
    pub witness: String,
    /// The name in it.
    pub name: String,
    /// How many leaves the log had.
    pub size: u64,
    /// When, UTC, as the witness says.
    pub at: NaiveDateTime,
}

/// Whether what was seen then counts now.
pub fn is_fresh(at: NaiveDateTime, now: NaiveDateTime) -> bool {
    now.signed_duration_since(at) <= FRESH
}

/// When each witness saw the log last. What is kept and was not signed by the witness is left out.
///
/// # Errors
/// When the database fails.
pub fn seen(conn: &mut AnyConnection) -> QueryResult<Vec<Seen>> {
    let kept = ledger::cosignatures(conn)?;
    Ok(kept
        .into_iter()
        .filter_map(|(signed, note)| true_one(signed, note))
        .collect())
}

fn true_one(signed: Cosignature, note: String) -> Option<Seen> {
    let key = NoteKey::read(&signed.witness).ok()?;
    let time = cosigned_at(&Note::read(&(note + &signed.line)).ok()?, &key).ok()??;
    let at = chrono::DateTime::from_timestamp(i64::try_from(time).ok()?, 0)?.naive_utc();
    Some(Seen {
        name: key.name().to_owned(),
        witness: signed.witness,
        size: signed.size,
        at,
    })
}

crate::kernel::text_enum! {
    /// How the ledger stands with those outside.
    Light {
        /// A witness saw it within the last seven days.
        Green = "green",
        /// No witness is set, or none saw it lately.
        Amber = "amber",
        /// It does not follow what is known outside, or is damaged.
        Red = "red",
    }
}

/// The traffic light, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LightShown {
    /// `green`, `amber` or `red`.
    pub light: &'static str,
    /// The key of the sentence beside it: `fresh`, `old`, `never`, `none`, or what halted.
    pub why: &'static str,
    /// How many witnesses are set.
    pub set: usize,
    /// The witness that saw the ledger last.
    pub name: Option<String>,
    /// When it did, on an office clock in Vietnam; empty when none did.
    pub time: String,
}

/// The traffic light: `keys` are the witnesses that are set, and nobody else counts.
///
/// # Errors
/// When the database fails.
pub fn light(
    conn: &mut AnyConnection,
    keys: &[String],
    (halted, now): (Option<Halt>, NaiveDateTime),
) -> QueryResult<LightShown> {
    let mut known = seen(conn)?;
    known.retain(|seen| keys.contains(&seen.witness));
    known.sort_by_key(|seen| std::cmp::Reverse(seen.at));
    let last = known.into_iter().next();
    let (light, why) = match (halted, &last) {
        (Some(halt @ (Halt::RolledBack | Halt::Witness | Halt::Damaged | Halt::Schema)), _) => {
            (Light::Red, halt.as_str())
        }
        (Some(Halt::Disk | Halt::Operator) | None, Some(seen)) if is_fresh(seen.at, now) => (Light::Green, "fresh"),
        (Some(Halt::Disk | Halt::Operator) | None, Some(_old)) => (Light::Amber, "old"),
        (Some(Halt::Disk | Halt::Operator) | None, None) if keys.is_empty() => (Light::Amber, "none"),
        (Some(Halt::Disk | Halt::Operator) | None, None) => (Light::Amber, "never"),
    };
    Ok(LightShown {
        light: light.as_str(),
        why,
        set: keys.len(),
        name: last.as_ref().map(|seen| seen.name.clone()),
        time: last.map_or_else(String::new, |seen| local(seen.at).format("%H:%M %d/%m/%Y").to_string()),
    })
}
