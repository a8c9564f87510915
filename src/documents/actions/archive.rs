//! Taking the versions of the office out as one archive, and bringing such an archive in as drafts.

use super::attach::attach;
use super::write;
use crate::documents::archive::{MOST_GATHERED, Packed, PackedFile, Packing, pack, to_import, too_large, unpack};
use crate::documents::files::read_file;
use crate::documents::store;
use crate::documents::version::Stage;
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::procedures::Source;
use crate::web::Failure;
use diesel::OptionalExtension;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// Which versions and files go into an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Every version that the actor may read; otherwise those in force.
    pub all_versions: bool,
    /// Without the files that the versions name.
    pub without_files: bool,
}

/// The hashes of the files that a version names: of its forms, and of the document itself.
fn named(source: &Source) -> impl Iterator<Item = &str> {
    let files = source.forms.iter().map(|form| form.file.as_str());
    files
        .chain([source.file.as_str()])
        .filter_map(|file| file.strip_prefix("sha256:"))
}

/// The archive of all procedure files: those in force, or every version that the actor may read, with the files that
/// they name. A file that was never attached here is left out.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Failure::Invalid`] when the files are too many for one archive; [`Failure::Internal`] when
/// the disk gives other bytes than were attached.
pub fn export_archive(work: &mut Work<'_>, files_dir: &Path, wanted: Wanted) -> Result<Vec<u8>, Failure> {
    must(work.actor, Permission::ReadDocuments)?;
    let mut heads = store::readable_heads(work)?;
    heads.retain(|head| wanted.all_versions || head.stage == Stage::Effective);
    let ids: Vec<VersionId> = heads.iter().map(|head| head.id.clone()).collect();
    let contents = store::contents(work, &ids)?;
    let packed = heads.iter().filter_map(|head| {
        let own = contents.iter().find(|own| own.version == head.id)?;
        Some(Packed::new(&head.code, head.number, head.stage, &own.content.text))
    });
    let hashes: BTreeSet<&str> = contents
        .iter()
        .filter(|_| !wanted.without_files)
        .flat_map(|one| named(&one.content.source))
        .collect();
    pack(&Packing {
        versions: packed.collect(),
        files: gather(work, files_dir, &hashes)?,
    })
}

fn gather(work: &mut Work<'_>, files_dir: &Path, hashes: &BTreeSet<&str>) -> Result<Vec<PackedFile>, Failure> {
    let mut left = MOST_GATHERED;
    let mut files = Vec::new();
    for sha256 in hashes {
        let Some(known) = store::attached(work, sha256).optional()? else {
            continue;
        };
        let size = usize::try_from(known.bytes).unwrap_or(usize::MAX);
        left = left.checked_sub(size).ok_or_else(too_large)?;
        let name = sha256.get(..12).unwrap_or_default();
        let bytes = read_file(files_dir, sha256).map_err(|cause| Failure::of_kept_file(cause, name, sha256))?;
        files.push(PackedFile::new(sha256, bytes));
    }
    Ok(files)
}

/// Makes a draft of each document of an archive, with the same bytes, and keeps the files that it names; all of them or
/// none. Gives how many documents.
///
/// # Errors
/// [`Failure::Invalid`] when the archive is none or was changed, or has a file of another sort than may be attached;
/// [`Failure::Conflict`] when a code is taken.
pub fn import_archive(work: &mut Work<'_>, files_dir: &Path, bytes: &[u8]) -> Result<usize, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let packing = unpack(bytes)?;
    let versions = to_import(packing.versions);
    let mut wanted = BTreeSet::new();
    for own in &versions {
        let version = write::create(work, &own.text)?;
        let content = store::content_of(work, &version)?;
        wanted.extend(named(&content.source).map(ToOwned::to_owned));
    }
    let mut files = 0_usize;
    for file in packing.files.iter().filter(|file| wanted.contains(file.sha256())) {
        attach(work, files_dir, &file.bytes)?;
        files = files.saturating_add(1);
    }
    let agency = work.agency();
    work.record(
        "archive.brought_in",
        ("agency", agency.as_str()),
        json!({ "documents": versions.len(), "files": files }),
    );
    Ok(versions.len())
}
