//! What was signed and done to versions, as pages show it.

use super::route::{Meaning, Needs};
use super::version::VersionHead;
use crate::kernel::{PersonId, PositionId};
use crate::signatures::{Act, Signed};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

crate::kernel::text_enum! {
    /// What somebody said at a stage.
    Verdict {
        /// Signed.
        Signed = "signed",
        /// Returned to its author with a reason.
        Returned = "returned",
    }
}

crate::kernel::text_enum! {
    /// An act in the history of a version.
    VersionAct {
        /// The draft was opened.
        Created = "created",
        /// It was submitted: a new round.
        Submitted = "submitted",
        /// Its author or the committee took it back.
        Recalled = "recalled",
        /// A signatory returned it with a reason.
        Returned = "returned",
        /// Somebody signed at a stage of review.
        Reviewed = "reviewed",
        /// Somebody signed at a stage of approval.
        Approved = "approved",
        /// It came into force.
        MadeEffective = "made_effective",
        /// A later version replaced it.
        Superseded = "superseded",
        /// It was taken out of force.
        Withdrawn = "withdrawn",
        /// The draft was given up.
        Cancelled = "cancelled",
    }
}

impl VersionAct {
    /// The act as the ledger calls it.
    pub(super) fn in_ledger(self) -> &'static str {
        match self {
            Self::Created => "version.created",
            Self::Submitted => "version.submitted",
            Self::Recalled => "version.recalled",
            Self::Returned => "version.returned",
            Self::Reviewed => "version.reviewed",
            Self::Approved => "version.approved",
            Self::MadeEffective => "version.made_effective",
            Self::Superseded => "version.superseded",
            Self::Withdrawn => "version.withdrawn",
            Self::Cancelled => "version.cancelled",
        }
    }
}

/// A signature or a return; names stand as they were on that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureShown {
    /// The round of review and approval.
    pub round: i64,
    /// The stage of the route.
    pub stage_no: i64,
    /// What the signature means.
    pub meaning: Meaning,
    /// Signed or returned.
    pub verdict: Verdict,
    /// The position that it was given for.
    pub position_name: String,
    /// Who.
    pub person_id: PersonId,
    /// The name.
    pub person_name: String,
    /// Why it was returned.
    pub reason: Option<String>,
    /// SHA-256 of the text that was signed.
    pub content_sha256: String,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// The decision by which it was given for the holder of the position.
    pub decision_no: Option<String>,
    /// The statement that was signed with the person's key; none for one from before there were keys.
    pub sealed: Option<Sealed>,
}

impl SignatureShown {
    /// Whether this is the statement that was signed with it: of the same person, round, moment and meaning.
    pub(super) fn is_stated_by(&self, statement: &Signed) -> bool {
        let means = match (statement.act, self.verdict) {
            (Act::Reviewed, Verdict::Signed) => self.meaning == Meaning::Review,
            (Act::Approved | Act::Issued, Verdict::Signed) => self.meaning == Meaning::Approve,
            (Act::Returned, Verdict::Returned) => true,
            (Act::Reviewed | Act::Approved | Act::Issued, Verdict::Returned)
            | (Act::Returned, Verdict::Signed)
            | (Act::Withdrawn | Act::Confirmed | Act::TakenBack, _) => false,
        };
        means && self.round == statement.round && self.person_id == statement.person_id && self.at == statement.at
    }
}

/// What people see of the statement behind a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// The id of the statement.
    pub id: String,
    /// What it means, as it says itself.
    pub act: Act,
    /// The fingerprint of the statement.
    pub fingerprint: String,
    /// How many entries the ledger had before.
    pub ledger_size: i64,
    /// Whether its signer took it back.
    pub is_taken_back: bool,
    /// Whether the key is certified by the agency.
    pub is_certified: bool,
}

/// One position of a stage: who holds it today, and what was signed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PositionProgress {
    /// The position's name on the day of submission.
    pub name: String,
    /// Names of those who hold it today; empty when nobody does, and then nobody can sign.
    pub holders: Vec<String>,
    /// It is held, but nobody who acts for it may sign with the meaning of the stage.
    pub is_barred: bool,
    /// The signature or return of this round.
    pub signed: Option<SignatureShown>,
}

/// One stage of the last round of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageProgress {
    /// Its number, from 1.
    pub stage_no: i64,
    /// What a signature at it means.
    pub meaning: Meaning,
    /// How many of the positions must sign.
    pub needs: Needs,
    /// Its positions.
    pub positions: Vec<PositionProgress>,
    /// Whether the version waits for this stage.
    pub is_current: bool,
    /// Whether it has the signatures that it needs.
    pub is_done: bool,
    /// The last day on which it is to be signed, while the version waits for it.
    pub due_on: Option<NaiveDate>,
    /// Whether that day has gone by.
    pub is_late: bool,
}

/// A version that should have been signed before today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// The version.
    pub head: VersionHead,
    /// What the missing signature means.
    pub meaning: Meaning,
    /// The positions that it waits for.
    pub positions: String,
    /// The last day on which it was to be signed.
    pub due_on: NaiveDate,
    /// The positions of later stages, which wait for it as well.
    pub waits_for: Vec<PositionId>,
}

/// An act in the history of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActShown {
    /// What was done.
    pub act: VersionAct,
    /// In which round; 0 before the first submission.
    pub round: i64,
    /// Who did it; empty when the program did (a version came into force on its day).
    pub person_name: String,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// SHA-256 of the text at that moment.
    pub content_sha256: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// The text of one round, kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Round {
    /// Its number, from 1.
    pub round: i64,
    /// SHA-256 of the text.
    pub content_sha256: String,
    /// When it was submitted, UTC.
    pub submitted_at: NaiveDateTime,
    /// The text.
    pub source: String,
}

/// A version that waits for somebody's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The version.
    pub head: VersionHead,
    /// The stage that waits.
    pub stage_no: i64,
    /// What the signature will mean.
    pub meaning: Meaning,
    /// The positions that the person would sign for, joined by commas.
    pub position_name: String,
    /// The edition in which it waits, where it gets its verdict.
    pub edition: Option<i64>,
    /// The last day on which it is to be signed; `None` without a deadline.
    pub due_on: Option<NaiveDate>,
    /// Whether that day has gone by.
    pub is_late: bool,
}
