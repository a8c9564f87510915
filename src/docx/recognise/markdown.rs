//! What no field takes, as Markdown under its headings.

use super::items::{Content, Item};
use crate::docx::block::{Line, Run, Table, Word};
use std::fmt::Write as _;

/// A text in which no sign means anything to Markdown.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (at, letter) in text.char_indices() {
        let is_sign = matches!(letter, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '|' | '~' | '&');
        let is_first = at == 0 && matches!(letter, '#' | '+' | '-' | '=');
        if is_sign || is_first {
            out.push('\\');
        }
        out.push(letter);
    }
    // `1. ` at the beginning would begin a list.
    let digits = out.chars().take_while(char::is_ascii_digit).count();
    let after = out.get(digits..).unwrap_or_default();
    if digits > 0 && digits < 10 && (after.starts_with(". ") || after.starts_with(") ") || after == ".") {
        out.insert(digits, '\\');
    }
    out
}

fn runs(runs: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        let text = run.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (before, after) = (
            run.text.starts_with(char::is_whitespace),
            run.text.ends_with(char::is_whitespace),
        );
        if before && !out.is_empty() {
            out.push(' ');
        }
        if !text.is_empty() {
            let mark = match (run.bold, run.italic) {
                (true, true) => "***",
                (true, false) => "**",
                (false, true) => "*",
                (false, false) => "",
            };
            // Marks inside a word would not be marks.
            let is_apart = out.is_empty() || out.ends_with([' ', '(', '“', '"']);
            let mark = if is_apart { mark } else { "" };
            let first = if out.is_empty() {
                escaped(&text)
            } else {
                escaped(&format!(" {text}")).trim_start().to_owned()
            };
            let _ = write!(out, "{mark}{first}{mark}");
        }
        if after {
            out.push(' ');
        }
    }
    out.trim().to_owned()
}

fn line(out: &mut String, line: &Line, was_item: bool) -> bool {
    let text = runs(&line.runs);
    let typed = line.plain();
    let bullet = typed
        .strip_prefix("- ")
        .or_else(|| typed.strip_prefix("+ "))
        .filter(|_| line.depth.is_none());
    let Some(depth) = line.depth.or(bullet.map(|_| usize::from(typed.starts_with('+')))) else {
        if was_item {
            out.push('\n');
        }
        let _ = write!(out, "{text}\n\n");
        return false;
    };
    let indent = "  ".repeat(depth.min(5));
    let text = match bullet {
        Some(rest) => escaped(rest),
        None => text,
    };
    let label = line.label.as_str();
    let text = if matches!(label, "" | "-" | "•") {
        text
    } else {
        format!("{} {text}", escaped(label))
    };
    let _ = writeln!(out, "{indent}- {text}");
    true
}

fn table(out: &mut String, table: &Table) {
    let width = table.width();
    for (number, _) in table.rows.iter().enumerate() {
        let cells = (0..width).map(|column| {
            let own = table
                .at(number, column)
                .filter(|(cell, own)| *own && cell.column == column);
            own.map(|(cell, _)| escaped(&cell.plain())).unwrap_or_default()
        });
        let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
        if number == 0 {
            let _ = writeln!(out, "|{}", " --- |".repeat(width));
        }
    }
    out.push('\n');
}

/// The body: every item that was not taken, under its heading. A heading with nothing below it stays.
pub(super) fn body(items: &[Item], word: &Word) -> String {
    let mut out = String::new();
    let mut was_item = false;
    for item in items.iter().filter(|item| !item.is_taken) {
        if was_item && !matches!(item.content, Content::Text(_)) {
            out.push('\n');
            was_item = false;
        }
        match &item.content {
            Content::Heading { level, text } => {
                let _ = write!(out, "{} {}\n\n", "#".repeat((level + 1).min(6)), heading(text));
            }
            Content::Text(own) => was_item = line(&mut out, own, was_item),
            Content::Table(own) => table(&mut out, own),
        }
    }
    if was_item {
        out.push('\n');
    }
    for note in &word.footnotes {
        let _ = write!(out, "\\[{}\\] {}\n\n", note.number, escaped(&note.text));
    }
    out.trim_end_matches('\n').to_owned() + "\n"
}

/// A heading keeps its number as it is: after `#` it begins no list.
fn heading(text: &str) -> String {
    escaped(&format!(" {text}"))
        .trim()
        .trim_end_matches('#')
        .trim_end()
        .to_owned()
}
