//! A version of a document and the stage of its life.

use crate::kernel::{DocumentId, PersonId, VersionId};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;
use serde::ser::SerializeStruct;

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

crate::kernel::text_enum! {
    /// What a version is to the one before it, as its author says on submission.
    Change {
        /// Issued anew ("ban hành mới"): the next issue, not amended yet.
        Issue = "issue",
        /// An amendment ("sửa đổi") within the last issue.
        Amendment = "amendment",
    }
}

/// The two numbers that people know a version by: "lần ban hành" and, within it, "lần sửa đổi".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct IssueNo {
    /// Number of the issue, from 1.
    pub issue: i64,
    /// Number of the amendment within the issue; 0 for the issue itself.
    pub amendment: i64,
}

impl IssueNo {
    /// The issue after the last one that was approved: what a draft is taken for until its author says otherwise.
    pub(super) fn new_issue(last: Option<Self>) -> Self {
        Self {
            issue: last.map_or(0, |last| last.issue).saturating_add(1),
            amendment: 0,
        }
    }

    /// What follows the last one that was approved; nothing when there is none to amend.
    pub(super) fn after(last: Option<Self>, change: Change) -> Option<Self> {
        match (change, last) {
            (Change::Issue, last) => Some(Self::new_issue(last)),
            (Change::Amendment, Some(last)) => Some(Self {
                amendment: last.amendment.saturating_add(1),
                ..last
            }),
            (Change::Amendment, None) => None,
        }
    }

    /// The greatest number among the versions that were ever approved.
    pub(super) fn last(heads: &[VersionHead]) -> Option<Self> {
        let counts = |head: &&VersionHead| {
            matches!(
                head.stage,
                Stage::Approved | Stage::Effective | Stage::Superseded | Stage::Withdrawn
            )
        };
        heads.iter().filter(counts).map(|head| head.issue).max()
    }
}

/// What a draft can be submitted as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Numbering {
    /// Its number as a new issue.
    new_issue: IssueNo,
    /// Its number as an amendment of the last issue; `None` while none was approved.
    amendment: Option<IssueNo>,
}

impl Numbering {
    /// For a draft beside these versions of its document.
    pub(super) fn among(heads: &[VersionHead]) -> Self {
        let last = IssueNo::last(heads);
        Self {
            new_issue: IssueNo::new_issue(last),
            amendment: IssueNo::after(last, Change::Amendment),
        }
    }
}

/// As it is said in short: "2", or "2/1" when amended.
impl std::fmt::Display for IssueNo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.amendment {
            0 => write!(f, "{}", self.issue),
            amendment => write!(f, "{}/{amendment}", self.issue),
        }
    }
}

/// Templates see both numbers and the short label.
impl Serialize for IssueNo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("IssueNo", 3)?;
        map.serialize_field("issue", &self.issue)?;
        map.serialize_field("amendment", &self.amendment)?;
        map.serialize_field("label", &self.to_string())?;
        map.end()
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
    /// Number of the version among those of its document, from 1: what addresses and records name it by.
    pub number: i64,
    /// What people name it by ("lần ban hành", "lần sửa đổi"); settled when it is submitted.
    pub issue: IssueNo,
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

#[cfg(test)]
mod tests {
    use super::{Change, IssueNo};

    const fn of(issue: i64, amendment: i64) -> IssueNo {
        IssueNo { issue, amendment }
    }

    #[test]
    fn an_issue_begins_without_amendments_and_amendments_count_within_it() {
        assert_eq!(IssueNo::after(None, Change::Issue), Some(of(1, 0)));
        assert_eq!(IssueNo::after(None, Change::Amendment), None);
        assert_eq!(IssueNo::after(Some(of(2, 1)), Change::Amendment), Some(of(2, 2)));
        assert_eq!(IssueNo::after(Some(of(2, 1)), Change::Issue), Some(of(3, 0)));
    }

    #[test]
    fn an_amended_issue_is_named_with_both_numbers_and_follows_the_issue() {
        assert_eq!((of(2, 0).to_string(), of(2, 1).to_string()), ("2".into(), "2/1".into()));
        assert!(of(2, 0) < of(2, 1) && of(2, 9) < of(3, 0));
    }
}
