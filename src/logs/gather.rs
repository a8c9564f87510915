//! Collects the events of a log, whatever it is written in.

use super::clock::{Clock, Verdict};
use super::failure::{FailureCode, LogFailure};
use super::fault::{FaultCode, Faults, LogFault};
use super::intern::{BadText, Groups, NONE, Names, Pool, Script, clean};
use super::limits::Limits;
use super::log::{NO_TIME, Vocabulary};
use super::map::{Field, LogMap};
use super::moment::{BadMoment, Order};
use super::number::wide;
use std::collections::BTreeMap;

/// An event while its values are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    activity: u32,
    outcome: u32,
    resource: u32,
    role: u32,
    position: u32,
    phase: u32,
    time: i64,
    order: Order,
    is_bad: bool,
}

impl Draft {
    pub(super) const EMPTY: Self = Self {
        activity: NONE,
        outcome: NONE,
        resource: NONE,
        role: NONE,
        position: NONE,
        phase: NONE,
        time: NO_TIME,
        order: Order::Sure,
        is_bad: false,
    };
}

/// The events so far.
pub(super) struct Gather<'m> {
    map: &'m LogMap,
    pub(super) limits: &'m Limits,
    script: Script,
    nothing: BTreeMap<String, String>,
    activities: Pool,
    outcomes: Pool,
    resources: Pool,
    roles: Pool,
    positions: Pool,
    phases: Pool,
    /// The phase of the last event, and whether it is read.
    last_phase: (u32, bool),
    /// How many more bytes of names are taken.
    text_left: usize,
    step_groups: Groups,
    doer_groups: Groups,
    clock: Clock,
    pub(super) steps: Vec<u32>,
    pub(super) doers: Vec<u32>,
    pub(super) times: Vec<i64>,
    pub(super) cases: Names,
    /// What was said about the end of each case; empty while nothing was.
    pub(super) completed: Vec<Option<bool>>,
    pub(super) faults: Faults,
}

impl<'m> Gather<'m> {
    pub(super) fn new(map: &'m LogMap, limits: &'m Limits, script: Script) -> Self {
        Self {
            map,
            limits,
            script,
            nothing: BTreeMap::new(),
            activities: Pool::default(),
            outcomes: Pool::default(),
            resources: Pool::default(),
            roles: Pool::default(),
            positions: Pool::default(),
            phases: Pool::default(),
            last_phase: (NONE, map.phases.iter().any(|phase| phase == "complete")),
            text_left: limits.text.min(wide(NONE) / 2),
            step_groups: Groups::default(),
            doer_groups: Groups::default(),
            clock: Clock::new(&map.times),
            steps: Vec::new(),
            doers: Vec::new(),
            times: Vec::new(),
            cases: Names::default(),
            completed: Vec::new(),
            faults: Faults::default(),
        }
    }

    /// Reads one value of an event. A value that is not understood is a fault, and the event goes on without it.
    pub(super) fn take(
        &mut self,
        draft: &mut Draft,
        field: Field,
        raw: &[u8],
        line: impl Fn() -> usize,
    ) -> Result<(), LogFailure> {
        if matches!(field, Field::Case | Field::Completed) {
            return Ok(());
        }
        if raw.len() > self.limits.value {
            let fault = |line| {
                LogFault::new(line, FaultCode::LongValue)
                    .with("bytes", raw.len())
                    .with("limit", self.limits.value)
                    .field(field)
                    .left_out_if(field == Field::Activity)
            };
            self.faults.push_at(line, FaultCode::LongValue, fault);
            draft.is_bad |= field == Field::Activity;
            return Ok(());
        }
        let (pool, map, place) = match field {
            Field::Time => {
                self.take_time(draft, raw, line);
                return Ok(());
            }
            Field::Case | Field::Completed => return Ok(()),
            Field::Activity => (&mut self.activities, &self.map.activities, &mut draft.activity),
            Field::Outcome => (&mut self.outcomes, &self.map.outcomes, &mut draft.outcome),
            Field::Resource => (&mut self.resources, &self.map.people, &mut draft.resource),
            Field::Role => (&mut self.roles, &self.map.roles, &mut draft.role),
            Field::Position => (&mut self.positions, &self.nothing, &mut draft.position),
            Field::Lifecycle => (&mut self.phases, &self.nothing, &mut draft.phase),
        };
        match pool.intern(raw, self.script, map, &mut self.text_left) {
            Ok(id) => *place = id,
            Err(BadText::Full) => return Err(LogFailure::limit(FailureCode::TooMuchText, self.limits.text)),
            Err(bad) => {
                draft.is_bad |= field == Field::Activity;
                self.bad_text(bad, field, raw, line);
            }
        }
        Ok(())
    }

    /// Remembers that a value is no text.
    pub(super) fn bad_text(&mut self, bad: BadText, field: Field, raw: &[u8], line: impl Fn() -> usize) {
        let code = match bad {
            BadText::Entity => FaultCode::UnknownEntity,
            BadText::NotUtf8 | BadText::Full => FaultCode::NotUtf8,
        };
        let left_out = matches!(field, Field::Case | Field::Activity);
        let fault = |line| LogFault::new(line, code).field(field).value(raw).left_out_if(left_out);
        self.faults.push_at(line, code, fault);
    }

    fn take_time(&mut self, draft: &mut Draft, raw: &[u8], line: impl Fn() -> usize) {
        if raw.trim_ascii().is_empty() {
            return;
        }
        let code = match self.clock.read(raw) {
            Ok(moment) => {
                draft.time = moment.at;
                draft.order = moment.order;
                return;
            }
            Err(BadMoment::Unreadable) => FaultCode::BadTime,
            Err(BadMoment::Absurd) => FaultCode::AbsurdTime,
        };
        let fault = |line| LogFault::new(line, code).field(Field::Time).value(raw);
        self.faults.push_at(line, code, fault);
    }

    /// Whether an event says what was done and marks a phase that is read.
    pub(super) fn accepts(&mut self, draft: &Draft, line: impl Fn() -> usize) -> bool {
        if draft.is_bad || !self.is_read(draft.phase) {
            return false;
        }
        if draft.activity == NONE {
            let fault = |line| LogFault::new(line, FaultCode::NoActivity).left_out();
            self.faults.push_at(line, FaultCode::NoActivity, fault);
        }
        draft.activity != NONE
    }

    /// Adds an event that is accepted.
    pub(super) fn push(&mut self, draft: &Draft) -> Result<(), LogFailure> {
        let most = self.limits.events.min(super::arrange::MOST);
        if self.steps.len() >= most {
            return Err(LogFailure::limit(FailureCode::TooManyEvents, most));
        }
        self.clock.note(self.steps.len(), draft.order);
        self.steps
            .push(self.step_groups.intern([draft.activity, draft.outcome, NONE]));
        let doer = [draft.resource, draft.role, draft.position];
        self.doers.push(self.doer_groups.intern(doer));
        self.times.push(draft.time);
        Ok(())
    }

    /// Whether events of a phase are read. One that is not marked counts as `complete`, as XES has it.
    fn is_read(&mut self, phase: u32) -> bool {
        if self.map.phases.is_empty() {
            return true;
        }
        if self.last_phase.0 != phase {
            let name = self.phases.name(phase).unwrap_or("complete").to_lowercase();
            self.last_phase = (phase, self.map.phases.contains(&name));
        }
        self.last_phase.1
    }

    /// Pays for the name of a case.
    pub(super) fn pay(&mut self, bytes: usize) -> Result<(), LogFailure> {
        if self.cases.len() >= self.limits.cases {
            return Err(LogFailure::limit(FailureCode::TooManyCases, self.limits.cases));
        }
        self.text_left = self
            .text_left
            .checked_sub(bytes)
            .ok_or_else(|| LogFailure::limit(FailureCode::TooMuchText, self.limits.text))?;
        Ok(())
    }

    /// The clean form of a name of a case.
    pub(super) fn clean(&self, raw: &[u8]) -> Result<String, BadText> {
        clean(raw, self.script)
    }

    /// Remembers whether a case was finished: yes if any of its events says so.
    pub(super) fn complete(&mut self, case: u32, raw: &[u8], line: impl Fn() -> usize) {
        let text = clean(raw, self.script).unwrap_or_default();
        if text.is_empty() {
            return;
        }
        let Some(is_complete) = super::fold::yes_or_no(&text) else {
            let fault = |line| {
                LogFault::new(line, FaultCode::BadCompleted)
                    .field(Field::Completed)
                    .value(raw)
            };
            self.faults.push_at(line, FaultCode::BadCompleted, fault);
            return;
        };
        let case = wide(case);
        if self.completed.len() <= case {
            self.completed.resize(case + 1, None);
        }
        if let Some(place) = self.completed.get_mut(case) {
            *place = Some(is_complete || *place == Some(true));
        }
    }

    /// Decides the order of day and month, while the events stand as in the file.
    pub(super) fn settle(&mut self) {
        let (code, rows) = match self.clock.settle(&mut self.times) {
            Verdict::Clear => return,
            Verdict::Ambiguous(rows) => (FaultCode::AmbiguousDates, rows),
            Verdict::Mixed(rows) => (FaultCode::MixedDates, rows),
        };
        let fault = LogFault::new(0, code).field(Field::Time).with("rows", rows);
        self.faults.push_first(fault);
    }

    /// The names, when all events are read.
    pub(super) fn vocabulary(&mut self) -> Vocabulary {
        use std::mem::take;
        Vocabulary {
            activities: take(&mut self.activities).into_texts(),
            outcomes: take(&mut self.outcomes).into_texts(),
            resources: take(&mut self.resources).into_texts(),
            roles: take(&mut self.roles).into_texts(),
            positions: take(&mut self.positions).into_texts(),
            steps: take(&mut self.step_groups).into_groups(),
            doers: take(&mut self.doer_groups).into_groups(),
        }
    }
}
