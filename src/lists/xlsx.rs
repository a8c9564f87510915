//! A list as a sheet (XLSX) that prints as offices print it: landscape, its head on every page. Pure.

use super::list::{Cell, MasterList};
use chrono::Datelike;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// More letters than this do not fit into a cell of a sheet.
const LONGEST_CELL: usize = 32_000;
/// The line on which the names of the columns stand, after the lines of the heading.
const HEAD: u32 = 4;

/// What stands above a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The office.
    pub office: String,
    /// The name of the list.
    pub title: String,
    /// The day it was taken of, and what it was narrowed to.
    pub as_of: String,
}

struct Formats {
    head: Format,
    text: Format,
    number: Format,
    day: Format,
}

fn formats() -> Formats {
    let cell = || {
        Format::new()
            .set_font_name("Times New Roman")
            .set_font_size(11)
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::Top)
            .set_text_wrap()
    };
    Formats {
        head: cell()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(0xE3_F0_F1),
        text: cell(),
        number: cell().set_align(FormatAlign::Center),
        day: cell().set_align(FormatAlign::Center).set_num_format("dd/mm/yyyy"),
    }
}

/// The list as a file. Texts are written as texts, never as formulas. `word` gives the word of a key.
///
/// # Errors
/// When the sheet cannot be written, which is a fault of ours (a list longer than a sheet).
pub fn xlsx_file(list: &MasterList, heading: &Heading, word: impl Fn(&str) -> String) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let formats = formats();
    put_heading(sheet, list, heading)?;
    put_names(sheet, list, &formats, &word)?;
    for (line, (number, row)) in (HEAD.saturating_add(1)..).zip((1_u32..).zip(&list.rows)) {
        sheet.write_number_with_format(line, 0, number, &formats.number)?;
        for (column, cell) in (1_u16..).zip(&row.cells) {
            put_cell(sheet, (line, column), cell, &formats, &word)?;
        }
    }
    book.save_to_buffer()
}

fn put_heading(sheet: &mut Worksheet, list: &MasterList, heading: &Heading) -> Result<(), XlsxError> {
    let plain = Format::new().set_font_name("Times New Roman").set_font_size(12);
    let title = plain.clone().set_bold().set_font_size(14);
    sheet.write_string_with_format(0, 0, &heading.office, &plain)?;
    sheet.write_string_with_format(1, 0, &heading.title, &title)?;
    sheet.write_string_with_format(2, 0, &heading.as_of, &plain)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&R&P/&N");
    let last_line = HEAD.saturating_add(u32::try_from(list.rows.len()).unwrap_or(u32::MAX));
    let last_column = u16::try_from(list.columns.len()).unwrap_or(u16::MAX);
    sheet.set_repeat_rows(HEAD, HEAD)?;
    sheet.set_print_area(0, 0, last_line, last_column)?;
    sheet.set_freeze_panes(HEAD.saturating_add(1), 0)?;
    sheet.autofilter(HEAD, 0, last_line, last_column)?;
    Ok(())
}

fn put_names(
    sheet: &mut Worksheet,
    list: &MasterList,
    formats: &Formats,
    word: &impl Fn(&str) -> String,
) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 6)?;
    sheet.write_string_with_format(HEAD, 0, word("lists.column.number"), &formats.head)?;
    for (place, column) in (1_u16..).zip(list.columns) {
        sheet.set_column_width(place, column.width)?;
        let name = word(&format!("lists.column.{}", column.name));
        sheet.write_string_with_format(HEAD, place, name, &formats.head)?;
    }
    Ok(())
}

fn put_cell(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    cell: &Cell,
    formats: &Formats,
    word: &impl Fn(&str) -> String,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Number(number) => {
            let number = i32::try_from(*number).unwrap_or(i32::MAX);
            sheet.write_number_with_format(line, column, number, &formats.number)?;
        }
        Cell::Day(Some(day)) => {
            let part = |part: u32| u8::try_from(part).unwrap_or(1);
            let year = u16::try_from(day.year()).unwrap_or(1900);
            let moment = ExcelDateTime::from_ymd(year, part(day.month()), part(day.day()))?;
            sheet.write_datetime_with_format(line, column, &moment, &formats.day)?;
        }
        Cell::Text(_) | Cell::Word(_) | Cell::Day(None) => {
            let text = cell.text(word);
            let text: String = text.chars().take(LONGEST_CELL).collect();
            sheet.write_string_with_format(line, column, text, &formats.text)?;
        }
    }
    Ok(())
}
