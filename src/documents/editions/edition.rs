//! An edition and what is in it.

use crate::kernel::{PositionId, VersionId};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

crate::kernel::text_enum! {
    /// Where an edition is in its life.
    EditionState {
        /// Versions are put in and taken out.
        Open = "open",
        /// Signed; it never changes again.
        Issued = "issued",
        /// Given up before it was signed.
        Cancelled = "cancelled",
    }
}

crate::kernel::text_enum! {
    /// What became of a version in an edition.
    MemberState {
        /// It waits for its verdict.
        Waiting = "waiting",
        /// Approved and issued with the edition.
        Approved = "approved",
        /// Returned to its author.
        Returned = "returned",
        /// Taken back by its author.
        Recalled = "recalled",
        /// Taken out; it waits for its approval outside.
        TakenOut = "taken_out",
        /// The edition was given up; it waits for its approval outside.
        Dissolved = "dissolved",
    }
}

/// The documents that one decision issues together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// Its id.
    pub id: String,
    /// Its number in the office, from 1: what addresses name it by.
    pub number: i64,
    /// What it is called.
    pub title: String,
    /// Number of the decision; empty until it is known, never when issued.
    pub decision_no: String,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// The day from which what it issues is in force.
    pub effective_from: NaiveDate,
    /// The position that signs it.
    pub position_id: PositionId,
    /// The position as it is printed above the signature.
    pub position_name: String,
    /// Where it is in its life.
    pub state: EditionState,
    /// Who opened it.
    pub opened_by_name: String,
    /// When, UTC.
    pub opened_at: NaiveDateTime,
    /// Who signed it; empty before.
    pub signer_name: String,
    /// The decision by which the signer acted for the holder of the position.
    pub signer_decision_no: Option<String>,
    /// When it was issued, UTC.
    pub issued_at: Option<NaiveDateTime>,
    /// Why it was given up.
    pub reason: String,
    /// Counts the changes, members put in and taken out among them, so that a stale form is found out.
    pub row_version: i64,
}

/// An edition in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditionRow {
    /// The edition.
    pub edition: Edition,
    /// How many versions are in it.
    pub count: i64,
}

/// A version in an edition, as it was put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The version.
    pub version: VersionId,
    /// The round in which it waited.
    pub round: i64,
    /// SHA-256 of the text.
    pub content_sha256: String,
    /// The code of its document, as it was when the edition was signed.
    pub code: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub state: MemberState,
    /// Who put it in.
    pub added_by_name: String,
    /// When, UTC.
    pub added_at: NaiveDateTime,
    /// When it got its verdict or left, UTC.
    pub ended_at: Option<NaiveDateTime>,
}

/// What a secretary says of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEdition {
    /// What it is called.
    pub title: String,
    /// Number of the decision, as far as it is known.
    pub decision_no: String,
    /// The day of the decision, as far as it is known.
    pub decided_on: Option<NaiveDate>,
    /// The day from which what it issues is to be in force.
    pub effective_from: NaiveDate,
    /// The position that signs.
    pub position: PositionId,
}
