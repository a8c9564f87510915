//! Writes a document as the canonical text of its file; reading it gives the same document.

use std::fmt::Write as _;

use super::parse::FENCE;
use super::source::{DossierItem, DurationRow, NextRow, Source, StepRow, StepTimes};

/// A list longer than this is written one entry a line.
const LINE_WIDTH: usize = 100;

/// The canonical text of a document: fixed order of keys, empty values left out.
pub fn write(source: &Source) -> String {
    let mut out = Writer(format!("{FENCE}\n"));
    head(&mut out, source);
    for row in &source.tthc {
        out.row("tthc");
        out.text("code", &row.code);
        out.text("name", &row.name);
    }
    for row in &source.durations {
        duration(&mut out, row);
    }
    for row in &source.shared_times {
        out.row("shared_times");
        out.text("code", &row.code);
        out.text("limit", &row.limit);
    }
    for row in &source.dossier {
        dossier_item(&mut out, row);
    }
    for row in &source.forms {
        out.row("forms");
        out.text("code", &row.code);
        out.text("name", &row.name);
        out.text("file", &row.file);
        out.text("file_name", &row.file_name);
    }
    for row in &source.records {
        out.row("records");
        out.text("name", &row.name);
        out.text("place", &row.place);
        out.text("retention", &row.retention);
    }
    for row in &source.steps {
        step(&mut out, row);
    }
    for row in &source.inputs {
        out.row("inputs");
        out.text("code", &row.code);
        out.text("label", &row.label);
        out.text("kind", &row.kind);
        out.text("within", &row.within);
        out.texts("options", &row.options);
        out.texts("rules", &row.rules);
        out.text("help", &row.help);
    }
    out.0 + FENCE + "\n" + &source.body
}

fn head(out: &mut Writer, source: &Source) {
    out.text("code", &source.code);
    out.text("kind", source.kind.as_str());
    out.text("title", &source.title);
    out.text("title_en", &source.title_en);
    out.text("field", &source.field);
    out.text("field_en", &source.field_en);
    out.number("review_months", source.review_months);
    out.texts("unverified", &source.unverified);
    out.texts("sources", &source.sources);
    out.text("change_summary", &source.change_summary);
    out.text("change_basis", &source.change_basis);
    out.texts("legal_basis", &source.legal_basis);
    out.text("result", &source.result);
    out.text("fee", &source.fee);
    out.text("receiving_place", &source.receiving_place);
    out.text("applicants", &source.applicants);
    out.text("conditions", &source.conditions);
    out.number("sets", source.sets);
    out.text("file", &source.file);
    out.text("file_name", &source.file_name);
}

fn duration(out: &mut Writer, row: &DurationRow) {
    out.row("durations");
    out.text("code", &row.code);
    out.text("name", &row.name);
    out.text("limit", &row.limit);
    out.text("note", &row.note);
    out.text("same_day_cutoff", &row.same_day_cutoff);
}

fn dossier_item(out: &mut Writer, row: &DossierItem) {
    out.row("dossier");
    out.text("name", &row.name);
    out.text("mode", row.mode.as_str());
    out.number("originals", Some(row.originals));
    out.number("copies", Some(row.copies));
    out.text("form", &row.form);
    out.text("condition", &row.condition);
}

fn step(out: &mut Writer, row: &StepRow) {
    out.row("steps");
    out.text("code", &row.code);
    out.text("name", &row.name);
    out.texts("roles", &row.roles);
    match &row.time {
        StepTimes::Unstated => {}
        StepTimes::Same(text) => out.line("time", &string(text)),
        StepTimes::ByDuration(texts) => {
            out.line(
                "time",
                &table(texts.iter().map(|(case, text)| (case.as_str(), text.as_str()))),
            );
        }
    }
    out.flag("counted", row.counted, true);
    if !row.next.is_empty() {
        let entries: Vec<String> = row.next.iter().map(next).collect();
        out.line("next", &list(&entries));
    }
    out.flag("optional", row.optional, false);
    out.text("parallel", &row.parallel);
    if row.paused {
        out.text("clock", "paused");
    }
    out.texts("different_from", &row.different_from);
    out.texts("same_as", &row.same_as);
    out.number("max_times", row.max_times);
    out.texts("forms", &row.forms);
    out.texts("outputs", &row.outputs);
    out.text("note", &row.note);
}

fn next(row: &NextRow) -> String {
    if row.outcome.is_empty() {
        return string(&row.to);
    }
    table([("outcome", row.outcome.as_str()), ("to", row.to.as_str())].into_iter())
}

/// The text of a file while it grows.
pub(super) struct Writer(pub(super) String);

impl Writer {
    /// Begins the next row of a list of tables.
    pub(super) fn row(&mut self, list: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str("[[");
        self.0.push_str(list);
        self.0.push_str("]]\n");
    }

    fn line(&mut self, key: &str, value: &str) {
        self.0.push_str(key);
        self.0.push_str(" = ");
        self.0.push_str(value);
        self.0.push('\n');
    }

    /// A text, unless it is empty.
    pub(super) fn text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            let value = if text.contains('\n') {
                long_string(text)
            } else {
                string(text)
            };
            self.line(key, &value);
        }
    }

    /// True or false, always written.
    pub(super) fn stated_flag(&mut self, key: &str, value: bool) {
        self.line(key, if value { "true" } else { "false" });
    }

    fn flag(&mut self, key: &str, value: bool, default: bool) {
        if value != default {
            self.stated_flag(key, value);
        }
    }

    fn number(&mut self, key: &str, number: Option<u32>) {
        if let Some(number) = number {
            self.line(key, &number.to_string());
        }
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            let entries: Vec<String> = texts.iter().map(|text| string(text)).collect();
            self.line(key, &list(&entries));
        }
    }
}

fn list(entries: &[String]) -> String {
    let line = format!("[{}]", entries.join(", "));
    if line.chars().count() <= LINE_WIDTH || entries.len() == 1 {
        return line;
    }
    let lines: String = entries.iter().map(|entry| format!("  {entry},\n")).collect();
    format!("[\n{lines}]")
}

fn table<'t>(entries: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    let entries: Vec<String> = entries
        .map(|(name, text)| format!("{} = {}", key(name), string(text)))
        .collect();
    if entries.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", entries.join(", "))
    }
}

fn key(name: &str) -> String {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if !name.is_empty() && name.bytes().all(is_bare) {
        name.to_owned()
    } else {
        string(name)
    }
}

fn escape(text: &str, keeps_breaks: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' if keeps_breaks => out.push('\n'),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if letter.is_ascii_control() => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out
}

fn string(text: &str) -> String {
    format!("\"{}\"", escape(text, false))
}

/// A text of several lines stays readable, unless one of its lines would end the front matter.
fn long_string(text: &str) -> String {
    if text.lines().any(|line| line.trim_end_matches('\r') == FENCE) {
        return string(text);
    }
    format!("\"\"\"\n{}\"\"\"", escape(text, true))
}
