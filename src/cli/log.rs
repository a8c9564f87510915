//! The program's log: on standard error, a line for each thing, as text or as JSON.

use clap::ValueEnum;
use std::io::{self, Stderr, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What is written unless RUST_LOG says otherwise. A request that cannot be read is answered with 400; its parser's own
/// word of it would only let strangers fill the log.
const USUAL: &str = "info,actix_http=off,actix_server=warn";

/// How lines of the log are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogForm {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// Standard error, on which each line is one line: signs that would begin another, or that a terminal obeys, are written
/// as `\u{…}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain;

pub(super) struct PlainLine(Stderr);

/// A line with its control signs made harmless.
fn plain(line: &str) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    let mut out = String::with_capacity(line.len());
    for letter in text.chars() {
        if letter.is_control()
            || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out + end
}

impl Write for PlainLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(plain(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<'a> MakeWriter<'a> for Plain {
    type Writer = PlainLine;

    fn make_writer(&'a self) -> Self::Writer {
        PlainLine(io::stderr())
    }
}

/// Begins the log.
pub(super) fn begin(form: LogForm) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new(USUAL));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Plain)
        .with_ansi(false)
        .with_target(false);
    match form {
        LogForm::Text => log.init(),
        LogForm::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_line_stays_one_line_and_no_terminal_obeys_it() {
        assert_eq!(plain("a\r\nb\u{1b}[31mc\n"), "a\\u{d}\\u{a}b\\u{1b}[31mc\n");
        assert_eq!(plain("Lê Thị Hoa\n"), "Lê Thị Hoa\n");
        assert_eq!(plain("a\u{202e}b"), "a\\u{202e}b");
    }
}
