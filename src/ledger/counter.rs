//! Running numbers without gaps: allocated inside the change that uses them.

use super::Work;
use super::schema::counters;
use crate::kernel::AgencyId;
use diesel::prelude::*;

/// The next number of the counter `name`, starting at 1. A change that is rolled back gives its number back.
///
/// # Errors
/// When the database fails.
pub fn next_number(work: &mut Work<'_>, name: &str) -> QueryResult<i64> {
    let agency: AgencyId = work.actor.agency.clone();
    let found: Option<i64> = counters::table
        .find((&agency, name))
        .select(counters::value)
        .first(work.conn)
        .optional()?;
    match found {
        Some(value) => {
            let next = value.saturating_add(1);
            diesel::update(counters::table.find((&agency, name)))
                .set(counters::value.eq(next))
                .execute(work.conn)?;
            Ok(next)
        }
        None => {
            diesel::insert_into(counters::table)
                .values((
                    counters::agency_id.eq(&agency),
                    counters::name.eq(name),
                    counters::value.eq(1_i64),
                ))
                .execute(work.conn)?;
            Ok(1)
        }
    }
}

/// What the counter `name` last gave out; 0 when it never did.
///
/// # Errors
/// When the database fails.
pub fn last_number(work: &mut Work<'_>, name: &str) -> QueryResult<i64> {
    let agency: AgencyId = work.actor.agency.clone();
    let found: Option<i64> = counters::table
        .find((&agency, name))
        .select(counters::value)
        .first(work.conn)
        .optional()?;
    Ok(found.unwrap_or(0))
}
