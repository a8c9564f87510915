//! Recording what already happened on paper and cannot be refused.

use super::perform::{actor, add, note, outputs, position_name};
use crate::cases::case::EventKind;
use crate::cases::file::CaseFile;
use crate::cases::store::NewEvent;
use crate::documents;
use crate::kernel::{CaseId, Permission, PersonId, VersionId, local};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;
use serde_json::json;

/// The longest code of a step that no table knows, in characters.
const LONGEST_CODE: usize = 60;

/// Something that was done outside the workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffStep {
    /// The code of the step, or any text for something that the table does not have.
    pub step_code: String,
    /// The outcome, when there was one.
    pub outcome: Option<String>,
    /// Who did it.
    pub person: PersonId,
    /// When it was done, UTC; never in the future nor before the receipt.
    pub done_at: NaiveDateTime,
    /// The version of the procedure that was worked by, when it was not the case's.
    pub version: Option<VersionId>,
    /// Why it happened outside the workflow.
    pub reason: String,
    /// What was produced: places in the step's list of outputs, from 0.
    pub outputs: Vec<usize>,
}

/// Records a step that was done outside the workflow. It stands as a deviation that conformance judges; the case goes on
/// from where what was done explains it with the fewest deviations.
///
/// # Errors
/// [`Failure::Conflict`] when `seen_seq` is not the last event; [`Failure::Invalid`] without a reason, or for a person,
/// version, output or time that cannot be.
pub fn record_off_workflow(work: &mut Work<'_>, id: &CaseId, seen_seq: i64, off: &OffStep) -> Result<(), Failure> {
    must_touch_cases(work)?;
    let recorder = actor(work)?;
    let file = CaseFile::open(work, id)?;
    file.must_be_seen(seen_seq)?;
    let plan = file.plan()?;
    let reason = note(&off.reason)?;
    if reason.is_empty() {
        return Err(Failure::Invalid(Say::new("cases.reason_needed")));
    }
    let code = off.step_code.trim();
    if code.is_empty() || code.chars().count() > LONGEST_CODE {
        return Err(Failure::Invalid(Say::new("cases.step_needed")));
    }
    let done_at = file.moment(work.actor.at, Some(off.done_at))?;
    let row = plan.row(code);
    let step = row.and_then(|row| plan.table.steps.get(row));
    let produced = match step {
        Some(step) => outputs(step, &off.outputs)?,
        None => Vec::new(),
    };
    let names = people::names(work, std::slice::from_ref(&off.person))?;
    let name = names
        .get(&off.person)
        .ok_or_else(|| Failure::Invalid(Say::new("cases.unknown_person")))?;
    let position = position_name(work, None, (&off.person, local(done_at).date()))?;
    let event = NewEvent {
        kind: EventKind::Step,
        step_code: Some(code.to_owned()),
        outcome: off
            .outcome
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned),
        note: String::new(),
        outputs: produced,
        person: (off.person.clone(), name.clone(), position),
        version_id: version(work, &file, off.version.as_ref())?,
        done_at,
        recorded_by: recorder.id,
        off_workflow: true,
        reason: Some(reason),
    };
    add(work, &file, &event, &[])?;
    let seq = file.head.last_seq.saturating_add(1);
    let details = json!({ "seq": seq, "row": row.map(|row| row.saturating_add(1)), "performer": off.person });
    work.record("case.off_workflow_recorded", ("case", id.as_str()), details);
    Ok(())
}

/// Refuses whoever may neither perform steps nor receive cases.
pub(super) fn must_touch_cases(work: &Work<'_>) -> Result<(), Failure> {
    must(work.actor, Permission::PerformSteps).or_else(|_| must(work.actor, Permission::ReceiveCases))
}

/// The version that was worked by: one of the same document.
fn version(work: &mut Work<'_>, file: &CaseFile, given: Option<&VersionId>) -> Result<VersionId, Failure> {
    let Some(given) = given else {
        return Ok(file.head.version_id.clone());
    };
    let known = documents::heads_of(work, &file.head.document_id)?;
    let found = known
        .into_iter()
        .find(|head| head.id == *given && head.effective_from.is_some());
    found
        .map(|head| head.id)
        .ok_or_else(|| Failure::Invalid(Say::new("cases.unknown_version")))
}
