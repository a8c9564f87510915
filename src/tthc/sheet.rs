//! The lines of a list: a CSV file, or the first sheet of an XLSX file, within bounds. Pure.

use crate::nets::{XmlElement, XmlLimits, parse_xml};
use crate::zip::{Archive, Limits};

/// The most lines of a list.
const MOST_LINES: usize = 5_000;
/// The most cells of a line; what stands farther right is left out.
const MOST_CELLS: usize = 60;
/// The longest cell, in characters.
const LONGEST_CELL: usize = 2_000;
const LIMITS: Limits = Limits {
    files: 2_000,
    file: 16 << 20,
    all: 32 << 20,
};
const XML: XmlLimits = XmlLimits {
    bytes: 16 << 20,
    elements: 600_000,
    depth: 60,
    text: 1 << 16,
    // How it is read aloud, and what is said of the whole.
    skip: &["rPh", "extLst", "conditionalFormatting", "dataValidations"],
};

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What stands in it, without spaces around it.
    pub text: String,
    /// Whether the file keeps it as a number.
    pub is_number: bool,
}

/// A line with its number in the file, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The number.
    pub number: usize,
    /// Its cells from the left.
    pub cells: Vec<Cell>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFault {
    /// It is neither CSV nor XLSX.
    Other,
    /// It is damaged, or beyond what a list needs.
    Broken,
    /// It has more than 5,000 lines.
    TooLong,
}

impl SheetFault {
    /// The last part of its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other_file",
            Self::Broken => "broken_file",
            Self::TooLong => "long_file",
        }
    }
}

fn cell(text: &str, is_number: bool) -> Cell {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let text: String = clean.take(LONGEST_CELL).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Cell { text, is_number }
}

/// Reads the lines of a file that are not empty.
///
/// # Errors
/// See [`SheetFault`].
pub fn read_sheet(bytes: &[u8]) -> Result<Vec<Line>, SheetFault> {
    let lines = if bytes.starts_with(b"PK") {
        xlsx(bytes)?
    } else {
        csv(bytes)?
    };
    let is_said = |line: &Line| line.cells.iter().any(|cell| !cell.text.is_empty());
    Ok(lines.into_iter().filter(is_said).collect())
}

/// How many lines a text has up to a place. The reader of records counts an end of two signs, and empty lines, late.
struct Counted<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl Counted<'_> {
    fn go_to(&mut self, byte: usize) {
        let is_end = |sign: &&u8| matches!(sign, b'\r' | b'\n');
        let bytes = self.text.as_bytes();
        let ends = bytes
            .get(byte..)
            .map_or(0, |rest| rest.iter().take_while(is_end).count());
        let begin = byte.saturating_add(ends);
        let passed = bytes.get(self.byte..begin).unwrap_or_default();
        self.line = self
            .line
            .saturating_add(passed.iter().filter(|sign| **sign == b'\n').count());
        self.byte = begin;
    }
}

fn csv(bytes: &[u8]) -> Result<Vec<Line>, SheetFault> {
    let text = std::str::from_utf8(bytes).map_err(|_bytes| SheetFault::Other)?;
    if text.contains('\0') {
        return Err(SheetFault::Other);
    }
    let text = text.trim_start_matches('\u{feff}');
    let head: Vec<&str> = text.lines().take(10).collect();
    let count = |sign: char| head.iter().map(|line| line.matches(sign).count()).sum::<usize>();
    let separator = [(',', b','), (';', b';'), ('\t', b'\t')]
        .into_iter()
        .max_by_key(|(sign, _)| count(*sign));
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator.map_or(b',', |(_, byte)| byte))
        .from_reader(text.as_bytes());
    let (mut lines, mut counted) = (Vec::new(), Counted { text, byte: 0, line: 1 });
    for record in reader.records() {
        let record = record.map_err(|_cause| SheetFault::Broken)?;
        if lines.len() >= MOST_LINES {
            return Err(SheetFault::TooLong);
        }
        let byte = record.position().map_or(0, |place| place.byte());
        counted.go_to(usize::try_from(byte).unwrap_or(usize::MAX));
        lines.push(Line {
            number: counted.line,
            cells: record.iter().take(MOST_CELLS).map(|text| cell(text, false)).collect(),
        });
    }
    Ok(lines)
}

fn part(archive: &mut Archive<'_>, name: &str) -> Result<Option<XmlElement>, SheetFault> {
    let bytes = archive.read(name).map_err(|_cause| SheetFault::Broken)?;
    let parse = |bytes: Vec<u8>| parse_xml(&bytes, &XML).map_err(|_cause| SheetFault::Broken);
    bytes.map(parse).transpose()
}

/// Where the first sheet of the book lies.
fn first_sheet(archive: &mut Archive<'_>) -> Result<String, SheetFault> {
    let usual = || "xl/worksheets/sheet1.xml".to_owned();
    let book = part(archive, "xl/workbook.xml")?.ok_or(SheetFault::Other)?;
    let sheet = book.child("sheets").and_then(|sheets| sheets.child("sheet"));
    let Some(id) = sheet.and_then(|sheet| sheet.attribute("r:id").map(ToOwned::to_owned)) else {
        return Ok(usual());
    };
    let Some(relations) = part(archive, "xl/_rels/workbook.xml.rels")? else {
        return Ok(usual());
    };
    let own = relations
        .named("Relationship")
        .find(|one| one.attribute("Id") == Some(&id));
    let target = own
        .and_then(|one| one.attribute("Target"))
        .unwrap_or("worksheets/sheet1.xml");
    Ok(match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    })
}

/// The text of a string that may be in several pieces.
fn pieces(element: &XmlElement) -> String {
    let own = element.named("t").map(|t| t.text().to_owned());
    let runs = element
        .named("r")
        .flat_map(|run| run.named("t").map(|t| t.text().to_owned()));
    own.chain(runs).collect()
}

/// The column of a place as `AB12`, from 0.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.fold(0_usize, |sum, letter| {
        sum.saturating_mul(26).saturating_add(usize::from(letter - b'A') + 1)
    });
    number.checked_sub(1)
}

fn xlsx(bytes: &[u8]) -> Result<Vec<Line>, SheetFault> {
    let mut archive = Archive::open(bytes, LIMITS).map_err(|_cause| SheetFault::Broken)?;
    let name = first_sheet(&mut archive)?;
    let shared: Vec<String> = part(&mut archive, "xl/sharedStrings.xml")?
        .map(|all| all.named("si").map(pieces).collect())
        .unwrap_or_default();
    let sheet = part(&mut archive, &name)?.ok_or(SheetFault::Broken)?;
    let data = sheet.child("sheetData").ok_or(SheetFault::Broken)?;
    let mut lines: Vec<Line> = Vec::new();
    for row in data.named("row") {
        if lines.len() >= MOST_LINES {
            return Err(SheetFault::TooLong);
        }
        let next = lines.last().map_or(1, |line| line.number.saturating_add(1));
        let number = row.attribute("r").and_then(|text| text.parse().ok()).unwrap_or(next);
        let mut cells: Vec<Cell> = Vec::new();
        for one in row.named("c") {
            let at = one.attribute("r").and_then(column).unwrap_or(cells.len());
            if at >= MOST_CELLS {
                continue;
            }
            if cells.len() <= at {
                cells.resize(at.saturating_add(1), Cell::default());
            }
            if let Some(place) = cells.get_mut(at) {
                *place = value(one, &shared);
            }
        }
        lines.push(Line { number, cells });
    }
    Ok(lines)
}

fn value(one: &XmlElement, shared: &[String]) -> Cell {
    let plain = || one.child("v").map(|v| v.text().to_owned()).unwrap_or_default();
    match one.attribute("t").unwrap_or("n") {
        "s" => {
            let text = plain()
                .trim()
                .parse::<usize>()
                .ok()
                .and_then(|at| shared.get(at).cloned());
            cell(&text.unwrap_or_default(), false)
        }
        "inlineStr" => cell(&one.child("is").map(pieces).unwrap_or_default(), false),
        // A formula that failed says nothing.
        "e" => Cell::default(),
        "n" => cell(&plain(), true),
        _text => cell(&plain(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::{SheetFault, column, read_sheet};

    fn texts(bytes: &[u8]) -> Vec<(usize, Vec<String>)> {
        let lines = read_sheet(bytes).unwrap().into_iter();
        lines
            .map(|line| (line.number, line.cells.into_iter().map(|cell| cell.text).collect()))
            .collect()
    }

    #[test]
    fn tables_with_any_usual_separator_are_read_with_their_line_numbers() {
        for separator in [",", ";", "\t"] {
            let text =
                format!("\u{feff}Mã{separator}Tên\r\n\r\n1.1{separator}\"Đăng ký\nkhai sinh\"\r\n2.2{separator}\r\n");
            let found = texts(text.as_bytes());
            assert_eq!(found.len(), 3, "{separator:?}");
            assert_eq!(found[1].1, ["1.1", "Đăng ký khai sinh"]);
            assert_eq!((found[1].0, found[2].0), (3, 5));
        }
    }

    #[test]
    fn a_book_is_read_by_its_first_sheet() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.set_name("Danh mục").unwrap();
        sheet.write(0, 0, "DANH MỤC TTHC").unwrap();
        sheet.write(3, 1, "Mã").unwrap();
        sheet.write(3, 27, "Xa").unwrap();
        sheet.write(4, 1, 1.001_193).unwrap();
        book.add_worksheet().write(0, 0, "Trang khác").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let lines = read_sheet(&bytes).unwrap();
        let numbers: Vec<usize> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 4, 5]);
        assert_eq!(lines[1].cells[27].text, "Xa");
        assert!(lines[2].cells[1].is_number);
        assert_eq!(lines[2].cells[1].text, "1.001193");
    }

    #[test]
    fn what_is_no_list_is_refused_without_much_ado() {
        assert_eq!(read_sheet(b"PK\x03\x04 nothing"), Err(SheetFault::Broken));
        assert_eq!(read_sheet(b"\xff\xfe\x00"), Err(SheetFault::Other));
        assert_eq!(read_sheet("a,b\n".repeat(5_001).as_bytes()), Err(SheetFault::TooLong));
        let word = crate::zip::write(&[("word/document.xml", b"<w/>".as_slice())]);
        assert_eq!(word.map(|bytes| read_sheet(&bytes)).ok(), Some(Err(SheetFault::Other)));
        let far = crate::zip::write(&[
            ("xl/workbook.xml", b"<workbook/>".as_slice()),
            (
                "xl/worksheets/sheet1.xml",
                br#"<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#,
            ),
        ]);
        assert_eq!(
            far.map(|bytes| read_sheet(&bytes)).ok(),
            Some(Ok(Vec::new())),
            "far cells cost nothing"
        );
    }

    #[test]
    fn places_have_columns() {
        assert_eq!(
            [column("A1"), column("Z9"), column("AB12"), column("7")],
            [Some(0), Some(25), Some(27), None]
        );
    }
}
