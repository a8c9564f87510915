//! Names kept once: compact texts, and tables that find them again without allocating.

use super::number::{narrow, wide};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What the tables around a text take, about.
const TABLES: usize = 24;

/// No name.
pub(super) const NONE: u32 = u32::MAX;

/// Texts one after the other in one buffer: four bytes and the text itself each.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a text and gives its number. Callers bound the sum of lengths by `Limits::text`, far below 4 GiB.
    fn push(&mut self, text: &[u8]) -> u32 {
        self.text.extend_from_slice(text);
        self.ends.push(narrow(self.text.len()));
        narrow(self.ends.len() - 1)
    }

    fn raw(&self, id: u32) -> Option<&[u8]> {
        let at = wide(id);
        let end = wide(*self.ends.get(at)?);
        let start = at
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .map_or(0, |end| wide(*end));
        self.text.get(start..end)
    }

    /// The text of a number; `None` for a number that was not given out.
    pub(super) fn get(&self, id: u32) -> Option<&str> {
        self.raw(id).and_then(|text| std::str::from_utf8(text).ok())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..narrow(self.len())).filter_map(|id| self.get(id))
    }

    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Texts that are found again. The hash is seeded anew each time, so nobody can prepare texts that collide; numbers
/// follow the order of first appearance and do not depend on it.
#[derive(Default)]
pub(super) struct Names {
    texts: Texts,
    table: HashTable<u32>,
    state: RandomState,
}

impl Names {
    fn hash(&self, text: &[u8]) -> u64 {
        let mut hasher = self.state.build_hasher();
        hasher.write(text);
        hasher.finish()
    }

    pub(super) fn find(&self, text: &[u8]) -> Option<u32> {
        let texts = &self.texts;
        let same = |id: &u32| texts.raw(*id) == Some(text);
        self.table.find(self.hash(text), same).copied()
    }

    /// The number of a text, and whether it is new.
    pub(super) fn intern(&mut self, text: &[u8]) -> (u32, bool) {
        match self.find(text) {
            Some(id) => (id, false),
            None => (self.add(text), true),
        }
    }

    /// Adds a text that is not found.
    fn add(&mut self, text: &[u8]) -> u32 {
        let hash = self.hash(text);
        let id = self.texts.push(text);
        let (texts, state) = (&self.texts, &self.state);
        let rehash = |id: &u32| {
            let mut hasher = state.build_hasher();
            hasher.write(texts.raw(*id).unwrap_or_default());
            hasher.finish()
        };
        self.table.insert_unique(hash, id, rehash);
        id
    }

    /// Adds a text a second time, to be known by another number only.
    pub(super) fn add_apart(&mut self, text: &[u8]) -> u32 {
        self.texts.push(text)
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn into_texts(mut self) -> Texts {
        self.texts.shrink();
        self.texts
    }
}

/// How a value is written in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// As it is.
    Plain,
    /// With the entities of XML.
    Xml,
}

/// Why a value cannot be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadText {
    NotUtf8,
    Entity,
    /// There are too many different texts.
    Full,
}

/// A value without the script of its file, blanks around it and a choice of normal form.
pub(super) fn clean(raw: &[u8], script: Script) -> Result<String, BadText> {
    let text = std::str::from_utf8(raw).ok().ok_or(BadText::NotUtf8);
    match script {
        Script::Plain => text.map(normal),
        Script::Xml => super::entity::decode(text?)
            .map(|text| normal(&text))
            .ok_or(BadText::Entity),
    }
}

/// Without blanks around it, in the composed normal form.
pub(super) fn normal(text: &str) -> String {
    let text = text.trim();
    if text.is_ascii() || is_nfc(text) {
        text.to_owned()
    } else {
        text.nfc().collect()
    }
}

/// The values of one field: found by how they are written, so that one that was met before costs one look-up; kept by
/// what they mean after the map.
#[derive(Default)]
pub(super) struct Pool {
    written: Names,
    meant: Vec<u32>,
    names: Names,
}

impl Pool {
    /// The number of a value; `NONE` when it is blank.
    pub(super) fn intern(
        &mut self,
        raw: &[u8],
        script: Script,
        map: &BTreeMap<String, String>,
        text_left: &mut usize,
    ) -> Result<u32, BadText> {
        if let Some(id) = self.written.find(raw) {
            return Ok(self.meant.get(wide(id)).copied().unwrap_or(NONE));
        }
        let name = clean(raw, script)?;
        *text_left = text_left.checked_sub(raw.len() + TABLES).ok_or(BadText::Full)?;
        let name = map.get(&name).unwrap_or(&name);
        let meant = if name.is_empty() {
            NONE
        } else {
            self.names.intern(name.as_bytes()).0
        };
        self.written.add(raw);
        self.meant.push(meant);
        Ok(meant)
    }

    /// The text of a number.
    pub(super) fn name(&self, id: u32) -> Option<&str> {
        self.names.texts.get(id)
    }

    pub(super) fn into_texts(self) -> Texts {
        self.names.into_texts()
    }
}

/// Groups of numbers, each kept once.
#[derive(Default)]
pub(super) struct Groups {
    groups: Vec<[u32; 3]>,
    table: HashTable<u32>,
    state: RandomState,
    last: Option<([u32; 3], u32)>,
}

impl Groups {
    pub(super) fn intern(&mut self, group: [u32; 3]) -> u32 {
        if let Some((known, id)) = self.last
            && known == group
        {
            return id;
        }
        let (groups, state) = (&self.groups, &self.state);
        let hash = state.hash_one(group);
        let found = self
            .table
            .find(hash, |id| groups.get(wide(*id)) == Some(&group))
            .copied();
        let id = found.unwrap_or_else(|| {
            let id = narrow(self.groups.len());
            self.groups.push(group);
            let groups = &self.groups;
            let rehash = |id: &u32| state.hash_one(groups.get(wide(*id)).copied().unwrap_or_default());
            self.table.insert_unique(hash, id, rehash);
            id
        });
        self.last = Some((group, id));
        id
    }

    pub(super) fn into_groups(self) -> Vec<[u32; 3]> {
        self.groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_however_it_is_written() {
        let mut pool = Pool::default();
        let mut left = 1_000;
        let map = BTreeMap::from([("Thẩm định".to_owned(), "B05".to_owned())]);
        let composed = pool.intern("Thẩm định".as_bytes(), Script::Plain, &map, &mut left);
        let apart: String = "  Thẩm định ".nfd().collect();
        assert_eq!(pool.intern(apart.as_bytes(), Script::Plain, &map, &mut left), composed);
        assert_eq!(pool.intern(b"B05", Script::Plain, &map, &mut left), composed);
        assert_eq!(pool.intern(b" ", Script::Plain, &map, &mut left), Ok(NONE));
        assert_eq!(
            pool.intern(&[0xff], Script::Plain, &map, &mut left),
            Err(BadText::NotUtf8)
        );
        assert_eq!(pool.into_texts().iter().collect::<Vec<_>>(), ["B05"]);
    }

    #[test]
    fn a_map_that_swaps_two_names_swaps_them() {
        let mut pool = Pool::default();
        let mut left = 1_000;
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let map = BTreeMap::from([pair("a", "b"), pair("b", "a")]);
        let a = pool.intern(b"a", Script::Plain, &map, &mut left);
        let b = pool.intern(b"b", Script::Plain, &map, &mut left);
        assert_ne!(a, b);
        assert_eq!(pool.into_texts().iter().collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn groups_are_numbered_by_first_appearance() {
        let mut groups = Groups::default();
        let given: Vec<u32> = [[1, 2, 3], [1, 2, 4], [1, 2, 3], [0, 0, 0]]
            .into_iter()
            .map(|group| groups.intern(group))
            .collect();
        assert_eq!(given, [0, 1, 0, 2]);
    }
}
