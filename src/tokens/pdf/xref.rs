//! Where the objects of a PDF stand, as its tables of references say: what a viewer goes by (ISO 32000, 7.5).

use super::object::{Cursor, Object};
use std::collections::BTreeMap;

/// The most objects of one table, and tables of one file.
const MOST_OBJECTS: usize = 200_000;
const MOST_TABLES: usize = 24;

/// One table of references with its trailer.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Where it begins.
    pub(super) at: usize,
    /// Objects in use: number and place; `None` for one that is given up.
    pub(super) objects: BTreeMap<usize, Option<usize>>,
    pub(super) trailer: Object,
}

/// The place that the last `startxref` of these bytes names.
pub(super) fn last_start(bytes: &[u8]) -> Option<usize> {
    let from = memchr::memmem::rfind(bytes, b"startxref")?;
    let mut cursor = Cursor::new(bytes, from);
    cursor.want(b"startxref")?;
    cursor.number()
}

/// The table that begins here; `None` when it is none, or is written as a stream.
pub(super) fn table(bytes: &[u8], at: usize) -> Option<Table> {
    let mut cursor = Cursor::new(bytes, at);
    cursor.want(b"xref")?;
    let mut objects = BTreeMap::new();
    loop {
        let mut ahead = cursor.clone();
        if ahead.word() == b"trailer" {
            cursor = ahead;
            break;
        }
        let (first, count) = (cursor.number()?, cursor.number()?);
        if objects.len().checked_add(count)? > MOST_OBJECTS {
            return None;
        }
        for index in 0..count {
            let (place, generation) = (cursor.number()?, cursor.number()?);
            let number = first.checked_add(index)?;
            let place = match cursor.word() {
                b"n" if generation == 0 => Some(place),
                b"f" => None,
                _ => return None,
            };
            // Twice in one table: readers differ in which they take.
            if objects.insert(number, place).is_some() {
                return None;
            }
        }
    }
    let trailer = cursor.object()?;
    let is_plain = trailer.get(b"XRefStm").is_none() && trailer.get(b"Encrypt").is_none();
    is_plain.then_some(Table { at, objects, trailer })
}

/// The tables of a file that stand after `end`, the newest first; they must lead to the one at `first`.
pub(super) fn added(bytes: &[u8], (end, first): (usize, usize)) -> Option<Vec<Table>> {
    let (mut tables, mut at): (Vec<Table>, usize) = (Vec::new(), last_start(bytes)?);
    while at != first {
        let is_before = tables.last().is_none_or(|last| at < last.at);
        if at < end || !is_before || tables.len() >= MOST_TABLES {
            return None;
        }
        let one = table(bytes, at)?;
        at = one.trailer.get(b"Prev")?.number()?;
        tables.push(one);
    }
    Some(tables)
}

/// The object with this number at this place, and where it ends; of a stream its dictionary.
pub(super) fn object(bytes: &[u8], number: usize, place: usize) -> Option<(Object, usize)> {
    let mut cursor = Cursor::new(bytes, place);
    (cursor.number()? == number && cursor.number()? == 0).then_some(())?;
    cursor.want(b"obj")?;
    let found = cursor.object()?;
    let end = cursor.at;
    matches!(cursor.word(), b"endobj" | b"stream").then_some((found, end))
}
