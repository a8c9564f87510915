//! A role that steps name as responsible.

use crate::kernel::RoleId;
use serde::Serialize;

/// A role that steps name as responsible ("Công chức Tư pháp - Hộ tịch").
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its code, as the files say it.
    pub code: String,
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English; may be empty.
    pub name_en: String,
    /// The unit it belongs to.
    pub unit: String,
    /// True for a body outside the office: somebody here only notes what it did.
    pub external: bool,
}
