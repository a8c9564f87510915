//! How long steps took: from when each became possible until it was done, where that is certain. Pure.

use crate::calendar::WorkingCalendar;
use crate::conformance::figures::Walked;
use crate::conformance::store::Judged;
use crate::kernel::local;
use crate::workflow::TimeUnit;
use chrono::NaiveDateTime;

/// A step that was done as the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conformance) struct Took {
    /// The row of the table.
    pub(in crate::conformance) row: usize,
    /// When it became possible, UTC.
    pub(in crate::conformance) since: NaiveDateTime,
    /// When it was done, UTC.
    pub(in crate::conformance) until: NaiveDateTime,
}

impl Took {
    /// In hours: of the office for limits counted in working time, of the clock for the others.
    pub(in crate::conformance) fn hours(&self, calendar: &WorkingCalendar, unit: TimeUnit) -> f64 {
        let minutes = match unit {
            TimeUnit::WorkingDay | TimeUnit::WorkingHour => {
                calendar.working_minutes_between(local(self.since), local(self.until))
            }
            TimeUnit::CalendarDay | TimeUnit::ClockHour => (self.until - self.since).num_minutes(),
        };
        f64::from(i32::try_from(minutes.max(0)).unwrap_or(i32::MAX)) / 60.0
    }
}

/// What each step took; a step behind one that was left out is not counted, for nobody can say how much was its own.
pub(in crate::conformance) fn took(one: &Judged) -> Vec<Took> {
    let walked = Walked::of(&one.trace, &one.judgement, &one.content.table);
    let spans = walked.passages.into_iter().filter_map(|step| {
        let (since, done) = (step.since?, one.trace.events.get(step.event)?);
        Some(Took {
            row: step.row,
            since,
            until: done.done_at.max(since),
        })
    });
    spans.collect()
}
