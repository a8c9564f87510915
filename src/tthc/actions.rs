//! Adding administrative procedures, correcting and ending them, one by one or from a list.

use super::entry::{Entry, Level, Reception};
use super::store;
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::must;
use crate::web::{Failure, Say};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The longest code, name, field and decision number, in characters.
pub(super) const LONGEST: [usize; 4] = [40, 500, 120, 80];

/// What somebody writes down of an administrative procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The national code: letters, digits, points and dashes.
    pub code: String,
    /// Its published name.
    pub name: String,
    /// The field.
    pub field: String,
    /// Who decides.
    pub level: Level,
    /// How dossiers are received.
    pub reception: Reception,
    /// The decision that published it; may be empty.
    pub decision_no: String,
    /// First day in force.
    pub valid_from: Option<NaiveDate>,
    /// First day no longer in force.
    pub ended_from: Option<NaiveDate>,
    /// The decision that ended it; empty while it has no end.
    pub end_decision_no: String,
}

/// What a list brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Brought {
    /// New entries.
    pub added: usize,
    /// Entries that say something else now.
    pub changed: usize,
    /// Entries that said the same.
    pub same: usize,
}

/// Whether a text may be a code: the national ones are a digit, a point and six digits; some have more parts.
pub(super) fn is_code(text: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    text.len() <= 40 && text.chars().all(is_sign) && text.chars().any(|c| c.is_ascii_digit())
}

/// Why what is written down cannot be used: the field and the last part of its word.
pub(super) fn fault_of(new: &NewEntry) -> Option<(&'static str, &'static str)> {
    let texts = [&new.code, &new.name, &new.field, &new.decision_no];
    let is_long = |(text, most): (&&String, usize)| text.chars().count() > most;
    if !is_code(&new.code) {
        return Some(("code", "code"));
    }
    if new.name.trim().is_empty() {
        return Some(("name", "no_name"));
    }
    if new.field.trim().is_empty() {
        return Some(("field", "no_field"));
    }
    if texts.iter().zip(LONGEST).any(is_long) || new.end_decision_no.chars().count() > 80 {
        return Some(("name", "too_long"));
    }
    if new.ended_from.zip(new.valid_from).is_some_and(|(end, from)| end < from) {
        return Some(("ended_from", "ends_before_begin"));
    }
    if new.ended_from.is_none() && !new.end_decision_no.is_empty() {
        return Some(("ended_from", "no_end"));
    }
    None
}

fn must_be_good(new: &NewEntry) -> Result<(), Failure> {
    match fault_of(new) {
        Some((_, reason)) => Err(Failure::Invalid(Say::new(format!("tthc.refused.{reason}")))),
        None => Ok(()),
    }
}

/// What the ledger keeps: nothing that somebody typed freely.
fn details(new: &NewEntry) -> serde_json::Value {
    json!({ "level": new.level, "reception": new.reception, "valid_from": new.valid_from,
        "ended_from": new.ended_from })
}

fn insert(work: &mut Work<'_>, new: &NewEntry) -> Result<(), Failure> {
    let id = store::insert(work, new)?;
    work.record(
        "administrative_procedure.added",
        ("administrative_procedure", &id),
        details(new),
    );
    Ok(())
}

fn update(work: &mut Work<'_>, known: &Entry, new: &NewEntry) -> Result<(), Failure> {
    if !store::update(work, known, new)? {
        return Err(Failure::Conflict(Say::new("tthc.refused.stale")));
    }
    let act = if known.ended_from.is_none() && new.ended_from.is_some() {
        "administrative_procedure.ended"
    } else {
        "administrative_procedure.edited"
    };
    work.record(act, ("administrative_procedure", &known.id), details(new));
    Ok(())
}

/// Adds an administrative procedure to the catalogue.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Invalid`] for a code that is none, a missing name
/// or field, or an end before the begin; [`Failure::Conflict`] when the catalogue has the code.
pub fn add(work: &mut Work<'_>, new: &NewEntry) -> Result<(), Failure> {
    must(work.actor, Permission::ManageTthc)?;
    must_be_good(new)?;
    if store::entries(work)?.iter().any(|known| known.code == new.code) {
        return Err(Failure::Conflict(
            Say::new("tthc.refused.taken").with("code", &new.code),
        ));
    }
    insert(work, new)
}

/// Writes other facts over an entry (its code stays), as its form showed it; an end among them ends it.
///
/// # Errors
/// Those of [`add`]; [`Failure::NotFound`] for a code that the catalogue has not; [`Failure::Conflict`] when somebody else
/// changed the entry meanwhile.
pub fn edit(work: &mut Work<'_>, row_version: i64, new: &NewEntry) -> Result<(), Failure> {
    must(work.actor, Permission::ManageTthc)?;
    let known = store::by_code(work, &new.code)?;
    must_be_good(new)?;
    if known.row_version != row_version {
        return Err(Failure::Conflict(Say::new("tthc.refused.stale")));
    }
    update(work, &known, new)
}

fn is_same(known: &Entry, new: &NewEntry) -> bool {
    (&known.name, &known.field, &known.decision_no, &known.end_decision_no)
        == (&new.name, &new.field, &new.decision_no, &new.end_decision_no)
        && (known.level, known.reception) == (new.level, new.reception)
        && (known.valid_from, known.ended_from) == (new.valid_from, new.ended_from)
}

/// Brings in a list: what is new is added, what says something else is changed, all of it or nothing. What the list does
/// not name stays as it is.
///
/// # Errors
/// Those of [`add`] and [`edit`]; [`Failure::Conflict`] when the list brings nothing new.
pub fn bring_in(work: &mut Work<'_>, list: &[NewEntry]) -> Result<Brought, Failure> {
    must(work.actor, Permission::ManageTthc)?;
    let known: BTreeMap<String, Entry> = store::entries(work)?
        .into_iter()
        .map(|one| (one.code.clone(), one))
        .collect();
    let mut brought = Brought::default();
    for new in list {
        must_be_good(new)?;
        let count = match known.get(&new.code) {
            Some(known) if is_same(known, new) => &mut brought.same,
            Some(known) => {
                update(work, known, new)?;
                &mut brought.changed
            }
            None => {
                insert(work, new)?;
                &mut brought.added
            }
        };
        *count = count.saturating_add(1);
    }
    if brought.added == 0 && brought.changed == 0 {
        return Err(Failure::Conflict(Say::new("tthc.refused.nothing_new")));
    }
    Ok(brought)
}
