//! The text of a Word file: paragraphs, lists and tables.

use super::Paper;
use crate::docx::block::{Block, Cell, Line, Table};
use std::fmt::Write as _;

/// The names that the parts use.
pub(super) const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
/// The width between the margins of a page of A4, in twentieths of a point.
const WIDTH: usize = 9354;
/// A page lies A4 upright, with the margins of official documents.
const SECTION: &str = "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"851\" w:bottom=\"1134\" w:left=\"1701\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>";

/// A text in which no sign means anything to XML; what XML may not have is left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}

// Writing into a String cannot fail.
fn runs(out: &mut String, line: &Line, all_bold: bool) {
    for run in &line.runs {
        let bold = if run.bold || all_bold { "<w:b/>" } else { "" };
        let italic = if run.italic { "<w:i/>" } else { "" };
        let _ = write!(
            out,
            "<w:r><w:rPr>{bold}{italic}</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>",
            escaped(&run.text)
        );
    }
}

fn paragraph(out: &mut String, line: &Line, style: &str, bold: bool) {
    let _ = write!(out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>");
    if let Some(depth) = line.depth.filter(|_| matches!(line.label.as_str(), "" | "-")) {
        let _ = write!(
            out,
            "<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"1\"/></w:numPr>",
            depth.min(2)
        );
    }
    out.push_str("</w:pPr>");
    if !matches!(line.label.as_str(), "" | "-") {
        let _ = write!(
            out,
            "<w:r><w:t xml:space=\"preserve\">{} </w:t></w:r>",
            escaped(&line.label)
        );
    }
    runs(out, line, bold);
    out.push_str("</w:p>");
}

/// What a letter of a cell takes at most on average, bold and in the size of tables, and what a cell keeps free at its
/// sides.
const LETTER: usize = 140;
const SIDES: usize = 226;

/// The widths of the columns: no word is broken as long as the page has room for the longest of each; what is left goes
/// where the most text is.
fn widths(table: &Table) -> Vec<usize> {
    // The longest word and the longest line of each column, in letters.
    let mut wanted = vec![(1_usize, 1_usize); table.width().max(1)];
    let own = |cell: &&Cell| cell.columns <= 1;
    for cell in table.rows.iter().flat_map(|row| &row.cells).filter(own) {
        let Some((word, line)) = wanted.get_mut(cell.column) else {
            continue;
        };
        for text in cell.lines.iter().map(Line::plain) {
            let letters = |text: &str| text.chars().count();
            *line = (*line).max(letters(&text));
            *word = (*word).max(text.split_whitespace().map(letters).max().unwrap_or(0));
        }
    }
    let needed = |word: usize| word * LETTER + SIDES;
    let least: usize = wanted.iter().map(|(word, _)| needed(*word)).sum();
    let more = |(word, line): (usize, usize)| line.min(46).saturating_sub(word);
    let texts: usize = wanted.iter().copied().map(more).sum();
    let left = WIDTH.saturating_sub(least);
    let widths = wanted.into_iter().map(|own| {
        let needed = needed(own.0);
        match (left * more(own)).checked_div(texts) {
            Some(more) if left > 0 => needed + more,
            _ => (WIDTH * needed).checked_div(least).unwrap_or(WIDTH),
        }
    });
    widths.collect()
}

/// The cells of a row as Word wants them: those that go on from above too, and an empty one where there is none.
fn row(out: &mut String, table: &Table, number: usize, widths: &[usize]) {
    let is_header = table.rows.get(number).is_some_and(|row| row.is_header);
    out.push_str("<w:tr><w:trPr><w:cantSplit/>");
    if is_header {
        out.push_str("<w:tblHeader/>");
    }
    out.push_str("</w:trPr>");
    let mut column = 0;
    while column < widths.len() {
        let found = table.at(number, column).filter(|(cell, _)| cell.column == column);
        let columns = found.map_or(1, |(cell, _)| cell.columns.max(1));
        let width: usize = widths.iter().skip(column).take(columns).sum();
        let _ = write!(out, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
        if columns > 1 {
            let _ = write!(out, "<w:gridSpan w:val=\"{columns}\"/>");
        }
        match found {
            Some((cell, true)) if cell.rows > 1 => out.push_str("<w:vMerge w:val=\"restart\"/>"),
            Some((_, false)) => out.push_str("<w:vMerge/>"),
            Some((_, true)) | None => {}
        }
        if is_header {
            out.push_str("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E7E6E6\"/>");
        }
        out.push_str("</w:tcPr>");
        let lines = found
            .filter(|(_, own)| *own)
            .map(|(cell, _): (&Cell, bool)| cell.lines.as_slice())
            .unwrap_or_default();
        for line in lines {
            paragraph(out, line, "Cell", is_header);
        }
        if lines.is_empty() {
            out.push_str("<w:p><w:pPr><w:pStyle w:val=\"Cell\"/></w:pPr></w:p>");
        }
        out.push_str("</w:tc>");
        column += columns;
    }
    out.push_str("</w:tr>");
}

fn table(out: &mut String, table: &Table) {
    let widths = widths(table);
    let _ = write!(
        out,
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
    );
    for width in &widths {
        let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
    }
    out.push_str("</w:tblGrid>");
    for number in 0..table.rows.len() {
        row(out, table, number, &widths);
    }
    // A table may not touch the next one.
    out.push_str("</w:tbl><w:p/>");
}

/// The part with the text.
pub(super) fn document(paper: &Paper) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document {W}><w:body>");
    let title = |text: &str| {
        let text = escaped(text);
        format!(
            "<w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
        )
    };
    out.push_str(&title(&paper.sort));
    out.push_str(&title(&paper.title));
    for block in &paper.blocks {
        match block {
            Block::Heading { level, line } => {
                paragraph(&mut out, line, &format!("Heading{}", (*level).clamp(1, 4)), false)
            }
            Block::Text { line } => {
                let style = if line.depth.is_some() {
                    "ListParagraph"
                } else {
                    "Normal"
                };
                paragraph(&mut out, line, style, false);
            }
            Block::Table { table: own } => table(&mut out, own),
        }
    }
    out.push_str(SECTION);
    out.push_str("</w:body></w:document>");
    out
}
