//! The columns of a table, known by what stands at their heads.

use super::words::{begins, flat, says};
use crate::docx::block::{Cell, Table};

/// A table says its columns in one of its first rows.
const HEAD_REACH: usize = 4;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Number,
    Name,
    Role,
    Time,
    Output,
    Next,
    Note,
    Originals,
    Copies,
    Mode,
    Condition,
    Form,
    Code,
    Place,
    Retention,
    Limit,
    Unknown,
}

/// Where a table has its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The first row below the head.
    pub(super) first: usize,
    /// What each column holds, and what stands at its head.
    pub(super) columns: Vec<(Column, String)>,
}

type Rule = (Column, &'static [&'static str]);

/// How the columns of a table of steps are called; the first rule that fits counts.
pub(super) const STEPS: &[Rule] = &[
    (
        Column::Number,
        &[
            "=tt",
            "=stt",
            "=so tt",
            "=buoc",
            "=b",
            "=ma",
            "=ma buoc",
            "=thu tu",
            "thu tu cong viec",
            "=cac buoc",
            "=buoc cong viec",
        ],
    ),
    (Column::Next, &["buoc tiep theo", "chuyen buoc"]),
    (Column::Time, &["thoi gian", "thoi han"]),
    (
        Column::Role,
        &[
            "trach nhiem",
            "nguoi thuc hien",
            "don vi thuc hien",
            "bo phan thuc hien",
            "chuc danh",
            "don vi nguoi",
            "nguoi don vi",
            "bo phan",
            "nguoi chiu",
            "doi tuong thuc hien",
            "co quan thuc hien",
            "=don vi",
            "=thuc hien",
            "vi tri",
        ],
    ),
    (
        Column::Output,
        &["bieu mau", "mau bieu", "ket qua", "san pham", "=ho so", "tai lieu"],
    ),
    (
        Column::Name,
        &[
            "trinh tu",
            "noi dung",
            "cong viec",
            "cac buoc",
            "buoc thuc hien",
            "hoat dong",
            "ten buoc",
            "luu do",
        ],
    ),
    (
        Column::Note,
        &["ghi chu", "dien giai", "mo ta", "huong dan", "cach thuc"],
    ),
];

/// How the columns of the papers of a dossier are called.
pub(super) const DOSSIER: &[Rule] = &[
    (Column::Number, &["=tt", "=stt", "=so tt"]),
    (Column::Originals, &["ban chinh"]),
    (Column::Copies, &["ban sao", "ban photo", "ban chup"]),
    (Column::Mode, &["hinh thuc", "cach nop"]),
    (Column::Condition, &["ghi chu", "truong hop", "dieu kien"]),
    (Column::Form, &["bieu mau", "mau so", "=mau", "ma hieu"]),
    (
        Column::Name,
        &["thanh phan", "ten", "giay to", "ho so", "tai lieu", "noi dung"],
    ),
];

/// How the columns of the list of forms are called.
pub(super) const FORMS: &[Rule] = &[
    (Column::Number, &["=tt", "=stt", "=so tt"]),
    (Column::Code, &["ma", "ky hieu", "so hieu"]),
    (Column::Name, &["ten", "bieu mau"]),
];

/// How the columns of the list of records are called.
pub(super) const RECORDS: &[Rule] = &[
    (Column::Number, &["=tt", "=stt", "=so tt"]),
    (Column::Retention, &["thoi gian luu", "thoi han", "thoi gian"]),
    (
        Column::Place,
        &[
            "noi luu",
            "nguoi luu",
            "noi bao quan",
            "bo phan luu",
            "trach nhiem",
            "don vi luu",
        ],
    ),
    (Column::Name, &["ten", "ho so", "bieu mau", "tai lieu"]),
];

/// How the columns of the duration cases are called.
pub(super) const DURATIONS: &[Rule] = &[
    (Column::Number, &["=tt", "=stt"]),
    (Column::Code, &["=ma"]),
    (Column::Limit, &["thoi han", "thoi gian"]),
    (Column::Name, &["truong hop"]),
    (Column::Note, &["ghi chu"]),
];

fn sort_of(text: &str, rules: &[Rule]) -> Column {
    let flat = flat(text);
    let fits = |words: &str| match words.strip_prefix('=') {
        Some(whole) => flat == whole,
        None => says(&flat, words),
    };
    if flat.is_empty() {
        return Column::Unknown;
    }
    let is_number = text.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    if is_number {
        return Column::Number;
    }
    let rule = rules.iter().find(|(_, words)| words.iter().any(|word| fits(word)));
    rule.map_or(Column::Unknown, |(column, _)| *column)
}

/// The head of a table whose columns hold all that is needed.
pub(super) fn head(table: &Table, rules: &[Rule], needed: &[Column]) -> Option<Head> {
    let width = table.width();
    (0..table.rows.len().min(HEAD_REACH)).find_map(|row| {
        let mut columns = Vec::new();
        let mut deepest = 1;
        for column in 0..width {
            let (cell, begins_here) = table.at(row, column)?;
            let up = if begins_here { 0 } else { row };
            deepest = deepest.max(cell.rows.saturating_sub(up));
            columns.push((sort_of(&cell.plain(), rules), cell.plain()));
        }
        first_names_only(&mut columns, table, row);
        let has = |wanted: &Column| columns.iter().any(|(column, _)| column == wanted);
        if !needed.iter().all(has) {
            return None;
        }
        let first = row + second_row(table, row, deepest, &mut columns);
        Some(Head { first, columns })
    })
}

/// Of two different heads that say a name, the second one holds guidance.
fn first_names_only(columns: &mut [(Column, String)], table: &Table, row: usize) {
    let mut first: Option<usize> = None;
    for (at, (column, _)) in columns.iter_mut().enumerate() {
        if *column != Column::Name {
            continue;
        }
        let begin = table.at(row, at).map(|(cell, _)| cell.column);
        match first {
            None => first = begin,
            Some(_) if begin == first => {}
            Some(_) => *column = Column::Note,
        }
    }
}

/// How many rows the head has; a column of time that is split says its cases in the second one.
fn second_row(table: &Table, row: usize, deepest: usize, columns: &mut [(Column, String)]) -> usize {
    let is_split = table.rows.get(row).is_some_and(|own| {
        own.cells.iter().any(|cell| {
            let is_time = columns
                .get(cell.column)
                .is_some_and(|(column, _)| *column == Column::Time);
            is_time && cell.columns > 1
        })
    });
    let names_cases = |cell: &Cell| !cell.plain().chars().any(|letter| letter.is_ascii_digit());
    let time_cells = |row: usize| -> Vec<(usize, Option<String>)> {
        let is_time = |at: &usize| columns.get(*at).is_some_and(|(column, _)| *column == Column::Time);
        let cell = |at: usize| {
            table
                .at(row, at)
                .filter(|(cell, own)| *own && names_cases(cell))
                .map(|(cell, _)| cell.plain())
        };
        (0..columns.len()).filter(is_time).map(|at| (at, cell(at))).collect()
    };
    if !is_split || deepest > 2 {
        return deepest;
    }
    let below = time_cells(row + 1);
    if below.iter().any(|(_, text)| text.as_ref().is_none_or(String::is_empty)) {
        return deepest;
    }
    for (at, text) in below {
        if let (Some((_, own)), Some(text)) = (columns.get_mut(at), text) {
            *own = text;
        }
    }
    deepest.max(2)
}

impl Head {
    /// The columns of a sort, those that one head spans once.
    pub(super) fn of(&self, wanted: Column) -> Vec<usize> {
        let is_wanted = |(_, (column, _)): &(usize, &(Column, String))| *column == wanted;
        self.columns
            .iter()
            .enumerate()
            .filter(is_wanted)
            .map(|(at, _)| at)
            .collect()
    }

    /// The text of a row in the columns of a sort; a cell over several columns once.
    pub(super) fn text(&self, table: &Table, row: usize, wanted: Column) -> String {
        let cells = self.cells(table, row, wanted);
        let texts: Vec<String> = cells
            .iter()
            .map(|cell| cell.plain())
            .filter(|text| !text.is_empty())
            .collect();
        texts.join(" ")
    }

    /// The cells of a row in the columns of a sort; a cell over several columns once.
    pub(super) fn cells<'t>(&self, table: &'t Table, row: usize, wanted: Column) -> Vec<&'t Cell> {
        let mut cells: Vec<&Cell> = Vec::new();
        for column in self.of(wanted) {
            if let Some((cell, _)) = table.at(row, column)
                && !cells.iter().any(|own| std::ptr::eq(*own, cell))
            {
                cells.push(cell);
            }
        }
        cells
    }

    /// The text of a row that goes over all columns, or stands alone in it.
    pub(super) fn across(&self, table: &Table, row: usize) -> Option<String> {
        let own = table.rows.get(row)?;
        let mut spoken = own.cells.iter().filter(|cell| !cell.lines.is_empty());
        let only = spoken.next()?;
        let is_alone = spoken.next().is_none();
        let is_wide = only.columns * 2 > self.columns.len();
        // A row into which other cells go on is a part of theirs.
        let covered = (0..self.columns.len()).all(|at| table.at(row, at).is_none_or(|(_, begins_here)| begins_here));
        let is_number_only = begins(&flat(&only.plain()), "") || only.plain().is_empty();
        (is_alone && covered && (is_wide || own.cells.len() > 1) && !is_number_only).then(|| only.plain())
    }
}
