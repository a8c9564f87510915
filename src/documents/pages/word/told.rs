//! Notes and troubles of Word files in words.

use crate::documents::word::Trouble;
use crate::docx::Note;
use crate::web::Desk;

/// Why a file cannot be read.
pub(super) fn trouble(desk: &Desk, trouble: &Trouble) -> String {
    let holes = &trouble.args;
    let words = desk.site().pages.words();
    // What is wrong with the XML of a part has words of its own.
    if let Some(cause) = trouble.code.strip_prefix("xml-") {
        let says = words.fill(desk.language(), &format!("exchange.fault.{cause}"), holes);
        let mut holes = holes.clone();
        holes.retain(|(name, _)| name != "says");
        holes.push(("says".to_owned(), says));
        return words.fill(desk.language(), "docx.fault.xml", &holes);
    }
    words.fill(desk.language(), &format!("docx.fault.{}", trouble.code), holes)
}

/// What a note tells.
pub(super) fn note(desk: &Desk, note: &Note) -> String {
    let words = desk.site().pages.words();
    words.fill(desk.language(), &format!("docx.note.{}", note.kind.code()), &note.args)
}
