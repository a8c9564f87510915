//! Pages of editions: the list, one edition, its verdicts, its annex.

mod acts;
mod decide;
mod form;
mod list;
mod show;

pub(super) use acts::{cancel, change, put_in, take_out};
pub(super) use decide::{decide, sheet as decide_sheet};
pub(super) use form::{create, form};
pub(super) use list::list;
pub(super) use show::{pdf, show};

use crate::documents::editions::{self, Edition, EditionState};
use crate::documents::route::Meaning;
use crate::documents::store::acting;
use crate::kernel::{Permission, PositionId};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use actix_web::web;

/// The positions for which the actor may decide on editions today.
fn signs_for(work: &mut Work<'_>) -> Result<Vec<PositionId>, Failure> {
    match work.actor.person.clone() {
        Some(person) if must(work.actor, Permission::ApproveVersions).is_ok() => {
            let mut acting = acting(work, &person.id)?;
            acting.retain(|one| one.may(Meaning::Approve));
            Ok(acting.into_iter().map(|one| one.held.id).collect())
        }
        Some(_) | None => Ok(Vec::new()),
    }
}

/// The edition, if the actor may read it: issued ones whoever reads documents; others whoever reads drafts, and open ones
/// those whose signature they wait for.
fn readable(work: &mut Work<'_>, number: i64) -> Result<Edition, Failure> {
    let edition = editions::edition(work, number)?;
    let may = edition.state == EditionState::Issued
        || must(work.actor, Permission::ReadDrafts).is_ok()
        || (edition.state == EditionState::Open && signs_for(work)?.contains(&edition.position_id));
    may.then_some(edition).ok_or(Failure::NotFound)
}

/// The number in the address.
fn number(path: &web::Path<String>) -> Result<i64, Failure> {
    path.parse().map_err(|_no_number| Failure::NotFound)
}

/// The address of an edition.
fn path_of(number: i64) -> String {
    format!("/editions/{number}")
}
