//! Reads CSV: rows in any order, one event each.

use super::arrange::{self, Rows};
use super::columns;
use super::failure::{FailureCode, LogFailure};
use super::fault::{FaultCode, LogFault};
use super::fold::fold;
use super::gather::{Draft, Gather};
use super::guard::Guard;
use super::head::{column_names, csv_columns, rows, separator_of};
use super::input::Input;
use super::intern::{NONE, Script};
use super::limits::Limits;
use super::log::{Columns, EventLog, Format, Lines, Reading};
use super::map::{Field, LogMap};
use super::number::narrow;
use super::{intern, separator};
use csv::ByteRecord;
use std::collections::BTreeMap;
use std::io::Read;

/// So many rows that are not UTF-8, and more than half, are no slips: the file is in another encoding.
const MANY: usize = 100;

/// Reads a log.
pub(super) fn read(input: Input<'_>, map: &LogMap, limits: &Limits) -> Result<EventLog, LogFailure> {
    let separator = separator_of(map, &input.head);
    let encoding = input.encoding.name();
    let is_named = separator::written(&input.head).is_some();
    let mut reader = rows(Guard::new(input.text, limits.element), separator);
    let mut row = ByteRecord::new();
    let mut has_row = next(&mut reader, &mut row)?;
    if is_named {
        has_row = next(&mut reader, &mut row)?;
    }
    let names = if has_row { column_names(&row, 1)? } else { Vec::new() };
    let chosen = if map.columns.is_empty() {
        columns::sure(&csv_columns(&input.head, separator)?)
    } else {
        map.columns.clone()
    };
    let mut table = Table {
        gather: Gather::new(map, limits, Script::Plain),
        places: places(&chosen, &names)?,
        width: names.len(),
        case_of: Vec::new(),
        breaks: Vec::new(),
        last_case: (Vec::new(), NONE),
        rows: 0,
        not_utf8: 0,
    };
    while next(&mut reader, &mut row)? {
        table.row(&row, line_of(&reader, &row))?;
    }
    let reading = Reading {
        format: Format::Csv,
        separator: Some(char::from(separator)),
        encoding,
        zone: map.times.zone,
        columns: chosen,
    };
    table.finish(reading)
}

/// Reads a row; false at the end.
fn next<R: Read>(reader: &mut csv::Reader<Guard<R>>, row: &mut ByteRecord) -> Result<bool, LogFailure> {
    reader.get_mut().next_row();
    let result = reader.read_byte_record(row);
    result.map_err(|error| {
        let line = usize::try_from(reader.position().line()).unwrap_or(usize::MAX);
        if let csv::ErrorKind::Io(error) = error.kind() {
            return LogFailure::of_io(error, line);
        }
        // Rows of any width and any bytes are read, so that nothing else can be wrong.
        LogFailure::new(FailureCode::Unreadable).with("cause", error).at(line)
    })
}

/// The line on which a row begins, when it was just read: each ends with a line break, and may have some within.
fn line_of<R: Read>(reader: &csv::Reader<Guard<R>>, row: &ByteRecord) -> usize {
    let after = usize::try_from(reader.position().line()).unwrap_or(usize::MAX);
    let within = memchr::memchr_iter(b'\n', row.as_slice()).count();
    after.saturating_sub(1 + within)
}

/// Where the columns of the fields stand.
fn places(chosen: &BTreeMap<Field, String>, names: &[String]) -> Result<Vec<(Field, usize)>, LogFailure> {
    let all = || names.join(", ");
    for field in [Field::Case, Field::Activity] {
        if chosen.get(&field).is_none_or(String::is_empty) {
            let failure = LogFailure::new(FailureCode::FieldUnknown).with("field", field.as_str());
            return Err(failure.with("columns", all()).at(1));
        }
    }
    let mut places = Vec::new();
    for (field, column) in chosen.iter().filter(|(_, column)| !column.is_empty()) {
        let failure = |code| {
            LogFailure::new(code)
                .with("column", column)
                .with("field", field.as_str())
                .at(1)
        };
        let exactly = |name: &&String| *name == column;
        let alike = |name: &&String| fold(name) == fold(column);
        let count = match names.iter().filter(exactly).count() {
            0 => names.iter().filter(alike).count(),
            many => many,
        };
        let place = names.iter().position(|name| name == column);
        match (count, place.or_else(|| names.iter().position(|name| alike(&name)))) {
            (1, Some(place)) => places.push((*field, place)),
            (0, _) | (_, None) => return Err(failure(FailureCode::NoColumn).with("columns", all())),
            _ => return Err(failure(FailureCode::ColumnTwice)),
        }
    }
    Ok(places)
}

/// The rows so far.
struct Table<'m> {
    gather: Gather<'m>,
    places: Vec<(Field, usize)>,
    width: usize,
    /// The case of each event.
    case_of: Vec<u32>,
    breaks: Vec<(u32, u32)>,
    /// How the case of the last row is written, and its number.
    last_case: (Vec<u8>, u32),
    rows: usize,
    not_utf8: usize,
}

impl Table<'_> {
    fn row(&mut self, row: &ByteRecord, line: usize) -> Result<(), LogFailure> {
        self.rows += 1;
        let is_blank = row.iter().all(|cell| cell.trim_ascii().is_empty());
        if is_blank || row.len() != self.width && !self.is_complete(row, line) {
            return Ok(());
        }
        let at = line;
        let line = || at;
        let before = self.gather.faults.count(FaultCode::NotUtf8);
        let draft = self.draft(row, line)?;
        if self.gather.accepts(&draft, line) {
            let case = self.case(row, line)?;
            if case != NONE {
                self.gather.push(&draft).map_err(|failure| failure.at(line()))?;
                self.keep(case, line());
                self.say(case, row, line);
            }
        }
        if self.gather.faults.count(FaultCode::NotUtf8) > before {
            self.not_utf8 += 1;
            self.doubt(line())?;
        }
        Ok(())
    }

    /// What a row says of its event.
    fn draft(&mut self, row: &ByteRecord, line: impl Fn() -> usize + Copy) -> Result<Draft, LogFailure> {
        let mut draft = Draft::EMPTY;
        for (field, place) in &self.places {
            let cell = row.get(*place).unwrap_or_default();
            self.gather.take(&mut draft, *field, cell, line)?;
            if *field == Field::Time && cell.trim_ascii().is_empty() {
                let fault = |line| LogFault::new(line, FaultCode::NoTime).field(Field::Time);
                self.gather.faults.push_at(line, FaultCode::NoTime, fault);
            }
        }
        Ok(draft)
    }

    fn cell<'a>(&self, row: &'a ByteRecord, field: Field) -> Option<&'a [u8]> {
        let (_, place) = self.places.iter().find(|(own, _)| *own == field)?;
        row.get(*place)
    }

    fn case(&mut self, row: &ByteRecord, line: impl Fn() -> usize) -> Result<u32, LogFailure> {
        let cell = self.cell(row, Field::Case).unwrap_or_default();
        case_of(&mut self.gather, &mut self.last_case, cell, line)
    }

    /// Remembers what a row says about the end of its case.
    fn say(&mut self, case: u32, row: &ByteRecord, line: impl Fn() -> usize) {
        if let Some(said) = self.cell(row, Field::Completed) {
            self.gather.complete(case, said, line);
        }
    }

    /// Whether a row of another width than the header can be read all the same; says so if not.
    fn is_complete(&mut self, row: &ByteRecord, line: usize) -> bool {
        let is_long = row.len() > self.width;
        if is_long && row.iter().skip(self.width).all(|cell| cell.trim_ascii().is_empty()) {
            return true;
        }
        let code = if is_long {
            FaultCode::LongRow
        } else {
            FaultCode::ShortRow
        };
        let reads = !is_long && self.places.iter().all(|(_, place)| *place < row.len());
        let width = self.width;
        let fault = |line| {
            let fault = LogFault::new(line, code)
                .with("cells", row.len())
                .with("columns", width);
            fault.left_out_if(!reads)
        };
        self.gather.faults.push_at(|| line, code, fault);
        reads
    }

    /// Ends reading when most rows are not UTF-8.
    fn doubt(&self, line: usize) -> Result<(), LogFailure> {
        if self.not_utf8 >= MANY && self.not_utf8 > self.rows / 2 {
            return Err(LogFailure::new(FailureCode::NotUtf8).at(line));
        }
        Ok(())
    }

    fn keep(&mut self, case: u32, line: usize) {
        let number = narrow(self.case_of.len());
        self.case_of.push(case);
        let more = narrow(line).saturating_sub(number);
        if self.breaks.last().is_none_or(|(_, known)| *known != more) {
            self.breaks.push((number, more));
        }
    }

    fn finish(mut self, reading: Reading) -> Result<EventLog, LogFailure> {
        if self.not_utf8 > 0 && self.case_of.is_empty() {
            let line = self.gather.faults.kept().first().map_or(0, |fault| fault.line);
            return Err(LogFailure::new(FailureCode::NotUtf8).at(line));
        }
        self.gather.settle();
        self.last_case = (Vec::new(), NONE);
        let cases = self.gather.cases.len();
        let mut numbers = std::mem::take(&mut self.case_of);
        let mut columns = Columns {
            names: std::mem::take(&mut self.gather.cases).into_texts(),
            starts: Vec::new(),
            completed: std::mem::take(&mut self.gather.completed),
            steps: std::mem::take(&mut self.gather.steps),
            doers: std::mem::take(&mut self.gather.doers),
            times: std::mem::take(&mut self.gather.times),
            lines: Lines::Traces(Vec::new()),
        };
        let mut rows = Rows {
            steps: &mut columns.steps,
            doers: &mut columns.doers,
            times: &mut columns.times,
        };
        columns.starts = arrange::by_case(&mut numbers, cases, &mut rows);
        if self.places.iter().any(|(field, _)| *field == Field::Time) {
            sort_cases(&mut columns, &mut numbers);
        }
        columns.lines = Lines::Rows {
            numbers,
            breaks: std::mem::take(&mut self.breaks),
        };
        columns.shrink();
        let vocabulary = self.gather.vocabulary();
        let mut log = EventLog {
            columns,
            vocabulary,
            faults: self.gather.faults,
            reading,
        };
        super::repeated::note(&mut log);
        log.faults.sort();
        Ok(log)
    }
}

/// The number of the case that a cell names; `NONE`, with a fault, when it names none.
fn case_of(
    gather: &mut Gather<'_>,
    last: &mut (Vec<u8>, u32),
    cell: &[u8],
    line: impl Fn() -> usize,
) -> Result<u32, LogFailure> {
    if last.1 != NONE && last.0 == cell {
        return Ok(last.1);
    }
    let id = match gather.cases.find(cell) {
        Some(id) => id,
        None => match new_case(gather, cell, &line)? {
            Some(id) => id,
            None => return Ok(NONE),
        },
    };
    last.0.clear();
    last.0.extend_from_slice(cell);
    last.1 = id;
    Ok(id)
}

fn new_case(gather: &mut Gather<'_>, cell: &[u8], line: &impl Fn() -> usize) -> Result<Option<u32>, LogFailure> {
    if cell.len() > gather.limits.value {
        let limit = gather.limits.value;
        let fault = |line| {
            let fault = LogFault::new(line, FaultCode::LongValue)
                .with("bytes", cell.len())
                .with("limit", limit);
            fault.field(Field::Case).left_out()
        };
        gather.faults.push_at(line, FaultCode::LongValue, fault);
        return Ok(None);
    }
    match intern::clean(cell, Script::Plain) {
        Err(bad) => {
            gather.bad_text(bad, Field::Case, cell, line);
            Ok(None)
        }
        Ok(name) if name.is_empty() => {
            let fault = |line| LogFault::new(line, FaultCode::NoCase).left_out();
            gather.faults.push_at(line, FaultCode::NoCase, fault);
            Ok(None)
        }
        Ok(name) => {
            if gather.cases.find(name.as_bytes()).is_none() {
                gather.pay(name.len()).map_err(|failure| failure.at(line()))?;
            }
            Ok(Some(gather.cases.intern(name.as_bytes()).0))
        }
    }
}

/// Sorts the events of each case by time.
fn sort_cases(columns: &mut Columns, numbers: &mut [u32]) {
    let mut order = Vec::new();
    let mut rest = Rows {
        steps: &mut columns.steps,
        doers: &mut columns.doers,
        times: &mut columns.times,
    };
    let mut numbers = numbers;
    for bounds in columns.starts.windows(2) {
        let [start, end] = bounds else { continue };
        let many = super::number::wide(end.saturating_sub(*start));
        let (mut own, after) = rest.split(many);
        let (own_numbers, after_numbers) = numbers.split_at_mut(many.min(numbers.len()));
        arrange::by_time(&mut own, own_numbers, &mut order);
        rest = after;
        numbers = after_numbers;
    }
}
