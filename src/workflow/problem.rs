//! What is wrong with a table of steps, in a form that words and pages can show beside the cell.

use std::fmt;

use super::table::StepCode;

/// Whether a problem stops the table from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The table cannot be issued or followed until it is solved.
    Error,
    /// The table works; somebody should look at it.
    Warning,
}

/// The cell of the row (or the table itself) that the problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The whole table, or its duration cases and shared times.
    Table,
    /// The code of the step.
    Code,
    /// The name of the step.
    Name,
    /// The responsible roles.
    Role,
    /// The time.
    Time,
    /// What comes next.
    Next,
    /// Whether the row may be left out.
    Optional,
    /// The parallel part and branch.
    Parallel,
    /// Whether the clock runs.
    Clock,
    /// Rows that somebody else must do.
    DifferentFrom,
    /// Rows that the same person must do.
    SameAs,
    /// How often the row may be done.
    MaxTimes,
    /// The forms.
    Forms,
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $name:ident, $text:literal, $severity:ident;)*) => {
        /// The kind of a problem. Each doc comment names the holes (arguments) of its message in braces.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)*
        }

        impl ProblemCode {
            /// Every code, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable text of the code: the message is the word `check.<text>`, the hint `check.<text>.hint`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Whether it stops the table from being used.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)*
                }
            }
        }
    };
}

problem_codes! {
    /// The table has no row. No holes.
    EmptyTable, "empty-table", Error;
    /// A row has no code. {row} is its number, from 1.
    EmptyStepCode, "empty-step-code", Error;
    /// A row has no name. {step}.
    EmptyStepName, "empty-step-name", Error;
    /// Nobody is responsible for a row. {step}.
    StepWithoutRole, "step-without-role", Error;
    /// Two rows have one code. {step}; {row} and {first} are their numbers, from 1.
    DuplicateStepCode, "duplicate-step-code", Error;
    /// A row leads to a code that no row has. {step}, {target}.
    UnknownTarget, "unknown-target", Error;
    /// No way leads from the first row to this one. {step}.
    UnreachableStep, "unreachable-step", Error;
    /// The row leads only into a loop that nothing leaves. {step}; {loop} is a row of that loop.
    NoWayToEnd, "no-way-to-end", Error;
    /// Rows that lead only to each other; the trace is the loop. {step} is its first row.
    LoopWithoutExit, "loop-without-exit", Error;
    /// A row has several ways on and this one has no outcome. {step}, {target}.
    BranchWithoutOutcome, "branch-without-outcome", Error;
    /// A row names one outcome twice. {step}, {outcome}.
    DuplicateOutcome, "duplicate-outcome", Error;
    /// A way crosses the border of a branch (END in a branch counts), so its branches cannot meet. {step}, {target},
    /// {group}.
    ParallelNotJoining, "parallel-not-joining", Error;
    /// A parallel part has fewer than two branches. {group}, {branch}.
    ParallelOneBranch, "parallel-one-branch", Error;
    /// A row of a parallel part or branch stands apart from the others. {step}, {group}, {branch}.
    ParallelScattered, "parallel-scattered", Error;
    /// A row uses a shared time that the table does not have. {step}, {shared}.
    SharedTimeUnknown, "shared-time-unknown", Error;
    /// A row gives a time for a duration case that the table does not have. {step}, {case}.
    UnknownDurationCase, "unknown-duration-case", Error;
    /// Two duration cases have one code. {case}.
    DuplicateDurationCase, "duplicate-duration-case", Error;
    /// Two shared times have one code. {shared}.
    DuplicateSharedTime, "duplicate-shared-time", Error;
    /// More duration cases than the check looks through. {count}, {limit}.
    TooManyDurations, "too-many-durations", Error;
    /// The longest way takes longer than the case may; the trace is its rows that take time. {case} is the name of the
    /// duration case; {total} and {limit} are decimals in {unit}, whose word is `check.unit.<unit>`.
    TimeExceedsLimit, "time-exceeds-limit", Error;
    /// As `TimeExceedsLimit`, but the limit and the rows count different days (working and calendar), so that the
    /// comparison, day against day, is only a hint. {case}, {total}, {limit}, {unit}.
    MixedTimeUnits, "mixed-time-units", Warning;
    /// A row must be done by somebody else than a row that does not exist. {step}, {other}.
    DifferentFromUnknown, "different-from-unknown", Error;
    /// A row must be done by the same person as a row that does not exist. {step}, {other}.
    SameAsUnknown, "same-as-unknown", Error;
    /// A row must be done by somebody else than, and by the same person as, one row (or itself). {step}, {other}.
    PersonRulesConflict, "person-rules-conflict", Error;
    /// A row may be done zero times. {step}.
    MaxTimesZero, "max-times-zero", Error;
    /// More states than the product follows. {states}, {limit}.
    TooManyStates, "too-many-states", Error;
    /// So many states that people will hardly follow it. {states}, {limit}.
    ManyStates, "many-states", Warning;
    /// Rows may be repeated without a bound; the trace is the loop. {step} is its first row.
    EndlessRework, "endless-rework", Warning;
    /// After this paused row no row makes the clock run again. {step}.
    PausedWithoutResume, "paused-without-resume", Warning;
    /// A row with several ways on may be left out: nothing tells which way is then taken. {step}.
    OptionalChoice, "optional-choice", Warning;
}

impl ProblemCode {
    /// Whether the order of the rows is unclear or broken with it, so that no workflow can be compiled.
    pub(super) const fn breaks_order(self) -> bool {
        matches!(
            self,
            Self::EmptyTable
                | Self::EmptyStepCode
                | Self::DuplicateStepCode
                | Self::UnknownTarget
                | Self::UnreachableStep
                | Self::NoWayToEnd
                | Self::LoopWithoutExit
                | Self::BranchWithoutOutcome
                | Self::DuplicateOutcome
                | Self::ParallelNotJoining
                | Self::ParallelOneBranch
                | Self::ParallelScattered
                | Self::TooManyStates
        )
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind.
    pub code: ProblemCode,
    /// The row, counted from 0; `None` for the whole table.
    pub row: Option<usize>,
    /// The cell.
    pub field: Field,
    /// The holes of the message by name, as the doc comment of the code lists them.
    pub args: Vec<(&'static str, String)>,
    /// Step codes that explain it (a loop, the longest way), in order; often empty, cut after 50.
    pub trace: Vec<StepCode>,
}

impl Problem {
    /// A problem of one row (or of the table, without a row) that needs no trace.
    pub(super) const fn new(
        code: ProblemCode,
        row: Option<usize>,
        field: Field,
        args: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            code,
            row,
            field,
            args,
            trace: Vec::new(),
        }
    }

    /// Whether it stops the table from being used.
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// True for an error, false for a warning.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}
