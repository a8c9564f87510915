//! What is frozen with a round, and what the version holds now: read for signing, never out of memory.

use super::sheets::{KeptSheet, kept_sheet};
use crate::documents::schema::{version_rounds, versions};
use crate::documents::version::{IssueNo, Stage};
use crate::kernel::VersionId;
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// What is frozen with a round.
pub(in crate::documents) struct Frozen {
    /// The text of the round.
    pub(in crate::documents) text: String,
    /// Its hash, as it was noted then.
    pub(in crate::documents) text_sha256: String,
    /// When the round began, UTC.
    pub(in crate::documents) submitted_at: NaiveDateTime,
    /// The sheet of the round.
    pub(in crate::documents) sheet: Option<KeptSheet>,
    /// The text that the version holds now.
    pub(in crate::documents) present: String,
    /// The round that the version is in.
    pub(in crate::documents) present_round: i64,
    /// Where the version is in its life.
    pub(in crate::documents) stage: Stage,
    /// The numbers of the version.
    pub(in crate::documents) issue: IssueNo,
}

/// What is frozen with a round of a version.
pub(in crate::documents) fn frozen(work: &mut Work<'_>, version: &VersionId, round: i64) -> QueryResult<Frozen> {
    let agency = work.agency();
    let (text, text_sha256, submitted_at) = version_rounds::table
        .filter(version_rounds::agency_id.eq(&agency))
        .filter(
            version_rounds::version_id
                .eq(version)
                .and(version_rounds::round.eq(round)),
        )
        .select((
            version_rounds::source,
            version_rounds::content_sha256,
            version_rounds::submitted_at,
        ))
        .first(work.conn)?;
    let (present, present_round, stage, issue, amendment) = versions::table
        .filter(versions::agency_id.eq(&agency).and(versions::id.eq(version)))
        .select((
            versions::source,
            versions::round,
            versions::stage,
            versions::issue_no,
            versions::amendment_no,
        ))
        .first(work.conn)?;
    Ok(Frozen {
        text,
        text_sha256,
        submitted_at,
        sheet: kept_sheet(work, version, round)?,
        present,
        present_round,
        stage,
        issue: IssueNo { issue, amendment },
    })
}
