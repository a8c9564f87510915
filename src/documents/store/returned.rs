//! Drafts that a signatory returned to their author.

use super::read::{HeadRow, head_of, heads};
use crate::documents::schema::{documents, version_acts, versions};
use crate::documents::signature::VersionAct;
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::VersionId;
use crate::ledger::Work;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The drafts that were returned in their last round (and not recalled), in the order of their codes.
///
/// # Errors
/// When the database fails.
pub fn returned_drafts(work: &mut Work<'_>) -> QueryResult<Vec<VersionHead>> {
    let agency = work.agency();
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::stage.eq(Stage::Draft).and(versions::round.gt(0)))
        .order(documents::code)
        .load(work.conn)?;
    let drafts: Vec<VersionHead> = rows.into_iter().map(head_of).collect();
    let ids: Vec<&VersionId> = drafts.iter().map(|head| &head.id).collect();
    let returned: Vec<(VersionId, i64)> = version_acts::table
        .filter(
            version_acts::agency_id
                .eq(&agency)
                .and(version_acts::version_id.eq_any(ids)),
        )
        .filter(version_acts::act.eq(VersionAct::Returned))
        .select((version_acts::version_id, version_acts::round))
        .load(work.conn)?;
    let returned: BTreeSet<(VersionId, i64)> = returned.into_iter().collect();
    let is_returned = |head: &VersionHead| returned.contains(&(head.id.clone(), head.round));
    Ok(drafts.into_iter().filter(is_returned).collect())
}
