//! What is typed in forms, and what is wrong with it or with the form itself.

mod show;

use super::*;
use chrono::NaiveDate;
use std::collections::BTreeMap;

fn row(code: &str, kind: &str, rules: &[&str]) -> InputRow {
    InputRow {
        code: code.to_owned(),
        label: format!("Ô {code}"),
        kind: kind.to_owned(),
        rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        options: match kind {
            "choice" | "choices" => ["Đúng", "Sai", "Khác"].map(ToOwned::to_owned).to_vec(),
            _ => Vec::new(),
        },
        ..InputRow::default()
    }
}

fn column(table: &str, row: InputRow) -> InputRow {
    InputRow {
        within: table.to_owned(),
        ..row
    }
}

fn sound(rows: &[InputRow]) -> Definition {
    let (definition, problems) = define(rows);
    assert_eq!(problems, []);
    definition
}

fn problems(rows: &[InputRow]) -> Vec<(usize, String, &'static str)> {
    let (_, problems) = define(rows);
    problems.into_iter().map(|one| (one.row, one.cell, one.code)).collect()
}

fn filled(definition: &Definition, sent: &[(&str, &str)]) -> Result<Values, Vec<(String, &'static str)>> {
    let typed = |name: &str| {
        let own = sent.iter().filter(|(known, _)| *known == name);
        own.map(|(_, value)| (*value).to_owned()).collect()
    };
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    fill(definition, &typed, today).map_err(|slips| slips.into_iter().map(|slip| (slip.name, slip.key)).collect())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn values_are_kept_in_one_shape() {
    let definition = sound(&[
        row("ten", "short_text", &["required"]),
        row("so", "number", &["min 0", "max 1000000", "unit đồng"]),
        row("ngay", "date", &["not_in_future"]),
        row("dinh_danh", "short_text", &["pattern citizen_id", "personal"]),
        row("y_kien", "choice", &[]),
        row("giay_to", "choices", &[]),
        row("gap", "yes_no", &[]),
        row("ghi_chu", "long_text", &[]),
    ]);
    let values = filled(
        &definition,
        &[
            ("in.ten", "  Trần Thị Bích  "),
            ("in.so", "12.500,5"),
            ("in.ngay", "22/11/2026"),
            ("in.dinh_danh", "010 096 001 234"),
            ("in.y_kien", "Sai"),
            ("in.giay_to", "Khác"),
            ("in.giay_to", "Đúng"),
            ("in.gap", "yes"),
            ("in.ghi_chu", ""),
        ],
    )
    .unwrap();
    let expected = [
        ("ten", text("Trần Thị Bích")),
        ("so", text("12500.5")),
        ("ngay", text("2026-11-22")),
        ("dinh_danh", text("010096001234")),
        ("y_kien", text("Sai")),
        ("giay_to", Value::Many(vec!["Đúng".to_owned(), "Khác".to_owned()])),
        ("gap", text("yes")),
    ];
    assert_eq!(values, expected.map(|(code, value)| (code.to_owned(), value)).into());
}

/// One value that breaks each rule.
const BREAKING: [(&str, &str); 16] = [
    ("in.ten", "dài quá"),
    ("in.ma", "ab"),
    ("in.dong", "một\nhai"),
    ("in.so", "1,5"),
    ("in.tuoi", "121"),
    ("in.chu", "mười"),
    ("in.den", "2026-11-24"),
    ("in.hen", "2026-11-22"),
    ("in.sau", "2026-01-01"),
    ("in.truoc", "2026-01-02"),
    ("in.thang", "2026-02-30"),
    ("in.may", "12"),
    ("in.chon", "Không có"),
    ("in.nhieu", "Lạ"),
    ("in.co", "maybe"),
    ("in.nhieu_2", "Khác"),
];

#[test]
fn every_rule_refuses_what_breaks_it_and_everything_is_told_at_once() {
    let definition = sound(&[
        row("ten", "short_text", &["required", "longest 5"]),
        row("ma", "short_text", &["shortest 3"]),
        row("dong", "short_text", &[]),
        row("so", "number", &["min 0", "whole"]),
        row("tuoi", "number", &["max 120"]),
        row("chu", "number", &[]),
        row("den", "date", &["not_in_future"]),
        row("hen", "date", &["not_in_past", "not_before den"]),
        row("sau", "date", &["not_before truoc"]),
        row("truoc", "date", &[]),
        row("thang", "date", &[]),
        row("may", "short_text", &["pattern phone"]),
        row("chon", "choice", &[]),
        row("nhieu", "choices", &[]),
        row("co", "yes_no", &[]),
        row("ly_do", "long_text", &["required_when nhieu_2 = Khác"]),
        row("nhieu_2", "choices", &[]),
        row("can", "yes_no", &["required"]),
    ]);
    let slips = filled(&definition, &BREAKING);
    let told = |name: &str, key| (format!("in.{name}"), key);
    assert_eq!(
        slips,
        Err(vec![
            told("ten", "too_long"),
            told("ma", "too_short"),
            told("dong", "one_line"),
            told("so", "no_whole"),
            told("tuoi", "too_large"),
            told("chu", "no_number"),
            told("den", "in_future"),
            told("hen", "in_past"),
            told("sau", "before_other"),
            told("thang", "no_day"),
            told("may", "no_pattern"),
            told("chon", "no_option"),
            told("nhieu", "no_option"),
            told("co", "no_option"),
            told("ly_do", "needed_when"),
            told("can", "needed"),
        ])
    );
}

#[test]
fn what_is_too_small_too_much_or_nothing_at_all_is_refused() {
    let told = |name: &str, key| (format!("in.{name}"), key);
    let negative = filled(&sound(&[row("so", "number", &["min 0"])]), &[("in.so", "-1")]);
    assert_eq!(negative, Err(vec![told("so", "too_small")]));
    let empty = filled(&sound(&[row("so", "number", &[])]), &[]);
    assert_eq!(empty, Err(vec![("in".to_owned(), "empty")]));
    let much = "a".repeat(8000);
    let rows: Vec<InputRow> = (0..13).map(|at| row(&format!("d{at}"), "long_text", &[])).collect();
    let sent: Vec<(String, &str)> = (0..13).map(|at| (format!("in.d{at}"), much.as_str())).collect();
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(filled(&sound(&rows), &sent), Err(vec![("in".to_owned(), "too_much")]));
}

#[test]
fn rows_of_a_table_are_kept_without_the_empty_ones() {
    let definition = sound(&[
        row("ds", "table", &["required"]),
        column("ds", row("ten", "short_text", &["required"])),
        column("ds", row("so", "number", &["whole", "min 0"])),
    ]);
    let values = filled(
        &definition,
        &[("in.ds.0.ten", "A"), ("in.ds.2.ten", "B"), ("in.ds.2.so", "2")],
    )
    .unwrap();
    let cells = |cells: &[(&str, &str)]| -> BTreeMap<String, String> {
        cells.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    };
    let rows = Value::Rows(vec![cells(&[("ten", "A")]), cells(&[("ten", "B"), ("so", "2")])]);
    assert_eq!(values, [("ds".to_owned(), rows)].into());
    let wrong = filled(&definition, &[("in.ds.1.so", "x")]);
    let told = |name: &str, key| (name.to_owned(), key);
    assert_eq!(
        wrong,
        Err(vec![told("in.ds.1.ten", "needed"), told("in.ds.1.so", "no_number")])
    );
    assert_eq!(filled(&definition, &[]), Err(vec![told("in.ds", "needed")]));
    let beyond = filled(&definition, &[("in.ds.0.ten", "A"), ("in.ds.40.ten", "B")]);
    assert_eq!(beyond, Err(vec![told("in.ds", "too_many_rows")]));
}

#[test]
fn what_is_wrong_with_a_definition_is_told_at_its_row_and_cell() {
    let one = |row: InputRow| {
        problems(&[row])
            .into_iter()
            .map(|(_, cell, code)| (cell, code))
            .collect::<Vec<_>>()
    };
    let is = |cell: &str, code: &'static str| vec![(cell.to_owned(), code)];
    assert_eq!(one(row("Tên", "short_text", &[])), is("code", "input-code"));
    assert_eq!(one(row("1a", "short_text", &[])), is("code", "input-code"));
    assert_eq!(one(row("a", "text", &[])), is("kind", "input-kind"));
    assert_eq!(one(row("a", "number", &["least 3"])), is("rules.0", "input-rule"));
    assert_eq!(
        one(row("a", "number", &["whole", "min x"])),
        is("rules.1", "input-rule")
    );
    assert_eq!(one(row("a", "number", &["min 3", "max 2"])), is("rules", "input-range"));
    assert_eq!(
        one(row("a", "date", &["pattern phone"])),
        is("rules.0", "input-rule-kind")
    );
    assert_eq!(
        one(row("a", "date", &["from writer"])),
        is("rules.0", "input-rule-kind")
    );
    assert_eq!(
        one(row("a", "section", &["required"])),
        is("rules.0", "input-rule-kind")
    );
    assert_eq!(one(row("a", "date", &["not_before b"])), is("rules", "input-other-day"));
    assert_eq!(one(row("a", "date", &["not_before a"])), is("rules", "input-other-day"));
    assert_eq!(
        one(row("a", "date", &["required_when b = 1"])),
        is("rules", "input-when")
    );
    assert_eq!(one(row("a", "table", &[])), is("kind", "input-columns"));
    assert_eq!(one(column("b", row("a", "date", &[]))), is("within", "input-within"));
}

#[test]
fn options_and_rows_that_do_not_fit_each_other_are_told() {
    let told = |rows: &[InputRow]| problems(rows);
    let at = |row: usize, cell: &str, code: &'static str| (row, cell.to_owned(), code);
    let one = |row: InputRow| {
        let found = problems(&[row]).into_iter();
        found.map(|(_, cell, code)| (cell, code)).collect::<Vec<_>>()
    };
    let is = |cell: &str, code: &'static str| vec![(cell.to_owned(), code)];
    let mut choice = row("a", "choice", &[]);
    choice.options.truncate(1);
    assert_eq!(one(choice.clone()), is("options", "input-options"));
    choice.options.push("Đúng".to_owned());
    assert_eq!(one(choice), is("options.1", "input-option"));
    let mut date = row("a", "date", &[]);
    date.options = vec!["x".to_owned()];
    assert_eq!(one(date.clone()), is("options", "input-no-options"));
    (date.options, date.label) = (Vec::new(), " ".to_owned());
    assert_eq!(one(date), is("label", "input-label"));
    let when = [row("a", "yes_no", &[]), row("b", "date", &["required_when a = có"])];
    assert_eq!(told(&when), [at(1, "rules", "input-when")]);
    let twice = [row("a", "date", &[]), row("a", "date", &[])];
    assert_eq!(told(&twice), [at(1, "code", "input-twice")]);
    let nested = [row("a", "table", &[]), column("a", row("b", "table", &[]))];
    assert_eq!(
        told(&nested),
        [at(1, "within", "input-within"), at(0, "kind", "input-columns")]
    );
    let many: Vec<InputRow> = (0..=MOST_INPUTS)
        .map(|at| row(&format!("a{at}"), "date", &[]))
        .collect();
    assert_eq!(told(&many), [at(MOST_INPUTS, "", "input-too-many")]);
}

#[test]
fn hostile_definitions_and_values_never_break_anything() {
    for text in [
        "",
        " ",
        "=",
        "required_when",
        "required_when =",
        "min ",
        "from",
        "longest 99999999999999999999",
    ] {
        let rows = [row("a", "short_text", &[text])];
        assert_eq!(problems(&rows).len(), 1, "{text}");
    }
    let definition = sound(&[
        row("a", "long_text", &[]),
        row("so", "number", &[]),
        row("ngay", "date", &[]),
    ]);
    for typed in [
        "\u{0}",
        "-",
        "00000000000000000000000",
        "9e99",
        "+262142-12-31",
        "-1-1-1",
        "🙂",
    ] {
        let _either = filled(&definition, &[("in.a", typed), ("in.so", typed), ("in.ngay", typed)]);
    }
}
