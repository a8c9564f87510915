//! Writing a case: intake, events, and where it stands after them.

use crate::cases::case::{CaseHead, EventKind, Paper};
use crate::cases::schema::{case_events, case_papers, case_waiting, cases};
use crate::cases::trace::Ended;
use crate::kernel::{CaseId, PersonId, VersionId, new_id};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// An event that is about to be added.
#[derive(Debug, Clone)]
pub(in crate::cases) struct NewEvent {
    pub(in crate::cases) kind: EventKind,
    pub(in crate::cases) step_code: Option<String>,
    pub(in crate::cases) outcome: Option<String>,
    pub(in crate::cases) note: String,
    pub(in crate::cases) outputs: Vec<usize>,
    pub(in crate::cases) person: (PersonId, String, String),
    pub(in crate::cases) version_id: VersionId,
    pub(in crate::cases) done_at: NaiveDateTime,
    pub(in crate::cases) recorded_by: PersonId,
    pub(in crate::cases) off_workflow: bool,
    pub(in crate::cases) reason: Option<String>,
}

/// A step that a case will wait for.
#[derive(Debug, Clone)]
pub(in crate::cases) struct WaitingRow {
    pub(in crate::cases) step_code: String,
    pub(in crate::cases) step_name: String,
    pub(in crate::cases) role_code: String,
    pub(in crate::cases) since: NaiveDateTime,
    pub(in crate::cases) due_at: Option<NaiveDateTime>,
}

/// Where a case stands.
#[derive(Debug, Clone)]
pub(in crate::cases) struct StandingRow {
    pub(in crate::cases) due_at: Option<NaiveDateTime>,
    pub(in crate::cases) last_seq: i64,
    pub(in crate::cases) ended: Option<(Ended, NaiveDateTime)>,
    pub(in crate::cases) waiting: Vec<WaitingRow>,
}

/// Adds a case as it is at intake.
pub(in crate::cases) fn insert_case(work: &mut Work<'_>, case: &CaseHead) -> QueryResult<()> {
    let agency = work.agency();
    diesel::insert_into(cases::table)
        .values((
            cases::id.eq(&case.id),
            cases::agency_id.eq(&agency),
            cases::code.eq(&case.code),
            cases::document_id.eq(&case.document_id),
            cases::version_id.eq(&case.version_id),
            cases::duration_code.eq(&case.duration_code),
            cases::received_at.eq(case.received_at),
            cases::promised_at.eq(case.promised_at),
            cases::received_by.eq(&case.received_by),
            cases::due_at.eq(case.due_at),
            cases::last_seq.eq(case.last_seq),
            cases::ended.eq(case.ended),
            cases::ended_at.eq(case.ended_at),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Ticks papers off the checklist.
pub(in crate::cases) fn add_papers(work: &mut Work<'_>, id: &CaseId, papers: &[Paper]) -> QueryResult<()> {
    use case_papers as p;
    let agency = work.agency();
    for paper in papers {
        diesel::insert_into(p::table)
            .values((
                p::case_id.eq(id),
                p::agency_id.eq(&agency),
                p::paper_no.eq(paper.number),
                p::at_seq.eq(paper.at_seq),
                p::at.eq(paper.at),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}

/// Adds an event under the number `seq`; the database refuses a number that is taken.
pub(in crate::cases) fn add_event(work: &mut Work<'_>, id: &CaseId, seq: i64, event: &NewEvent) -> QueryResult<()> {
    use case_events as e;
    let agency = work.agency();
    let outputs = serde_json::json!(event.outputs).to_string();
    diesel::insert_into(e::table)
        .values((
            (
                e::id.eq(new_id()),
                e::agency_id.eq(&agency),
                e::case_id.eq(id),
                e::seq.eq(seq),
                e::kind.eq(event.kind),
            ),
            (
                e::step_code.eq(&event.step_code),
                e::outcome.eq(&event.outcome),
                e::note.eq(&event.note),
            ),
            (
                e::outputs.eq(outputs),
                e::person_id.eq(&event.person.0),
                e::person_name.eq(&event.person.1),
            ),
            (
                e::position_name.eq(&event.person.2),
                e::version_id.eq(&event.version_id),
                e::done_at.eq(event.done_at),
            ),
            (e::recorded_at.eq(work.actor.at), e::recorded_by.eq(&event.recorded_by)),
            (e::off_workflow.eq(event.off_workflow), e::reason.eq(&event.reason)),
        ))
        .execute(work.conn)
        .map(drop)
}

/// Writes anew where a case stands.
pub(in crate::cases) fn set_standing(work: &mut Work<'_>, id: &CaseId, standing: &StandingRow) -> QueryResult<()> {
    use case_waiting as w;
    let agency = work.agency();
    let (ended, ended_at) = standing.ended.unzip();
    diesel::update(cases::table.filter(cases::agency_id.eq(&agency).and(cases::id.eq(id))))
        .set((
            cases::due_at.eq(standing.due_at),
            cases::last_seq.eq(standing.last_seq),
            cases::ended.eq(ended),
            cases::ended_at.eq(ended_at),
        ))
        .execute(work.conn)?;
    diesel::delete(w::table.filter(w::agency_id.eq(&agency).and(w::case_id.eq(id)))).execute(work.conn)?;
    for row in &standing.waiting {
        diesel::insert_into(w::table)
            .values((
                w::case_id.eq(id),
                w::agency_id.eq(&agency),
                w::step_code.eq(&row.step_code),
                w::step_name.eq(&row.step_name),
                w::role_code.eq(&row.role_code),
                w::since.eq(row.since),
                w::due_at.eq(row.due_at),
            ))
            .execute(work.conn)?;
    }
    Ok(())
}
