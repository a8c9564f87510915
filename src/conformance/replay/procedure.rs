//! Logs against an approved procedure, in every perspective that the log allows.

use super::answers::Answers;
use super::model::{MoveKind, Watch};
use super::variants::Variants;
use crate::calendar::{WorkingCalendar, statutory_calendar};
use crate::cases::{Ended, Event, Trace};
use crate::conformance::{Around, Finding, Judge, Perspectives, Promise, RoleTexts, Severities, Shapes, Text, Who};
use crate::documents::Content;
use crate::kernel::{CaseId, DocumentId, PersonId, VersionId};
use crate::logs::{CaseView, EventLog, NO_TIME};
use crate::procedures::fold;
use crate::workflow::{Done, Move, RoleCode, Workflow};
use chrono::{DateTime, Datelike, NaiveDateTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A procedure made ready.
#[derive(Debug)]
pub struct ProcedureModel {
    content: Arc<Content>,
    document: DocumentId,
    roles: RoleTexts,
    severities: Severities,
    nowhere: BTreeMap<String, VersionId>,
}

/// What a log tells, and with what it is judged.
pub(super) struct Bench<'a> {
    /// For cases of which every event has a time.
    timed: Judge<'a>,
    /// For the others.
    untimed: Judge<'a>,
    log: &'a EventLog,
    /// The codes of the steps that the symbols of the log stand for.
    codes: Vec<&'a str>,
}

impl ProcedureModel {
    /// Makes a procedure ready; `roles` are the names by which logs may call its roles.
    ///
    /// Returns `None` when its steps are no sound workflow.
    pub fn new(
        content: Arc<Content>,
        roles: impl IntoIterator<Item = (String, RoleCode)>,
        severities: Severities,
    ) -> Option<Self> {
        content.workflow.as_ref()?;
        Some(Self {
            document: DocumentId::of("replayed"),
            roles: RoleTexts::new(roles),
            nowhere: BTreeMap::new(),
            severities,
            content,
        })
    }

    /// The procedure.
    pub fn content(&self) -> &Content {
        &self.content
    }

    pub(super) fn shortest_run(&self) -> Option<u32> {
        self.content.workflow.as_ref().map(Workflow::shortest_run)
    }

    pub(super) fn code(&self, row: usize) -> &str {
        self.content.table.steps.get(row).map_or("", |step| step.code.as_str())
    }

    /// The row that an activity of a log stands for: the one with this code, else the only one with this name. Case and
    /// Vietnamese marks of names make no difference.
    fn row_of(&self, activity: &str) -> Option<usize> {
        let steps = &self.content.table.steps;
        let by_code = steps.iter().position(|step| step.code.as_str() == activity);
        by_code.or_else(|| {
            let name = fold(activity.trim());
            let mut named = steps
                .iter()
                .enumerate()
                .filter(|(_, step)| fold(step.name.trim()) == name);
            let row = named.next()?.0;
            named.next().is_none().then_some(row)
        })
    }

    pub(super) fn answers(&self, log: &EventLog, variants: &Variants, watch: Watch<'_>) -> Option<Answers> {
        let Some(workflow) = &self.content.workflow else {
            return Some(Answers::default());
        };
        let symbols = 0..u32::try_from(log.steps()).unwrap_or(u32::MAX);
        let symbols: Vec<Done<'_>> = symbols
            .filter_map(|symbol| log.step(symbol))
            .map(|step| Done {
                row: self.row_of(step.activity),
                outcome: step.outcome,
            })
            .collect();
        let done = |own: &u32| usize::try_from(*own).ok().and_then(|own| symbols.get(own)).copied();
        let (mut complete, mut open) = (workflow.comparing(true), workflow.comparing(false));
        let (mut answers, mut events) = (Answers::default(), Vec::new());
        for (at, case) in variants.first.iter().enumerate() {
            if !watch(at, variants.first.len()) {
                return None;
            }
            let case = log.case(*case);
            let finished = case.as_ref().is_none_or(|case| case.completed() != Some(false));
            events.clear();
            events.extend(case.iter().flat_map(CaseView::steps).filter_map(done));
            let comparing = if finished { &mut complete } else { &mut open };
            match comparing.as_mut().map(|comparing| comparing.align(&events)) {
                None => answers.not_determined(0),
                Some(aligned) => {
                    let moves = self.moves(workflow, &events, (&aligned.moves, finished));
                    answers.exact(aligned.cost, moves);
                }
            }
        }
        Some(answers)
    }

    /// The moves with the optional rows that they leave out.
    fn moves(
        &self,
        workflow: &Workflow,
        events: &[Done<'_>],
        (moves, finished): (&[Move], bool),
    ) -> Vec<(MoveKind, Option<usize>)> {
        let has_optional = self.content.table.steps.iter().any(|step| step.optional);
        let mut silent = if has_optional {
            workflow.left_out(&self.content.table, events, moves, finished)
        } else {
            Vec::new()
        }
        .into_iter();
        let mut pass = || {
            let rows = silent.next().unwrap_or_default().into_iter();
            rows.map(|row| (MoveKind::Silent, Some(row)))
        };
        let mut found = Vec::with_capacity(moves.len());
        for step in moves {
            found.extend(pass());
            found.push(match *step {
                Move::Sync { row, .. } => (MoveKind::Synchronous, Some(row)),
                Move::Log { row, .. } => (MoveKind::Log, row),
                Move::Model { row } => (MoveKind::Model, Some(row)),
            });
        }
        found.extend(pass());
        found
    }

    /// What is needed besides the log to judge its cases: working days by law for the years of the log.
    pub(super) fn calendar(log: &EventLog) -> WorkingCalendar {
        let years = log
            .iter()
            .flat_map(|case| case.times().iter().copied())
            .filter_map(moment)
            .map(|at| at.year());
        let (first, last) = years.fold((i32::MAX, i32::MIN), |(first, last), year| {
            (first.min(year), last.max(year))
        });
        // A log over more years than an office keeps is judged by the last of them.
        let first = first.max(last.saturating_sub(60)).min(last);
        statutory_calendar(first..=last.max(first), true)
    }

    pub(super) fn bench<'a>(
        &'a self,
        log: &'a EventLog,
        (calendar, shapes): (&'a WorkingCalendar, &Shapes),
    ) -> Bench<'a> {
        let who = match (log.roles().next(), log.people().next()) {
            (Some(_), _) => Who::Recorded(&self.roles),
            (None, Some(_)) => Who::Named,
            (None, None) => Who::Unknown,
        };
        let last = log.iter().flat_map(|case| case.times().iter().copied()).max();
        let around = |times| Around {
            known: Perspectives {
                who,
                times,
                ..Perspectives::order_only()
            },
            calendar,
            severities: &self.severities,
            now: last.and_then(moment).unwrap_or_default(),
        };
        let text = Text {
            content: &self.content,
            document: &self.document,
            elsewhere: &self.nowhere,
        };
        let symbols = 0..u32::try_from(log.steps()).unwrap_or(u32::MAX);
        let steps = symbols.filter_map(|symbol| log.step(symbol));
        let codes = steps.map(|step| self.row_of(step.activity).map_or(step.activity, |row| self.code(row)));
        Bench {
            timed: Judge::new(text, around(Some(Promise::ByText)), shapes),
            untimed: Judge::new(text, around(None), shapes),
            log,
            codes: codes.collect(),
        }
    }
}

impl Bench<'_> {
    pub(super) fn findings(&self, case: &CaseView<'_>) -> (Trace, Vec<Finding>) {
        let trace = self.trace(case);
        let judge = if case.times().contains(&NO_TIME) {
            &self.untimed
        } else {
            &self.timed
        };
        let judgement = judge.judge(&trace);
        (trace, judgement.findings)
    }

    /// A case of the log as a case of the office. It ended with its last event, unless the log says that it is open.
    fn trace(&self, case: &CaseView<'_>) -> Trace {
        let times = case.times().iter().map(|at| moment(*at).unwrap_or_default());
        let events: Vec<Event> = (1..)
            .zip(case.steps())
            .zip(case.doers())
            .zip(times)
            .map(|(((seq, step), doer), done_at)| self.event(seq, (*step, *doer), done_at))
            .collect();
        let received_at = events.first().map(|event| event.done_at).unwrap_or_default();
        let last = events.last().map(|event| event.done_at).unwrap_or_default();
        let is_open = case.completed() == Some(false);
        Trace {
            id: CaseId::of(""),
            code: case.name().to_owned(),
            document: DocumentId::of(""),
            version: VersionId::of(""),
            content_sha256: String::new(),
            duration_code: String::new(),
            received_at,
            promised_at: None,
            due_at: None,
            ended: (!is_open).then_some(Ended::Completed),
            ended_at: (!is_open).then_some(last),
            events,
            papers: Vec::new(),
        }
    }

    fn event(&self, seq: i64, (step, doer): (u32, u32), done_at: NaiveDateTime) -> Event {
        let code = usize::try_from(step).ok().and_then(|symbol| self.codes.get(symbol));
        let step = self.log.step(step);
        let doer = self.log.doer(doer).unwrap_or(crate::logs::Doer {
            resource: None,
            role: None,
            position: None,
        });
        let name = doer.resource.unwrap_or_default();
        Event {
            seq,
            step_code: code.copied().unwrap_or_default().to_owned(),
            outcome: step.and_then(|step| step.outcome).map(ToOwned::to_owned),
            outputs: Vec::new(),
            person: PersonId::of(name),
            person_name: name.to_owned(),
            position_name: doer.position.unwrap_or_default().to_owned(),
            role: doer.role.map(ToOwned::to_owned),
            version: VersionId::of(""),
            done_at,
            off_workflow: false,
            reason: None,
        }
    }
}

/// A moment of a log, UTC.
pub(super) fn moment(milliseconds: i64) -> Option<NaiveDateTime> {
    (milliseconds != NO_TIME)
        .then(|| DateTime::from_timestamp_millis(milliseconds))
        .flatten()
        .map(|at| at.naive_utc())
}
