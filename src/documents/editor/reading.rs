//! The document that the cells of the editor say.

use super::hours::CellWords;
use super::sheet::{Row, Sheet, StepCells, is_empty_row, is_empty_step};
use crate::forms::InputRow;
use crate::procedures::{
    DossierItem, DurationRow, FormRow, Kind, Mode, NextRow, RecordRow, SharedTimeRow, Source, StepRow, StepTimes, Tthc,
};
use serde::Serialize;

/// A cell whose text cannot be a value of the document at all, so that saving would lose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::documents) struct Slip {
    /// The list; empty for a single cell.
    pub(in crate::documents) list: &'static str,
    /// The row on the sheet.
    pub(in crate::documents) row: usize,
    /// The column, or the name of the single cell.
    pub(in crate::documents) column: &'static str,
    /// What was typed.
    pub(in crate::documents) typed: String,
}

/// What the cells say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::documents) struct Read {
    /// The document; empty rows are left out.
    pub(in crate::documents) source: Source,
    /// Cells that cannot be kept.
    pub(in crate::documents) slips: Vec<Slip>,
}

struct Reader<'a> {
    sheet: &'a Sheet,
    words: &'a CellWords,
    slips: Vec<Slip>,
}

/// Reads the sheet.
pub(in crate::documents) fn read(sheet: &Sheet, words: &CellWords) -> Read {
    let mut reader = Reader {
        sheet,
        words,
        slips: Vec::new(),
    };
    let source = reader.source();
    Read {
        source,
        slips: reader.slips,
    }
}

fn cell(row: &Row, column: &str) -> String {
    row.get(column).map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

fn codes(text: &str) -> Vec<String> {
    let codes = text
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|code| !code.is_empty());
    codes.map(ToOwned::to_owned).collect()
}

impl Reader<'_> {
    fn head(&self, name: &str) -> String {
        self.sheet.text(name).trim().to_owned()
    }

    fn number(&mut self, place: (&'static str, usize, &'static str), typed: &str) -> Option<u32> {
        let typed = typed.trim();
        let read = typed.parse::<u32>().ok();
        if read.is_none() && !typed.is_empty() {
            let (list, row, column) = place;
            self.slips.push(Slip {
                list,
                row,
                column,
                typed: typed.to_owned(),
            });
        }
        read
    }

    fn filled(&self, list: &str) -> Vec<(usize, Row)> {
        let rows = self
            .sheet
            .rows(list)
            .iter()
            .enumerate()
            .filter(|(_, row)| !is_empty_row(row));
        rows.map(|(at, row)| (at, row.clone())).collect()
    }

    fn rows<T>(&self, list: &str, read: impl Fn(&Row) -> T) -> Vec<T> {
        self.filled(list).iter().map(|(_, row)| read(row)).collect()
    }

    fn source(&mut self) -> Source {
        let (review_months, sets) = (self.head("review_months"), self.head("sets"));
        let time = |row: &Row| self.words.read(&cell(row, "limit"));
        Source {
            code: self.head("code"),
            kind: Kind::from_text(&self.head("kind")).unwrap_or_default(),
            title: self.head("title"),
            title_en: self.head("title_en"),
            field: self.head("field"),
            field_en: self.head("field_en"),
            unverified: self.sheet.unverified.clone(),
            sources: lines(self.sheet.text("sources")),
            change_summary: self.head("change_summary"),
            change_basis: self.head("change_basis"),
            legal_basis: lines(self.sheet.text("legal_basis")),
            result: self.head("result"),
            fee: self.head("fee"),
            receiving_place: self.head("receiving_place"),
            applicants: self.head("applicants"),
            conditions: self.head("conditions"),
            file: self.head("file"),
            file_name: self.head("file_name"),
            tthc: self.rows("tthc", |row| Tthc {
                code: cell(row, "code"),
                name: cell(row, "name"),
            }),
            durations: self.rows("durations", |row| DurationRow {
                code: cell(row, "code"),
                name: cell(row, "name"),
                limit: time(row),
                note: cell(row, "note"),
                same_day_cutoff: cell(row, "same_day_cutoff"),
            }),
            shared_times: self.rows("shared_times", |row| SharedTimeRow {
                code: cell(row, "code"),
                limit: time(row),
            }),
            forms: self.rows("forms", |row| FormRow {
                code: cell(row, "code"),
                name: cell(row, "name"),
                file: cell(row, "file"),
                file_name: cell(row, "file_name"),
            }),
            records: self.rows("records", |row| RecordRow {
                name: cell(row, "name"),
                place: cell(row, "place"),
                retention: cell(row, "retention"),
            }),
            inputs: self.inputs(),
            body: self.sheet.text("body").to_owned(),
            review_months: self.number(("", 0, "review_months"), &review_months),
            sets: self.number(("", 0, "sets"), &sets),
            dossier: self.dossier(),
            steps: self.steps(),
        }
    }

    fn inputs(&self) -> Vec<InputRow> {
        let rule = |rule: &String| self.words.rules.read(rule);
        self.rows("inputs", |row| InputRow {
            code: cell(row, "code"),
            label: cell(row, "label"),
            kind: cell(row, "kind"),
            within: cell(row, "within"),
            options: lines(&cell(row, "options")),
            rules: lines(&cell(row, "rules")).iter().map(rule).collect(),
            help: cell(row, "help"),
        })
    }

    fn dossier(&mut self) -> Vec<DossierItem> {
        let rows = self.filled("dossier");
        rows.iter()
            .map(|(at, row)| DossierItem {
                name: cell(row, "name"),
                mode: Mode::from_text(&cell(row, "mode")).unwrap_or_default(),
                originals: self
                    .number(("dossier", *at, "originals"), &cell(row, "originals"))
                    .unwrap_or_default(),
                copies: self
                    .number(("dossier", *at, "copies"), &cell(row, "copies"))
                    .unwrap_or_default(),
                form: cell(row, "form"),
                condition: cell(row, "condition"),
            })
            .collect()
    }

    fn steps(&mut self) -> Vec<StepRow> {
        let cases: Vec<String> = self
            .sheet
            .rows("durations")
            .iter()
            .map(|row| cell(row, "code"))
            .collect();
        let sheet = self.sheet;
        let filled = sheet.steps.iter().enumerate().filter(|(_, step)| !is_empty_step(step));
        filled
            .map(|(at, step)| {
                let text = |column| cell(&step.cells, column);
                StepRow {
                    code: text("code"),
                    name: text("name"),
                    roles: step.roles.clone(),
                    time: self.times(step, &cases),
                    counted: !step.uncounted,
                    next: lines(&text("next")).iter().map(|line| way(line)).collect(),
                    optional: step.optional,
                    parallel: text("parallel"),
                    paused: step.paused,
                    different_from: codes(&text("different_from")),
                    same_as: codes(&text("same_as")),
                    max_times: self.number(("steps", at, "max_times"), &text("max_times")),
                    forms: codes(&text("forms")),
                    outputs: lines(&text("outputs")),
                    note: text("note"),
                }
            })
            .collect()
    }

    /// One text for all cases when only the first cell is filled. A case is told once, for a file can say it only once.
    fn times(&self, step: &StepCells, cases: &[String]) -> StepTimes {
        let typed = |text: &str| Some(self.words.read(text)).filter(|text| !text.is_empty());
        let others = cell(&step.cells, "other_times");
        let mut cells = step.times.iter();
        let first = cells.next().and_then(|text| typed(text));
        let rest = cells
            .zip(cases.iter().skip(1))
            .filter_map(|(text, case)| Some((case.clone(), typed(text)?)));
        let other = others.lines().filter_map(|line| {
            let (case, text) = line.split_once(':')?;
            Some((case.trim().to_owned(), typed(text)?))
        });
        let more: Vec<(String, String)> = rest.chain(other).collect();
        let ordinary = cases.first().cloned().unwrap_or_default();
        match (first, more.is_empty()) {
            (None, true) => StepTimes::Unstated,
            (Some(text), true) => StepTimes::Same(text),
            (first, false) => {
                let mut texts: Vec<(String, String)> = Vec::new();
                for (case, text) in first.map(|text| (ordinary, text)).into_iter().chain(more) {
                    if texts.iter().all(|(known, _)| *known != case) {
                        texts.push((case, text));
                    }
                }
                StepTimes::ByDuration(texts)
            }
        }
    }
}

/// `Hợp lệ → B2`, or a target alone. `->` and `=>` are read too: not every keyboard has an arrow.
fn way(line: &str) -> NextRow {
    let split = ["→", "->", "=>"].iter().find_map(|arrow| line.rsplit_once(arrow));
    let (outcome, to) = split.unwrap_or(("", line));
    NextRow {
        outcome: outcome.trim().to_owned(),
        to: to.trim().to_owned(),
    }
}
