//! The documents that changes touch, and what was done about each.

use super::who;
use crate::kernel::{DocumentId, PersonId, VersionId, new_id};
use crate::law::kind::TaskAct;
use crate::law::schema::{law_task_acts as acts, law_tasks as table};
use crate::law::task::{ActDone, Task};
use crate::ledger::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// The tasks of these changes with what was done about them. The queries are as many, however many tasks.
pub(in crate::law) fn tasks(work: &mut Work<'_>, changes: &[String]) -> QueryResult<Vec<Task>> {
    type ActRow = (String, TaskAct, Option<PersonId>, Option<String>, String, NaiveDateTime);
    let agency = work.agency();
    let rows: Vec<(String, String, DocumentId, VersionId)> = table::table
        .filter(table::agency_id.eq(&agency).and(table::change_id.eq_any(changes)))
        .order(table::id)
        .select((table::id, table::change_id, table::document_id, table::version_id))
        .load(work.conn)?;
    let done: Vec<ActRow> = acts::table
        .inner_join(table::table)
        .filter(acts::agency_id.eq(&agency).and(table::change_id.eq_any(changes)))
        .order((acts::at, acts::id))
        .select((
            acts::task_id,
            acts::act,
            acts::assignee_id,
            acts::reason,
            acts::by_name,
            acts::at,
        ))
        .load(work.conn)?;
    let mut by_task: BTreeMap<String, Vec<ActDone>> = BTreeMap::new();
    for (task, act, assignee, reason, by_name, at) in done {
        by_task.entry(task).or_default().push(ActDone {
            act,
            assignee,
            reason,
            by_name,
            at,
        });
    }
    let task = |(id, change_id, document, version): (String, String, DocumentId, VersionId)| Task {
        acts: by_task.remove(&id).unwrap_or_default(),
        id,
        change_id,
        document,
        version,
    };
    Ok(rows.into_iter().map(task).collect())
}

/// Adds a task and gives its id.
pub(in crate::law) fn insert_task(
    work: &mut Work<'_>,
    change: &str,
    (document, version): (&DocumentId, &VersionId),
) -> QueryResult<String> {
    let (id, agency) = (new_id(), work.agency());
    diesel::insert_into(table::table)
        .values((
            table::id.eq(&id),
            table::agency_id.eq(&agency),
            table::change_id.eq(change),
            table::document_id.eq(document),
            table::version_id.eq(version),
            table::made_at.eq(work.actor.at),
        ))
        .execute(work.conn)?;
    Ok(id)
}

/// What an act on a task carries besides who and when.
#[derive(Debug, Clone, Copy)]
pub(in crate::law) enum With<'a> {
    /// Who is responsible from now on.
    Assignee(&'a PersonId),
    /// Why.
    Reason(&'a str),
    /// The draft that was opened.
    Draft(&'a VersionId),
}

/// Adds what was done about a task.
pub(in crate::law) fn add_act(work: &mut Work<'_>, task: &str, act: TaskAct, with: With<'_>) -> QueryResult<()> {
    let agency = work.agency();
    let (by, by_name) = who(work);
    let (assignee, reason, draft) = match with {
        With::Assignee(person) => (Some(person), None, None),
        With::Reason(reason) => (None, Some(reason), None),
        With::Draft(version) => (None, None, Some(version)),
    };
    diesel::insert_into(acts::table)
        .values((
            acts::id.eq(new_id()),
            acts::agency_id.eq(&agency),
            acts::task_id.eq(task),
            acts::act.eq(act),
            acts::assignee_id.eq(assignee),
            acts::version_id.eq(draft),
            acts::reason.eq(reason),
            acts::by_id.eq(by),
            acts::by_name.eq(by_name),
            acts::at.eq(work.actor.at),
        ))
        .execute(work.conn)
        .map(drop)
}
