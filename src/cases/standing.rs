//! Where a case stands: replayed from what was done on the workflow of its version. Pure.

use super::clock::{Allotted, allotted, shared_due, step_due};
use super::trace::Ended;
use crate::calendar::WorkingCalendar;
use crate::workflow::{Clock, Done, End, Position, Refusal, Room, StepTable, Workflow};
use chrono::NaiveDateTime;

/// By what times are counted: the calendar, and the duration case that was promised.
pub(super) type Counting<'a> = (&'a WorkingCalendar, &'a str);

/// Something that was done, as the replay needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed<'a> {
    /// The code of the step; `None` for the closing of the case.
    pub step: Option<&'a str>,
    /// The outcome; for the closing the word of [`Ended`].
    pub outcome: Option<&'a str>,
    /// When.
    pub at: NaiveDateTime,
}

/// What was known about a step at the moment when it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Before {
    /// Since when it was possible; `None` when it was not.
    pub(super) since: Option<NaiveDateTime>,
    /// How many stretches were known then.
    stretches: usize,
}

/// A row that was possible from a moment until it was done.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    row: usize,
    since: NaiveDateTime,
    until: NaiveDateTime,
}

/// Where a case stands after everything that was done in it.
#[derive(Debug, Clone)]
pub struct Standing {
    position: Position,
    room: Room,
    /// By row, since when it is possible.
    since: Vec<Option<NaiveDateTime>>,
    /// By row, how often it was done.
    times: Vec<u32>,
    stretches: Vec<Stretch>,
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
}

/// The table and the workflow that a case follows.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The table of steps.
    pub table: &'a StepTable,
    /// The same, compiled.
    pub workflow: &'a Workflow,
}

/// Why a row that the workflow has cannot be done now, beyond its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Its order forbids it.
    Order(Refusal),
    /// It was done as often as the table allows.
    Exhausted(u32),
}

impl Plan<'_> {
    /// The row with this code.
    pub(super) fn row(&self, code: &str) -> Option<usize> {
        self.table.steps.iter().position(|step| step.code.as_str() == code)
    }

    fn max_times(&self, row: usize) -> Option<u32> {
        self.table.steps.get(row).and_then(|step| step.max_times)
    }

    fn is_pausing(&self, row: usize) -> bool {
        self.table
            .steps
            .get(row)
            .is_some_and(|step| step.clock == Clock::Paused)
    }

    /// Replays what was done, in the order in which it was done.
    pub fn replay<'d>(&self, received_at: NaiveDateTime, deeds: impl IntoIterator<Item = Deed<'d>>) -> Standing {
        let rows = self.table.steps.len();
        let deeds = deeds.into_iter();
        let mut standing = Standing {
            position: self.workflow.begin(),
            room: Room::default(),
            since: vec![None; rows],
            times: vec![0; rows],
            stretches: Vec::new(),
            pauses: Vec::new(),
            paused_since: None,
            ended: None,
            is_closed: false,
            before: Vec::with_capacity(deeds.size_hint().0),
        };
        standing.settle(self, received_at, None);
        for deed in deeds {
            standing.take(self, &deed);
        }
        standing
    }
}

impl Standing {
    fn take(&mut self, plan: &Plan<'_>, deed: &Deed<'_>) {
        let row = deed.step.and_then(|code| plan.row(code));
        let since = row.and_then(|row| self.since(row));
        self.before.push(Before {
            since,
            stretches: self.stretches.len(),
        });
        if deed.step.is_none() {
            let how = deed.outcome.and_then(Ended::parse).unwrap_or(Ended::Stopped);
            self.is_closed = true;
            self.ended = Some((how, deed.at));
            self.resume(deed.at);
            self.since.fill(None);
            return;
        }
        let outcome = deed.outcome;
        self.position
            .go_on(plan.workflow, &Done { row, outcome }, &mut self.room);
        if let Some(times) = row.and_then(|row| self.times.get_mut(row)) {
            *times = times.saturating_add(1);
        }
        if let (Some(row), Some(since)) = (row, since) {
            let until = deed.at;
            self.stretches.push(Stretch { row, since, until });
        }
        if !self.is_closed {
            self.settle(plan, deed.at, row);
        }
    }

    /// Notes what became possible at `at`, after `done` was done.
    fn settle(&mut self, plan: &Plan<'_>, at: NaiveDateTime, done: Option<usize>) {
        let (mut any, mut all_pause) = (false, true);
        for row in 0..self.since.len() {
            let possible = self.position.allows(plan.workflow, row) && !self.is_exhausted(plan, row);
            let Some(since) = self.since.get_mut(row) else { continue };
            if Some(row) == done {
                *since = None;
            }
            *since = possible.then(|| since.unwrap_or(at));
            any |= possible;
            all_pause &= !possible || plan.is_pausing(row);
        }
        if any && all_pause {
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

    /// Since when a row is possible; `None` when it is not, or nothing is after the end.
    fn since(&self, row: usize) -> Option<NaiveDateTime> {
        self.since.get(row).copied().flatten()
    }

    fn is_exhausted(&self, plan: &Plan<'_>, row: usize) -> bool {
        let times = self.times.get(row).copied().unwrap_or(0);
        plan.max_times(row).is_some_and(|most| times >= most)
    }

    /// What is possible now, in the order of the table; nothing after the end.
    pub(super) fn open(&self) -> impl Iterator<Item = Open> {
        let rows = self.since.iter().enumerate();
        rows.filter_map(|(row, since)| since.map(|since| Open { row, since }))
    }

    /// When a row is due that is possible now; `None` when it is not, or the table states no time for it.
    pub(super) fn due(&self, plan: &Plan<'_>, row: usize, counting: Counting<'_>) -> Option<NaiveDateTime> {
        self.due_of((plan, row), self.since(row)?, self.stretches.len(), counting)
    }

    /// When a deed was due, as it was then.
    pub(super) fn due_before(
        &self,
        plan: &Plan<'_>,
        (row, before): (usize, &Before),
        counting: Counting<'_>,
    ) -> Option<NaiveDateTime> {
        self.due_of((plan, row), before.since?, before.stretches, counting)
    }

    fn due_of(
        &self,
        (plan, row): (&Plan<'_>, usize),
        since: NaiveDateTime,
        known: usize,
        (calendar, duration_code): Counting<'_>,
    ) -> Option<NaiveDateTime> {
        let time = |row: usize| allotted(plan.table, plan.table.steps.get(row)?, duration_code);
        match time(row)? {
            Allotted::Own(limit) => Some(step_due(calendar, since, limit)),
            Allotted::Shared(cell, limit) => {
                let is_in_it = |row| matches!(time(row), Some(Allotted::Shared(own, _)) if own == cell);
                let before = self
                    .stretches
                    .iter()
                    .take(known)
                    .filter(|stretch| is_in_it(stretch.row));
                let before = before.map(|stretch| (stretch.since, stretch.until));
                shared_due(calendar, before.chain([(since, since)]), limit)
            }
        }
    }

    /// Why the row is not possible now; `None` when it is.
    pub(super) fn stop(&self, plan: &Plan<'_>, row: usize) -> Option<Stop> {
        if self.is_closed {
            return Some(Stop::Order(Refusal::AfterEnd));
        }
        if self.position.allows(plan.workflow, row) {
            let most = plan.max_times(row).filter(|_| self.is_exhausted(plan, row));
            return most.map(Stop::Exhausted);
        }
        let states = self.position.states();
        let reasons = states.into_iter().filter_map(|state| plan.workflow.explain(state, row));
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
        let done = Done {
            row: Some(row),
            outcome,
        };
        let next = self.position.after(plan.workflow, &done);
        let is_open = |own: usize| {
            let times = self.times.get(own).copied().unwrap_or(0) + u32::from(own == row);
            next.allows(plan.workflow, own) && plan.max_times(own).is_none_or(|most| times < most)
        };
        (0..self.times.len()).any(is_open) || next.may_end(plan.workflow)
    }

    /// How the case ends when it is closed now although optional steps remain; `None` when others must be done first.
    pub(super) fn may_end(&self, plan: &Plan<'_>) -> Option<Ended> {
        if self.ended.is_some() || !self.position.may_end(plan.workflow) {
            return None;
        }
        let states = self.position.states();
        let is_reached = |end: &End| plan.workflow.rest(&states, *end).is_some_and(|rest| rest.is_empty());
        [End::Completed, End::Refused, End::Withdrawn]
            .into_iter()
            .find(is_reached)
            .map(ended)
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
