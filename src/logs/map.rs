//! How a log is to be read: which column holds what, how times are written, and what names mean here.

use std::collections::BTreeMap;

/// What a column of CSV or an attribute of XES tells of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// To which case it belongs.
    Case,
    /// What was done.
    Activity,
    /// How it ended.
    Outcome,
    /// When.
    Time,
    /// By whom.
    Resource,
    /// In which role.
    Role,
    /// At which position.
    Position,
    /// Whether the case was finished; told by any event of the case, in XES by its trace.
    Completed,
    /// The phase of the activity that the event marks, for example `complete`.
    Lifecycle,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 9] = [
        Self::Case,
        Self::Activity,
        Self::Outcome,
        Self::Time,
        Self::Resource,
        Self::Role,
        Self::Position,
        Self::Completed,
        Self::Lifecycle,
    ];

    /// Its key in a map.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Activity => "activity",
            Self::Outcome => "outcome",
            Self::Time => "time",
            Self::Resource => "resource",
            Self::Role => "role",
            Self::Position => "position",
            Self::Completed => "completed",
            Self::Lifecycle => "lifecycle",
        }
    }

    /// The field of a key.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == key)
    }
}

/// How times are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TimeForm {
    /// ISO 8601, or day, month and year as spreadsheets write them; their order is told from the whole column.
    #[default]
    Auto,
    /// As `Auto`, with the day first.
    DayFirst,
    /// As `Auto`, with the month first.
    MonthFirst,
    /// Seconds since 1970-01-01 UTC.
    Seconds,
    /// Milliseconds since 1970-01-01 UTC.
    Milliseconds,
    /// Days since 1899-12-30 in the zone of the map, as a spreadsheet stores them.
    Excel,
    /// A pattern of `strftime`, for example `%d.%m.%Y %H:%M`.
    Pattern(String),
}

/// The form and the zone of times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// How they are written.
    pub form: TimeForm,
    /// Minutes from UTC where a time names no zone: 420 in Việt Nam.
    pub zone: i32,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            form: TimeForm::default(),
            zone: 420,
        }
    }
}

/// How a log is to be read.
///
/// The keys of all maps are in the composed normal form without blanks around them, as are the names of a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogMap {
    /// What separates the cells of CSV: `,` `;` `|` or a tab; `None` to tell it from the file.
    pub separator: Option<char>,
    /// The encoding of the file, as the web names encodings; `None` for UTF-8, or UTF-16 where the file says so.
    pub encoding: Option<String>,
    /// The column or attribute of each field. In CSV fields without one are not read; when there is none at all, the
    /// columns are told by their well-known names. In XES fields without one are read from the standard attributes;
    /// an empty name leaves a field out.
    pub columns: BTreeMap<Field, String>,
    /// How times are written.
    pub times: Times,
    /// The phases of activities whose events are read, in lower case; empty for all.
    pub phases: Vec<String>,
    /// What an activity of the log is called here: the code of a step.
    pub activities: BTreeMap<String, String>,
    /// What an outcome of the log is called here.
    pub outcomes: BTreeMap<String, String>,
    /// What somebody of the log is called here.
    pub people: BTreeMap<String, String>,
    /// What a role of the log is called here.
    pub roles: BTreeMap<String, String>,
}
