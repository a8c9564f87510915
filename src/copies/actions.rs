//! What people do in this room: issue or post a copy, note its end, exchange it for one of the version in force.

use super::copy::{Copy, CopyId, Holder, Kind, State};
use super::store;
use crate::book;
use crate::documents::{self, Stage, VersionHead};
use crate::kernel::{DocumentId, Permission, Person, PersonId, PositionId, new_id};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::web::{Failure, Say};
use serde_json::json;

/// The longest name of a place or a holder, in characters.
pub(super) const LONGEST: usize = 200;

/// A copy that is to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCopy {
    /// Held or posted.
    pub kind: Kind,
    /// Who holds it; for a posted one nobody ([`Holder::Named`] with an empty name).
    pub holder: Holder,
    /// Where it is.
    pub place: String,
}

fn refused(reason: &str) -> Failure {
    Failure::Invalid(Say::new(format!("copies.refused.{reason}")))
}

fn forbidden_now(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("copies.refused.{reason}")))
}

/// The person who acts: a copy is handed out by somebody with a name.
fn person(work: &Work<'_>) -> Result<Person, Failure> {
    work.actor.person.clone().ok_or(Failure::SignInFirst)
}

fn in_force(work: &mut Work<'_>, document: &DocumentId) -> Result<VersionHead, Failure> {
    let heads = documents::heads_of(work, document)?;
    if heads.is_empty() {
        return Err(Failure::NotFound);
    }
    let found = heads.into_iter().find(|head| head.stage == Stage::Effective);
    found.ok_or_else(|| forbidden_now("not_in_force"))
}

/// Name and ids of the holder as they are written on the copy.
type Held = (String, Option<PersonId>, Option<PositionId>);

fn held(work: &mut Work<'_>, holder: &Holder) -> Result<Held, Failure> {
    match holder {
        Holder::Person(id) => {
            let all = people::persons(work)?;
            let found = all.into_iter().find(|one| one.id == *id).ok_or(Failure::NotFound)?;
            if !found.active {
                return Err(refused("holder_left"));
            }
            Ok((found.full_name, Some(id.clone()), None))
        }
        Holder::Position(id) => {
            let all = people::positions(work)?;
            let found = all.into_iter().find(|one| one.id == *id).ok_or(Failure::NotFound)?;
            Ok((found.name, None, Some(id.clone())))
        }
        Holder::Named(name) => Ok((name.trim().to_owned(), None, None)),
    }
}

/// Issues a numbered copy of the version in force to a holder, or notes a posted one. Gives its id.
///
/// # Errors
/// [`Failure::Invalid`] without a holder (held), without a place (posted), or with a name that is too long;
/// [`Failure::Conflict`] when no version is in force; 404 for an unknown document, person or position.
pub fn issue(work: &mut Work<'_>, document: &DocumentId, new: &NewCopy) -> Result<CopyId, Failure> {
    must(work.actor, Permission::KeepCopies)?;
    let by = person(work)?;
    let version = in_force(work, document)?;
    let (holder, person_id, position_id) = match new.kind {
        Kind::Held => held(work, &new.holder)?,
        Kind::Posted => (String::new(), None, None),
    };
    let place = new.place.trim().to_owned();
    match new.kind {
        Kind::Held if holder.is_empty() => return Err(refused("no_holder")),
        Kind::Posted if place.is_empty() => return Err(refused("no_place")),
        Kind::Held | Kind::Posted => {}
    }
    if holder.chars().count() > LONGEST || place.chars().count() > LONGEST {
        return Err(refused("too_long"));
    }
    let number = match new.kind {
        Kind::Held => Some(store::next_number(work, document)?),
        Kind::Posted => None,
    };
    let copy = Copy {
        id: new_id(),
        document_id: document.clone(),
        version_id: version.id,
        kind: new.kind,
        number,
        holder,
        place,
        issued_at: work.actor.at,
        issued_by_name: by.full_name.clone(),
        state: State::Out,
        closed_at: None,
        closed_by_name: None,
        closed_note: None,
        person_id,
        position_id,
    };
    store::insert(work, &copy, &by)?;
    let details = json!({
        "document": copy.document_id, "version": copy.version_id, "kind": copy.kind, "number": copy.number,
        "person": copy.person_id, "position": copy.position_id,
    });
    work.record("copy.issued", ("copy", &copy.id), details);
    Ok(copy.id)
}

/// Notes how a copy ended: recalled, destroyed or lost; replaced, taken down or lost for a posted one.
///
/// # Errors
/// [`Failure::Invalid`] for an end that its kind does not know, or a note that is too long; [`Failure::Conflict`] when it
/// ended already; 404 for an unknown copy.
pub fn close(work: &mut Work<'_>, id: &str, state: State, note: &str) -> Result<(), Failure> {
    must(work.actor, Permission::KeepCopies)?;
    let by = person(work)?;
    let copy = store::copy_by_id(work, id)?;
    if !copy.kind.ends().contains(&state) {
        return Err(refused("no_such_end"));
    }
    let note = note.trim();
    if note.chars().count() > LONGEST * 5 {
        return Err(refused("too_long"));
    }
    if !store::close(work, id, (state, note), &by)? {
        return Err(forbidden_now("has_ended"));
    }
    work.record("copy.closed", ("copy", id), json!({ "state": state }));
    Ok(())
}

/// Takes a copy back and issues one of the version in force to the same holder or place. Gives the new copy's id.
///
/// # Errors
/// [`Failure::Conflict`] when the copy ended already, is of the version in force, or no version is in force.
pub fn exchange(work: &mut Work<'_>, id: &str) -> Result<CopyId, Failure> {
    must(work.actor, Permission::KeepCopies)?;
    let copy = store::copy_by_id(work, id)?;
    let version = in_force(work, &copy.document_id)?;
    if version.id == copy.version_id {
        return Err(forbidden_now("is_current"));
    }
    let end = match copy.kind {
        Kind::Held => State::Recalled,
        Kind::Posted => State::Replaced,
    };
    close(work, id, end, "")?;
    let holder = match (copy.person_id, copy.position_id) {
        (Some(person), _) => Holder::Person(person),
        (None, Some(position)) => Holder::Position(position),
        (None, None) => Holder::Named(copy.holder),
    };
    let new = NewCopy {
        kind: copy.kind,
        holder,
        place: copy.place,
    };
    issue(work, &copy.document_id, &new)
}

/// The proof that the content of a copy was approved, for somebody who has the copy and no network: the version and the
/// text of a tlog-proof. It holds ids and hashes, and tells no more than the copy itself.
///
/// # Errors
/// [`Failure::Conflict`] while no checkpoint covers the approval; 404 for an unknown copy.
pub fn proof(work: &mut Work<'_>, id: &str) -> Result<(Copy, VersionHead, String), Failure> {
    must(work.actor, Permission::ReadDocuments)?;
    let copy = store::copy_by_id(work, id)?;
    let head = documents::head(work, &copy.version_id)?;
    let proof = book::approval_proof(work, head.id.as_str(), &head.content_sha256)?;
    let proof = proof.ok_or_else(|| forbidden_now("unsealed"))?;
    Ok((copy, head, proof))
}
