//! Attaching a file, so that a version can name it by its hash; and files of our own making beside its text.

use super::quota::must_fit_agency;
use super::{forbidden_now, person, refused};
use crate::documents::store::{self, Attached};
use crate::documents::version::Stage;
use crate::documents::{files, pictures};
use crate::kernel::{Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::web::Failure;
use serde_json::json;
use std::path::Path;

/// Keeps a file in the directory under the hash of its content, notes it, and gives the hash. What the file is, its
/// content says: PDF, DOCX, XLSX, ODT, PNG or JPEG of at most 25 MiB. A picture is kept without what its camera wrote.
///
/// # Errors
/// [`Failure::TooLarge`]; [`Failure::Invalid`] for another sort of file; [`Failure::Internal`] when it cannot be kept.
pub fn attach(work: &mut Work<'_>, files_dir: &Path, bytes: &[u8]) -> Result<String, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let media_type = files::media_type(bytes).ok_or_else(|| refused("file_type"))?;
    let bytes = pictures::bare(media_type, bytes).ok_or_else(|| refused("picture"))?;
    keep_file(work, files_dir, (media_type, &bytes))
}

/// A text that the program itself made; text of people is not attached, for its content does not say what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// A report.
    Markdown,
    /// A table.
    Csv,
}

impl Made {
    fn media_type(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Keeps a text that the program made, lays it beside the text of a draft under a name, and gives its hash.
///
/// # Errors
/// [`Failure::Conflict`] when the version is no draft; [`Failure::TooLarge`]; [`Failure::Internal`] when it cannot be
/// kept.
pub fn attach_made(
    work: &mut Work<'_>,
    files_dir: &Path,
    version: &VersionId,
    (made, name, text): (Made, &str, &str),
) -> Result<String, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let by = person(work)?;
    if store::head(work, version)?.stage != Stage::Draft {
        return Err(forbidden_now("not_draft"));
    }
    let sha256 = keep_file(work, files_dir, (made.media_type(), text.as_bytes()))?;
    store::lay_beside(work, version, (&sha256, name), &by)?;
    work.record(
        "version.file_added",
        ("version", version.as_str()),
        json!({ "sha256": sha256 }),
    );
    Ok(sha256)
}

/// Keeps a file of another room under the hash of its content, notes it, and gives the hash. Who may do that, and what
/// the file is, that room must have found out.
///
/// # Errors
/// [`Failure::TooLarge`] above 25 MiB; [`Failure::Invalid`] when the files of the agency would be more than 5 GiB;
/// [`Failure::Internal`] when it cannot be kept.
pub fn keep_file(work: &mut Work<'_>, files_dir: &Path, (media_type, bytes): (&str, &[u8])) -> Result<String, Failure> {
    if bytes.len() > files::LARGEST {
        return Err(Failure::TooLarge);
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    must_fit_agency(work, &files::hash(bytes), size)?;
    keep_result(work, files_dir, (media_type, bytes))
}

/// Keeps a file that the program itself made of what was kept before: its room is not refused.
///
/// # Errors
/// [`Failure::TooLarge`] above 25 MiB; [`Failure::Internal`] when it cannot be kept.
pub fn keep_result(
    work: &mut Work<'_>,
    files_dir: &Path,
    (media_type, bytes): (&str, &[u8]),
) -> Result<String, Failure> {
    if bytes.len() > files::LARGEST {
        return Err(Failure::TooLarge);
    }
    let sha256 = files::keep(files_dir, bytes).map_err(Failure::of_disk)?;
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
