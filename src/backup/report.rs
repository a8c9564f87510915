//! The report of a drill: what was rehearsed, with which backup, how long it took, and whether it went well.

use super::check::Problem;
use super::manifest::Manifest;
use crate::kernel::{Language, local};
use crate::render::Words;
use chrono::{NaiveDateTime, TimeDelta};
use serde::Serialize;

/// What a drill found. Its JSON is for programs, [`Report::text`] for people.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// When the drill was held, UTC.
    pub at: NaiveDateTime,
    /// The name of the backup's file; empty when there was none.
    pub file_name: String,
    /// The hash of the file; none when it could not be read to its end.
    pub sha256: Option<String>,
    /// Bytes of the file.
    pub bytes: Option<u64>,
    /// What the backup was of; none when it could not be read.
    pub manifest: Option<Manifest>,
    /// Milliseconds until everything was unpacked and opened.
    pub restored_ms: u64,
    /// Milliseconds for the check of the whole.
    pub checked_ms: u64,
    /// In which agencies something is sealed, and whether the keys opened one of it.
    pub keys: Vec<KeysTried>,
    /// What was wrong with what was restored.
    pub problems: Vec<Problem>,
    /// Why it could not be restored: the word of the fault and its sentence.
    pub fault: Option<(&'static str, String)>,
}

/// Keys that were tried on what is sealed in one agency.
#[derive(Debug, Clone, Serialize)]
pub struct KeysTried {
    /// The agency's code.
    pub code: String,
    /// How many cases and forms have something sealed.
    pub sealed: i64,
    /// Whether one opened.
    pub opens: bool,
}

impl Report {
    /// Whether the office could have gone on with this backup.
    pub fn passed(&self) -> bool {
        self.fault.is_none() && self.problems.is_empty()
    }

    /// The report as a text, line by line.
    pub fn text(&self, words: &Words, language: Language) -> String {
        let mut lines = Vec::new();
        let mut say = |key: &str, holes: &[(&str, String)]| lines.push(words.fill(language, key, holes));
        say("backup.report.title", &[]);
        say("backup.report.at", &[("time", time(self.at))]);
        say("backup.report.file", &[("name", self.file_name.clone())]);
        if let (Some(sha256), Some(bytes)) = (&self.sha256, self.bytes) {
            let holes = [("sha256", sha256.clone()), ("bytes", bytes.to_string())];
            say("backup.report.hash", &holes);
        }
        if let Some(manifest) = &self.manifest {
            self.tell_manifest(manifest, &mut say);
        }
        say(
            "backup.report.restored",
            &[("time", seconds(self.restored_ms, language))],
        );
        say("backup.report.checked", &[("time", seconds(self.checked_ms, language))]);
        say("backup.report.checks", &[]);
        for tried in self.keys.iter().filter(|tried| tried.opens) {
            let holes = [("code", tried.code.clone()), ("count", tried.sealed.to_string())];
            say("backup.report.keys_open", &holes);
        }
        if self.keys.is_empty() && self.passed() {
            say("backup.report.nothing_sealed", &[]);
        }
        for problem in &self.problems {
            let key = format!("backup.problem.{}", problem.kind);
            say(&key, &[("place", problem.place.clone())]);
        }
        if let Some((code, text)) = &self.fault {
            let fault = words.get(language, &format!("backup.fault.{code}")).to_owned();
            say("backup.report.fault", &[("fault", fault), ("text", text.clone())]);
        }
        say(
            if self.passed() {
                "backup.report.passed"
            } else {
                "backup.report.failed"
            },
            &[],
        );
        lines.push(String::new());
        lines.join("\n")
    }

    fn tell_manifest(&self, manifest: &Manifest, say: &mut impl FnMut(&str, &[(&str, String)])) {
        let age = self.at.signed_duration_since(manifest.taken_at).max(TimeDelta::zero());
        let files = manifest.parts.len().saturating_sub(1);
        let hours = age.num_hours().to_string();
        say(
            "backup.report.taken",
            &[("time", time(manifest.taken_at)), ("hours", hours)],
        );
        say(
            "backup.report.program",
            &[
                ("program", manifest.program.clone()),
                ("schema", manifest.schema.clone()),
            ],
        );
        say(
            "backup.report.holds",
            &[("files", files.to_string()), ("bytes", manifest.size().to_string())],
        );
        for agency in &manifest.agencies {
            say(
                "backup.report.agency",
                &[("code", agency.code.clone()), ("ledger", agency.ledger.to_string())],
            );
        }
    }
}

/// A moment as it stands in a report, in the time of Vietnam.
fn time(at: NaiveDateTime) -> String {
    local(at).format("%d/%m/%Y %H:%M").to_string()
}

/// Milliseconds as seconds with one decimal, as the reader writes it.
pub(super) fn seconds(ms: u64, language: Language) -> String {
    let mark = match language {
        Language::Vi => ',',
        Language::En => '.',
    };
    format!("{}{mark}{}", ms / 1000, ms % 1000 / 100)
}
