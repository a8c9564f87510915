//! The lists of a procedure: papers of the dossier, forms, records, duration cases.

use super::columns::{Column, DOSSIER, DURATIONS, FORMS, Head, RECORDS, head};
use super::items::{Content, Item, Section};
use super::note::{NoteKind, Notes};
use super::step_texts::ordinary;
use super::times::{Said, limit_of, said};
use super::words::{flat, says, slug, uncounted};
use crate::docx::block::Table;
use crate::procedures::{DossierItem, DurationRow, FormRow, Mode, RecordRow, Source};
use crate::workflow::TimeUnit;

/// The tables of one section that have the wanted columns, each read once.
fn tables<'i>(
    items: &'i mut [Item],
    section: Section,
    rules: &[(Column, &'static [&'static str])],
    needed: &[Column],
) -> Vec<(Table, Head, &'i mut bool)> {
    let mut found = Vec::new();
    for item in items
        .iter_mut()
        .filter(|item| item.section == section && !item.is_taken)
    {
        if let Content::Table(table) = &item.content
            && let Some(head) = head(table, rules, needed)
        {
            found.push((table.clone(), head, &mut item.is_taken));
        }
    }
    found
}

/// How many a cell says: a number, or one for a tick.
fn count(text: &str) -> Option<u32> {
    let flat = flat(text);
    let digits: String = flat.chars().take_while(char::is_ascii_digit).collect();
    if let Ok(number) = digits.parse::<u32>() {
        return (number <= 99).then_some(number);
    }
    let ticks = ["x", "✓", "✔", "√", "☑", "☒"];
    let is_tick = ticks.contains(&text.trim().to_lowercase().as_str());
    match text.trim() {
        "" | "-" | "–" | "0" => Some(0),
        _ => is_tick.then_some(1),
    }
}

/// The papers of the dossier.
pub(super) fn dossier(items: &mut [Item], source: &mut Source, notes: &mut Notes) {
    for (table, head, is_taken) in tables(items, Section::Dossier, DOSSIER, &[Column::Name, Column::Originals]) {
        let mut mode = Mode::Submit;
        let mut is_whole = head
            .columns
            .iter()
            .all(|(column, text)| *column != Column::Unknown || text.is_empty());
        for row in head.first..table.rows.len() {
            let cell = |column| head.text(&table, row, column);
            let name = uncounted(&cell(Column::Name)).to_owned();
            let across = head.across(&table, row);
            if let Some(text) = across.as_ref().map(|text| flat(text))
                && (says(&text, "phai nop") || says(&text, "xuat trinh"))
            {
                mode = if says(&text, "xuat trinh") {
                    Mode::Present
                } else {
                    Mode::Submit
                };
                continue;
            }
            if name.is_empty() {
                is_whole &= across.is_none();
                continue;
            }
            let (originals, copies) = (count(&cell(Column::Originals)), count(&cell(Column::Copies)));
            is_whole &= originals.is_some() && copies.is_some();
            let own = flat(&cell(Column::Mode));
            let form = cell(Column::Form);
            let is_form = source.forms.iter().any(|row| row.code == form);
            is_whole &= form.is_empty() || is_form;
            source.dossier.push(DossierItem {
                name,
                mode: if says(&own, "xuat trinh") { Mode::Present } else { mode },
                originals: originals.unwrap_or(0),
                copies: copies.unwrap_or(0),
                form: if is_form { form } else { String::new() },
                condition: cell(Column::Condition),
            });
        }
        *is_taken = is_whole;
    }
    if source.dossier.is_empty() {
        dossier_of_list(items, source, notes);
    }
}

/// Papers that stand in a list, with what it says of originals and copies. The list itself stays in the text.
fn dossier_of_list(items: &[Item], source: &mut Source, notes: &mut Notes) {
    let mut block = None;
    for item in items.iter().filter(|item| item.section == Section::Dossier) {
        let Content::Text(line) = &item.content else { continue };
        let text = line.labelled();
        let is_item = line.depth.is_some() || text.starts_with(['-', '+', '•', '–']);
        if !is_item {
            continue;
        }
        let flat_text = flat(&text);
        let copies = says(&flat_text, "ban sao") || says(&flat_text, "ban photo");
        source.dossier.push(DossierItem {
            name: uncounted(&line.plain()).trim_end_matches([';', '.']).to_owned(),
            originals: u32::from(!copies),
            copies: u32::from(copies),
            ..DossierItem::default()
        });
        block = block.or(Some(item.block));
    }
    if block.is_some() {
        notes.add(
            block,
            NoteKind::DossierGuessed,
            &[("n", &source.dossier.len().to_string())],
        );
    }
}

/// The list of forms.
pub(super) fn forms(items: &mut [Item], source: &mut Source) {
    for (table, head, is_taken) in tables(items, Section::Forms, FORMS, &[Column::Name, Column::Code]) {
        let mut is_whole = true;
        for row in head.first..table.rows.len() {
            let (code, name) = (
                head.text(&table, row, Column::Code),
                head.text(&table, row, Column::Name),
            );
            let is_new = source.forms.iter().all(|own| own.code != code);
            if code.is_empty() || name.is_empty() || !is_new {
                is_whole &= code.is_empty() && name.is_empty();
                continue;
            }
            source.forms.push(FormRow {
                code,
                name,
                ..FormRow::default()
            });
        }
        *is_taken = is_whole;
    }
}

/// The records to keep.
pub(super) fn records(items: &mut [Item], source: &mut Source) {
    for (table, head, is_taken) in tables(items, Section::Records, RECORDS, &[Column::Name]) {
        for row in head.first..table.rows.len() {
            let name = head.text(&table, row, Column::Name);
            if !name.is_empty() {
                source.records.push(RecordRow {
                    name: uncounted(&name).to_owned(),
                    place: head.text(&table, row, Column::Place),
                    retention: head.text(&table, row, Column::Retention),
                });
            }
        }
        *is_taken = head
            .columns
            .iter()
            .all(|(column, text)| *column != Column::Unknown || text.is_empty());
    }
}

/// What days mean that do not say which: working days where the text says working days anywhere.
pub(super) fn days(items: &[Item]) -> TimeUnit {
    let says_working = items.iter().any(|item| {
        let text = match &item.content {
            Content::Heading { text, .. } => text.clone(),
            Content::Text(line) => line.plain(),
            Content::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                cells.map(|cell| cell.plain() + " ").collect()
            }
        };
        let flat = flat(&text);
        says(&flat, "ngay lam viec")
    });
    if says_working {
        TimeUnit::WorkingDay
    } else {
        TimeUnit::CalendarDay
    }
}

/// The duration cases, from a table or from the lines of the section.
pub(super) fn durations(items: &mut [Item], source: &mut Source, notes: &mut Notes, days: TimeUnit) {
    for (table, head, is_taken) in tables(items, Section::Time, DURATIONS, &[Column::Name, Column::Limit]) {
        for row in head.first..table.rows.len() {
            let cell = |column| head.text(&table, row, column);
            let name = cell(Column::Name);
            let limit = limit_of(&said(&cell(Column::Limit), days)).unwrap_or_default();
            let code = Some(cell(Column::Code))
                .filter(|code| !code.is_empty())
                .unwrap_or_else(|| slug(&name));
            if limit.is_empty() {
                notes.add(None, NoteKind::CaseWithoutLimit, &[("says", &name)]);
            }
            let note = cell(Column::Note);
            let (cutoff, note) = cutoff(&note);
            source.durations.push(DurationRow {
                code,
                name,
                limit,
                note,
                same_day_cutoff: cutoff,
            });
        }
        *is_taken = true;
    }
    if !source.durations.is_empty() {
        return;
    }
    let lines: Vec<(usize, String)> = items
        .iter()
        .filter(|item| item.section == Section::Time)
        .filter_map(|item| match &item.content {
            Content::Text(line) => Some((item.block, line.plain())),
            Content::Heading { .. } | Content::Table(_) => None,
        })
        .collect();
    for (block, line) in lines {
        let told = said(&line, days);
        let Some(limit) = limit_of(&told) else { continue };
        if let Said::Guessed(_) = told {
            notes.add(
                block,
                NoteKind::TimeGuessed,
                &[("says", &line), ("unit", &limit), ("step", "")],
            );
        }
        let name = line.split_once(':').map_or("", |(name, _)| uncounted(name).trim());
        let code = if name.is_empty() {
            "thuong".to_owned()
        } else {
            slug(name)
        };
        if source.durations.iter().any(|row| row.code == code) || code.is_empty() {
            continue;
        }
        let mut row = ordinary(limit);
        if !name.is_empty() {
            row.code = code;
            row.name = super::words::capital(name);
        }
        source.durations.push(row);
    }
}

/// The hour until which a case is handled on its day, when a note says it as our own files do, and the other words.
fn cutoff(note: &str) -> (String, String) {
    let begin = "Nhận sau ";
    let hour = note
        .strip_prefix(begin)
        .and_then(|rest| rest.get(..5))
        .filter(|hour| hour.contains(':'));
    match hour {
        Some(hour) => {
            let rest = note.split_once(". ").map_or("", |(_, rest)| rest);
            (hour.to_owned(), rest.to_owned())
        }
        None => (String::new(), note.to_owned()),
    }
}
