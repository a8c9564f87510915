//! An administrative procedure of the catalogue.

use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

crate::kernel::text_enum! {
    /// Who decides.
    Level {
        /// The commune.
        Commune = "commune",
        /// The province.
        Province = "province",
        /// A ministry.
        Ministry = "ministry",
    }
}

crate::kernel::text_enum! {
    /// How dossiers are received.
    Reception {
        /// At the one-stop desk.
        OneStop = "one_stop",
        /// At the one-stop desk, linked with other offices.
        Linked = "linked",
        /// Elsewhere.
        Elsewhere = "elsewhere",
    }
}

/// An administrative procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its id.
    #[serde(skip)]
    pub id: String,
    /// The national code, as `1.001193`.
    pub code: String,
    /// Its published name.
    pub name: String,
    /// The field (lĩnh vực).
    pub field: String,
    /// Who decides.
    pub level: Level,
    /// How dossiers are received.
    pub reception: Reception,
    /// The decision that published it; may be empty.
    pub decision_no: String,
    /// First day in force; `None` when nobody knows it, and then it has been in force since ever.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer in force.
    pub ended_from: Option<NaiveDate>,
    /// The decision that ended it; may be empty.
    pub end_decision_no: String,
    /// Who changed the entry last.
    pub changed_by_name: String,
    /// When, UTC.
    pub changed_at: NaiveDateTime,
    /// Counts the changes, so that a stale form is found out.
    pub row_version: i64,
}

impl Entry {
    /// Whether it is in force on a day.
    pub fn is_in_force_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && !self.has_ended_on(day)
    }

    /// Whether it has ended on a day.
    pub fn has_ended_on(&self, day: NaiveDate) -> bool {
        self.ended_from.is_some_and(|ended| ended <= day)
    }
}
