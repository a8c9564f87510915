//! The rounds of review and approval: who may sign, who signed, and what was done.

use crate::documents::route::{Meaning, Needs, Seat, current_stage, free_seats, is_done};
use crate::documents::schema::{documents, signatures as signed, version_acts, version_rounds, version_stages};
use crate::documents::schema::{version_writers, versions};
use crate::documents::signature::{
    ActShown, PositionProgress, Round, SignatureShown, StageProgress, Verdict, VersionAct, Waiting,
};
use crate::documents::store::read::{HeadRow, head_of, heads};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{Person, PersonId, PositionId, VersionId, new_id};
use crate::ledger::Work;
use crate::people;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

type SignatureRow = (
    (VersionId, PositionId, i64, i64, Meaning, Verdict),
    (String, PersonId, String, Option<String>, String, NaiveDateTime),
);

fn shown(row: SignatureRow) -> SignatureShown {
    let (_, _, round, stage_no, meaning, verdict) = row.0;
    let (position_name, person_id, person_name, reason, content_sha256, at) = row.1;
    SignatureShown {
        round,
        stage_no,
        meaning,
        verdict,
        position_name,
        person_id,
        person_name,
        reason,
        content_sha256,
        at,
    }
}

fn signature_rows(work: &mut Work<'_>, ids: &[VersionId]) -> QueryResult<Vec<SignatureRow>> {
    let agency = work.agency();
    signed::table
        .filter(signed::agency_id.eq(&agency).and(signed::version_id.eq_any(ids)))
        .order((signed::round, signed::at, signed::stage_no, signed::position_name))
        .select((
            (
                signed::version_id,
                signed::position_id,
                signed::round,
                signed::stage_no,
                signed::meaning,
                signed::verdict,
            ),
            (
                signed::position_name,
                signed::person_id,
                signed::person_name,
                signed::reason,
                signed::content_sha256,
                signed::at,
            ),
        ))
        .load(work.conn)
}

type StageRow = (VersionId, i64, Meaning, Needs, PositionId, String);

/// The seats of the present round of many versions at once.
fn seats_of_many(work: &mut Work<'_>, ids: &[VersionId]) -> QueryResult<BTreeMap<VersionId, Vec<Seat>>> {
    let agency = work.agency();
    let rows: Vec<StageRow> = version_stages::table
        .inner_join(versions::table)
        .filter(
            version_stages::agency_id
                .eq(&agency)
                .and(version_stages::version_id.eq_any(ids)),
        )
        .filter(version_stages::round.eq(versions::round))
        .order((
            version_stages::stage_no,
            version_stages::position_name,
            version_stages::position_id,
        ))
        .select((
            version_stages::version_id,
            version_stages::stage_no,
            version_stages::meaning,
            version_stages::needs,
            version_stages::position_id,
            version_stages::position_name,
        ))
        .load(work.conn)?;
    let given: Vec<(VersionId, i64, PositionId, PersonId)> = signed::table
        .inner_join(versions::table)
        .filter(signed::agency_id.eq(&agency).and(signed::version_id.eq_any(ids)))
        .filter(
            signed::round
                .eq(versions::round)
                .and(signed::verdict.eq(Verdict::Signed)),
        )
        .select((
            signed::version_id,
            signed::stage_no,
            signed::position_id,
            signed::person_id,
        ))
        .load(work.conn)?;
    let by_seat: BTreeMap<(VersionId, i64, PositionId), PersonId> = given
        .into_iter()
        .map(|(version, stage_no, position, person)| ((version, stage_no, position), person))
        .collect();
    let mut seats: BTreeMap<VersionId, Vec<Seat>> = BTreeMap::new();
    for (version, stage_no, meaning, needs, position_id, position_name) in rows {
        let signed_by = by_seat.get(&(version.clone(), stage_no, position_id.clone())).cloned();
        let seat = Seat {
            stage_no,
            meaning,
            needs,
            position_id,
            position_name,
            signed_by,
        };
        seats.entry(version).or_default().push(seat);
    }
    Ok(seats)
}

/// The seats of the present round of a version, in the order of its stages.
pub(in crate::documents) fn seats(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<Seat>> {
    let mut found = seats_of_many(work, std::slice::from_ref(version))?;
    Ok(found.remove(version).unwrap_or_default())
}

/// Adds a signature or a return for a seat.
pub(in crate::documents) fn insert_signature(
    work: &mut Work<'_>,
    head: &VersionHead,
    (person, seat): (&Person, &Seat),
    reason: Option<&str>,
) -> QueryResult<()> {
    let agency = work.agency();
    let verdict = if reason.is_some() {
        Verdict::Returned
    } else {
        Verdict::Signed
    };
    diesel::insert_into(signed::table)
        .values((
            signed::id.eq(new_id()),
            signed::agency_id.eq(&agency),
            signed::version_id.eq(&head.id),
            signed::round.eq(head.round),
            signed::stage_no.eq(seat.stage_no),
            signed::position_id.eq(&seat.position_id),
            signed::position_name.eq(&seat.position_name),
            signed::meaning.eq(seat.meaning),
            signed::verdict.eq(verdict),
            signed::reason.eq(reason),
            signed::content_sha256.eq(&head.content_sha256),
            signed::person_id.eq(&person.id),
            signed::person_name.eq(&person.full_name),
            signed::at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Copies a stage of a route into a round.
pub(in crate::documents) fn insert_stage(
    work: &mut Work<'_>,
    (version, round): (&VersionId, i64),
    stage: &crate::documents::route::RouteStage,
) -> QueryResult<()> {
    let agency = work.agency();
    for position in &stage.positions {
        diesel::insert_into(version_stages::table)
            .values((
                version_stages::agency_id.eq(&agency),
                version_stages::version_id.eq(version),
                version_stages::round.eq(round),
                version_stages::stage_no.eq(stage.stage_no),
                version_stages::meaning.eq(stage.meaning),
                version_stages::needs.eq(stage.needs),
                version_stages::position_id.eq(&position.id),
                version_stages::position_name.eq(&position.name),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// The signatures and returns of a version, round by round, oldest first.
///
/// # Errors
/// When the database fails.
pub fn signatures(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<SignatureShown>> {
    Ok(signature_rows(work, std::slice::from_ref(version))?
        .into_iter()
        .map(shown)
        .collect())
}

/// The texts of the rounds of a version, oldest first.
///
/// # Errors
/// When the database fails.
pub fn rounds(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<Round>> {
    let agency = work.agency();
    let rows: Vec<(i64, String, NaiveDateTime, String)> = version_rounds::table
        .filter(
            version_rounds::agency_id
                .eq(&agency)
                .and(version_rounds::version_id.eq(version)),
        )
        .order(version_rounds::round)
        .select((
            version_rounds::round,
            version_rounds::content_sha256,
            version_rounds::submitted_at,
            version_rounds::source,
        ))
        .load(work.conn)?;
    let round = |(round, content_sha256, submitted_at, source)| Round {
        round,
        content_sha256,
        submitted_at,
        source,
    };
    Ok(rows.into_iter().map(round).collect())
}

/// The history of a version, oldest first.
///
/// # Errors
/// When the database fails.
pub fn history(work: &mut Work<'_>, version: &VersionId) -> QueryResult<Vec<ActShown>> {
    type Row = (VersionAct, i64, String, Option<String>, String, NaiveDateTime);
    let agency = work.agency();
    let rows: Vec<Row> = version_acts::table
        .filter(
            version_acts::agency_id
                .eq(&agency)
                .and(version_acts::version_id.eq(version)),
        )
        // Ids are made in the order of time, so they settle acts of one moment.
        .order((version_acts::at, version_acts::id))
        .select((
            version_acts::act,
            version_acts::round,
            version_acts::person_name,
            version_acts::reason,
            version_acts::content_sha256,
            version_acts::at,
        ))
        .load(work.conn)?;
    let act = |(act, round, person_name, reason, content_sha256, at)| ActShown {
        act,
        round,
        person_name,
        reason,
        content_sha256,
        at,
    };
    Ok(rows.into_iter().map(act).collect())
}

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
    let mut stages: Vec<StageProgress> = Vec::new();
    for seat in &seats {
        let position = PositionProgress {
            name: seat.position_name.clone(),
            holders: holders
                .iter()
                .filter(|holder| holder.position_id == seat.position_id)
                .filter_map(|holder| names.get(&holder.person_id).cloned())
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
            }),
        }
    }
    Ok(stages)
}

/// What waits for the signature of a person today, in the order of the codes. Four queries, however much waits.
///
/// # Errors
/// When the database fails.
pub fn waiting_for(work: &mut Work<'_>, person: &PersonId) -> QueryResult<Vec<Waiting>> {
    let (agency, today) = (work.agency(), work.actor.today());
    let held: Vec<PositionId> = people::positions_of(work, person, today)?
        .into_iter()
        .map(|position| position.id)
        .collect();
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
    let written: Vec<VersionId> = version_writers::table
        .filter(
            version_writers::agency_id
                .eq(&agency)
                .and(version_writers::person_id.eq(person)),
        )
        .filter(version_writers::version_id.eq_any(&ids))
        .select(version_writers::version_id)
        .load(work.conn)?;
    let written: BTreeSet<VersionId> = written.into_iter().collect();
    let mut waiting = Vec::new();
    for head in open.into_iter().filter(|head| !written.contains(&head.id)) {
        let Some(seats) = seats.get(&head.id) else { continue };
        let Ok(free) = free_seats(seats, person, &held) else {
            continue;
        };
        let Some((stage_no, meaning)) = free.first().map(|seat| (seat.stage_no, seat.meaning)) else {
            continue;
        };
        let names: Vec<&str> = free.iter().map(|seat| seat.position_name.as_str()).collect();
        waiting.push(Waiting {
            head,
            stage_no,
            meaning,
            position_name: names.join(", "),
        });
    }
    Ok(waiting)
}
