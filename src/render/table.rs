//! Tables that spreadsheets open rightly: UTF-8 with a mark, and no cell that begins a formula.

use std::io::{self, Write};

/// Signs with which a spreadsheet begins a formula, and their full-width twins.
const BEGINS_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A text that a spreadsheet takes as text: one that begins like a formula, after spaces or signs that nobody sees, gets
/// an apostrophe before it.
fn neutral(text: &str) -> String {
    let unseen =
        |letter: char| letter == ' ' || matches!(letter, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let begins = text.trim_start_matches(unseen).starts_with(BEGINS_FORMULA);
    if begins { format!("'{text}") } else { text.to_owned() }
}

/// A CSV table that is written row by row.
pub struct CsvTable<W: Write> {
    rows: csv::Writer<W>,
}

impl<W: Write> CsvTable<W> {
    /// Begins with the mark by which spreadsheets know UTF-8.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn begin(mut out: W) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let rows = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        Ok(Self { rows })
    }

    /// Adds a row; every cell is made neutral.
    ///
    /// # Errors
    /// When nothing can be written, or the row has another length than the first.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> io::Result<()> {
        let cells = cells.into_iter().map(|cell| neutral(cell.as_ref()));
        self.rows.write_record(cells).map_err(io::Error::from)
    }

    /// Ends the table and gives back what it was written to.
    ///
    /// # Errors
    /// When the last rows cannot be written.
    pub fn end(self) -> io::Result<W> {
        self.rows.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

#[cfg(test)]
mod tests {
    use super::{CsvTable, neutral};

    #[test]
    fn no_cell_begins_a_formula() {
        let formulas = [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{200b}=1",
            "\u{feff}@x",
            "＝1",
            "＠x",
        ];
        for text in formulas {
            assert!(neutral(text).starts_with('\''), "{text:?}");
        }
        for text in ["QT.HT.01", "61/2018/NĐ-CP", "1-2", "", "a=b", "'", "Tờ khai"] {
            assert_eq!(neutral(text), text);
        }
    }

    #[test]
    fn rows_stand_behind_the_mark_with_what_needs_it_in_quotes() {
        let mut table = CsvTable::begin(Vec::new()).unwrap();
        table.row(["a", "b"]).unwrap();
        table.row(["Sổ \"A\", quyển 1\nquyển 2", "=1"]).unwrap();
        let text = String::from_utf8(table.end().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}a,b\r\n\"Sổ \"\"A\"\", quyển 1\nquyển 2\",'=1\r\n");
    }

    #[test]
    fn a_row_of_another_length_is_refused() {
        let mut table = CsvTable::begin(Vec::new()).unwrap();
        table.row(["a", "b"]).unwrap();
        assert!(table.row(["one cell only"]).is_err());
    }
}
