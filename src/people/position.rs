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

/// Somebody who holds a position from a day until a day (both included; no end while it is open).
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
}

impl Holder {
    /// Whether the position is held on that day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}
