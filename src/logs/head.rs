//! The beginning of a log: which columns or attributes it has, and what stands in them.

use super::failure::{FailureCode, LogFailure};
use super::intern::{Script, clean, normal};
use super::limits::Limits;
use super::log::Format;
use super::map::LogMap;
use super::xml::{Token, Xml};
use super::{input, separator};
use std::io::Read;

/// How many values of each column are shown.
const SAMPLES: usize = 50;

/// A column of CSV or an attribute of XES.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadColumn {
    /// Its name; in XES `case:` stands before the attributes of traces.
    pub name: String,
    /// The first values that are not blank.
    pub samples: Vec<String>,
}

/// How a log begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// `Csv` or `Xes`.
    pub format: Format,
    /// What separates the cells of CSV.
    pub separator: Option<char>,
    /// The encoding, as the web names it.
    pub encoding: &'static str,
    /// The columns, in their order.
    pub columns: Vec<HeadColumn>,
}

/// Looks at the beginning of a log, to suggest how it is to be read. `map` may name the separator and the encoding.
///
/// # Errors
/// When the file cannot be opened, is no log, or its header is no text.
pub fn head(source: impl Read, format: Format, map: &LogMap) -> Result<LogHead, LogFailure> {
    let input = input::open(source, map.encoding.as_deref(), &Limits::UPLOAD)?;
    let encoding = input.encoding.name();
    match super::format_of(format, &input.head) {
        Format::Xes => Ok(LogHead {
            format: Format::Xes,
            separator: None,
            encoding,
            columns: xes_columns(&input.head),
        }),
        Format::Csv | Format::Any => {
            let separator = separator_of(map, &input.head);
            Ok(LogHead {
                format: Format::Csv,
                separator: Some(char::from(separator)),
                encoding,
                columns: csv_columns(&input.head, separator)?,
            })
        }
    }
}

/// What the map says, or what the file shows.
pub(super) fn separator_of(map: &LogMap, head: &[u8]) -> u8 {
    map.separator
        .and_then(|letter| u8::try_from(letter).ok())
        .unwrap_or_else(|| separator::separator(head))
}

/// A reader of rows of any length; the header is a row as others are.
pub(super) fn rows<R: Read>(source: R, separator: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(128 << 10)
        .from_reader(source)
}

/// The names of the columns of a header.
pub(super) fn column_names(header: &csv::ByteRecord, line: usize) -> Result<Vec<String>, LogFailure> {
    header
        .iter()
        .map(|cell| {
            let name = std::str::from_utf8(cell).ok().map(normal);
            name.ok_or_else(|| LogFailure::new(FailureCode::NotUtf8).at(line))
        })
        .collect()
}

pub(super) fn csv_columns(head: &[u8], separator: u8) -> Result<Vec<HeadColumn>, LogFailure> {
    let mut reader = rows(head, separator);
    let mut row = csv::ByteRecord::new();
    let mut next = |row: &mut csv::ByteRecord| reader.read_byte_record(row).unwrap_or(false);
    next(&mut row);
    if separator::written(head).is_some() {
        next(&mut row);
    }
    let names = column_names(&row, 1)?;
    let blank = |name| HeadColumn {
        name,
        samples: Vec::new(),
    };
    let mut columns: Vec<HeadColumn> = names.into_iter().map(blank).collect();
    for _ in 0..SAMPLES {
        if !next(&mut row) {
            break;
        }
        // The last row may be cut off by the end of the head.
        let end = row.position().map_or(0, |place| place.byte());
        if end + 4096 > u64::try_from(head.len()).unwrap_or(u64::MAX) && head.len() >= 60 << 10 {
            break;
        }
        for (column, cell) in columns.iter_mut().zip(&row) {
            column.add(clean(cell, Script::Plain).ok());
        }
    }
    Ok(columns)
}

impl HeadColumn {
    fn add(&mut self, sample: Option<String>) {
        let known = sample.filter(|text| !text.is_empty() && self.samples.len() < SAMPLES);
        self.samples.extend(known);
    }
}

/// The attributes of the traces and events in the head; what is cut off at its end is passed over.
fn xes_columns(head: &[u8]) -> Vec<HeadColumn> {
    const MOST: usize = 200;
    let mut columns: Vec<HeadColumn> = Vec::new();
    let mut xml = Xml::new(head, Limits::UPLOAD.depth, Limits::UPLOAD.element);
    let mut is_in_trace = false;
    let mut is_in_event = false;
    while let Ok(token) = xml.next() {
        let is_open = token == Token::Open;
        let level = xml.depth() - usize::from(is_open);
        match token {
            Token::End => break,
            Token::Close => {
                is_in_event &= level > 2;
                is_in_trace &= level > 1;
                continue;
            }
            Token::Open | Token::Empty => {}
        }
        match (level, xml.name()) {
            (1, b"trace") => is_in_trace = is_open,
            (2, b"event") if is_in_trace => is_in_event = is_open,
            (2, _) if is_in_trace => note(&mut columns, &xml, "case:"),
            (3, _) if is_in_event => note(&mut columns, &xml, ""),
            _ => {}
        }
        if columns.len() > MOST {
            break;
        }
    }
    columns
}

fn note<R: Read>(columns: &mut Vec<HeadColumn>, xml: &Xml<R>, prefix: &str) {
    let (Some(key), Some(value)) = (xml.key(), xml.value()) else {
        return;
    };
    let Ok(key) = clean(key, Script::Xml) else {
        return;
    };
    let name = format!("{prefix}{key}");
    let value = clean(value, Script::Xml).ok();
    match columns.iter_mut().find(|column| column.name == name) {
        Some(column) => column.add(value),
        None => {
            let mut column = HeadColumn {
                name,
                samples: Vec::new(),
            };
            column.add(value);
            columns.push(column);
        }
    }
}
