//! Tables that spreadsheets open rightly: UTF-8 with a mark, and no cell that begins a formula.

use std::io::{self, Write};

/// Signs with which a spreadsheet begins a formula, and their full-width and small twins.
const BEGINS_FORMULA: [char; 15] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫',
];

/// Spaces of every width, and signs that take no room.
fn is_unseen(letter: char) -> bool {
    let takes_no_room = matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e01ef}');
    takes_no_room || ((letter.is_whitespace() || letter.is_control()) && !BEGINS_FORMULA.contains(&letter))
}

/// A text that a spreadsheet takes as text: one that begins like a formula, after spaces or signs that nobody sees, gets
/// an apostrophe before it.
fn neutral(text: &str) -> String {
    let begins = text.trim_start_matches(is_unseen).starts_with(BEGINS_FORMULA);
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

    proptest::proptest! {
        #[test]
        fn whatever_stands_before_a_formula_it_stays_text(before in "[ \u{a0}\u{ad}\u{200b}-\u{200f}\u{2060}-\u{2064}\u{3000}\u{feff}\u{fe0f}]{0,6}", sign in "[=+@＝＋－＠﹦﹢﹣﹫\t\r\n-]", after in "\\PC{0,20}") {
            let cell = format!("{before}{sign}{after}");
            proptest::prop_assert_eq!(neutral(&cell), format!("'{cell}"));
            // Reading the cell back, without the mark that made it text, gives what was written.
            let mut table = CsvTable::begin(Vec::new()).unwrap();
            table.row([&cell]).unwrap();
            let bytes = table.end().unwrap();
            let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[3..]);
            let read = rows.records().next().unwrap().unwrap();
            proptest::prop_assert_eq!(read.get(0).unwrap().strip_prefix('\'').unwrap(), cell);
        }

        #[test]
        fn a_text_that_begins_with_a_letter_is_left_alone(text in "[a-zA-Zđêộ0-9(\"]\\PC{0,20}") {
            proptest::prop_assert_eq!(neutral(&text), text);
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
