//! What the comparison tells, and that it loses nothing.

use super::*;
use crate::procedures::{NextRow, Source, StepRow, StepTimes};

fn step(code: &str, name: &str) -> StepRow {
    StepRow {
        code: code.into(),
        name: name.into(),
        roles: vec!["motcua".into()],
        ..StepRow::default()
    }
}

fn source(steps: Vec<StepRow>) -> Source {
    Source {
        code: "QT.01".into(),
        title: "Khai sinh".into(),
        steps,
        ..Source::default()
    }
}

fn base() -> Source {
    source(vec![
        step("B1", "Tiếp nhận"),
        step("B2", "Thẩm tra"),
        step("B3", "Ký duyệt"),
        step("B4", "Trả kết quả"),
    ])
}

fn told(old: &Source, new: &Source) -> Vec<(String, &'static str, String)> {
    difference(old, new)
        .into_iter()
        .map(|change| (format!("{} {}", change.part, change.kind), change.field, change.row))
        .collect()
}

#[test]
fn the_same_document_has_no_difference() {
    assert_eq!(difference(&base(), &base()), []);
    assert_eq!(prose("một\nhai\n", "một\nhai\n"), []);
}

#[test]
fn a_step_put_between_is_added_and_the_way_to_it_changed() {
    let mut new = base();
    new.steps.insert(2, step("B2a", "Xác minh"));
    assert_eq!(
        told(&base(), &new),
        [
            ("steps changed".into(), "next", "B2".into()),
            ("steps added".into(), "", "B2a".into())
        ]
    );
}

#[test]
fn one_step_that_changes_its_place_is_moved_and_not_the_others() {
    let mut new = base();
    let moved = new.steps.remove(0);
    new.steps.insert(3, moved);
    let moves: Vec<_> = difference(&base(), &new)
        .into_iter()
        .filter(|one| one.kind == ChangeKind::Moved)
        .collect();
    assert_eq!(moves.len(), 1, "{moves:?}");
    assert_eq!(
        (moves[0].row.as_str(), moves[0].after.as_slice()),
        ("B1", ["B4".to_owned()].as_slice())
    );
}

#[test]
fn time_role_name_and_way_of_a_step_are_told_with_before_and_after() {
    let mut new = base();
    let b2 = &mut new.steps[1];
    b2.time = StepTimes::Same("2 working_day".into());
    b2.roles = vec!["tphth".into(), "vp".into()];
    b2.name = "Thẩm định".into();
    b2.next = vec![
        NextRow {
            outcome: "Đạt".into(),
            to: "B3".into(),
        },
        NextRow {
            outcome: "Không đạt".into(),
            to: "END-REFUSED".into(),
        },
    ];
    let changes = difference(&base(), &new);
    let fields: Vec<&str> = changes.iter().map(|change| change.field).collect();
    assert_eq!(fields, ["name", "roles", "time", "next"]);
    assert_eq!(changes[1].after, ["tphth", "vp"]);
    assert_eq!(
        (changes[3].before.clone(), changes[3].after[1].as_str()),
        (vec!["B3".to_owned()], "Không đạt → END-REFUSED")
    );
}

#[test]
fn a_step_with_a_new_code_and_its_old_name_is_renumbered_and_not_replaced() {
    let mut new = base();
    new.steps[2].code = "B3b".into();
    assert_eq!(told(&base(), &new), [("steps changed".into(), "code", "B3b".into())]);
}

#[test]
fn lists_tell_only_what_came_and_went() {
    let old = Source {
        legal_basis: vec!["Luật A".into(), "Luật B".into()],
        ..base()
    };
    let new = Source {
        legal_basis: vec!["Luật B".into(), "Luật C".into()],
        fee: "8.000 đ".into(),
        ..base()
    };
    let changes = difference(&old, &new);
    assert_eq!(changes.len(), 2);
    assert_eq!((changes[0].field, changes[0].after[0].as_str()), ("fee", "8.000 đ"));
    assert_eq!(
        (changes[1].before.as_slice(), changes[1].after.as_slice()),
        (["Luật A".to_owned()].as_slice(), ["Luật C".to_owned()].as_slice())
    );
}

#[test]
fn rewritten_lines_are_compared_word_by_word() {
    let pieces = prose("Trả trong ngày.\n", "Trả trong hai ngày.\n");
    assert!(
        pieces
            .iter()
            .any(|piece| piece.tag == Tag::Added && piece.text.trim() == "hai"),
        "{pieces:?}"
    );
    assert!(pieces.iter().all(|piece| piece.tag != Tag::Removed), "{pieces:?}");
}

#[test]
fn both_texts_can_be_read_back_from_the_pieces_when_nothing_is_left_out() {
    let (old, new) = ("a b\nc\nd đ\n", "a x\nc\nmới\nd đ e\n");
    let read = |without: Tag| -> String {
        prose(old, new)
            .iter()
            .filter(|piece| piece.tag != without)
            .map(|piece| piece.text.as_str())
            .collect()
    };
    assert_eq!((read(Tag::Added).as_str(), read(Tag::Removed).as_str()), (old, new));
}

#[test]
fn far_lines_become_a_gap_that_counts_them() {
    let lines: String = (0..40).map(|line| format!("dòng {line}\n")).collect();
    let pieces = prose(&lines, &lines.replace("dòng 20\n", "dòng hai mươi\n"));
    let gaps: Vec<&str> = pieces
        .iter()
        .filter(|one| one.tag == Tag::Gap)
        .map(|one| one.text.as_str())
        .collect();
    assert_eq!(gaps, ["18", "17"]);
}

#[test]
fn two_long_texts_without_a_common_word_are_compared_in_bounded_time() {
    let text = |prefix: &str| -> String { (0..60_000).map(|word| format!("{prefix}{word} ")).collect() };
    assert!(!prose(&text("a"), &text("b")).is_empty());
}
