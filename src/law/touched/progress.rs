//! How far the work on changes of law is: task by task, with the days that are left.

use crate::documents::{self, Stage, VersionHead};
use crate::kernel::{DocumentId, PersonId, VersionId};
use crate::law::citing::{Line, Register, lines_of};
use crate::law::external::{External, LawChange};
use crate::law::kind::TaskState;
use crate::law::store;
use crate::law::task::{ActDone, Standing, Task, days_left};
use crate::ledger::Work;
use crate::people;
use crate::web::Failure;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// A document that a change touches, and how far the work on it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskShown {
    /// The document's code.
    pub code: String,
    /// Its title, as its newest version says it.
    pub title: String,
    /// The issue that cited the old document.
    pub number: String,
    /// Where the work stands.
    pub state: TaskState,
    /// Who is responsible.
    pub assignee: Option<PersonId>,
    /// The name; empty when nobody is.
    pub assignee_name: String,
    /// The last day.
    pub due_on: NaiveDate,
    /// Days until the last day; negative when it has passed.
    pub days_left: i64,
    /// Whether the last day has passed and something is left to do.
    pub is_overdue: bool,
    /// The version on its way, or the one that follows the change.
    pub version: Option<VersionHead>,
    /// Whether the version on its way does not follow the change yet.
    pub is_behind: bool,
    /// Why nothing is to be changed.
    pub reason: String,
    /// Everything that was done, the first act first.
    pub(in crate::law) acts: Vec<ActDone>,
}

/// A change of law and how far the work on it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// The change.
    pub change: LawChange,
    /// What was changed.
    pub old: External,
    /// By what.
    pub new: Option<External>,
    /// The documents that it touches, in the order of their codes.
    pub tasks: Vec<TaskShown>,
    /// How many of them are settled.
    pub settled: usize,
    /// Days until the last day; negative when it has passed.
    pub days_left: i64,
    /// How many tasks are past the last day.
    pub overdue: usize,
}

/// A task of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MyTask {
    /// Number of the change.
    pub change: i64,
    /// The sign of the document that was changed.
    pub sign: String,
    /// The task.
    pub task: TaskShown,
}

/// What is left to do in the whole office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
pub struct Figures {
    /// Changes with something left to do.
    pub changes: usize,
    /// Tasks that are left.
    pub tasks: usize,
    /// Those past their last day.
    pub overdue: usize,
}

/// What everything about some changes was read into.
struct Known {
    externals: Vec<External>,
    versions: BTreeMap<DocumentId, Vec<VersionHead>>,
    lines: BTreeMap<VersionId, Vec<Line>>,
    names: BTreeMap<PersonId, String>,
}

/// How far the work on these changes is. The queries are as many, however many changes and tasks.
///
/// # Errors
/// When the database fails.
pub fn progress_of(work: &mut Work<'_>, changes: Vec<LawChange>) -> Result<Vec<Progress>, Failure> {
    let ids: Vec<String> = changes.iter().map(|change| change.id.clone()).collect();
    let mut tasks: BTreeMap<String, Vec<Task>> = BTreeMap::new();
    for task in store::tasks(work, &ids)? {
        tasks.entry(task.change_id.clone()).or_default().push(task);
    }
    let known = know(work, tasks.values().flatten())?;
    let register = Register::new(&known.externals);
    let today = work.actor.today();
    let all = changes.into_iter().filter_map(|change| {
        let own = tasks.remove(&change.id).unwrap_or_default();
        progress(change, &own, (&known, &register), today)
    });
    Ok(all.collect())
}

fn know<'t>(work: &mut Work<'_>, tasks: impl Iterator<Item = &'t Task>) -> Result<Known, Failure> {
    let tasks: Vec<&Task> = tasks.collect();
    let documents: Vec<DocumentId> = tasks.iter().map(|task| task.document.clone()).collect();
    let mut versions: BTreeMap<DocumentId, Vec<VersionHead>> = BTreeMap::new();
    for head in documents::heads_of_many(work, &documents)? {
        versions.entry(head.document_id.clone()).or_default().push(head);
    }
    let mut later: Vec<VersionId> = Vec::new();
    for task in &tasks {
        let own = versions.get(&task.document).map(Vec::as_slice).unwrap_or_default();
        let on_way = own.iter().filter(|head| Stage::OPEN.contains(&head.stage));
        later.extend(task.later(own).into_iter().chain(on_way).map(|head| head.id.clone()));
    }
    later.sort_unstable();
    later.dedup();
    let lines = documents::contents(work, &later)?
        .into_iter()
        .map(|one| (one.version, lines_of(&one.content)))
        .collect();
    let people: Vec<PersonId> = tasks.iter().filter_map(|task| task.assignee().cloned()).collect();
    Ok(Known {
        externals: store::externals(work)?,
        versions,
        lines,
        names: people::names(work, &people)?,
    })
}

fn progress(
    change: LawChange,
    tasks: &[Task],
    (known, register): (&Known, &Register<'_>),
    today: NaiveDate,
) -> Option<Progress> {
    let find = |id: &str| known.externals.iter().find(|one| one.id == id).cloned();
    let old = find(&change.old_id)?;
    let new = change.new_id.as_deref().and_then(find);
    let follows = |head: &VersionHead| {
        let lines = known.lines.get(&head.id).map(Vec::as_slice).unwrap_or_default();
        change.is_followed_by(|id| register.cites(lines, id))
    };
    let mut shown: Vec<TaskShown> = tasks
        .iter()
        .filter_map(|task| {
            let versions = known.versions.get(&task.document)?;
            let standing = task.standing(versions, follows);
            let is_behind = matches!(&standing, Standing::DraftOpened(head) if !follows(head));
            let shown = show(task, versions, standing, (known, &change, today))?;
            Some(TaskShown { is_behind, ..shown })
        })
        .collect();
    shown.sort_by(|one, other| one.code.cmp(&other.code));
    let settled = shown.iter().filter(|task| task.state.is_settled()).count();
    let overdue = shown.iter().filter(|task| task.is_overdue).count();
    Some(Progress {
        days_left: days_left(change.due_on, today),
        change,
        old,
        new,
        tasks: shown,
        settled,
        overdue,
    })
}

fn show(
    task: &Task,
    versions: &[VersionHead],
    standing: Standing,
    (known, change, today): (&Known, &LawChange, NaiveDate),
) -> Option<TaskShown> {
    let newest = versions.first()?;
    let state = standing.state();
    let (version, reason) = match standing {
        Standing::DraftOpened(head) | Standing::Followed(head) => (Some(head), String::new()),
        Standing::NoChange(act) => (None, act.reason.unwrap_or_default()),
        Standing::Open | Standing::Gone => (None, String::new()),
    };
    let days_left = days_left(change.due_on, today);
    let assignee = task.assignee().cloned();
    let name = assignee.as_ref().and_then(|person| known.names.get(person)).cloned();
    Some(TaskShown {
        code: newest.code.clone(),
        title: newest.title.clone(),
        number: versions.iter().find(|head| head.id == task.version)?.issue.to_string(),
        state,
        assignee_name: name.unwrap_or_default(),
        assignee,
        due_on: change.due_on,
        days_left,
        is_overdue: days_left < 0 && !state.is_settled() && change.cancelled_at.is_none(),
        version,
        is_behind: false,
        reason,
        acts: task.acts.clone(),
    })
}

/// Tasks that are left and have somebody responsible, each with how often somebody was made so. In the order of the changes,
/// the newest first.
///
/// # Errors
/// When the database fails.
pub fn assigned(work: &mut Work<'_>) -> Result<Vec<(MyTask, usize)>, Failure> {
    let mut changes = store::changes(work)?;
    changes.retain(|change| change.cancelled_at.is_none());
    let mut all = Vec::new();
    for progress in progress_of(work, changes)? {
        for task in progress.tasks {
            if task.state.is_settled() || task.assignee.is_none() {
                continue;
            }
            let times = task.acts.iter().filter(|act| act.assignee.is_some()).count();
            let (change, sign) = (progress.change.number, progress.old.sign.clone());
            all.push((MyTask { change, sign, task }, times));
        }
    }
    Ok(all)
}

/// What a person has to do about changes of law, the first due first, and what is left in the whole office.
///
/// # Errors
/// When the database fails.
pub fn desk(work: &mut Work<'_>, person: &PersonId) -> Result<(Vec<MyTask>, Figures), Failure> {
    let mut changes = store::changes(work)?;
    changes.retain(|change| change.cancelled_at.is_none());
    let mut figures = Figures::default();
    let mut mine: Vec<MyTask> = Vec::new();
    for progress in progress_of(work, changes)? {
        let left: Vec<&TaskShown> = progress.tasks.iter().filter(|task| !task.state.is_settled()).collect();
        figures.changes = figures.changes.saturating_add(usize::from(!left.is_empty()));
        figures.tasks = figures.tasks.saturating_add(left.len());
        figures.overdue = figures.overdue.saturating_add(progress.overdue);
        let own = left.into_iter().filter(|task| task.assignee.as_ref() == Some(person));
        mine.extend(own.map(|task| MyTask {
            change: progress.change.number,
            sign: progress.old.sign.clone(),
            task: task.clone(),
        }));
    }
    mine.sort_by(|one, other| (one.task.due_on, &one.task.code).cmp(&(other.task.due_on, &other.task.code)));
    Ok((mine, figures))
}
