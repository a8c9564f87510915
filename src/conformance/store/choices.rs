//! The table of severities as the office keeps it: only what differs from the ordinary weights, and how often it was
//! changed.

use crate::conformance::finding::FindingKind;
use crate::conformance::schema::{severity_choices as choices, severity_tables as tables};
use crate::conformance::severities::{Severities, Weight};
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::must;
use crate::web::{Failure, Say};
use diesel::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// How often the table was changed; 0 for one that never was.
pub(in crate::conformance) fn row_version(work: &mut Work<'_>) -> QueryResult<i64> {
    let agency = work.agency();
    let known: Option<i64> = tables::table
        .filter(tables::agency_id.eq(&agency))
        .select(tables::row_version)
        .first(work.conn)
        .optional()?;
    Ok(known.unwrap_or(0))
}

/// The table of the office. A kind that this program does not know any more is left out.
///
/// # Errors
/// When the database fails.
pub fn severities(work: &mut Work<'_>) -> QueryResult<Severities> {
    let agency = work.agency();
    let rows: Vec<(String, Weight)> = choices::table
        .filter(choices::agency_id.eq(&agency))
        .select((choices::kind, choices::weight))
        .load(work.conn)?;
    let known = rows
        .into_iter()
        .filter_map(|(kind, weight)| Some((FindingKind::parse(&kind)?, weight)));
    Ok(Severities::new(known))
}

/// Changes how much kinds of findings weigh; kinds that are not named keep their weight. `seen` is the row version that
/// the change rests on. All cases are judged by the new table from now on, those of the past too.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Conflict`] when the table was changed since;
/// [`Failure::Invalid`] when nothing would change.
pub fn set_severities(work: &mut Work<'_>, seen: i64, weights: &[(FindingKind, Weight)]) -> Result<(), Failure> {
    must(work.actor, Permission::EditSeverities)?;
    let (agency, known) = (work.agency(), row_version(work)?);
    if known != seen {
        return Err(Failure::Conflict(Say::new("conformance.severities.stale")));
    }
    let now = severities(work)?;
    let changed: BTreeMap<FindingKind, Weight> = weights
        .iter()
        .copied()
        .filter(|(kind, weight)| now.weight(*kind) != *weight)
        .collect();
    if changed.is_empty() {
        return Err(Failure::Invalid(Say::new("conformance.severities.unchanged")));
    }
    if known == 0 {
        diesel::insert_into(tables::table)
            .values((tables::agency_id.eq(&agency), tables::row_version.eq(1)))
            .execute(work.conn)?;
    } else {
        diesel::update(tables::table.find(&agency))
            .set(tables::row_version.eq(known.saturating_add(1)))
            .execute(work.conn)?;
    }
    for (kind, weight) in &changed {
        diesel::delete(choices::table.find((&agency, kind.as_str()))).execute(work.conn)?;
        if Weight::from(kind.severity()) != *weight {
            diesel::insert_into(choices::table)
                .values((
                    choices::agency_id.eq(&agency),
                    choices::kind.eq(kind.as_str()),
                    choices::weight.eq(weight),
                ))
                .execute(work.conn)?;
        }
    }
    let said: BTreeMap<&str, &str> = changed
        .iter()
        .map(|(kind, weight)| (kind.as_str(), weight.as_str()))
        .collect();
    work.record("conformance.severities_set", ("agency", agency.as_str()), json!(said));
    Ok(())
}
