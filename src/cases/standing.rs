//! Where a case stands: replayed from what was done on the workflow of its version. Pure.

use super::trace::Ended;
use crate::workflow::{Clock, Done, End, Position, Refusal, StepCode, StepTable, StepTime, Workflow};
use chrono::NaiveDateTime;
use std::collections::{BTreeMap, BTreeSet};

/// Something that was done, as the replay needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deed<'a> {
    /// The code of the step; `None` for the closing of the case.
    pub(super) step: Option<&'a str>,
    /// The outcome; for the closing the word of [`Ended`].
    pub(super) outcome: Option<&'a str>,
    /// When.
    pub(super) at: NaiveDateTime,
}

/// What was known about a step at the moment when it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before {
    /// Since when it was possible; `None` when it was not.
    pub(super) since: Option<NaiveDateTime>,
    /// From when its time counts: earlier than `since` for a row that shares a time cell.
    pub(super) counted_from: Option<NaiveDateTime>,
}

/// Where a case stands after everything that was done in it.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    position: Position,
    since: BTreeMap<usize, NaiveDateTime>,
    cells: BTreeMap<String, NaiveDateTime>,
    times: BTreeMap<usize, u32>,
    pauses: Vec<(NaiveDateTime, NaiveDateTime)>,
    paused_since: Option<NaiveDateTime>,
    ended: Option<(Ended, NaiveDateTime)>,
    is_closed: bool,
    before: Vec<Before>,
}

/// A row that is possible now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    /// The row in the table.
    pub(super) row: usize,
    /// Since when it is possible.
    pub(super) since: NaiveDateTime,
    /// From when its time counts.
    pub(super) counted_from: NaiveDateTime,
}

/// The table and the workflow that a case follows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan<'a> {
    /// The table of steps.
    pub(super) table: &'a StepTable,
    /// The same, compiled.
    pub(super) workflow: &'a Workflow,
}

/// Why a row that the workflow has cannot be done now, beyond its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Its order forbids it.
    Order(Refusal),
    /// It was done as often as the table allows.
    Exhausted(u32),
}

impl Plan<'_> {
    /// The row with this code.
    pub(super) fn row(&self, code: &str) -> Option<usize> {
        self.table.find(&StepCode::new(code)).map(|(row, _)| row)
    }

    fn max_times(&self, row: usize) -> Option<u32> {
        self.table.steps.get(row).and_then(|step| step.max_times)
    }

    fn cell(&self, row: usize) -> Option<&str> {
        self.table
            .steps
            .get(row)?
            .times
            .iter()
            .find_map(|(_, time)| match time {
                StepTime::Shared(code) => Some(code.as_str()),
                StepTime::Own(_) => None,
            })
    }

    fn is_pausing(&self, row: usize) -> bool {
        self.table
            .steps
            .get(row)
            .is_some_and(|step| step.clock == Clock::Paused)
    }

    /// Replays what was done, in the order in which it was done.
    pub(super) fn replay(&self, received_at: NaiveDateTime, deeds: &[Deed<'_>]) -> Standing {
        let mut standing = Standing {
            position: self.workflow.begin(),
            since: BTreeMap::new(),
            cells: BTreeMap::new(),
            times: BTreeMap::new(),
            pauses: Vec::new(),
            paused_since: None,
            ended: None,
            is_closed: false,
            before: Vec::with_capacity(deeds.len()),
        };
        standing.settle(self, received_at, None);
        for deed in deeds {
            standing.take(self, deed);
        }
        standing
    }
}

impl Standing {
    fn take(&mut self, plan: &Plan<'_>, deed: &Deed<'_>) {
        let row = deed.step.and_then(|code| plan.row(code));
        let since = row.and_then(|row| self.since.get(&row).copied());
        let cell = row
            .and_then(|row| plan.cell(row))
            .and_then(|cell| self.cells.get(cell).copied());
        self.before.push(Before {
            since,
            counted_from: since.map(|since| cell.unwrap_or(since)),
        });
        if deed.step.is_none() {
            let how = deed.outcome.and_then(Ended::parse).unwrap_or(Ended::Stopped);
            self.is_closed = true;
            self.ended = Some((how, deed.at));
            self.resume(deed.at);
            self.since.clear();
            return;
        }
        self.position = self.position.after(
            plan.workflow,
            &Done {
                row,
                outcome: deed.outcome,
            },
        );
        if let Some(row) = row {
            let times = self.times.entry(row).or_default();
            *times = times.saturating_add(1);
        }
        if !self.is_closed {
            self.settle(plan, deed.at, row);
        }
    }

    /// Notes what became possible at `at`, after `done` was done.
    fn settle(&mut self, plan: &Plan<'_>, at: NaiveDateTime, done: Option<usize>) {
        let rows: BTreeSet<usize> = self.rows(plan).into_iter().collect();
        self.since.retain(|row, _| rows.contains(row) && Some(*row) != done);
        for row in &rows {
            self.since.entry(*row).or_insert(at);
        }
        let cells: BTreeSet<&str> = rows.iter().filter_map(|row| plan.cell(*row)).collect();
        self.cells.retain(|cell, _| cells.contains(cell.as_str()));
        for cell in cells {
            self.cells.entry(cell.to_owned()).or_insert(at);
        }
        let is_paused = !rows.is_empty() && rows.iter().all(|row| plan.is_pausing(*row));
        if is_paused {
            self.paused_since.get_or_insert(at);
        } else {
            self.resume(at);
        }
        self.ended = match (self.position.ended(plan.workflow), self.ended) {
            (None, _) => None,
            (Some(end), Some((known, when))) if known == ended(end) => Some((known, when)),
            (Some(end), _) => Some((ended(end), at)),
        };
    }

    fn resume(&mut self, at: NaiveDateTime) {
        if let Some(from) = self.paused_since.take() {
            self.pauses.push((from, at));
        }
    }

    /// The rows whose order and number of times allow them now.
    fn rows(&self, plan: &Plan<'_>) -> Vec<usize> {
        let rows = self.position.allowed(plan.workflow);
        rows.into_iter().filter(|row| !self.is_exhausted(plan, *row)).collect()
    }

    fn is_exhausted(&self, plan: &Plan<'_>, row: usize) -> bool {
        let times = self.times.get(&row).copied().unwrap_or(0);
        plan.max_times(row).is_some_and(|most| times >= most)
    }

    /// What is possible now, in the order of the table; nothing after the end.
    pub(super) fn open(&self, plan: &Plan<'_>) -> Vec<Open> {
        let open = self.since.iter().map(|(row, since)| {
            let cell = plan.cell(*row).and_then(|cell| self.cells.get(cell).copied());
            Open {
                row: *row,
                since: *since,
                counted_from: cell.unwrap_or(*since),
            }
        });
        open.collect()
    }

    /// Why the row is not possible now; `None` when it is.
    pub(super) fn stop(&self, plan: &Plan<'_>, row: usize) -> Option<Stop> {
        if self.is_closed {
            return Some(Stop::Order(Refusal::AfterEnd));
        }
        let allowed = self.position.allowed(plan.workflow).contains(&row);
        if allowed {
            let most = plan.max_times(row).filter(|_| self.is_exhausted(plan, row));
            return most.map(Stop::Exhausted);
        }
        let reasons = self
            .position
            .states()
            .into_iter()
            .filter_map(|state| plan.workflow.explain(state, row));
        // The reason that leaves most hope is the one to tell: first what comes before it, shortest way first.
        reasons.min_by_key(rank).map(Stop::Order)
    }

    /// The outcomes of a row that lead somewhere: not those after which only steps remain that were done as often as
    /// the table allows. Empty when the row names no outcome.
    pub(super) fn outcomes<'t>(&self, plan: &Plan<'t>, row: usize) -> Vec<&'t str> {
        let Some(step) = plan.table.steps.get(row) else {
            return Vec::new();
        };
        let named = step.next.iter().filter_map(|next| next.outcome.as_deref());
        named
            .filter(|outcome| self.leads_on(plan, row, Some(outcome)))
            .collect()
    }

    /// Whether the case can go on after the row with this outcome.
    pub(super) fn leads_on(&self, plan: &Plan<'_>, row: usize, outcome: Option<&str>) -> bool {
        let mut next = self.clone();
        next.position = self.position.after(
            plan.workflow,
            &Done {
                row: Some(row),
                outcome,
            },
        );
        let times = next.times.entry(row).or_default();
        *times = times.saturating_add(1);
        !next.rows(plan).is_empty() || next.position.may_end(plan.workflow)
    }

    /// Whether the case may be closed although optional steps remain.
    pub(super) fn may_end(&self, plan: &Plan<'_>) -> bool {
        self.ended.is_none() && self.position.may_end(plan.workflow)
    }

    /// How and when the case ended.
    pub(super) fn ended(&self) -> Option<(Ended, NaiveDateTime)> {
        self.ended
    }

    /// The times in which the clock stood still, and since when it stands still now.
    pub(super) fn pauses(&self) -> (&[(NaiveDateTime, NaiveDateTime)], Option<NaiveDateTime>) {
        (&self.pauses, self.paused_since)
    }

    /// What was known before each deed, in their order.
    pub(super) fn before(&self) -> &[Before] {
        &self.before
    }
}

fn rank(refusal: &Refusal) -> (u8, usize) {
    match refusal {
        Refusal::TooEarly { skipped } => (0, skipped.len()),
        Refusal::TooLate => (1, 0),
        Refusal::OtherBranch => (2, 0),
        Refusal::AfterEnd => (3, 0),
        Refusal::NotInTable => (4, 0),
    }
}

fn ended(end: End) -> Ended {
    match end {
        End::Completed => Ended::Completed,
        End::Refused => Ended::Refused,
        End::Withdrawn => Ended::Withdrawn,
    }
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
