//! Signs as they stand in real documents, and in every shape that people give them.

use super::{cited, key_of};
use crate::law::kind::ActKind;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn signs(text: &str) -> Vec<String> {
    cited(text).into_iter().map(|one| one.sign).collect()
}

/// A text, the one sign in it, what it is of, and the name that the text tells.
type Written = (&'static str, &'static str, ActKind, &'static str);
const WRITTEN: &[Written] = &[
    (
        "Nghị định số 61/2018/NĐ-CP ngày 23/4/2018",
        "61/2018/NĐ-CP",
        ActKind::Decree,
        "",
    ),
    (
        "Luật Hộ tịch 60/2014/QH13",
        "60/2014/QH13",
        ActKind::Law,
        "Luật Hộ tịch",
    ),
    (
        "Luật Hộ tịch số 60/2014/QH13;",
        "60/2014/QH13",
        ActKind::Law,
        "Luật Hộ tịch",
    ),
    ("Luật 62/2020/QH14", "62/2020/QH14", ActKind::Law, ""),
    (
        "Bộ luật Dân sự 91/2015/QH13",
        "91/2015/QH13",
        ActKind::Code,
        "Bộ luật Dân sự",
    ),
    (
        "Pháp lệnh Ưu đãi người có công số 02/2020/UBTVQH14",
        "02/2020/UBTVQH14",
        ActKind::Ordinance,
        "Pháp lệnh Ưu đãi người có công",
    ),
    ("Nghị quyết 66.7/2025/NQ-CP", "66.7/2025/NQ-CP", ActKind::Resolution, ""),
    ("Nghị quyết 190/2025/QH15", "190/2025/QH15", ActKind::Resolution, ""),
    ("Quyết định 24/2021/QĐ-TTg", "24/2021/QĐ-TTg", ActKind::Decision, ""),
    ("Quyết định 6375/QĐ-BQP", "6375/QĐ-BQP", ActKind::Decision, ""),
    (
        "Thông tư liên tịch 05/2015/TTLT-BTP-BCA-BYT",
        "05/2015/TTLT-BTP-BCA-BYT",
        ActKind::JointCircular,
        "",
    ),
    (
        "Nghị quyết liên tịch 01/2014/NQLT-CP-UBTƯMTTQVN",
        "01/2014/NQLT-CP-UBTƯMTTQVN",
        ActKind::JointResolution,
        "",
    ),
    ("TCVN ISO 9001:2015", "TCVN ISO 9001:2015", ActKind::Standard, ""),
    ("QCVN 01:2021/BXD", "QCVN 01:2021/BXD", ActKind::Standard, ""),
    (
        "Luật sửa đổi, bổ sung một số điều của Luật Hộ tịch số 12/2026/QH16",
        "12/2026/QH16",
        ActKind::Law,
        "Luật sửa đổi, bổ sung một số điều của Luật Hộ tịch",
    ),
];

#[test]
fn signs_are_found_in_the_sentences_that_offices_write() {
    for (text, sign, kind, name) in WRITTEN {
        let found = cited(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let one = &found[0];
        assert_eq!(
            (one.sign.as_str(), one.kind, one.name.as_str()),
            (*sign, *kind, *name),
            "{text}"
        );
    }
}

#[test]
fn spaces_dashes_marks_and_small_letters_do_not_matter() {
    for text in [
        "61/2018/NĐ-CP",
        "61/2018/ND-CP",
        "61/2018/nđ-cp",
        "61 / 2018 / NĐ - CP",
        "61/2018/NĐ–CP",
        "61/2018/\u{D0}-CP".replace('\u{D0}', "N\u{D0}").as_str(),
        "số 61/2018/NĐ-CP.",
        "(61/2018/NĐ-CP)",
        "61/2018/N\u{110}\u{2011}CP",
        "61/2018/NĐ",
        "\u{FEFF}61\u{A0}/2018/NĐ-CP",
        "Nghị định 61/2018",
        "NĐ số 61/2018",
    ] {
        assert_eq!(signs(text), ["61/2018/NĐ-CP"], "{text:?}");
        let decomposed: String = text.nfd().collect();
        assert_eq!(signs(&decomposed), ["61/2018/NĐ-CP"], "{text:?} decomposed");
    }
    let law: String = "Luật Hộ tịch 60/2014/QH13".nfd().collect();
    assert_eq!(cited(&law)[0].name, "Luật Hộ tịch");
    assert_eq!(signs("01/2014/nqlt-cp-ubtumttqvn"), ["01/2014/NQLT-CP-UBTƯMTTQVN"]);
    assert_eq!(signs("07/2021/TT-BLDTBXH"), ["07/2021/TT-BLĐTBXH"]);
}

#[test]
fn several_signs_in_one_text_are_told_apart_and_each_is_named_once() {
    let text = "Luật Hôn nhân và gia đình 52/2014/QH13, Luật Hộ tịch 60/2014/QH13; NĐ 123/2015/NĐ-CP, 123/2015/NĐ-CP";
    let found = cited(text);
    let named: Vec<_> = found.iter().map(|one| (one.sign.as_str(), one.name.as_str())).collect();
    assert_eq!(
        named,
        [
            ("52/2014/QH13", "Luật Hôn nhân và gia đình"),
            ("60/2014/QH13", "Luật Hộ tịch"),
            ("123/2015/NĐ-CP", "")
        ]
    );
}

#[test]
fn what_follows_a_sign_may_tell_its_year_and_day() {
    let one = |text: &str| cited(text).into_iter().next().unwrap();
    assert_eq!(one("Quyết định 296/QĐ-VPCP (2024)").year, Some(2024));
    let decided = one("Đồng Nai QĐ 2816/QĐ-UBND 20/11/2025 (25 → 23 ngày)");
    assert_eq!(
        (decided.year, decided.issuer().as_str()),
        (Some(2025), "Ủy ban nhân dân")
    );
    assert_eq!(decided.issued_on.unwrap().to_string(), "2025-11-20");
    let long = one("Quyết định số 2816/QĐ-UBND ngày 20 tháng 11 năm 2025 của Chủ tịch");
    assert_eq!(long.issued_on, decided.issued_on);
    let none = one("Quyết định 163/QĐ-BTP (công bố TTHC)");
    assert_eq!((none.year, none.issued_on), (None, None));
    assert_eq!(one("QĐ 1/QĐ-BTP 31/02/2025").issued_on, None);
}

#[test]
fn what_only_was_replaced_is_marked() {
    let found = cited("Nghị định 95/2023/NĐ-CP (thay NĐ 162/2017)");
    let marks: Vec<_> = found.iter().map(|one| (one.sign.as_str(), one.is_former)).collect();
    assert_eq!(marks, [("95/2023/NĐ-CP", false), ("162/2017/NĐ-CP", true)]);
}

#[test]
fn dates_fractions_and_plain_words_are_no_signs() {
    for text in [
        "",
        "Hiến pháp",
        "ngày 20/11/2025",
        "tháng 7/2026",
        "162/2017",
        "1/2 bản",
        "10/12 hồ sơ",
        "Điều 5 khoản 2",
        "60/2014/QH",
        "12/2024/TT",
        "12/2024/XX-YY",
        "http://x.vn/a/12/2024/qh",
        "TCVN ISO",
        "999999/2014/QH13",
        "60/20144/QH13",
        "60/1200/QH13",
        "QT 01/CX-HCTP",
    ] {
        assert_eq!(signs(text), Vec::<String>::new(), "{text:?}");
    }
    assert_eq!(signs("361/QĐ-BTP - Bộ trưởng"), ["361/QĐ-BTP"]);
}

#[test]
fn the_bodies_of_a_sign_are_named() {
    let issuer = |text: &str| cited(text)[0].issuer();
    assert_eq!(issuer("61/2018/NĐ-CP"), "Chính phủ");
    assert_eq!(issuer("60/2014/QH13"), "Quốc hội");
    assert_eq!(issuer("05/2015/TTLT-BTP-BCA-BYT"), "Bộ Tư pháp, Bộ Công an, Bộ Y tế");
    assert_eq!(issuer("02/2020/UBTVQH14"), "Ủy ban Thường vụ Quốc hội");
    assert_eq!(issuer("361/QĐ-XYZ"), "");
}

proptest! {
    #[test]
    fn any_text_is_read_without_breaking(text in "\\PC{0,80}") {
        let _ = cited(&text);
    }

    #[test]
    fn texts_that_look_like_signs_are_read_without_breaking(text in "[0-9/ .:()QHNĐDTCPngày-]{0,40}") {
        for one in cited(&text) {
            // What was read is read again as itself.
            let again = cited(&one.sign);
            prop_assert_eq!(again.len(), 1, "{}", one.sign);
            prop_assert_eq!(&again[0].key, &one.key);
            prop_assert_eq!(key_of(&one.sign), one.key);
        }
    }

    #[test]
    fn a_sign_in_any_shape_has_one_key(number in 1_u32..9999, year in 1945_i32..2100, spaced: bool, small: bool, marked: bool) {
        let kind = if marked { "NĐ" } else { "ND" };
        let gap = if spaced { " " } else { "" };
        let mut sign = format!("{number}{gap}/{gap}{year}{gap}/{gap}{kind}-CP");
        if small {
            sign = sign.to_lowercase();
        }
        let found = cited(&format!("căn cứ Nghị định số {sign} của Chính phủ"));
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&found[0].sign, &format!("{number}/{year}/NĐ-CP"));
    }
}
