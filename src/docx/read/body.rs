//! The text: paragraphs, lists, headings and tables in their order.

use super::numbering::Numbering;
use super::styles::{Styles, list_of, outline_of, switch};
use super::text::{Gathered, inner, val};
use crate::docx::block::{Block, Cell, Line, Lost, LostKind, Row, Table, Word};
use crate::docx::fault::DocxFault;
use crate::nets::XmlElement;

/// Paragraphs and cells of one file.
const MOST: usize = 60_000;
/// Columns of a table.
const MOST_COLUMNS: usize = 200;
/// A paragraph that is longer is no heading, whatever it looks like.
const LONGEST_HEADING: usize = 200;
/// The most things that are named as lost.
const MOST_LOST: usize = 500;

pub(super) struct Walk<'a> {
    styles: &'a Styles,
    numbering: Numbering,
    blocks: Vec<Block>,
    lost: Vec<Lost>,
    /// The ids of footnotes in the order of the text.
    pub(super) footnotes: Vec<String>,
    counted: usize,
}

/// The number before a text and the rest: `5.2. Thành phần` gives 2 levels.
pub(in crate::docx) fn numbered(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|letter: char| !(letter.is_ascii_digit() || letter == '.'))?;
    let (number, rest) = text.split_at(end);
    let levels = number.split('.').filter(|part| !part.is_empty()).count();
    let is_number = number.starts_with(|letter: char| letter.is_ascii_digit());
    let fits = number.split('.').all(|part| part.len() <= 2);
    let rest = rest.strip_prefix([')', '/', ':']).unwrap_or(rest);
    let is_apart = rest.starts_with([' ', '\u{a0}', '\t']) || number.ends_with('.');
    let rest = rest.trim_start();
    (is_number && fits && is_apart && levels <= 4 && !rest.is_empty()).then_some((levels, rest))
}

/// Whether all letters are capitals, and there are some.
fn is_capitals(text: &str) -> bool {
    let mut letters = text.chars().filter(|letter| letter.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|letter| !letter.is_lowercase()) && text.chars().count() > 2
}

impl<'a> Walk<'a> {
    pub(super) fn new(styles: &'a Styles, numbering: Numbering) -> Self {
        Self {
            styles,
            numbering,
            blocks: Vec::new(),
            lost: Vec::new(),
            footnotes: Vec::new(),
            counted: 0,
        }
    }

    pub(super) fn document(&mut self, document: &XmlElement) -> Result<Word, DocxFault> {
        let blocks = document.child("body").map(|body| self.blocks(body)).transpose()?;
        Ok(Word {
            head: Vec::new(),
            blocks: blocks.unwrap_or_default(),
            footnotes: Vec::new(),
            lost: std::mem::take(&mut self.lost),
        })
    }

    /// The blocks in an element.
    pub(super) fn blocks(&mut self, element: &XmlElement) -> Result<Vec<Block>, DocxFault> {
        self.walk(element)?;
        Ok(std::mem::take(&mut self.blocks))
    }

    fn count(&mut self) -> Result<(), DocxFault> {
        self.counted += 1;
        if self.counted > MOST {
            return Err(DocxFault::TooMuch(MOST));
        }
        Ok(())
    }

    fn lose(&mut self, kind: LostKind, text: String) {
        let block = self.blocks.len();
        let again = self
            .lost
            .last()
            .is_some_and(|last| last.block == block && last.kind == kind && last.text == text);
        if self.lost.len() < MOST_LOST && !again {
            self.lost.push(Lost { block, kind, text });
        }
    }

    fn walk(&mut self, element: &XmlElement) -> Result<(), DocxFault> {
        for child in &element.children {
            match child.name() {
                "p" => self.paragraph(child)?,
                "tbl" => {
                    let table = self.table(child)?;
                    if !table.rows.is_empty() {
                        self.blocks.push(Block::Table { table });
                    }
                }
                "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag" | "AlternateContent" | "Choice" => {
                    self.walk(child)?;
                }
                "del" | "moveFrom" => self.lose(LostKind::Deleted, String::new()),
                _ => {}
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, element: &XmlElement) -> Result<(), DocxFault> {
        let properties = element.child("pPr");
        let style = style_of(properties);
        if self.styles.is_contents(&style) {
            self.lose(LostKind::Contents, String::new());
            return Ok(());
        }
        let (line, level) = self.line(element)?;
        let plain = line.plain();
        if plain.is_empty() {
            return Ok(());
        }
        let is_short = plain.chars().count() <= LONGEST_HEADING;
        let labelled = line.labelled();
        let by_number = numbered(&labelled).filter(|(_, rest)| is_short && (is_capitals(rest) || line.is_bold()));
        let level = level.filter(|_| is_short).or(by_number.map(|(levels, _)| levels));
        self.blocks.push(match level {
            Some(level) => {
                let line = Line { depth: None, ..line };
                Block::Heading { level, line }
            }
            None => Block::Text { line },
        });
        Ok(())
    }

    /// A paragraph, and the level of a heading that its style states.
    fn line(&mut self, element: &XmlElement) -> Result<(Line, Option<usize>), DocxFault> {
        self.count()?;
        let properties = element.child("pPr");
        let style = style_of(properties);
        let mut gathered = Gathered {
            footnotes: std::mem::take(&mut self.footnotes),
            ..Gathered::default()
        };
        runs(element, self.styles.is_bold(&style), &mut gathered);
        self.footnotes = gathered.footnotes;
        for (kind, text) in gathered.lost {
            self.lose(kind, text);
        }
        let mut line = Line {
            runs: gathered.runs,
            ..Line::default()
        };
        let own = properties.and_then(list_of);
        let list = own
            .or_else(|| self.styles.list(&style))
            .filter(|(number, _)| number != "0");
        if let Some((number, level)) = list.filter(|_| !line.plain().is_empty()) {
            let depth = level.unwrap_or(0);
            if let Some(label) = self.numbering.next(&number, depth) {
                line.label = label;
                line.depth = Some(depth.min(8));
            }
        }
        let level = properties.and_then(outline_of).or_else(|| self.styles.level(&style));
        Ok((line, level))
    }

    fn table(&mut self, element: &XmlElement) -> Result<Table, DocxFault> {
        let mut table = Table::default();
        let mut rows = Vec::new();
        inside(element, "tr", &mut rows);
        for row in rows {
            self.row(row, &mut table)?;
        }
        Ok(table)
    }

    fn row(&mut self, element: &XmlElement, table: &mut Table) -> Result<(), DocxFault> {
        let properties = element.child("trPr");
        if properties.is_some_and(|own| own.child("del").is_some()) {
            self.lose(LostKind::Deleted, inner(element));
            return Ok(());
        }
        let number = |name: &str| {
            let one = properties
                .and_then(|own| own.child(name))
                .and_then(|one| val(one, "val"));
            one.and_then(|text| text.parse::<usize>().ok()).unwrap_or(0)
        };
        let mut column = number("gridBefore").min(MOST_COLUMNS);
        let mut row = Row {
            is_header: properties.and_then(|own| switch(own, "tblHeader")).unwrap_or(false),
            cells: Vec::new(),
        };
        let mut cells = Vec::new();
        inside(element, "tc", &mut cells);
        for cell in cells {
            self.count()?;
            let own = cell.child("tcPr");
            let span = own
                .and_then(|own| own.child("gridSpan"))
                .and_then(|one| val(one, "val"));
            let columns = span
                .and_then(|text| text.parse().ok())
                .unwrap_or(1_usize)
                .clamp(1, MOST_COLUMNS);
            if column + columns > MOST_COLUMNS {
                break;
            }
            let merge = own.and_then(|own| own.child("vMerge")).map(|one| val(one, "val"));
            let goes_on = matches!(merge, Some(None | Some("continue")));
            let lines = self.lines(cell)?;
            let is_joined = goes_on && lengthen(table, column);
            if !is_joined {
                row.cells.push(Cell {
                    column,
                    columns,
                    rows: 1,
                    lines,
                });
            }
            column += columns;
        }
        table.rows.push(row);
        Ok(())
    }

    /// The paragraphs of a cell; a table in it gives a line for each of its rows.
    fn lines(&mut self, cell: &XmlElement) -> Result<Vec<Line>, DocxFault> {
        let mut lines = Vec::new();
        for child in &cell.children {
            match child.name() {
                "p" => lines.push(self.line(child)?.0),
                "tbl" => {
                    self.lose(LostKind::NestedTable, inner(child));
                    for row in self.table(child)?.rows {
                        let mut joined = Line::default();
                        for (at, line) in row.cells.into_iter().flat_map(|cell| cell.lines).enumerate() {
                            if at > 0 {
                                joined.runs.push(super::text::run(" | "));
                            }
                            joined.runs.extend(line.runs);
                        }
                        lines.push(joined);
                    }
                }
                "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag" => lines.extend(self.lines(child)?),
                "del" | "moveFrom" => self.lose(LostKind::Deleted, String::new()),
                _ => {}
            }
        }
        lines.retain(|line| !line.plain().is_empty());
        Ok(lines)
    }
}

/// Makes the cell above this place one row longer; false when there is none.
fn lengthen(table: &mut Table, column: usize) -> bool {
    let next = table.rows.len();
    for (number, row) in table.rows.iter_mut().enumerate().rev() {
        if let Some(cell) = row.cells.iter_mut().find(|cell| cell.column == column) {
            let reaches = number + cell.rows == next;
            if reaches {
                cell.rows += 1;
            }
            return reaches;
        }
    }
    false
}

/// The rows or cells in an element, also inside of what only wraps them.
fn inside<'e>(element: &'e XmlElement, name: &str, found: &mut Vec<&'e XmlElement>) {
    for child in &element.children {
        match child.name() {
            own if own == name => found.push(child),
            "sdt" | "sdtContent" | "ins" | "customXml" => inside(child, name, found),
            _ => {}
        }
    }
}

fn style_of(properties: Option<&XmlElement>) -> String {
    let style = properties.and_then(|own| own.child("pStyle"));
    style.and_then(|one| val(one, "val")).unwrap_or_default().to_owned()
}

/// The runs of a paragraph, also inside of links, fields and tracked insertions.
fn runs(element: &XmlElement, bold: bool, gathered: &mut Gathered) {
    for child in &element.children {
        match child.name() {
            "r" => run(child, bold, gathered),
            "hyperlink" | "ins" | "moveTo" | "smartTag" | "sdt" | "sdtContent" | "fldSimple" | "customXml" | "dir"
            | "bdo" => runs(child, bold, gathered),
            "del" | "moveFrom" => gathered.lost.push((LostKind::Deleted, inner_deleted(child))),
            "oMath" | "oMathPara" => gathered.lost.push((LostKind::Object, inner(child))),
            _ => {}
        }
    }
}

fn inner_deleted(element: &XmlElement) -> String {
    let runs = element.named("r").flat_map(|run| run.named("delText"));
    runs.map(XmlElement::text)
        .collect::<String>()
        .chars()
        .take(200)
        .collect()
}

fn run(element: &XmlElement, bold: bool, gathered: &mut Gathered) {
    let properties = element.child("rPr");
    if properties.and_then(|own| switch(own, "vanish")).unwrap_or(false) {
        return;
    }
    let face = (
        properties.and_then(|own| switch(own, "b")).unwrap_or(bold),
        properties.and_then(|own| switch(own, "i")).unwrap_or(false),
    );
    for child in &element.children {
        match child.name() {
            "t" => gathered.add(child.text(), face),
            "tab" | "br" | "cr" => gathered.add(" ", face),
            "noBreakHyphen" => gathered.add("-", face),
            "sym" => gathered.add(symbol(val(child, "char")), face),
            "footnoteReference" => {
                let id = val(child, "id").unwrap_or_default().to_owned();
                gathered.footnotes.push(id);
                let text = format!("[{}]", gathered.footnotes.len());
                gathered.add(&text, face);
            }
            "drawing" | "pict" | "object" => gathered.lose(child),
            "AlternateContent" => {
                for choice in child.named("Choice").take(1) {
                    for own in &choice.children {
                        gathered.lose(own);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What a letter of a font of signs means: a tick, an arrow, else a bullet.
fn symbol(code: Option<&str>) -> &'static str {
    match code.map(str::to_ascii_uppercase).as_deref() {
        Some("F0FC" | "F052" | "F0FE" | "00FC" | "F0D6") => "x",
        Some("F0A8" | "F06F" | "F0A3" | "00A8") => "☐",
        Some("F0E0" | "F0E8" | "F0AE") => "→",
        Some("F0B0") => "°",
        Some("F0B3") => "≥",
        _ => "•",
    }
}
