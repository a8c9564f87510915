//! Taking the versions of the office out as one archive, and bringing such an archive in as drafts.

use super::write;
use crate::documents::archive::{Packed, pack, to_import, unpack};
use crate::documents::store;
use crate::documents::version::Stage;
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use serde_json::json;

/// The archive of all procedure files: those in force, or every version that the actor may read.
///
/// # Errors
/// [`Failure::Forbidden`]; what the database refuses.
pub fn export_archive(work: &mut Work<'_>, all_versions: bool) -> Result<Vec<u8>, Failure> {
    must(work.actor, Permission::ReadDocuments)?;
    let mut heads = store::readable_heads(work)?;
    heads.retain(|head| all_versions || head.stage == Stage::Effective);
    let ids: Vec<VersionId> = heads.iter().map(|head| head.id.clone()).collect();
    let contents = store::contents(work, &ids)?;
    let packed = heads.iter().filter_map(|head| {
        let own = contents.iter().find(|own| own.version == head.id)?;
        Some(Packed::new(&head.code, head.number, head.stage, &own.content.text))
    });
    pack(&packed.collect::<Vec<_>>())
}

/// Makes a draft of each document of an archive, with the same bytes; all of them or none. Gives how many.
///
/// # Errors
/// [`Failure::Invalid`] when the archive is none or was changed; [`Failure::Conflict`] when a code is taken.
pub fn import_archive(work: &mut Work<'_>, bytes: &[u8]) -> Result<usize, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let versions = to_import(unpack(bytes)?);
    for own in &versions {
        write::create(work, &own.text)?;
    }
    let agency = work.agency();
    work.record(
        "archive.brought_in",
        ("agency", agency.as_str()),
        json!({ "documents": versions.len() }),
    );
    Ok(versions.len())
}
