//! Coming into force, replacing the version before, and withdrawing.

use super::{forbidden_now, given};
use crate::documents::sealing::{Meant, seal};
use crate::documents::signature::VersionAct;
use crate::documents::store::{self, Move};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{DocumentId, Permission};
use crate::ledger::Work;
use crate::people::{self, FreshAuth, must};
use crate::signatures::Act;
use crate::web::Failure;
use chrono::NaiveDate;

/// Brings every approved version into force whose day has come, and gives their number. Records nothing when there is
/// none, so call it inside a change only when [`due_versions`](crate::documents::due_versions) gives some.
///
/// # Errors
/// When the actor may not write documents (the program itself may), or the database fails.
pub fn bring_into_force(work: &mut Work<'_>) -> Result<usize, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let due = store::due_versions(work)?;
    for version in &due {
        let head = store::head(work, version)?;
        bring(work, &head)?;
    }
    Ok(due.len())
}

/// Brings the due versions of one document into force, in the order of their numbers.
pub(super) fn bring_due_of(work: &mut Work<'_>, document: &DocumentId) -> Result<(), Failure> {
    for version in store::due_versions(work)? {
        let head = store::head(work, &version)?;
        if head.document_id == *document {
            bring(work, &head)?;
        }
    }
    Ok(())
}

/// The first day in force: the planned one, or the day of approval if that was later; never inside the time of
/// another version of the document.
fn first_day(planned: Option<NaiveDate>, approved: Option<NaiveDate>, others: &[VersionHead]) -> Option<NaiveDate> {
    let known = others
        .iter()
        .flat_map(|other| [other.effective_from, other.effective_to])
        .flatten();
    known.chain(planned).chain(approved).max()
}

/// Brings an approved version into force.
pub(in crate::documents) fn bring(work: &mut Work<'_>, head: &VersionHead) -> Result<(), Failure> {
    let others = store::heads_of(work, &head.document_id)?;
    let approved = store::approval_day(work, &head.id)?;
    let from = first_day(head.planned_from, approved, &others);
    if let Some(former) = others.iter().find(|other| other.stage == Stage::Effective) {
        let moved = Move {
            effective_to: from,
            ..Move::to(Stage::Superseded)
        };
        store::move_on(work, former, &moved, Some((VersionAct::Superseded, None)))?;
    }
    let moved = Move {
        effective_from: from,
        ..Move::to(Stage::Effective)
    };
    store::move_on(work, head, &moved, Some((VersionAct::MadeEffective, None)))?;
    Ok(())
}

/// Takes the effective version of a document out of force, from today and without a successor.
///
/// # Errors
/// [`Failure::Forbidden`] without the permission or a fresh password; [`Failure::Conflict`] when none is in force.
pub fn withdraw(work: &mut Work<'_>, fresh: &FreshAuth, document: &DocumentId, reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::WithdrawVersions)?;
    fresh.must_be_of(work.actor)?;
    let reason = given(reason)?;
    let heads = store::heads_of(work, document)?;
    if heads.is_empty() {
        return Err(Failure::NotFound);
    }
    let is_effective = |head: &&VersionHead| head.stage == Stage::Effective;
    let head = heads
        .iter()
        .find(is_effective)
        .ok_or_else(|| forbidden_now("not_in_force"))?;
    let today = work.actor.today();
    let own = work.actor.person.as_ref().map(|person| person.id.clone());
    let held = own
        .map(|own| people::signing_positions_of(work, &own, today))
        .transpose()?;
    let meant = Meant::new(Act::Withdrawn, held.unwrap_or_default()).because(reason);
    seal(work, fresh, head, &meant)?;
    let to = head.effective_from.map(|from| from.max(work.actor.today()));
    let moved = Move {
        effective_to: to,
        ..Move::to(Stage::Withdrawn)
    };
    store::move_on(work, head, &moved, Some((VersionAct::Withdrawn, Some(reason))))?;
    Ok(())
}
