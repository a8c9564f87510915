//! Files that are no Word files, too large, damaged or meant to harm.

use super::round::{library, paper};
use super::{TYPES, file, p, recognised, roles};
use crate::docx::{DocxFault, Known, read, recognise};
use crate::zip::{self, ZipFault};
use proptest::prelude::*;
use std::sync::LazyLock;

fn told(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().code()
}

fn ole(text: &str) -> Vec<u8> {
    let wide = text.bytes().flat_map(|byte| [byte, 0]);
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        .iter()
        .copied()
        .chain([0; 100])
        .chain(wide)
        .collect()
}

#[test]
fn files_of_other_programs_are_told_by_name() {
    assert_eq!(read(&ole("WordDocument")).unwrap_err(), DocxFault::OldWord);
    assert_eq!(read(&ole("EncryptedPackage")).unwrap_err(), DocxFault::Encrypted);
    assert_eq!(read(b"{\\rtf1 x").unwrap_err(), DocxFault::Other("RTF"));
    assert_eq!(read(b"%PDF-1.7").unwrap_err(), DocxFault::Other("PDF"));
    let odt = zip::write(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "<x/>"),
    ])
    .unwrap();
    assert_eq!(read(&odt).unwrap_err(), DocxFault::Other("OpenDocument"));
    let xlsx = zip::write(&[("xl/workbook.xml", "<x/>")]).unwrap();
    assert_eq!(read(&xlsx).unwrap_err(), DocxFault::Other("Excel"));
    let macros = zip::write(&[("[Content_Types].xml", TYPES), ("word/vbaProject.bin", "x")]).unwrap();
    assert_eq!(read(&macros).unwrap_err(), DocxFault::Macros);
}

#[test]
fn what_is_no_archive_or_has_no_text_says_so() {
    assert_eq!(told(b""), "zip-not-zip");
    assert_eq!(told(b"xin chao"), "zip-not-zip");
    assert_eq!(told(&zip::write(&[("a", "b")]).unwrap()), "no-text");
    let other = TYPES.replace("wordprocessingml.document.main", "presentationml.presentation.main");
    assert_eq!(
        told(&zip::write(&[("[Content_Types].xml", other.as_str())]).unwrap()),
        "no-text"
    );
    let whole = file(&p("x"), &[]);
    assert_eq!(told(&whole[..whole.len() / 2]), "zip-not-zip");
}

#[test]
fn bombs_and_entities_are_refused() {
    let entity = file("", &[]);
    assert!(read(&entity).is_ok());
    let bad = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'>]><w:document><w:body/></w:document>";
    let bad = zip::write(&[("[Content_Types].xml", TYPES), ("word/document.xml", bad)]).unwrap();
    assert_eq!(told(&bad), "xml-doctype");
    let large = format!("<w:document><w:body>{}</w:body></w:document>", " ".repeat(40 << 20));
    let bomb = zip::write(&[("[Content_Types].xml", TYPES), ("word/document.xml", &large)]).unwrap();
    assert!(bomb.len() < 100_000);
    assert!(matches!(
        read(&bomb).unwrap_err(),
        DocxFault::Zip(ZipFault::TooLarge { .. })
    ));
    let deep = format!("{}{}", "<w:sdt>".repeat(500), "</w:sdt>".repeat(500));
    assert_eq!(told(&file(&deep, &[])), "xml-too-deep");
    // Each a little different, or the archive would be refused for its ratio first.
    let many: String = (0..70_000)
        .map(|n| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", n * 7_919 % 100_003))
        .collect();
    assert_eq!(told(&file(&many, &[])), "too-much");
}

#[test]
fn strange_numbers_in_a_table_do_no_harm() {
    let cell = |properties: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p("1"));
    let body = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}</w:tr></w:tbl>",
        cell("<w:gridSpan w:val=\"99999999999999999999\"/>"),
        cell("<w:gridSpan w:val=\"4000000000\"/>"),
        cell("<w:vMerge/>")
    );
    assert!(recognised(&file(&body, &[])).source.steps.is_empty());
}

/// A file of our own, unpacked: its parts can be changed inside.
static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let (_, source) = library()
        .into_iter()
        .find(|(name, _)| name.starts_with("qt-ht-05"))
        .unwrap();
    let bytes = paper(&source);
    let limits = zip::Limits {
        files: 20,
        file: 1 << 22,
        all: 1 << 24,
    };
    let mut archive = zip::Archive::open(&bytes, limits).unwrap();
    let names: Vec<String> = archive.names().map(ToOwned::to_owned).collect();
    names
        .into_iter()
        .map(|name| (name.clone(), archive.read(&name).unwrap().unwrap()))
        .collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_changed_file_is_read_or_refused_and_never_stops_the_program(
        part: prop::sample::Index,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, any::<prop::sample::Index>()), 1..8),
    ) {
        let mut parts = PARTS.clone();
        let at = part.index(parts.len());
        let bytes = &mut parts[at].1;
        // Pieces between tags change their places, so that the file often stays well-formed.
        for (from, length, to) in cuts {
            let from = from.index(bytes.len());
            let piece: Vec<u8> = bytes.iter().skip(from).take(length).copied().collect();
            let to = to.index(bytes.len());
            bytes.splice(to..to, piece);
        }
        if let Ok(word) = read(&zip::write(&parts).unwrap()) {
            let roles = roles();
            recognise(&word, &Known { file_name: "x.docx", roles: &roles });
        }
    }

    #[test]
    fn tables_of_any_shape_are_recognised_or_kept(rows in prop::collection::vec(
        prop::collection::vec((0_usize..5, prop::sample::select(vec![
            "TT", "Trình tự", "Trách nhiệm", "Thời gian", "5.2", "5.7", "Thành phần hồ sơ", "Bản chính", "Quy trình xử lý", "B1", "1",
            "Nếu không đạt trả lại bước 1", "½ ngày", "", "x", "Kế toán",
        ]), prop::bool::ANY), 0..6), 0..7))
    {
        let cell = |(span, text, merged): &(usize, &str, bool)| {
            let merge = if *merged { "<w:vMerge/>" } else { "<w:vMerge w:val=\"restart\"/>" };
            format!("<w:tc><w:tcPr><w:gridSpan w:val=\"{span}\"/>{merge}</w:tcPr>{}</w:tc>", p(text))
        };
        let row = |cells: &Vec<(usize, &str, bool)>| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
        let body = format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>());
        recognised(&file(&body, &[]));
    }
}
