//! A case opened on the desk: its head, its version, what was done, and where it stands.

use super::case::{CaseEvent, CaseHead, EventKind};
use super::clock;
use super::decision::{Hindrance, Scene, check_moment};
use super::standing::{Counting, Deed, Open, Plan, Standing};
use super::store::{self, StandingRow, WaitingRow};
use crate::assignments::Book;
use crate::calendar::WorkingCalendar;
use crate::documents::{self, Content};
use crate::kernel::{CaseId, local};
use crate::ledger::Work;
use crate::procedures::{DurationRow, parse_limit};
use crate::web::{Failure, Say};
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
        plan.replay(self.head.received_at, self.events.iter().map(deed))
    }

    /// The duration case that was promised.
    pub(super) fn duration(&self) -> Option<&DurationRow> {
        self.content
            .source
            .durations
            .iter()
            .find(|row| row.code == self.head.duration_code)
    }

    /// The case as a decision needs it.
    pub(super) fn scene<'a>(
        &'a self,
        (plan, standing): (Plan<'a>, &'a Standing),
        (book, calendar): (&'a Book, &'a WorkingCalendar),
        now: NaiveDateTime,
    ) -> Scene<'a> {
        Scene {
            plan,
            standing,
            events: &self.events,
            document: &self.head.document_id,
            duration_code: &self.head.duration_code,
            received_at: self.head.received_at,
            papers: self.content.source.dossier.len(),
            book,
            calendar,
            now,
        }
    }

    /// By what the times of its steps are counted.
    pub(super) fn counting<'a>(&'a self, calendar: &'a WorkingCalendar) -> Counting<'a> {
        (calendar, &self.head.duration_code)
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
        let Err(hindrance) = check_moment(at, self.head.received_at, now) else {
            return Ok(at);
        };
        if hindrance == Hindrance::BeforeReceipt {
            let received = local(self.head.received_at).format("%H:%M %d/%m/%Y");
            let say = Say::new("cases.before_receipt").with("received", received);
            return Err(Failure::Invalid(say));
        }
        Err(Failure::Invalid(Say::new("cases.in_future")))
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
            .open()
            .flat_map(|open| {
                let due_at = standing.due(&plan, open.row, self.counting(calendar));
                self.waiting_rows(open, due_at)
            })
            .collect();
        Ok(StandingRow {
            due_at,
            last_seq,
            ended: standing.ended(),
            waiting,
        })
    }

    fn waiting_rows(&self, open: Open, due_at: Option<NaiveDateTime>) -> Vec<WaitingRow> {
        let Some(step) = self.content.table.steps.get(open.row) else {
            return Vec::new();
        };
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
