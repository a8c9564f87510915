//! A row of a form, as people write it: text stays text, so that a half-written row can be saved as a draft.

use serde::{Deserialize, Serialize};

/// The most rows of one form, columns of tables included.
pub const MOST_INPUTS: usize = 120;
/// The most rows that a table of a form may be filled with.
pub const MOST_ROWS: usize = 40;

/// One thing that a form asks for, or a heading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InputRow {
    /// Unique in the form: small letters, digits and `_`, for example `ngay_sinh`. Values are kept under it.
    pub code: String,
    /// What people read beside the blank.
    pub label: String,
    /// A word of [`InputKind`].
    pub kind: String,
    /// The code of the table that this is a column of; empty when it stands for itself.
    pub within: String,
    /// What there is to choose from.
    pub options: Vec<String>,
    /// Rules, for example `required`, `min 0`, `required_when ly_do = Khác`.
    pub rules: Vec<String>,
    /// How to fill it.
    pub help: String,
}

/// What sort of thing a form asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// One line.
    ShortText,
    /// Several lines.
    LongText,
    /// A number, with at most four decimals.
    Number,
    /// A day.
    Date,
    /// One of the options.
    Choice,
    /// Any number of the options.
    Choices,
    /// Yes or no.
    YesNo,
    /// A heading; nothing is typed.
    Section,
    /// A table, whose columns are the rows that name it in `within`.
    Table,
}

impl InputKind {
    /// Every kind, in the order of the list that people choose from.
    pub const ALL: [Self; 9] = [
        Self::ShortText,
        Self::LongText,
        Self::Number,
        Self::Date,
        Self::Choice,
        Self::Choices,
        Self::YesNo,
        Self::Section,
        Self::Table,
    ];

    /// The word that the file uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ShortText => "short_text",
            Self::LongText => "long_text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::YesNo => "yes_no",
            Self::Section => "section",
            Self::Table => "table",
        }
    }

    /// The kind for a word of the file, if it is one.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether somebody chooses among its options.
    pub fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }

    /// Whether it may be a column of a table.
    pub(super) fn may_be_column(self) -> bool {
        !matches!(self, Self::Choices | Self::Section | Self::Table)
    }
}
