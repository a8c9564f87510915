//! Reads XES: IEEE 1849, of which only what the map needs is kept.
//!
//! Values that `global` declares for attributes that an event lacks are not filled in, as no other tool does; nested
//! attributes and lists are passed over.

use super::failure::{FailureCode, LogFailure};
use super::fault::{FaultCode, LogFault};
use super::gather::{Draft, Gather};
use super::input::Input;
use super::intern::Script;
use super::limits::Limits;
use super::log::{Columns, EventLog, Format, Lines, Reading};
use super::map::{Field, LogMap};
use super::number::narrow;
use super::xml::{Token, Xml};
use std::collections::BTreeMap;
use std::io::Read;

/// The attributes that the standard extensions name, and those that this program writes.
const STANDARD: [(Field, &[&str]); 9] = [
    (Field::Case, &["concept:name"]),
    (Field::Activity, &["concept:name"]),
    (Field::Outcome, &["step:outcome", "outcome"]),
    (Field::Time, &["time:timestamp"]),
    (Field::Resource, &["org:resource"]),
    (Field::Role, &["org:role"]),
    (Field::Position, &["org:position"]),
    (Field::Completed, &["completed"]),
    (Field::Lifecycle, &["lifecycle:transition"]),
];

/// Of how many attributes of an event it is remembered what they held.
const EXPECTED: usize = 32;

/// Which attributes hold which field.
struct Keys {
    of_trace: Vec<(Field, Vec<u8>)>,
    of_event: Vec<(Field, Vec<u8>)>,
    /// The same, for people.
    said: BTreeMap<Field, String>,
    /// Whether the map names the attribute for `Completed`.
    is_mapped: bool,
}

impl Keys {
    fn of(map: &LogMap) -> Self {
        let (mut of_trace, mut of_event) = (Vec::new(), Vec::new());
        let mut said = BTreeMap::new();
        for (field, standard) in STANDARD {
            if field == Field::Lifecycle && map.phases.is_empty() {
                continue;
            }
            let is_of_trace = matches!(field, Field::Case | Field::Completed);
            let keys = if is_of_trace { &mut of_trace } else { &mut of_event };
            if let (None, [first, ..]) = (map.columns.get(&field), standard) {
                said.insert(field, (*first).to_owned());
            }
            match map.columns.get(&field).map(String::as_str) {
                Some("") => {}
                Some(key) => {
                    // Tools that make a table of a log put `case:` before the attributes of traces.
                    let key = if is_of_trace {
                        key.strip_prefix("case:").unwrap_or(key)
                    } else {
                        key
                    };
                    keys.push((field, escaped(key)));
                    said.insert(field, key.to_owned());
                }
                None => keys.extend(standard.iter().map(|key| (field, key.as_bytes().to_vec()))),
            }
        }
        Self {
            of_trace,
            of_event,
            said,
            is_mapped: map.columns.contains_key(&Field::Completed),
        }
    }
}

/// A key as it is written in a file.
fn escaped(key: &str) -> Vec<u8> {
    let key = key.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    key.into_bytes()
}

/// The element that reading stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Log,
    Trace,
    Event,
    After,
}

/// Reads a log.
pub(super) fn read(input: Input<'_>, map: &LogMap, limits: &Limits) -> Result<EventLog, LogFailure> {
    let encoding = input.encoding.name();
    let mut reader = Reader {
        xml: Xml::new(input.text, limits.depth, limits.element),
        gather: Gather::new(map, limits, Script::Xml),
        keys: Keys::of(map),
        place: Place::Before,
        starts: Vec::new(),
        lines: Vec::new(),
        name: None,
        draft: Draft::EMPTY,
        place_in_event: 0,
        expected: Vec::new(),
    };
    while reader.step()? {}
    if reader.place == Place::Before {
        return Err(LogFailure::new(FailureCode::NotXes).with("found", ""));
    }
    Ok(reader.finish(encoding, map.times.zone))
}

struct Reader<'m, R> {
    xml: Xml<R>,
    gather: Gather<'m>,
    keys: Keys,
    place: Place,
    starts: Vec<u32>,
    lines: Vec<u32>,
    /// The name of the trace that is being read.
    name: Option<String>,
    draft: Draft,
    /// How many attributes of the event were read, and what those of the last event held: mostly the same come again.
    place_in_event: usize,
    expected: Vec<(Vec<u8>, Vec<Field>)>,
}

impl<R: Read> Reader<'_, R> {
    /// Reads one tag; false at the end.
    fn step(&mut self) -> Result<bool, LogFailure> {
        let token = self.xml.next()?;
        let is_open = token == Token::Open;
        match (token, self.place) {
            (Token::End, _) => return Ok(false),
            (Token::Close, Place::Event) if self.xml.depth() == 2 => self.end_event()?,
            (Token::Close, Place::Trace) if self.xml.depth() == 1 => self.end_trace()?,
            (Token::Close, Place::Log) if self.xml.depth() == 0 => self.place = Place::After,
            (Token::Close, _) | (_, Place::After) => {}
            (_, Place::Before) => self.begin_log(is_open)?,
            (_, Place::Log) => self.in_log(is_open)?,
            (_, Place::Trace) => self.in_trace(is_open)?,
            (_, Place::Event) if self.xml.depth() == 3 + usize::from(is_open) => self.event_attribute()?,
            (_, Place::Event) => {}
        }
        Ok(true)
    }

    fn begin_log(&mut self, is_open: bool) -> Result<(), LogFailure> {
        if self.xml.name() != b"log" {
            let found = super::fault::shown(self.xml.name());
            let failure = LogFailure::new(FailureCode::NotXes).with("found", found);
            return Err(failure.at(self.xml.line()));
        }
        self.place = if is_open { Place::Log } else { Place::After };
        Ok(())
    }

    /// A tag inside the log: a trace, or something that is passed over.
    fn in_log(&mut self, is_open: bool) -> Result<(), LogFailure> {
        if self.xml.depth() != 1 + usize::from(is_open) {
            return Ok(());
        }
        match self.xml.name() {
            b"trace" => {
                let line = self.xml.count_line();
                self.starts.push(narrow(self.gather.steps.len()));
                self.lines.push(narrow(line));
                self.place = Place::Trace;
                if is_open { Ok(()) } else { self.end_trace() }
            }
            b"event" => {
                let xml = &self.xml;
                let fault = |line| LogFault::new(line, FaultCode::LooseEvent).left_out();
                self.gather.faults.push_at(|| xml.line(), FaultCode::LooseEvent, fault);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A tag inside a trace: an event, or an attribute of the trace.
    fn in_trace(&mut self, is_open: bool) -> Result<(), LogFailure> {
        if self.xml.depth() != 2 + usize::from(is_open) {
            return Ok(());
        }
        if self.xml.name() == b"event" {
            self.draft = Draft::EMPTY;
            self.place_in_event = 0;
            if is_open {
                self.place = Place::Event;
                return Ok(());
            }
            return self.end_event();
        }
        self.trace_attribute()
    }

    fn trace_attribute(&mut self) -> Result<(), LogFailure> {
        let (Some(key), Some(value)) = (self.xml.key(), self.xml.value()) else {
            return Ok(());
        };
        let xml = &self.xml;
        for (field, _) in self.keys.of_trace.iter().filter(|(_, own)| own == key) {
            match field {
                // Without a map it may mean anything else, unless it is a boolean.
                Field::Completed if !self.keys.is_mapped && xml.name() != b"boolean" => {}
                Field::Completed => {
                    let case = narrow(self.starts.len().saturating_sub(1));
                    self.gather.complete(case, value, || xml.line());
                }
                _ if value.len() > self.gather.limits.value => {
                    let fault = |line| {
                        LogFault::new(line, FaultCode::LongValue)
                            .with("bytes", value.len())
                            .with("limit", self.gather.limits.value)
                            .field(Field::Case)
                    };
                    self.gather.faults.push_at(|| xml.line(), FaultCode::LongValue, fault);
                }
                Field::Case
                | Field::Activity
                | Field::Outcome
                | Field::Time
                | Field::Resource
                | Field::Role
                | Field::Position
                | Field::Lifecycle => match self.gather.clean(value) {
                    Ok(name) => self.name = Some(name).filter(|name| !name.is_empty()),
                    Err(bad) => self.gather.bad_text(bad, Field::Case, value, || xml.line()),
                },
            }
        }
        Ok(())
    }

    fn event_attribute(&mut self) -> Result<(), LogFailure> {
        let (Some(key), Some(_)) = (self.xml.key(), self.xml.value()) else {
            return Ok(());
        };
        let place = self.place_in_event;
        self.place_in_event += 1;
        let is_expected = self.expected.get(place).is_some_and(|(known, _)| known == key);
        if !is_expected {
            self.expect(place);
        }
        let (Some(value), Some((_, fields))) = (self.xml.value(), self.expected.get(place.min(EXPECTED))) else {
            return Ok(());
        };
        let xml = &self.xml;
        for field in fields {
            self.gather.take(&mut self.draft, *field, value, || xml.line())?;
        }
        Ok(())
    }

    /// Looks up which fields the attribute of an event holds, and expects the same of the next event at this place.
    fn expect(&mut self, place: usize) {
        let key = self.xml.key().unwrap_or_default();
        let fields = self.keys.of_event.iter().filter(|(_, own)| own == key);
        let known = (key.to_vec(), fields.map(|(field, _)| *field).collect());
        match self.expected.get_mut(place.min(EXPECTED)) {
            Some(old) => *old = known,
            None => self.expected.push(known),
        }
    }

    fn end_event(&mut self) -> Result<(), LogFailure> {
        let xml = &self.xml;
        if self.gather.accepts(&self.draft, || xml.line()) {
            self.gather
                .push(&self.draft)
                .map_err(|failure| failure.at(xml.line()))?;
        }
        self.place = Place::Trace;
        Ok(())
    }

    fn end_trace(&mut self) -> Result<(), LogFailure> {
        let number = self.starts.len();
        let line = self.lines.last().copied().unwrap_or(0);
        let name = self.name.take().unwrap_or_else(|| {
            let name = format!("#{number}");
            let fault = LogFault::new(super::number::wide(line), FaultCode::UnnamedCase).value(name.as_bytes());
            self.gather.faults.push(fault);
            name
        });
        self.gather
            .pay(name.len())
            .map_err(|failure| failure.at(super::number::wide(line)))?;
        let (id, is_new) = self.gather.cases.intern(name.as_bytes());
        if !is_new {
            self.gather.cases.add_apart(name.as_bytes());
            let other = self.lines.get(super::number::wide(id)).copied().unwrap_or(0);
            let fault = LogFault::new(super::number::wide(line), FaultCode::RepeatedCase);
            self.gather
                .faults
                .push(fault.value(name.as_bytes()).with("other", other));
        }
        self.place = Place::Log;
        Ok(())
    }

    fn finish(mut self, encoding: &'static str, zone: i32) -> EventLog {
        self.gather.settle();
        self.gather.faults.sort();
        self.starts.push(narrow(self.gather.steps.len()));
        let vocabulary = self.gather.vocabulary();
        let mut columns = Columns {
            names: self.gather.cases.into_texts(),
            starts: self.starts,
            completed: self.gather.completed,
            steps: self.gather.steps,
            doers: self.gather.doers,
            times: self.gather.times,
            lines: Lines::Traces(self.lines),
        };
        columns.shrink();
        EventLog {
            columns,
            vocabulary,
            faults: self.gather.faults,
            reading: Reading {
                format: Format::Xes,
                separator: None,
                encoding,
                zone,
                columns: self.keys.said,
            },
        }
    }
}
