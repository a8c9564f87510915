//! My open cases, with marks for late ones and those due soon.

use crate::calendar;
use crate::cases::{self, OpenCase};
use crate::kernel::{PersonId, local, to_utc};
use crate::ledger::Work;
use crate::web::Failure;
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeSet;

/// Hundredths of a working day within which something is due soon: until the end of the next working day.
const SOON: u32 = 100;

/// A case that waits for a step of the person.
#[derive(Debug, Clone, Serialize)]
pub(super) struct MyCase {
    #[serde(flatten)]
    case: OpenCase,
    /// `late`, `due_soon` or empty.
    pub(super) mark: &'static str,
}

/// Until when something is due soon.
fn soon(work: &mut Work<'_>) -> Result<NaiveDateTime, Failure> {
    let calendar = calendar::working_calendar(work)?;
    Ok(to_utc(calendar.add_working_days(local(work.actor.at), SOON)))
}

fn mark(case: &OpenCase, soon: NaiveDateTime) -> &'static str {
    let is_near = [case.due_at, case.step_due_at]
        .into_iter()
        .flatten()
        .any(|due| due <= soon);
    match (case.is_late, is_near) {
        (true, _) => "late",
        (false, true) => "due_soon",
        (false, false) => "",
    }
}

/// How many cases there are with one of these marks; a case that waits for several steps counts once.
pub(super) fn count(rows: &[MyCase], marks: &[&str]) -> usize {
    let marked = rows.iter().filter(|row| marks.contains(&row.mark));
    marked.map(|row| row.case.code.as_str()).collect::<BTreeSet<_>>().len()
}

/// The open cases of a person, by due time.
pub(super) fn my_cases(work: &mut Work<'_>, person: &PersonId) -> Result<Vec<MyCase>, Failure> {
    let soon = soon(work)?;
    let open = cases::open_for(work, person)?;
    Ok(open
        .into_iter()
        .map(|case| MyCase {
            mark: mark(&case, soon),
            case,
        })
        .collect())
}
