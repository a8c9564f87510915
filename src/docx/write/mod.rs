//! Writes Word files that Word and LibreOffice open, and that our own reader reads back.

mod body;
mod compose;
mod parts;
mod steps;

pub use compose::compose;

use super::block::Block;
use crate::zip::{self, ZipFault};

/// A document as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paper {
    /// The office.
    pub agency: String,
    /// What sort of document it is, in capitals: `QUY TRÌNH`.
    pub sort: String,
    /// Its title.
    pub title: String,
    /// Its code.
    pub code: String,
    /// Which version it is, in words: `Lần ban hành: 2`.
    pub version: String,
    /// What stands at the top of each page when it is not in force: `DỰ THẢO`; empty when it is.
    pub mark: String,
    /// Who signed it, a line each, for the foot of every page.
    pub signed: Vec<String>,
    /// The text.
    pub blocks: Vec<Block>,
}

/// The bytes of the Word file; the same paper gives the same bytes.
///
/// # Errors
/// When it is larger than the format can say.
pub fn write(paper: &Paper) -> Result<Vec<u8>, ZipFault> {
    zip::write(&[
        ("[Content_Types].xml", parts::TYPES.to_owned()),
        ("_rels/.rels", parts::PACKAGE.to_owned()),
        ("docProps/core.xml", parts::core(paper)),
        ("word/document.xml", body::document(paper)),
        ("word/_rels/document.xml.rels", parts::RELATIONS.to_owned()),
        ("word/styles.xml", parts::STYLES.to_owned()),
        ("word/numbering.xml", parts::NUMBERING.to_owned()),
        ("word/header1.xml", parts::header(paper)),
        ("word/footer1.xml", parts::footer(paper)),
    ])
}
