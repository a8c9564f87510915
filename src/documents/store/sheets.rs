//! The sheets of rounds: the hash of each, and what it was made from.

use crate::documents::schema::version_sheets;
use crate::kernel::VersionId;
use crate::ledger::Work;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The sheet of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::documents) struct KeptSheet {
    /// How the program set pages then.
    pub(in crate::documents) setting: i64,
    /// What stood around the text, as JSON.
    pub(in crate::documents) facts: String,
    /// SHA-256 of the PDF, in hexadecimal.
    pub(in crate::documents) sha256: String,
    /// Its pages.
    pub(in crate::documents) pages: i64,
}

/// The sheet of a round; none for a round that began before sheets were kept.
pub(in crate::documents) fn kept_sheet(
    work: &mut Work<'_>,
    version: &VersionId,
    round: i64,
) -> QueryResult<Option<KeptSheet>> {
    let agency = work.agency();
    let row: Option<(i64, String, String, i64)> = version_sheets::table
        .filter(
            version_sheets::agency_id
                .eq(&agency)
                .and(version_sheets::version_id.eq(version))
                .and(version_sheets::round.eq(round)),
        )
        .select((
            version_sheets::setting,
            version_sheets::facts,
            version_sheets::sha256,
            version_sheets::pages,
        ))
        .first(work.conn)
        .optional()?;
    Ok(row.map(|(setting, facts, sha256, pages)| KeptSheet {
        setting,
        facts,
        sha256,
        pages,
    }))
}

/// The hashes of the sheets of a version, by round.
pub(in crate::documents) fn sheet_hashes(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<(i64, String)>> {
    let agency = work.agency();
    version_sheets::table
        .filter(
            version_sheets::agency_id
                .eq(&agency)
                .and(version_sheets::version_id.eq(version)),
        )
        .order(version_sheets::round)
        .select((version_sheets::round, version_sheets::sha256))
        .load(work.conn)
}

/// The rounds of these versions that have a sheet.
pub(in crate::documents) fn with_sheets(
    work: &mut Work<'_>,
    ids: &[VersionId],
) -> QueryResult<BTreeSet<(VersionId, i64)>> {
    let agency = work.agency();
    let rounds: Vec<(VersionId, i64)> = version_sheets::table
        .filter(
            version_sheets::agency_id
                .eq(&agency)
                .and(version_sheets::version_id.eq_any(ids)),
        )
        .select((version_sheets::version_id, version_sheets::round))
        .load(work.conn)?;
    Ok(rounds.into_iter().collect())
}

/// Keeps the sheet of a round.
pub(in crate::documents) fn insert_sheet(
    work: &mut Work<'_>,
    version: &VersionId,
    round: i64,
    sheet: &KeptSheet,
) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(version_sheets::table)
        .values((
            version_sheets::agency_id.eq(&agency),
            version_sheets::version_id.eq(version),
            version_sheets::round.eq(round),
            version_sheets::setting.eq(sheet.setting),
            version_sheets::facts.eq(&sheet.facts),
            version_sheets::sha256.eq(&sheet.sha256),
            version_sheets::pages.eq(sheet.pages),
        ))
        .execute(work.conn)
        .map(drop)
}
