//! Logs from elsewhere, held against a procedure or a Petri net. Pure but for the output.
//!
//! Cases with the same steps are compared once; then each case is judged in the perspectives that the log allows. The
//! answers do not depend on the order in which the log shows the cases.

mod answers;
mod json;
mod model;
mod net;
mod procedure;
mod tell;
#[cfg(test)]
mod tests;
mod text;
mod variants;

pub use answers::Moves;
pub use model::{Model, MoveKind, ReplayMove};
pub use net::NetModel;
pub use procedure::ProcedureModel;
pub use tell::{Days, RoleNames, Teller, Told};

use crate::alignment::{NetFault, fitness};
use crate::logs::{CaseView, EventLog};
use answers::Answers;
use std::sync::OnceLock;
use variants::Variants;

/// The figures of a log.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Cases.
    pub cases: usize,
    /// Events.
    pub events: usize,
    /// Different orders of activities.
    pub variants: usize,
    /// Cases without deviation from the way.
    pub fitting: usize,
    /// Cases for which the search was given up; they are in no other figure but the number of cases and events.
    pub not_determined: usize,
    /// The deviations of all cases.
    pub cost: u64,
    /// The fewest steps of a complete case, if they could be determined.
    pub shortest_run: Option<u32>,
    /// `1 - all deviations / (all events + shortest run of every case)`; `None` without a case.
    pub log_fitness: Option<f64>,
    /// The mean fitness of the cases; `None` without a case.
    pub average_fitness: Option<f64>,
}

/// One case of a replayed log.
#[derive(Clone)]
pub struct CaseResult<'a> {
    /// The case.
    pub case: CaseView<'a>,
    /// The fewest deviations; `None` when the search was given up.
    pub cost: Option<u32>,
    /// The cost is at least this.
    pub at_least: u32,
    /// `1 - cost / (events + shortest run)`.
    pub fitness: Option<f64>,
    /// A best explanation; empty when the search was given up.
    pub moves: Moves<'a>,
}

/// A log held against a model.
pub struct Replay {
    log: EventLog,
    model: Model,
    variants: Variants,
    answers: Answers,
    /// The cases by name, once somebody asks for them.
    order: OnceLock<Vec<u32>>,
}

impl Replay {
    /// Compares every variant of the log with the model.
    ///
    /// # Errors
    /// A net that turns out to be without bound.
    pub fn new(log: EventLog, model: Model) -> Result<Self, NetFault> {
        let variants = Variants::of(&log);
        let answers = model.answers(&log, &variants, &mut |_, _| true)?;
        Ok(Self::of(log, model, (variants, answers.unwrap_or_default())))
    }

    /// As [`Replay::new`], telling `watch` now and then how many of how many variants are compared. When it answers
    /// false the comparison is given up, and there is none.
    ///
    /// # Errors
    /// A net that turns out to be without bound.
    pub fn watched(
        log: EventLog,
        model: Model,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Option<Self>, NetFault> {
        let variants = Variants::of(&log);
        let answers = model.answers(&log, &variants, watch)?;
        Ok(answers.map(|answers| Self::of(log, model, (variants, answers))))
    }

    fn of(log: EventLog, model: Model, (variants, answers): (Variants, Answers)) -> Self {
        Self {
            log,
            model,
            variants,
            answers,
            order: OnceLock::new(),
        }
    }

    /// The cases by name; those that bear one name come in the order of what was done in them.
    fn order(&self) -> &[u32] {
        self.order.get_or_init(|| {
            let mut order: Vec<u32> = (0..u32::try_from(self.log.cases()).unwrap_or(u32::MAX)).collect();
            let case = |place: &u32| usize::try_from(*place).ok().and_then(|place| self.log.case(place));
            order.sort_by(|one, other| {
                let (one, other) = (case(one), case(other));
                let names = one
                    .as_ref()
                    .map(CaseView::name)
                    .cmp(&other.as_ref().map(CaseView::name));
                names.then_with(|| {
                    one.as_ref()
                        .map(CaseView::times)
                        .cmp(&other.as_ref().map(CaseView::times))
                })
            });
            order
        })
    }

    /// The log.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The figures.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures {
            cases: self.log.cases(),
            events: self.log.events(),
            variants: self.variants.by_activity,
            fitting: 0,
            not_determined: 0,
            cost: 0,
            shortest_run: self.model.shortest_run(),
            log_fitness: None,
            average_fitness: None,
        };
        let shortest_run = u64::from(figures.shortest_run.unwrap_or(0));
        let (mut events, mut determined, mut sum) = (0, 0_u32, 0.0);
        for ((variant, cases), first) in self.variants.cases.iter().enumerate().zip(&self.variants.first) {
            let Some(cost) = self.answers.get(variant).and_then(|answer| answer.cost) else {
                figures.not_determined += usize::try_from(*cases).unwrap_or(usize::MAX);
                continue;
            };
            let length = self.log.case(*first).map_or(0, |case| case.steps().len());
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            if cost == 0 {
                figures.fitting += usize::try_from(*cases).unwrap_or(usize::MAX);
            }
            figures.cost += u64::from(cost) * u64::from(*cases);
            events += length * u64::from(*cases);
            determined += cases;
            sum += fitness(u64::from(cost), length, shortest_run) * f64::from(*cases);
        }
        if determined > 0 {
            let runs = shortest_run * u64::from(determined);
            figures.log_fitness = Some(fitness(figures.cost, events, runs));
            figures.average_fitness = Some(sum / f64::from(determined));
        }
        figures
    }

    /// The cases, by name.
    pub fn cases(&self) -> impl Iterator<Item = CaseResult<'_>> {
        (0..self.order().len()).filter_map(|place| self.case(place))
    }

    /// The case at this place of the order by name.
    pub fn case(&self, place: usize) -> Option<CaseResult<'_>> {
        let place = usize::try_from(*self.order().get(place)?).ok()?;
        let case = self.log.case(place)?;
        let variant = usize::try_from(*self.variants.of_case.get(place)?).ok()?;
        let shortest_run = u64::from(self.model.shortest_run().unwrap_or(0));
        let length = u64::try_from(case.steps().len()).unwrap_or(u64::MAX);
        let answer = self.answers.get(variant)?;
        Some(CaseResult {
            case,
            cost: answer.cost,
            at_least: answer.at_least,
            fitness: answer.cost.map(|cost| fitness(u64::from(cost), length, shortest_run)),
            moves: answer.moves,
        })
    }
}
