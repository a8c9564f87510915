//! Papers: the same bytes again, text as it was, nothing that a text could do to its paper.

use super::paper::Face;
use super::picture::{Picture, Shape};
use super::*;
use std::process::{Command, Stdio};

fn paper(blocks: Vec<Block>) -> Paper {
    Paper {
        title: "Thử".to_owned(),
        author: "UBND xã Thử".to_owned(),
        parts: vec![Part {
            title: "Thử".to_owned(),
            running: Running {
                left: "UBND xã Thử".to_owned(),
                right: "QT.01 · Trang {page}/{pages}".to_owned(),
                foot: vec!["BẢN KIỂM SOÁT SỐ 1".to_owned()],
                seals: Vec::new(),
                qr: Some("https://iso.example/c/0123456789abcdefghjkmnpqrs".to_owned()),
                mark: Some("DỰ THẢO".to_owned()),
            },
            blocks,
            is_lying: false,
        }],
        ..Paper::default()
    }
}

/// Runs a tool on a file; none where the machine does not have it (`tests/run` installs both).
fn tool(name: &str, args: &[&str], bytes: &[u8]) -> Option<(bool, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, bytes).unwrap();
    let args = args.iter().map(|arg| match *arg {
        "FILE" => path.to_str().unwrap(),
        other => other,
    });
    let done = Command::new(name).args(args).stdin(Stdio::null()).output().ok()?;
    Some((
        done.status.success(),
        String::from_utf8_lossy(&done.stdout).into_owned(),
    ))
}

/// What a reader takes out of the file, blanks made one.
fn text_of(bytes: &[u8]) -> Option<String> {
    let (_, text) = tool("pdftotext", &["-raw", "FILE", "-"], bytes)?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn is_sound(bytes: &[u8]) {
    if let Some((sound, said)) = tool("qpdf", &["--check", "FILE"], bytes) {
        assert!(sound, "{said}");
    }
}

const VIETNAMESE: &str = "Ắ Ằ Ẳ Ẵ Ặ Ấ Ầ Ẩ Ẫ Ậ Ế Ề Ể Ễ Ệ Ố Ồ Ổ Ỗ Ộ Ớ Ờ Ở Ỡ Ợ Ứ Ừ Ử Ữ Ự Ỳ Ỵ Ỷ Ỹ Đ ắ ằ ẳ ẵ ặ ấ ầ ẩ ẫ ậ ế ề ể \
    ễ ệ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự ỳ ỵ ỷ ỹ đ ₫ – “ ” …";

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let one = paper(markdown(
        "# Một\n\nĐoạn *nghiêng* và **đậm**.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    ));
    let first = print(&one).unwrap();
    assert_eq!(first.pages, 1);
    assert_eq!(first.bytes, print(&one).unwrap().bytes);
    let other = paper(markdown("# Hai\n"));
    assert_ne!(first.bytes, print(&other).unwrap().bytes);
}

#[test]
fn vietnamese_comes_out_of_the_file_as_it_went_in_composed_or_not() {
    use unicode_normalization::UnicodeNormalization;
    let apart: String = VIETNAMESE.nfd().collect();
    for text in [VIETNAMESE, &apart] {
        for face in [Face::Plain, Face::Bold, Face::Italic, Face::BoldItalic] {
            let printed = print(&paper(vec![Block::Paragraph(Paragraph::of(text, face))])).unwrap();
            assert_eq!(printed.missing, Vec::<char>::new());
            is_sound(&printed.bytes);
            if let Some(found) = text_of(&printed.bytes) {
                assert!(found.contains(&VIETNAMESE.replace("    ", "")), "{found}");
            }
        }
    }
}

#[test]
fn it_says_that_it_is_for_archives_tagged_and_in_vietnamese() {
    let printed = print(&paper(markdown("# Một\n\nĐoạn.\n"))).unwrap();
    let raw = String::from_utf8_lossy(&printed.bytes).into_owned();
    assert!(printed.bytes.starts_with(b"%PDF-1.7"));
    assert!(raw.contains("<pdfaid:part>2</pdfaid:part>") && raw.contains("<pdfaid:conformance>A</pdfaid:conformance>"));
    if let Some((_, about)) = tool("pdfinfo", &["FILE"], &printed.bytes) {
        assert!(about.contains("Tagged:          yes"), "{about}");
        assert!(about.contains("JavaScript:      no"), "{about}");
    }
    if let Some((_, fonts)) = tool("pdffonts", &["FILE"], &printed.bytes) {
        let fonts: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(
            !fonts.is_empty()
                && fonts
                    .iter()
                    .all(|font| font.contains("Tinos") && font.contains("yes yes yes"))
        );
    }
}

#[test]
fn no_text_becomes_anything_but_text() {
    for attack in [
        "#import \"/etc/passwd\" $x$ \\ @ref \\input{x}",
        "<script>alert(1)</script> <!ENTITY x SYSTEM \"file:///etc/passwd\">",
        ") Tj ET endstream endobj /JS (app.alert(1)) /Launch",
        "%PDF-1.4 xref trailer %%EOF",
        "\u{202e}ngược\u{0}\u{7}\u{feff}\u{200b}",
        "中文 ไทย 👍 \u{e000} \u{fffe}",
        "![ảnh](file:///etc/passwd) [x](javascript:alert(1))",
    ] {
        let printed = print(&paper(markdown(attack))).unwrap();
        is_sound(&printed.bytes);
        if let Some((_, about)) = tool("pdfinfo", &["FILE"], &printed.bytes) {
            assert!(about.contains("JavaScript:      no"), "{about}");
        }
        let plain: String = attack.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        if let Some(found) = text_of(&printed.bytes) {
            let found: String = found.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
            assert!(found.contains(&plain), "{attack}: {found}");
        }
    }
}

#[test]
fn characters_without_a_letter_are_told_and_stand_as_boxes() {
    let printed = print(&paper(vec![Block::Paragraph(Paragraph::of("a 中 b", Face::Plain))])).unwrap();
    assert_eq!(printed.missing, ['中']);
    if let Some(text) = text_of(&printed.bytes) {
        assert!(text.contains("a □ b"), "{text}");
    }
}

#[test]
fn deep_and_long_texts_end_with_a_page_or_a_refusal() {
    let deep = "> ".repeat(20_000) + "a";
    assert_eq!(print(&paper(markdown(&deep))).unwrap().pages, 1);
    let lists: String = (0..400).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect();
    assert!(print(&paper(markdown(&lists))).is_ok());
    let stars = "*".repeat(100_000) + &"[".repeat(50_000);
    assert!(print(&paper(markdown(&stars))).is_ok());
    let word = "ă".repeat(30_000);
    assert!(print(&paper(markdown(&word))).unwrap().pages > 3);
    let long = "a\n\n".repeat(300_000);
    assert_eq!(
        print(&paper(markdown(&long))),
        Err(PrintError::TooLong(flow::MOST_PAGES))
    );
}

#[test]
fn a_head_is_repeated_on_every_page_of_its_table() {
    let rows: String = (1..=120).map(|row| format!("| {row} | việc thứ {row} |\n")).collect();
    let printed = print(&paper(markdown(&format!(
        "| TT | Nội dung công việc |\n|---|---|\n{rows}"
    ))))
    .unwrap();
    assert!(printed.pages >= 3);
    if let Some(text) = text_of(&printed.bytes) {
        assert_eq!(text.matches("Nội dung công việc").count(), printed.pages);
        assert!((1..=120).all(|row| text.contains(&format!("việc thứ {row}"))));
        let last = format!("Trang {0}/{0}", printed.pages);
        assert!(text.contains("Trang 1/") && text.contains(&last), "{last}");
    }
}

#[test]
fn a_row_taller_than_a_page_and_a_head_that_fills_one_go_on() {
    let long = "chữ ".repeat(6_000);
    for text in [
        format!("| a | b |\n|---|---|\n| {long} | ngắn |\n"),
        format!("| {long} | b |\n|---|---|\n| a | ngắn |\n"),
    ] {
        let printed = print(&paper(markdown(&text))).unwrap();
        assert!((3..60).contains(&printed.pages), "{}", printed.pages);
        if let Some(found) = text_of(&printed.bytes) {
            assert_eq!(found.matches("chữ").count(), 6_000);
        }
    }
}

#[test]
fn a_contents_table_names_the_page_of_each_part() {
    let mut paper = paper(markdown("# Một\n\nĐoạn.\n"));
    let part = paper.parts.remove(0);
    paper.parts = (1..=90)
        .map(|number| Part {
            title: format!("Tài liệu {number}"),
            ..part.clone()
        })
        .collect();
    paper.contents = Some(Contents {
        name: "Tài liệu".to_owned(),
        page: "Trang".to_owned(),
        ..Contents::default()
    });
    let printed = print(&paper).unwrap();
    let front = printed.pages - 90;
    assert!(front >= 2);
    if let Some(text) = text_of(&printed.bytes) {
        assert!(text.contains(&format!("Tài liệu 1 {}", front + 1)), "{text}");
        assert!(text.contains(&format!("Tài liệu 90 {}", printed.pages)));
    }
}

#[test]
fn a_picture_brings_its_shapes_and_nothing_else() {
    let svg = "<svg viewBox=\"0 0 100 50\"><title>x</title><defs><path d=\"M0 0L1 1\"/></defs><rect class=\"flow-paper\" \
        width=\"9\" height=\"9\"/><rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" fill=\"#ff0000\"/><image href=\"file:///etc/passwd\"/>\
        <text x=\"5\" y=\"6\">a &amp; b &#60;</text></svg>";
    let picture = Picture::read(svg);
    assert_eq!((picture.width, picture.height, picture.shapes.len()), (100.0, 50.0, 2));
    assert!(
        picture
            .shapes
            .iter()
            .any(|shape| matches!(shape, Shape::Text { text, .. } if text == "a & b <"))
    );
    assert_eq!(Picture::read("<svg").shapes.len(), 0);
    let printed = print(&paper(vec![Block::Picture(svg.to_owned(), "lời".to_owned())])).unwrap();
    is_sound(&printed.bytes);
}

#[test]
fn a_picture_longer_than_a_page_goes_on_over_pages() {
    let texts: String = (0..200)
        .map(|row| format!("<text x=\"5\" y=\"{}\">dòng {row}</text>", row * 20 + 15))
        .collect();
    let svg = format!("<svg viewBox=\"0 0 500 4000\">{texts}</svg>");
    let printed = print(&paper(vec![Block::Picture(svg, "lời".to_owned())])).unwrap();
    assert!((4..8).contains(&printed.pages), "{}", printed.pages);
    is_sound(&printed.bytes);
}
