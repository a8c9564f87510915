//! Checks files: each by itself, against the catalogue of roles, and against the other files.

use std::collections::BTreeMap;

use super::fault::{self, Fault};
use super::parse::{Parsed, parse};
use super::roles::RoleCatalogue;
use super::source::Source;
use crate::workflow;

/// Every problem of one file. Without a catalogue the names of roles are not checked.
pub fn check(text: &str, roles: Option<&RoleCatalogue>) -> Vec<Fault> {
    check_parsed(&parse(text), roles)
}

/// Every problem of several files, by the place of the file in `texts`; a code that two files bear is told at the later.
pub fn check_all(texts: &[&str], roles: Option<&RoleCatalogue>) -> Vec<(usize, Fault)> {
    let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (file, text) in texts.iter().enumerate() {
        let parsed = parse(text);
        let mut faults = check_parsed(&parsed, roles);
        let code = parsed
            .document
            .as_ref()
            .map(|document| document.code.as_str())
            .unwrap_or_default();
        if !code.is_empty() && *bearers.entry(code.to_owned()).or_insert(file) != file {
            faults.push(Fault::error(
                parsed.places.nearest("code"),
                "duplicate-document",
                &[("code", code)],
            ));
            fault::sort(&mut faults);
        }
        found.extend(faults.into_iter().map(|fault| (file, fault)));
    }
    found
}

/// Every problem of a file that is already read.
pub fn check_parsed(parsed: &Parsed, roles: Option<&RoleCatalogue>) -> Vec<Fault> {
    let mut faults = parsed.problems.clone();
    if let Some(document) = &parsed.document {
        if let Some(roles) = roles {
            faults.extend(unknown_roles(parsed, document, roles));
        }
        faults.extend(unknown_forms(parsed, document));
        if !document.steps.is_empty() {
            faults.extend(
                workflow::check(&parsed.table)
                    .iter()
                    .map(|problem| Fault::of_steps(problem, document, &parsed.places)),
            );
        }
    }
    fault::sort(&mut faults);
    faults
}

fn unknown_roles<'p>(
    parsed: &'p Parsed,
    document: &'p Source,
    roles: &'p RoleCatalogue,
) -> impl Iterator<Item = Fault> + 'p {
    document.steps.iter().enumerate().flat_map(move |(row, step)| {
        step.roles
            .iter()
            .enumerate()
            .filter(|(_, role)| roles.find(role).is_none())
            .map(move |(index, role)| {
                let place = parsed.places.nearest(&format!("steps.{row}.roles.{index}"));
                Fault::error(place, "unknown-role", &[("role", role), ("step", &step.code)])
            })
    })
}

fn unknown_forms(parsed: &Parsed, document: &Source) -> Vec<Fault> {
    let is_unknown = |code: &str| !code.is_empty() && !document.forms.iter().any(|form| form.code == code);
    let fault =
        |path: String, code: &str| Fault::error(parsed.places.nearest(&path), "unknown-form", &[("form", code)]);
    let mut faults = Vec::new();
    for (row, item) in document.dossier.iter().enumerate() {
        if is_unknown(&item.form) {
            faults.push(fault(format!("dossier.{row}.form"), &item.form));
        }
    }
    for (row, step) in document.steps.iter().enumerate() {
        for (index, form) in step.forms.iter().enumerate() {
            if is_unknown(form) {
                faults.push(fault(format!("steps.{row}.forms.{index}"), form));
            }
        }
    }
    faults
}
