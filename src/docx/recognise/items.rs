//! The blocks as items of sections: tables that hold whole sections are unfolded, headings are told apart.

use super::words::{begins, flat, uncounted};
use crate::docx::block::{Block, Cell, Line, Row, Run, Table};
use crate::docx::read::numbered;

/// The sections that procedures of offices have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docx) enum Section {
    /// Before the first heading.
    Front,
    /// A heading that no rule knows.
    Other,
    Purpose,
    Scope,
    References,
    Definitions,
    Content,
    Legal,
    Dossier,
    Sets,
    Time,
    Place,
    Fee,
    Steps,
    Forms,
    Records,
    Applicants,
    Conditions,
    Result,
}

/// How headings of each section begin, without marks; the longer before the shorter.
const HEADINGS: [(&str, Section); 45] = [
    ("muc dich", Section::Purpose),
    ("pham vi", Section::Scope),
    ("tai lieu vien dan", Section::References),
    ("dinh nghia", Section::Definitions),
    ("thuat ngu", Section::Definitions),
    ("giai thich tu ngu", Section::Definitions),
    ("tu viet tat", Section::Definitions),
    ("noi dung quy trinh", Section::Content),
    ("noi dung", Section::Content),
    ("co so phap ly", Section::Legal),
    ("can cu phap ly", Section::Legal),
    ("thanh phan so luong ho so", Section::Dossier),
    ("thanh phan ho so", Section::Dossier),
    ("so luong ho so", Section::Sets),
    ("thoi gian xu ly", Section::Time),
    ("thoi gian giai quyet", Section::Time),
    ("thoi han xu ly", Section::Time),
    ("thoi han giai quyet", Section::Time),
    ("noi tiep nhan", Section::Place),
    ("dia diem tiep nhan", Section::Place),
    ("dia diem thuc hien", Section::Place),
    ("noi nhan va tra", Section::Place),
    ("phi le phi", Section::Fee),
    ("phi va le phi", Section::Fee),
    ("le phi", Section::Fee),
    ("phi", Section::Fee),
    ("quy trinh xu ly", Section::Steps),
    ("quy trinh giai quyet", Section::Steps),
    ("quy trinh thuc hien", Section::Steps),
    ("trinh tu thuc hien", Section::Steps),
    ("trinh tu xu ly", Section::Steps),
    ("trinh tu cac buoc", Section::Steps),
    ("cac buoc thuc hien", Section::Steps),
    ("bieu mau", Section::Forms),
    ("ho so luu", Section::Records),
    ("ho so can luu", Section::Records),
    ("luu ho so", Section::Records),
    ("luu tru", Section::Records),
    ("doi tuong", Section::Applicants),
    ("yeu cau dieu kien", Section::Conditions),
    ("dieu kien thuc hien", Section::Conditions),
    ("ket qua thuc hien", Section::Result),
    ("ket qua giai quyet", Section::Result),
    ("ket qua thu tuc", Section::Result),
    ("ket qua", Section::Result),
];

/// A heading of a known section has at most so many characters.
const LONGEST_HEADING: usize = 140;

/// The section that a heading begins; without its number, marks and capitals.
pub(in crate::docx) fn section_of(heading: &str) -> Option<Section> {
    let bare = numbered(heading).map_or_else(|| uncounted(heading), |(_, rest)| rest);
    let flat = flat(bare);
    let known = HEADINGS.iter().find(|(words, _)| begins(&flat, words));
    known.map(|(_, section)| *section)
}

/// What an item is.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Heading { level: usize, text: String },
    Text(Line),
    Table(Table),
}

/// A piece of the text in a section.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// The number of the block that it comes from.
    pub(super) block: usize,
    pub(super) section: Section,
    pub(super) content: Content,
    /// Whether its whole text stands in a field of the result.
    pub(super) is_taken: bool,
}

/// A paragraph that begins a section though nothing marks it as a heading: its heading, and what follows a colon.
fn plain_heading(line: &Line) -> Option<(usize, String, String)> {
    let text = line.labelled();
    let (levels, _) = numbered(&text)?;
    let (heading, rest) = text.split_once(':').unwrap_or((&text, ""));
    let is_short = heading.chars().count() <= LONGEST_HEADING;
    (is_short && section_of(heading).is_some()).then(|| (levels, heading.trim().to_owned(), rest.trim().to_owned()))
}

fn text_line(text: &str) -> Line {
    let run = Run {
        text: text.to_owned(),
        ..Run::default()
    };
    Line {
        runs: vec![run],
        ..Line::default()
    }
}

/// The heading that a row of a table is: its number alone in a cell, the name of a section in the next one.
fn row_heading(row: &Row) -> Option<(usize, String)> {
    let mut cells = row.cells.iter().filter(|cell| !cell.lines.is_empty());
    let first = cells.next()?.plain();
    let number = first.trim_end_matches('.');
    let is_number = number.contains('.') && number.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let text = if is_number {
        format!("{number}. {}", cells.next()?.lines.first()?.plain())
    } else {
        first
    };
    let (levels, _) = numbered(&text)?;
    let heading = text.split(':').next().unwrap_or_default().trim();
    let fits = levels >= 2 && heading.chars().count() <= LONGEST_HEADING && section_of(heading).is_some();
    fits.then(|| (levels, heading.to_owned()))
}

/// What stands in the row of a heading besides it: other lines of its cells, and other cells.
fn row_rest(row: &Row, heading: &str) -> Vec<Line> {
    let flat_heading = flat(uncounted(heading));
    let lines = row.cells.iter().flat_map(|cell| &cell.lines);
    let is_number = |text: &str| text.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let mut rest = Vec::new();
    for line in lines {
        let plain = line.labelled();
        if is_number(&plain) {
            continue;
        }
        if begins(&flat(uncounted(&plain)), &flat_heading) {
            let after = plain.split_once(':').map_or("", |(_, after)| after).trim();
            if !after.is_empty() {
                rest.push(text_line(after));
            }
            continue;
        }
        rest.push(line.clone());
    }
    rest
}

/// Columns that head the papers of the dossier, said in the row of the heading itself.
fn says_columns(row: &Row) -> bool {
    row.cells.iter().any(|cell| {
        let flat = flat(&cell.plain());
        begins(&flat, "ban chinh") || begins(&flat, "ban sao")
    })
}

/// The items of a table that holds several sections; `None` for an ordinary table.
fn unfold(table: &Table) -> Option<Vec<Content>> {
    let headings: Vec<usize> = (0..table.rows.len())
        .filter(|number| table.rows.get(*number).and_then(row_heading).is_some())
        .collect();
    if headings.len() < 2 {
        return None;
    }
    let mut out = Vec::new();
    let mut part = Table::default();
    let close = |part: &mut Table, out: &mut Vec<Content>| {
        let table = std::mem::take(part);
        if table.rows.is_empty() {
            return;
        }
        let is_text = table
            .rows
            .iter()
            .all(|row| row.cells.iter().filter(|cell| !cell.lines.is_empty()).count() <= 1);
        if is_text {
            let lines = table
                .rows
                .into_iter()
                .flat_map(|row| row.cells)
                .flat_map(|cell: Cell| cell.lines);
            out.extend(lines.map(Content::Text));
        } else {
            out.push(Content::Table(table));
        }
    };
    for row in &table.rows {
        let Some((level, text)) = row_heading(row) else {
            part.rows.push(row.clone());
            continue;
        };
        close(&mut part, &mut out);
        let rest = row_rest(row, &text);
        out.push(Content::Heading { level, text });
        if says_columns(row) {
            part.rows.push(row.clone());
        } else {
            out.extend(rest.into_iter().map(Content::Text));
        }
    }
    close(&mut part, &mut out);
    Some(out)
}

/// The blocks as items, each in its section.
pub(super) fn items(blocks: &[Block]) -> Vec<Item> {
    let mut out = Vec::new();
    let mut section = Section::Front;
    for (block, one) in blocks.iter().enumerate() {
        let contents = match one {
            Block::Heading { level, line } => {
                let text = line.labelled();
                // `5.6. Lệ phí: không` says its section and its text in one.
                let split = text
                    .split_once(':')
                    .filter(|(head, rest)| section_of(head).is_some() && !rest.trim().is_empty());
                let (text, rest) = split.map_or((text.as_str(), ""), |(head, rest)| (head, rest.trim()));
                let text = text.trim().to_owned();
                let rest = (!rest.is_empty()).then(|| Content::Text(text_line(rest)));
                [Some(Content::Heading { level: *level, text }), rest]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Block::Text { line } => match plain_heading(line) {
                Some((level, text, rest)) => {
                    let rest = (!rest.is_empty()).then(|| Content::Text(text_line(&rest)));
                    [Some(Content::Heading { level, text }), rest]
                        .into_iter()
                        .flatten()
                        .collect()
                }
                None => vec![Content::Text(line.clone())],
            },
            Block::Table { table } => unfold(table).unwrap_or_else(|| vec![Content::Table(table.clone())]),
        };
        for content in contents {
            if let Content::Heading { text, level } = &content {
                section = next_section(section, text, *level);
            }
            out.push(Item {
                block,
                section,
                content,
                is_taken: false,
            });
        }
    }
    out
}

/// The section after a heading: a heading before the first section that no rule knows is still of the front.
fn next_section(section: Section, heading: &str, level: usize) -> Section {
    match section_of(heading) {
        Some(known) => known,
        None if section == Section::Front && numbered(heading).is_none() => Section::Front,
        // A deeper heading that no rule knows is a part of the section it stands in.
        None if level > 2 => section,
        None => Section::Other,
    }
}
