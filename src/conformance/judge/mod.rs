//! Judges one case: the way by alignment, then who, when, papers, results and versions. Pure: the same input gives the
//! same findings, whatever the order in which cases are judged.

mod people;
mod records;
mod shape;
#[cfg(test)]
mod tests;
mod times;
mod walk;
mod way;

pub use shape::Shapes;

use super::finding::{Arg, Finding, FindingKind, Rule, Severity};
use crate::assignments::Book;
use crate::calendar::WorkingCalendar;
use crate::cases::{Ended, Event, Trace};
use crate::documents::Content;
use crate::workflow::{Move, Step, StepTable, Target};
use chrono::NaiveDateTime;
use shape::Shape;
use std::sync::Arc;
use way::{Deviation, What};

/// Everything that a judgement rests on.
#[derive(Debug, Clone, Copy)]
pub struct JudgeInput<'a> {
    /// The case.
    pub trace: &'a Trace,
    /// The text that was in force at intake.
    pub content: &'a Content,
    /// Who was assigned to what.
    pub book: &'a Book,
    /// Working days and hours.
    pub calendar: &'a WorkingCalendar,
    /// Until when an open case is looked at, UTC.
    pub now: NaiveDateTime,
}

/// A case compared with the text that was in force at intake.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// False when the text has no workflow to compare with; then there are no findings about the way.
    pub is_determined: bool,
    /// The fewest deviations from the way that explain what was done.
    pub cost: u32,
    /// From 0 (nothing fits) to 1 (no deviation from the way).
    pub fitness: f64,
    /// The comparison, in order.
    pub moves: Vec<Move>,
    /// The findings, in the order in which they happened, those about the whole case last.
    pub findings: Vec<Finding>,
    /// From when an open case must be judged anew although nothing was done: the next time that runs out, UTC.
    pub changes_at: Option<NaiveDateTime>,
}

impl Judgement {
    /// There is no workflow to compare with.
    fn undetermined() -> Self {
        Self {
            is_determined: false,
            cost: 0,
            fitness: 1.0,
            moves: Vec::new(),
            findings: Vec::new(),
            changes_at: None,
        }
    }

    /// Whether nothing but information was found.
    pub fn is_conforming(&self) -> bool {
        self.is_determined && self.findings.iter().all(|finding| finding.severity == Severity::Info)
    }
}

/// Judges a case. `shapes` remembers comparisons: cases with the same steps and outcomes on one text share theirs.
pub fn judge(input: &JudgeInput<'_>, shapes: &Shapes) -> Judgement {
    let Some(workflow) = &input.content.workflow else {
        return Judgement::undetermined();
    };
    let trace = input.trace;
    let steps: Vec<(&str, Option<&str>)> = trace
        .events
        .iter()
        .map(|event| (event.step_code.as_str(), event.outcome.as_deref()))
        .collect();
    let Some(shape) = shapes.of(
        input.content,
        workflow,
        &steps,
        is_finished(trace, &input.content.table),
    ) else {
        return Judgement::undetermined();
    };
    let mut case = Case {
        input,
        trace,
        table: &input.content.table,
        shape,
        findings: Vec::new(),
        changes_at: None,
    };
    case.way();
    case.people();
    case.times();
    case.records();
    let Case {
        shape,
        mut findings,
        changes_at,
        ..
    } = case;
    findings.sort_by_key(|finding| (finding.event_seq.unwrap_or(i64::MAX), finding.kind, finding.row));
    let moves = shape.moves.clone();
    Judgement {
        is_determined: true,
        cost: shape.cost,
        fitness: shape.fitness,
        moves,
        findings,
        changes_at,
    }
}

/// Whether the case must have reached an end of the table. A citizen may withdraw at any time unless the table says how.
fn is_finished(trace: &Trace, table: &StepTable) -> bool {
    match trace.ended {
        None => false,
        Some(Ended::Completed | Ended::Refused | Ended::Stopped) => true,
        Some(Ended::Withdrawn) => {
            let mut ways = table.steps.iter().flat_map(|step| &step.next);
            ways.any(|next| next.target == Target::EndWithdrawn)
        }
    }
}

/// A case under judgement.
struct Case<'a> {
    input: &'a JudgeInput<'a>,
    trace: &'a Trace,
    table: &'a StepTable,
    shape: Arc<Shape>,
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

    /// The events with the rows of the table that they are.
    fn known(&self) -> Vec<(usize, &'a Event, usize, &'a Step)> {
        let with_rows = self.trace.events.iter().zip(&self.shape.rows).enumerate();
        with_rows
            .filter_map(|(at, (event, row))| Some((at, event, (*row)?, self.step((*row)?)?)))
            .collect()
    }

    /// A finding of a kind about a row, shown by an event.
    fn finding(&self, kind: FindingKind, word: &'static str, row: Option<usize>, event: Option<usize>) -> Finding {
        let event = event.and_then(|event| self.event(event));
        let code = row.and_then(|row| self.step(row)).map(|step| step.code.as_str());
        Finding {
            kind,
            severity: kind.severity(),
            word,
            row,
            step_code: code
                .or(event.map(|event| event.step_code.as_str()))
                .unwrap_or_default()
                .to_owned(),
            event_seq: event.map(|event| event.seq),
            person: event.map(|event| event.person.clone()),
            person_name: event.map(|event| event.person_name.clone()).unwrap_or_default(),
            at: event.map(|event| event.done_at),
            rule: Rule { row },
            args: Vec::new(),
        }
    }

    fn way(&mut self) {
        let shape = Arc::clone(&self.shape);
        for deviation in &shape.deviations {
            let finding = self.deviation(deviation);
            self.findings.push(finding);
        }
        self.too_often(&shape);
    }

    fn deviation(&self, deviation: &Deviation) -> Finding {
        use FindingKind as K;
        let row = deviation.rows.first().copied();
        let near = deviation.near;
        let (kind, word) = match (deviation.what, near) {
            (What::Skipped, _) => (K::Skipped, "skipped"),
            (What::TooEarly, Some(_)) => (K::OutOfOrder, "too_early"),
            (What::TooEarly | What::TooLate, None) => (K::OutOfOrder, "out_of_turn"),
            (What::TooLate, Some(_)) => (K::OutOfOrder, "too_late"),
            (What::Repeated, _) => (K::Repeated, "repeated"),
            (What::Unknown, _) => (K::UnknownStep, "unknown_step"),
            (What::AfterEnd, _) => (K::StepAfterEnd, "step_after_end"),
            (What::Unfinished, _) => (K::ClosedUnfinished, "closed_unfinished"),
            (What::WrongBranch, Some(_)) => (K::WrongBranch, "wrong_branch"),
            (What::WrongBranch, None) => (K::WrongBranch, "wrong_branch_alone"),
        };
        let mut finding = self.finding(kind, word, row, deviation.event);
        finding.args.push(("rows", Arg::Rows(deviation.rows.clone())));
        if let Some(near) = near {
            finding.args.push(("near", Arg::Rows(vec![near])));
        }
        match deviation.what {
            What::Skipped if deviation.rows.iter().any(|row| self.is_check(*row)) => {
                finding.severity = Severity::High;
            }
            What::Unfinished => finding.at = self.trace.ended_at,
            What::WrongBranch => finding.args.extend(near.and_then(|near| self.outcomes(near, row))),
            What::Skipped | What::TooEarly | What::TooLate | What::Repeated | What::Unknown | What::AfterEnd => {}
        }
        finding
    }

    /// Whether a step controls others: it decides, or two people must do it and another one.
    fn is_check(&self, row: usize) -> bool {
        self.step(row).is_some_and(|step| {
            step.next.len() > 1
                || !step.different_from.is_empty()
                || self
                    .table
                    .steps
                    .iter()
                    .any(|other| other.different_from.contains(&step.code))
        })
    }

    /// The outcome with which `near` leads to `row`.
    fn outcomes(&self, near: usize, row: Option<usize>) -> Option<(&'static str, Arg)> {
        let code = &self.step(row?)?.code;
        let leads = |target: &Target| matches!(target, Target::Step(to) if to == code);
        let outcome = self
            .step(near)?
            .next
            .iter()
            .find(|next| leads(&next.target))?
            .outcome
            .clone()?;
        Some(("outcome", Arg::Text(outcome)))
    }

    /// Rows that were done more often than the table allows, by steps that otherwise follow it.
    fn too_often(&mut self, shape: &Shape) {
        for (row, step) in self.table.steps.iter().enumerate() {
            let Some(most) = step.max_times.and_then(|most| usize::try_from(most).ok()) else {
                continue;
            };
            let times = shape.moves.iter().filter_map(|step| match *step {
                Move::Sync { event, row: own } if own == row => Some(event),
                Move::Sync { .. } | Move::Log { .. } | Move::Model { .. } => None,
            });
            let times: Vec<usize> = times.collect();
            if let Some(first_too_many) = times.get(most) {
                let mut finding = self.finding(
                    FindingKind::TooManyTimes,
                    "too_many_times",
                    Some(row),
                    Some(*first_too_many),
                );
                finding.args.push(("times", Arg::Count(times.len())));
                finding.args.push(("most", Arg::Count(most)));
                self.findings.push(finding);
            }
        }
    }
}
