//! What people do in this room.

pub(super) mod archive;
pub(super) mod attach;
pub(super) mod batch;
pub(super) mod codes;
pub(super) mod force;
mod quota;
pub(super) mod routes;
pub(super) mod sign;
pub(super) mod submit;
pub(super) mod typing;
pub(super) mod write;

use super::signature::VersionAct;
use super::store;
use super::version::VersionHead;
use crate::kernel::{Actor, Permission, Person, VersionId, local};
use crate::ledger::Work;
use crate::people::must;
use crate::web::{Failure, Say};

/// The person who acts. Writing and signing are done by people: the program itself has no name to put under a text.
pub(super) fn person(work: &Work<'_>) -> Result<Person, Failure> {
    work.actor.person.clone().ok_or(Failure::SignInFirst)
}

/// Refuses whoever signs at stages of neither meaning. What a stage asks for besides, [`super::route::Meaning::permission`]
/// says.
pub(super) fn must_sign(actor: &Actor) -> Result<(), Failure> {
    must(actor, Permission::ApproveVersions).or_else(|_| must(actor, Permission::ReviewVersions))
}

/// The version as the form showed it; refuses a form that was filled in on an older state.
fn at_row_version(work: &mut Work<'_>, version: &VersionId, row_version: i64) -> Result<VersionHead, Failure> {
    let head = store::head(work, version)?;
    if head.row_version != row_version {
        return Err(store::stale(work, &head));
    }
    Ok(head)
}

/// A reason, without the blanks around it.
pub(super) fn given(reason: &str) -> Result<&str, Failure> {
    Some(reason.trim())
        .filter(|reason| !reason.is_empty())
        .ok_or_else(|| refused("reason_needed"))
}

/// What was sent cannot be used, for this reason.
fn refused(reason: &str) -> Failure {
    Failure::Invalid(Say::new(format!("documents.refused.{reason}")))
}

/// The present state of the thing forbids the act, for this reason.
pub(super) fn forbidden_now(reason: &str) -> Failure {
    Failure::Conflict(Say::new(format!("documents.refused.{reason}")))
}

/// Somebody else was first: who did what with the version, and when. While nobody did anything that matters here, the
/// state forbids the act for the other reason.
pub(super) fn decided(work: &mut Work<'_>, version: &VersionId, otherwise: &str) -> Failure {
    let last = match store::history(work, version) {
        Ok(history) => history.into_iter().next_back(),
        Err(cause) => return cause.into(),
    };
    match last {
        Some(last) if !matches!(last.act, VersionAct::Created | VersionAct::Submitted) => {
            let say = Say::new(format!("documents.decided.{}", last.act));
            let at = local(last.at).format("%H:%M %d/%m/%Y");
            Failure::Conflict(say.with("name", last.person_name).with("time", at))
        }
        Some(_) | None => forbidden_now(otherwise),
    }
}
