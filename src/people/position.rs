//! Positions of the office and who holds them on a day.

use crate::kernel::{PersonId, PositionId};
use chrono::NaiveDate;
use serde::Serialize;

/// A position (Chủ tịch UBND, Văn thư); steps and routes name positions, people come and go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Its id.
    pub id: PositionId,
    /// Its code, unique in the agency.
    pub code: String,
    /// Its name in Vietnamese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// The unit of the office it belongs to.
    pub unit: String,
}

crate::kernel::text_enum! {
    /// In which capacity somebody acts for a position, as it is printed before its name (Decree 30/2020/NĐ-CP, article 13).
    Capacity {
        /// As its holder.
        Own = "own",
        /// "Ký thay": a deputy instead of the head.
        Kt = "kt",
        /// "Thừa ủy quyền": empowered by the holder in writing, for a time.
        Tuq = "tuq",
        /// "Thừa lệnh": by order of the holder.
        Tl = "tl",
    }
}

impl Capacity {
    /// The name of a position as it is printed above a signature in this capacity.
    pub fn before(self, position: &str) -> String {
        match self {
            Self::Own => position.to_owned(),
            Self::Kt => format!("KT. {position}"),
            Self::Tuq => format!("TUQ. {position}"),
            Self::Tl => format!("TL. {position}"),
        }
    }
}

crate::kernel::text_enum! {
    /// For which work of a position power is lent.
    Scope {
        /// For all of it.
        All = "all",
        /// For signing documents.
        Documents = "documents",
        /// For steps of cases.
        Cases = "cases",
    }
}

impl Scope {
    /// Whether power of this scope serves for such work.
    pub fn serves(self, work: Scope) -> bool {
        self == Self::All || self == work
    }
}

/// A position that a person acts for on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The position.
    pub id: PositionId,
    /// Its name in Vietnamese as it is printed, the capacity before it.
    pub name: String,
    /// The same in English.
    pub name_en: String,
    /// In which capacity.
    pub capacity: Capacity,
    /// Number of the decision that says so.
    pub decision_no: String,
    /// The id of the entry that says who holds it.
    pub entry: String,
    /// For which work, when it is lent.
    pub scope: Scope,
    /// Who lent it.
    pub lent_by: Option<PersonId>,
    /// First and last day of the entry.
    #[serde(skip)]
    pub days: (NaiveDate, Option<NaiveDate>),
}

/// Somebody who holds a position, or acts for its holder, from a day until a day (both included; no end while it is open).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// The id of the entry.
    pub id: String,
    /// The position.
    pub position_id: PositionId,
    /// The person.
    pub person_id: PersonId,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
    /// Number of the decision that says so.
    pub decision_no: String,
    /// As the holder, or for the holder.
    pub capacity: Capacity,
    /// Who lent the power; `None` for holders, and where it was laid down before lenders were kept.
    pub lent_by: Option<PersonId>,
    /// For which work, when it is lent.
    pub scope: Scope,
    /// Why, when it is lent.
    pub reason: String,
    /// The day on which lent power ended early: from then on it serves no more.
    pub ended_on: Option<NaiveDate>,
}

impl Holder {
    /// Whether lent power still serves on a day, or will later.
    pub(super) fn is_open(&self, day: NaiveDate) -> bool {
        self.ended_on.is_none() && self.valid_to.is_none_or(|last| day <= last)
    }

    /// Whether the position is held on that day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        let is_lost = self.ended_on.is_some_and(|ended| ended <= day);
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last) && !is_lost
    }
}
