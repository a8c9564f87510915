//! The table of steps: what officials write, and the one source of what may come next.

use std::fmt;

/// The code of a step, unique in its version and the label in event logs, for example `B05`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepCode(String);

/// The code of a role that is responsible for steps, for example `tphth` (justice and civil status official).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleCode(String);

/// The name of a duration case of a procedure, for example `xac_minh` (verification needed).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DurationCode(String);

macro_rules! text_newtype {
    ($($name:ident),*) => {$(
        impl $name {
            /// Keeps the text as it is; whether it names something is the table's check.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
text_newtype!(StepCode, RoleCode, DurationCode);

/// In what a time limit is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeUnit {
    /// Days on which the office works; one is eight working hours.
    WorkingDay,
    /// Days of the calendar, weekends and holidays included.
    CalendarDay,
    /// Hours in which the office works.
    WorkingHour,
    /// Hours of the clock, day and night.
    ClockHour,
}

/// A length of time as the table states it, exact to a hundredth of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeLimit {
    /// Hundredths of `unit`: half a day is 50.
    pub hundredths: u32,
    /// What is counted.
    pub unit: TimeUnit,
}

/// One duration case of a procedure and its limit by law ("có xác minh": 8 working days).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationCase {
    /// Unique in the table; the first case is the ordinary one.
    pub code: DurationCode,
    /// What people call it.
    pub name: String,
    /// The limit of the whole case.
    pub limit: TimeLimit,
}

/// A time cell that several rows share (one merged cell in the published table).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedTime {
    /// Unique in the table, for example `A`.
    pub code: String,
    /// The time that the rows have together.
    pub limit: TimeLimit,
}

/// The time of a row in one duration case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepTime {
    /// Its own time.
    Own(TimeLimit),
    /// A share of the cell with this code.
    Shared(String),
}

/// Where a row leads with one outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// Another row (earlier rows mean rework).
    Step(StepCode),
    /// `END`: the case ends with its result.
    End,
    /// `END-REFUSED`: the case ends with a refusal.
    EndRefused,
    /// `END-WITHDRAWN`: the case ends because the citizen withdrew it.
    EndWithdrawn,
}

/// One entry of the column "next".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The outcome of the step that leads there; needed when a row has several entries.
    pub outcome: Option<String>,
    /// Where it leads.
    pub target: Target,
}

/// The parallel part and branch that a row belongs to (`P1/a`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Branch {
    /// The parallel part, for example `P1`.
    pub group: String,
    /// The branch in it, for example `a`.
    pub branch: String,
}

/// Whether the clock of the case runs while the step waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The ordinary case.
    #[default]
    Runs,
    /// The case waits for somebody outside (a supplement by the citizen): the waiting is not counted.
    Paused,
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its code.
    pub code: StepCode,
    /// What is done.
    pub name: String,
    /// Who is responsible: any one of these roles.
    pub roles: Vec<RoleCode>,
    /// Its time by duration case; a case that is not named here uses the first entry.
    pub times: Vec<(DurationCode, StepTime)>,
    /// False for a step whose time is outside the limit ("không tính thời gian").
    pub counted: bool,
    /// What comes next; empty means the row below (the end after the last row).
    pub next: Vec<Next>,
    /// True when the row may be left out.
    pub optional: bool,
    /// The parallel part it belongs to.
    pub branch: Option<Branch>,
    /// Whether the clock of the case runs while this row waits.
    pub clock: Clock,
    /// Rows whose performer must be somebody else (four eyes).
    pub different_from: Vec<StepCode>,
    /// Rows whose performer must be the same person.
    pub same_as: Vec<StepCode>,
    /// How often the row may be done in one case; `None` sets no bound.
    pub max_times: Option<u32>,
    /// Codes of the forms that the row uses or fills.
    pub forms: Vec<String>,
    /// What the row produces, in words.
    pub outputs: Vec<String>,
}

/// The whole table of one version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepTable {
    /// The duration cases, the ordinary one first. Empty when the text states no limit.
    pub durations: Vec<DurationCase>,
    /// Cells that several rows share.
    pub shared_times: Vec<SharedTime>,
    /// The rows, in the order of the table.
    pub steps: Vec<Step>,
}

impl StepTable {
    /// The row with this code, and its place in the table.
    pub fn find(&self, code: &StepCode) -> Option<(usize, &Step)> {
        self.steps.iter().enumerate().find(|(_, step)| step.code == *code)
    }
}
