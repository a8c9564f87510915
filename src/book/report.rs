//! What a verification found, in words: one page, in Vietnamese or in English.

use super::bundle::BundleChecked;
use super::check::Checked;
use crate::kernel::{Language, local};
use crate::ledger::{Difference, Fault, OUTSIDE};
use crate::render::Words;

/// No more faults than this are printed one by one.
const SHOWN: usize = 50;

/// The report.
pub fn report(checked: &Checked, words: &Words, language: Language) -> String {
    let say = |key: &str, holes: &[(&str, String)]| words.fill(language, &format!("verify.{key}"), holes);
    let mut lines = vec![say(&format!("outcome.{}", checked.outcome.as_str()), &[])];
    for book in &checked.books {
        let shown: String = book.root.chars().take(16).collect();
        lines.push(say(
            "book",
            &[
                ("code", book.code.clone()),
                ("size", book.size.to_string()),
                ("sealed", book.sealed.to_string()),
                ("root", shown),
            ],
        ));
        if let Some(fingerprint) = &book.fingerprint {
            lines.push(say("key", &[("fingerprint", fingerprint.clone())]));
        }
    }
    lines.extend(log_lines(checked, &say));
    for code in &checked.rolled_back {
        lines.push(say("rolled_back", &[("code", code.clone())]));
    }
    for code in &checked.other_key {
        lines.push(say("other_key", &[("code", code.clone())]));
    }
    let code = |agency: &str| checked.codes.get(agency).cloned().unwrap_or_else(|| agency.to_owned());
    for fault in checked.faults.iter().take(SHOWN) {
        lines.push(fault_line(fault, &code, &say));
    }
    if checked.faults.len() > SHOWN {
        let more = checked.faults.len().saturating_sub(SHOWN);
        lines.push(say("more", &[("count", more.to_string())]));
    }
    for file in &checked.files {
        lines.push(say("file", &[("name", file.clone())]));
    }
    if checked.rows.is_empty() {
        lines.push(say("quick", &[]));
    } else {
        let rows: u64 = checked.rows.values().sum();
        lines.push(say(
            "rows",
            &[
                ("rows", rows.to_string()),
                ("tables", checked.rows.len().to_string()),
                ("files", checked.files_read.to_string()),
            ],
        ));
    }
    let outside: Vec<&str> = OUTSIDE.iter().map(|(table, _)| *table).collect();
    lines.push(say("outside", &[("tables", outside.join(", "))]));
    lines.push(say("scope", &[]));
    lines.join("\n")
}

/// What is said of the log of checkpoints, of its witnesses, and of what is missing.
fn log_lines(checked: &Checked, say: &impl Fn(&str, &[(&str, String)]) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(log) = &checked.log {
        let shown: String = log.root.chars().take(16).collect();
        let sizes = [
            ("size", log.size.to_string()),
            ("sealed", log.sealed.to_string()),
            ("root", shown),
        ];
        lines.push(say("log", &sizes));
        if let Some(fingerprint) = &log.fingerprint {
            lines.push(say("key", &[("fingerprint", fingerprint.clone())]));
        }
    }
    for seen in &checked.seen {
        let time = local(seen.at).format("%d/%m/%Y %H:%M").to_string();
        let told = [
            ("name", seen.name.clone()),
            ("size", seen.size.to_string()),
            ("time", time),
        ];
        lines.push(say("seen", &told));
    }
    if checked.seen.is_empty() {
        lines.push(say("unseen", &[]));
    }
    for lost in &checked.lost {
        let mut told = vec![("code", lost.code.clone()), ("kept", lost.kept.to_string())];
        match lost.missing() {
            None => lines.push(say("another_history", &told)),
            Some((first, last)) => {
                told.extend([("first", first.to_string()), ("last", last.to_string())]);
                lines.push(say("missing_leaves", &told));
            }
        }
    }
    lines
}

/// The report about a bundle.
pub fn bundle_report(checked: &BundleChecked, words: &Words, language: Language) -> String {
    let say = |key: &str, holes: &[(&str, String)]| words.fill(language, &format!("verify.{key}"), holes);
    let shown: String = checked.root.chars().take(16).collect();
    let (size, code) = (checked.size.to_string(), checked.code.clone());
    let mut lines = vec![
        say(&format!("outcome.{}", checked.outcome.as_str()), &[]),
        say(
            "book",
            &[
                ("code", code.clone()),
                ("size", size.clone()),
                ("sealed", size),
                ("root", shown),
            ],
        ),
    ];
    if let Some(fingerprint) = &checked.fingerprint {
        lines.push(say("key", &[("fingerprint", fingerprint.clone())]));
    }
    lines.push(say(
        "bundle",
        &[
            ("rows", checked.rows.to_string()),
            ("notes", checked.followed.to_string()),
            ("witnesses", checked.witnesses.to_string()),
        ],
    ));
    let code_of = |_agency: &str| code.clone();
    lines.extend(
        checked
            .faults
            .iter()
            .take(SHOWN)
            .map(|fault| fault_line(fault, &code_of, &say)),
    );
    if checked.faults.len() > SHOWN {
        let more = checked.faults.len().saturating_sub(SHOWN);
        lines.push(say("more", &[("count", more.to_string())]));
    }
    let outside: Vec<&str> = OUTSIDE.iter().map(|(table, _)| *table).collect();
    lines.push(say("outside", &[("tables", outside.join(", "))]));
    lines.push(say("scope", &[]));
    lines.join("\n")
}

fn fault_line(
    fault: &Fault,
    code: &impl Fn(&str) -> String,
    say: &impl Fn(&str, &[(&str, String)]) -> String,
) -> String {
    match fault {
        Fault::Leaf { agency, seq, what } => say(
            &format!("leaf.{}", what.as_str()),
            &[("code", code(agency)), ("leaf", seq.to_string())],
        ),
        Fault::Checkpoint { agency, size, what } => say(
            &format!("checkpoint.{}", what.as_str()),
            &[("code", code(agency)), ("size", size.to_string())],
        ),
        Fault::Row(row) => {
            let key = match row.difference {
                Difference::Changed => "row.changed",
                Difference::Missing => "row.missing",
                Difference::Extra => "row.extra",
            };
            let leaf = row.leaf.map_or_else(|| "-".to_owned(), |leaf| leaf.to_string());
            say(
                key,
                &[
                    ("table", row.table.clone()),
                    ("key", row.key.clone()),
                    ("leaf", leaf),
                    ("code", code(&row.agency)),
                ],
            )
        }
        Fault::Schema { agency } => say("schema", &[("code", code(agency))]),
        Fault::File(said) => say("database_file", &[("said", said.clone())]),
    }
}
