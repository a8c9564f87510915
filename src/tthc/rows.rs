//! The lines of a list as administrative procedures: columns found by their heads, every fault with its line. Pure.

use super::actions::{NewEntry, fault_of};
use super::entry::{Level, Reception};
use super::heads::{Column, Columns, head};
use super::sheet::{Cell, Line};
use crate::procedures::fold;
use chrono::{Days, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// Something in a list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowFault {
    /// The line in the file, from 1.
    pub line: usize,
    /// The column, as its word is called; empty for the whole line.
    pub column: &'static str,
    /// The last part of its word.
    pub reason: &'static str,
    /// What stands there.
    pub found: String,
}

struct Reader<'a> {
    line: &'a Line,
    columns: &'a Columns,
    faults: &'a mut Vec<RowFault>,
}

impl Reader<'_> {
    fn cell(&self, column: Column) -> Cell {
        let found = self.columns.get(&column).and_then(|at| self.line.cells.get(*at));
        found.cloned().unwrap_or_default()
    }

    fn fault(&mut self, column: &'static str, reason: &'static str, found: &str) {
        self.faults.push(RowFault {
            line: self.line.number,
            column,
            reason,
            found: found.chars().take(80).collect(),
        });
    }

    fn code(&mut self) -> String {
        let cell = self.cell(Column::Code);
        if cell.is_number {
            // 1.001190 as a number is 1.00119: nobody knows what the code was.
            self.fault("code", "code_is_number", &cell.text);
        }
        cell.text
    }

    fn level(&mut self) -> Level {
        let text = self.cell(Column::Level).text;
        let flat = fold(&text);
        let signs = [
            ("xa", Level::Commune),
            ("phuong", Level::Commune),
            ("commune", Level::Commune),
            ("tinh", Level::Province),
            ("thanh pho", Level::Province),
            ("province", Level::Province),
            ("bo", Level::Ministry),
            ("trung uong", Level::Ministry),
            ("ministry", Level::Ministry),
        ];
        let has = |sign: &str| format!(" {flat} ").contains(&format!(" {sign} "));
        match signs.iter().find(|(sign, _)| has(sign)) {
            Some((_, level)) => *level,
            None if flat.is_empty() => Level::Commune,
            None => {
                self.fault("level", "level", &text);
                Level::Commune
            }
        }
    }

    fn reception(&mut self) -> Reception {
        let text = self.cell(Column::Reception).text;
        let flat = fold(&text);
        let signs = [
            ("lien thong", Reception::Linked),
            ("linked", Reception::Linked),
            ("khong", Reception::Elsewhere),
            ("noi khac", Reception::Elsewhere),
            ("elsewhere", Reception::Elsewhere),
            ("mot cua", Reception::OneStop),
            ("one-stop", Reception::OneStop),
            ("one_stop", Reception::OneStop),
            ("trung tam", Reception::OneStop),
            ("tttphcc", Reception::OneStop),
        ];
        match signs.iter().find(|(sign, _)| flat.contains(sign)) {
            Some((_, reception)) => *reception,
            None if flat.is_empty() => Reception::OneStop,
            None => {
                self.fault("reception", "reception", &text);
                Reception::OneStop
            }
        }
    }

    fn day(&mut self, column: Column) -> Option<NaiveDate> {
        let cell = self.cell(column);
        if cell.text.is_empty() {
            return None;
        }
        let read = if cell.is_number {
            of_serial(&cell.text)
        } else {
            of_text(&cell.text)
        };
        if read.is_none() {
            self.fault(column.as_str(), "day", &cell.text);
        }
        read
    }

    fn entry(mut self) -> NewEntry {
        let before = self.faults.len();
        let new = NewEntry {
            code: self.code(),
            name: self.cell(Column::Name).text,
            field: self.cell(Column::Field).text,
            level: self.level(),
            reception: self.reception(),
            decision_no: self.cell(Column::Decision).text,
            valid_from: self.day(Column::From),
            ended_from: self.day(Column::Ended),
            end_decision_no: self.cell(Column::EndDecision).text,
        };
        if self.faults.len() == before
            && let Some((column, reason)) = fault_of(&new)
        {
            let found = if column == "code" {
                new.code.clone()
            } else {
                String::new()
            };
            self.fault(column, reason, &found);
        }
        new
    }
}

/// A day as people write it (`1/7/2025`) or programs do (`2025-07-01`).
fn of_text(text: &str) -> Option<NaiveDate> {
    let first = text.split(' ').next().unwrap_or_default();
    ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(first, format).ok())
        .filter(is_near)
}

/// A day as spreadsheets count them: since 30 December 1899.
fn of_serial(text: &str) -> Option<NaiveDate> {
    let whole = text.split('.').next().unwrap_or_default();
    let days: u64 = whole.parse().ok()?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?
        .checked_add_days(Days::new(days))
        .filter(is_near)
}

fn is_near(day: &NaiveDate) -> bool {
    use chrono::Datelike;
    (1945..=2200).contains(&day.year())
}

/// Reads the lines of a list.
///
/// # Errors
/// Every fault with its line, in the order of the lines; nothing may be kept then.
pub fn read_rows(lines: &[Line]) -> Result<Vec<NewEntry>, Vec<RowFault>> {
    let whole = |line: usize, reason: &'static str| RowFault {
        line,
        column: "",
        reason,
        found: String::new(),
    };
    let Some((place, columns)) = head(lines) else {
        return Err(vec![whole(lines.first().map_or(1, |line| line.number), "no_head")]);
    };
    let mut faults = Vec::new();
    if !columns.contains_key(&Column::Field) {
        faults.push(whole(lines.get(place).map_or(1, |line| line.number), "no_field_column"));
        return Err(faults);
    }
    let mut entries: Vec<NewEntry> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines.iter().skip(place.saturating_add(1)) {
        let reader = Reader {
            line,
            columns: &columns,
            faults: &mut faults,
        };
        // Totals, signatures and headings of parts have neither code nor field.
        if reader.cell(Column::Code).text.is_empty() && reader.cell(Column::Field).text.is_empty() {
            continue;
        }
        let entry = reader.entry();
        if let Some(first) = seen.insert(entry.code.clone(), line.number) {
            faults.push(RowFault {
                line: line.number,
                column: "code",
                reason: "twice",
                found: format!("{} ({first})", entry.code),
            });
        }
        entries.push(entry);
    }
    if entries.is_empty() && faults.is_empty() {
        faults.push(whole(lines.get(place).map_or(1, |line| line.number), "no_rows"));
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::{of_serial, of_text, read_rows};
    use crate::tthc::entry::{Level, Reception};
    use crate::tthc::sheet::read_sheet;
    use chrono::NaiveDate;

    fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    #[test]
    fn a_list_with_a_heading_above_and_a_signature_below_is_read() {
        let text = "DANH MỤC TTHC,,,,\n,,,,\nSTT,Mã TTHC,Tên TTHC,Lĩnh vực,Cấp thực hiện,Tiếp nhận,Hiệu lực từ\n\
            1,1.001193,Đăng ký khai sinh,Hộ tịch,Cấp xã,Một cửa liên thông,1/7/2025\n\
            2,2.000815,Chứng thực bản sao,Chứng thực,,,\n,,CHỦ TỊCH,,,,\n";
        let rows = read_rows(&read_sheet(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].code, "1.001193");
        assert_eq!((rows[0].level, rows[0].reception), (Level::Commune, Reception::Linked));
        assert_eq!(rows[0].valid_from, day(2025, 7, 1));
        assert_eq!((rows[1].reception, rows[1].valid_from), (Reception::OneStop, None));
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let text = "Mã,Tên,Lĩnh vực,Cấp thực hiện,Hiệu lực từ,Hết hiệu lực\n\
            1.000001,,Hộ tịch,,,\n\
            mã lạ!,Tên,Hộ tịch,,,\n\
            1.000002,Tên,,,,\n\
            1.000003,Tên,Hộ tịch,cấp trời,31/02/2026,\n\
            1.000004,Tên,Hộ tịch,,2/1/2026,1/1/2026\n\
            1.000002,Tên,Hộ tịch,,,\n";
        let faults = read_rows(&read_sheet(text.as_bytes()).unwrap()).unwrap_err();
        let found: Vec<_> = faults.iter().map(|one| (one.line, one.column, one.reason)).collect();
        assert_eq!(
            found,
            [
                (2, "name", "no_name"),
                (3, "code", "code"),
                (4, "field", "no_field"),
                (5, "level", "level"),
                (5, "valid_from", "day"),
                (6, "ended_from", "ends_before_begin"),
                (7, "code", "twice"),
            ]
        );
        assert_eq!(
            read_rows(&read_sheet(b"a,b\n1,2\n").unwrap()).unwrap_err()[0].reason,
            "no_head"
        );
        let bare = "Mã,Tên\n1.1,A\n";
        assert_eq!(
            read_rows(&read_sheet(bare.as_bytes()).unwrap()).unwrap_err()[0].reason,
            "no_field_column"
        );
    }

    #[test]
    fn a_code_that_a_spreadsheet_took_for_a_number_is_refused() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (at, head) in ["Mã", "Tên", "Lĩnh vực"].iter().enumerate() {
            sheet.write(0, u16::try_from(at).unwrap(), *head).unwrap();
        }
        sheet.write(1, 0, 1.001_190).unwrap();
        sheet.write(1, 1, "Tên").unwrap();
        sheet.write(1, 2, "Hộ tịch").unwrap();
        let faults = read_rows(&read_sheet(&book.save_to_buffer().unwrap()).unwrap()).unwrap_err();
        assert_eq!(
            (faults[0].line, faults[0].reason, &*faults[0].found),
            (2, "code_is_number", "1.00119")
        );
    }

    #[test]
    fn days_are_read_in_every_usual_way() {
        assert_eq!(of_serial("45839"), day(2025, 7, 1));
        assert_eq!(of_serial("45839.5"), day(2025, 7, 1));
        for text in [
            "1/7/2025",
            "01/07/2025",
            "2025-07-01",
            "01-07-2025",
            "2025-07-01 00:00:00",
        ] {
            assert_eq!(of_text(text), day(2025, 7, 1), "{text}");
        }
        for text in ["", "hôm nay", "32/1/2025", "1/7/0025"] {
            assert_eq!(of_text(text), None, "{text}");
        }
        assert_eq!([of_serial("1"), of_serial("99999999999999999999")], [None, None]);
    }
}
