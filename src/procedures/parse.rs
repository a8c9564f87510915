//! Reads a procedure file; never fails, but tells what it could not understand.

use toml::de::DeTable;

use super::fault::{self, Fault};
use super::places::{Lines, Place, Places};
use super::read::{Fields, Reader};
use super::source::{
    DossierItem, DurationRow, FormRow, Kind, Mode, NextRow, RecordRow, SharedTimeRow, Source, StepRow, StepTimes, Tthc,
};
use super::{table, values};
use crate::forms::InputRow;
use crate::workflow::StepTable;

/// The line that begins and ends the front matter.
pub(super) const FENCE: &str = "+++";

/// What was understood of a file, and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The document; `None` when the front matter is missing or is not TOML. It may have gaps where `problems` say so.
    pub document: Option<Source>,
    /// The table of steps, without the values that could not be understood; empty when there is no document.
    pub table: StepTable,
    /// What is wrong with the text itself, in the order of the file.
    pub problems: Vec<Fault>,
    /// The line on which the body begins, from 1.
    pub body_line: usize,
    /// Where each value stands.
    pub places: Places,
}

struct Parts<'a> {
    front: &'a str,
    front_at: usize,
    body: &'a str,
    body_line: usize,
}

fn split(text: &str) -> Result<Parts<'_>, &'static str> {
    let mark = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut lines = text.get(mark..).unwrap_or_default().split_inclusive('\n').enumerate();
    let is_fence = |line: &str| line.trim_end_matches(['\n', '\r']) == FENCE;
    let first = lines
        .next()
        .map(|(_, line)| line)
        .filter(|line| is_fence(line))
        .ok_or("no-front-matter")?;
    let front_at = mark + first.len();
    let mut at = front_at;
    for (number, line) in lines {
        if is_fence(line) {
            let front = text.get(front_at..at).unwrap_or_default();
            let body = text.get(at + line.len()..).unwrap_or_default();
            return Ok(Parts {
                front,
                front_at,
                body,
                body_line: number + 2,
            });
        }
        at += line.len();
    }
    Err("open-front-matter")
}

/// Reads a file. A text that is no procedure file gives no document and says why.
pub fn parse(text: &str) -> Parsed {
    let nothing = |problems: Vec<Fault>, body_line: usize| Parsed {
        document: None,
        table: StepTable::default(),
        problems,
        body_line,
        places: Places::default(),
    };
    let parts = match split(text) {
        Ok(parts) => parts,
        Err(code) => return nothing(vec![Fault::error(Place::START, code, &[])], 1),
    };
    let lines = Lines::new(text);
    let (table, errors) = DeTable::parse_recoverable(parts.front);
    if !errors.is_empty() {
        let mut problems: Vec<Fault> = errors
            .iter()
            .map(|error| {
                let span = error.span().unwrap_or_default();
                Fault::error(
                    lines.start_of(parts.front_at, &span),
                    "syntax",
                    &[("detail", error.message())],
                )
            })
            .collect();
        fault::sort(&mut problems);
        return nothing(problems, parts.body_line);
    }
    let mut reader = Reader::new(&lines, parts.front_at);
    let mut fields = Fields::new(String::new(), Place::START, table.get_ref());
    let mut source = document(&mut reader, &mut fields);
    reader.finish(fields);
    parts.body.clone_into(&mut source.body);
    let Reader {
        places,
        faults: mut problems,
        ..
    } = reader;
    problems.extend(values::check(&source, &places));
    fault::sort(&mut problems);
    Parsed {
        table: table::step_table(&source),
        document: Some(source),
        problems,
        body_line: parts.body_line,
        places,
    }
}

fn document(reader: &mut Reader<'_>, fields: &mut Fields<'_>) -> Source {
    if !fields.has("kind") {
        reader.missing(fields, "kind");
    }
    Source {
        code: reader.required(fields, "code"),
        kind: reader.choice(fields, "kind", (Kind::ALL, Kind::as_str)),
        title: reader.required(fields, "title"),
        title_en: reader.text(fields, "title_en"),
        field: reader.text(fields, "field"),
        field_en: reader.text(fields, "field_en"),
        review_months: reader.number(fields, "review_months"),
        unverified: reader.texts(fields, "unverified"),
        sources: reader.texts(fields, "sources"),
        change_summary: reader.text(fields, "change_summary"),
        change_basis: reader.text(fields, "change_basis"),
        legal_basis: reader.texts(fields, "legal_basis"),
        result: reader.text(fields, "result"),
        fee: reader.text(fields, "fee"),
        receiving_place: reader.text(fields, "receiving_place"),
        applicants: reader.text(fields, "applicants"),
        conditions: reader.text(fields, "conditions"),
        sets: reader.number(fields, "sets"),
        file: reader.text(fields, "file"),
        file_name: reader.text(fields, "file_name"),
        tthc: reader.rows(fields, "tthc", |reader, row| Tthc {
            code: reader.required(row, "code"),
            name: reader.required(row, "name"),
        }),
        durations: reader.rows(fields, "durations", duration),
        shared_times: reader.rows(fields, "shared_times", |reader, row| SharedTimeRow {
            code: reader.required(row, "code"),
            limit: reader.required(row, "limit"),
        }),
        dossier: reader.rows(fields, "dossier", dossier_item),
        forms: reader.rows(fields, "forms", |reader, row| FormRow {
            code: reader.required(row, "code"),
            name: reader.required(row, "name"),
            file: reader.text(row, "file"),
            file_name: reader.text(row, "file_name"),
        }),
        records: reader.rows(fields, "records", |reader, row| RecordRow {
            name: reader.required(row, "name"),
            place: reader.text(row, "place"),
            retention: reader.text(row, "retention"),
        }),
        steps: reader.rows(fields, "steps", step),
        inputs: reader.rows(fields, "inputs", input),
        body: String::new(),
    }
}

fn input(reader: &mut Reader<'_>, row: &mut Fields<'_>) -> InputRow {
    // What is missing or wrong in a row, the room of forms tells.
    InputRow {
        code: reader.text(row, "code"),
        label: reader.text(row, "label"),
        kind: reader.text(row, "kind"),
        within: reader.text(row, "within"),
        options: reader.texts(row, "options"),
        rules: reader.texts(row, "rules"),
        help: reader.text(row, "help"),
    }
}

fn duration(reader: &mut Reader<'_>, row: &mut Fields<'_>) -> DurationRow {
    DurationRow {
        code: reader.required(row, "code"),
        name: reader.required(row, "name"),
        limit: reader.required(row, "limit"),
        note: reader.text(row, "note"),
        same_day_cutoff: reader.text(row, "same_day_cutoff"),
    }
}

fn dossier_item(reader: &mut Reader<'_>, row: &mut Fields<'_>) -> DossierItem {
    DossierItem {
        name: reader.required(row, "name"),
        mode: reader.choice(row, "mode", (Mode::ALL, Mode::as_str)),
        originals: reader.number(row, "originals").unwrap_or_default(),
        copies: reader.number(row, "copies").unwrap_or_default(),
        form: reader.text(row, "form"),
        condition: reader.text(row, "condition"),
    }
}

fn step(reader: &mut Reader<'_>, row: &mut Fields<'_>) -> StepRow {
    // An empty code or name of a step is a problem of the table, which the workflow room tells.
    StepRow {
        code: reader.text(row, "code"),
        name: reader.text(row, "name"),
        roles: reader.texts(row, "roles"),
        time: match reader.text_or_table(row, "time") {
            None => StepTimes::Unstated,
            Some(Ok(text)) => StepTimes::Same(text),
            Some(Err(by_duration)) => StepTimes::ByDuration(by_duration),
        },
        counted: reader.flag(row, "counted", true),
        next: reader.texts_or_rows(
            row,
            "next",
            |to| NextRow {
                outcome: String::new(),
                to,
            },
            |reader, entry| NextRow {
                outcome: reader.text(entry, "outcome"),
                to: reader.required(entry, "to"),
            },
        ),
        optional: reader.flag(row, "optional", false),
        parallel: reader.text(row, "parallel"),
        paused: reader.choice(
            row,
            "clock",
            (&[false, true], |paused| if paused { "paused" } else { "runs" }),
        ),
        different_from: reader.texts(row, "different_from"),
        same_as: reader.texts(row, "same_as"),
        max_times: reader.number(row, "max_times"),
        forms: reader.texts(row, "forms"),
        outputs: reader.texts(row, "outputs"),
        note: reader.text(row, "note"),
    }
}
