//! Word files of offices, of our own and of nobody's.

mod hostile;
mod office;
mod reading;
mod round;

use super::{Known, Recognised, read, recognise};
use crate::procedures::{RoleEntry, parse_roles};
use crate::zip;

/// The roles of the library.
fn roles() -> Vec<RoleEntry> {
    parse_roles(include_str!("../../procedures/roles.toml")).0.roles
}

const TYPES: &str = r#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

/// A Word file with this body and these other parts.
fn file(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    let mut all = vec![("[Content_Types].xml", TYPES), ("word/document.xml", document.as_str())];
    all.extend(parts);
    zip::write(&all).unwrap()
}

/// A paragraph.
fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A cell with a paragraph for each line.
fn tc(text: &str) -> String {
    let lines: String = text.split('\n').map(p).collect();
    format!("<w:tc>{lines}</w:tc>")
}

/// A table of plain texts.
fn tbl(rows: &[&[&str]]) -> String {
    let row = |cells: &&[&str]| format!("<w:tr>{}</w:tr>", cells.iter().map(|text| tc(text)).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

fn recognised(bytes: &[u8]) -> Recognised {
    let roles = roles();
    let known = Known {
        file_name: "tep.docx",
        roles: &roles,
    };
    recognise(&read(bytes).unwrap(), &known)
}

/// The codes of the notes.
fn codes(found: &Recognised) -> Vec<&'static str> {
    found.notes.iter().map(|note| note.kind.code()).collect()
}
