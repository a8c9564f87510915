//! A filled form on paper, in the official layout.

use super::record::{Filled, FormInForce};
use crate::forms::{InputKind, Seen, ValueShown, values};
use crate::kernel::{Language, local};
use crate::print::{Align, Block, Cell, Face, Paper, Paragraph, Part, PrintError, Printed, Run, Running, Table};
use crate::render::Words;

/// What stands on the paper besides what was filled in.
pub(super) struct Around<'a> {
    pub(super) agency: &'a str,
    /// The code of the record that replaces this one.
    pub(super) replaced_by: Option<&'a str>,
    /// Whether personal data are shown.
    pub(super) personal: bool,
}

/// Prints a filled form. Papers are in Vietnamese, whoever reads them.
///
/// # Errors
/// When it would be too long.
pub(super) fn print(
    filled: &Filled,
    form: &FormInForce,
    words: &Words,
    around: &Around<'_>,
) -> Result<Printed, PrintError> {
    let record = &filled.record;
    let say = |key: &str, holes: &[(&str, String)]| words.fill(Language::Vi, key, holes);
    let title = &form.content.source.title;
    let issue = say("documents.issue", &[("n", form.head.issue.to_string())]);
    let page = words.get(Language::Vi, "paper.page");
    let part = Part {
        title: format!("{} {title}", record.code),
        running: Running {
            left: format!("{} · {title}", around.agency),
            right: format!("{} · {issue} · {page}", record.form_code),
            foot: vec![
                made_on(filled, form, &say),
                say("records.paper.code", &[("code", record.code.clone())]),
            ],
            seals: Vec::new(),
            qr: None,
            mark: around.replaced_by.map(|_| say("records.paper.replaced_mark", &[])),
        },
        blocks: blocks(filled, form, words, around),
        ..Part::default()
    };
    crate::print::print(&Paper {
        title: format!("{} {title}", record.code),
        author: around.agency.to_owned(),
        at: record.at,
        contents: None,
        parts: vec![part],
    })
}

type Sayer<'a> = dyn Fn(&str, &[(&str, String)]) -> String + 'a;

/// On which version of the form it was made.
fn made_on(filled: &Filled, form: &FormInForce, say: &Sayer<'_>) -> String {
    let from = form.head.effective_from.map(|day| day.format("%d/%m/%Y").to_string());
    say(
        "records.paper.made_on",
        &[
            ("form", filled.record.form_code.clone()),
            ("n", form.head.issue.to_string()),
            ("day", from.unwrap_or_default()),
            ("hash", filled.record.content_sha256.chars().take(16).collect()),
        ],
    )
}

fn line(text: String, face: Face, size: f32) -> Block {
    Block::Paragraph(Paragraph::of(text, face).centred(size))
}

fn cell(text: impl Into<String>, face: Face) -> Cell {
    vec![Paragraph::of(text, face).in_cell()]
}

fn blocks(filled: &Filled, form: &FormInForce, words: &Words, around: &Around<'_>) -> Vec<Block> {
    let record = &filled.record;
    let word = |key: &str| words.get(Language::Vi, key).to_owned();
    let say = |key: &str, holes: &[(&str, String)]| words.fill(Language::Vi, key, holes);
    let mut blocks = vec![
        line(around.agency.to_uppercase(), Face::Bold, 12.0),
        line(word("records.paper.nation"), Face::Bold, 12.0),
        line(word("records.paper.motto"), Face::Bold, 12.0),
        Block::Space(18.0),
        line(form.content.source.title.to_uppercase(), Face::Bold, 15.0),
        line(
            say("records.paper.code", &[("code", record.code.clone())]),
            Face::Italic,
            12.0,
        ),
        Block::Space(8.0),
    ];
    if let Some(case) = &record.case {
        let holes = [("case", case.code.clone()), ("step", case.step.clone())];
        blocks.push(line(say("records.paper.case", &holes), Face::Plain, 12.0));
        blocks.push(Block::Space(6.0));
    }
    let seen = Seen {
        yes: word("forms.yes"),
        no: word("forms.no"),
        hidden: word("forms.hidden"),
        personal: around.personal,
    };
    blocks.extend(filled_blocks(
        &values(&form.definition, &filled.values, &seen),
        &word("forms.row"),
    ));
    if let Some(reason) = &record.reason {
        let text = say("records.paper.reason", &[("reason", reason.clone())]);
        blocks.push(Block::Paragraph(Paragraph::of(text, Face::Italic)));
    }
    if let Some(newer) = around.replaced_by {
        let text = say("records.paper.replaced", &[("newer", newer.to_owned())]);
        blocks.push(Block::Paragraph(Paragraph::of(text, Face::Bold)));
    }
    blocks.push(Block::Space(16.0));
    blocks.push(signed(filled, &word("records.paper.writer")));
    blocks
}

/// Who filled it, in a frame of its own.
fn signed(filled: &Filled, writer: &str) -> Block {
    let record = &filled.record;
    let middle = |text: String, face: Face| Paragraph {
        align: Align::Centre,
        ..Paragraph::of(text, face).in_cell()
    };
    let at = local(record.at).format("%H:%M, %d/%m/%Y").to_string();
    let who = vec![
        middle(writer.to_owned(), Face::Bold),
        middle(record.position_name.clone(), Face::Plain),
        middle(at, Face::Italic),
        Paragraph {
            before: 10.0,
            ..middle(record.person_name.clone(), Face::Bold)
        },
    ];
    Block::Table(Table {
        columns: vec![100.0],
        head: Vec::new(),
        rows: vec![vec![who]],
        whole_rows: true,
    })
}

/// Labels and values in a table; headings and tables of the form stand between such tables.
fn filled_blocks(shown: &[ValueShown], number: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let end = |rows: &mut Vec<Vec<Cell>>, blocks: &mut Vec<Block>| {
        if !rows.is_empty() {
            blocks.push(Block::Table(Table {
                columns: vec![36.0, 64.0],
                head: Vec::new(),
                rows: std::mem::take(rows),
                whole_rows: false,
            }));
        }
    };
    for one in shown {
        if one.kind == InputKind::Section {
            end(&mut rows, &mut blocks);
            blocks.push(Block::Heading(2, vec![Run::new(one.label.clone(), Face::Bold)]));
        } else if one.rows.is_empty() {
            let lines = one
                .lines
                .iter()
                .map(|line| Paragraph::of(line.clone(), Face::Plain).in_cell());
            let lines: Cell = lines.collect();
            let value = if lines.is_empty() {
                cell("–", Face::Plain)
            } else {
                lines
            };
            rows.push(vec![cell(one.label.clone(), Face::Bold), value]);
        } else {
            end(&mut rows, &mut blocks);
            blocks.push(Block::Paragraph(Paragraph::of(one.label.clone(), Face::Bold)));
            blocks.push(Block::Table(table(one, number)));
        }
    }
    end(&mut rows, &mut blocks);
    blocks
}

fn table(one: &ValueShown, number: &str) -> Table {
    let head = one.head.iter().map(|label| cell(label.clone(), Face::Bold));
    let rows = one.rows.iter().zip(1..).map(|(row, at)| {
        let cells = row.iter().map(|text| cell(text.clone(), Face::Plain));
        std::iter::once(cell(format!("{at}"), Face::Plain))
            .chain(cells)
            .collect()
    });
    Table {
        columns: std::iter::once(8.0).chain(one.head.iter().map(|_| 30.0)).collect(),
        head: std::iter::once(cell(number, Face::Bold)).chain(head).collect(),
        rows: rows.collect(),
        whole_rows: false,
    }
}
