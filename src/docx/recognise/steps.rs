//! The table of steps: its rows as steps, with roles, times, forms and ways on.

use super::branches::ways;
use super::columns::{Column, Head};
use super::marks::mark;
use super::note::{NoteKind, Notes};
use super::roles::{Who, names, who};
use super::step_texts::{case_name, code_of, free_cell, is_form_code, name_and_rest, ordinary};
use super::times::{Said, limit_of, said};
use super::words::{begins, capital, flat, says, slug};
use crate::docx::block::{Cell, Line, Table};
use crate::procedures::{DurationRow, FormRow, RoleEntry, SharedTimeRow, Source, StepRow, StepTimes};
use crate::workflow::TimeUnit;

/// What the reading of one table rests on.
pub(super) struct Reader<'a> {
    pub(super) table: &'a Table,
    pub(super) head: &'a Head,
    pub(super) block: usize,
    pub(super) roles: &'a [RoleEntry],
    /// What days mean that do not say which.
    pub(super) days: TimeUnit,
    pub(super) source: &'a mut Source,
    pub(super) notes: &'a mut Notes,
}

/// A step and the rows of the table that it has.
struct Found {
    step: StepRow,
    rows: Vec<usize>,
    /// The lines that may say where it leads.
    said: Vec<String>,
}

impl<'a> Reader<'a> {
    /// Reads the steps into the source.
    pub(super) fn read(mut self) {
        for (column, head) in &self.head.columns {
            if *column == Column::Unknown && !head.is_empty() {
                self.notes.add(self.block, NoteKind::ColumnUnknown, &[("says", head)]);
            }
        }
        let mut found: Vec<Found> = Vec::new();
        for row in self.head.first..self.table.rows.len() {
            if let Some(text) = self.head.across(self.table, row) {
                self.across(&text);
                continue;
            }
            let is_joined = self
                .name_cell(row)
                .is_none_or(|(cell, begins_here)| !begins_here || cell.lines.is_empty());
            match found.last_mut().filter(|_| is_joined) {
                Some(last) => self.join(row, last),
                None => {
                    if let Some(step) = self.step(row, &found) {
                        found.push(step);
                    }
                }
            }
        }
        let cases = self.cases();
        self.times(&mut found, &cases);
        let codes: Vec<String> = found.iter().map(|one| one.step.code.clone()).collect();
        for (at, one) in found.iter_mut().enumerate() {
            ways(&mut one.step, &one.said, (&codes, at), (self.block, self.notes));
        }
        self.source.steps.extend(found.into_iter().map(|one| one.step));
    }

    fn across(&mut self, text: &str) {
        self.notes.add(self.block, NoteKind::AcrossRow, &[("says", text)]);
        let limit = limit_of(&said(text, self.days));
        if let Some(limit) = limit.filter(|_| begins(&flat(text), "tong") && self.source.durations.is_empty()) {
            self.source.durations.push(ordinary(limit));
        }
        // A row of a table that is no step still says something.
        self.source
            .body
            .push_str(&format!("{}\n\n", super::markdown::escaped(text)));
    }

    fn name_cell(&self, row: usize) -> Option<(&'a Cell, bool)> {
        let column = *self.head.of(Column::Name).first()?;
        self.table.at(row, column)
    }

    fn step(&mut self, row: usize, before: &[Found]) -> Option<Found> {
        let cells = self.head.cells(self.table, row, Column::Name);
        let mut lines: Vec<Line> = cells.iter().flat_map(|cell| cell.lines.clone()).collect();
        if lines.is_empty() {
            return None;
        }
        let first = lines.remove(0);
        let (name, rest) = name_and_rest(&first.plain());
        let more = lines.iter().map(Line::labelled);
        let own = self.head.text(self.table, row, Column::Number);
        let mut step = StepRow {
            name,
            ..StepRow::default()
        };
        self.code(&own, &mut step, before);
        let guidance: Vec<String> = rest
            .into_iter()
            .chain(more)
            .filter(|text| !mark(&mut step, text))
            .collect();
        self.roles_of(row, &mut step);
        let mut said = vec![first.plain()];
        said.extend(guidance.iter().cloned());
        let next = self.head.cells(self.table, row, Column::Next);
        said.extend(next.iter().flat_map(|cell| &cell.lines).map(Line::plain));
        self.outputs(row, &mut step);
        let unsaid = self.head.cells(self.table, row, Column::Note).into_iter();
        let unsaid = unsaid.chain(self.head.cells(self.table, row, Column::Unknown));
        let unsaid = unsaid
            .flat_map(|cell| &cell.lines)
            .map(Line::labelled)
            .filter(|text| !text.is_empty());
        step.note = guidance.into_iter().chain(unsaid).collect::<Vec<_>>().join("\n");
        Some(Found {
            step,
            rows: vec![row],
            said,
        })
    }

    /// A row of a step that goes on: more persons, forms, guidance.
    fn join(&mut self, row: usize, last: &mut Found) {
        last.rows.push(row);
        let own = |wanted| {
            let cells = self.head.cells(self.table, row, wanted);
            let is_own = |cell: &&Cell| {
                self.table
                    .rows
                    .get(row)
                    .is_some_and(|row| row.cells.iter().any(|one| std::ptr::eq(one, *cell)))
            };
            cells.into_iter().any(|cell| is_own(&cell) && !cell.lines.is_empty())
        };
        let (roles, outputs) = (own(Column::Role), own(Column::Output));
        if roles {
            self.roles_of(row, &mut last.step);
        }
        if outputs {
            self.outputs(row, &mut last.step);
        }
        self.notes
            .add(self.block, NoteKind::JoinedRow, &[("step", &last.step.code)]);
    }

    fn code(&mut self, own: &str, step: &mut StepRow, before: &[Found]) {
        let wanted = code_of(own);
        let is_free = |code: &str| before.iter().all(|one| one.step.code != code);
        if let Some(code) = wanted.clone().filter(|code| is_free(code)) {
            step.code = code;
            return;
        }
        let free = (before.len() + 1..)
            .map(|number| format!("B{number}"))
            .find(|code| is_free(code));
        step.code = free.unwrap_or_default();
        if wanted.is_some() || !own.is_empty() {
            let args = [("says", own), ("code", step.code.as_str())];
            self.notes.add(self.block, NoteKind::StepCode, &args);
        }
    }

    fn roles_of(&mut self, row: usize, step: &mut StepRow) {
        let cells = self.head.cells(self.table, row, Column::Role);
        let lines: Vec<String> = cells.iter().flat_map(|cell| &cell.lines).map(Line::plain).collect();
        let whole = lines.join(" ");
        let mut persons = Vec::new();
        match who(&whole, self.roles) {
            Who::Role(_) => persons.push(whole),
            Who::Near(..) | Who::Unknown => {
                for line in lines {
                    match who(&line, self.roles) {
                        Who::Role(_) => persons.push(line),
                        Who::Near(..) | Who::Unknown => persons.extend(names(&line)),
                    }
                }
            }
        }
        let code = step.code.clone();
        if persons.is_empty() {
            self.notes.add(self.block, NoteKind::RoleNone, &[("step", &code)]);
        }
        for person in persons {
            let role = match who(&person, self.roles) {
                Who::Role(role) => role,
                Who::Near(role, name) => {
                    let args = [
                        ("says", person.as_str()),
                        ("role", name.as_str()),
                        ("step", code.as_str()),
                    ];
                    self.notes.add(self.block, NoteKind::RoleNear, &args);
                    role
                }
                Who::Unknown => {
                    let args = [("says", person.as_str()), ("step", code.as_str())];
                    self.notes.add(self.block, NoteKind::RoleUnknown, &args);
                    slug(&person)
                }
            };
            if !role.is_empty() && !step.roles.contains(&role) {
                step.roles.push(role);
            }
        }
    }

    /// Forms by their codes, the rest as what the step produces.
    fn outputs(&mut self, row: usize, step: &mut StepRow) {
        let cells = self.head.cells(self.table, row, Column::Output);
        let lines: Vec<String> = cells.iter().flat_map(|cell| &cell.lines).map(Line::plain).collect();
        for line in lines {
            let text = super::words::uncounted(&line);
            let (code, rest) = text.split_once([' ', ':']).unwrap_or((text, ""));
            let code = code.trim_end_matches([',', ';', '.', ':']);
            let is_listed = self.source.forms.iter().any(|form| form.code == code);
            if !is_listed && !is_form_code(code) {
                step.outputs.push(text.trim_end_matches(';').to_owned());
                continue;
            }
            step.forms.push(code.to_owned());
            if !is_listed {
                let rest = rest.trim_matches([' ', ':', '-', '–', ';']);
                let name = if rest.is_empty() { code } else { rest };
                self.source.forms.push(FormRow {
                    code: code.to_owned(),
                    name: capital(name),
                    ..FormRow::default()
                });
                self.notes.add(self.block, NoteKind::FormAdded, &[("says", text)]);
            }
        }
    }

    /// The duration cases that the columns of time stand for, with their columns; empty when there is one time.
    fn cases(&mut self) -> Vec<(String, usize)> {
        let columns = self.head.of(Column::Time);
        if columns.len() < 2 {
            return Vec::new();
        }
        let heads: Vec<(usize, String)> = columns
            .iter()
            .filter_map(|at| self.head.columns.get(*at).map(|(_, head)| (*at, case_name(head))))
            .collect();
        let known = |name: &str, source: &Source| {
            let flat_name = flat(name);
            let found = source
                .durations
                .iter()
                .find(|row| flat(&row.name) == flat_name || row.code == slug(name));
            found.map(|row| row.code.clone())
        };
        let mut cases = Vec::new();
        for (at, name) in heads {
            let code = known(&name, self.source).unwrap_or_else(|| {
                self.notes
                    .add(self.block, NoteKind::CaseWithoutLimit, &[("says", &name)]);
                let code = slug(&name);
                self.source.durations.push(DurationRow {
                    code: code.clone(),
                    name: name.clone(),
                    ..DurationRow::default()
                });
                code
            });
            if !cases.iter().any(|(own, _)| *own == code) {
                cases.push((code, at));
            }
        }
        cases
    }

    fn times(&mut self, found: &mut [Found], cases: &[(String, usize)]) {
        let mut shared: Vec<(*const Cell, String)> = Vec::new();
        let columns = self.head.of(Column::Time);
        for at in 0..found.len() {
            self.uncounted(found, at);
            if self.is_same(found, at, cases) {
                let text = columns
                    .first()
                    .and_then(|column| self.time(found, at, *column, &mut shared));
                if let (Some(text), Some(one)) = (text, found.get_mut(at)) {
                    one.step.time = StepTimes::Same(text);
                }
                continue;
            }
            let each = cases.iter().filter_map(|(code, column)| {
                let text = self.time(found, at, *column, &mut shared)?;
                Some((code.clone(), text))
            });
            let each: Vec<(String, String)> = each.collect();
            if let Some(one) = found.get_mut(at).filter(|_| !each.is_empty()) {
                one.step.time = StepTimes::ByDuration(each);
            }
        }
    }

    /// Whether one cell says the time of a step for all cases.
    fn is_same(&self, found: &[Found], at: usize, cases: &[(String, usize)]) -> bool {
        let Some((_, first)) = cases.first() else { return true };
        let row = found.get(at).and_then(|one| one.rows.first());
        let cell = row.and_then(|row| self.table.at(*row, *first));
        cell.is_some_and(|(cell, _)| cell.columns >= cases.len())
    }

    /// A time that is told to be outside of the limit.
    fn uncounted(&self, found: &mut [Found], at: usize) {
        let Some(one) = found.get_mut(at) else { return };
        let text = one
            .rows
            .first()
            .map(|row| self.head.text(self.table, *row, Column::Time))
            .unwrap_or_default();
        one.step.counted = !says(&flat(&text), "khong tinh");
    }

    /// The time of a step in a column: a limit, or the code of a cell that several steps share.
    fn time(
        &mut self,
        found: &[Found],
        at: usize,
        column: usize,
        shared: &mut Vec<(*const Cell, String)>,
    ) -> Option<String> {
        let one = found.get(at)?;
        let (cell, _) = self.table.at(*one.rows.first()?, column)?;
        let code = one.step.code.clone();
        if let Some((_, own)) = shared.iter().find(|(place, _)| std::ptr::eq(*place, cell)) {
            return Some(own.clone());
        }
        let text = cell.plain();
        let told = said(&text, self.days);
        let args = [("says", text.as_str()), ("step", code.as_str())];
        match &told {
            Said::Sure(_) | Said::Nothing => {}
            Said::Guessed(limit) => {
                let unit = limit_of(&Said::Sure(*limit)).unwrap_or_default();
                let args = [args.as_slice(), &[("unit", unit.as_str())]].concat();
                self.notes.add(self.block, NoteKind::TimeGuessed, &args);
            }
            Said::OfficeHours => self.notes.add(self.block, NoteKind::OfficeHours, &[("step", &code)]),
            Said::Unknown if !one.step.counted && !text.contains(|letter: char| letter.is_ascii_digit()) => {}
            Said::Unknown => self.notes.add(self.block, NoteKind::TimeUnknown, &args),
        }
        let limit = limit_of(&told)?;
        let covers = |one: &&Found| {
            let row = one.rows.first().copied().unwrap_or_default();
            self.table
                .at(row, column)
                .is_some_and(|(other, _)| std::ptr::eq(other, cell))
        };
        let steps: Vec<String> = found.iter().filter(covers).map(|one| one.step.code.clone()).collect();
        if steps.len() < 2 {
            return Some(limit);
        }
        let own = free_cell(self.source);
        self.source.shared_times.push(SharedTimeRow {
            code: own.clone(),
            limit,
        });
        let args = [("steps", steps.join(", ")), ("cell", own.clone())];
        let args = args.each_ref().map(|(name, text)| (*name, text.as_str()));
        self.notes.add(self.block, NoteKind::SharedTime, &args);
        shared.push((std::ptr::from_ref(cell), own.clone()));
        Some(own)
    }
}
