//! A list as CSV that spreadsheets open rightly: UTF-8 with a mark, and no cell that begins a formula. Pure.

use super::list::MasterList;

/// Signs with which a spreadsheet begins a formula, and their full-width twins.
const BEGINS_FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A text that a spreadsheet takes as text: one that begins like a formula, after spaces or signs that nobody sees, gets
/// an apostrophe before it.
pub(super) fn neutral(text: &str) -> String {
    let unseen =
        |letter: char| letter == ' ' || matches!(letter, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let begins = text.trim_start_matches(unseen).starts_with(BEGINS_FORMULA);
    if begins { format!("'{text}") } else { text.to_owned() }
}

/// The list as a file: a head of column names, then the rows, each with its running number. `word` gives the word of a
/// key.
///
/// # Errors
/// When a row cannot be written, which is a fault of ours.
pub fn csv_file(list: &MasterList, word: impl Fn(&str) -> String) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let names = list
        .columns
        .iter()
        .map(|column| format!("lists.column.{}", column.name));
    let head = std::iter::once("lists.column.number".to_owned()).chain(names);
    writer.write_record(head.map(|key| neutral(&word(&key))))?;
    for (number, row) in (1_usize..).zip(&list.rows) {
        let kind = |name: &str| word(&format!("kind.{name}"));
        let cells = row.cells.iter().map(|cell| neutral(&cell.text(kind)));
        writer.write_record(std::iter::once(number.to_string()).chain(cells))?;
    }
    writer.into_inner().map_err(|failed| failed.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::{Cell, List, Row};

    #[test]
    fn no_cell_begins_a_formula() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM",
            "\t=1",
            "\r=1",
            " =1",
            "\u{200b}=1",
            "\u{feff}@x",
            "＝1",
            "＠x",
        ] {
            assert!(neutral(text).starts_with('\''), "{text:?}");
        }
        for text in ["QT.HT.01", "1-2", "", "a=b", "'", "Tờ khai"] {
            assert_eq!(neutral(text), text);
        }
    }

    #[test]
    fn the_file_has_its_mark_head_and_rows() {
        let list = MasterList {
            columns: List::Records.columns(),
            rows: vec![Row {
                document: "QT.01".to_owned(),
                cells: vec![
                    Cell::Text("Sổ \"A\", quyển 1\nquyển 2".to_owned()),
                    Cell::Text("=HYPERLINK(\"x\")".to_owned()),
                    Cell::Number(5),
                    Cell::Day(chrono::NaiveDate::from_ymd_opt(2026, 11, 9)),
                    Cell::Kind("form".to_owned()),
                    Cell::Day(None),
                    Cell::Text(String::new()),
                ],
            }],
        };
        let file = String::from_utf8(csv_file(&list, ToOwned::to_owned).unwrap()).unwrap();
        let lines = file.strip_prefix('\u{feff}').unwrap();
        assert!(lines.starts_with("lists.column.number,lists.column.record,"));
        assert!(
            lines.ends_with(
                "1,\"Sổ \"\"A\"\", quyển 1\nquyển 2\",\"'=HYPERLINK(\"\"x\"\")\",5,09/11/2026,kind.form,,\r\n"
            )
        );
    }
}
