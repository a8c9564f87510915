//! The rows of attached files; their bytes are kept outside the database.

use crate::db::AnyConnection;
use crate::documents::schema::{attached_files, version_files};
use crate::kernel::{Person, VersionId};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use serde::Serialize;
use std::collections::BTreeSet;

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

/// Every attached file of every agency on any connection, of the office or of a copy: hash and bytes, by rising hash.
///
/// # Errors
/// When the database fails.
pub fn all_attached(conn: &mut AnyConnection) -> QueryResult<Vec<(String, i64)>> {
    attached_files::table
        .select((attached_files::sha256, attached_files::bytes))
        .distinct()
        .order(attached_files::sha256)
        .load(conn)
}

/// How many bytes the agency's files have, all but one.
pub(in crate::documents) fn bytes_of_agency(work: &mut Work<'_>, but: &str) -> QueryResult<i64> {
    let agency = work.agency();
    attached_files::table
        .filter(
            attached_files::agency_id
                .eq(&agency)
                .and(attached_files::sha256.ne(but)),
        )
        .select(total())
        .first::<Option<i64>>(work.conn)
        .map(Option::unwrap_or_default)
}

/// How many bytes these files of the agency have.
pub(in crate::documents) fn bytes_of(work: &mut Work<'_>, hashes: &BTreeSet<&str>) -> QueryResult<i64> {
    let agency = work.agency();
    attached_files::table
        .filter(
            attached_files::agency_id
                .eq(&agency)
                .and(attached_files::sha256.eq_any(hashes)),
        )
        .select(total())
        .first::<Option<i64>>(work.conn)
        .map(Option::unwrap_or_default)
}

/// The sum of a column of whole numbers is a fraction for one of the databases, unless it is told otherwise.
fn total() -> SqlLiteral<Nullable<BigInt>> {
    sql("CAST(SUM(bytes) AS BIGINT)")
}

/// The hashes of any agency that begin with these letters, on any connection.
pub(in crate::documents) fn attached_under(conn: &mut AnyConnection, letters: &str) -> QueryResult<BTreeSet<String>> {
    let found: Vec<String> = attached_files::table
        .filter(attached_files::sha256.like(format!("{letters}%")))
        .select(attached_files::sha256)
        .distinct()
        .load(conn)?;
    Ok(found.into_iter().collect())
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

/// A file that lies beside the text of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, diesel::Queryable)]
pub struct VersionFile {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The name under which it is saved.
    pub name: String,
    /// Who added it.
    pub added_by_name: String,
    /// When, UTC.
    pub added_at: NaiveDateTime,
}

/// The files beside the text of a version, in the order in which they were added.
///
/// # Errors
/// When the database fails.
pub fn version_files_of(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<VersionFile>> {
    let agency = work.agency();
    version_files::table
        .filter(
            version_files::agency_id
                .eq(&agency)
                .and(version_files::version_id.eq(version)),
        )
        .order((version_files::added_at, version_files::name))
        .select((
            version_files::sha256,
            version_files::name,
            version_files::added_by_name,
            version_files::added_at,
        ))
        .load(work.conn)
}

/// Lays a kept file beside the text of a version; one that lies there already stays as it is.
pub(in crate::documents) fn lay_beside(
    work: &mut Work<'_>,
    version: &VersionId,
    (sha256, name): (&str, &str),
    by: &Person,
) -> QueryResult<()> {
    if version_files_of(work, version)?
        .iter()
        .any(|file| file.sha256 == sha256)
    {
        return Ok(());
    }
    let agency = work.agency();
    diesel::insert_into(version_files::table)
        .values((
            version_files::agency_id.eq(&agency),
            version_files::version_id.eq(version),
            version_files::sha256.eq(sha256),
            version_files::name.eq(name),
            version_files::added_by.eq(&by.id),
            version_files::added_by_name.eq(&by.full_name),
            version_files::added_at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}
