//! Checks that texts of a document say what they must: times, hours, branches, file digests, repeated codes.

use std::collections::BTreeSet;

use super::fault::Fault;
use super::limit::{is_hour_of_day, parse_limit};
use super::places::Places;
use super::source::{Kind, Source, StepTimes, UNVERIFIED_KEYS};
use super::table::{branch, step_time};

struct Gather<'a> {
    places: &'a Places,
    faults: Vec<Fault>,
}

impl Gather<'_> {
    fn error(&mut self, path: &str, code: &str, args: &[(&str, &str)]) {
        self.faults.push(Fault::error(self.places.nearest(path), code, args));
    }

    fn time(&mut self, path: &str, text: &str, is_good: bool) {
        if !is_good && !text.trim().is_empty() {
            self.error(path, "bad-time", &[("value", text)]);
        }
    }

    fn value(&mut self, path: &str, value: &str, allowed: &str) {
        self.error(
            path,
            "bad-value",
            &[("field", path), ("value", value), ("allowed", allowed)],
        );
    }

    fn unique<'t>(&mut self, list: &str, codes: impl Iterator<Item = &'t str>) {
        let mut seen = BTreeSet::new();
        for (row, code) in codes.enumerate() {
            if !code.is_empty() && !seen.insert(code) {
                self.error(
                    &format!("{list}.{row}.code"),
                    "duplicate-code",
                    &[("list", list), ("value", code)],
                );
            }
        }
    }
}

/// The problems of the values of a document. Codes of steps, cases and shared cells are the workflow's to check.
pub(super) fn check(source: &Source, places: &Places) -> Vec<Fault> {
    let mut gather = Gather {
        places,
        faults: Vec::new(),
    };
    for (index, key) in source.unverified.iter().enumerate() {
        if !UNVERIFIED_KEYS.contains(&key.as_str()) {
            gather.value(&format!("unverified.{index}"), key, &UNVERIFIED_KEYS.join(", "));
        }
    }
    times(&mut gather, source);
    if !source.file.is_empty() && !is_digest(&source.file) {
        gather.value("file", &source.file, "sha256:<64 hex>");
    }
    for (index, row) in source.forms.iter().enumerate() {
        if !row.file.is_empty() && !is_digest(&row.file) {
            gather.value(&format!("forms.{index}.file"), &row.file, "sha256:<64 hex>");
        }
    }
    for (index, row) in source.steps.iter().enumerate() {
        if !row.parallel.is_empty() && branch(&row.parallel).is_none() {
            gather.value(&format!("steps.{index}.parallel"), &row.parallel, "P1/a, P1/b…");
        }
    }
    gather.unique("forms", source.forms.iter().map(|row| row.code.as_str()));
    gather.unique("tthc", source.tthc.iter().map(|row| row.code.as_str()));
    inputs(&mut gather, source);
    if source.kind == Kind::WorkProcedure {
        whole_procedure(&mut gather, source);
    }
    gather.faults
}

/// What a form asks for: only a form asks for anything.
fn inputs(gather: &mut Gather<'_>, source: &Source) {
    if source.kind != Kind::Form && !source.inputs.is_empty() {
        gather.error("inputs", "input-no-form", &[]);
    }
    let (_, problems) = crate::forms::define(&source.inputs);
    for problem in problems {
        let args: Vec<(&str, &str)> = problem
            .args
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        gather.error(&format!("inputs.{}.{}", problem.row, problem.cell), problem.code, &args);
    }
}

fn times(gather: &mut Gather<'_>, source: &Source) {
    for (index, row) in source.durations.iter().enumerate() {
        gather.time(
            &format!("durations.{index}.limit"),
            &row.limit,
            parse_limit(&row.limit).is_some(),
        );
        if !row.same_day_cutoff.is_empty() && !is_hour_of_day(&row.same_day_cutoff) {
            gather.value(
                &format!("durations.{index}.same_day_cutoff"),
                &row.same_day_cutoff,
                "15:00",
            );
        }
    }
    for (index, row) in source.shared_times.iter().enumerate() {
        gather.time(
            &format!("shared_times.{index}.limit"),
            &row.limit,
            parse_limit(&row.limit).is_some(),
        );
    }
    for (index, row) in source.steps.iter().enumerate() {
        let path = format!("steps.{index}.time");
        match &row.time {
            StepTimes::Unstated => {}
            StepTimes::Same(text) => gather.time(&path, text, step_time(text).is_some()),
            StepTimes::ByDuration(texts) => {
                for (case, text) in texts {
                    gather.time(&format!("{path}.{case}"), text, step_time(text).is_some());
                }
            }
        }
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

/// A work procedure tells people what it is for and who does what; the latter in its file, if that is its content.
fn whole_procedure(gather: &mut Gather<'_>, source: &Source) {
    let gaps = [
        ("field", source.field.trim().is_empty()),
        ("tthc", source.tthc.is_empty()),
        ("steps", source.steps.is_empty() && source.file.is_empty()),
    ];
    for (field, is_missing) in gaps {
        if is_missing {
            gather.error(field, "missing-field", &[("field", field)]);
        }
    }
}
