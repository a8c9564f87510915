//! Blocks laid out on pages, from top to bottom.

use super::lines::{ASCENT, LEADING, lines};
use super::paper::{Block, Face, Paper, Paragraph, Part, PrintError, Run};
use super::picture::Picture;
use super::sheet::{BLACK, GREY, Ink, Mark, Role, Sheet, Structure};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The sides of A4, in points.
const SHORT: f32 = 595.28;
const LONG: f32 = 841.89;
/// The left margin of official papers: 30 mm for binding.
pub(super) const LEFT: f32 = 85.0;
/// Where the flow begins; above it stands the running head.
pub(super) const TOP: f32 = 68.0;

/// A page of A4, upright or lying, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Format {
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Default for Format {
    fn default() -> Self {
        Self::of(false)
    }
}

impl Format {
    pub(super) fn of(is_lying: bool) -> Self {
        let (width, height) = if is_lying { (LONG, SHORT) } else { (SHORT, LONG) };
        Self { width, height }
    }

    /// The right margin of official papers: 15 mm.
    pub(super) fn right(self) -> f32 {
        self.width - 42.5
    }

    /// Where the flow ends; below it stands the running foot.
    pub(super) fn bottom(self) -> f32 {
        self.height - 80.0
    }

    /// The width of the flow.
    pub(super) fn across(self) -> f32 {
        self.right() - LEFT
    }

    /// The height of the flow.
    pub(super) fn whole(self) -> f32 {
        self.bottom() - TOP
    }
}

/// No paper is longer.
pub(super) const MOST_PAGES: usize = 5_000;

/// A line that is placed as one.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) before: f32,
    pub(super) height: f32,
    /// Relative to the top left corner of the piece.
    pub(super) marks: Vec<Mark>,
    /// Must stand on one page with the next piece.
    pub(super) keep: bool,
}

/// A part laid out.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) format: Format,
    pub(super) sheets: Vec<Sheet>,
    pub(super) structure: Structure,
    pub(super) missing: BTreeSet<char>,
    pub(super) root: usize,
    pub(super) y: f32,
    /// Pieces that wait for the one that they must stand with.
    waiting: Vec<Piece>,
    list: Option<usize>,
}

impl Flow {
    /// Lays out a part.
    pub(super) fn of(part: &Part) -> Result<Self, PrintError> {
        let mut flow = Self {
            format: Format::of(part.is_lying),
            ..Self::default()
        };
        flow.root = flow.structure.add(None, Role::Part);
        flow.next_page()?;
        for block in &part.blocks {
            flow.block(block)?;
        }
        flow.settle()?;
        Ok(flow)
    }

    pub(super) fn next_page(&mut self) -> Result<(), PrintError> {
        if self.sheets.len() >= MOST_PAGES {
            return Err(PrintError::TooLong(MOST_PAGES));
        }
        self.sheets.push(Sheet::default());
        self.y = TOP;
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), PrintError> {
        if !matches!(block, Block::Paragraph(Paragraph { label: Some(_), .. })) {
            self.list = None;
        }
        match block {
            Block::Heading(level, text) => {
                let size = match level {
                    1 => 14.0,
                    2 => 13.0,
                    _ => 12.0,
                };
                let paragraph = Paragraph {
                    text: text.clone(),
                    align: super::paper::Align::Left,
                    size,
                    before: if *level <= 2 { 14.0 } else { 9.0 },
                    ..Paragraph::default()
                };
                let name: String = text.iter().map(|run| run.text.as_str()).collect();
                let node = self.structure.add(Some(self.root), Role::Heading(*level, name));
                let mut pieces = self.pieces(&paragraph, self.format.across(), Some(node));
                pieces.iter_mut().for_each(|piece| piece.keep = true);
                self.place(pieces)
            }
            Block::Paragraph(paragraph) => {
                let pieces = self.paragraph(paragraph);
                self.place(pieces)
            }
            Block::Table(table) => self.table(table),
            Block::Picture(svg, alt) => self.picture(svg, alt),
            Block::NewPage => {
                self.settle()?;
                self.next_page()
            }
            Block::Space(height) => {
                self.settle()?;
                self.y += height;
                Ok(())
            }
        }
    }

    /// The pieces of a paragraph of the flow, or of an item of a list.
    fn paragraph(&mut self, paragraph: &Paragraph) -> Vec<Piece> {
        let Some(label) = &paragraph.label else {
            let role = if paragraph.is_quote {
                Role::Quote
            } else {
                Role::Paragraph
            };
            let node = self.structure.add(Some(self.root), role);
            return self.pieces(paragraph, self.format.across(), Some(node));
        };
        let list = match self.list {
            Some(list) => list,
            None => self.structure.add(Some(self.root), Role::List),
        };
        self.list = Some(list);
        let item = self.structure.add(Some(list), Role::Item);
        let labelled = self.structure.add(Some(item), Role::Label);
        let body = self.structure.add(Some(item), Role::ItemBody);
        let mut pieces = self.pieces(paragraph, self.format.across(), Some(body));
        let label = Paragraph {
            text: vec![Run::new(label.clone(), Face::Plain)],
            indent: (paragraph.indent - 16.0).max(0.0),
            align: super::paper::Align::Left,
            label: None,
            ..paragraph.clone()
        };
        let drawn = self
            .pieces(&label, self.format.across(), Some(labelled))
            .into_iter()
            .next();
        if let (Some(first), Some(drawn)) = (pieces.first_mut(), drawn) {
            first.marks.splice(0..0, drawn.marks);
        }
        pieces
    }

    /// The lines of a paragraph in this width, each a piece.
    pub(super) fn pieces(&mut self, paragraph: &Paragraph, width: f32, node: Option<usize>) -> Vec<Piece> {
        let lines = lines(paragraph, (width - paragraph.indent).max(30.0), &mut self.missing);
        let count = lines.len();
        let height = paragraph.size * LEADING;
        let mut pieces = Vec::with_capacity(count);
        for (number, line) in lines.into_iter().enumerate() {
            let mut marks: Vec<Mark> = line
                .stretches
                .into_iter()
                .map(|stretch| Mark {
                    x: paragraph.indent + stretch.x,
                    y: paragraph.size * ASCENT,
                    node,
                    ink: Ink::Text {
                        face: stretch.face,
                        size: paragraph.size,
                        text: stretch.text,
                        stretch: line.stretch,
                        colour: if paragraph.is_quote { GREY } else { BLACK },
                    },
                })
                .collect();
            if paragraph.is_quote {
                marks.push(Mark {
                    x: (paragraph.indent - 8.0).max(0.0),
                    y: 0.0,
                    node: None,
                    ink: Ink::Line {
                        dx: 0.0,
                        dy: height,
                        width: 1.5,
                    },
                });
            }
            pieces.push(Piece {
                before: if number == 0 { paragraph.before } else { 0.0 },
                height,
                marks,
                // No line of a paragraph stands alone at the foot or the head of a page.
                keep: count > 1 && (number == 0 || number + 2 == count) && number + 1 < count,
            });
        }
        pieces
    }

    fn place(&mut self, pieces: Vec<Piece>) -> Result<(), PrintError> {
        for piece in pieces {
            let keep = piece.keep && self.waiting.len() < 12;
            self.waiting.push(piece);
            if !keep {
                self.settle()?;
            }
        }
        Ok(())
    }

    /// The height that the waiting pieces need.
    fn waiting_height(&self) -> f32 {
        self.waiting.iter().map(|piece| piece.before + piece.height).sum()
    }

    /// Puts down what waits.
    pub(super) fn settle(&mut self) -> Result<(), PrintError> {
        self.settle_with(0.0)
    }

    /// Puts down what waits, on a page that has room for this much more.
    pub(super) fn settle_with(&mut self, more: f32) -> Result<(), PrintError> {
        let needed = self.waiting_height() + more;
        if self.y > TOP && self.y + needed > self.format.bottom() && needed < self.format.whole() {
            self.next_page()?;
        }
        for piece in std::mem::take(&mut self.waiting) {
            if self.y > TOP && self.y + piece.before + piece.height > self.format.bottom() {
                self.next_page()?;
            }
            if self.y > TOP {
                self.y += piece.before;
            }
            let (y, height) = (self.y, piece.height);
            self.draw(piece.marks, LEFT, y);
            self.y += height;
        }
        Ok(())
    }

    /// Draws marks from this corner of the last page.
    pub(super) fn draw(&mut self, marks: Vec<Mark>, left: f32, top: f32) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.marks.extend(marks.into_iter().map(|mark| Mark {
                x: mark.x + left,
                y: mark.y + top,
                ..mark
            }));
        }
    }

    fn picture(&mut self, svg: &str, alt: &str) -> Result<(), PrintError> {
        let picture = Arc::new(Picture::read(svg));
        if picture.width <= 0.0 || picture.height <= 0.0 {
            return Ok(());
        }
        let node = self.structure.add(Some(self.root), Role::Figure(alt.to_owned()));
        let whole = self.format.whole();
        let mut scale = (self.format.across() / picture.width).min(0.8);
        let fitting = (whole - 40.0) / picture.height;
        // Shrunk a little to stand on one page; a long one goes on over the next pages instead of growing illegible.
        if fitting < scale && fitting > 0.55 {
            scale = fitting;
        }
        self.settle_with((picture.height * scale).min(whole - 40.0) + 8.0)?;
        self.y += 8.0;
        let left = LEFT + ((self.format.across() - picture.width * scale) / 2.0).max(0.0);
        let mut from = 0.0;
        while from < picture.height {
            let room = (self.format.bottom() - self.y) / scale;
            let to = picture.cut_above(from, from + room);
            let ink = Ink::Picture {
                picture: Arc::clone(&picture),
                scale,
                from,
                to,
            };
            let (x, y) = (0.0, 0.0);
            let mark = Mark {
                x,
                y,
                node: Some(node),
                ink,
            };
            let top = self.y;
            self.draw(vec![mark], left, top);
            self.y += (to - from) * scale;
            from = to;
            if from < picture.height {
                self.next_page()?;
            }
        }
        Ok(())
    }
}

/// All parts of a paper laid out, on as many threads as the machine has cores.
pub(super) fn lay_out(paper: &Paper) -> Result<Vec<Flow>, PrintError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if paper.parts.len() < 4 || cores < 2 {
        return paper.parts.iter().map(Flow::of).collect();
    }
    let share = paper.parts.len().div_ceil(cores);
    std::thread::scope(|scope| {
        let workers: Vec<_> = paper
            .parts
            .chunks(share)
            .map(|parts| scope.spawn(move || parts.iter().map(Flow::of).collect::<Result<Vec<_>, _>>()))
            .collect();
        let mut all = Vec::with_capacity(paper.parts.len());
        for worker in workers {
            match worker.join() {
                Ok(flows) => all.extend(flows?),
                Err(_) => return Err(PrintError::Writer("a thread of the layout ended early".to_owned())),
            }
        }
        Ok(all)
    })
}
