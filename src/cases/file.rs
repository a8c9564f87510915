//! A case opened on the desk: its head, its version, what was done, and where it stands.

use super::case::{CaseEvent, CaseHead, EventKind};
use super::clock;
use super::standing::{Deed, Open, Plan, Standing};
use super::store::{self, StandingRow, WaitingRow};
use crate::calendar::WorkingCalendar;
use crate::documents::{self, Content};
use crate::kernel::{CaseId, local};
use crate::ledger::Work;
use crate::procedures::{DurationRow, parse_limit};
use crate::web::{Failure, Say};
use crate::workflow::Step;
use chrono::NaiveDateTime;
use std::sync::Arc;

/// A case with everything that decides what may come next.
pub(super) struct CaseFile {
    pub(super) head: CaseHead,
    pub(super) content: Arc<Content>,
    /// In the order in which they were done.
    pub(super) events: Vec<CaseEvent>,
}

impl CaseFile {
    /// Opens a case.
    pub(super) fn open(work: &mut Work<'_>, id: &CaseId) -> Result<Self, Failure> {
        let head = store::head(work, id)?;
        Self::of(work, head)
    }

    /// Opens the case of this head.
    pub(super) fn of(work: &mut Work<'_>, head: CaseHead) -> Result<Self, Failure> {
        let content = documents::content_of(work, &head.version_id)?;
        let events = store::events(work, &head.id)?;
        Ok(Self { head, content, events })
    }

    /// The workflow that the case follows.
    pub(super) fn plan(&self) -> Result<Plan<'_>, Failure> {
        let workflow = self.content.workflow.as_ref();
        let workflow = workflow.ok_or_else(|| Failure::Conflict(Say::new("cases.no_workflow")))?;
        Ok(Plan {
            table: &self.content.table,
            workflow,
        })
    }

    /// Where the case stands on its workflow.
    pub(super) fn standing(&self, plan: &Plan<'_>) -> Standing {
        let deeds: Vec<Deed<'_>> = self.events.iter().map(deed).collect();
        plan.replay(self.head.received_at, &deeds)
    }

    /// The duration case that was promised.
    pub(super) fn duration(&self) -> Option<&DurationRow> {
        self.content
            .source
            .durations
            .iter()
            .find(|row| row.code == self.head.duration_code)
    }

    /// When a step is due whose time counts from `counted_from`.
    pub(super) fn step_due(
        &self,
        calendar: &WorkingCalendar,
        step: &Step,
        counted_from: NaiveDateTime,
    ) -> Option<NaiveDateTime> {
        let limit = clock::step_limit(&self.content.table, step, &self.head.duration_code);
        clock::step_due(calendar, counted_from, limit)
    }

    /// Refuses a form that does not know the last event.
    pub(super) fn must_be_seen(&self, seen_seq: i64) -> Result<(), Failure> {
        if seen_seq == self.head.last_seq {
            Ok(())
        } else {
            Err(Failure::Conflict(Say::new("cases.stale")))
        }
    }

    /// The moment when something was done: now unless it is given, never in the future nor before the receipt.
    pub(super) fn moment(&self, now: NaiveDateTime, done_at: Option<NaiveDateTime>) -> Result<NaiveDateTime, Failure> {
        let at = done_at.unwrap_or(now);
        if at > now {
            return Err(Failure::Invalid(Say::new("cases.in_future")));
        }
        if at < self.head.received_at {
            let received = local(self.head.received_at).format("%H:%M %d/%m/%Y");
            return Err(Failure::Invalid(
                Say::new("cases.before_receipt").with("received", received),
            ));
        }
        Ok(at)
    }

    /// What is kept about where the case stands, with `last_seq` as its last event.
    fn standing_row(&self, calendar: &WorkingCalendar, last_seq: i64) -> Result<StandingRow, Failure> {
        let plan = self.plan()?;
        let standing = self.standing(&plan);
        let limit = self.duration().and_then(|row| parse_limit(&row.limit));
        let due_at = self
            .head
            .promised_at
            .and_then(|promised| clock::due_after_pauses(calendar, promised, limit, standing.pauses()));
        let waiting = standing
            .open(&plan)
            .into_iter()
            .flat_map(|open| self.waiting_rows(calendar, open))
            .collect();
        Ok(StandingRow {
            due_at,
            last_seq,
            ended: standing.ended(),
            waiting,
        })
    }

    fn waiting_rows(&self, calendar: &WorkingCalendar, open: Open) -> Vec<WaitingRow> {
        let Some(step) = self.content.table.steps.get(open.row) else {
            return Vec::new();
        };
        let due_at = self.step_due(calendar, step, open.counted_from);
        let row = |role: &crate::workflow::RoleCode| WaitingRow {
            step_code: step.code.to_string(),
            step_name: step.name.clone(),
            role_code: role.to_string(),
            since: open.since,
            due_at,
        };
        step.roles.iter().map(row).collect()
    }
}

fn deed(event: &CaseEvent) -> Deed<'_> {
    let step = match event.kind {
        EventKind::Step => event.step_code.as_deref(),
        EventKind::End => None,
    };
    Deed {
        step,
        outcome: event.outcome.as_deref(),
        at: event.done_at,
    }
}

/// Writes anew where the case stands, after its events.
pub(super) fn rebuild(work: &mut Work<'_>, id: &CaseId) -> Result<(), Failure> {
    let file = CaseFile::open(work, id)?;
    let calendar = crate::calendar::working_calendar(work)?;
    let last_seq = file.events.iter().map(|event| event.seq).max().unwrap_or(0);
    let row = file.standing_row(&calendar, last_seq)?;
    Ok(store::set_standing(work, id, &row)?)
}
