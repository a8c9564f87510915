//! Recognises a procedure in a Word file. What is not understood stays in the text, and is told.

mod branches;
mod columns;
mod facts;
mod front;
mod items;
mod lists;
mod markdown;
mod marks;
mod note;
mod roles;
mod step_texts;
mod steps;
mod times;
mod words;

pub(super) use items::{Section, section_of};
pub use note::{Note, NoteKind};

use super::block::{Line, Word};
use crate::procedures::{RoleEntry, Source};
use columns::{Column, STEPS, head};
use items::{Content, Item};
use note::{Notes, lost_kind};
use steps::Reader;

/// What is known besides the file.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The name of the file.
    pub file_name: &'a str,
    /// The roles of the office.
    pub roles: &'a [RoleEntry],
}

/// What was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The procedure; what the file does not say is empty.
    pub source: Source,
    /// What was guessed, not understood or left out, in the order of the file.
    pub notes: Vec<Note>,
}

/// Recognises the procedure in a file that was read.
pub fn recognise(word: &Word, known: &Known<'_>) -> Recognised {
    let (mut source, mut notes) = (Source::default(), Notes::default());
    for lost in &word.lost {
        notes.add(lost.block, lost_kind(lost.kind), &[("says", &lost.text)]);
    }
    let mut items = items::items(&word.blocks);
    let days = lists::days(&items);
    front::head(word, &mut items, known.file_name, (&mut source, &mut notes));
    lists::forms(&mut items, &mut source);
    lists::dossier(&mut items, &mut source, &mut notes);
    lists::records(&mut items, &mut source);
    lists::durations(&mut items, &mut source, &mut notes, days);
    facts::facts(&mut items, &mut source);
    read_steps(&mut items, known, days, (&mut source, &mut notes));
    if source.durations.is_empty() && !source.steps.is_empty() {
        notes.add(None, NoteKind::NoLimit, &[]);
    }
    source.review_months = source.review_months.or(Some(12));
    if source.change_summary.is_empty() {
        source.change_summary = format!("Nhập từ tệp Word {}", known.file_name);
    }
    let said = std::mem::take(&mut source.body);
    source.body = markdown::body(&items, word);
    if !said.is_empty() {
        source.body.push_str(&format!("\n{said}"));
    }
    let mut notes = notes.0;
    notes.sort_by_key(|note| note.block.map_or(0, |block| block + 1));
    Recognised { source, notes }
}

/// Reads the table of steps: the one with the most rows; others stay in the text.
fn read_steps(
    items: &mut [Item],
    known: &Known<'_>,
    days: crate::workflow::TimeUnit,
    (source, notes): (&mut Source, &mut Notes),
) {
    let rows = |item: &Item| match &item.content {
        Content::Table(table) if !item.is_taken && head(table, STEPS, &[Column::Name, Column::Role]).is_some() => {
            table.rows.len()
        }
        Content::Table(_) | Content::Heading { .. } | Content::Text(_) => 0,
    };
    let sizes: Vec<usize> = items.iter().map(rows).collect();
    let in_section = |at: &usize| items.get(*at).is_some_and(|item| item.section == Section::Steps);
    let found: Vec<usize> = (0..items.len())
        .filter(|at| sizes.get(*at).is_some_and(|size| *size > 1))
        .collect();
    let best = found
        .iter()
        .copied()
        .max_by_key(|at| (in_section(at), sizes.get(*at).copied(), usize::MAX - at));
    let Some(best) = best else {
        notes.add(None, NoteKind::NoSteps, &[]);
        return;
    };
    for other in found.iter().filter(|at| **at != best) {
        notes.add(items.get(*other).map(|item| item.block), NoteKind::SecondSteps, &[]);
    }
    let Some(item) = items.get_mut(best) else { return };
    item.is_taken = true;
    let Content::Table(table) = &item.content else { return };
    if let Some(head) = head(table, STEPS, &[Column::Name, Column::Role]) {
        let reader = Reader {
            table,
            head: &head,
            block: item.block,
            roles: known.roles,
            days,
            source,
            notes,
        };
        reader.read();
    }
}
