//! Event logs: read from CSV and XES into compact columns, and written. Pure.
//!
//! A log is read in one pass, with bounded memory. What is not understood is a fault with its line, and the rest is read
//! all the same; only what makes the whole file doubtful ends reading with a failure. Events of XES keep the order of the
//! file; rows of CSV are brought together by case and sorted by time where there is one, equal times in the order of the
//! file. Names are compared in the composed normal form, without blanks around them.

mod activities;
mod arrange;
mod clock;
mod columns;
mod days;
mod entity;
mod failure;
mod fault;
mod fold;
mod gather;
mod guard;
mod head;
mod input;
mod intern;
mod limits;
mod log;
mod map;
mod map_file;
mod moment;
mod number;
mod read_csv;
mod read_xes;
mod repeated;
mod separator;
mod tag;
#[cfg(test)]
mod tests;
mod write;
mod xml;

pub use activities::{ActivityGuess, Certainty, suggest_activities};
pub use columns::suggest;
pub use failure::{FailureCode, LogFailure};
pub use fault::{FaultCode, LogFault};
pub use head::{HeadColumn, LogHead, head};
pub use limits::Limits;
pub use log::{CaseView, Doer, EventLog, Format, NO_TIME, Reading, StepName};
pub use map::{Field, LogMap, TimeForm, Times};
pub use map_file::{MapCode, MapFault};
pub use write::{CaseOut, CsvStyle, EventOut, write_csv, write_xes};

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Reads a log. What was packed by gzip is unpacked, whatever its name.
///
/// # Errors
/// When the file cannot be read, is no log, lacks a column that the map names, or meets a limit.
pub fn read(source: impl Read, format: Format, map: &LogMap, limits: &Limits) -> Result<EventLog, LogFailure> {
    let input = input::open(source, map.encoding.as_deref(), limits)?;
    match format_of(format, &input.head) {
        Format::Xes => read_xes::read(input, map, limits),
        Format::Csv | Format::Any => read_csv::read(input, map, limits),
    }
}

/// Reads the log of a file; its name tells the format, or else its content.
///
/// # Errors
/// As `read`.
pub fn read_file(path: &Path, map: &LogMap, limits: &Limits) -> Result<EventLog, LogFailure> {
    let name = path.to_string_lossy();
    let file = File::open(path).map_err(|error| LogFailure::of_io(&error, 0))?;
    read(file, Format::of_name(&name), map, limits)
}

/// XML begins with an angle bracket.
fn format_of(format: Format, head: &[u8]) -> Format {
    match format {
        Format::Any if head.trim_ascii_start().starts_with(b"<") => Format::Xes,
        Format::Any => Format::Csv,
        Format::Csv => Format::Csv,
        Format::Xes => Format::Xes,
    }
}
