//! Where rounds of review and approval stand: what each stage waits for, and what waits for whom.

use super::deadlines::due_days;
use super::read::{HeadRow, head_of, heads};
use super::round::{seats, seats_of_many, shown, signature_rows};
use crate::access;
use crate::documents::editions;
use crate::documents::route::{Seat, current_stage, free_seats, is_done, parts_in};
use crate::documents::schema::{documents, versions};
use crate::documents::signature::{PositionProgress, StageProgress, Waiting};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Permission, PersonId, PositionId, VersionId};
use crate::ledger::Work;
use crate::people::{self, Held};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The stages of the last round of a version, with what each still waits for; empty before the first submission.
///
/// # Errors
/// `NotFound` when the agency has no such version.
pub fn progress(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<StageProgress>> {
    let head = super::head(work, version)?;
    let seats = seats(work, version)?;
    let given = signature_rows(work, std::slice::from_ref(version))?;
    let today = work.actor.today();
    let holders = people::holders_on(work, today, today)?;
    let ids: Vec<PersonId> = holders.iter().map(|holder| holder.person_id.clone()).collect();
    let names = people::names(work, &ids)?;
    let is_open = matches!(head.stage, Stage::InReview | Stage::InApproval);
    let current = current_stage(&seats).filter(|_| is_open).map(|(stage_no, _)| stage_no);
    let due = due_days(work, &[(version.clone(), seats.clone())].into())?.remove(version);
    let mut stages: Vec<StageProgress> = Vec::new();
    for seat in &seats {
        let position = PositionProgress {
            name: seat.position_name.clone(),
            holders: holders
                .iter()
                .filter(|holder| holder.position_id == seat.position_id)
                .filter_map(|holder| Some(holder.capacity.before(names.get(&holder.person_id)?)))
                .collect(),
            signed: given
                .iter()
                .find(|row| (&row.0.1, row.0.2, row.0.3) == (&seat.position_id, head.round, seat.stage_no))
                .map(|row| shown(row.clone())),
        };
        match stages.last_mut().filter(|stage| stage.stage_no == seat.stage_no) {
            Some(stage) => stage.positions.push(position),
            None => stages.push(StageProgress {
                stage_no: seat.stage_no,
                meaning: seat.meaning,
                needs: seat.needs,
                positions: vec![position],
                is_current: current == Some(seat.stage_no),
                is_done: is_done(&seats, seat.stage_no),
                due_on: due.filter(|_| current == Some(seat.stage_no)),
                is_late: current == Some(seat.stage_no) && due.is_some_and(|day| day < today),
            }),
        }
    }
    Ok(stages)
}

/// For each position that a person acts for: all accounts of the person, and of whoever lent the power.
fn accounts_behind(
    work: &mut Work<'_>,
    person: &PersonId,
    acts_for: &[Held],
) -> QueryResult<BTreeMap<PositionId, Vec<PersonId>>> {
    let own = people::accounts_of(work, person)?;
    let mut behind = BTreeMap::new();
    for held in acts_for {
        let mut accounts = own.clone();
        if let Some(lender) = &held.lent_by {
            accounts.extend(people::accounts_of(work, lender)?);
        }
        behind.insert(held.id.clone(), accounts);
    }
    Ok(behind)
}

/// What waits for the signature of a person today, in the order of the codes. The queries are as many, however much waits.
///
/// # Errors
/// When the database fails.
pub fn waiting_for(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<Waiting>> {
    let (agency, today) = (work.agency(), work.actor.today());
    let acts_for = people::signing_positions_of(work, person, today)?;
    let held: Vec<PositionId> = acts_for.iter().map(|position| position.id.clone()).collect();
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<HeadRow> = heads!(&agency)
        .filter(versions::stage.eq_any([Stage::InReview, Stage::InApproval]))
        .order(documents::code)
        .load(work.conn)?;
    let open: Vec<VersionHead> = rows.into_iter().map(head_of).collect();
    let ids: Vec<VersionId> = open.iter().map(|head| head.id.clone()).collect();
    let seats = seats_of_many(work, &ids)?;
    let writers = super::writers_of(work, &ids)?;
    let barring = accounts_behind(work, person, &acts_for)?;
    let editions = editions::waiting_in(work, &ids)?;
    let due = due_days(work, &seats)?;
    let mut waiting = Vec::new();
    for head in open {
        let Some(seats) = seats.get(&head.id) else { continue };
        let Ok(mut free) = free_seats(seats, &held) else {
            continue;
        };
        let parts = parts_in(writers.get(&head.id).map(Vec::as_slice).unwrap_or_default(), seats);
        let may_sign = |seat: &&Seat| {
            let accounts = barring.get(&seat.position_id).map(Vec::as_slice).unwrap_or_default();
            access::bars(Permission::SignVersions, &parts, accounts).is_none()
        };
        free.retain(may_sign);
        let Some((stage_no, meaning)) = free.first().map(|seat| (seat.stage_no, seat.meaning)) else {
            continue;
        };
        let as_printed = |seat: &&Seat| {
            let held = acts_for.iter().find(|held| held.id == seat.position_id)?;
            Some(held.capacity.before(&seat.position_name))
        };
        let names: Vec<String> = free.iter().filter_map(as_printed).collect();
        waiting.push(Waiting {
            edition: editions.get(&head.id).copied(),
            due_on: due.get(&head.id).copied(),
            is_late: due.get(&head.id).is_some_and(|day| *day < today),
            head,
            stage_no,
            meaning,
            position_name: names.join(", "),
        });
    }
    Ok(waiting)
}
