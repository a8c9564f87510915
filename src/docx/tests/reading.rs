//! What is read of a Word file.

use super::{file, p, tbl};
use crate::docx::{Block, LostKind, read};

fn texts(bytes: &[u8]) -> Vec<String> {
    let word = read(bytes).unwrap();
    let text = |block: &Block| match block {
        Block::Heading { level, line } => format!("{level}# {}", line.labelled()),
        Block::Text { line } => line.labelled(),
        Block::Table { table } => format!("table of {} rows, {} columns", table.rows.len(), table.width()),
    };
    word.blocks.iter().map(text).collect()
}

#[test]
fn headings_are_known_by_style_by_outline_and_by_numbered_capitals() {
    let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="H"><w:name w:val="heading 2"/></w:style><w:style w:styleId="Own"><w:name w:val="Mục"/><w:basedOn w:val="H"/></w:style></w:styles>"#;
    let body = [
        r#"<w:p><w:pPr><w:pStyle w:val="Own"/></w:pPr><w:r><w:t>Kiểu riêng</w:t></w:r></w:p>"#.to_owned(),
        r#"<w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Bậc một</w:t></w:r></w:p>"#.to_owned(),
        p("1. MỤC ĐÍCH"),
        p("1. Mục đích là gì"),
        r"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>5.2. Giấy tờ</w:t></w:r></w:p>".to_owned(),
    ];
    let bytes = file(&body.concat(), &[("word/styles.xml", styles)]);
    assert_eq!(
        texts(&bytes),
        [
            "2# Kiểu riêng",
            "1# Bậc một",
            "1# 1. MỤC ĐÍCH",
            "1. Mục đích là gì",
            "2# 5.2. Giấy tờ"
        ]
    );
}

#[test]
fn what_word_counts_is_counted() {
    let level = |depth: usize, format: &str, text: &str| {
        format!(
            r#"<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"#
        )
    };
    let numbering = format!(
        r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">{}{}{}</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#,
        level(0, "decimal", "%1."),
        level(1, "lowerLetter", "%1.%2)"),
        level(2, "bullet", "o"),
    );
    let item = |depth: usize, text: &str| {
        format!(
            r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#
        )
    };
    let body = [
        item(0, "một"),
        item(1, "a"),
        item(1, "b"),
        item(0, "hai"),
        item(1, "c"),
        item(2, "chấm"),
    ]
    .concat();
    let bytes = file(&body, &[("word/numbering.xml", &numbering)]);
    assert_eq!(
        texts(&bytes),
        ["1. một", "1.a) a", "1.b) b", "2. hai", "2.a) c", "- chấm"]
    );
}

#[test]
fn tracked_deletions_are_left_out_and_insertions_kept_and_what_is_lost_is_named() {
    let body = [
        r"<w:p><w:r><w:t>Trả trong </w:t></w:r><w:del><w:r><w:delText>năm</w:delText></w:r></w:del><w:ins><w:r><w:t>ba</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> ngày</w:t></w:r></w:p>".to_owned(),
        r"<w:p><w:r><w:drawing><w:blip/></w:drawing></w:r><w:r><w:t>Hình</w:t></w:r></w:p>".to_owned(),
        r"<w:p><w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>Chữ trong hộp</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Hộp</w:t></w:r></w:p>".to_owned(),
    ];
    let bytes = file(&body.concat(), &[]);
    assert_eq!(texts(&bytes), ["Trả trong ba ngày", "Hình", "Hộp"]);
    let lost: Vec<(usize, LostKind, String)> = read(&bytes)
        .unwrap()
        .lost
        .into_iter()
        .map(|lost| (lost.block, lost.kind, lost.text))
        .collect();
    assert_eq!(
        lost,
        [
            (0, LostKind::Deleted, "năm".to_owned()),
            (1, LostKind::Picture, String::new()),
            (2, LostKind::TextBox, "Chữ trong hộp".to_owned()),
        ]
    );
}

#[test]
fn footnotes_keep_their_place_and_their_text() {
    let notes = r#"<w:footnotes xmlns:w="w"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="5"><w:p><w:r><w:t>Theo Luật.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let body = r#"<w:p><w:r><w:t>Ba ngày</w:t></w:r><w:r><w:footnoteReference w:id="5"/></w:r></w:p>"#;
    let bytes = file(body, &[("word/footnotes.xml", notes)]);
    assert_eq!(texts(&bytes), ["Ba ngày[1]"]);
    let word = read(&bytes).unwrap();
    assert_eq!(
        (word.footnotes[0].number, word.footnotes[0].text.as_str()),
        (1, "Theo Luật.")
    );
}

#[test]
fn merged_cells_cover_their_places() {
    let body = r#"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>rộng</w:t></w:r></w:p></w:tc><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>cao</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"#;
    let word = read(&file(body, &[])).unwrap();
    let Block::Table { table } = &word.blocks[0] else {
        panic!("no table")
    };
    assert_eq!(table.width(), 3);
    let at = |row, column| table.at(row, column).map(|(cell, own)| (cell.plain(), own));
    assert_eq!(at(0, 1), Some(("rộng".to_owned(), true)));
    assert_eq!(at(1, 2), Some(("cao".to_owned(), false)));
    assert_eq!(at(2, 0), None);
}

#[test]
fn the_top_of_the_pages_is_read_once() {
    let head = format!("<w:hdr xmlns:w=\"w\">{}</w:hdr>", tbl(&[&["Mã hiệu: QT.01"]]));
    let bytes = file(&p("x"), &[("word/header1.xml", &head), ("word/header2.xml", &head)]);
    assert_eq!(read(&bytes).unwrap().head.len(), 1);
}
