//! By when what was submitted is to be signed, and what is late.

use super::read::{HeadRow, head_of, heads};
use super::round::seats_of_many;
use crate::calendar::{WorkingCalendar, working_calendar};
use crate::documents::route::{Seat, current_stage};
use crate::documents::schema::{documents, signatures as signed, version_rounds, versions};
use crate::documents::signature::{Overdue, Verdict};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{VersionId, local};
use crate::ledger::Work;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The last day on which the current stage of each version is to be signed. Versions whose stage has no deadline are left
/// out.
pub(super) fn due_days(
    work: &mut Work<'_>,
    seats: &BTreeMap<VersionId, Vec<Seat>>,
) -> QueryResult<BTreeMap<VersionId, NaiveDate>> {
    let waits = |(id, seats): (&VersionId, &Vec<Seat>)| {
        let (stage_no, _) = current_stage(seats)?;
        let days = seats.iter().find(|seat| seat.stage_no == stage_no)?.days?;
        Some((id.clone(), (stage_no, days)))
    };
    let waiting: BTreeMap<VersionId, (i64, i64)> = seats.iter().filter_map(waits).collect();
    if waiting.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (agency, ids) = (work.agency(), waiting.keys().cloned().collect::<Vec<_>>());
    let submitted: Vec<(VersionId, NaiveDateTime)> = version_rounds::table
        .inner_join(versions::table)
        .filter(
            version_rounds::agency_id
                .eq(&agency)
                .and(version_rounds::version_id.eq_any(&ids)),
        )
        .filter(version_rounds::round.eq(versions::round))
        .select((version_rounds::version_id, version_rounds::submitted_at))
        .load(work.conn)?;
    let given: Vec<(VersionId, i64, NaiveDateTime)> = signed::table
        .inner_join(versions::table)
        .filter(signed::agency_id.eq(&agency).and(signed::version_id.eq_any(&ids)))
        .filter(
            signed::round
                .eq(versions::round)
                .and(signed::verdict.eq(Verdict::Signed)),
        )
        .select((signed::version_id, signed::stage_no, signed::at))
        .load(work.conn)?;
    let calendar = working_calendar(work)?;
    let due = |(id, submitted_at): (VersionId, NaiveDateTime)| {
        let (stage_no, days) = *waiting.get(&id)?;
        let before = given.iter().filter(|one| one.0 == id && one.1 < stage_no);
        let begun = before.map(|one| one.2).max().unwrap_or(submitted_at);
        Some((id, due_day(&calendar, begun, days)))
    };
    Ok(submitted.into_iter().filter_map(due).collect())
}

/// The day that so many working days from a moment (UTC) end.
fn due_day(calendar: &WorkingCalendar, begun: NaiveDateTime, days: i64) -> NaiveDate {
    let hundredths = u32::try_from(days.saturating_mul(100)).unwrap_or(u32::MAX);
    calendar.add_working_days(local(begun), hundredths).date()
}

/// What should have been signed before today, the latest first.
///
/// # Errors
/// When the database fails.
pub fn overdue_signatures(work: &mut Work<'_>) -> QueryResult<Vec<Overdue>> {
    let (agency, today) = (work.agency(), work.actor.today());
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::stage.eq_any([Stage::InReview, Stage::InApproval]))
        .order(documents::code)
        .load(work.conn)?;
    let open: Vec<VersionHead> = rows.into_iter().map(head_of).collect();
    let ids: Vec<VersionId> = open.iter().map(|head| head.id.clone()).collect();
    let seats = seats_of_many(work, &ids)?;
    let due = due_days(work, &seats)?;
    let mut late: Vec<Overdue> = open
        .into_iter()
        .filter_map(|head| {
            let due_on = *due.get(&head.id).filter(|day| **day < today)?;
            let seats = seats.get(&head.id)?;
            let (stage_no, meaning) = current_stage(seats)?;
            let waits = seats
                .iter()
                .filter(|seat| seat.stage_no == stage_no && seat.signed_by.is_none());
            let names: Vec<&str> = waits.map(|seat| seat.position_name.as_str()).collect();
            let later = seats.iter().filter(|seat| seat.stage_no > stage_no);
            Some(Overdue {
                meaning,
                positions: names.join(", "),
                due_on,
                waits_for: later.map(|seat| seat.position_id.clone()).collect(),
                head,
            })
        })
        .collect();
    late.sort_by_key(|one| one.due_on);
    Ok(late)
}
