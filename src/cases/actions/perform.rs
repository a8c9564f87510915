//! Performing a step that the workflow allows.

use super::refusal;
use crate::assignments;
use crate::calendar;
use crate::cases::case::{EventKind, Paper};
use crate::cases::decision::{self, Wish, decide};
use crate::cases::file::{CaseFile, rebuild};
use crate::cases::store::{self, NewEvent};
use crate::documents::Content;
use crate::kernel::{CaseId, DocumentId, Permission, Person, PersonId, local};
use crate::ledger::Work;
use crate::people::{self, must};
use crate::web::{Failure, Say};
use crate::workflow::Step;
use chrono::{NaiveDate, NaiveDateTime};
use serde_json::json;

/// The longest note or reason, in characters.
const LONGEST_NOTE: usize = 4000;

/// A step that is about to be performed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewStep {
    /// Its code.
    pub step_code: String,
    /// The outcome; needed when the step names several.
    pub outcome: Option<String>,
    /// What the performer notes.
    pub note: String,
    /// What was produced: places in the step's list of outputs, from 0.
    pub outputs: Vec<usize>,
    /// Papers that were handed in with it: numbers in the dossier, from 1.
    pub papers: Vec<i64>,
    /// When it was done, UTC; `None` for now. Never in the future, nor before what was done last.
    pub done_at: Option<NaiveDateTime>,
}

/// Performs a step: it must be among what the version in force at intake allows now, done by somebody who is assigned
/// to it on that day and whom the rules about different persons allow. A late step can still be done.
///
/// # Errors
/// [`Failure::Conflict`] with the reason and what is allowed now, also when `seen_seq` is not the last event;
/// [`Failure::Invalid`] for an outcome, output, paper or time that cannot be.
pub fn perform(work: &mut Work<'_>, id: &CaseId, seen_seq: i64, step: &NewStep) -> Result<(), Failure> {
    must(work.actor, Permission::PerformSteps)?;
    let file = CaseFile::open(work, id)?;
    file.must_be_seen(seen_seq)?;
    perform_on(work, &file, step)
}

/// Performs a step in a case that was just opened.
pub(super) fn perform_on(work: &mut Work<'_>, file: &CaseFile, new: &NewStep) -> Result<(), Failure> {
    let person = actor(work)?;
    let accounts = people::own_accounts(work)?;
    let plan = file.plan()?;
    let standing = file.standing(&plan);
    let book = assignments::book(work)?;
    let calendar = calendar::working_calendar(work)?;
    let scene = file.scene((plan, &standing), (&book, &calendar), work.actor.at);
    let step = plan.row(new.step_code.trim()).and_then(|row| plan.table.steps.get(row));
    let day = local(new.done_at.unwrap_or(work.actor.at)).date();
    let lenders = lenders_of(work, &book, (&file.head.document_id, step), (&person.id, day))?;
    let wish = Wish {
        step_code: new.step_code.trim(),
        outcome: new.outcome.as_deref(),
        outputs: &new.outputs,
        papers: &new.papers,
        person: &person.id,
        accounts: &accounts,
        lenders: &lenders,
        at: new.done_at.unwrap_or(work.actor.at),
    };
    let allowed = match decide(&scene, &wish) {
        Ok(allowed) => allowed,
        Err(hindrance) => return Err(refusal::refused(work, &scene, &wish, hindrance)),
    };
    let papers = new_papers(work, file, &allowed.papers, wish.at)?;
    let day = local(wish.at).date();
    let by = Some((&book, &file.head.document_id, allowed.step));
    let event = NewEvent {
        kind: EventKind::Step,
        step_code: Some(allowed.step.code.to_string()),
        outcome: allowed.outcome.map(ToOwned::to_owned),
        note: note(&new.note)?,
        outputs: allowed.outputs,
        person: (
            person.id.clone(),
            person.full_name.clone(),
            position_name(work, by, (&person.id, day))?,
        ),
        version_id: file.head.version_id.clone(),
        done_at: wish.at,
        recorded_by: person.id.clone(),
        off_workflow: false,
        reason: None,
    };
    add(work, file, &event, &papers)?;
    let is_late = allowed.due_at.is_some_and(|due| due < wish.at);
    let details = json!({
        "seq": file.head.last_seq.saturating_add(1), "row": allowed.row.saturating_add(1), "late": is_late,
    });
    work.record("case.step_performed", ("case", file.head.id.as_str()), details);
    Ok(())
}

/// Adds an event after the last one, with the papers that came with it, and writes anew where the case stands.
pub(super) fn add(work: &mut Work<'_>, file: &CaseFile, event: &NewEvent, papers: &[Paper]) -> Result<(), Failure> {
    let seq = file.head.last_seq.saturating_add(1);
    store::add_event(work, &file.head.id, seq, event)?;
    store::add_papers(work, &file.head.id, papers)?;
    rebuild(work, &file.head.id)
}

/// The person who acts.
pub(super) fn actor(work: &Work<'_>) -> Result<Person, Failure> {
    work.actor.person.clone().ok_or(Failure::SignInFirst)
}

/// A note as it is kept.
pub(super) fn note(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.chars().count() > LONGEST_NOTE {
        return Err(Failure::Invalid(Say::new("form.too_long")));
    }
    Ok(text.to_owned())
}

/// The outputs that a step names, in their order, each once.
pub(super) fn outputs(step: &Step, given: &[usize]) -> Result<Vec<usize>, Failure> {
    decision::outputs(step, given).ok_or_else(|| Failure::Invalid(Say::new("cases.unknown_output")))
}

/// The papers that the dossier knows, in their order, each once.
pub(super) fn known_papers(content: &Content, given: &[i64]) -> Result<Vec<i64>, Failure> {
    let papers = decision::papers(content.source.dossier.len(), given);
    papers.ok_or_else(|| Failure::Invalid(Say::new("cases.unknown_paper")))
}

/// Those of the papers that were not handed in before.
fn new_papers(work: &mut Work<'_>, file: &CaseFile, given: &[i64], at: NaiveDateTime) -> Result<Vec<Paper>, Failure> {
    let known: Vec<i64> = store::papers(work, &file.head.id)?
        .into_iter()
        .map(|paper| paper.number)
        .collect();
    let at_seq = file.head.last_seq.saturating_add(1);
    let new = given.iter().copied().filter(|one| !known.contains(one));
    Ok(new.map(|number| Paper { number, at_seq, at }).collect())
}

/// All accounts of those by whose power alone somebody is assigned to a step (rule S11); none where the own power is enough.
pub(in crate::cases) fn lenders_of(
    work: &mut Work<'_>,
    book: &assignments::Book,
    (document, step): (&DocumentId, Option<&Step>),
    (person, day): (&PersonId, NaiveDate),
) -> Result<Vec<PersonId>, Failure> {
    let roles = step.map(|step| step.roles.as_slice()).unwrap_or_default();
    let mut accounts = Vec::new();
    for lender in book.lenders(person, (roles, document), day) {
        accounts.extend(people::accounts_of(work, &lender)?);
    }
    Ok(accounts)
}

/// The position in which a person acts: the one by which he or she is assigned to the step, the own ones first, else any
/// held that day.
pub(super) fn position_name(
    work: &mut Work<'_>,
    by: Option<(&crate::assignments::Book, &DocumentId, &Step)>,
    who: (&PersonId, NaiveDate),
) -> Result<String, Failure> {
    use crate::assignments::Assignee;
    let positions = people::positions_of(work, who.0, who.1)?;
    let assigned = by.and_then(|(book, document, step)| {
        let fits = |one: &&crate::assignments::Assignment| {
            step.roles.contains(&one.role)
                && one.document.as_ref().is_none_or(|only| only == document)
                && one.is_valid_on(who.1)
        };
        let position = |one: &crate::assignments::Assignment| match &one.assignee {
            Assignee::Position(id) => positions.iter().find(|position| position.id == *id),
            Assignee::Person(_) => None,
        };
        let is_own =
            |one: &crate::assignments::Assignment| matches!(&one.assignee, Assignee::Person(own) if own == who.0);
        if book.assignments.iter().filter(fits).any(is_own) {
            return None;
        }
        let held = book.assignments.iter().filter(fits).filter_map(position);
        held.min_by_key(|one| one.capacity != people::Capacity::Own)
    });
    Ok(assigned
        .or(positions.first())
        .map(|position| position.name.clone())
        .unwrap_or_default())
}
