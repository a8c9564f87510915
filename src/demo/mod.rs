//! The demo office: laid down by acting through the same functions that the pages use.

mod people;

pub use people::{DemoAccount, PASSWORD, accounts};

use crate::db::Db;
use crate::kernel::AgencyId;
use crate::people::{NewAgency, add_agency, agencies};
use crate::web::Failure;
use chrono::NaiveDateTime;
use std::path::Path;

/// The code of the demo agency; `serve` refuses a database that holds it.
const CODE: &str = "DEMO-BAOHA";

/// How much is laid down.
#[derive(Debug, Clone, Copy)]
pub struct DemoSize {
    /// Seed of chance.
    pub seed: u64,
    /// Number of cases.
    pub cases: usize,
}

/// Whether an agency is the demo office.
///
/// # Errors
/// When the database fails.
pub fn is_demo(db: &Db, agency: &AgencyId) -> Result<bool, Failure> {
    Ok(agencies(db)?.iter().any(|(id, code)| id == agency && code == CODE))
}

/// Lays the demo office down, so that it looks as if it had worked for months until `now` (UTC).
///
/// # Errors
/// When an act is refused, which is a fault of the demo, or the database fails.
pub fn lay_down(db: &Db, now: NaiveDateTime, _size: DemoSize, _files: &Path) -> anyhow::Result<AgencyId> {
    let new = NewAgency {
        code: CODE.to_owned(),
        name: "UBND xã Bảo Hà (mẫu)".to_owned(),
        name_en: "Bảo Hà Commune People's Committee (sample)".to_owned(),
        case_prefix: "H38.99.01".to_owned(),
    };
    Ok(add_agency(db, now, new)?)
}
