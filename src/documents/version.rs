//! A version of a document and the stage of its life.

use crate::kernel::{DocumentId, PersonId, VersionId};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

crate::kernel::text_enum! {
    /// Where a version is in its life.
    Stage {
        /// Being written by its author.
        Draft = "draft",
        /// Submitted; a stage of review waits for signatures.
        InReview = "in_review",
        /// Reviewed; the stage of approval waits for signatures.
        InApproval = "in_approval",
        /// Approved; waits for its day.
        Approved = "approved",
        /// In force.
        Effective = "effective",
        /// Replaced by a later version.
        Superseded = "superseded",
        /// Taken out of force without a successor.
        Withdrawn = "withdrawn",
        /// Given up before it was approved.
        Cancelled = "cancelled",
    }
}

impl Stage {
    /// The stages of a version that is on its way and not in force yet.
    pub const OPEN: [Self; 4] = [Self::Draft, Self::InReview, Self::InApproval, Self::Approved];

    /// Whether a version in this stage may move to `next`.
    pub fn may_become(self, next: Self) -> bool {
        use Stage::{Approved, Cancelled, Draft, Effective, InApproval, InReview, Superseded, Withdrawn};
        match self {
            Draft => matches!(next, InReview | InApproval | Cancelled),
            InReview => matches!(next, InApproval | Draft),
            InApproval => matches!(next, Approved | Draft),
            Approved => matches!(next, Effective),
            Effective => matches!(next, Superseded | Withdrawn),
            Superseded | Withdrawn | Cancelled => false,
        }
    }
}

/// A version as lists show it: everything but its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionHead {
    /// The version.
    pub id: VersionId,
    /// Its document.
    pub document_id: DocumentId,
    /// The document's code.
    pub code: String,
    /// The document's kind, as the file says it (`work_procedure`).
    pub kind: String,
    /// Number of the version ("lần ban hành"), from 1.
    pub number: i64,
    /// Where it is in its life.
    pub stage: Stage,
    /// Round of review and approval: 0 before the first submission.
    pub round: i64,
    /// Title in Vietnamese.
    pub title: String,
    /// Title in English; may be empty.
    pub title_en: String,
    /// The field (lĩnh vực).
    pub field: String,
    /// SHA-256 of the text.
    pub content_sha256: String,
    /// Who wrote it.
    pub author_id: PersonId,
    /// The author's name.
    pub author_name: String,
    /// When it was last saved, UTC.
    pub saved_at: NaiveDateTime,
    /// Counts the changes, so that a stale form is found out.
    pub row_version: i64,
    /// The day it is meant to come into force.
    pub planned_from: Option<NaiveDate>,
    /// First day in force.
    pub effective_from: Option<NaiveDate>,
    /// The day from which it is no longer in force (the first day without it).
    pub effective_to: Option<NaiveDate>,
}
