//! The line of heads of a list: which column says what. Pure.

use super::sheet::Line;
use crate::procedures::fold;
use std::collections::BTreeMap;

/// The line of heads is among the first so many.
const HEAD_WITHIN: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Code,
    Name,
    Field,
    Level,
    Reception,
    Decision,
    From,
    Ended,
    EndDecision,
}

impl Column {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::Field => "field",
            Self::Level => "level",
            Self::Reception => "reception",
            Self::Decision => "decision_no",
            Self::From => "valid_from",
            Self::Ended => "ended_from",
            Self::EndDecision => "end_decision_no",
        }
    }
}

/// How heads are written, without marks and in small letters; the first that a head contains is it.
const HEADS: [(&str, Column); 29] = [
    ("end_decision", Column::EndDecision),
    ("quyet dinh bai bo", Column::EndDecision),
    ("quyet dinh het hieu luc", Column::EndDecision),
    ("decision that ended", Column::EndDecision),
    ("quyet dinh", Column::Decision),
    ("decision", Column::Decision),
    ("het hieu luc", Column::Ended),
    ("bai bo", Column::Ended),
    ("ended", Column::Ended),
    ("hieu luc", Column::From),
    ("valid_from", Column::From),
    ("in force from", Column::From),
    ("linh vuc", Column::Field),
    ("field", Column::Field),
    ("tiep nhan", Column::Reception),
    ("mot cua", Column::Reception),
    ("reception", Column::Reception),
    ("received", Column::Reception),
    ("cap thuc hien", Column::Level),
    ("cap giai quyet", Column::Level),
    ("tham quyen", Column::Level),
    ("level", Column::Level),
    ("ma", Column::Code),
    ("code", Column::Code),
    ("tthc code", Column::Code),
    ("so ho so", Column::Code),
    ("ten", Column::Name),
    ("thu tuc hanh chinh", Column::Name),
    ("name", Column::Name),
];

fn column_of(head: &str) -> Option<Column> {
    let head = fold(head);
    let begins = |sign: &str| {
        // `ma` and `ten` are short: they count as whole words at the beginning only.
        head == sign || head.strip_prefix(sign).is_some_and(|rest| rest.starts_with([' ', '_']))
    };
    let fits = |(sign, column): &(&str, Column)| match column {
        Column::Code | Column::Name => begins(sign),
        Column::Field
        | Column::Level
        | Column::Reception
        | Column::Decision
        | Column::From
        | Column::Ended
        | Column::EndDecision => head.contains(sign),
    };
    HEADS.iter().find(|head| fits(head)).map(|(_, column)| *column)
}

pub(super) type Columns = BTreeMap<Column, usize>;

/// The first line that names a column of codes and one of names.
pub(super) fn head(lines: &[Line]) -> Option<(usize, Columns)> {
    lines.iter().take(HEAD_WITHIN).enumerate().find_map(|(place, line)| {
        let mut columns = Columns::new();
        for (at, cell) in line.cells.iter().enumerate() {
            if let Some(column) = column_of(&cell.text) {
                columns.entry(column).or_insert(at);
            }
        }
        let is_head = columns.contains_key(&Column::Code) && columns.contains_key(&Column::Name);
        is_head.then_some((place, columns))
    })
}

#[cfg(test)]
mod tests {
    use super::{Column, column_of};

    #[test]
    fn heads_are_known_as_offices_write_them() {
        for (head, column) in [
            ("Mã TTHC", Column::Code),
            ("Mã số", Column::Code),
            ("Số hồ sơ TTHC", Column::Code),
            ("Thủ tục hành chính", Column::Name),
            ("Tên thủ tục hành chính", Column::Name),
            ("Lĩnh vực", Column::Field),
            ("Quyết định công bố", Column::Decision),
            ("Quyết định bãi bỏ", Column::EndDecision),
            ("Có hiệu lực từ ngày", Column::From),
            ("Ngày hết hiệu lực", Column::Ended),
            ("Cấp thực hiện", Column::Level),
            ("Cơ chế tiếp nhận", Column::Reception),
        ] {
            assert_eq!(column_of(head), Some(column), "{head}");
        }
        for head in ["STT", "Ghi chú", "Mẫu đơn", "Tệp"] {
            assert_eq!(column_of(head), None, "{head}");
        }
    }
}
