//! What is done about one touched document.

use super::change::can_be_assigned;
use super::{forbidden_now, given, refused};
use crate::documents;
use crate::kernel::{Permission, PersonId, VersionId};
use crate::law::citing::{Line, Register};
use crate::law::external::LawChange;
use crate::law::kind::{ChangeKind, TaskAct, TaskState};
use crate::law::store::{self, With};
use crate::law::task::Task;
use crate::law::touched::progress_of;
use crate::ledger::Work;
use crate::people::{self, must};
use crate::procedures::{self, Source};
use crate::web::Failure;
use serde_json::json;

/// A task with its change, and where it stands.
struct Found {
    change: LawChange,
    task: Task,
    state: TaskState,
}

/// The task of a document in a change that was not cancelled.
fn find(work: &mut Work<'_>, number: i64, code: &str) -> Result<Found, Failure> {
    let change = store::change(work, number)?;
    let document = documents::document_by_code(work, code)?;
    let tasks = store::tasks(work, std::slice::from_ref(&change.id))?;
    let task = tasks
        .into_iter()
        .find(|task| task.document == document)
        .ok_or(Failure::NotFound)?;
    if change.cancelled_at.is_some() {
        return Err(forbidden_now("cancelled"));
    }
    let progress = progress_of(work, vec![change.clone()])?;
    let shown = progress
        .iter()
        .flat_map(|one| &one.tasks)
        .find(|task| task.code == code);
    let state = shown.map(|task| task.state).ok_or(Failure::NotFound)?;
    Ok(Found { change, task, state })
}

/// Makes somebody responsible for a touched document.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Invalid`] when the person may not write
/// documents; [`Failure::Conflict`] when the change was cancelled or nothing is left to do.
pub fn assign_task(work: &mut Work<'_>, number: i64, code: &str, person: &PersonId) -> Result<(), Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let found = find(work, number, code)?;
    if found.state.is_settled() {
        return Err(forbidden_now("settled"));
    }
    if !people::persons(work)?
        .iter()
        .any(|one| one.id == *person && can_be_assigned(one))
    {
        return Err(refused("cannot_be_assigned"));
    }
    store::add_act(work, &found.task.id, TaskAct::Assigned, With::Assignee(person))?;
    work.record(
        "law_task.assigned",
        ("law_task", &found.task.id),
        json!({ "person": person }),
    );
    Ok(())
}

/// Says that a touched document needs no change, and why.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Invalid`] without a reason;
/// [`Failure::Conflict`] when the change was cancelled or nothing is left to do.
pub fn decide_no_change(work: &mut Work<'_>, number: i64, code: &str, reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let reason = given(reason)?;
    let found = find(work, number, code)?;
    if found.state.is_settled() {
        return Err(forbidden_now("settled"));
    }
    store::add_act(work, &found.task.id, TaskAct::NoChange, With::Reason(reason))?;
    work.record("law_task.no_change", ("law_task", &found.task.id), json!({}));
    Ok(())
}

/// Takes back that a touched document needs no change, for a reason.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Invalid`] without a reason;
/// [`Failure::Conflict`] when nobody said so.
pub fn reopen(work: &mut Work<'_>, number: i64, code: &str, reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let reason = given(reason)?;
    let found = find(work, number, code)?;
    if found.state != TaskState::NoChange {
        return Err(forbidden_now("not_decided"));
    }
    store::add_act(work, &found.task.id, TaskAct::Reopened, With::Reason(reason))?;
    work.record("law_task.reopened", ("law_task", &found.task.id), json!({}));
    Ok(())
}

/// What a draft says that is opened from a task, in the language of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftWords {
    /// Why it changes ("căn cứ sửa đổi").
    pub basis: String,
    /// The new document as the legal basis names it; empty when there is none.
    pub entry: String,
}

/// Opens the next version of a touched document: the reason is written in, and in its legal basis the old document gives
/// way to the new one, which the author sees as a difference and may correct. Gives the draft.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever may not write documents; [`Failure::Conflict`] when the change was cancelled,
/// nothing is left to do, or another version is being written or signed.
pub fn open_draft(work: &mut Work<'_>, number: i64, code: &str, words: &DraftWords) -> Result<VersionId, Failure> {
    must(work.actor, Permission::ManageLaw)?;
    must(work.actor, Permission::WriteDocuments)?;
    let found = find(work, number, code)?;
    if found.state.is_settled() {
        return Err(forbidden_now("settled"));
    }
    let version = documents::open_draft(work, &found.task.document)?;
    let content = documents::content_of(work, &version)?;
    let all = store::externals(work)?;
    let source = follow(&content.source, &Register::new(&all), &found.change, words);
    let head = documents::head(work, &version)?;
    documents::save(work, &version, head.row_version, &procedures::write(&source))?;
    store::add_act(work, &found.task.id, TaskAct::DraftOpened, With::Draft(&version))?;
    work.record(
        "law_task.draft_opened",
        ("law_task", &found.task.id),
        json!({ "version": version }),
    );
    Ok(version)
}

/// The text with the change in its legal basis.
fn follow(source: &Source, register: &Register<'_>, change: &LawChange, words: &DraftWords) -> Source {
    let mut source = source.clone();
    let names = |text: &String, id: &str| register.names(&Line::of(text), id);
    let has_new = change
        .new_id
        .as_deref()
        .is_some_and(|id| source.legal_basis.iter().any(|text| names(text, id)));
    let at = source.legal_basis.iter().position(|text| names(text, &change.old_id));
    if let Some(at) = at {
        let behind = match change.kind {
            ChangeKind::Amended => at.saturating_add(1),
            ChangeKind::Replaced | ChangeKind::Expired => {
                source.legal_basis.retain(|text| !names(text, &change.old_id));
                at
            }
        };
        if !has_new && !words.entry.is_empty() && behind <= source.legal_basis.len() {
            source.legal_basis.insert(behind, words.entry.clone());
        }
    }
    source.change_basis.clone_from(&words.basis);
    source.change_summary.clear();
    source
}
