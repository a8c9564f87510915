//! What is wrong with what is typed, each problem with the row that it is about.

use super::reading::Read;
use super::sheet::{LISTS, Sheet, is_empty_row, is_empty_step};
use crate::procedures::{Fault, RoleCatalogue, Severity, check_parsed, parse, write};

/// A problem and the row on the sheet: list and row, or `None` for the single cells and the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::documents) struct Found {
    /// The problem.
    pub(in crate::documents) fault: Fault,
    /// Where to look.
    pub(in crate::documents) at: Option<(&'static str, usize)>,
}

impl Found {
    /// Whether it stops the version from being submitted.
    pub(in crate::documents) fn is_error(&self) -> bool {
        self.fault.severity == Severity::Error
    }
}

/// The problems of what the sheet says, in the order of the file, and the text of that file.
pub(in crate::documents) fn problems(sheet: &Sheet, read: &Read, roles: &RoleCatalogue) -> (String, Vec<Found>) {
    let text = write(&read.source);
    let parsed = parse(&text);
    let filled: Vec<(&'static str, Vec<usize>)> = LISTS
        .iter()
        .map(|(list, _)| (*list, places(sheet.rows(list), is_empty_row)))
        .chain([("steps", places(&sheet.steps, is_empty_step))])
        .collect();
    // The rows of the file by the line on which each begins.
    let mut starts: Vec<(usize, (&'static str, usize))> = filled
        .iter()
        .flat_map(|(list, rows)| rows.iter().enumerate().map(move |(at, row)| (*list, at, *row)))
        .map(|(list, at, row)| (parsed.places.nearest(&format!("{list}.{at}")).line, (list, row)))
        .collect();
    starts.sort_unstable();
    let at = |fault: &Fault| {
        starts
            .iter()
            .take_while(|(line, _)| *line <= fault.line)
            .last()
            .map(|(_, at)| *at)
    };
    let found = check_parsed(&parsed, Some(roles))
        .into_iter()
        .map(|fault| Found { at: at(&fault), fault })
        .collect();
    (text, found)
}

fn places<T>(rows: &[T], is_empty: fn(&T) -> bool) -> Vec<usize> {
    rows.iter()
        .enumerate()
        .filter(|(_, row)| !is_empty(row))
        .map(|(at, _)| at)
        .collect()
}
