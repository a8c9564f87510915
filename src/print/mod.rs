//! Papers: blocks of text, tables and pictures set on A4 pages and written as PDF for archives (PDF/A-2a). Pure: it knows
//! neither documents nor databases, reads no clock and no file, and the same paper gives the same bytes.
//!
//! Why an own setter and not a general one: official papers need few things (paragraphs, lists, tables with a repeated
//! head, one picture, running texts with page x of y), in Latin letters with Vietnamese marks. The set of crates that
//! write the file (`krilla` with `skrifa`) is a tenth of a whole typesetting system, a page costs a fraction of a
//! millisecond, and text has no way to become anything but text, for there is no language that it could be a program of.
//!
//! Bounds: a paper has at most 5,000 pages; depth of lists and quotations is followed without recursion.
//! Not set: scripts that join or reorder letters (Arabic, Thai, Khmer); a box stands for a character without a letter.

mod draw;
mod flow;
mod font;
mod ink;
mod lines;
mod markdown;
mod paper;
mod picture;
mod qr;
mod sheet;
mod tables;
mod tags;
#[cfg(test)]
mod tests;

pub use markdown::markdown;
pub use paper::{
    Align, BODY, Block, Cell, Contents, Face, Paper, Paragraph, Part, PrintError, Printed, Run, Running, SMALL, Table,
};

use flow::Flow;

/// Raised whenever the same paper would give other bytes than before: told beside the hash of a printed sheet, so that
/// a sheet that was made by an earlier program is not taken for a changed one.
pub const SETTING: i64 = 1;

/// Sets a paper and writes it as PDF.
///
/// # Errors
/// [`PrintError::TooLong`] for more than 5,000 pages; [`PrintError::Writer`] when the file cannot be written.
pub fn print(paper: &Paper) -> Result<Printed, PrintError> {
    let flows = flow::lay_out(paper)?;
    let Some(contents) = &paper.contents else {
        return draw::write(paper, None, flows);
    };
    let lengths: Vec<usize> = flows.iter().map(|flow| flow.sheets.len()).collect();
    // The numbers depend on how many pages the table itself has, and that hardly on the numbers.
    let mut front_pages = 1;
    for _ in 0..3 {
        let part = front(paper, contents, &lengths, front_pages);
        let flow = Flow::of(&part)?;
        if flow.sheets.len() == front_pages {
            return draw::write(paper, Some((&part, flow)), flows);
        }
        front_pages = flow.sheets.len();
    }
    let part = front(paper, contents, &lengths, front_pages);
    let flow = Flow::of(&part)?;
    draw::write(paper, Some((&part, flow)), flows)
}

/// The table of contents, when it has this many pages itself.
fn front(paper: &Paper, contents: &Contents, lengths: &[usize], pages: usize) -> Part {
    let mut at = pages + 1;
    let mut rows = Vec::with_capacity(paper.parts.len());
    for (part, length) in paper.parts.iter().zip(lengths) {
        let cell = |text: String| vec![Paragraph::of(text, Face::Plain).in_cell()];
        rows.push(vec![cell(part.title.clone()), cell(at.to_string())]);
        at += length;
    }
    let head = |text: &str| vec![Paragraph::of(text, Face::Bold).in_cell()];
    let mut blocks = contents.blocks.clone();
    blocks.push(Block::Table(Table {
        columns: vec![88.0, 12.0],
        head: vec![head(&contents.name), head(&contents.page)],
        rows,
        whole_rows: true,
    }));
    Part {
        title: paper.title.clone(),
        running: contents.running.clone(),
        blocks,
        is_lying: false,
    }
}
