//! A reader of XML tags that looks at each byte about once: for logs of hundreds of megabytes whose text between tags
//! means nothing. It keeps a window of the file, checks that tags close in order, and refuses document types.

use super::failure::{FailureCode, LogFailure};
use super::number::{narrow, wide};
use super::tag::{self, Scan, Tag};
use std::io::{self, Read};

/// How much of the file is held at a time; in tests little, so that tags lie across the borders.
const WINDOW: usize = if cfg!(test) { 96 } else { 256 << 10 };
/// How much text between tags is looked through byte by byte.
const SHORT: usize = 16;

/// What was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A tag that opens an element, with its attributes `key` and `value` to be had from the reader.
    Open,
    /// A tag that opens and closes an element.
    Empty,
    /// A tag that closes an element.
    Close,
    /// The end of the file.
    End,
}

/// Reads tags one by one.
pub(super) struct Xml<R> {
    source: R,
    window: Vec<u8>,
    /// Where reading goes on, and how far the window is filled.
    at: usize,
    filled: usize,
    is_over: bool,
    /// The tag that was met last, and where it begins.
    tag: Tag,
    start: usize,
    /// Lines before `counted`.
    lines: usize,
    counted: usize,
    /// Names of the open elements one after the other, and where each begins.
    names: Vec<u8>,
    open: Vec<u32>,
    depth: usize,
    longest: usize,
}

impl<R: Read> Xml<R> {
    pub(super) fn new(source: R, depth: usize, longest: usize) -> Self {
        Self {
            source,
            window: Vec::new(),
            at: 0,
            filled: 0,
            is_over: false,
            tag: Tag::default(),
            start: 0,
            lines: 1,
            counted: 0,
            names: Vec::new(),
            open: Vec::new(),
            depth,
            longest,
        }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The name of the tag that was met last.
    pub(super) fn name(&self) -> &[u8] {
        self.part(self.tag.name)
    }

    /// The attribute `key` of that tag, as it is written.
    pub(super) fn key(&self) -> Option<&[u8]> {
        self.tag.key.map(|range| self.part(range))
    }

    /// The attribute `value` of that tag, as it is written.
    pub(super) fn value(&self) -> Option<&[u8]> {
        self.tag.value.map(|range| self.part(range))
    }

    fn part(&self, (from, to): (usize, usize)) -> &[u8] {
        self.window.get(self.start + from..self.start + to).unwrap_or_default()
    }

    /// The line on which that tag begins, from 1; looks through the window.
    pub(super) fn line(&self) -> usize {
        let between = self.window.get(self.counted..self.start).unwrap_or_default();
        self.lines + count_lines(between)
    }

    /// The same, remembered, so that asking often costs each byte only once.
    pub(super) fn count_line(&mut self) -> usize {
        self.lines = self.line();
        self.counted = self.start.max(self.counted);
        self.lines
    }

    fn fail(&self, code: FailureCode) -> LogFailure {
        LogFailure::new(code).at(self.line())
    }

    fn malformed(&self, detail: &str) -> LogFailure {
        self.fail(FailureCode::Malformed).with("detail", detail)
    }

    /// The next tag.
    pub(super) fn next(&mut self) -> Result<Token, LogFailure> {
        loop {
            let rest = self.window.get(self.at..self.filled).unwrap_or_default();
            // Between most tags stands only the indent, which is looked through faster byte by byte.
            let indent = rest.iter().take(SHORT).take_while(|letter| **letter != b'<').count();
            let before = if indent < SHORT {
                Some(indent).filter(|_| indent < rest.len())
            } else {
                memchr::memchr(b'<', rest)
            };
            let Some(before) = before else {
                self.at = self.filled;
                self.start = self.at;
                if self.fill()? {
                    continue;
                }
                return if self.open.is_empty() {
                    Ok(Token::End)
                } else {
                    Err(self.fail(FailureCode::Truncated))
                };
            };
            self.at += before;
            self.start = self.at;
            let rest = self.window.get(self.at..self.filled).unwrap_or_default();
            match tag::scan(rest) {
                Scan::Tag(tag) => {
                    self.tag = tag;
                    self.at += tag.length;
                    return self.enter();
                }
                Scan::Close { length, name } => {
                    self.tag = Tag { name, ..Tag::default() };
                    self.at += length;
                    return self.leave();
                }
                Scan::Pass { begin, end } => {
                    self.at += begin.len();
                    self.pass(end)?;
                }
                Scan::Doctype => return Err(self.fail(FailureCode::Doctype)),
                Scan::Wrong(detail) => return Err(self.malformed(detail)),
                Scan::More => {
                    if self.filled - self.at > self.longest {
                        return Err(LogFailure::limit(FailureCode::LongTag, self.longest).at(self.line()));
                    }
                    if !self.fill()? {
                        return Err(self.fail(FailureCode::Truncated));
                    }
                }
            }
        }
    }

    fn enter(&mut self) -> Result<Token, LogFailure> {
        if self.tag.is_empty {
            return Ok(Token::Empty);
        }
        if self.open.len() >= self.depth {
            return Err(LogFailure::limit(FailureCode::TooDeep, self.depth).at(self.line()));
        }
        if self.names.len() > self.longest {
            return Err(LogFailure::limit(FailureCode::LongTag, self.longest).at(self.line()));
        }
        self.open.push(narrow(self.names.len()));
        let (from, to) = self.tag.name;
        let name = self.window.get(self.start + from..self.start + to).unwrap_or_default();
        self.names.extend_from_slice(name);
        Ok(Token::Open)
    }

    fn leave(&mut self) -> Result<Token, LogFailure> {
        let Some(from) = self.open.pop() else {
            return Err(self.malformed("an element is closed that was not opened"));
        };
        let from = wide(from);
        if self.names.get(from..) != Some(self.name()) {
            return Err(self.malformed("elements are not closed in order"));
        }
        self.names.truncate(from);
        Ok(Token::Close)
    }

    /// Passes over a comment or the like of any length, up to its end.
    fn pass(&mut self, end: &[u8]) -> Result<(), LogFailure> {
        let begun = self.line();
        let keep = end.len() - 1;
        loop {
            let rest = self.window.get(self.at..self.filled).unwrap_or_default();
            if let Some(before) = memchr::memmem::find(rest, end) {
                self.at += before + end.len();
                return Ok(());
            }
            self.at = self.at.max(self.filled.saturating_sub(keep));
            if !self.fill()? {
                return Err(LogFailure::new(FailureCode::Truncated).at(begun));
            }
        }
    }

    /// Moves what is not yet read to the front of the window and reads on; whether there was more.
    fn fill(&mut self) -> Result<bool, LogFailure> {
        if self.is_over {
            return Ok(false);
        }
        let passed = self.window.get(self.counted..self.at).unwrap_or_default();
        self.lines += count_lines(passed);
        self.window.copy_within(self.at..self.filled, 0);
        self.filled -= self.at;
        self.start = 0;
        self.at = 0;
        self.counted = 0;
        let room = self.filled * 2;
        if self.window.len() < room.max(WINDOW) {
            self.window.resize(room.max(WINDOW), 0);
        }
        let before = self.filled;
        // All of the window is filled, so that a long tag in small portions is not looked at again for each portion.
        while let Some(free) = self.window.get_mut(self.filled..).filter(|free| !free.is_empty()) {
            match self.source.read(free) {
                Ok(0) => {
                    self.is_over = true;
                    break;
                }
                Ok(many) => self.filled += many,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(LogFailure::of_io(&error, self.lines)),
            }
        }
        Ok(self.filled > before)
    }
}

fn count_lines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count()
}
