//! Why a log could not be read.

use std::fmt;
use std::io;

/// A kind of failure. Its words are found by `as_str`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureCode {
    /// The file could not be read: `cause`.
    Unreadable,
    /// There is nothing in it.
    Empty,
    /// It is a workbook or an archive, not a text: `kind`.
    Packed,
    /// It ends too early.
    Truncated,
    /// What was packed by gzip is damaged: `cause`.
    BrokenGzip,
    /// More bytes than the limit after unpacking: `limit`.
    TooManyBytes,
    /// One packed byte becomes too many: `limit`.
    TooPacked,
    /// More events than the limit: `limit`.
    TooManyEvents,
    /// More cases than the limit: `limit`.
    TooManyCases,
    /// More different names than the limit: `limit`, in bytes.
    TooMuchText,
    /// A row of CSV is longer than the limit; perhaps a quotation mark is not closed: `limit`.
    LongRow,
    /// A tag of XES is longer than the limit: `limit`.
    LongTag,
    /// Elements stand deeper inside each other than the limit: `limit`.
    TooDeep,
    /// The header or most rows are not UTF-8.
    NotUtf8,
    /// The file or the map names an encoding that is not known: `value`.
    UnknownEncoding,
    /// The header has no such column: `column`, `field`, `columns`.
    NoColumn,
    /// The header has a column twice that is needed: `column`, `field`.
    ColumnTwice,
    /// No column of the header could be told to hold this: `field`, `columns`.
    FieldUnknown,
    /// The document is not XES: it begins with `found`.
    NotXes,
    /// Not well-formed XML: `detail`.
    Malformed,
    /// A document type or entities are declared, which no log needs.
    Doctype,
}

impl FailureCode {
    /// Every code.
    pub const ALL: [Self; 21] = [
        Self::Unreadable,
        Self::Empty,
        Self::Packed,
        Self::Truncated,
        Self::BrokenGzip,
        Self::TooManyBytes,
        Self::TooPacked,
        Self::TooManyEvents,
        Self::TooManyCases,
        Self::TooMuchText,
        Self::LongRow,
        Self::LongTag,
        Self::TooDeep,
        Self::NotUtf8,
        Self::UnknownEncoding,
        Self::NoColumn,
        Self::ColumnTwice,
        Self::FieldUnknown,
        Self::NotXes,
        Self::Malformed,
        Self::Doctype,
    ];

    /// The key of its words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Empty => "empty",
            Self::Packed => "packed",
            Self::Truncated => "truncated",
            Self::BrokenGzip => "broken-gzip",
            Self::TooManyBytes => "too-many-bytes",
            Self::TooPacked => "too-packed",
            Self::TooManyEvents => "too-many-events",
            Self::TooManyCases => "too-many-cases",
            Self::TooMuchText => "too-much-text",
            Self::LongRow => "row-too-long",
            Self::LongTag => "tag-too-long",
            Self::TooDeep => "too-deep",
            Self::NotUtf8 => "file-not-utf8",
            Self::UnknownEncoding => "unknown-encoding",
            Self::NoColumn => "no-column",
            Self::ColumnTwice => "column-twice",
            Self::FieldUnknown => "field-unknown",
            Self::NotXes => "not-xes",
            Self::Malformed => "malformed",
            Self::Doctype => "doctype",
        }
    }
}

/// Why reading ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFailure {
    /// The line of the unpacked file, from 1; 0 when it is about the whole file.
    pub line: usize,
    /// What is wrong.
    pub code: FailureCode,
    /// What fills the holes of its words.
    pub args: Vec<(&'static str, String)>,
}

impl LogFailure {
    pub(super) fn new(code: FailureCode) -> Self {
        Self {
            line: 0,
            code,
            args: Vec::new(),
        }
    }

    pub(super) fn at(mut self, line: usize) -> Self {
        self.line = line;
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// A limit that was met.
    pub(super) fn limit(code: FailureCode, limit: impl fmt::Display) -> Self {
        Self::new(code).with("limit", limit)
    }

    /// What an error of reading stands for: a failure that was sent through a reader, or an error of the system.
    pub(super) fn of_io(error: &io::Error, line: usize) -> Self {
        if let Some(inside) = error.get_ref().and_then(|inside| inside.downcast_ref::<Self>()) {
            return inside.clone().at(line);
        }
        let code = if error.kind() == io::ErrorKind::UnexpectedEof {
            FailureCode::Truncated
        } else {
            FailureCode::Unreadable
        };
        Self::new(code).at(line).with("cause", error)
    }
}

impl From<LogFailure> for io::Error {
    fn from(failure: LogFailure) -> Self {
        Self::new(io::ErrorKind::InvalidData, failure)
    }
}

impl fmt::Display for LogFailure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(out, "line {}: ", self.line)?;
        }
        write!(out, "{}", self.code.as_str())?;
        for (name, value) in &self.args {
            write!(out, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LogFailure {}
