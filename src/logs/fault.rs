//! What was not understood: faults, with which reading goes on, and failures, which end it.

use super::map::Field;
use std::collections::BTreeMap;
use std::fmt;

/// How many faults are kept; of the others only the number.
const KEPT: usize = 1_000;
/// How many characters of a value a fault repeats.
const SHOWN: usize = 80;

/// A kind of fault. Its words are found by `as_str`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultCode {
    /// A row has fewer cells than the header: `cells`, `columns`.
    ShortRow,
    /// A row has more cells than the header: `cells`, `columns`.
    LongRow,
    /// An event does not say to which case it belongs.
    NoCase,
    /// An event does not say what was done.
    NoActivity,
    /// An event does not say when, although the log has times.
    NoTime,
    /// Not a time in any known form: `value`.
    BadTime,
    /// A time before 1900 or after 2200: `value`.
    AbsurdTime,
    /// No date of the column shows whether days or months come first; days were taken to: `rows`.
    AmbiguousDates,
    /// Some dates can only begin with the day, others only with the month; days were taken to come first where both
    /// are possible: `rows`.
    MixedDates,
    /// A value is not UTF-8.
    NotUtf8,
    /// A value is longer than is kept: `bytes`, `limit`.
    LongValue,
    /// Neither yes nor no: `value`.
    BadCompleted,
    /// A row says the same as another: `other`, its line.
    RepeatedRow,
    /// A trace bears the name of another: `value`, `other`, its line.
    RepeatedCase,
    /// A trace has no name; it is called by its number: `value`.
    UnnamedCase,
    /// An event that stands in no trace.
    LooseEvent,
    /// A value names an entity that XML does not know: `value`.
    UnknownEntity,
}

impl FaultCode {
    /// Every code.
    pub const ALL: [Self; 17] = [
        Self::ShortRow,
        Self::LongRow,
        Self::NoCase,
        Self::NoActivity,
        Self::NoTime,
        Self::BadTime,
        Self::AbsurdTime,
        Self::AmbiguousDates,
        Self::MixedDates,
        Self::NotUtf8,
        Self::LongValue,
        Self::BadCompleted,
        Self::RepeatedRow,
        Self::RepeatedCase,
        Self::UnnamedCase,
        Self::LooseEvent,
        Self::UnknownEntity,
    ];

    /// The key of its words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ShortRow => "short-row",
            Self::LongRow => "long-row",
            Self::NoCase => "no-case",
            Self::NoActivity => "no-activity",
            Self::NoTime => "no-time",
            Self::BadTime => "bad-time",
            Self::AbsurdTime => "absurd-time",
            Self::AmbiguousDates => "ambiguous-dates",
            Self::MixedDates => "mixed-dates",
            Self::NotUtf8 => "not-utf8",
            Self::LongValue => "long-value",
            Self::BadCompleted => "bad-completed",
            Self::RepeatedRow => "repeated-row",
            Self::RepeatedCase => "repeated-case",
            Self::UnnamedCase => "unnamed-case",
            Self::LooseEvent => "loose-event",
            Self::UnknownEntity => "unknown-entity",
        }
    }
}

/// Something of a log that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFault {
    /// The line of the unpacked file, from 1; 0 when it is about the whole log.
    pub line: usize,
    /// What it is about, if it is about one value.
    pub field: Option<Field>,
    /// What is wrong.
    pub code: FaultCode,
    /// What fills the holes of its words.
    pub args: Vec<(&'static str, String)>,
    /// Whether the event was left out of the log.
    pub left_out: bool,
}

impl LogFault {
    pub(super) fn new(line: usize, code: FaultCode) -> Self {
        Self {
            line,
            field: None,
            code,
            args: Vec::new(),
            left_out: false,
        }
    }

    pub(super) fn field(mut self, field: Field) -> Self {
        self.field = Some(field);
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Repeats the beginning of a value.
    pub(super) fn value(self, value: &[u8]) -> Self {
        self.with("value", shown(value))
    }

    pub(super) fn left_out(self) -> Self {
        self.left_out_if(true)
    }

    pub(super) fn left_out_if(mut self, left_out: bool) -> Self {
        self.left_out = left_out;
        self
    }
}

impl fmt::Display for LogFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.code.as_str())?;
        if let Some(field) = self.field {
            write!(out, " {}", field.as_str())?;
        }
        for (name, value) in &self.args {
            write!(out, " {name}={value}")?;
        }
        Ok(())
    }
}

/// The beginning of a value, for messages.
pub(super) fn shown(value: &[u8]) -> String {
    let part = value.get(..SHOWN * 4).unwrap_or(value);
    let text = String::from_utf8_lossy(part);
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < value.len() && text.chars().count() > SHOWN {
        short.push('…');
    }
    short
}

/// The first faults of a log in the order of the file, and how many there are of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Faults {
    kept: Vec<LogFault>,
    counts: BTreeMap<FaultCode, usize>,
    left_out: usize,
}

impl Faults {
    pub(super) fn push(&mut self, fault: LogFault) {
        *self.counts.entry(fault.code).or_default() += 1;
        self.left_out += usize::from(fault.left_out);
        if self.kept.len() < KEPT {
            self.kept.push(fault);
        }
    }

    /// Adds a fault whose line takes long to find: it is asked for only if the fault is kept.
    pub(super) fn push_at(&mut self, line: impl Fn() -> usize, code: FaultCode, fault: impl Fn(usize) -> LogFault) {
        let line = if self.kept.len() < KEPT { line() } else { 0 };
        debug_assert_eq!(fault(line).code, code);
        self.push(fault(line));
    }

    /// Adds a fault of the whole log, before all others.
    pub(super) fn push_first(&mut self, fault: LogFault) {
        *self.counts.entry(fault.code).or_default() += 1;
        self.kept.insert(0, fault);
    }

    pub(super) fn kept(&self) -> &[LogFault] {
        &self.kept
    }

    pub(super) fn counts(&self) -> &BTreeMap<FaultCode, usize> {
        &self.counts
    }

    /// How many there are of one kind.
    pub(super) fn count(&self, code: FaultCode) -> usize {
        self.counts.get(&code).copied().unwrap_or(0)
    }

    /// How many events were left out.
    pub(super) fn left_out(&self) -> usize {
        self.left_out
    }

    /// Puts those that were kept in the order of the file.
    pub(super) fn sort(&mut self) {
        self.kept.sort_by_key(|fault| fault.line);
    }
}
