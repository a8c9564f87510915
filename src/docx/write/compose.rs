//! A procedure as the blocks of a Word file: its body, with the lists of its fields under the headings they belong to.

use super::steps;
use super::steps::limit_words;
use crate::docx::block::{Block, Cell, Line, Row, Run, Table};
use crate::docx::recognise::{Section, section_of};
use crate::procedures::{Mode, Source};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

pub(super) fn line(text: &str) -> Line {
    Line {
        runs: vec![Run {
            text: text.replace(['\n', '\t'], " "),
            ..Run::default()
        }],
        ..Line::default()
    }
}

pub(super) fn cell(column: usize, lines: Vec<Line>) -> Cell {
    Cell {
        column,
        columns: 1,
        rows: 1,
        lines,
    }
}

/// A row with these cells.
pub(super) fn row(cells: Vec<Vec<Line>>, is_header: bool) -> Row {
    let cells = cells
        .into_iter()
        .enumerate()
        .map(|(column, lines)| cell(column, lines))
        .collect();
    Row { is_header, cells }
}

/// A table of plain texts with a head.
fn plain(head: &[&str], rows: Vec<Vec<String>>) -> Block {
    let texts = |own: Vec<String>| own.iter().map(|text| text.lines().map(line).collect()).collect();
    let first = row(head.iter().map(|text| vec![line(text)]).collect(), true);
    let rows = rows.into_iter().map(|own| row(texts(own), false));
    Block::Table {
        table: Table {
            rows: std::iter::once(first).chain(rows).collect(),
        },
    }
}

/// The facts of the front, those that are stated.
fn facts(source: &Source) -> Option<Block> {
    let tthc: Vec<String> = source
        .tthc
        .iter()
        .map(|row| format!("{} {}", row.code, row.name))
        .collect();
    let sets = source.sets.map(|sets| format!("{sets:02} bộ")).unwrap_or_default();
    let review = source
        .review_months
        .map(|months| format!("{months} tháng"))
        .unwrap_or_default();
    let all = [
        ("Lĩnh vực", source.field.clone()),
        ("Thủ tục hành chính", tthc.join("\n")),
        ("Đối tượng thực hiện", source.applicants.clone()),
        ("Yêu cầu, điều kiện", source.conditions.clone()),
        ("Kết quả", source.result.clone()),
        ("Số lượng hồ sơ", sets),
        ("Nơi tiếp nhận và trả kết quả", source.receiving_place.clone()),
        ("Phí, lệ phí", source.fee.clone()),
        ("Căn cứ pháp lý", source.legal_basis.join("\n")),
        ("Tóm lược nội dung sửa đổi", source.change_summary.clone()),
        ("Căn cứ sửa đổi", source.change_basis.clone()),
        ("Kỳ rà soát", review),
        ("Tên tiếng Anh", source.title_en.clone()),
        ("Tên lĩnh vực tiếng Anh", source.field_en.clone()),
    ];
    let stated = all.into_iter().filter(|(_, text)| !text.is_empty());
    let rows: Vec<Row> = stated
        .map(|(name, text)| {
            let mut name = line(name);
            for run in &mut name.runs {
                run.bold = true;
            }
            row(vec![vec![name], text.lines().map(line).collect()], false)
        })
        .collect();
    (!rows.is_empty()).then_some(Block::Table { table: Table { rows } })
}

/// The list of a section as a table; `None` when the procedure has nothing for it.
fn list(source: &Source, section: Section, role_name: &dyn Fn(&str) -> String) -> Option<Block> {
    let block = match LISTS.iter().position(|(own, _)| *own == section)? {
        0 => dossier(source),
        1 => durations(source),
        2 => Block::Table {
            table: steps::table(source, role_name),
        },
        3 => forms(source),
        _ => records(source),
    };
    let is_stated = matches!(&block, Block::Table { table } if table.rows.len() > 1);
    is_stated.then_some(block)
}

fn number(at: usize) -> String {
    (at + 1).to_string()
}

fn dossier(source: &Source) -> Block {
    let rows = source.dossier.iter().enumerate().map(|(at, item)| {
        let mode = if item.mode == Mode::Present {
            "Xuất trình"
        } else {
            "Nộp"
        };
        let (originals, copies) = (item.originals.to_string(), item.copies.to_string());
        let (form, condition) = (item.form.clone(), item.condition.clone());
        vec![
            number(at),
            item.name.clone(),
            originals,
            copies,
            mode.to_owned(),
            form,
            condition,
        ]
    });
    let head = [
        "TT",
        "Tên giấy tờ",
        "Bản chính",
        "Bản sao",
        "Hình thức",
        "Mã hiệu",
        "Trường hợp",
    ];
    plain(&head, rows.collect())
}

fn durations(source: &Source) -> Block {
    let rows = source.durations.iter().map(|row| {
        let cutoff = if row.same_day_cutoff.is_empty() {
            String::new()
        } else {
            format!("Nhận sau {} tính từ ngày làm việc tiếp theo. ", row.same_day_cutoff)
        };
        let limit = limit_words(&row.limit).unwrap_or_else(|| row.limit.clone());
        vec![row.code.clone(), row.name.clone(), limit, cutoff + &row.note]
    });
    plain(&["Mã", "Trường hợp", "Thời hạn", "Ghi chú"], rows.collect())
}

fn forms(source: &Source) -> Block {
    let rows = source.forms.iter().enumerate();
    let rows = rows.map(|(at, form)| vec![number(at), form.code.clone(), form.name.clone()]);
    plain(&["TT", "Mã hiệu", "Tên biểu mẫu"], rows.collect())
}

fn records(source: &Source) -> Block {
    let rows = source.records.iter().enumerate();
    let rows = rows.map(|(at, own)| vec![number(at), own.name.clone(), own.place.clone(), own.retention.clone()]);
    plain(&["TT", "Hồ sơ lưu", "Nơi lưu", "Thời gian lưu"], rows.collect())
}

/// The lists, and the headings that they get when the body has none for them.
const LISTS: [(Section, &str); 5] = [
    (Section::Dossier, "Thành phần hồ sơ"),
    (Section::Time, "Thời hạn giải quyết"),
    (Section::Steps, "Quy trình xử lý công việc"),
    (Section::Forms, "Biểu mẫu"),
    (Section::Records, "Hồ sơ cần lưu"),
];

/// The text of a procedure as blocks. `role_name` gives what the office calls a role.
pub fn compose(source: &Source, role_name: &dyn Fn(&str) -> String) -> Vec<Block> {
    let mut blocks: Vec<Block> = facts(source).into_iter().collect();
    let mut left: Vec<(Section, &str)> = LISTS.to_vec();
    let mut waiting: Option<Section> = None;
    let put = |blocks: &mut Vec<Block>, waiting: &mut Option<Section>, left: &mut Vec<(Section, &str)>| {
        if let Some(section) = waiting.take() {
            left.retain(|(own, _)| *own != section);
            blocks.extend(list(source, section, role_name));
        }
    };
    for block in markdown(&source.body) {
        if let Block::Heading { line, .. } = &block {
            put(&mut blocks, &mut waiting, &mut left);
            let section = section_of(&line.plain());
            waiting = section.filter(|section| left.iter().any(|(own, _)| own == section));
        }
        blocks.push(block);
    }
    put(&mut blocks, &mut waiting, &mut left);
    for (section, name) in left {
        if let Some(list) = list(source, section, role_name) {
            let line = line(name);
            blocks.push(Block::Heading { level: 1, line });
            blocks.push(list);
        }
    }
    blocks
}

/// What is built while a Markdown text is read.
#[derive(Default)]
struct Builder {
    blocks: Vec<Block>,
    line: Line,
    bold: usize,
    italic: usize,
    depth: usize,
    heading: Option<usize>,
    table: Option<Table>,
}

/// A Markdown text as blocks.
fn markdown(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut builder = Builder::default();
    for event in Parser::new_ext(text, options) {
        builder.take(event);
    }
    builder.close();
    builder.blocks
}

impl Builder {
    fn add(&mut self, text: &str) {
        self.line.runs.push(Run {
            text: text.to_owned(),
            bold: self.bold > 0,
            italic: self.italic > 0,
        });
    }

    /// Ends the paragraph that is open.
    fn close(&mut self) {
        let line = std::mem::take(&mut self.line);
        if self.table.is_some() || line.plain().is_empty() {
            self.line = line;
            return;
        }
        match self.heading {
            Some(level) => self.blocks.push(Block::Heading { level, line }),
            None => {
                let depth = self.depth.checked_sub(1);
                let line = Line { depth, ..line };
                self.blocks.push(Block::Text { line });
            }
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => self.add(&text),
            Event::SoftBreak | Event::HardBreak => self.add(" "),
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        if matches!(tag, Tag::Strong) {
            self.bold += 1;
        } else if matches!(tag, Tag::Emphasis) {
            self.italic += 1;
        } else if let Tag::Heading { level, .. } = tag {
            self.close();
            self.heading = Some(level_of(*level));
        } else if matches!(tag, Tag::List(_)) {
            self.close();
            self.depth += 1;
        } else if matches!(tag, Tag::Item | Tag::Paragraph) {
            self.close();
        } else if matches!(tag, Tag::Table(_)) {
            self.close();
            self.table = Some(Table::default());
        } else if let (Tag::TableHead | Tag::TableRow, Some(table)) = (tag, &mut self.table) {
            table.rows.push(row(Vec::new(), matches!(tag, Tag::TableHead)));
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if matches!(tag, TagEnd::Strong) {
            self.bold = self.bold.saturating_sub(1);
        } else if matches!(tag, TagEnd::Emphasis) {
            self.italic = self.italic.saturating_sub(1);
        } else if matches!(tag, TagEnd::Heading(_)) {
            self.close();
            self.heading = None;
        } else if matches!(tag, TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock) {
            self.close();
        } else if matches!(tag, TagEnd::List(_)) {
            self.close();
            self.depth = self.depth.saturating_sub(1);
        } else if matches!(tag, TagEnd::TableCell) {
            self.cell();
        } else if let (TagEnd::Table, Some(table)) = (tag, self.table.take_if(|_| matches!(tag, TagEnd::Table))) {
            self.blocks.push(Block::Table { table });
        }
    }

    fn cell(&mut self) {
        let own = std::mem::take(&mut self.line);
        if let Some(last) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
            let lines = if own.plain().is_empty() { Vec::new() } else { vec![own] };
            last.cells.push(cell(last.cells.len(), lines));
        }
    }
}

/// `##` is the first level of a body: `#` would be the title.
fn level_of(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => 1,
        HeadingLevel::H3 => 2,
        HeadingLevel::H4 => 3,
        HeadingLevel::H5 | HeadingLevel::H6 => 4,
    }
}
