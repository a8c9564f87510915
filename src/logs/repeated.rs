//! Rows that say the same as another: told by both lines, and kept.

use super::days::{DAY, MINUTE};
use super::fault::{FaultCode, Faults, LogFault};
use super::log::{CaseView, EventLog, NO_TIME};

/// Notes the rows that say the same as another of their case. Where only the day is known, doing the same twice on one
/// day is no reason for doubt.
pub(super) fn note(log: &mut EventLog) {
    let mut faults = std::mem::take(&mut log.faults);
    for case in log.iter() {
        let times = case.times();
        let has_equals = times
            .windows(2)
            .any(|pair| matches!(pair, [one, other] if one == other && *one != NO_TIME));
        if has_equals {
            of_case(&case, log.reading.zone, &mut faults);
        }
    }
    log.faults = faults;
}

/// The equal rows of one case.
fn of_case(case: &CaseView<'_>, zone: i32, faults: &mut Faults) {
    let midnight = |at: i64| (at + i64::from(zone) * MINUTE).rem_euclid(DAY) == 0;
    let (steps, doers) = (case.steps(), case.doers());
    let mut rows: Vec<(i64, u32, u32, usize)> = case
        .times()
        .iter()
        .zip(steps.iter().zip(doers))
        .enumerate()
        .filter(|(_, (at, _))| **at != NO_TIME && !midnight(**at))
        .map(|(event, (at, (step, doer)))| (*at, *step, *doer, event))
        .collect();
    rows.sort_unstable();
    for pair in rows.windows(2) {
        if let [one, other] = pair
            && (one.0, one.1, one.2) == (other.0, other.1, other.2)
        {
            let line = |event| case.line(event).unwrap_or(0);
            let fault = LogFault::new(line(other.3), FaultCode::RepeatedRow);
            faults.push(fault.with("other", line(one.3)));
        }
    }
}
