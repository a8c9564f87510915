//! Registering that a law was amended, replaced or ended, and making the tasks that follow from it.

use super::register::{NewExternal, add};
use super::{forbidden_now, given, refused};
use crate::documents::Stage;
use crate::kernel::{Permission, PersonId};
use crate::law::external::{External, LawChange, ends};
use crate::law::kind::{ChangeKind, TaskAct};
use crate::law::store::{self, NewChangeRow, With};
use crate::law::touched::Library;
use crate::ledger::Work;
use crate::people::{self, Named, must};
use crate::web::{Failure, Say};
use chrono::{Months, NaiveDate};
use serde_json::json;

/// Changes of law must be in the documents within so many months of their effect (QĐ 19/2014/QĐ-TTg, Điều 4).
const MONTHS: u32 = 3;
/// The longest note, in characters.
const LONGEST_NOTE: usize = 2000;

/// A change of law that somebody registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Number of the entry that was changed.
    pub old: i64,
    /// What happened.
    pub kind: ChangeKind,
    /// The sign of the new document; one that the register does not have is added to it. Empty when there is none.
    pub new_sign: String,
    /// The day from which the change holds.
    pub effective_on: NaiveDate,
    /// What is worth knowing.
    pub note: String,
    /// Who is to look after the touched documents; `None` for whoever wrote each.
    pub assignee: Option<PersonId>,
}

/// Whether somebody can be made responsible for a document: an active account that may write documents.
pub(in crate::law) fn can_be_assigned(person: &Named) -> bool {
    person.active && people::permissions_of(&person.access).contains(&Permission::WriteDocuments)
}

fn by_sign(work: &mut Work<'_>, sign: &str, effective_on: NaiveDate) -> Result<External, Failure> {
    let known = store::by_sign(work, sign)?;
    // Of decisions with one sign the newest is meant.
    if let Some(known) = known.into_iter().next() {
        return Ok(known);
    }
    let new = NewExternal {
        sign: sign.to_owned(),
        kind: None,
        title: String::new(),
        issuer: String::new(),
        issued_on: None,
        effective_from: Some(effective_on),
        effective_to: None,
        link: String::new(),
        source: String::new(),
        unconfirmed: true,
    };
    let number = add(work, &new)?;
    Ok(store::external(work, number)?)
}

/// Registers that an external document was amended, replaced or ended, and makes a task for each document that it
/// touches: whose version in force, or one that is approved and waits for its day, cites it. Gives its number.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Invalid`] when the new document is missing,
/// the same as the old one, or the day lies before the old one came into force; [`Failure::Conflict`] when the same
/// change was registered before.
pub fn register_change(work: &mut Work<'_>, new: &NewChange) -> Result<i64, Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let old = store::external(work, new.old)?;
    if old.effective_from.is_some_and(|from| new.effective_on < from) {
        return Err(refused("before_in_force"));
    }
    if new.note.chars().count() > LONGEST_NOTE {
        return Err(refused("too_long"));
    }
    let successor = match (new.kind, new.new_sign.trim()) {
        (ChangeKind::Expired, "") => None,
        (ChangeKind::Expired, _) => return Err(refused("no_successor")),
        (ChangeKind::Amended | ChangeKind::Replaced, "") => return Err(refused("new_needed")),
        (ChangeKind::Amended | ChangeKind::Replaced, sign) => Some(by_sign(work, sign, new.effective_on)?),
    };
    let new_id = successor.as_ref().map(|one| one.id.as_str());
    if new_id == Some(old.id.as_str()) {
        return Err(refused("same"));
    }
    must_be_first(work, (&old, new_id), new.kind)?;
    let due_on = new.effective_on.checked_add_months(Months::new(MONTHS));
    let row = NewChangeRow {
        old_id: &old.id,
        kind: new.kind,
        new_id,
        effective_on: new.effective_on,
        due_on: due_on.ok_or_else(|| refused("day"))?,
        note: new.note.trim(),
    };
    let number = store::insert_change(work, &row)?;
    let change = store::change(work, number)?;
    if ends(new.kind) && old.effective_to.is_none() {
        store::end_on(work, &old, Some(new.effective_on))?;
    }
    work.record(
        "law_change.registered",
        ("law_change", &change.id),
        json!({ "number": number, "old": old.id, "new": new_id, "kind": new.kind, "effective_on": new.effective_on,
            "due_on": change.due_on }),
    );
    make_tasks(work, &change, new.assignee.as_ref())?;
    Ok(number)
}

fn must_be_first(
    work: &mut Work<'_>,
    (old, new_id): (&External, Option<&str>),
    kind: ChangeKind,
) -> Result<(), Failure> {
    let same = |known: &&LawChange| {
        known.cancelled_at.is_none()
            && known.old_id == old.id
            && known.kind == kind
            && known.new_id.as_deref() == new_id
    };
    match store::changes(work)?.iter().find(same) {
        Some(known) => Err(Failure::Conflict(
            Say::new("law.refused.change_known").with("number", known.number),
        )),
        None => Ok(()),
    }
}

/// Makes the tasks that a change still lacks, and gives how many.
fn make_tasks(work: &mut Work<'_>, change: &LawChange, assignee: Option<&PersonId>) -> Result<usize, Failure> {
    let library = Library::load(work)?;
    let register = library.register();
    let known = store::tasks(work, std::slice::from_ref(&change.id))?;
    let everybody = people::persons(work)?;
    let able = |id: &PersonId| everybody.iter().any(|one| one.id == *id && can_be_assigned(one));
    if assignee.is_some_and(|person| !able(person)) {
        return Err(refused("cannot_be_assigned"));
    }
    let registrar = work.actor.person.as_ref().map(|person| person.id.clone());
    let approved = library.on_way.iter().filter(|one| one.head.stage == Stage::Approved);
    let mut made: Vec<&crate::kernel::DocumentId> = known.iter().map(|task| &task.document).collect();
    let before = made.len();
    for one in library.in_force.iter().chain(approved) {
        let is_known = made.contains(&&one.head.document_id);
        if is_known || change.is_followed_by(|id| register.cites(&one.lines, id)) {
            continue;
        }
        made.push(&one.head.document_id);
        let task = store::insert_task(work, &change.id, (&one.head.document_id, &one.head.id))?;
        work.record(
            "law_task.made",
            ("law_task", &task),
            json!({ "change": change.id, "document": one.head.document_id, "version": one.head.id }),
        );
        let author = Some(&one.head.author_id).filter(|author| able(author));
        let who = assignee.or(author).or(registrar.as_ref().filter(|person| able(person)));
        if let Some(person) = who {
            store::add_act(work, &task, TaskAct::Assigned, With::Assignee(person))?;
            work.record("law_task.assigned", ("law_task", &task), json!({ "person": person }));
        }
    }
    Ok(made.len().saturating_sub(before))
}

fn standing_change(work: &mut Work<'_>, number: i64) -> Result<LawChange, Failure> {
    let change = store::change(work, number)?;
    if change.cancelled_at.is_some() {
        return Err(forbidden_now("cancelled"));
    }
    Ok(change)
}

/// Makes tasks for documents that cite the old document and have none yet: they came into force after the change was
/// registered. Gives how many.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Conflict`] when the change was cancelled or
/// every touched document has its task.
pub fn add_missing_tasks(work: &mut Work<'_>, number: i64) -> Result<usize, Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let change = standing_change(work, number)?;
    let made = make_tasks(work, &change, None)?;
    if made == 0 {
        return Err(forbidden_now("none_missing"));
    }
    Ok(made)
}

/// Marks a change as registered in error: nothing is left to do about it, and the old document is in force as before.
///
/// # Errors
/// [`Failure::Forbidden`] for whoever is not of the committee; [`Failure::Invalid`] without a reason;
/// [`Failure::Conflict`] when it is cancelled already.
pub fn cancel_change(work: &mut Work<'_>, number: i64, reason: &str) -> Result<(), Failure> {
    must(work.actor, Permission::ManageLaw)?;
    let reason = given(reason)?;
    let change = standing_change(work, number)?;
    if !store::cancel(work, &change, reason)? {
        return Err(forbidden_now("cancelled"));
    }
    let old = store::external_by_id(work, &change.old_id)?;
    if change.ends_old() && old.effective_to == Some(change.effective_on) {
        store::end_on(work, &old, None)?;
    }
    work.record(
        "law_change.cancelled",
        ("law_change", &change.id),
        json!({ "number": number }),
    );
    Ok(())
}
