//! Setting the route of review and approval of a kind of document, or of one field of it.

use super::{forbidden_now, refused};
use crate::documents::route::{NewStage, route_fault};
use crate::documents::store;
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::{self, must};
use crate::procedures::Kind;
use crate::web::{Failure, Say};
use serde_json::json;

/// Sets the route that versions of a kind take from now on where their field has no route of its own; rounds under way
/// keep the route they were submitted to.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may neither change settings nor assign roles; [`Failure::Invalid`] when the
/// route does not end with approval, reviews after approving, or names a position twice in a stage, none, or an
/// unknown one.
pub fn set_route(work: &mut Work<'_>, kind: Kind, stages: &[NewStage]) -> Result<(), Failure> {
    set(work, (kind, ""), stages)
}

/// Sets the route that versions of a kind in one field take from now on: it goes before that of the kind.
///
/// # Errors
/// Those of [`set_route`]; [`Failure::Invalid`] for a field that no version of the office is in, which is a slip of the
/// pen: its route would never be taken.
pub fn set_field_route(work: &mut Work<'_>, kind: Kind, field: &str, stages: &[NewStage]) -> Result<(), Failure> {
    must_set(work)?;
    if !store::all_fields(work)?.iter().any(|known| known == field) {
        return Err(refused("route_unknown_field"));
    }
    set(work, (kind, field), stages)
}

/// Takes the own route of a field away: its versions take that of their kind again.
///
/// # Errors
/// [`Failure::Forbidden`] as [`set_route`]; [`Failure::Conflict`] when the field has no route of its own.
pub fn drop_field_route(work: &mut Work<'_>, kind: Kind, field: &str) -> Result<(), Failure> {
    must_set(work)?;
    if field.is_empty() || store::replace_route(work, (kind, field), &[])? == 0 {
        return Err(forbidden_now("route_not_own"));
    }
    work.record("route.dropped", ("route", kind.as_str()), json!({ "field": field }));
    Ok(())
}

fn must_set(work: &Work<'_>) -> Result<(), Failure> {
    must(work.actor, Permission::ManageSettings).or_else(|_| must(work.actor, Permission::AssignRoles))
}

fn set(work: &mut Work<'_>, (kind, field): (Kind, &str), stages: &[NewStage]) -> Result<(), Failure> {
    must_set(work)?;
    if let Some(fault) = route_fault(stages) {
        return Err(Failure::Invalid(Say::new(fault.key())));
    }
    let known = people::positions(work)?;
    let mut named = stages.iter().flat_map(|stage| &stage.positions);
    if named.any(|position| known.iter().all(|one| one.id != *position)) {
        return Err(refused("route_unknown_position"));
    }
    store::replace_route(work, (kind, field), stages)?;
    let stages: Vec<_> = stages
        .iter()
        .map(|stage| json!({ "meaning": stage.meaning, "needs": stage.needs, "positions": stage.positions, "days": stage.days }))
        .collect();
    work.record(
        "route.set",
        ("route", kind.as_str()),
        json!({ "field": field, "stages": stages }),
    );
    Ok(())
}
