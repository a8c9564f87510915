//! What a file says is what a document holds, and every problem is told at its line and column.

use proptest::prelude::*;

use super::source::*;
use super::*;

const GOOD: &str = r#"+++
code = "QT.HT.01"
kind = "work_procedure"
title = "Đăng ký khai sinh"
field = "Hộ tịch"

[[tthc]]
code = "1.001193"
name = "Đăng ký khai sinh"

[[durations]]
code = "thuong"
name = "Thông thường"
limit = "1 working_day"

[[dossier]]
name = "Tờ khai"
mode = "submit"
originals = 1
copies = 0
form = "BM.HT.01.01"

[[forms]]
code = "BM.HT.01.01"
name = "Tờ khai đăng ký khai sinh"

[[steps]]
code = "B1"
name = "Tiếp nhận"
roles = ["motcua"]
time = "0.5 working_day"
next = [{ outcome = "Hợp lệ", to = "B2" }, { outcome = "Từ chối", to = "END-REFUSED" }]

[[steps]]
code = "B2"
name = "Ký"
roles = ["ldubnd"]
time = "0.5 working_day"
different_from = ["B1"]
+++
# Body
"#;

fn catalogue() -> RoleCatalogue {
    let (roles, faults) = parse_roles(
        "[[roles]]\ncode = \"motcua\"\nname = \"Một cửa\"\n\n[[roles]]\ncode = \"ldubnd\"\nname = \"Lãnh đạo\"\n",
    );
    assert_eq!(faults, []);
    roles
}

/// (code, line, column) of every problem.
fn found(text: &str) -> Vec<(String, usize, usize)> {
    let faults = check(text, Some(&catalogue()));
    faults
        .into_iter()
        .map(|fault| (fault.code, fault.line, fault.column))
        .collect()
}

/// The problems after one replacement in the good file.
fn changed(old: &str, new: &str) -> Vec<(String, usize, usize)> {
    assert!(GOOD.contains(old), "{old}");
    found(&GOOD.replacen(old, new, 1))
}

fn one(code: &str, line: usize, column: usize) -> Vec<(String, usize, usize)> {
    vec![(code.to_owned(), line, column)]
}

#[test]
fn a_good_file_has_no_problem_and_is_canonical() {
    assert_eq!(found(GOOD), []);
    let parsed = parse(GOOD);
    let document = parsed.document.unwrap();
    assert_eq!(document.body, "# Body\n");
    assert_eq!(parsed.body_line, 41);
    assert_eq!(parsed.table.steps.len(), 2);
    assert_eq!(write(&document), GOOD);
}

#[test]
fn tells_what_is_no_front_matter() {
    assert_eq!(found(""), one("no-front-matter", 1, 1));
    assert_eq!(found("# Only Markdown\n+++\n"), one("no-front-matter", 1, 1));
    assert_eq!(found("+++\ncode = \"A\"\n"), one("open-front-matter", 1, 1));
}

#[test]
fn tells_where_toml_breaks() {
    assert_eq!(changed("code = \"QT.HT.01\"", "code = QT.HT.01 x"), one("syntax", 2, 8));
    assert_eq!(changed("title = ", "code = \"B\"\ntitle = "), one("syntax", 4, 1));
}

#[test]
fn tells_every_unknown_key_at_the_key() {
    assert_eq!(
        changed("field = ", "  linh_vuc = \"x\"\nfield = "),
        one("unknown-key", 5, 3)
    );
    assert_eq!(
        changed("limit = \"1 working_day\"", "limit = \"1 working_day\"\ncase = 1"),
        one("unknown-key", 15, 1)
    );
    assert_eq!(
        changed("outcome = \"Hợp lệ\", ", "outcome = \"Hợp lệ\", when = \"x\", "),
        one("unknown-key", 32, 31)
    );
}

#[test]
fn tells_what_is_missing() {
    assert_eq!(changed("code = \"QT.HT.01\"\n", ""), one("missing-field", 1, 1));
    assert_eq!(changed("kind = \"work_procedure\"\n", ""), one("missing-field", 1, 1));
    assert_eq!(
        changed("title = \"Đăng ký khai sinh\"", "title = \" \""),
        one("missing-field", 1, 1)
    );
    assert_eq!(changed("field = \"Hộ tịch\"\n", ""), one("missing-field", 1, 1));
    assert_eq!(changed("name = \"Tờ khai\"\n", ""), one("missing-field", 16, 1));
    let without_target = changed("to = \"B2\"", "to = \"\"");
    assert_eq!(without_target.first(), Some(&("missing-field".to_owned(), 32, 9)));
}

#[test]
fn tells_wrong_types_and_values() {
    assert_eq!(
        changed("title = \"Đăng ký khai sinh\"", "title = 5"),
        one("bad-type", 4, 9)
    );
    assert_eq!(changed("originals = 1", "originals = \"1\""), one("bad-type", 19, 13));
    assert_eq!(changed("originals = 1", "originals = -1"), one("bad-value", 19, 13));
    assert_eq!(
        changed("roles = [\"motcua\"]", "roles = [\"motcua\", true]"),
        one("bad-type", 30, 20)
    );
    assert_eq!(
        changed("kind = \"work_procedure\"", "kind = \"poem\""),
        one("bad-value", 3, 8)
    );
    assert_eq!(changed("mode = \"submit\"", "mode = \"nop\""), one("bad-value", 18, 8));
    assert_eq!(
        changed("field = ", "unverified = [\"fee\", \"time\"]\nfield = "),
        one("bad-value", 5, 22)
    );
    assert_eq!(
        changed("different_from", "clock = \"stopped\"\ndifferent_from"),
        one("bad-value", 39, 9)
    );
    assert_eq!(
        changed("different_from", "parallel = \"P1\"\ndifferent_from"),
        one("bad-value", 39, 12)
    );
    assert_eq!(
        changed("\n[[dossier]]", "same_day_cutoff = \"25:00\"\n\n[[dossier]]"),
        one("bad-value", 15, 19)
    );
    assert_eq!(
        changed("\n[[steps]]", "file = \"sha256:AB\"\n\n[[steps]]"),
        one("bad-value", 26, 8)
    );
}

#[test]
fn tells_bad_times() {
    assert_eq!(
        changed("limit = \"1 working_day\"", "limit = \"1 ngày\""),
        one("bad-time", 14, 9)
    );
    assert_eq!(
        changed("time = \"0.5 working_day\"", "time = \"0,5 working_day\""),
        one("bad-time", 31, 8)
    );
    assert_eq!(
        changed("time = \"0.5 working_day\"", "time = { thuong = \"½ working_day\" }"),
        one("bad-time", 31, 19)
    );
}

#[test]
fn tells_names_that_name_nothing() {
    assert_eq!(
        changed("roles = [\"motcua\"]", "roles = [\"motcua\", \"sở\"]"),
        one("unknown-role", 30, 20)
    );
    assert_eq!(
        changed("form = \"BM.HT.01.01\"", "form = \"BM.HT.01.02\""),
        one("unknown-form", 21, 8)
    );
    assert_eq!(
        changed("different_from", "forms = [\"BM.X\"]\ndifferent_from"),
        one("unknown-form", 39, 10)
    );
    let again = "[[forms]]\ncode = \"BM.HT.01.01\"\nname = \"Again\"\n\n[[steps]]";
    assert_eq!(changed("[[steps]]", again), one("duplicate-code", 28, 8));
}

#[test]
fn shows_problems_of_the_steps_at_their_cell() {
    assert_eq!(changed("to = \"B2\"", "to = \"B9\""), one("unknown-target", 32, 8));
    assert_eq!(
        changed("different_from = [\"B1\"]", "different_from = [\"B7\"]"),
        one("different-from-unknown", 39, 18)
    );
    assert_eq!(changed("roles = [\"ldubnd\"]\n", ""), one("step-without-role", 34, 1));
    assert_eq!(
        changed("limit = \"1 working_day\"", "limit = \"0.5 working_day\""),
        one("time-exceeds-limit", 14, 9)
    );
    assert_eq!(
        changed("time = \"0.5 working_day\"", "time = \"A\""),
        one("shared-time-unknown", 31, 8)
    );
    assert_eq!(
        changed("code = \"B2\"", "code = \"B1\"").first().map(|fault| fault.1),
        Some(32)
    );
}

#[test]
fn tells_a_code_of_two_files_at_the_later() {
    let other = GOOD.replace("QT.HT.01", "QT.HT.02");
    let faults = check_all(&[GOOD, &other, GOOD], None);
    let places: Vec<_> = faults
        .iter()
        .map(|(file, fault)| (*file, fault.code.as_str(), fault.line, fault.column))
        .collect();
    assert_eq!(places, [(2, "duplicate-document", 2, 8)]);
}

#[test]
fn reads_windows_line_ends_and_a_byte_order_mark() {
    let text = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(found(&text), []);
    assert_eq!(parse(&text).document.unwrap().body, "# Body\r\n");
}

#[test]
fn a_problem_does_not_hide_the_rest() {
    let text = GOOD
        .replace("mode = \"submit\"", "mode = 3")
        .replace("title = ", "titel = ");
    let parsed = parse(&text);
    assert_eq!(parsed.problems.len(), 3);
    assert_eq!(parsed.document.unwrap().steps.len(), 2);
}

#[test]
fn keeps_the_order_of_duration_cases() {
    let text = GOOD.replacen(
        "time = \"0.5 working_day\"",
        "time = { z = \"A\", a = \"1 clock_hour\" }",
        1,
    );
    let document = parse(&text).document.unwrap();
    let expected = vec![
        ("z".to_owned(), "A".to_owned()),
        ("a".to_owned(), "1 clock_hour".to_owned()),
    ];
    assert_eq!(document.steps[0].time, StepTimes::ByDuration(expected));
}

#[test]
fn a_front_matter_text_cannot_end_the_front_matter() {
    let document = Source {
        fee: "a\n+++\nb".to_owned(),
        title: "c\r\n\"\"\"\\".to_owned(),
        ..Source::default()
    };
    assert_eq!(parse(&write(&document)).document, Some(document));
}

#[test]
fn reads_and_writes_the_catalogue() {
    let text = "[[roles]]\ncode = \"a\"\nname = \"A\"\nexternal = true\n\n[[roles]]\ncode = \"a\"\nname = \"B\"\nexternal = false\ncolour = 1\n";
    let (roles, faults) = parse_roles(text);
    let places: Vec<_> = faults
        .iter()
        .map(|fault| (fault.code.as_str(), fault.line, fault.column))
        .collect();
    assert_eq!(places, [("duplicate-code", 7, 8), ("unknown-key", 10, 1)]);
    assert_eq!(write_roles(&roles), text.replace("colour = 1\n", ""));
    assert!(roles.find("a").is_some_and(|role| role.external));
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-zA-ZđĐếộ \"\\\\'#=,.]{0,12}", 1 => "\\PC{0,8}", 1 => "[a+\\r\\n\\t\\x00\\x7f]{0,10}", 1 => Just("+++\n+++".to_owned())]
}

fn list() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(words(), 0..4)
}

prop_compose! {
    fn steps()(code in words(), name in words(), roles in list(), counted: bool, optional: bool, paused: bool,
        (time, next) in (times(), prop::collection::vec((words(), words()), 0..3)),
        (different_from, same_as, forms, outputs) in (list(), list(), list(), list()),
        (parallel, note) in (words(), words()), max_times in prop::option::of(any::<u32>())) -> StepRow {
        let next = next.into_iter().map(|(outcome, to)| NextRow { outcome, to }).collect();
        StepRow { code, name, roles, time, counted, next, optional, parallel, paused, different_from, same_as, max_times, forms, outputs, note }
    }
}

fn times() -> impl Strategy<Value = StepTimes> {
    prop_oneof![
        Just(StepTimes::Unstated),
        words().prop_map(StepTimes::Same),
        prop::collection::btree_map(words(), words(), 0..3)
            .prop_map(|map| StepTimes::ByDuration(map.into_iter().collect())),
    ]
}

prop_compose! {
    fn documents()(code in words(), title in words(), fee in words(), body in "\\PC{0,20}|[a+\\n]{0,12}",
        (unverified, sources, legal_basis) in (list(), list(), list()),
        (sets, review_months) in (prop::option::of(any::<u32>()), prop::option::of(any::<u32>())),
        kind in prop::sample::select(Kind::ALL), mode in prop::sample::select(Mode::ALL),
        rows in prop::collection::vec((words(), words(), words(), words(), words()), 0..3),
        steps in prop::collection::vec(steps(), 0..4)) -> Source {
        let tthc = rows.iter().cloned().map(|(code, name, ..)| Tthc { code, name }).collect();
        let durations = rows.iter().cloned().map(|(code, name, limit, note, same_day_cutoff)| DurationRow { code, name, limit, note, same_day_cutoff }).collect();
        let shared_times = rows.iter().cloned().map(|(code, limit, ..)| SharedTimeRow { code, limit }).collect();
        let dossier = rows.iter().cloned().map(|(name, form, condition, ..)| DossierItem { name, mode, originals: 1, copies: 2, form, condition }).collect();
        let forms = rows.iter().cloned().map(|(code, name, file, file_name, _)| FormRow { code, name, file, file_name }).collect();
        let records = rows.into_iter().map(|(name, place, retention, ..)| RecordRow { name, place, retention }).collect();
        Source { code, kind, title, fee, body, unverified, sources, legal_basis, sets, review_months, tthc, durations, shared_times, dossier, forms, records, steps, ..Source::default() }
    }
}

proptest! {
    #[test]
    fn writing_and_reading_gives_the_same_document(document in documents()) {
        let text = write(&document);
        let parsed = parse(&text);
        prop_assert_eq!(parsed.document.as_ref(), Some(&document), "{}", text);
        prop_assert_eq!(write(&document), text);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC*|[+\\[\\]a=\"{}\\n .1]{0,60}", front in "[\\[\\]a-z=\"{},\\n .0-9#']{0,80}") {
        check(&text, Some(&catalogue()));
        check(&format!("+++\n{front}\n+++\n{text}"), Some(&catalogue()));
        parse_roles(&front);
    }

    #[test]
    fn a_broken_file_is_read_without_panic(cut in 0..GOOD.len(), until in 0..GOOD.len(), put in "\\PC{0,6}") {
        let (from, to) = (cut.min(until), cut.max(until));
        if let (Some(head), Some(tail)) = (GOOD.get(..from), GOOD.get(to..)) {
            for fault in check(&format!("{head}{put}{tail}"), Some(&catalogue())) {
                prop_assert!(fault.line >= 1 && fault.column >= 1);
            }
        }
    }
}
