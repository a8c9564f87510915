//! Carrying over what stood in clear before data were sealed: at a start of the program, piece by piece. A start that is
//! broken off leaves each applicant either in clear or sealed, and the next one goes on.

use super::erase::forget_at_start;
use super::keep::{Value, keep};
use crate::db::Db;
use crate::kernel::{Actor, AgencyId};
use crate::ledger::{self, Work};
use crate::personal::field::Field;
use crate::personal::store;
use crate::web::Failure;
use chrono::NaiveDateTime;
use serde_json::json;

/// Applicants that are carried over in one change.
const AT_ONCE: i64 = 200;

/// Seals every applicant that still stands in clear, deletes the clear rows, and gives how many there were. It also takes
/// away keys that an erasure which was broken off left behind.
///
/// # Errors
/// When the database or the keys cannot be read or written.
pub fn carry_over(db: &Db, at: NaiveDateTime) -> Result<usize, Failure> {
    let mut count = 0_usize;
    for agency in db.read(|conn| Ok::<_, Failure>(store::agencies_in_clear(conn)?))? {
        while let some @ 1.. = carry_some(db, agency.clone(), at)? {
            count = count.saturating_add(some);
        }
    }
    if count > 0 {
        db.scrub("case_applicants")?;
        tracing::info!(count, "Applicants that stood in clear are sealed now");
    }
    forget_at_start(db)?;
    Ok(count)
}

fn carry_some(db: &Db, agency: AgencyId, at: NaiveDateTime) -> Result<usize, Failure> {
    let house = Actor::house(agency.clone(), at);
    let is_some = ledger::read(db, &house, |work| {
        Ok::<_, Failure>(!store::old_applicants(work, 1)?.is_empty())
    })?;
    if !is_some {
        return Ok(0);
    }
    ledger::change(db, house, move |work: &mut Work<'_>| {
        let old = store::old_applicants(work, AT_ONCE)?;
        for (case, full_name, address, phone) in &old {
            let values = [
                Value::Of(Field::FullName, full_name.clone()),
                Value::Of(Field::Address, address.clone()),
                Value::Of(Field::Phone, phone.clone()),
            ];
            keep(work, (case.as_str(), Some(case)), &values)?;
            store::forget_old(work, case)?;
        }
        work.record(
            "personal_data.sealed",
            ("agency", agency.as_str()),
            json!({ "cases": old.len() }),
        );
        Ok(old.len())
    })
}
