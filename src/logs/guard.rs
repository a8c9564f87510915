//! Stands before the reader of rows: makes every line end in one line break, and stops at a row that is too long.

use super::failure::{FailureCode, LogFailure};
use std::io::{self, Read};

/// A text whose lines, with the last, end in a line feed, however they ended before.
pub(super) struct Guard<R> {
    source: R,
    /// Bytes since the last row, and the most that a row may have.
    since: usize,
    longest: usize,
    /// Whether the last byte was a carriage return, so that a line feed belongs to it.
    is_ended: bool,
    last: u8,
    is_over: bool,
}

impl<R: Read> Guard<R> {
    pub(super) fn new(source: R, longest: usize) -> Self {
        Self {
            source,
            since: 0,
            longest,
            is_ended: false,
            last: b'\n',
            is_over: false,
        }
    }

    /// Lets the next row be as long as any.
    pub(super) fn next_row(&mut self) {
        self.since = 0;
    }

    /// Makes a line feed of each carriage return and of both together; gives how many bytes are left.
    fn even(&mut self, text: &mut [u8]) -> usize {
        let mut kept = 0;
        let mut from = 0;
        if self.is_ended && text.first() == Some(&b'\n') {
            from = 1;
        }
        self.is_ended = text.last() == Some(&b'\r');
        while let Some(length) = memchr::memchr(b'\r', text.get(from..).unwrap_or_default()) {
            let end = from + length;
            if let Some(letter) = text.get_mut(end) {
                *letter = b'\n';
            }
            text.copy_within(from..=end, kept);
            kept += length + 1;
            from = end + 1 + usize::from(text.get(end + 1) == Some(&b'\n'));
        }
        if from == 0 {
            return text.len();
        }
        let rest = text.len().saturating_sub(from);
        text.copy_within(from.min(text.len()).., kept);
        kept + rest
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.since > self.longest {
            return Err(LogFailure::limit(FailureCode::LongRow, self.longest).into());
        }
        loop {
            if self.is_over || out.is_empty() {
                return Ok(0);
            }
            let many = self.source.read(out)?;
            self.is_over = many == 0;
            let kept = if self.is_over && self.last != b'\n' {
                if let Some(first) = out.first_mut() {
                    *first = b'\n';
                }
                1
            } else {
                out.get_mut(..many).map_or(0, |text| self.even(text))
            };
            self.since += kept;
            if kept > 0 {
                self.last = out.get(kept - 1).copied().unwrap_or(b'\n');
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives its text in portions.
    struct Portions<'a>(&'a [u8], usize);

    impl Read for Portions<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let many = self.1.min(out.len());
            let (part, rest) = self.0.split_at(many.min(self.0.len()));
            self.0 = rest;
            let mut part = part;
            part.read(out)
        }
    }

    proptest! {
        #[test]
        fn lines_end_in_line_feeds_whatever_the_portions(text in "[a\r\n]{0,30}", many in 1_usize..9) {
            let mut expected = text.replace("\r\n", "\n").replace('\r', "\n");
            if !expected.is_empty() && !expected.ends_with('\n') {
                expected.push('\n');
            }
            let mut found = String::new();
            Guard::new(Portions(text.as_bytes(), many), 100).read_to_string(&mut found).unwrap();
            prop_assert_eq!(found, expected);
        }
    }
}
