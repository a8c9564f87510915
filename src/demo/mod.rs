//! The demo office: laid down by acting through the same functions that the pages use.

mod cases;
mod chance;
mod copies;
mod editions;
mod habits;
mod law;
mod library;
mod office;
mod people;
mod plan;
mod privacy;
mod readers;
mod records;
mod reviews;
mod tthc;
mod words;

pub use cases::{DEVIATING_PERCENT, Planted};
pub use people::{DemoAccount, PASSWORD, accounts};
pub use plan::Deviation;

use crate::db::Db;
use crate::kernel::{Actor, AgencyId};
use crate::ledger::{self, last_number, next_number};
use crate::notices;
use crate::people::agencies;
use crate::web::Failure;
use chrono::{NaiveDateTime, TimeDelta};
use std::path::Path;

/// The code of the demo agency; `serve` refuses a database that holds it.
const CODE: &str = "DEMO-BAOHA";
/// The counter that tells that everything was laid down.
const WHOLE: &str = "demo";
/// The office was founded this long before the first edition came into force.
const FOUNDED_BEFORE: i64 = 20;

/// How much is laid down.
#[derive(Debug, Clone, Copy)]
pub struct DemoSize {
    /// Seed of chance.
    pub seed: u64,
    /// Number of cases.
    pub cases: usize,
}

/// What was laid down.
#[derive(Debug, Clone)]
pub struct LaidDown {
    /// The demo agency.
    pub agency: AgencyId,
    /// The deviations that were planted.
    pub planted: Vec<Planted>,
    /// The secretary now.
    secretary: Actor,
}

/// Lays down what needs a directory for files: Word files that wait for somebody to look at them.
///
/// # Errors
/// When a file cannot be kept, or the database fails.
pub fn lay_down_files(db: &Db, laid: &LaidDown, files: &Path) -> anyhow::Result<()> {
    words::bring_in(db, files, laid.secretary.clone())
}

/// Whether an agency is the demo office.
///
/// # Errors
/// When the database fails.
pub fn is_demo(db: &Db, agency: &AgencyId) -> Result<bool, Failure> {
    Ok(agencies(db)?.iter().any(|(id, code)| id == agency && code == CODE))
}

/// Whether the demo office was laid down to its end, and not broken off.
///
/// # Errors
/// When the database fails.
pub fn is_whole(db: &Db, agency: &AgencyId, now: NaiveDateTime) -> Result<bool, Failure> {
    ledger::read(db, &Actor::house(agency.clone(), now), |work| {
        Ok(last_number(work, WHOLE)? > 0)
    })
}

/// Lays the demo office down, so that it looks as if it had worked for months until `now` (UTC).
///
/// # Errors
/// When an act is refused, which is a fault of the demo, or the database fails.
pub fn lay_down(db: &Db, now: NaiveDateTime, size: DemoSize) -> anyhow::Result<LaidDown> {
    let founded = now - TimeDelta::days(library::IN_FORCE_DAYS_AGO + FOUNDED_BEFORE);
    let stage = office::found(db, founded, now)?;
    library::publish(&stage, now)?;
    law::follow(&stage, now)?;
    reviews::sign(&stage, now)?;
    readers::read_later(&stage, now)?;
    tthc::keep(&stage, now)?;
    let planted = cases::play(&stage, now, size.seed, size.cases)?;
    records::report_later(&stage, now)?;
    privacy::keep(&stage, now)?;
    let house = Actor::house(stage.agency.clone(), now);
    ledger::change(db, house.clone(), |work| notices::gather(work, false).map(drop))?;
    ledger::change(db, house, |work| {
        next_number(work, WHOLE)?;
        let agency = work.agency();
        work.record("demo.laid_down", ("agency", agency.as_str()), serde_json::json!({}));
        Ok::<_, Failure>(())
    })?;
    Ok(LaidDown {
        secretary: stage.actor("thuky", now)?,
        agency: stage.agency,
        planted,
    })
}
