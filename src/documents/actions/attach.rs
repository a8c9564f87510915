//! Attaching a file, so that a version can name it by its hash.

use super::refused;
use crate::documents::files;
use crate::documents::store::{self, Attached};
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use serde_json::json;
use std::path::Path;

/// Keeps a file in the directory under the hash of its content, notes it, and gives the hash. What the file is, its
/// content says: PDF, DOCX, XLSX, ODT, PNG or JPEG of at most 25 MiB.
///
/// # Errors
/// [`Failure::TooLarge`]; [`Failure::Invalid`] for another sort of file; [`Failure::Internal`] when it cannot be kept.
pub fn attach(work: &mut Work<'_>, files_dir: &Path, bytes: &[u8]) -> Result<String, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    if bytes.len() > files::LARGEST {
        return Err(Failure::TooLarge);
    }
    let media_type = files::media_type(bytes).ok_or_else(|| refused("file_type"))?;
    let sha256 = files::keep(files_dir, bytes).map_err(|cause| Failure::Internal(cause.into()))?;
    let bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let file = Attached {
        sha256,
        media_type: media_type.to_owned(),
        bytes,
    };
    store::keep_attached(work, &file)?;
    work.record(
        "file.attached",
        ("file", &file.sha256),
        json!({ "media_type": media_type, "bytes": bytes }),
    );
    Ok(file.sha256)
}
