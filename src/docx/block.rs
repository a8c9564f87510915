//! What a Word file says, as blocks in their order.

use serde::Serialize;

/// A piece of text in one face.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Italic.
    pub italic: bool,
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Line {
    /// What Word counts in front of it (`5.2.`, `a)`, `-`); empty when it counts nothing.
    pub label: String,
    /// How deep it stands in a list, from 0; `None` when it stands in none.
    pub depth: Option<usize>,
    /// Its text.
    pub runs: Vec<Run>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cell {
    /// The column in which it begins, from 0.
    pub column: usize,
    /// Over how many columns it goes.
    pub columns: usize,
    /// Over how many rows it goes, its own first.
    pub rows: usize,
    /// Its paragraphs.
    pub lines: Vec<Line>,
}

/// A row of a table; cells that another row goes on into it are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Row {
    /// Whether it is repeated on each page.
    pub is_header: bool,
    /// Its cells, from left to right.
    pub cells: Vec<Cell>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Table {
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A block of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "sort", rename_all = "snake_case")]
pub enum Block {
    /// A heading; the first level is 1.
    Heading {
        /// Its level.
        level: usize,
        /// Its text.
        line: Line,
    },
    /// A paragraph, perhaps of a list.
    Text {
        /// Its text.
        line: Line,
    },
    /// A table.
    Table {
        /// Its rows.
        table: Table,
    },
}

/// What is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LostKind {
    /// A picture or drawing.
    Picture,
    /// A box with text of its own.
    TextBox,
    /// A sheet, formula or other object.
    Object,
    /// Text whose deletion was tracked: left out.
    Deleted,
    /// A list of contents: made anew from the headings.
    Contents,
    /// A table in a cell: its text is kept line by line.
    NestedTable,
}

/// Something that is not taken over, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The number of its block, from 0.
    pub block: usize,
    /// What it is.
    pub kind: LostKind,
    /// The text in it, if it has any; cut when it is long.
    pub text: String,
}

/// A footnote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Footnote {
    /// Its number in the text.
    pub number: usize,
    /// Its text.
    pub text: String,
}

/// A Word file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Word {
    /// What stands at the top of its pages.
    pub head: Vec<Block>,
    /// Its text.
    pub blocks: Vec<Block>,
    /// Its footnotes, in the order of the text.
    pub footnotes: Vec<Footnote>,
    /// What was not taken over.
    pub lost: Vec<Lost>,
}

impl Line {
    /// The text without its faces and its label, spaces joined.
    pub fn plain(&self) -> String {
        let all: String = self.runs.iter().map(|run| run.text.as_str()).collect();
        all.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text with its label before it.
    pub fn labelled(&self) -> String {
        let plain = self.plain();
        if self.label.is_empty() {
            plain
        } else {
            format!("{} {plain}", self.label)
        }
    }

    /// Whether all of its text is bold.
    pub fn is_bold(&self) -> bool {
        let mut spoken = self.runs.iter().filter(|run| !run.text.trim().is_empty()).peekable();
        spoken.peek().is_some() && spoken.all(|run| run.bold)
    }
}

impl Cell {
    /// Its paragraphs in one line.
    pub fn plain(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(Line::labelled).collect();
        lines.join(" ").trim().to_owned()
    }
}

impl Table {
    /// The cell that covers a place, and whether it begins in this row.
    pub fn at(&self, row: usize, column: usize) -> Option<(&Cell, bool)> {
        let up = self.rows.get(..=row)?.iter().enumerate().rev();
        for (number, one) in up {
            let cell = one
                .cells
                .iter()
                .find(|cell| (cell.column..cell.column + cell.columns.max(1)).contains(&column));
            if let Some(cell) = cell {
                return (number + cell.rows.max(1) > row).then_some((cell, number == row));
            }
        }
        None
    }

    /// How many columns it has.
    pub fn width(&self) -> usize {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.map(|cell| cell.column + cell.columns.max(1)).max().unwrap_or(0)
    }
}
