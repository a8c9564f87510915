//! Reads a Word file: the parts of its archive, its styles and lists, then its text.

mod body;
mod numbering;
mod package;
mod styles;
mod text;

use super::block::{Block, Footnote, Word};
use super::fault::DocxFault;
use body::Walk;
pub(super) use body::numbered;
use numbering::Numbering;
use package::Package;
use std::collections::BTreeMap;
use styles::Styles;

/// The most headers that are read: a file has one for each section and sort of page.
const MOST_HEADS: usize = 12;

/// Reads a Word file.
///
/// # Errors
/// When it is no Word file, is damaged, or is larger than is read. What is strange inside a whole file is no error.
pub fn read(bytes: &[u8]) -> Result<Word, DocxFault> {
    let mut package = Package::open(bytes)?;
    let document = package.main()?;
    let styles = Styles::read(package.xml("word/styles.xml")?.as_ref());
    let numbering = Numbering::read(package.xml("word/numbering.xml")?.as_ref());
    let notes = package.xml("word/footnotes.xml")?;
    let mut walk = Walk::new(&styles, numbering);
    let mut word = walk.document(&document)?;
    drop(document);
    let texts: BTreeMap<String, String> = notes.as_ref().map(text::footnotes).unwrap_or_default();
    let known = |(at, id): (usize, &String)| {
        texts.get(id).map(|text| Footnote {
            number: at + 1,
            text: text.clone(),
        })
    };
    word.footnotes = walk.footnotes.iter().enumerate().filter_map(known).collect();
    for name in package.heads().into_iter().take(MOST_HEADS) {
        if let Some(head) = package.xml(&name)? {
            let mut walk = Walk::new(&styles, Numbering::default());
            let blocks = walk.blocks(&head)?;
            let is_new = |block: &Block| !word.head.contains(block);
            let new: Vec<Block> = blocks.into_iter().filter(is_new).collect();
            word.head.extend(new);
        }
    }
    Ok(word)
}
