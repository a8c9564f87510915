//! Setting the route of review and approval of a kind of document.

use super::refused;
use crate::documents::route::{NewStage, route_fault};
use crate::documents::store;
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::people::{self, must};
use crate::procedures::Kind;
use crate::web::{Failure, Say};
use serde_json::json;

/// Sets the route that versions of a kind take from now on; rounds under way keep the route they were submitted to.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may neither change settings nor assign roles; [`Failure::Invalid`] when the
/// route does not end with approval, reviews after approving, or names a position twice in a stage, none, or an
/// unknown one.
pub fn set_route(work: &mut Work<'_>, kind: Kind, stages: &[NewStage]) -> Result<(), Failure> {
    must(work.actor, Permission::ManageSettings).or_else(|_| must(work.actor, Permission::AssignRoles))?;
    if let Some(fault) = route_fault(stages) {
        return Err(Failure::Invalid(Say::new(fault.key())));
    }
    let known = people::positions(work)?;
    let mut named = stages.iter().flat_map(|stage| &stage.positions);
    if named.any(|position| known.iter().all(|one| one.id != *position)) {
        return Err(refused("route_unknown_position"));
    }
    store::replace_route(work, kind, stages)?;
    let stages: Vec<_> = stages
        .iter()
        .map(|stage| json!({ "meaning": stage.meaning, "needs": stage.needs, "positions": stage.positions, "days": stage.days }))
        .collect();
    work.record("route.set", ("route", kind.as_str()), json!({ "stages": stages }));
    Ok(())
}
