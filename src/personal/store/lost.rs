//! What was sealed with keys that are lost for good.

use crate::ledger::Work;
use crate::personal::actions::keep::{FORM, form_field};
use crate::personal::schema::personal_data as d;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Says of everything that is sealed in the agency that its key is lost; what was lost before stays as it was.
pub(in crate::personal) fn set_lost(work: &mut Work<'_>) -> QueryResult<usize> {
    let agency = work.agency();
    let sealed = d::agency_id.eq(&agency).and(d::ciphertext.is_not_null());
    diesel::update(d::table.filter(sealed.and(d::lost_at.is_null())))
        .set(d::lost_at.eq(Some(work.actor.at)))
        .execute(work.conn)
}

/// When keys of the agency were given up as lost for the last time: what was sealed before is found by no name or number
/// either.
///
/// # Errors
/// When the database fails.
pub fn last_loss(work: &mut Work<'_>) -> QueryResult<Option<NaiveDateTime>> {
    let agency = work.agency();
    d::table
        .filter(d::agency_id.eq(&agency).and(d::lost_at.is_not_null()))
        .select(diesel::dsl::max(d::lost_at))
        .first(work.conn)
}

/// Of these filled forms, those whose personal answers were lost with their keys, and when that was said.
///
/// # Errors
/// When the database fails.
pub fn lost_forms(work: &mut Work<'_>, records: &[String]) -> QueryResult<BTreeMap<String, NaiveDateTime>> {
    let agency = work.agency();
    let mut found = BTreeMap::new();
    // Both databases bound the number of values in one question.
    for some in records.chunks(500) {
        let fields: Vec<String> = some.iter().map(|record| form_field(record)).collect();
        let rows: Vec<(String, Option<NaiveDateTime>)> = d::table
            .filter(d::agency_id.eq(&agency).and(d::field.eq_any(fields)))
            .filter(d::lost_at.is_not_null().and(d::ciphertext.is_not_null()))
            .select((d::field, d::lost_at))
            .load(work.conn)?;
        for (field, at) in rows {
            if let (Some(record), Some(at)) = (field.strip_prefix(FORM), at) {
                found.insert(record.to_owned(), at);
            }
        }
    }
    Ok(found)
}
