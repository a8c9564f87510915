//! Reading one case.

use crate::cases::case::{CaseEvent, CaseHead, EventKind, Paper, Waiting};
use crate::cases::schema::{case_events, case_papers, case_waiting, cases};
use crate::cases::trace::Ended;
use crate::kernel::{CaseId, PersonId, VersionId};
use crate::ledger::Work;
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// The case with this code.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn by_code(work: &mut Work<'_>, code: &str) -> QueryResult<CaseHead> {
    let agency = work.agency();
    cases::table
        .filter(cases::agency_id.eq(&agency).and(cases::code.eq(code)))
        .select(head_columns())
        .first(work.conn)
}

/// One case.
///
/// # Errors
/// `NotFound` when the agency has no such case.
pub fn head(work: &mut Work<'_>, id: &CaseId) -> QueryResult<CaseHead> {
    let agency = work.agency();
    cases::table
        .filter(cases::agency_id.eq(&agency).and(cases::id.eq(id)))
        .select(head_columns())
        .first(work.conn)
}

/// The heads of these cases, the newest first.
///
/// # Errors
/// When the database fails.
pub fn heads(work: &mut Work<'_>, ids: &[CaseId]) -> QueryResult<Vec<CaseHead>> {
    let agency = work.agency();
    let mut found: Vec<CaseHead> = Vec::new();
    // Both databases bound the number of values in one question.
    for ids in ids.chunks(500) {
        let some: Vec<CaseHead> = cases::table
            .filter(cases::agency_id.eq(&agency).and(cases::id.eq_any(ids)))
            .select(head_columns())
            .load(work.conn)?;
        found.extend(some);
    }
    found.sort_by(|one, other| (other.received_at, &other.code).cmp(&(one.received_at, &one.code)));
    Ok(found)
}

/// Cases that ended so on this day or earlier, the first ended first: after `skip` of them, at most `most`.
///
/// # Errors
/// When the database fails.
pub fn ended_by(
    work: &mut Work<'_>,
    ended: Ended,
    last: NaiveDate,
    (skip, most): (i64, i64),
) -> QueryResult<Vec<CaseHead>> {
    let agency = work.agency();
    cases::table
        .filter(cases::agency_id.eq(&agency).and(cases::ended.eq(ended)))
        .filter(cases::ended_at.lt(super::traces::end_of(last)))
        .order((cases::ended_at, cases::id))
        .offset(skip)
        .limit(most)
        .select(head_columns())
        .load(work.conn)
}

/// The versions that open cases follow, each with their number.
///
/// # Errors
/// When the database fails.
pub fn open_versions(work: &mut Work<'_>) -> QueryResult<Vec<(VersionId, i64)>> {
    let agency = work.agency();
    cases::table
        .filter(cases::agency_id.eq(&agency).and(cases::ended.is_null()))
        .group_by(cases::version_id)
        .select((cases::version_id, diesel::dsl::count_star()))
        .load(work.conn)
}

/// The open cases that follow any of these versions, by due time; at most `most`.
///
/// # Errors
/// When the database fails.
pub fn open_following(work: &mut Work<'_>, versions: &[VersionId], most: i64) -> QueryResult<Vec<CaseHead>> {
    let agency = work.agency();
    cases::table
        .filter(cases::agency_id.eq(&agency).and(cases::ended.is_null()))
        .filter(cases::version_id.eq_any(versions))
        .order((cases::due_at.is_null(), cases::due_at, cases::code))
        .limit(most)
        .select(head_columns())
        .load(work.conn)
}

type HeadColumns = (
    cases::id,
    cases::code,
    cases::document_id,
    cases::version_id,
    cases::duration_code,
    cases::received_at,
    cases::promised_at,
    cases::received_by,
    cases::due_at,
    cases::last_seq,
    cases::ended,
    cases::ended_at,
);

/// The columns of a [`CaseHead`], in its order.
pub(super) fn head_columns() -> HeadColumns {
    (
        cases::id,
        cases::code,
        cases::document_id,
        cases::version_id,
        cases::duration_code,
        cases::received_at,
        cases::promised_at,
        cases::received_by,
        cases::due_at,
        cases::last_seq,
        cases::ended,
        cases::ended_at,
    )
}

/// What a case waits for: one entry for each possible step and role, in the order of their codes.
///
/// # Errors
/// When the database fails.
pub fn waiting(work: &mut Work<'_>, id: &CaseId) -> QueryResult<Vec<Waiting>> {
    waiting_of(work, std::slice::from_ref(id))
}

/// What many cases wait for.
pub(in crate::cases) fn waiting_of(work: &mut Work<'_>, ids: &[CaseId]) -> QueryResult<Vec<Waiting>> {
    use case_waiting as w;
    let agency = work.agency();
    w::table
        .filter(w::agency_id.eq(&agency).and(w::case_id.eq_any(ids)))
        .order((w::case_id, w::step_code, w::role_code))
        .select((
            w::case_id,
            w::step_code,
            w::step_name,
            w::role_code,
            w::since,
            w::due_at,
        ))
        .load(work.conn)
}

type EventColumns = (
    (
        case_events::seq,
        case_events::kind,
        case_events::step_code,
        case_events::outcome,
        case_events::note,
        case_events::outputs,
        case_events::person_id,
        case_events::person_name,
    ),
    (
        case_events::position_name,
        case_events::version_id,
        case_events::done_at,
        case_events::recorded_at,
        case_events::recorded_by,
        case_events::off_workflow,
        case_events::reason,
    ),
);

/// The columns of a [`CaseEvent`].
pub(super) fn event_columns() -> EventColumns {
    use case_events as e;
    (
        (
            e::seq,
            e::kind,
            e::step_code,
            e::outcome,
            e::note,
            e::outputs,
            e::person_id,
            e::person_name,
        ),
        (
            e::position_name,
            e::version_id,
            e::done_at,
            e::recorded_at,
            e::recorded_by,
            e::off_workflow,
            e::reason,
        ),
    )
}

pub(super) type EventRow = (
    (
        i64,
        EventKind,
        Option<String>,
        Option<String>,
        String,
        String,
        PersonId,
        String,
    ),
    (
        String,
        VersionId,
        NaiveDateTime,
        NaiveDateTime,
        PersonId,
        bool,
        Option<String>,
    ),
);

pub(super) fn event(row: EventRow) -> CaseEvent {
    let (seq, kind, step_code, outcome, note, outputs, person_id, person_name) = row.0;
    let (position_name, version_id, done_at, recorded_at, recorded_by, off_workflow, reason) = row.1;
    CaseEvent {
        seq,
        kind,
        step_code,
        outcome,
        note,
        // Written by this room as a list of numbers; anything else names no output.
        outputs: serde_json::from_str(&outputs).unwrap_or_default(),
        person_id,
        person_name,
        position_name,
        version_id,
        done_at,
        recorded_at,
        recorded_by,
        off_workflow,
        reason,
    }
}

/// Everything that was recorded in a case, in the order in which it was done.
///
/// # Errors
/// When the database fails.
pub fn events(work: &mut Work<'_>, id: &CaseId) -> QueryResult<Vec<CaseEvent>> {
    let agency = work.agency();
    let rows: Vec<EventRow> = case_events::table
        .filter(case_events::agency_id.eq(&agency).and(case_events::case_id.eq(id)))
        .order((case_events::done_at, case_events::seq))
        .select(event_columns())
        .load(work.conn)?;
    Ok(rows.into_iter().map(event).collect())
}

/// The papers that were handed in, in the order of the dossier.
pub(in crate::cases) fn papers(work: &mut Work<'_>, id: &CaseId) -> QueryResult<Vec<Paper>> {
    use case_papers as p;
    let agency = work.agency();
    p::table
        .filter(p::agency_id.eq(&agency).and(p::case_id.eq(id)))
        .order(p::paper_no)
        .select((p::paper_no, p::at_seq, p::at))
        .load(work.conn)
}

/// Those of these cases in which a person did or recorded something.
pub(in crate::cases) fn worked_on_by(
    work: &mut Work<'_>,
    ids: &[CaseId],
    person: &PersonId,
) -> QueryResult<Vec<CaseId>> {
    use case_events as e;
    let agency = work.agency();
    e::table
        .filter(e::agency_id.eq(&agency).and(e::case_id.eq_any(ids)))
        .filter(e::person_id.eq(person).or(e::recorded_by.eq(person)))
        .select(e::case_id)
        .distinct()
        .load(work.conn)
}
