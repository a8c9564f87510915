//! A list as CSV. Pure.

use super::list::MasterList;
use crate::render::CsvTable;
use std::io;

/// The list as a file: a head of column names, then the rows, each with its running number. `word` gives the word of a
/// key.
///
/// # Errors
/// When a row cannot be written, which is a fault of ours.
pub fn csv_file(list: &MasterList, word: impl Fn(&str) -> String) -> io::Result<Vec<u8>> {
    let mut table = CsvTable::begin(Vec::new())?;
    let names = list
        .columns
        .iter()
        .map(|column| format!("lists.column.{}", column.name));
    let head = std::iter::once("lists.column.number".to_owned()).chain(names);
    table.row(head.map(|key| word(&key)))?;
    for (number, row) in (1_usize..).zip(&list.rows) {
        let cells = row.cells.iter().map(|cell| cell.text(&word));
        table.row(std::iter::once(number.to_string()).chain(cells))?;
    }
    table.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lists::{Cell, List, Row};

    #[test]
    fn the_file_has_its_mark_head_and_rows() {
        let list = MasterList {
            columns: List::Records.columns(),
            rows: vec![Row {
                link: "QT.01".to_owned(),
                cells: vec![
                    Cell::Text("Sổ \"A\", quyển 1\nquyển 2".to_owned()),
                    Cell::Text("=HYPERLINK(\"x\")".to_owned()),
                    Cell::Number(5),
                    Cell::Day(chrono::NaiveDate::from_ymd_opt(2026, 11, 9)),
                    Cell::Word("kind.form".to_owned()),
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
