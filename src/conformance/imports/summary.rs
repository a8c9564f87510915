//! The figures of a compared log, as they are kept. Pure.

use crate::conformance::finding::{FindingKind, Severity};
use crate::conformance::replay::{Replay, Told};
use crate::logs::LogFault;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The most kinds of findings and the most faults that are kept.
const MOST_KINDS: usize = 500;
const MOST_FAULTS: usize = 200;

/// How often something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::conformance) struct Found {
    /// The word of the kind.
    pub(in crate::conformance) kind: String,
    /// The step or activity.
    pub(in crate::conformance) step: String,
    /// The gravest that it was.
    pub(in crate::conformance) severity: String,
    pub(in crate::conformance) findings: usize,
    pub(in crate::conformance) cases: usize,
}

/// A row of the log that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::conformance) struct Fault {
    pub(in crate::conformance) line: usize,
    /// Its word: `logs.fault.<code>`.
    pub(in crate::conformance) code: String,
    /// The field it is about.
    pub(in crate::conformance) field: Option<String>,
    pub(in crate::conformance) args: Vec<(String, String)>,
}

impl From<&LogFault> for Fault {
    fn from(fault: &LogFault) -> Self {
        let args = fault
            .args
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        Self {
            line: fault.line,
            code: fault.code.as_str().to_owned(),
            field: fault.field.map(|field| field.as_str().to_owned()),
            args: args.collect(),
        }
    }
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::conformance) struct Summary {
    pub(in crate::conformance) cases: usize,
    pub(in crate::conformance) events: usize,
    pub(in crate::conformance) variants: usize,
    /// Cases without a deviation from the way.
    pub(in crate::conformance) fitting: usize,
    /// Cases with nothing but notes.
    pub(in crate::conformance) conforming: usize,
    pub(in crate::conformance) not_determined: usize,
    pub(in crate::conformance) cost: u64,
    pub(in crate::conformance) shortest_run: Option<u32>,
    pub(in crate::conformance) log_fitness: Option<f64>,
    pub(in crate::conformance) average_fitness: Option<f64>,
    /// By kind and step, most cases first.
    pub(in crate::conformance) found: Vec<Found>,
    /// The first rows that were not understood.
    pub(in crate::conformance) faults: Vec<Fault>,
    /// How many there are.
    pub(in crate::conformance) all_faults: usize,
    /// From which column each field was read, by its key.
    pub(in crate::conformance) columns: Vec<(String, String)>,
    /// Which perspectives the log has: times, people, roles.
    pub(in crate::conformance) has: (bool, bool, bool),
}

type Tallies = BTreeMap<(FindingKind, String), (Severity, usize, usize)>;

/// Adds up what was found, case by case.
#[derive(Debug, Default)]
pub(super) struct Sums {
    conforming: usize,
    found: Tallies,
}

impl Sums {
    /// Adds a case; tells whether nothing weighs in it.
    pub(super) fn add(&mut self, findings: &[Told], is_determined: bool) -> bool {
        let mut seen = BTreeSet::new();
        for told in findings {
            let key = (told.kind, told.step.clone());
            let is_first = seen.insert(key.clone());
            let own = self.found.entry(key).or_insert((told.severity, 0, 0));
            own.0 = own.0.max(told.severity);
            own.1 += 1;
            own.2 += usize::from(is_first);
        }
        let conforms = is_determined && findings.iter().all(|told| told.severity == Severity::Info);
        self.conforming += usize::from(conforms);
        conforms
    }

    /// The figures of the whole log.
    pub(super) fn done(self, replay: &Replay) -> Summary {
        let (figures, log) = (replay.figures(), replay.log());
        let mut found: Vec<Found> = self
            .found
            .into_iter()
            .map(|((kind, step), (severity, findings, cases))| Found {
                kind: kind.as_str().to_owned(),
                step,
                severity: severity.as_str().to_owned(),
                findings,
                cases,
            })
            .collect();
        found.sort_by_key(|own| Reverse(own.cases));
        found.truncate(MOST_KINDS);
        let has_times = log.iter().any(|case| !case.times().contains(&crate::logs::NO_TIME));
        let columns = log.reading().columns.iter();
        Summary {
            cases: figures.cases,
            events: figures.events,
            variants: figures.variants,
            fitting: figures.fitting,
            conforming: self.conforming,
            not_determined: figures.not_determined,
            cost: figures.cost,
            shortest_run: figures.shortest_run,
            log_fitness: figures.log_fitness,
            average_fitness: figures.average_fitness,
            found,
            faults: log.faults().iter().take(MOST_FAULTS).map(Fault::from).collect(),
            all_faults: log.fault_counts().values().sum(),
            columns: columns
                .map(|(field, column)| (field.as_str().to_owned(), column.clone()))
                .collect(),
            has: (has_times, log.people().next().is_some(), log.roles().next().is_some()),
        }
    }
}
