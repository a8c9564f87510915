//! What is typed in the editor, cell by cell.

use crate::web::Form;
use serde::Serialize;
use std::collections::BTreeMap;

/// The single cells.
pub(super) const HEAD: [&str; 21] = [
    "code",
    "kind",
    "title",
    "title_en",
    "field",
    "field_en",
    "review_months",
    "sets",
    "change_summary",
    "change_basis",
    "result",
    "fee",
    "receiving_place",
    "applicants",
    "conditions",
    "legal_basis",
    "sources",
    "file",
    "file_name",
    "body",
    "unverified",
];
/// The lists besides the steps, and the columns of each.
pub(super) const LISTS: [(&str, &[&str]); 7] = [
    ("tthc", &["code", "name"]),
    ("durations", &["code", "name", "limit", "note", "same_day_cutoff"]),
    ("shared_times", &["code", "limit"]),
    ("dossier", &["name", "mode", "originals", "copies", "form", "condition"]),
    ("forms", &["code", "name", "file", "file_name"]),
    ("records", &["name", "place", "retention"]),
    (
        "inputs",
        &["code", "label", "kind", "within", "options", "rules", "help"],
    ),
];
/// The columns of the steps that hold one text.
pub(super) const STEP: [&str; 11] = [
    "code",
    "name",
    "next",
    "parallel",
    "different_from",
    "same_as",
    "max_times",
    "forms",
    "outputs",
    "note",
    "other_times",
];
/// More rows than any procedure has; what is sent beyond is left out.
const MOST_ROWS: usize = 300;

/// One row of a list: its cells by column.
pub(in crate::documents) type Row = BTreeMap<String, String>;

/// One row of the steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(in crate::documents) struct StepCells {
    /// The cells that hold one text, by column.
    pub(in crate::documents) cells: Row,
    /// Codes of the responsible roles.
    pub(in crate::documents) roles: Vec<String>,
    /// One cell for each duration case, at least one.
    pub(in crate::documents) times: Vec<String>,
    /// The time is outside the limit.
    pub(in crate::documents) uncounted: bool,
    /// The row may be left out.
    pub(in crate::documents) optional: bool,
    /// The clock stands still while the row waits.
    pub(in crate::documents) paused: bool,
}

/// The whole form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(in crate::documents) struct Sheet {
    /// The single cells by name; lists of texts hold one entry a line.
    pub(in crate::documents) head: Row,
    /// Facts that somebody must still confirm.
    pub(in crate::documents) unverified: Vec<String>,
    /// The lists by name.
    pub(in crate::documents) lists: BTreeMap<&'static str, Vec<Row>>,
    /// The steps.
    pub(in crate::documents) steps: Vec<StepCells>,
}

impl Sheet {
    /// The sheet that a form sent: `title`, `dossier.0.name`, `steps.3.roles`, `steps.3.time.0`, …
    pub(in crate::documents) fn of(form: &Form) -> Self {
        let typed = form.typed();
        let cell = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let is_there = |prefix: &str| {
            typed
                .range(prefix.to_owned()..)
                .next()
                .is_some_and(|(name, _)| name.starts_with(prefix))
        };
        let rows = |list: &str| {
            (0..MOST_ROWS)
                .take_while(|row| is_there(&format!("{list}.{row}.")))
                .count()
        };
        let lists = LISTS.map(|(list, columns)| {
            let row = |row: usize| {
                columns
                    .iter()
                    .map(|column| ((*column).to_owned(), cell(&format!("{list}.{row}.{column}"))))
                    .collect()
            };
            (list, (0..rows(list)).map(row).collect::<Vec<Row>>())
        });
        let cases = lists
            .iter()
            .find(|(list, _)| *list == "durations")
            .map_or(0, |(_, rows)| rows.len())
            .max(1);
        let step = |row: usize| StepCells {
            cells: STEP
                .map(|column| (column.to_owned(), cell(&format!("steps.{row}.{column}"))))
                .into(),
            roles: form
                .all(&format!("steps.{row}.roles"))
                .into_iter()
                .filter(|role| !role.is_empty())
                .map(ToOwned::to_owned)
                .collect(),
            times: (0..cases)
                .map(|case| cell(&format!("steps.{row}.time.{case}")))
                .collect(),
            uncounted: typed.contains_key(&format!("steps.{row}.uncounted")),
            optional: typed.contains_key(&format!("steps.{row}.optional")),
            paused: typed.contains_key(&format!("steps.{row}.paused")),
        };
        let is_dropped = |name: &str| matches!(name, "file" | "file_name") && typed.contains_key("file.drop");
        Self {
            head: HEAD
                .iter()
                .filter(|name| **name != "unverified")
                .map(|name| {
                    (
                        (*name).to_owned(),
                        if is_dropped(name) { String::new() } else { cell(name) },
                    )
                })
                .collect(),
            unverified: form.all("unverified").into_iter().map(ToOwned::to_owned).collect(),
            lists: lists.into(),
            steps: (0..rows("steps")).map(step).collect(),
        }
    }

    /// Names of the duration cases, for the time columns of the steps; one without a name when there is none.
    pub(in crate::documents) fn case_names(&self) -> Vec<String> {
        let cell = |row: &Row, column: &str| row.get(column).map(|text| text.trim().to_owned()).unwrap_or_default();
        let name = |row: &Row| {
            Some(cell(row, "name"))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| cell(row, "code"))
        };
        let names: Vec<String> = self.rows("durations").iter().map(name).collect();
        if names.is_empty() { vec![String::new()] } else { names }
    }

    /// Codes of the time cells that steps may share.
    pub(in crate::documents) fn shared_codes(&self) -> impl Iterator<Item = String> {
        let codes = self.rows("shared_times").iter().filter_map(|row| row.get("code"));
        codes.filter(|code| !code.trim().is_empty()).cloned()
    }

    /// A single cell.
    pub(super) fn text(&self, name: &str) -> &str {
        self.head.get(name).map_or("", String::as_str)
    }

    /// The rows of a list besides the steps.
    pub(super) fn rows(&self, list: &str) -> &[Row] {
        self.lists.get(list).map_or(&[], Vec::as_slice)
    }

    /// An empty row of a list.
    pub(super) fn empty_row(list: &str) -> Row {
        let known = LISTS.iter().filter(|(known, _)| *known == list);
        known
            .flat_map(|(_, columns)| columns.iter())
            .map(|column| ((*column).to_owned(), String::new()))
            .collect()
    }

    /// An empty row of the steps.
    pub(super) fn empty_step(&self) -> StepCells {
        StepCells {
            cells: STEP.map(|column| (column.to_owned(), String::new())).into(),
            times: vec![String::new(); self.rows("durations").len().max(1)],
            ..StepCells::default()
        }
    }
}

/// Whether nothing is typed in the row. A paper is handed in unless said otherwise, and a blank is one line: what a list
/// chooses by itself says nothing.
pub(super) fn is_empty_row(row: &Row) -> bool {
    row.iter()
        .all(|(column, cell)| cell.trim().is_empty() || matches!(column.as_str(), "mode" | "kind"))
}

/// Whether nothing is typed in the step.
pub(super) fn is_empty_step(step: &StepCells) -> bool {
    is_empty_row(&step.cells) && step.roles.is_empty() && step.times.iter().all(|time| time.trim().is_empty())
}
