//! Keeping what is typed in the editor before it is saved, so that nothing is lost when a browser closes.

use super::{forbidden_now, person};
use crate::documents::store::{self, Typing};
use crate::documents::version::Stage;
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use serde_json::json;

/// Keeps what the person who acts has typed in a draft. The draft stays as it is: keeping is not saving. What was kept
/// for the same person before is replaced; others' stays theirs.
///
/// # Errors
/// [`Failure::Conflict`] when the version is no draft any more.
pub fn keep_typing(
    work: &mut Work<'_>,
    version: &VersionId,
    (row_version, fields): (i64, &[(String, String)]),
) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let writer = person(work)?;
    if store::head(work, version)?.stage != Stage::Draft {
        return Err(forbidden_now("not_draft"));
    }
    let fields = serde_json::to_string(fields).map_err(|cause| Failure::Internal(cause.into()))?;
    store::keep_typing(work, version, &writer, (row_version, &fields))?;
    work.record("version.typing_kept", ("version", version.as_str()), json!({}));
    Ok(())
}

/// Forgets what is kept for the person who acts.
///
/// # Errors
/// [`Failure::NotFound`] when nothing is.
pub fn forget_typing(work: &mut Work<'_>, version: &VersionId) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let writer = person(work)?;
    if !store::forget_typing(work, version, &writer.id)? {
        return Err(Failure::NotFound);
    }
    work.record("version.typing_forgotten", ("version", version.as_str()), json!({}));
    Ok(())
}

/// Forgets what is kept for the person who acts, now that it is saved; the entry of the saving tells of it.
pub(in crate::documents) fn is_saved(work: &mut Work<'_>, version: &VersionId) -> Result<(), Failure> {
    let writer = person(work)?;
    store::forget_typing(work, version, &writer.id)?;
    Ok(())
}

/// What is kept of the person who acts in a draft, and who else has typed in it.
pub(in crate::documents) fn typed_in(
    work: &mut Work<'_>,
    version: &VersionId,
) -> Result<(Option<Typing>, Vec<Typing>), Failure> {
    let own = work.actor.person.as_ref().map(|person| person.id.clone());
    let (mine, others): (Vec<Typing>, Vec<Typing>) = store::typings(work, version)?
        .into_iter()
        .partition(|typing| Some(&typing.person_id) == own.as_ref());
    Ok((mine.into_iter().next(), others))
}
