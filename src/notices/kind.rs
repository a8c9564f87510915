//! Notices, letters and how people want to be told.

use crate::kernel::{Language, PersonId};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

crate::kernel::text_enum! {
    /// What has come to be somebody's turn.
    Kind {
        /// A version waits for the person's signature.
        Sign = "sign",
        /// A draft came back to its author.
        Returned = "returned",
        /// A document in force is to be read and acknowledged.
        Read = "read",
        /// A document is to be looked at again.
        Review = "review",
        /// A document is to follow a change of law.
        Law = "law",
        /// A case waits for a step of the person.
        Step = "step",
        /// Others have not signed in time what the person waits for.
        Escalate = "escalate",
        /// A copy on paper is out of date.
        Copy = "copy",
    }
}

crate::kernel::text_enum! {
    /// When a person gets letters.
    Mode {
        /// Never.
        None = "none",
        /// As soon as something comes.
        AtOnce = "at_once",
        /// Once a working day, at the person's hour.
        Daily = "daily",
    }
}

crate::kernel::text_enum! {
    /// What a letter is for.
    Purpose {
        /// It holds the link that confirms an address.
        Confirm = "confirm",
        /// It shows that letters arrive.
        Test = "test",
        /// It tells what has just come.
        AtOnce = "at_once",
        /// It tells what waits today.
        Digest = "digest",
    }
}

crate::kernel::text_enum! {
    /// Where a letter is.
    LetterState {
        /// On its way.
        Waiting = "waiting",
        /// The mail server took it.
        Sent = "sent",
        /// It was tried often enough.
        Failed = "failed",
        /// There was nothing to say any more when its time had come, or nobody to say it to.
        Dropped = "dropped",
    }
}

/// Something that somebody was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// Code of the document or case.
    pub code: String,
    /// Title of the document or procedure.
    pub title: String,
    /// Where it is done.
    pub path: String,
    /// The last day.
    pub due_on: Option<NaiveDate>,
    /// Whether it was told because the last day had passed.
    pub is_late: bool,
    /// When it was told, UTC.
    pub told_at: NaiveDateTime,
    /// When the person read it, UTC.
    pub read_at: Option<NaiveDateTime>,
    /// Since when it is no longer the person's turn, UTC.
    pub over_at: Option<NaiveDateTime>,
    /// When a letter told it as well, UTC.
    pub mailed_at: Option<NaiveDateTime>,
    #[serde(skip)]
    pub(super) turn: String,
}

/// How a person wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The address; empty without one.
    pub address: String,
    /// When the person confirmed it, UTC.
    pub confirmed_at: Option<NaiveDateTime>,
    /// When letters are sent.
    pub mode: Mode,
    /// The hour of the daily letter on the office clock.
    pub hour: i64,
    /// The language of letters and of the calendar.
    pub language: Language,
    /// Whether there is a secret address of the calendar.
    pub has_feed: bool,
    /// Counts the changes; 0 when nothing was chosen yet.
    pub row_version: i64,
}

impl Settings {
    /// Before anything was chosen.
    pub(super) fn unset(language: Language) -> Self {
        Self {
            address: String::new(),
            confirmed_at: None,
            mode: Mode::None,
            hour: 8,
            language,
            has_feed: false,
            row_version: 0,
        }
    }

    /// Whether letters may be sent to the address.
    pub fn is_confirmed(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// A letter on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its id; its Message-ID begins with it.
    pub id: String,
    /// To whom.
    pub person: PersonId,
    /// What for.
    pub purpose: Purpose,
    /// Where to.
    pub address: String,
    /// In which language.
    pub language: Language,
    /// Of the link that confirms an address.
    pub token: Option<String>,
    /// How often it was tried.
    pub tries: i64,
    /// When it was made, UTC.
    pub made_at: NaiveDateTime,
}
