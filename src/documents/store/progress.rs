//! Where rounds of review and approval stand: what each stage waits for, and what waits for whom.

use super::able::{Acting, Signers, acting};
use super::deadlines::due_days;
use super::read::{HeadRow, head_of, heads};
use super::round::{seats, seats_of_many, shown, signature_rows};
use crate::access;
use crate::documents::editions;
use crate::documents::route::{Seat, current_stage, free_seats, is_done, parts_in};
use crate::documents::schema::{documents, versions};
use crate::documents::signature::{PositionProgress, StageProgress, Waiting};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{PersonId, PositionId, VersionId};
use crate::ledger::Work;
use crate::people;
use diesel::prelude::*;

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
    let signers = Signers::load(work)?;
    let is_open = matches!(head.stage, Stage::InReview | Stage::InApproval);
    let current = current_stage(&seats).filter(|_| is_open).map(|(stage_no, _)| stage_no);
    let due = due_days(work, &[(version.clone(), seats.clone())].into())?.remove(version);
    let mut stages: Vec<StageProgress> = Vec::new();
    for seat in &seats {
        let position = PositionProgress {
            name: seat.position_name.clone(),
            is_barred: signers.is_barred(&seat.position_id, seat.meaning),
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

/// What waits for the signature of a person today, in the order of the codes. The queries are as many, however much waits.
///
/// # Errors
/// When the database fails.
pub fn waiting_for(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<Waiting>> {
    let (agency, today) = (work.agency(), work.actor.today());
    let acts_for = acting(work, person)?;
    let held: Vec<PositionId> = acts_for.iter().map(|one| one.held.id.clone()).collect();
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
            let sign = seat.meaning.permission();
            let able = |one: &Acting| one.may(seat.meaning) && access::bars(sign, &parts, &one.accounts).is_none();
            let acting = acts_for.iter().find(|one| one.held.id == seat.position_id);
            acting.is_some_and(able)
        };
        free.retain(may_sign);
        let Some((stage_no, meaning)) = free.first().map(|seat| (seat.stage_no, seat.meaning)) else {
            continue;
        };
        let as_printed = |seat: &&Seat| {
            let acting = acts_for.iter().find(|one| one.held.id == seat.position_id)?;
            Some(acting.held.capacity.before(&seat.position_name))
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
