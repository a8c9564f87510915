//! The rows of attached files; their bytes are kept outside the database.

use crate::documents::schema::attached_files;
use crate::ledger::Work;
use diesel::prelude::*;
use serde::Serialize;

/// An attached file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attached {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its media type, found by its content.
    pub media_type: String,
    /// Its size in bytes.
    pub bytes: i64,
}

/// The attached file with this hash.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn attached(work: &mut Work<'_>, sha256: &str) -> QueryResult<Attached> {
    let agency = work.agency();
    attached_files::table
        .filter(
            attached_files::agency_id
                .eq(&agency)
                .and(attached_files::sha256.eq(sha256)),
        )
        .select((
            attached_files::sha256,
            attached_files::media_type,
            attached_files::bytes,
        ))
        .first(work.conn)
        .map(|(sha256, media_type, bytes)| Attached {
            sha256,
            media_type,
            bytes,
        })
}

/// Notes that the agency has the file; a file that it has already stays as it is.
pub(in crate::documents) fn keep_attached(work: &mut Work<'_>, file: &Attached) -> QueryResult<()> {
    if attached(work, &file.sha256).optional()?.is_some() {
        return Ok(());
    }
    let agency = work.agency();
    diesel::insert_into(attached_files::table)
        .values((
            attached_files::agency_id.eq(&agency),
            attached_files::sha256.eq(&file.sha256),
            attached_files::media_type.eq(&file.media_type),
            attached_files::bytes.eq(file.bytes),
            attached_files::added_at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}
