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
}

impl Holder {
    /// Whether the position is held on that day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}
