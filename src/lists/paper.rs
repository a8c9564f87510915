//! A list as a paper: lying A4, its head on every page, places for two signatures at its end. Pure.

use super::list::MasterList;
use super::xlsx::Heading;
use crate::print::{Block, Face, Paper, Paragraph, Part, Running, Table};
use chrono::NaiveDateTime;

/// Letters of this size leave room for eight columns.
const SIZE: f32 = 9.5;

fn cell(text: impl Into<String>, face: Face) -> Vec<Paragraph> {
    vec![Paragraph {
        size: SIZE,
        ..Paragraph::of(text, face).in_cell()
    }]
}

/// The list as a paper of the moment `at` (UTC). `word` gives the word of a key.
pub fn list_paper(list: &MasterList, heading: &Heading, at: NaiveDateTime, word: impl Fn(&str) -> String) -> Paper {
    let names = std::iter::once("number").chain(list.columns.iter().map(|column| column.name));
    let head = names.map(|name| cell(word(&format!("lists.column.{name}")), Face::Bold));
    let widths = list.columns.iter().map(|column| f32::from(column.width.max(9)));
    let rows = (1_usize..).zip(&list.rows).map(|(number, row)| {
        let cells = row.cells.iter().map(|one| one.text(&word));
        let cells = std::iter::once(number.to_string()).chain(cells);
        cells.map(|text| cell(text, Face::Plain)).collect()
    });
    let line = |text: &str, face: Face, size: f32| Block::Paragraph(Paragraph::of(text, face).centred(size));
    let signature = |key: &str| vec![Paragraph::of(word(key), Face::Bold).centred(11.0)];
    let blocks = vec![
        line(&heading.office, Face::Bold, 12.0),
        line(&heading.title, Face::Bold, 14.0),
        line(&heading.as_of, Face::Italic, 11.0),
        Block::Table(Table {
            columns: std::iter::once(7.0).chain(widths).collect(),
            head: head.collect(),
            rows: rows.collect(),
            whole_rows: true,
        }),
        Block::Space(16.0),
        Block::Table(Table {
            columns: vec![1.0, 1.0],
            head: Vec::new(),
            rows: vec![vec![
                [
                    signature("lists.made_by"),
                    vec![Paragraph::of("\u{a0}", Face::Plain); 3],
                ]
                .concat(),
                signature("lists.checked_by"),
            ]],
            whole_rows: true,
        }),
    ];
    Paper {
        title: heading.title.clone(),
        author: heading.office.clone(),
        at,
        contents: None,
        parts: vec![Part {
            title: heading.title.clone(),
            running: Running {
                left: format!("{} – {}", heading.title, heading.as_of),
                right: word("lists.page_of"),
                ..Running::default()
            },
            blocks,
            is_lying: true,
        }],
    }
}
