//! Adding entries to the register and correcting them.

use super::{forbidden_now, refused};
use crate::kernel::Permission;
use crate::law::external::External;
use crate::law::kind::ActKind;
use crate::law::sign::cited;
use crate::law::store::{self, Facts};
use crate::ledger::Work;
use crate::people::must;
use crate::web::{Failure, Say};
use chrono::{Datelike, NaiveDate};
use serde_json::json;

/// The longest sign, title, name of a body, address and source, in characters.
const LONGEST: [usize; 5] = [80, 500, 200, 500, 500];

/// What somebody writes down of an external document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExternal {
    /// The sign; written as offices write it when it is recognised.
    pub sign: String,
    /// What sort it is; `None` for what the sign tells.
    pub kind: Option<ActKind>,
    /// The title; may be empty.
    pub title: String,
    /// Who issued it; empty for what the sign tells.
    pub issuer: String,
    /// The day of issue.
    pub issued_on: Option<NaiveDate>,
    /// First day in force.
    pub effective_from: Option<NaiveDate>,
    /// First day no longer in force.
    pub effective_to: Option<NaiveDate>,
    /// Where it can be read: empty or an address that begins with `http://` or `https://`.
    pub link: String,
    /// Where what is written comes from.
    pub source: String,
    /// Whether somebody must still hold it against an official source.
    pub unconfirmed: bool,
}

/// What is written down as facts: the sign in its usual form, what it tells filled in, everything checked.
fn facts(new: &NewExternal) -> Result<Facts, Failure> {
    let texts = [&new.sign, &new.title, &new.issuer, &new.link, &new.source].map(|text| text.trim());
    if texts
        .iter()
        .zip(LONGEST)
        .any(|(text, most)| text.chars().count() > most)
    {
        return Err(refused("too_long"));
    }
    let [typed, title, issuer, link, source] = texts.map(str::to_owned);
    let read = cited(&typed);
    let read = <[_; 1]>::try_from(read).ok().map(|[one]| one);
    let sign = read.as_ref().map_or(typed, |one| one.sign.clone());
    if !sign.chars().any(|letter| letter.is_ascii_digit()) {
        return Err(refused("sign"));
    }
    let is_address = link.is_empty() || link.starts_with("http://") || link.starts_with("https://");
    if !is_address
        || link
            .chars()
            .any(|letter| letter.is_whitespace() || letter == '"' || letter == '<')
    {
        return Err(refused("link"));
    }
    let issued_on = new.issued_on.or(read.as_ref().and_then(|one| one.issued_on));
    let is_before =
        |one: Option<NaiveDate>, other: Option<NaiveDate>| one.zip(other).is_some_and(|(one, other)| one < other);
    if is_before(new.effective_from, issued_on) {
        return Err(refused("in_force_before_issued"));
    }
    if is_before(new.effective_to, new.effective_from) {
        return Err(refused("ends_before_begin"));
    }
    let year = read
        .as_ref()
        .and_then(|one| one.year)
        .or(issued_on.map(|day| day.year()));
    let told = |of: fn(&crate::law::sign::Cited) -> String| read.as_ref().map(of).unwrap_or_default();
    Ok(Facts {
        year: year.map_or(0, i64::from),
        kind: new.kind.or(read.as_ref().map(|one| one.kind)).unwrap_or(ActKind::Other),
        title: if title.is_empty() {
            told(|one| one.name.clone())
        } else {
            title
        },
        issuer: if issuer.is_empty() {
            told(|one| one.issuer())
        } else {
            issuer
        },
        issued_on,
        effective_from: new.effective_from,
        effective_to: new.effective_to,
        link,
        source,
        unconfirmed: new.unconfirmed,
        sign,
    })
}

/// Refuses a sign that another entry of the same year has, naming its number.
fn must_be_free(work: &mut Work<'_>, facts: &Facts, own: Option<&External>) -> Result<(), Failure> {
    let others = store::by_sign(work, &facts.sign)?;
    let taken = others
        .iter()
        .find(|other| other.year == facts.year && own.is_none_or(|own| own.number != other.number));
    match taken {
        Some(other) => {
            let say = Say::new("law.refused.sign_taken").with("sign", &other.sign);
            Err(Failure::Conflict(say.with("number", other.number)))
        }
        None => Ok(()),
    }
}

/// What the ledger keeps of an entry: nothing that somebody typed freely.
fn details(facts: &Facts) -> serde_json::Value {
    json!({ "kind": facts.kind, "year": facts.year, "issued_on": facts.issued_on,
        "effective_from": facts.effective_from, "effective_to": facts.effective_to, "unconfirmed": facts.unconfirmed })
}

/// Adds an entry to the register and gives its number.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Invalid`] for a sign without a number, days in
/// the wrong order, or a link that is no address; [`Failure::Conflict`] when the register has the sign.
pub fn add(work: &mut Work<'_>, new: &NewExternal) -> Result<i64, Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let facts = facts(new)?;
    must_be_free(work, &facts, None)?;
    insert(work, &facts).map(|(_, number)| number)
}

/// Adds an entry whose facts are known to be good.
pub(super) fn insert(work: &mut Work<'_>, facts: &Facts) -> Result<(String, i64), Failure> {
    let (id, number) = store::insert_external(work, facts)?;
    work.record("external_document.added", ("external_document", &id), details(facts));
    Ok((id, number))
}

/// Writes other facts over those of an entry, as its form showed it.
///
/// # Errors
/// Those of [`add`]; [`Failure::Conflict`] when somebody else changed the entry meanwhile.
pub fn edit(work: &mut Work<'_>, number: i64, row_version: i64, new: &NewExternal) -> Result<(), Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let entry = store::external(work, number)?;
    let facts = facts(new)?;
    if entry.row_version != row_version {
        return Err(forbidden_now("stale"));
    }
    must_be_free(work, &facts, Some(&entry))?;
    if !store::set_facts(work, &entry, &facts)? {
        return Err(forbidden_now("stale"));
    }
    work.record(
        "external_document.edited",
        ("external_document", &entry.id),
        details(&facts),
    );
    Ok(())
}
