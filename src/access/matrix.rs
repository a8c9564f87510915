//! The data file of the matrix, read once.

use super::{Part, RuleName};
use crate::kernel::{AccessRole, Permission};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The file; docs/policy.txt is its print.
const TEXT: &str = include_str!("matrix.toml");

crate::kernel::text_enum! {
    /// How far a permission of a role reaches.
    Cell {
        /// Everything of the own agency.
        All = "all",
        /// What one has to do with.
        Own = "own",
        /// Only for a reason that is written down.
        Reason = "reason",
        /// Everything of the own agency, while the mandate lasts.
        Mandate = "mandate",
        /// Never.
        Never = "-",
    }
}

/// Duties that are held apart on one thing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// By which name people know it.
    pub rule: RuleName,
    /// What must not be done …
    pub permission: Permission,
    /// … by whoever has this part in the thing.
    pub part: Part,
    /// The key of the sentence that says so.
    pub says: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Apart {
    role: AccessRole,
    from: Vec<AccessRole>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    roles: BTreeSet<AccessRole>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lending {
    most_days: i64,
}

/// A rule that nothing in the program is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Absent {
    pub(super) rule: RuleName,
    pub(super) why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    roles: Vec<AccessRole>,
    permissions: BTreeMap<Permission, String>,
    rules: Vec<Rule>,
    apart: Vec<Apart>,
    confirmed: Confirmed,
    reasons: BTreeMap<AccessRole, Vec<String>>,
    lent: Lending,
    absent: Vec<Absent>,
}

/// The matrix as questions are put to it.
#[derive(Debug, Default)]
pub(super) struct Matrix {
    cells: BTreeMap<(AccessRole, Permission), Cell>,
    rules: Vec<Rule>,
    apart: BTreeSet<(AccessRole, AccessRole)>,
    confirmed: BTreeSet<AccessRole>,
    reasons: BTreeMap<AccessRole, Vec<String>>,
    most_days: i64,
    pub(super) absent: Vec<Absent>,
}

/// Reads a matrix.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(text: &str) -> Result<Matrix, String> {
    let file: File = toml::from_str(text).map_err(|cause| cause.to_string())?;
    let mut cells = BTreeMap::new();
    for (permission, row) in &file.permissions {
        let words: Vec<&str> = row.split_whitespace().collect();
        if words.len() != file.roles.len() {
            return Err(format!(
                "{permission} has {} cells for {} roles",
                words.len(),
                file.roles.len()
            ));
        }
        for (role, word) in file.roles.iter().zip(words) {
            let cell = Cell::parse(word).ok_or_else(|| format!("{permission}: `{word}` is no cell"))?;
            cells.insert((*role, *permission), cell);
        }
    }
    let pairs = file.apart.iter();
    Ok(Matrix {
        cells,
        apart: pairs
            .flat_map(|one| {
                one.from
                    .iter()
                    .flat_map(|other| [(one.role, *other), (*other, one.role)])
            })
            .collect(),
        rules: file.rules,
        confirmed: file.confirmed.roles,
        reasons: file.reasons,
        most_days: file.lent.most_days,
        absent: file.absent,
    })
}

/// The matrix of the program. One that cannot be read would allow nothing; a test reads it.
pub(super) static MATRIX: LazyLock<Matrix> = LazyLock::new(|| read(TEXT).unwrap_or_default());

pub(super) fn rules() -> &'static [Rule] {
    &MATRIX.rules
}

/// How far a permission reaches for a role; what is not listed is never allowed.
pub fn cell(role: AccessRole, permission: Permission) -> Cell {
    MATRIX.cells.get(&(role, permission)).copied().unwrap_or(Cell::Never)
}

/// The first two of these roles that one person does not join (rule S3).
pub fn apart(roles: &[AccessRole]) -> Option<(AccessRole, AccessRole)> {
    let pairs = roles
        .iter()
        .flat_map(|one| roles.iter().map(move |other| (*one, *other)));
    pairs.into_iter().find(|pair| MATRIX.apart.contains(pair))
}

/// Whether it takes two people to give this role.
pub fn is_confirmed(role: AccessRole) -> bool {
    MATRIX.confirmed.contains(&role)
}

/// The reasons for which a role opens what it opens for a reason only, as the room that asks names them.
pub fn reasons(role: AccessRole) -> &'static [String] {
    MATRIX.reasons.get(&role).map(Vec::as_slice).unwrap_or_default()
}

/// For so many days power may be lent at most, the first and the last included.
pub fn longest_loan() -> i64 {
    MATRIX.most_days
}

/// The matrix as a text that people can read: one line for each permission, one column for each access role, then the
/// rules about duties.
pub fn print() -> String {
    let mut text = format!("{:<21}", "permission");
    for role in AccessRole::ALL {
        text.push_str(&format!("{:>14}", role.as_str()));
    }
    text.push('\n');
    for permission in Permission::ALL {
        text.push_str(&format!("{:<21}", permission.as_str()));
        for role in AccessRole::ALL {
            text.push_str(&format!("{:>14}", cell(*role, *permission).as_str()));
        }
        text.push('\n');
    }
    text.push_str("\nrule  may not                 whoever\n");
    for rule in rules() {
        text.push_str(&format!(
            "{:<6}{:<24}{}\n",
            rule.rule.as_str(),
            rule.permission.as_str(),
            rule.part.as_str()
        ));
    }
    for (one, other) in MATRIX.apart.iter().filter(|(one, other)| one < other) {
        text.push_str(&format!("S3    {:<24}holds {other}\n", format!("hold {one}")));
    }
    for role in &MATRIX.confirmed {
        text.push_str(&format!(
            "S4    {:<24}is alone: another confirms\n",
            format!("give {role}")
        ));
    }
    for (role, reasons) in &MATRIX.reasons {
        text.push_str(&format!(
            "      {:<24}{}\n",
            format!("reasons of {role}"),
            reasons.join(", ")
        ));
    }
    for absent in &MATRIX.absent {
        text.push_str(&format!(
            "{:<6}not in the program: {}\n",
            absent.rule.as_str(),
            absent.why
        ));
    }
    text
}
