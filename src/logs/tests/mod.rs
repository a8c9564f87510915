//! Tests of the room: hard files of both formats, times, hostile input, and round trips.

mod csv;
mod hostile;
mod properties;
mod suggestions;
mod times;
mod write;
mod xes;

use super::{EventLog, FaultCode, Field, Format, Limits, LogFailure, LogMap, read};

/// Reads with the bounds of the command line.
fn try_read(text: impl AsRef<[u8]>, map: &LogMap) -> Result<EventLog, LogFailure> {
    read(text.as_ref(), Format::Any, map, &Limits::COMMAND_LINE)
}

fn read_with(text: impl AsRef<[u8]>, map: &str) -> EventLog {
    try_read(text, &LogMap::parse(map).unwrap()).unwrap()
}

fn read_text(text: impl AsRef<[u8]>) -> EventLog {
    try_read(text, &LogMap::default()).unwrap()
}

/// The cases as text: `name: step/outcome@resource:role, …`.
fn shown(log: &EventLog) -> Vec<String> {
    let event = |(step, doer): (&u32, &u32)| {
        let step = log.step(*step).unwrap();
        let doer = log.doer(*doer).unwrap();
        let mut text = step.activity.to_owned();
        for (mark, part) in [
            ('/', step.outcome),
            ('@', doer.resource),
            (':', doer.role),
            ('#', doer.position),
        ] {
            if let Some(part) = part {
                text.push(mark);
                text.push_str(part);
            }
        }
        text
    };
    log.iter()
        .map(|case| {
            let events: Vec<String> = case.steps().iter().zip(case.doers()).map(event).collect();
            format!("{}: {}", case.name(), events.join(", "))
        })
        .collect()
}

/// The faults as text: line, code, and `-` where the event was left out.
fn faults(log: &EventLog) -> Vec<String> {
    log.faults()
        .iter()
        .map(|fault| {
            let left_out = if fault.left_out { "-" } else { "" };
            format!("{} {}{left_out}", fault.line, fault.code.as_str())
        })
        .collect()
}

/// The times of all events, case by case.
fn times(log: &EventLog) -> Vec<i64> {
    log.iter().flat_map(|case| case.times().to_vec()).collect()
}

#[test]
fn every_field_has_a_key_of_its_own() {
    for field in Field::ALL {
        assert_eq!(Field::of(field.as_str()), Some(field));
    }
    let mut codes: Vec<&str> = FaultCode::ALL.iter().map(|code| code.as_str()).collect();
    codes.extend(super::FailureCode::ALL.iter().map(|code| code.as_str()));
    codes.extend(super::MapCode::ALL.iter().map(|code| code.as_str()));
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
}
