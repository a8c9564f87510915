//! A problem of a file, at a line and a column.

use super::places::{Place, Places};
use super::source::Source;
use crate::workflow::{Field, Problem, ProblemCode, Severity};

/// One problem of a file. Its words are found by `code`: own codes in the words of `fault`, the workflow's in `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// Whether it stops approval.
    pub severity: Severity,
    /// The key of its words, for example `unknown-role`.
    pub code: String,
    /// What fills the holes of the words.
    pub args: Vec<(String, String)>,
    /// Codes of steps that show how the problem comes about.
    pub trace: Vec<String>,
}

impl Fault {
    /// An error at a place.
    pub(super) fn error(place: Place, code: &str, args: &[(&str, &str)]) -> Self {
        Self {
            line: place.line,
            column: place.column,
            severity: Severity::Error,
            code: code.to_owned(),
            args: args
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            trace: Vec::new(),
        }
    }

    /// A problem of the table of steps, at the cell that it is about.
    pub(super) fn of_steps(problem: &Problem, source: &Source, places: &Places) -> Self {
        let place = match problem.row {
            Some(row) => places.nearest(&format!("steps.{row}.{}", key_of(problem.field))),
            None => places.nearest(&table_path(problem, source)),
        };
        let owned = |(name, value): &(&'static str, String)| ((*name).to_owned(), value.clone());
        Self {
            line: place.line,
            column: place.column,
            severity: problem.severity(),
            code: problem.code.as_str().to_owned(),
            args: problem.args.iter().map(owned).collect(),
            trace: problem.trace.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The key of the file that holds a cell; one that the row leaves out is pointed at by the row.
fn key_of(field: Field) -> &'static str {
    match field {
        Field::Table => "",
        Field::Code => "code",
        Field::Name => "name",
        Field::Role => "roles",
        Field::Time => "time",
        Field::Next => "next",
        Field::Optional => "optional",
        Field::Parallel => "parallel",
        Field::Clock => "clock",
        Field::DifferentFrom => "different_from",
        Field::SameAs => "same_as",
        Field::MaxTimes => "max_times",
        Field::Forms => "forms",
    }
}

/// Where a problem of the whole table is shown: the duration case or shared time that it names, or the first row.
fn table_path(problem: &Problem, source: &Source) -> String {
    let named = |hole: &str| {
        problem
            .args
            .iter()
            .find(|(name, _)| *name == hole)
            .map(|(_, value)| value.as_str())
    };
    if let Some(case) = named("case") {
        // The later of two cases with one code is the one too many.
        let row = source
            .durations
            .iter()
            .rposition(|row| row.code == case || row.name == case);
        return format!("durations.{}.limit", row.unwrap_or_default());
    }
    if let Some(shared) = named("shared") {
        let row = source.shared_times.iter().rposition(|row| row.code == shared);
        return format!("shared_times.{}.code", row.unwrap_or_default());
    }
    let list = if problem.code == ProblemCode::TooManyDurations {
        "durations"
    } else {
        "steps"
    };
    format!("{list}.0")
}

/// Puts problems in the order of the file.
pub(super) fn sort(faults: &mut [Fault]) {
    faults.sort_by(|one, other| {
        let key = |fault: &Fault| (fault.line, fault.column, fault.severity);
        key(one).cmp(&key(other)).then_with(|| one.code.cmp(&other.code))
    });
}
