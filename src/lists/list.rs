//! A master list: its columns and rows, before anybody writes it down. Pure.

use chrono::NaiveDate;
use serde::Serialize;

crate::kernel::text_enum! {
    /// The master lists of an office.
    List {
        /// Danh mục tài liệu nội bộ.
        Documents = "documents",
        /// Danh mục tài liệu bên ngoài.
        External = "external",
        /// Danh mục biểu mẫu.
        Forms = "forms",
        /// Danh mục hồ sơ.
        Records = "records",
    }
}

/// What stands in one place of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "sort", content = "value", rename_all = "snake_case")]
pub enum Cell {
    /// A text; empty when there is nothing to say.
    Text(String),
    /// A number.
    Number(i64),
    /// A day.
    Day(Option<NaiveDate>),
    /// A word, by its key.
    Word(String),
}

impl Cell {
    /// The cell as a text; `word` gives the word of a key.
    pub fn text(&self, word: impl Fn(&str) -> String) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default(),
            Self::Word(key) => word(key),
        }
    }
}

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The end of the key of its word (`lists.column.…`).
    pub name: &'static str,
    /// How wide it is on a sheet, in characters.
    pub width: u16,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The page of what the row comes from.
    pub link: String,
    /// One cell for each column after the running number.
    pub cells: Vec<Cell>,
}

/// A list as it was on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MasterList {
    /// The columns after the running number.
    pub columns: &'static [Column],
    /// The rows, in the order of their codes.
    pub rows: Vec<Row>,
}

const fn column(name: &'static str, width: u16) -> Column {
    Column { name, width }
}

impl List {
    /// Whether its rows come from documents of the office, and so have a field and a kind to narrow them by.
    pub fn is_of_documents(self) -> bool {
        self != Self::External
    }

    /// The columns after the running number, as offices use them.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Documents => {
                const {
                    &[
                        column("code", 14),
                        column("title", 52),
                        column("kind", 24),
                        column("field", 22),
                        column("issue", 9),
                        column("amendment", 9),
                        column("effective_from", 15),
                        column("approved_by", 32),
                        column("review_months", 12),
                    ]
                }
            }
            Self::External => {
                const {
                    &[
                        column("sign", 20),
                        column("act_kind", 16),
                        column("title", 44),
                        column("issuer", 24),
                        column("issued_on", 16),
                        column("effective_from", 15),
                        column("effective_to", 16),
                        column("validity", 22),
                        column("cited_by", 10),
                    ]
                }
            }
            Self::Forms => {
                const {
                    &[
                        column("form_code", 18),
                        column("form_name", 56),
                        column("used_in", 26),
                        column("field", 22),
                        column("issue", 9),
                        column("amendment", 9),
                        column("effective_from", 15),
                        column("file", 28),
                    ]
                }
            }
            Self::Records => {
                const {
                    &[
                        column("record", 52),
                        column("place", 34),
                        column("retention", 20),
                        column("document", 14),
                        column("title", 44),
                        column("field", 22),
                        column("effective_from", 15),
                    ]
                }
            }
        }
    }
}
