//! Where the work on a document that a change of law touches stands: follows from what was done. Pure.

use super::kind::{TaskAct, TaskState};
use crate::documents::{Stage, VersionHead};
use crate::kernel::{DocumentId, PersonId, VersionId};
use chrono::{NaiveDate, NaiveDateTime};
use serde::Serialize;

/// A document that a change touches, and what was done about it, the first act first.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) change_id: String,
    pub(super) document: DocumentId,
    /// The version that cited the old document when the task was made.
    pub(super) version: VersionId,
    pub(super) acts: Vec<ActDone>,
}

/// Something that was done about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ActDone {
    pub(super) act: TaskAct,
    #[serde(skip)]
    pub(super) assignee: Option<PersonId>,
    pub(super) reason: Option<String>,
    pub(super) by_name: String,
    pub(super) at: NaiveDateTime,
}

/// Where a task stands, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    Open,
    /// The version on its way.
    DraftOpened(VersionHead),
    /// Why nothing is to be changed.
    NoChange(ActDone),
    /// The version that follows the change, in force.
    Followed(VersionHead),
    /// No version is in force or on its way any more.
    Gone,
}

impl Standing {
    pub(super) fn state(&self) -> TaskState {
        match self {
            Self::Open => TaskState::Open,
            Self::DraftOpened(_) => TaskState::DraftOpened,
            Self::NoChange(_) => TaskState::NoChange,
            Self::Followed(_) | Self::Gone => TaskState::Done,
        }
    }
}

impl Task {
    /// Who is responsible now.
    pub(super) fn assignee(&self) -> Option<&PersonId> {
        self.acts.iter().rev().find_map(|act| act.assignee.as_ref())
    }

    /// The reason why nothing is to be changed, unless that was taken back.
    fn no_change(&self) -> Option<&ActDone> {
        let decided = |act: &&ActDone| matches!(act.act, TaskAct::NoChange | TaskAct::Reopened);
        let last = self.acts.iter().rev().find(decided)?;
        (last.act == TaskAct::NoChange).then_some(last)
    }

    /// The versions later than the one that cited the old document which were in force, the earliest first.
    pub(super) fn later<'a>(&self, versions: &'a [VersionHead]) -> Vec<&'a VersionHead> {
        let own = versions.iter().find(|head| head.id == self.version);
        let number = own.map_or(0, |head| head.number);
        let mut later: Vec<&VersionHead> = versions
            .iter()
            .filter(|head| head.number > number && head.effective_from.is_some())
            .collect();
        later.sort_unstable_by_key(|head| head.number);
        later
    }

    /// Where it stands, given all versions of the document and which texts follow the change.
    pub(super) fn standing(&self, versions: &[VersionHead], follows: impl Fn(&VersionHead) -> bool) -> Standing {
        if let Some(head) = self.later(versions).into_iter().find(|head| follows(head)) {
            return Standing::Followed(head.clone());
        }
        let open = versions.iter().find(|head| Stage::OPEN.contains(&head.stage));
        if open.is_none() && versions.iter().all(|head| head.stage != Stage::Effective) {
            return Standing::Gone;
        }
        if let Some(act) = self.no_change() {
            return Standing::NoChange(act.clone());
        }
        open.map_or(Standing::Open, |head| Standing::DraftOpened(head.clone()))
    }
}

/// Days until the last day, negative when it has passed.
pub(super) fn days_left(due: NaiveDate, today: NaiveDate) -> i64 {
    due.signed_duration_since(today).num_days()
}

#[cfg(test)]
#[path = "task_tests.rs"]
mod tests;
