//! A request about personal data, and where it stands. Pure.

use crate::kernel::{CaseId, PersonId};
use chrono::NaiveDateTime;
use serde::Serialize;

crate::kernel::text_enum! {
    /// What somebody asks.
    Kind {
        /// To see one's data.
        Access = "access",
        /// To have them corrected.
        Correction = "correction",
        /// To have them erased.
        Erasure = "erasure",
        /// To have their use restricted.
        Restriction = "restriction",
        /// To take back a consent.
        Withdrawal = "withdrawal",
        /// To object to their use.
        Objection = "objection",
        /// Nobody asks: the time of retention is over.
        Retention = "retention",
    }
}

impl Kind {
    /// What a person can ask.
    pub const ASKED: [Self; 6] = [
        Self::Access,
        Self::Correction,
        Self::Erasure,
        Self::Restriction,
        Self::Withdrawal,
        Self::Objection,
    ];

    /// Whether data are erased by it, which takes two people.
    pub fn erases(self) -> bool {
        matches!(self, Self::Erasure | Self::Retention)
    }
}

crate::kernel::text_enum! {
    /// Where a request stands.
    State {
        /// Registered; the person has no word yet.
        Received = "received",
        /// The person was told that it is handled.
        Taken = "taken",
        /// An erasure is proposed and waits for another person.
        Proposed = "proposed",
        /// Done.
        Done = "done",
        /// Refused, with its legal basis.
        Refused = "refused",
    }
}

/// A request without who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Its id, under which the data of who asks are sealed.
    pub id: String,
    /// Its number in the register.
    pub number: i64,
    /// What is asked.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// When it came, UTC.
    pub received_at: NaiveDateTime,
    /// Who registered it.
    pub received_by: PersonId,
    /// When the person was told that it is handled, UTC.
    pub taken_at: Option<NaiveDateTime>,
    /// Until when the person must be told, UTC.
    pub answer_due_at: NaiveDateTime,
    /// Until when it must be done, UTC.
    pub due_at: NaiveDateTime,
    /// When the time was extended, UTC.
    pub extended_at: Option<NaiveDateTime>,
    /// Why.
    pub extension_reason: Option<String>,
    /// Who proposed the erasure.
    pub proposed_by: Option<PersonId>,
    /// When, UTC.
    pub proposed_at: Option<NaiveDateTime>,
    /// Who closed it.
    pub closed_by: Option<PersonId>,
    /// When, UTC.
    pub closed_at: Option<NaiveDateTime>,
    /// What the person was told at the end.
    pub answer: String,
    /// The legal basis.
    pub basis: String,
    /// Grows with each change.
    pub row_version: i64,
}

/// What a request is about: cases, and forms that were filled outside of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The cases.
    pub cases: Vec<CaseId>,
    /// The forms, by the ids of their records.
    pub records: Vec<String>,
}

impl Named {
    /// Under which keys the data of all of it are sealed.
    pub fn subjects(&self) -> Vec<&str> {
        let cases = self.cases.iter().map(CaseId::as_str);
        cases.chain(self.records.iter().map(String::as_str)).collect()
    }
}

impl Request {
    /// What must come next, until when: the first word, or the end.
    pub fn next_due(&self) -> Option<NaiveDateTime> {
        match self.state {
            State::Received => Some(self.answer_due_at.min(self.due_at)),
            State::Taken | State::Proposed => Some(self.due_at),
            State::Done | State::Refused => None,
        }
    }

    /// How urgent it is: `late`, `due_soon` (within three days), `good`; nothing when it is closed.
    pub fn urgency(&self, now: NaiveDateTime) -> Option<&'static str> {
        let due = self.next_due()?;
        Some(if due < now {
            "late"
        } else if due - now <= chrono::TimeDelta::days(3) {
            "due_soon"
        } else {
            "good"
        })
    }
}
