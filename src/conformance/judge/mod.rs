//! Judges one case: the way by alignment, then who, when, papers, results and versions. Pure: the same input gives the
//! same findings, whatever the order in which cases are judged.

mod course;
mod goal;
mod people;
mod records;
mod shape;
mod standard;
#[cfg(test)]
mod tests;
mod times;
mod walk;
mod way;

pub use standard::Shapes;
pub(super) use walk::Walk;

use super::finding::{Finding, FindingKind, Raise, Rule, Severity};
use super::known::{Perspectives, Who};
use super::severities::Severities;
use crate::assignments::Duty;
use crate::calendar::WorkingCalendar;
use crate::cases::{Event, Trace};
use crate::documents::Content;
use crate::kernel::{DocumentId, VersionId};
use crate::workflow::{Done, Move, Step, StepTable};
use chrono::NaiveDateTime;
use goal::Goal;
use shape::{Shape, Sketch};
use standard::Standard;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What cases are held against.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// The text that was in force at their intake.
    pub content: &'a Content,
    /// The document that it is a version of.
    pub document: &'a DocumentId,
    /// Codes of steps that only other versions of the document have, each with one of those versions.
    pub elsewhere: &'a BTreeMap<String, VersionId>,
}

/// Everything besides the text that a judgement rests on.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// What is known about the cases.
    pub known: Perspectives<'a>,
    /// Working days and hours.
    pub calendar: &'a WorkingCalendar,
    /// How much each kind of finding weighs.
    pub severities: &'a Severities,
    /// Until when an open case is looked at, UTC.
    pub now: NaiveDateTime,
}

/// A case compared with the text that was in force at intake.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// False when the text has no workflow to compare with; then there are no findings about the way.
    pub is_determined: bool,
    /// The fewest deviations from the way that explain what was done and how it ended.
    pub cost: u32,
    /// The fewest rows of a case that ends as this one.
    pub shortest_run: u32,
    /// From 0 (nothing fits) to 1 (no deviation from the way): `1 - cost / (events + shortest run)`.
    pub fitness: f64,
    /// The comparison, in order.
    pub moves: Arc<[Move]>,
    /// The findings, in the order in which they happened, those about the whole case last.
    pub findings: Vec<Finding>,
    /// From when an open case must be judged anew although nothing was done: the next time that runs out, UTC.
    pub changes_at: Option<NaiveDateTime>,
}

impl Judgement {
    /// Whether nothing but information was found.
    pub fn is_conforming(&self) -> bool {
        self.is_determined && self.findings.iter().all(|finding| finding.severity == Severity::Info)
    }
}

/// Judges the cases of one text, any number of them.
pub struct Judge<'a> {
    text: Text<'a>,
    around: Around<'a>,
    standard: Arc<Standard>,
    /// By row, who may do it; empty when that is not known.
    duties: Vec<Duty>,
}

impl<'a> Judge<'a> {
    /// Makes ready to judge. `shapes` remembers what was made ready before, and the cases that were compared.
    pub fn new(text: Text<'a>, around: Around<'a>, shapes: &Shapes) -> Self {
        let steps = &text.content.table.steps;
        let duties = match around.known.who {
            Who::Assigned(roster) => steps
                .iter()
                .map(|step| roster.duty(&step.roles, text.document))
                .collect(),
            Who::Recorded(_) | Who::Named | Who::Unknown => Vec::new(),
        };
        Self {
            text,
            around,
            standard: shapes.standard(text.content),
            duties,
        }
    }

    /// Judges a case of this text. Its own document and content hash are not looked at.
    pub fn judge(&self, trace: &Trace) -> Judgement {
        let Some(shape) = self.shape(trace) else {
            return Judgement {
                is_determined: false,
                cost: 0,
                shortest_run: 0,
                fitness: 1.0,
                moves: Arc::default(),
                findings: Vec::new(),
                changes_at: None,
            };
        };
        let mut case = Case {
            judge: self,
            trace,
            table: &self.text.content.table,
            shape: &shape,
            findings: Vec::new(),
            changes_at: None,
        };
        case.course();
        case.people();
        case.times();
        case.records();
        let Case {
            mut findings,
            changes_at,
            ..
        } = case;
        if findings.len() > 1 {
            findings.sort_by_key(|finding| (finding.event_seq.unwrap_or(i64::MAX), finding.kind, finding.row));
        }
        Judgement {
            is_determined: true,
            cost: shape.cost,
            shortest_run: shape.shortest_run,
            fitness: shape.fitness,
            moves: Arc::clone(&shape.moves),
            findings,
            changes_at,
        }
    }

    /// The shape of the case; `None` when the text has no workflow to compare with.
    fn shape(&self, trace: &Trace) -> Option<Arc<Shape>> {
        let content = self.text.content;
        let workflow = content.workflow.as_ref()?;
        let goal = Goal::of(trace.ended, self.around.known.ending);
        let mut few = [0; KEY];
        let mut many = Vec::new();
        let key = if let Some(key) = few.get_mut(..=trace.events.len()) {
            key
        } else {
            many.resize(trace.events.len() + 1, 0);
            many.as_mut_slice()
        };
        let mut places = key.iter_mut();
        if let Some(first) = places.next() {
            *first = goal.number();
        }
        let mut hint = 0;
        for (place, event) in places.zip(&trace.events) {
            let (row, way) = self.place(event, hint);
            hint = row.map_or(hint, |row| row + 1);
            *place = packed(row) << 32 | packed(way);
        }
        let sketch = || (goal, self.sketch(trace));
        self.standard.shape((&content.table, workflow), key, sketch)
    }

    /// The row and the way of an event.
    fn place(&self, event: &Event, hint: usize) -> (Option<usize>, Option<usize>) {
        let row = self.standard.row_of(&event.step_code, hint);
        let way = row
            .zip(event.outcome.as_deref())
            .and_then(|(row, outcome)| self.standard.way_of(row, outcome));
        (row, way)
    }

    fn sketch<'t>(&self, trace: &'t Trace) -> Sketch<'t> {
        let (mut events, mut ways) = (Vec::new(), Vec::new());
        for event in &trace.events {
            let (row, way) = self.place(event, 0);
            events.push(Done {
                row,
                outcome: event.outcome.as_deref(),
            });
            ways.push(way);
        }
        Sketch { events, ways }
    }
}

/// Cases of fewer events than this need no memory of their own to be recognised.
const KEY: usize = 64;

/// A place as a number, 0 for none.
fn packed(place: Option<usize>) -> u64 {
    place
        .and_then(|place| u64::try_from(place).ok())
        .map_or(0, |place| place + 1)
}

/// A case under judgement.
struct Case<'a> {
    judge: &'a Judge<'a>,
    trace: &'a Trace,
    table: &'a StepTable,
    shape: &'a Shape,
    findings: Vec<Finding>,
    changes_at: Option<NaiveDateTime>,
}

impl<'a> Case<'a> {
    fn event(&self, event: usize) -> Option<&'a Event> {
        self.trace.events.get(event)
    }

    fn step(&self, row: usize) -> Option<&'a Step> {
        self.table.steps.get(row)
    }

    /// Whether findings of this kind are looked for.
    fn looks_for(&self, kind: FindingKind) -> bool {
        self.judge.around.severities.of(kind, None).is_some()
    }

    /// A finding of a kind about a row, shown by an event; `None` when the kind is not looked for.
    fn finding(&self, kind: FindingKind, word: &'static str, about: (Option<usize>, Option<usize>)) -> Option<Finding> {
        let severity = self.judge.around.severities.of(kind, None)?;
        let (row, event) = about;
        let event = event.and_then(|event| self.event(event));
        let code = row.and_then(|row| self.step(row)).map(|step| step.code.as_str());
        let person = event.map(|event| &event.person);
        let at = event.map(|event| event.done_at);
        Some(Finding {
            kind,
            severity,
            raised: None,
            word,
            row,
            step_code: code
                .or(event.map(|event| event.step_code.as_str()))
                .unwrap_or_default()
                .to_owned(),
            event_seq: event.map(|event| event.seq),
            person: person.filter(|person| !person.as_str().is_empty()).cloned(),
            person_name: event.map(|event| event.person_name.clone()).unwrap_or_default(),
            at: at.filter(|_| self.judge.around.known.times.is_some()),
            rule: Rule { row },
            args: Vec::new(),
        })
    }

    /// Lets a finding weigh one degree more.
    fn raise(&self, finding: &mut Finding, why: Raise) {
        finding.raised = Some(why);
        let severity = self.judge.around.severities.of(finding.kind, finding.raised);
        finding.severity = severity.unwrap_or(finding.severity);
    }
}
