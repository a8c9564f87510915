//! The class of every column of every table, and how long the data of a case are kept: read from a data file. Pure.

use crate::cases::Ended;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::LazyLock;

crate::kernel::text_enum! {
    /// How much a column says about people.
    Class {
        /// Anybody may know it.
        Public = "public",
        /// Business of the office.
        Internal = "internal",
        /// Basic personal data.
        Basic = "basic",
        /// Sensitive personal data (Decree 356/2025: also who did what on a system).
        Sensitive = "sensitive",
    }
}

/// A column with its class and the retention of its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Its class.
    pub class: Class,
    /// The retention class of the table.
    pub retention: String,
}

/// How long something is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Term {
    /// Months after its end.
    pub months: u32,
    /// On what that rests.
    pub basis: String,
    /// Whether the number was compared with the official text.
    pub verified: bool,
}

#[derive(Deserialize)]
struct Table {
    retention: String,
    #[serde(default)]
    public: Vec<String>,
    #[serde(default)]
    internal: Vec<String>,
    #[serde(default)]
    basic: Vec<String>,
    #[serde(default)]
    sensitive: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    cases: BTreeMap<Ended, Term>,
    forms: BTreeMap<String, Term>,
    retention: BTreeMap<String, Term>,
    tables: BTreeMap<String, Table>,
}

static FILE: LazyLock<Option<File>> = LazyLock::new(|| toml::from_str(include_str!("classes.toml")).ok());

/// Every column that has a class, by table and name.
pub fn columns() -> Vec<Column> {
    let mut all = Vec::new();
    for (name, table) in FILE.iter().flat_map(|file| &file.tables) {
        let classes = [
            (Class::Public, &table.public),
            (Class::Internal, &table.internal),
            (Class::Basic, &table.basic),
            (Class::Sensitive, &table.sensitive),
        ];
        for (class, columns) in classes {
            all.extend(columns.iter().map(|column| Column {
                table: name.clone(),
                column: column.clone(),
                class,
                retention: table.retention.clone(),
            }));
        }
    }
    all
}

/// What a file that cannot be read says: everything is kept.
fn for_ever() -> Term {
    Term {
        months: 12_000,
        ..Term::default()
    }
}

/// How long the data of a case are kept that ended so. A file that cannot be read keeps everything.
pub fn retention(ended: Ended) -> Term {
    FILE.as_ref()
        .and_then(|file| file.cases.get(&ended).cloned())
        .unwrap_or_else(for_ever)
}

/// How long the personal answers of a form outside of cases are kept after it was filled.
pub(super) fn forms_retention() -> Term {
    FILE.as_ref()
        .and_then(|file| file.forms.get("outside").cloned())
        .unwrap_or_else(for_ever)
}

/// The retention classes by their names.
pub(super) fn terms() -> BTreeMap<String, Term> {
    FILE.as_ref().map(|file| file.retention.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Ended, FILE, columns, forms_retention, retention, terms};

    #[test]
    fn the_file_is_read_and_every_retention_class_is_explained() {
        assert!(FILE.is_some(), "classes.toml cannot be read");
        assert!(columns().len() > 100);
        let known = terms();
        assert!(columns().iter().all(|column| known.contains_key(&column.retention)));
        assert!(Ended::ALL.iter().all(|ended| retention(*ended).months < 12_000));
        assert!(forms_retention().months < 12_000);
    }
}
