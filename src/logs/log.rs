//! A log in memory: cases as stretches of columns.

use super::fault::{FaultCode, Faults, LogFault};
use super::intern::Texts;
use super::map::Field;
use super::number::{narrow, wide};
use std::collections::BTreeMap;
use std::ops::Range;

/// The time of an event that has none.
pub const NO_TIME: i64 = i64::MIN;

/// What a log was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Rows of cells.
    Csv,
    /// The XML of IEEE 1849.
    Xes,
    /// To be told from the content.
    Any,
}

impl Format {
    /// The format that the name of a file promises; a second ending `.gz` is passed over.
    pub fn of_name(name: &str) -> Self {
        let name = name.to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match name.rsplit_once('.') {
            Some((_, "csv" | "tsv" | "txt")) => Self::Csv,
            Some((_, "xes" | "xml")) => Self::Xes,
            _ => Self::Any,
        }
    }
}

/// What was done: one symbol of the steps of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepName<'a> {
    /// The activity, as the map calls it.
    pub activity: &'a str,
    /// How it ended.
    pub outcome: Option<&'a str>,
}

/// Who did it: one symbol of the doers of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Doer<'a> {
    /// Who, as the map calls them.
    pub resource: Option<&'a str>,
    /// In which role, as the map calls it.
    pub role: Option<&'a str>,
    /// At which position.
    pub position: Option<&'a str>,
}

/// How a log was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// `Csv` or `Xes`.
    pub format: Format,
    /// What separated the cells of CSV.
    pub separator: Option<char>,
    /// The encoding, as the web names it.
    pub encoding: &'static str,
    /// Minutes from UTC where a time names no zone.
    pub zone: i32,
    /// From which column or attribute each field was read.
    pub columns: BTreeMap<Field, String>,
}

/// Where the events stand in their file.
pub(super) enum Lines {
    /// For each event, its number in the file; and for the numbers from which on the line differs by another sum, both.
    Rows { numbers: Vec<u32>, breaks: Vec<(u32, u32)> },
    /// For each case, the line of its trace.
    Traces(Vec<u32>),
}

/// The names of a log.
pub(super) struct Vocabulary {
    pub(super) activities: Texts,
    pub(super) outcomes: Texts,
    pub(super) resources: Texts,
    pub(super) roles: Texts,
    pub(super) positions: Texts,
    /// Activity, outcome.
    pub(super) steps: Vec<[u32; 3]>,
    /// Resource, role, position.
    pub(super) doers: Vec<[u32; 3]>,
}

/// The columns of a log, event by event and case by case.
pub(super) struct Columns {
    /// The names of the cases.
    pub(super) names: Texts,
    /// The first event of each case, and at last the number of events.
    pub(super) starts: Vec<u32>,
    /// For each case, what was said about its end; empty when nothing was.
    pub(super) completed: Vec<Option<bool>>,
    pub(super) steps: Vec<u32>,
    pub(super) doers: Vec<u32>,
    pub(super) times: Vec<i64>,
    pub(super) lines: Lines,
}

impl Columns {
    /// Gives back memory that was kept for more events.
    pub(super) fn shrink(&mut self) {
        self.starts.shrink_to_fit();
        self.steps.shrink_to_fit();
        self.doers.shrink_to_fit();
        self.times.shrink_to_fit();
        match &mut self.lines {
            Lines::Traces(lines) => lines.shrink_to_fit(),
            Lines::Rows { numbers, breaks } => {
                numbers.shrink_to_fit();
                breaks.shrink_to_fit();
            }
        }
    }
}

/// The events of many cases, about 20 bytes each. What was done and by whom are symbols, numbered by first appearance.
pub struct EventLog {
    pub(super) columns: Columns,
    pub(super) vocabulary: Vocabulary,
    pub(super) faults: Faults,
    pub(super) reading: Reading,
}

impl EventLog {
    /// How many cases there are.
    pub fn cases(&self) -> usize {
        self.columns.starts.len().saturating_sub(1)
    }

    /// How many events there are.
    pub fn events(&self) -> usize {
        self.columns.steps.len()
    }

    /// A case by its number: in the order of first appearance.
    pub fn case(&self, index: usize) -> Option<CaseView<'_>> {
        let start = wide(*self.columns.starts.get(index)?);
        let end = wide(*self.columns.starts.get(index + 1)?);
        Some(CaseView {
            log: self,
            index,
            range: start..end,
        })
    }

    /// The cases in the order of first appearance.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = CaseView<'_>> + Clone {
        let starts = self.columns.starts.windows(2);
        starts.enumerate().map(move |(index, bounds)| CaseView {
            log: self,
            index,
            range: match bounds {
                [start, end] => wide(*start)..wide(*end),
                _ => 0..0,
            },
        })
    }

    /// How many different steps there are; their symbols are the numbers below.
    pub fn steps(&self) -> usize {
        self.vocabulary.steps.len()
    }

    /// What a symbol of `CaseView::steps` stands for.
    pub fn step(&self, symbol: u32) -> Option<StepName<'_>> {
        let [activity, outcome, _] = *self.vocabulary.steps.get(wide(symbol))?;
        Some(StepName {
            activity: self.vocabulary.activities.get(activity)?,
            outcome: self.vocabulary.outcomes.get(outcome),
        })
    }

    /// How many different doers there are.
    pub fn doers(&self) -> usize {
        self.vocabulary.doers.len()
    }

    /// Whom a symbol of `CaseView::doers` stands for.
    pub fn doer(&self, symbol: u32) -> Option<Doer<'_>> {
        let [resource, role, position] = *self.vocabulary.doers.get(wide(symbol))?;
        Some(Doer {
            resource: self.vocabulary.resources.get(resource),
            role: self.vocabulary.roles.get(role),
            position: self.vocabulary.positions.get(position),
        })
    }

    /// The different activities, by first appearance.
    pub fn activities(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.activities.iter()
    }

    /// The different people, by first appearance.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.resources.iter()
    }

    /// The different roles, by first appearance.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.roles.iter()
    }

    /// What was not understood, in the order of the file: the first thousand.
    pub fn faults(&self) -> &[LogFault] {
        self.faults.kept()
    }

    /// How many faults of each kind there are, with those that `faults` does not keep.
    pub fn fault_counts(&self) -> &BTreeMap<FaultCode, usize> {
        self.faults.counts()
    }

    /// How many events were left out because of a fault.
    pub fn left_out(&self) -> usize {
        self.faults.left_out()
    }

    /// How it was read.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }
}

/// One case of a log.
#[derive(Clone)]
pub struct CaseView<'a> {
    log: &'a EventLog,
    index: usize,
    range: Range<usize>,
}

impl<'a> CaseView<'a> {
    /// Its number in the log.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its name. Two traces of one file may bear the same.
    pub fn name(&self) -> &'a str {
        self.log.columns.names.get(narrow(self.index)).unwrap_or_default()
    }

    /// Whether it was finished, where the log says so.
    pub fn completed(&self) -> Option<bool> {
        self.log.columns.completed.get(self.index).copied().flatten()
    }

    /// What was done, in order: the symbols that variants are made of.
    pub fn steps(&self) -> &'a [u32] {
        self.log.columns.steps.get(self.range.clone()).unwrap_or_default()
    }

    /// By whom, event by event.
    pub fn doers(&self) -> &'a [u32] {
        self.log.columns.doers.get(self.range.clone()).unwrap_or_default()
    }

    /// When, event by event: milliseconds since 1970-01-01 UTC, or `NO_TIME`.
    pub fn times(&self) -> &'a [i64] {
        self.log.columns.times.get(self.range.clone()).unwrap_or_default()
    }

    /// The line of the unpacked file, from 1, on which an event stands, in XES that of its trace.
    pub fn line(&self, event: usize) -> Option<usize> {
        if event >= self.range.len() {
            return None;
        }
        match &self.log.columns.lines {
            Lines::Traces(lines) => lines.get(self.index).copied().map(wide),
            Lines::Rows { numbers, breaks } => {
                let number = *numbers.get(self.range.start + event)?;
                let before = breaks.partition_point(|(from, _)| *from <= number);
                let (_, more) = breaks.get(before.checked_sub(1)?)?;
                Some(wide(number) + wide(*more))
            }
        }
    }
}
