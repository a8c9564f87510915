//! A case as it is judged: what was done, by whom, when, on which version. Pure.

use crate::kernel::{CaseId, DocumentId, PersonId, VersionId};
use chrono::NaiveDateTime;

crate::kernel::text_enum! {
    /// How a case ended.
    Ended {
        /// With its result.
        Completed = "completed",
        /// With a refusal.
        Refused = "refused",
        /// Withdrawn by the citizen.
        Withdrawn = "withdrawn",
        /// Closed although the workflow had not ended (it happened on paper, or the case was given up).
        Stopped = "stopped",
    }
}

/// One step that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Number in the case, from 1.
    pub seq: i64,
    /// Code of the step as recorded; it may be unknown to the version.
    pub step_code: String,
    /// The outcome, when one was recorded.
    pub outcome: Option<String>,
    /// What was produced: places in the step's list of outputs, from 0.
    pub outputs: Vec<usize>,
    /// Who did it; an empty id when that is not known.
    pub person: PersonId,
    /// The name, as it was on that day.
    pub person_name: String,
    /// The role in which it was done, in the words of a log from elsewhere; this house records positions instead.
    pub role: Option<String>,
    /// The position, as it was on that day.
    pub position_name: String,
    /// The version that was worked by; differs from the case's when an outdated one was used.
    pub version: VersionId,
    /// When it was done, UTC.
    pub done_at: NaiveDateTime,
    /// True when it happened outside the workflow and was recorded as such.
    pub off_workflow: bool,
    /// Why, then.
    pub reason: Option<String>,
}

/// A case with everything that was done in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The case.
    pub id: CaseId,
    /// Its code, as printed on the receipt.
    pub code: String,
    /// The procedure.
    pub document: DocumentId,
    /// The version that was in force at intake.
    pub version: VersionId,
    /// SHA-256 of that version's text.
    pub content_sha256: String,
    /// The duration case that was promised.
    pub duration_code: String,
    /// When it was received, UTC.
    pub received_at: NaiveDateTime,
    /// The promised moment, UTC.
    pub promised_at: Option<NaiveDateTime>,
    /// The promised moment moved by pauses, UTC.
    pub due_at: Option<NaiveDateTime>,
    /// How it ended; `None` while it is open.
    pub ended: Option<Ended>,
    /// When it ended, UTC.
    pub ended_at: Option<NaiveDateTime>,
    /// The steps, in the order in which they were done.
    pub events: Vec<Event>,
    /// The papers that were handed in: number in the dossier from 1, and at which event (0 = intake).
    pub papers: Vec<(i64, i64)>,
}
