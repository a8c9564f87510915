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
    /// `late`, `step_late`, `due_soon`, `step_due_soon` or empty.
    pub(super) mark: &'static str,
}

/// Until when something is due soon.
fn soon(work: &mut Work<'_>) -> Result<NaiveDateTime, Failure> {
    let calendar = calendar::working_calendar(work)?;
    Ok(to_utc(calendar.add_working_days(local(work.actor.at), SOON)))
}

/// The marks of cases of which something is overdue, and of which something is due soon.
pub(super) const LATE: [&str; 2] = ["late", "step_late"];
pub(super) const DUE_SOON: [&str; 2] = ["due_soon", "step_due_soon"];

/// A step may be late while its case has time left: the two are never told as one.
fn mark(case: &OpenCase, now: NaiveDateTime, soon: NaiveDateTime) -> &'static str {
    let by = |due: Option<NaiveDateTime>, when: NaiveDateTime| due.is_some_and(|due| due <= when);
    if case.is_late {
        if by(case.due_at, now) { "late" } else { "step_late" }
    } else if by(case.due_at, soon) {
        "due_soon"
    } else if by(case.step_due_at, soon) {
        "step_due_soon"
    } else {
        ""
    }
}

/// How many cases there are with one of these marks; a case that waits for several steps counts once.
pub(super) fn count(rows: &[MyCase], wants: impl Fn(&str) -> bool) -> usize {
    let marked = rows.iter().filter(|row| wants(row.mark));
    marked.map(|row| row.case.code.as_str()).collect::<BTreeSet<_>>().len()
}

/// The open cases of a person, by due time.
pub(super) fn my_cases(work: &mut Work<'_>, person: &PersonId) -> Result<Vec<MyCase>, Failure> {
    let (now, soon) = (work.actor.at, soon(work)?);
    let open = cases::open_for(work, person)?;
    Ok(open
        .into_iter()
        .map(|case| MyCase {
            mark: mark(&case, now, soon),
            case,
        })
        .collect())
}
