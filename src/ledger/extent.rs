//! How far the ledger of each agency goes, read on any connection: of the office, or of a copy.

use super::schema::ledger;
use crate::db::AnyConnection;
use crate::kernel::AgencyId;
use diesel::dsl::{count_star, max, min};
use diesel::prelude::*;

/// How many entries the ledger of each agency has.
///
/// # Errors
/// When the database fails.
pub fn sizes(conn: &mut AnyConnection) -> QueryResult<Vec<(AgencyId, i64)>> {
    ledger::table
        .group_by(ledger::agency_id)
        .select((ledger::agency_id, count_star()))
        .load(conn)
}

/// The agencies whose ledger lacks an entry: its numbers are not 1, 2, 3 … without a gap.
///
/// # Errors
/// When the database fails.
pub fn gaps(conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    let found: Vec<(String, i64, Option<i64>, Option<i64>)> = ledger::table
        .group_by(ledger::agency_id)
        .select((ledger::agency_id, count_star(), min(ledger::seq), max(ledger::seq)))
        .load(conn)?;
    let has_gap =
        |(_, count, first, last): &(String, i64, Option<i64>, Option<i64>)| *first != Some(1) || *last != Some(*count);
    Ok(found.into_iter().filter(has_gap).map(|(agency, ..)| agency).collect())
}
