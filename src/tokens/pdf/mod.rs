//! Signed PDFs: which signatures there are, what part of the file each is over, and that the pages are those of the paper.
//!
//! A reader of our own, for it must not do what libraries do well: mend. It follows the tables of references as a viewer
//! does, takes the plain form only, in which signing tools add to a plain file, and refuses what viewers could read
//! differently.

mod object;
mod update;
mod xref;

use super::reason::{Reason, Refused};
use crate::proofs::from_hex;
use object::{Cursor, Object};

/// The most signatures of one file.
const MOST: usize = 8;
/// The longest place of a signature, in bytes.
const LONGEST: usize = 1 << 20;

/// How long a range is at most, in bytes, with the word before it.
const WINDOW: usize = 200;

/// A signature in a file.
pub(super) struct Place {
    range: [usize; 4],
    /// The CMS, with the zeros that fill its place.
    pub(super) contents: Vec<u8>,
}

impl Place {
    /// Where the signed part ends.
    fn end(&self) -> Option<usize> {
        let [_, _, from, length] = self.range;
        from.checked_add(length)
    }

    /// The bytes that it is over.
    pub(super) fn signed(&self, file: &[u8]) -> Option<Vec<u8>> {
        let [_, first, from, _] = self.range;
        let (head, tail) = (file.get(..first)?, file.get(from..self.end()?)?);
        Some([head, tail].concat())
    }
}

/// The range of a signature dictionary: all of the file but the signature itself.
fn place(file: &[u8], found: &update::Found) -> Result<Place, Reason> {
    let is_known = [&b"adbe.pkcs7.detached"[..], b"ETSI.CAdES.detached"]
        .iter()
        .any(|kind| found.dictionary.is(b"SubFilter", kind));
    if !is_known {
        return Err(Reason::Algorithm);
    }
    let range: Vec<usize> = found
        .dictionary
        .get(b"ByteRange")
        .map(|range| range.parts().iter().filter_map(Object::number).collect())
        .unwrap_or_default();
    let Some(Object::Text(text, at)) = found.dictionary.get(b"Contents") else {
        return Err(Reason::ByteRange);
    };
    let [0, first, from, length] = *range.as_slice() else {
        return Err(Reason::ByteRange);
    };
    let gap_is_the_signature = first == *at && at.checked_add(text.len()) == Some(from) && from < found.end;
    let inner = text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">"));
    let (true, Some(inner)) = (gap_is_the_signature, inner) else {
        return Err(Reason::ByteRange);
    };
    if inner.len() > LONGEST.saturating_mul(2) {
        return Err(Reason::TooLarge);
    }
    let hexadecimal = std::str::from_utf8(inner).or(Err(Reason::ByteRange))?.to_lowercase();
    let place = Place {
        range: [0, first, from, length],
        contents: from_hex(&hexadecimal).ok_or(Reason::ByteRange)?,
    };
    let is_revision = place
        .end()
        .and_then(|end| file.get(..end))
        .is_some_and(|signed| signed.trim_ascii_end().ends_with(b"%%EOF"));
    if is_revision { Ok(place) } else { Err(Reason::ByteRange) }
}

/// How much of the file the ranges that stand in it cover at most: seen before anything else is read, to tell a file that
/// something was added to.
fn covered(file: &[u8]) -> Option<usize> {
    let mut most = None;
    for at in memchr::memmem::find_iter(file, b"/ByteRange") {
        // No range is longer: a string that never ends is not looked for at each place.
        let end = at.saturating_add(WINDOW).min(file.len());
        let window = file.get(at..end).unwrap_or_default();
        let range = Cursor::new(window, b"/ByteRange".len()).object();
        let numbers: Vec<usize> = range
            .iter()
            .flat_map(Object::parts)
            .filter_map(Object::number)
            .collect();
        if let [_, _, from, length] = numbers.as_slice() {
            most = most.max(from.checked_add(*length));
        }
    }
    most
}

/// The signatures of a file that begins with one of these papers, and which paper that is.
pub(super) fn signatures(file: &[u8], papers: &[&[u8]]) -> Result<(usize, Vec<Place>), Refused> {
    let covered = covered(file).ok_or(Reason::NoSignature)?;
    if covered != file.len() {
        let part = format!("{}/{}", covered.min(file.len()), file.len());
        return Err(Refused::of(Reason::BytesAfter, part));
    }
    let begun = papers.iter().enumerate().find(|(_, paper)| file.starts_with(paper));
    let (index, paper) = begun.ok_or(Reason::OtherPaper)?;
    let paper = update::Paper::of(paper).ok_or(Reason::Pdf)?;
    let found = update::signatures(file, &paper)?;
    if found.is_empty() {
        return Err(Reason::NoSignature.into());
    }
    if found.len() > MOST {
        return Err(Reason::TooMany.into());
    }
    let mut places = found
        .iter()
        .map(|one| place(file, one))
        .collect::<Result<Vec<_>, Reason>>()?;
    places.sort_by_key(|one| one.end());
    if places.last().and_then(Place::end) == Some(file.len()) {
        Ok((index, places))
    } else {
        Err(Reason::ByteRange.into())
    }
}
