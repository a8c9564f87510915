//! A review, as it was signed.

use crate::kernel::{DocumentId, VersionId};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

crate::kernel::text_enum! {
    /// What is to become of a document that was looked at.
    Verdict {
        /// It stays as it is until its next review.
        Keep = "keep",
        /// It must be changed.
        Revise = "revise",
        /// It is no longer needed.
        Withdraw = "withdraw",
    }
}

/// A review; names stand as they were on that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The document.
    pub document: DocumentId,
    /// The version that was in force.
    pub version: VersionId,
    /// SHA-256 of its text.
    pub content_sha256: String,
    /// The day by which it was due.
    pub due_on: NaiveDate,
    /// What is to become of it.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// The next day, for a document that stays.
    pub next_due: Option<NaiveDate>,
    /// Who signed.
    pub person_name: String,
    /// The positions that he or she held, joined by commas; may be empty.
    pub position_name: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}
