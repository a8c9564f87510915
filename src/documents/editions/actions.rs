//! What a secretary does with an edition: open it, fill it, change it, give it up.

use super::edition::{Edition, EditionState, MemberState, NewEdition};
use super::store::{self, Turn};
use crate::documents::actions::{given, person};
use crate::documents::store as documents;
use crate::kernel::{Permission, VersionId};
use crate::ledger::{Work, next_number};
use crate::people::{self, must};
use crate::web::{Failure, Say};
use serde_json::json;

/// The most versions of an edition: twice the documents of a commune.
pub(in crate::documents) const MOST: usize = 300;
/// The longest title and decision number, in characters.
pub(super) const LONGEST: usize = 300;
/// The counter of editions.
const COUNTER: &str = "editions";

/// What was sent cannot be used, for this reason.
pub(super) fn unusable(reason: &str) -> Failure {
    Failure::Invalid(Say::new(format!("editions.refused.{reason}")))
}

/// The present state of the edition forbids the act, for this reason.
pub(super) fn against(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("editions.refused.{reason}")))
}

/// The open edition as the form showed it.
pub(super) fn open_at(work: &mut Work<'_>, number: i64, row_version: i64) -> Result<Edition, Failure> {
    let edition = store::edition(work, number)?;
    if edition.state != EditionState::Open {
        return Err(against("not_open"));
    }
    if edition.row_version != row_version {
        return Err(against("stale"));
    }
    Ok(edition)
}

/// What is said of an edition, checked; gives the name of the position that signs.
fn checked(work: &mut Work<'_>, new: &NewEdition) -> Result<String, Failure> {
    if new.title.is_empty() || new.title.chars().count() > LONGEST || new.decision_no.chars().count() > LONGEST {
        return Err(unusable("title"));
    }
    if new.decided_on.is_some_and(|day| new.effective_from < day) {
        return Err(unusable("before_decision"));
    }
    if new.effective_from < work.actor.today() {
        return Err(unusable("day_gone"));
    }
    let known = people::positions(work)?.into_iter().find(|one| one.id == new.position);
    known.map(|one| one.name).ok_or_else(|| unusable("position"))
}

/// Opens an edition and gives its number.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may not write documents; [`Failure::Invalid`] without a title, with a day that has
/// gone by or lies before the decision, or with an unknown position.
pub fn open(work: &mut Work<'_>, new: &NewEdition) -> Result<i64, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let by = person(work)?;
    let position_name = checked(work, new)?;
    let number = next_number(work, COUNTER)?;
    let id = store::insert(work, (number, new, &position_name), &by)?;
    let details = json!({ "number": number, "effective_from": new.effective_from, "position": new.position });
    work.record("edition.opened", ("edition", &id), details);
    Ok(number)
}

/// Changes what is said of an open edition. The position that signs changes only while nothing is in it: each version
/// was put in as waiting for that signature.
///
/// # Errors
/// Those of [`open`]; [`Failure::Conflict`] when it is not open any more or was changed meanwhile.
pub fn change(work: &mut Work<'_>, (number, row_version): (i64, i64), new: &NewEdition) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let edition = open_at(work, number, row_version)?;
    let position_name = checked(work, new)?;
    if new.position != edition.position_id && !store::members_of(work, &edition)?.is_empty() {
        return Err(against("position_fixed"));
    }
    let turn = Turn {
        title: Some(&new.title),
        decision_no: Some(&new.decision_no),
        decided_on: Some(new.decided_on),
        effective_from: Some(new.effective_from),
        position_id: Some(&new.position),
        position_name: Some(&position_name),
        ..Turn::default()
    };
    store::turn(work, &edition, &turn)?;
    let details = json!({ "number": number, "effective_from": new.effective_from, "position": new.position });
    work.record("edition.changed", ("edition", &edition.id), details);
    Ok(())
}

/// Puts versions that wait for the signature of the edition's position into it, and gives how many.
///
/// # Errors
/// [`Failure::Conflict`] when the edition is not open any more or was changed meanwhile, when one of the versions does
/// not wait for that signature alone or is in an edition already (`editions.refused.not_waiting` with its `code`), or
/// when there would be more than 300; [`Failure::Invalid`] without any.
pub fn put_in(
    work: &mut Work<'_>,
    (number, row_version): (i64, i64),
    versions: &[VersionId],
) -> Result<usize, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let by = person(work)?;
    let edition = open_at(work, number, row_version)?;
    if versions.is_empty() {
        return Err(unusable("nothing_chosen"));
    }
    if store::members_of(work, &edition)?.len().saturating_add(versions.len()) > MOST {
        return Err(Failure::Conflict(
            Say::new("editions.refused.too_many").with("most", MOST),
        ));
    }
    let may_be_put = store::candidates(work, &edition.position_id)?;
    let mut put = std::collections::BTreeSet::new();
    for version in versions.iter().filter(|version| put.insert(*version)) {
        let Some(head) = may_be_put.iter().find(|head| head.id == *version) else {
            let head = documents::head(work, version)?;
            let say = Say::new("editions.refused.not_waiting");
            return Err(Failure::Conflict(say.with("code", &head.code)));
        };
        store::insert_member(work, &edition, head, &by)?;
    }
    store::turn(work, &edition, &Turn::default())?;
    let details = json!({ "number": number, "versions": put });
    work.record("edition.put_in", ("edition", &edition.id), details);
    Ok(put.len())
}

/// Takes a version out of an open edition: it waits for its approval outside again.
///
/// # Errors
/// [`Failure::Conflict`] when the edition is not open any more or was changed meanwhile; [`Failure::NotFound`] when the
/// version is not in it.
pub fn take_out(work: &mut Work<'_>, (number, row_version): (i64, i64), version: &VersionId) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let edition = open_at(work, number, row_version)?;
    end(work, &edition, version, MemberState::TakenOut)
}

fn end(work: &mut Work<'_>, edition: &Edition, version: &VersionId, state: MemberState) -> Result<(), Failure> {
    let head = documents::head(work, version)?;
    if store::end_members(work, edition, Some((version, &head.code)), state)? == 0 {
        return Err(Failure::NotFound);
    }
    store::turn(work, edition, &Turn::default())?;
    let details = json!({ "number": edition.number, "version": version, "state": state });
    work.record("edition.left", ("edition", &edition.id), details);
    Ok(())
}

/// A version that goes back to its draft leaves the edition that it waits in, if it waits in any.
pub(in crate::documents) fn leave(work: &mut Work<'_>, version: &VersionId, state: MemberState) -> Result<(), Failure> {
    match store::edition_of(work, version)? {
        Some(edition) if edition.state == EditionState::Open => end(work, &edition, version, state),
        Some(_) | None => Ok(()),
    }
}

/// Gives an open edition up: what is in it waits for its approval outside again.
///
/// # Errors
/// [`Failure::Invalid`] without a reason; [`Failure::Conflict`] when it is not open any more or was changed meanwhile.
pub fn cancel(work: &mut Work<'_>, (number, row_version): (i64, i64), reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let reason = given(reason)?;
    let edition = open_at(work, number, row_version)?;
    store::end_members(work, &edition, None, MemberState::Dissolved)?;
    let turn = Turn {
        state: Some(EditionState::Cancelled),
        reason: Some(reason),
        ..Turn::default()
    };
    store::turn(work, &edition, &turn)?;
    work.record(
        "edition.cancelled",
        ("edition", &edition.id),
        json!({ "number": number }),
    );
    Ok(())
}
