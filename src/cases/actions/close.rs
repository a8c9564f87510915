//! Closing a case: stopped before its workflow has ended, or finished when only optional steps remain.

use super::off_workflow::must_touch_cases;
use super::perform::{actor, add, note, position_name};
use crate::assignments::{self, Standing as Assigned};
use crate::cases::case::EventKind;
use crate::cases::file::CaseFile;
use crate::cases::store::NewEvent;
use crate::cases::trace::Ended;
use crate::kernel::{CaseId, Permission};
use crate::ledger::Work;
use crate::people::must;
use crate::web::{Failure, Say};
use serde_json::json;

/// Closes a case whose workflow has not ended: the desk, or somebody who is assigned to one of its steps today.
///
/// # Errors
/// [`Failure::Conflict`] when it has ended or `seen_seq` is not the last event; [`Failure::Invalid`] without a reason;
/// [`Failure::Forbidden`] for somebody who has nothing to do with it.
pub fn stop(work: &mut Work<'_>, id: &CaseId, seen_seq: i64, reason: &str) -> Result<(), Failure> {
    let file = open(work, id, seen_seq)?;
    let reason = note(reason)?;
    if reason.is_empty() {
        return Err(Failure::Invalid(Say::new("cases.reason_needed")));
    }
    close(work, &file, Ended::Stopped, Some(reason))?;
    work.record(
        "case.stopped",
        ("case", id.as_str()),
        json!({ "seq": file.head.last_seq.saturating_add(1) }),
    );
    Ok(())
}

/// Finishes a case in which only optional steps remain: the desk, or somebody who is assigned to one of its steps today.
///
/// # Errors
/// [`Failure::Conflict`] when steps remain that must be done, it has ended, or `seen_seq` is not the last event.
pub fn finish(work: &mut Work<'_>, id: &CaseId, seen_seq: i64) -> Result<(), Failure> {
    let file = open(work, id, seen_seq)?;
    let plan = file.plan()?;
    let standing = file.standing(&plan);
    let Some(how) = standing.may_end(&plan) else {
        let allowed = super::refusal::allowed(&plan, &standing);
        return Err(Failure::Conflict(
            Say::new("cases.refused.not_finished").with("allowed", allowed),
        ));
    };
    close(work, &file, how, None)?;
    work.record(
        "case.finished",
        ("case", id.as_str()),
        json!({ "seq": file.head.last_seq.saturating_add(1) }),
    );
    Ok(())
}

fn open(work: &mut Work<'_>, id: &CaseId, seen_seq: i64) -> Result<CaseFile, Failure> {
    must_touch_cases(work)?;
    let file = CaseFile::open(work, id)?;
    must_be_concerned(work, &file)?;
    file.must_be_seen(seen_seq)?;
    if file.head.ended.is_some() {
        return Err(Failure::Conflict(Say::new("cases.ended_already")));
    }
    Ok(file)
}

/// Whether the actor may close the case: whoever receives cases, or is assigned to one of its steps today.
pub(in crate::cases) fn is_concerned(work: &mut Work<'_>, file: &CaseFile) -> Result<bool, Failure> {
    if must(work.actor, Permission::ReceiveCases).is_ok() {
        return Ok(true);
    }
    let person = actor(work)?;
    let book = assignments::book(work)?;
    let (document, day) = (&file.head.document_id, work.actor.today());
    let mut roles = file.content.table.steps.iter().flat_map(|step| &step.roles);
    Ok(roles.any(|role| book.standing(&person.id, role, document, day) == Assigned::Assigned))
}

fn must_be_concerned(work: &mut Work<'_>, file: &CaseFile) -> Result<(), Failure> {
    if is_concerned(work, file)? {
        Ok(())
    } else {
        Err(Failure::Forbidden(Say::new("cases.not_concerned")))
    }
}

fn close(work: &mut Work<'_>, file: &CaseFile, how: Ended, reason: Option<String>) -> Result<(), Failure> {
    let person = actor(work)?;
    let position = position_name(work, None, (&person.id, work.actor.today()))?;
    let event = NewEvent {
        kind: EventKind::End,
        step_code: None,
        outcome: Some(how.as_str().to_owned()),
        note: String::new(),
        outputs: Vec::new(),
        person: (person.id.clone(), person.full_name.clone(), position),
        version_id: file.head.version_id.clone(),
        done_at: work.actor.at,
        recorded_by: person.id,
        off_workflow: false,
        reason,
    };
    add(work, file, &event, &[])
}
