//! What is to be printed, as plain values: a paper of one or more parts, each a flow of blocks.

use chrono::NaiveDateTime;

/// The cut of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Face {
    /// Upright.
    #[default]
    Plain,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Bold and italic.
    BoldItalic,
}

impl Face {
    /// The cut for these two marks of emphasis.
    pub fn of(bold: bool, italic: bool) -> Self {
        match (bold, italic) {
            (false, false) => Self::Plain,
            (true, false) => Self::Bold,
            (false, true) => Self::Italic,
            (true, true) => Self::BoldItalic,
        }
    }
}

/// A stretch of text in one cut; `\n` begins a new line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The text.
    pub text: String,
    /// Its cut.
    pub face: Face,
}

impl Run {
    /// A run of text in this cut.
    pub fn new(text: impl Into<String>, face: Face) -> Self {
        Self {
            text: text.into(),
            face,
        }
    }
}

/// Where lines stand between the margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the left.
    Left,
    /// In the middle.
    Centre,
    /// At both margins, but for the last line.
    #[default]
    Justify,
}

/// A paragraph, or an item of a list when it has a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Paragraph {
    /// What it says.
    pub text: Vec<Run>,
    /// Where its lines stand.
    pub align: Align,
    /// Size of letters, in points.
    pub size: f32,
    /// Free space at the left, in points.
    pub indent: f32,
    /// Number or dot of a list item, which hangs at the left of the text.
    pub label: Option<String>,
    /// Free space above, in points.
    pub before: f32,
    /// A line at the left side, as quotations have it.
    pub is_quote: bool,
}

/// Size of ordinary letters, in points.
pub const BODY: f32 = 12.0;
/// Size of letters in tables, in points.
pub const SMALL: f32 = 10.5;

impl Default for Paragraph {
    fn default() -> Self {
        Self {
            text: Vec::new(),
            align: Align::Justify,
            size: BODY,
            indent: 0.0,
            label: None,
            before: 5.0,
            is_quote: false,
        }
    }
}

impl Paragraph {
    /// A paragraph of one run.
    pub fn of(text: impl Into<String>, face: Face) -> Self {
        Self {
            text: vec![Run::new(text, face)],
            ..Self::default()
        }
    }

    /// The same, in the middle and in this size.
    #[must_use]
    pub fn centred(self, size: f32) -> Self {
        Self {
            align: Align::Centre,
            size,
            ..self
        }
    }

    /// The same as a line of a table's cell.
    #[must_use]
    pub fn in_cell(self) -> Self {
        Self {
            align: Align::Left,
            size: SMALL,
            before: 1.0,
            ..self
        }
    }
}

/// A cell: paragraphs one under the other.
pub type Cell = Vec<Paragraph>;

/// A table; its head is repeated on every page that it reaches.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Share of the width for each column.
    pub columns: Vec<f32>,
    /// The cells of the head; none for a table without one.
    pub head: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether its rows may not be broken over two pages.
    pub whole_rows: bool,
}

/// A part of the flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading; 1 is the highest level.
    Heading(u8, Vec<Run>),
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
    /// A picture as the workflow room draws it, and what it shows in words.
    Picture(String, String),
    /// What follows begins on a new page.
    NewPage,
    /// Free space, in points.
    Space(f32),
}

/// What stands on every page of a part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Running {
    /// At the head, left.
    pub left: String,
    /// At the head, right, before the page; `{page}` and `{pages}` are filled in.
    pub right: String,
    /// At the foot: lines of small text.
    pub foot: Vec<String>,
    /// Below them, smaller: who signed what the page belongs to. More than [`Running::SEALS`] do not fit.
    pub seals: Vec<String>,
    /// What the QR code at the foot holds; none without one.
    pub qr: Option<String>,
    /// Across the page, large and pale: the state that nobody may overlook.
    pub mark: Option<String>,
}

impl Running {
    /// How many lines of [`Running::seals`] the margin takes.
    pub const SEALS: usize = 4;
}

/// A document within a paper; its pages are counted for themselves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// Name in the outline and in the table of contents.
    pub title: String,
    /// What stands on every page.
    pub running: Running,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Whether its pages lie, as wide tables need.
    pub is_lying: bool,
}

/// A table of contents in front of the parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contents {
    /// Stands before the table: title and lines of the cover.
    pub blocks: Vec<Block>,
    /// What stands on its pages.
    pub running: Running,
    /// Heading of the column of names.
    pub name: String,
    /// Heading of the column of pages.
    pub page: String,
}

/// A whole paper. The same paper gives the same bytes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paper {
    /// Title, for the file's description.
    pub title: String,
    /// Who issued it.
    pub author: String,
    /// The moment that it tells of, UTC: never the moment of printing, so that it can be made again.
    pub at: NaiveDateTime,
    /// In front of the parts, when there are many.
    pub contents: Option<Contents>,
    /// The parts.
    pub parts: Vec<Part>,
}

/// A paper as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Characters that no letter could be found for; an empty box stands for each.
    pub missing: Vec<char>,
}

/// Why a paper could not be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// It would have more pages than a paper may have.
    #[error("more than {0} pages")]
    TooLong(usize),
    /// The writer of the file refused it; a fault of the program.
    #[error("the file could not be written: {0}")]
    Writer(String),
}
