//! The rounds of review and approval: who may sign, who signed, and what was done.

use crate::documents::route::{Meaning, Needs, RouteStage, Seat};
use crate::documents::schema::{signatures as signed, version_acts, version_rounds, version_stages, versions};
use crate::documents::signature::{ActShown, Round, Sealed, SignatureShown, Verdict, VersionAct};
use crate::documents::version::VersionHead;
use crate::kernel::{Person, PersonId, PositionId, VersionId, new_id};
use crate::ledger::Work;
use crate::people::{Capacity, Held};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::BTreeMap;

pub(super) type SignatureRow = (
    (VersionId, PositionId, i64, i64, Meaning, Verdict),
    (
        String,
        PersonId,
        String,
        Option<String>,
        String,
        NaiveDateTime,
        Option<String>,
    ),
);

pub(super) fn shown(row: SignatureRow) -> SignatureShown {
    let (_, _, round, stage_no, meaning, verdict) = row.0;
    let (position_name, person_id, person_name, reason, content_sha256, at, decision_no) = row.1;
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
        decision_no,
        sealed: None,
    }
}

pub(super) fn signature_rows(work: &mut Work<'_>, ids: &[VersionId]) -> QueryResult<Vec<SignatureRow>> {
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
                signed::decision_no,
            ),
        ))
        .load(work.conn)
}

/// The signatures by which many versions were approved, each with its version, in the order in which they were given.
///
/// # Errors
/// When the database fails.
pub fn approvals(work: &mut Work<'_>, ids: &[VersionId]) -> QueryResult<Vec<(VersionId, SignatureShown)>> {
    let rows = signature_rows(work, ids)?;
    let mut last: BTreeMap<VersionId, i64> = BTreeMap::new();
    for row in &rows {
        let (version, _, round, ..) = &row.0;
        let known = last.entry(version.clone()).or_default();
        *known = (*known).max(*round);
    }
    let approvals = rows.into_iter().filter(|row| {
        let (version, _, round, _, meaning, verdict) = &row.0;
        last.get(version) == Some(round) && *meaning == Meaning::Approve && *verdict == Verdict::Signed
    });
    Ok(approvals.map(|row| (row.0.0.clone(), shown(row))).collect())
}

type StageRow = (VersionId, i64, Meaning, Needs, PositionId, String, Option<i64>);

/// The seats of the present round of many versions at once.
pub(in crate::documents) fn seats_of_many(
    work: &mut Work<'_>,
    ids: &[VersionId],
) -> QueryResult<BTreeMap<VersionId, Vec<Seat>>> {
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
            version_stages::days,
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
    for (version, stage_no, meaning, needs, position_id, position_name, days) in rows {
        let signed_by = by_seat.get(&(version.clone(), stage_no, position_id.clone())).cloned();
        let seat = Seat {
            stage_no,
            meaning,
            needs,
            position_id,
            position_name,
            days,
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
    (person, seat, held): (&Person, &Seat, &Held),
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
            signed::position_name.eq(held.capacity.before(&seat.position_name)),
            signed::decision_no.eq((held.capacity != Capacity::Own).then_some(&held.decision_no)),
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
    stage: &RouteStage,
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
                version_stages::days.eq(stage.days),
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
    Ok(signatures_of_many(work, std::slice::from_ref(version))?
        .remove(version)
        .unwrap_or_default())
}

/// Lays the statement that was signed beside each signature: that of the same person at the same moment.
fn lay_statements(
    work: &mut Work<'_>,
    ids: &[VersionId],
    all: &mut BTreeMap<VersionId, Vec<SignatureShown>>,
) -> QueryResult<()> {
    let statements = crate::signatures::of_versions(work, ids)?;
    let keys: std::collections::BTreeSet<String> = statements.iter().map(|one| one.key_id.clone()).collect();
    let keys = crate::people::keys_by_id(work, &keys.into_iter().collect::<Vec<_>>())?;
    for statement in statements {
        let of_version = all.get_mut(&statement.version_id).into_iter().flatten();
        let own = |one: &&mut SignatureShown| one.is_stated_by(&statement);
        for one in of_version.filter(own) {
            one.sealed = Some(Sealed {
                id: statement.id.clone(),
                act: statement.act,
                fingerprint: statement.fingerprint.clone(),
                ledger_size: statement.ledger_size,
                is_taken_back: statement.is_taken_back,
                is_certified: keys.get(&statement.key_id).is_some_and(|key| key.certificate.is_some()),
            });
        }
    }
    Ok(())
}

/// The signatures and returns of many versions, each version's round by round, oldest first.
pub(in crate::documents) fn signatures_of_many(
    work: &mut Work<'_>,
    ids: &[VersionId],
) -> QueryResult<BTreeMap<VersionId, Vec<SignatureShown>>> {
    let mut all: BTreeMap<VersionId, Vec<SignatureShown>> = BTreeMap::new();
    for row in signature_rows(work, ids)? {
        all.entry(row.0.0.clone()).or_default().push(shown(row));
    }
    lay_statements(work, ids, &mut all)?;
    Ok(all)
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
