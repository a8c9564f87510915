//! A text made ready for judging: what each row asks for, found once, and the shapes of the cases that were held
//! against it. It holds nothing of an office, so it is shared by whoever judges by the same text.

use super::folding::Folding;
use super::goal::{Goal, Toward, Ways};
use super::shape::{Shape, Sketch};
use crate::cases::{Allotted, allotted};
use crate::documents::Content;
use crate::procedures::Mode;
use crate::workflow::{Clock, Step, StepCode, StepTable, Target, Workflow};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// How many shapes of one text are kept; an office has some hundreds.
const KEPT_SHAPES: usize = 8_192;
/// How many texts are kept.
const KEPT_TEXTS: usize = 1_024;
/// What a text puts before a condition ("Giấy hẹn (nếu không trả trong ngày)"): then the result is not always due.
const CONDITION: &str = "(nếu";

/// What a row asks for.
#[derive(Debug)]
pub(super) struct Row {
    code: String,
    /// Its outcomes, by way.
    outcomes: Vec<Option<String>>,
    /// Rows that somebody else must have done, and rows that the same person must have done.
    pub(super) different_from: Vec<usize>,
    pub(super) same_as: Vec<usize>,
    /// Places of the results that are always due.
    pub(super) outputs: Vec<usize>,
    pub(super) most: Option<usize>,
    /// Whether it controls others: it decides, or two people must do it and another one.
    pub(super) is_check: bool,
    pub(super) is_paused: bool,
    /// By way, whether the row produces its results with it: not when it returns, refuses or asks for a supplement.
    produces: Vec<bool>,
}

/// The times of the rows in one duration case.
type Times = Box<[Option<Allotted>]>;

/// A text made ready.
#[derive(Debug)]
pub(super) struct Standard {
    pub(super) rows: Box<[Row]>,
    /// Numbers of the papers that are always to be handed in.
    pub(super) papers: Box<[i64]>,
    pub(super) has_pauses: bool,
    times: Box<[(String, Times)]>,
    usual_times: Times,
    toward: Toward,
    seen: RwLock<HashMap<Box<[u64]>, Arc<Shape>, Folding>>,
}

/// The texts that cases were held against, made ready, with the shapes of those cases: cases with the same steps and
/// outcomes on one text are compared once. One may be shared by threads; each may have its own as well.
#[derive(Debug, Default)]
pub struct Shapes {
    seen: RwLock<HashMap<String, Arc<Standard>>>,
}

impl Shapes {
    /// Nothing seen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many different shapes are known.
    pub fn len(&self) -> usize {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        seen.values().map(|standard| standard.len()).sum()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A text made ready, from memory when it was seen before.
    pub(super) fn standard(&self, content: &Content) -> Arc<Standard> {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(standard) = seen.get(&content.sha256) {
            return Arc::clone(standard);
        }
        drop(seen);
        let standard = Arc::new(Standard::new(content));
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= KEPT_TEXTS {
            seen.clear();
        }
        seen.insert(content.sha256.clone(), Arc::clone(&standard));
        standard
    }
}

impl Standard {
    fn new(content: &Content) -> Self {
        let table = &content.table;
        let dossier = (1_i64..).zip(&content.source.dossier);
        let papers = dossier.filter(|(_, item)| item.mode == Mode::Submit && item.condition.trim().is_empty());
        let times = |code: &str| -> Times { table.steps.iter().map(|step| allotted(table, step, code)).collect() };
        let mut codes: Vec<&str> = table
            .steps
            .iter()
            .flat_map(|step| step.times.iter().map(|(code, _)| code.as_str()))
            .collect();
        codes.sort_unstable();
        codes.dedup();
        let rows: Box<[Row]> = table
            .steps
            .iter()
            .enumerate()
            .map(|(at, step)| row(table, at, step))
            .collect();
        Self {
            papers: papers.map(|(number, _)| number).collect(),
            has_pauses: rows.iter().any(|row| row.is_paused),
            rows,
            times: codes.into_iter().map(|code| (code.to_owned(), times(code))).collect(),
            usual_times: times(""),
            toward: Toward::default(),
            seen: RwLock::default(),
        }
    }

    fn len(&self) -> usize {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The times of the rows in a duration case.
    pub(super) fn times(&self, duration_code: &str) -> &[Option<Allotted>] {
        let own = self.times.iter().find(|(code, _)| code == duration_code);
        own.map_or(&self.usual_times, |(_, times)| times)
    }

    /// The row with this code; `hint` is where to look first.
    pub(super) fn row_of(&self, code: &str, hint: usize) -> Option<usize> {
        let is_it = |row: &Row| row.code == code;
        if self.rows.get(hint).is_some_and(is_it) {
            return Some(hint);
        }
        self.rows.iter().position(is_it)
    }

    /// The way of a row with this outcome.
    pub(super) fn way_of(&self, row: usize, outcome: &str) -> Option<usize> {
        let outcomes = &self.rows.get(row)?.outcomes;
        let way = |outcome: &str| outcomes.iter().position(|own| own.as_deref() == Some(outcome));
        way(outcome).or_else(|| way(outcome.trim()))
    }

    /// Whether a row produces its results on a way; it does when the way is not known.
    pub(super) fn produces(&self, row: usize, way: Option<usize>) -> bool {
        let own = self.rows.get(row).zip(way).and_then(|(row, way)| row.produces.get(way));
        own.copied().unwrap_or(true)
    }

    /// The shape of a case under its key, from memory when it was seen before; `None` when the table has too many states
    /// to be followed.
    pub(super) fn shape<'t>(
        &self,
        (table, workflow): (&StepTable, &Workflow),
        key: &[u64],
        sketch: impl FnOnce() -> (Goal, Sketch<'t>),
    ) -> Option<Arc<Shape>> {
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = seen.get(key) {
            return Some(Arc::clone(shape));
        }
        drop(seen);
        let (goal, sketch) = sketch();
        let ways = Ways {
            all: workflow,
            toward: &self.toward,
        };
        let shape = Arc::new(Shape::new((self, table), &ways, &sketch, goal)?);
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= KEPT_SHAPES {
            seen.clear();
        }
        seen.insert(key.into(), Arc::clone(&shape));
        Some(shape)
    }
}

fn row(table: &StepTable, at: usize, step: &Step) -> Row {
    let rows = |codes: &[StepCode]| codes.iter().filter_map(|code| Some(table.find(code)?.0)).collect();
    let is_due = |(_, output): &(usize, &String)| !output.contains(CONDITION);
    let controls = |other: &Step| other.different_from.contains(&step.code);
    Row {
        code: step.code.to_string(),
        outcomes: step
            .next
            .iter()
            .map(|next| next.outcome.as_deref().map(|outcome| outcome.trim().to_owned()))
            .collect(),
        different_from: rows(&step.different_from),
        same_as: rows(&step.same_as),
        outputs: step
            .outputs
            .iter()
            .enumerate()
            .filter(is_due)
            .map(|(place, _)| place)
            .collect(),
        most: step.max_times.and_then(|most| usize::try_from(most).ok()),
        is_check: step.next.len() > 1 || !step.different_from.is_empty() || table.steps.iter().any(controls),
        is_paused: step.clock == Clock::Paused,
        produces: step.next.iter().map(|next| goes_on(table, at, &next.target)).collect(),
    }
}

/// Whether a way goes on: to the end with a result, or down the table to a row that waits for nobody.
fn goes_on(table: &StepTable, row: usize, target: &Target) -> bool {
    match target {
        Target::End => true,
        Target::EndRefused | Target::EndWithdrawn => false,
        Target::Step(code) => table
            .find(code)
            .is_none_or(|(to, target)| to > row && target.clock == Clock::Runs),
    }
}
