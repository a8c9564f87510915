//! Whether a step may be performed now: its order, the people, the outcome, the papers and the clock. Pure: everything
//! it rests on is loaded before, and it tells reasons, not sentences.

use super::case::CaseEvent;
use super::standing::{Plan, Standing, Stop};
use crate::access::{self, Fact, Part};
use crate::assignments::{Book, Standing as Assigned};
use crate::calendar::WorkingCalendar;
use crate::kernel::{DocumentId, Permission, PersonId, local};
use crate::workflow::{Step, StepCode};
use chrono::NaiveDateTime;

/// A case as far as a decision needs it.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The table that it follows.
    pub plan: Plan<'a>,
    /// Where it stands.
    pub standing: &'a Standing,
    /// What was done, in the order in which it was done.
    pub events: &'a [CaseEvent],
    /// The procedure.
    pub document: &'a DocumentId,
    /// The duration case that was promised.
    pub duration_code: &'a str,
    /// When it was received, UTC.
    pub received_at: NaiveDateTime,
    /// How many papers the dossier names.
    pub papers: usize,
    /// Who is assigned to what.
    pub book: &'a Book,
    /// The calendar of the office.
    pub calendar: &'a WorkingCalendar,
    /// The moment of the decision, UTC.
    pub now: NaiveDateTime,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The code of the step.
    pub step_code: &'a str,
    /// The outcome, where one was chosen.
    pub outcome: Option<&'a str>,
    /// What was produced: places in the step's list of outputs, from 0.
    pub outputs: &'a [usize],
    /// Papers that were handed in with it: numbers in the dossier, from 1.
    pub papers: &'a [i64],
    /// Who.
    pub person: &'a PersonId,
    /// All accounts of this person.
    pub accounts: &'a [PersonId],
    /// All accounts of those by whose power alone the person may do it (rule S11); none for the own power.
    pub lenders: &'a [PersonId],
    /// When it was done, UTC.
    pub at: NaiveDateTime,
}

/// A step that may be performed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed<'a> {
    /// Its row in the table.
    pub row: usize,
    /// The row.
    pub step: &'a Step,
    /// The outcome to record: one that the row names, or none when it names none.
    pub outcome: Option<&'a str>,
    /// What was produced, in order, each once.
    pub outputs: Vec<usize>,
    /// The papers, in order, each once.
    pub papers: Vec<i64>,
    /// When it was due, UTC. A late step may still be done.
    pub due_at: Option<NaiveDateTime>,
}

/// Why a step may not be performed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance<'a> {
    /// The table has no such step, or the case has ended and nothing more is asked.
    NoStep,
    /// Its order, or how often it was done.
    Stopped(usize, Stop),
    /// The moment lies in the future.
    InFuture,
    /// The moment lies before the receipt.
    BeforeReceipt,
    /// The moment lies before what was done last, at this one.
    BeforeLast(NaiveDateTime),
    /// The person is not assigned to it: never, or not on that day.
    NotAssigned(usize, Assigned),
    /// A rule about different and same persons keeps the person from it.
    PersonRule(PersonRule<'a>),
    /// It names several outcomes, and one must be chosen.
    OutcomeNeeded(usize),
    /// It does not name this outcome.
    OutcomeUnknown(usize),
    /// After this outcome only steps remain that were done as often as the table allows.
    OutcomeExhausted(usize),
    /// It does not have this output.
    UnknownOutput,
    /// The dossier does not have this paper.
    UnknownPaper,
}

/// A rule about different and same persons that keeps somebody from a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonRule<'a> {
    /// The row of the step.
    pub row: usize,
    /// The step that it is held against.
    pub other: &'a StepCode,
    /// The name of who did that.
    pub name: &'a str,
    /// Whether it must be the same person; else another one.
    pub same: bool,
}

/// Decides whether the step may be performed.
///
/// # Errors
/// The first reason against it: order, moment, person, outcome, outputs, papers.
pub fn decide<'a>(scene: &Scene<'a>, wish: &Wish<'a>) -> Result<Allowed<'a>, Hindrance<'a>> {
    let row = scene.plan.row(wish.step_code).ok_or(Hindrance::NoStep)?;
    let step = scene.plan.table.steps.get(row).ok_or(Hindrance::NoStep)?;
    if let Some(stop) = scene.standing.stop(&scene.plan, row) {
        return Err(Hindrance::Stopped(row, stop));
    }
    scene.check_moment(wish.at)?;
    match scene.assigned(step, wish.person, wish.at) {
        Assigned::Assigned => {}
        standing @ (Assigned::Never | Assigned::OtherDay) => return Err(Hindrance::NotAssigned(row, standing)),
    }
    if let Some(rule) = person_rule(scene.events, (row, step), (wish.accounts, wish.lenders)) {
        return Err(Hindrance::PersonRule(rule));
    }
    let outcome = scene.outcome(row, step, wish.outcome)?;
    let counting = (scene.calendar, scene.duration_code);
    Ok(Allowed {
        row,
        step,
        outcome,
        outputs: outputs(step, wish.outputs).ok_or(Hindrance::UnknownOutput)?,
        papers: papers(scene.papers, wish.papers).ok_or(Hindrance::UnknownPaper)?,
        due_at: scene.standing.due(&scene.plan, row, counting),
    })
}

impl<'a> Scene<'a> {
    fn check_moment(&self, at: NaiveDateTime) -> Result<(), Hindrance<'a>> {
        check_moment(at, self.received_at, self.now)?;
        match self.events.last().map(|last| last.done_at) {
            Some(last) if last > at => Err(Hindrance::BeforeLast(last)),
            Some(_) | None => Ok(()),
        }
    }

    /// How a person stands to a step on a day.
    fn assigned(&self, step: &Step, person: &PersonId, at: NaiveDateTime) -> Assigned {
        let day = local(at).date();
        let standing = |role| self.book.standing(person, role, self.document, day);
        step.roles.iter().map(standing).max().unwrap_or(Assigned::Never)
    }

    /// The outcome to record: one that the row names when it names several.
    fn outcome(&self, row: usize, step: &'a Step, given: Option<&'a str>) -> Result<Option<&'a str>, Hindrance<'a>> {
        let given = given.map(str::trim).filter(|given| !given.is_empty());
        let mut named = step.next.iter().filter_map(|next| next.outcome.as_deref());
        let Some(first) = named.clone().next() else {
            return Ok(None);
        };
        match given {
            None if named.nth(1).is_some() => Err(Hindrance::OutcomeNeeded(row)),
            None => Ok(Some(first)),
            Some(given) if !named.any(|own| own == given) => Err(Hindrance::OutcomeUnknown(row)),
            Some(given) if !self.standing.leads_on(&self.plan, row, Some(given)) => {
                Err(Hindrance::OutcomeExhausted(row))
            }
            Some(given) => Ok(Some(given)),
        }
    }
}

/// Refuses a moment in the future or before the receipt.
pub(super) fn check_moment<'a>(
    at: NaiveDateTime,
    received_at: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<(), Hindrance<'a>> {
    if at > now {
        Err(Hindrance::InFuture)
    } else if at < received_at {
        Err(Hindrance::BeforeReceipt)
    } else {
        Ok(())
    }
}

/// Which rule about different and same persons keeps a person from a row; `None` when they allow it.
/// `accounts` are all accounts of the person, `lenders` those of the people by whose power alone the person may do it: who
/// lent it must not have done what is checked either (rule S11). Where it must be the same person, a lender is another one.
pub(super) fn person_rule<'a>(
    events: &'a [CaseEvent],
    (row, step): (usize, &'a Step),
    (accounts, lenders): (&[PersonId], &[PersonId]),
) -> Option<PersonRule<'a>> {
    let rule = |other, event: &'a CaseEvent, same| PersonRule {
        row,
        other,
        name: &event.person_name,
        same,
    };
    let done = |code: &'a StepCode| {
        let is_it = move |event: &&CaseEvent| event.step_code.as_deref() == Some(code.as_str());
        events.iter().filter(is_it)
    };
    let same = step.different_from.iter().find_map(|other| {
        let own = done(other).find(|event| {
            let fact = Fact {
                part: Part::DidCheckedStep,
                by: event.person_id.clone(),
            };
            let bars = |whose| access::bars(Permission::PerformSteps, std::slice::from_ref(&fact), whose).is_some();
            bars(accounts) || bars(lenders)
        })?;
        Some(rule(other, own, false))
    });
    if same.is_some() {
        return same;
    }
    // After rework the last performer is the one who knows it.
    step.same_as.iter().find_map(|other| {
        let last = done(other)
            .next_back()
            .filter(|event| !accounts.contains(&event.person_id))?;
        Some(rule(other, last, true))
    })
}

/// The outputs that a step names, in their order, each once; `None` when it does not have one of them.
pub(super) fn outputs(step: &Step, given: &[usize]) -> Option<Vec<usize>> {
    let mut outputs = given.to_vec();
    outputs.sort_unstable();
    outputs.dedup();
    outputs
        .iter()
        .all(|output| *output < step.outputs.len())
        .then_some(outputs)
}

/// The papers of a dossier of `most`, in their order, each once; `None` when it does not have one of them.
pub(super) fn papers(most: usize, given: &[i64]) -> Option<Vec<i64>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut papers = given.to_vec();
    papers.sort_unstable();
    papers.dedup();
    papers
        .iter()
        .all(|number| (1..=most).contains(number))
        .then_some(papers)
}
