//! Tables on pages: rows that may be broken, and a head that is repeated.

use super::flow::{Flow, LEFT, Piece, TOP};
use super::paper::{Cell, PrintError, Table};
use super::sheet::{Colour, Ink, Mark, Role};
use std::collections::VecDeque;

/// Free space inside a cell.
const PAD: f32 = 3.5;
const RULE: f32 = 0.6;
const SHADE: Colour = Colour(236, 236, 236);

/// A row that is being placed: what is left of each cell.
struct Row {
    cells: Vec<VecDeque<Piece>>,
}

impl Row {
    /// The height of the first pieces that fit into `room`; at least one piece of each cell, so that it goes on.
    fn height_within(&self, room: f32) -> f32 {
        let tallest = self.cells.iter().map(|cell| {
            let mut height = 0.0;
            for piece in cell {
                if height > 0.0 && height + piece.before + piece.height > room {
                    break;
                }
                height += piece.before + piece.height;
            }
            height
        });
        tallest.fold(0.0, f32::max)
    }

    fn height(&self) -> f32 {
        self.height_within(f32::INFINITY)
    }

    fn is_done(&self) -> bool {
        self.cells.iter().all(VecDeque::is_empty)
    }
}

impl Flow {
    pub(super) fn table(&mut self, table: &Table) -> Result<(), PrintError> {
        let widths = widths(&table.columns, self.format.across());
        let node = self.structure.add(Some(self.root), Role::Table);
        let mut head = None;
        if !table.head.is_empty() {
            let inside = self.structure.add(Some(node), Role::Head);
            head = Some(self.row(&table.head, &widths, (inside, true)));
        }
        // A head that fills the page is no head: it is set once, like a row.
        let tall = head.take_if(|row| row.height() > (self.format.whole()) / 3.0);
        let body = self.structure.add(Some(node), Role::Body);
        let head_height = head.as_ref().map_or(0.0, |row| row.height() + 2.0 * PAD);
        // A head stands with its first row, or with the beginning of a long one.
        let mut rows = table.rows.iter();
        let mut first = rows.next().map(|cells| self.row(cells, &widths, (body, false)));
        let begin = first
            .as_ref()
            .map_or(0.0, |row| row.height().min((self.format.whole()) / 3.0));
        self.settle_with(head_height + begin + 2.0 * PAD + 6.0)?;
        self.y += 5.0;
        if let Some(head) = &head {
            self.head(head, &widths, true);
        }
        if let Some(row) = tall {
            self.rows(row, (&widths, false), None)?;
        }
        while let Some(row) = first.take() {
            self.rows(row, (&widths, table.whole_rows), head.as_ref())?;
            first = rows.next().map(|cells| self.row(cells, &widths, (body, false)));
        }
        Ok(())
    }

    /// The cells of a row as pieces; every cell is a part of the structure.
    fn row(&mut self, cells: &[Cell], widths: &[f32], (inside, is_head): (usize, bool)) -> Row {
        let row = self.structure.add(Some(inside), Role::Row);
        let mut all = Vec::with_capacity(widths.len());
        for (width, cell) in widths.iter().zip(cells.iter().map(Some).chain(std::iter::repeat(None))) {
            let role = if is_head { Role::HeadCell } else { Role::Cell };
            let node = self.structure.add(Some(row), role);
            let mut pieces = VecDeque::new();
            for paragraph in cell.into_iter().flatten() {
                pieces.extend(self.pieces(paragraph, width - 2.0 * PAD, Some(node)));
            }
            if let Some(first) = pieces.front_mut() {
                first.before = 0.0;
            }
            all.push(pieces);
        }
        Row { cells: all }
    }

    /// Draws the head; only the first one belongs to the structure.
    fn head(&mut self, head: &Row, widths: &[f32], is_first: bool) {
        let height = head.height();
        let shade = Mark {
            x: 0.0,
            y: 0.0,
            node: None,
            ink: Ink::Fill {
                width: self.format.across(),
                height: height + 2.0 * PAD,
                colour: SHADE,
            },
        };
        let top = self.y;
        self.draw(vec![shade], LEFT, top);
        let mut copy = Row {
            cells: head.cells.clone(),
        };
        if !is_first {
            for piece in copy.cells.iter_mut().flatten() {
                piece.marks.iter_mut().for_each(|mark| mark.node = None);
            }
        }
        self.slice(&mut copy, widths, height);
    }

    /// Draws as much of a row as has this height, with its borders.
    fn slice(&mut self, row: &mut Row, widths: &[f32], height: f32) {
        let top = self.y;
        let mut x = LEFT;
        for (cell, width) in row.cells.iter_mut().zip(widths) {
            let mut y = 0.0;
            let fits = |piece: &Piece, y: f32| y + piece.before + piece.height <= height + 0.01;
            while cell.front().is_some_and(|piece| fits(piece, y)) {
                let Some(piece) = cell.pop_front() else { break };
                y += piece.before;
                self.draw(piece.marks, x + PAD, top + PAD + y);
                y += piece.height;
            }
            x += width;
        }
        let whole = height + 2.0 * PAD;
        self.borders(widths, top, whole);
        self.y = top + whole;
    }

    fn borders(&mut self, widths: &[f32], top: f32, height: f32) {
        let rule = |x: f32, y: f32, dx: f32, dy: f32| Mark {
            x,
            y,
            node: None,
            ink: Ink::Line { dx, dy, width: RULE },
        };
        let across: f32 = widths.iter().sum();
        let mut marks = vec![rule(0.0, 0.0, across, 0.0), rule(0.0, height, across, 0.0)];
        let mut x = 0.0;
        marks.push(rule(0.0, 0.0, 0.0, height));
        for width in widths {
            x += width;
            marks.push(rule(x, 0.0, 0.0, height));
        }
        self.draw(marks, LEFT, top);
    }

    fn rows(&mut self, mut row: Row, (widths, whole): (&[f32], bool), head: Option<&Row>) -> Result<(), PrintError> {
        let page = self.format.whole() - head.map_or(0.0, |head| head.height() + 2.0 * PAD);
        let height = row.height();
        let room = self.format.bottom() - self.y - 2.0 * PAD;
        // A row that would fit on the next page is broken only when it is long.
        if height > room && self.y > TOP && (height < page / 3.0 || (whole && height < page - 2.0 * PAD) || room < 40.0)
        {
            self.next_page()?;
            if let Some(head) = head {
                self.head(head, widths, false);
            }
        }
        loop {
            let room = self.format.bottom() - self.y - 2.0 * PAD;
            let part = row.height_within(room);
            self.slice(&mut row, widths, part);
            if row.is_done() {
                return Ok(());
            }
            self.next_page()?;
            if let Some(head) = head {
                self.head(head, widths, false);
            }
            for cell in &mut row.cells {
                if let Some(first) = cell.front_mut() {
                    first.before = 0.0;
                }
            }
        }
    }
}

fn widths(columns: &[f32], across: f32) -> Vec<f32> {
    let all: f32 = columns.iter().sum();
    let all = if all > 0.0 { all } else { 1.0 };
    columns.iter().map(|share| across * share / all).collect()
}
