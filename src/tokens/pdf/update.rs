//! What was added to a paper when it was signed: a signature, and nothing that changes what the pages show.

use super::object::Object;
use super::xref::{self, Table};
use crate::tokens::reason::{Reason, Refused};
use std::collections::BTreeMap;

/// The largest picture of a signature, in square points: a fifth of a page of A4.
const LARGEST_PICTURE: f64 = 100_000.0;
/// The most objects that may be added.
const MOST_ADDED: usize = 5_000;

/// The paper that the office made, and where its objects stand.
pub(super) struct Paper {
    /// How long it is.
    pub(super) length: usize,
    /// Where its table of references begins.
    pub(super) first: usize,
    table: Table,
}

impl Paper {
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let first = xref::last_start(bytes)?;
        let table = xref::table(bytes, first)?;
        table.trailer.get(b"Prev").is_none().then_some(Self {
            length: bytes.len(),
            first,
            table,
        })
    }
}

/// A signature dictionary among what was added, and where it ends.
pub(super) struct Found {
    pub(super) dictionary: Object,
    pub(super) end: usize,
}

fn changed(about: impl Into<String>) -> Refused {
    Refused::of(Reason::Changed, about)
}

/// The entries of a changed object that may differ: what a signing tool must write to put a signature there.
fn may_differ(old: &Object) -> &'static [&'static [u8]] {
    if old.is(b"Type", b"Catalog") {
        &[b"AcroForm", b"DSS", b"Extensions", b"Perms", b"Version"]
    } else if old.is(b"Type", b"Page") {
        &[b"Annots"]
    } else {
        &[]
    }
}

fn without(object: &Object, keys: &[&[u8]]) -> Object {
    match object.placeless() {
        Object::Dictionary(all) => Object::Dictionary(
            all.into_iter()
                .filter(|(key, _)| !keys.contains(&key.as_slice()))
                .collect(),
        ),
        other @ (Object::Word(_) | Object::Name(_) | Object::Text(..) | Object::Array(_) | Object::Reference(_)) => {
            other
        }
    }
}

/// Whether an annotation is the field of a signature, small, and does nothing.
fn is_field(object: &Object) -> bool {
    let sides: Vec<f64> = object
        .get(b"Rect")
        .map(|rect| rect.parts().iter().filter_map(Object::measure).collect())
        .unwrap_or_default();
    let [left, bottom, right, top] = sides.as_slice() else {
        return false;
    };
    let area = ((right - left) * (top - bottom)).abs();
    object.is(b"Subtype", b"Widget")
        && object.is(b"FT", b"Sig")
        && object.get(b"A").is_none()
        && object.get(b"AA").is_none()
        && area <= LARGEST_PICTURE
}

/// Whether no annotation but fields of signatures was added anywhere in this object, and nothing that runs.
fn shows_no_more(object: &Object, old: Option<&Object>) -> bool {
    let mut known = Vec::new();
    if let Some(old) = old {
        old.placeless().all(&mut |one| known.push(one.clone()));
    }
    let mut is_plain = true;
    object.placeless().all(&mut |one| {
        let is_annotation = one.get(b"Rect").is_some() && !is_field(one);
        let runs = [&b"JS"[..], b"JavaScript", b"OpenAction", b"Launch", b"XFA"]
            .iter()
            .any(|key| one.get(key).is_some());
        if (is_annotation || runs) && !known.contains(one) {
            is_plain = false;
        }
    });
    is_plain
}

/// The annotations of a page are fields of their own, or those that it had.
fn annotations_are_told(new: &Object, old: &Object) -> bool {
    let had = old.get(b"Annots").map(Object::parts).unwrap_or_default();
    let had: Vec<Object> = had.iter().map(Object::placeless).collect();
    match new.get(b"Annots") {
        None => had.is_empty(),
        Some(Object::Array(all)) => {
            let now: Vec<Object> = all.iter().map(Object::placeless).collect();
            had.iter().all(|one| now.contains(one))
                && now
                    .iter()
                    .all(|one| matches!(one, Object::Reference(_)) || had.contains(one))
        }
        // Kept apart: an object of its own, which is looked at where it stands.
        Some(Object::Reference(_)) => had.is_empty() || new.get(b"Annots") == old.get(b"Annots"),
        Some(Object::Word(_) | Object::Name(_) | Object::Text(..) | Object::Dictionary(_)) => false,
    }
}

struct Look<'a> {
    file: &'a [u8],
    paper: &'a Paper,
    found: Vec<Found>,
    known: BTreeMap<usize, Object>,
    /// How many bytes of objects may still be read: those of a sound file do not lie over one another.
    left: usize,
}

impl Look<'_> {
    /// Reads an object and where it ends.
    fn read(&mut self, number: usize, place: usize) -> Result<(Object, usize), Refused> {
        let (object, end) = xref::object(self.file, number, place).ok_or(Reason::Pdf)?;
        self.left = self
            .left
            .checked_sub(end.saturating_sub(place))
            .ok_or(Reason::TooMany)?;
        Ok((object, end))
    }

    /// Looks at an object that was added or changed.
    fn at(&mut self, number: usize, place: Option<usize>) -> Result<(), Refused> {
        let old = self.paper.table.objects.get(&number).copied();
        let Some(place) = place else {
            // A place given up is nothing, unless it was something before.
            let was = matches!(old, Some(Some(_))) || self.known.contains_key(&number);
            return if was { Err(changed(number.to_string())) } else { Ok(()) };
        };
        if place < self.paper.length {
            return Err(changed(number.to_string()));
        }
        let (new, end) = self.read(number, place)?;
        if new.is(b"Type", b"ObjStm") || new.is(b"Type", b"XRef") {
            return Err(Reason::Pdf.into());
        }
        let before = match old {
            Some(Some(place)) => Some(self.read(number, place)?.0),
            Some(None) | None => None,
        };
        if let Some(before) = &before {
            let keys = may_differ(before);
            let is_page = before.is(b"Type", b"Page");
            if keys.is_empty()
                || without(before, keys) != without(&new, keys)
                || (is_page && !annotations_are_told(&new, before))
            {
                return Err(changed(number.to_string()));
            }
        }
        if !shows_no_more(&new, before.as_ref()) {
            return Err(changed(number.to_string()));
        }
        if new.get(b"ByteRange").is_some() {
            // A signature that a later addition writes anew is another one.
            if self.known.contains_key(&number) {
                return Err(changed(number.to_string()));
            }
            self.found.push(Found {
                dictionary: new.clone(),
                end,
            });
        }
        self.known.insert(number, new);
        Ok(())
    }
}

/// The signature dictionaries that were added to a paper, in the order in which they were; refused when anything else was
/// added than signatures need.
pub(super) fn signatures(file: &[u8], paper: &Paper) -> Result<Vec<Found>, Refused> {
    let mut tables = xref::added(file, (paper.length, paper.first)).ok_or(Reason::Pdf)?;
    tables.reverse();
    let mut look = Look {
        file,
        paper,
        found: Vec::new(),
        known: BTreeMap::new(),
        left: file.len().saturating_mul(2),
    };
    let mut count = 0_usize;
    for table in &tables {
        if table.trailer.get(b"Root") != paper.table.trailer.get(b"Root") {
            return Err(changed("Root"));
        }
        count = count.saturating_add(table.objects.len());
        if count > MOST_ADDED {
            return Err(Reason::TooMany.into());
        }
        for (number, place) in &table.objects {
            look.at(*number, *place)?;
        }
    }
    Ok(look.found)
}
