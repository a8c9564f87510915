//! A case as lists and pages show it, what it waits for, and what was recorded in it.

use super::trace::{Ended, Event};
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId};
use chrono::NaiveDateTime;
use serde::Serialize;

/// A case without its events and without the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, diesel::Queryable)]
pub struct CaseHead {
    /// The case.
    pub id: CaseId,
    /// Its code, as printed on the receipt.
    pub code: String,
    /// The procedure.
    pub document_id: DocumentId,
    /// The version that was in force on the day of receipt.
    pub version_id: VersionId,
    /// The duration case that was promised; empty when the procedure states none.
    pub duration_code: String,
    /// When it was received, UTC.
    pub received_at: NaiveDateTime,
    /// The moment promised on the receipt, UTC.
    pub promised_at: Option<NaiveDateTime>,
    /// Who received it.
    pub received_by: PersonId,
    /// The promised moment moved by pauses, UTC; `None` while the clock stands still or when nothing was promised.
    pub due_at: Option<NaiveDateTime>,
    /// Number of the last event; 0 before the first.
    pub last_seq: i64,
    /// How it ended; `None` while it is open.
    pub ended: Option<Ended>,
    /// When it ended, UTC.
    pub ended_at: Option<NaiveDateTime>,
}

impl CaseHead {
    /// Whether it is late at this moment, or ended late.
    pub fn is_late(&self, now: NaiveDateTime) -> bool {
        self.due_at.is_some_and(|due| due < self.ended_at.unwrap_or(now))
    }
}

/// A step that a case waits for, with one of the roles that may do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, diesel::Queryable)]
pub struct Waiting {
    /// The case.
    pub case_id: CaseId,
    /// Code of the step.
    pub step_code: String,
    /// Name of the step.
    pub step_name: String,
    /// The role.
    pub role_code: String,
    /// Since when the step is possible, UTC.
    pub since: NaiveDateTime,
    /// When the step is due, UTC; `None` when the table states no time for it.
    pub due_at: Option<NaiveDateTime>,
}

crate::kernel::text_enum! {
    /// What an entry in a case says.
    EventKind {
        /// A step was done.
        Step = "step",
        /// The case was closed.
        End = "end",
    }
}

/// Something that was recorded in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseEvent {
    /// Number in the case, from 1, in the order of recording.
    pub seq: i64,
    /// What it says.
    pub kind: EventKind,
    /// Code of the step, as recorded; `None` for the closing.
    pub step_code: Option<String>,
    /// The outcome; for the closing the word of [`Ended`].
    pub outcome: Option<String>,
    /// What the performer noted.
    pub note: String,
    /// What was produced: places in the step's list of outputs, from 0.
    pub outputs: Vec<usize>,
    /// Who did it.
    pub person_id: PersonId,
    /// The name on that day.
    pub person_name: String,
    /// The position on that day.
    pub position_name: String,
    /// The version that was worked by.
    pub version_id: VersionId,
    /// When it was done, UTC.
    pub done_at: NaiveDateTime,
    /// When it was recorded, UTC.
    pub recorded_at: NaiveDateTime,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// True when it happened outside the workflow.
    pub off_workflow: bool,
    /// Why it happened outside the workflow, or why the case was stopped.
    pub reason: Option<String>,
}

impl CaseEvent {
    /// The event as it is judged; `None` for the closing of the case.
    pub fn judged(self) -> Option<Event> {
        Some(Event {
            seq: self.seq,
            step_code: self.step_code?,
            outcome: self.outcome,
            outputs: self.outputs,
            person: self.person_id,
            person_name: self.person_name,
            role: None,
            position_name: self.position_name,
            version: self.version_id,
            done_at: self.done_at,
            off_workflow: self.off_workflow,
            reason: self.reason,
        })
    }
}

/// Who asked: personal data, shown only to whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Applicant {
    /// Name of the person or organisation.
    pub full_name: String,
    /// Where they live.
    pub address: String,
    /// How to reach them.
    pub phone: String,
    /// Personal identification number; empty when it was not given.
    pub id_number: String,
}

/// A paper of the dossier that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, diesel::Queryable)]
pub struct Paper {
    /// Its number in the dossier, from 1.
    pub number: i64,
    /// At which event; 0 at intake.
    pub at_seq: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
}
