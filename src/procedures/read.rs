//! Reads TOML tables value by value, noting the place of each and every problem instead of stopping at the first.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::fault::Fault;
use super::places::{Lines, Place, Places};

type Value<'t> = &'t Spanned<DeValue<'t>>;

/// What reading a file gathers beside its values.
pub(super) struct Reader<'a> {
    lines: &'a Lines<'a>,
    base: usize,
    pub(super) places: Places,
    pub(super) faults: Vec<Fault>,
}

/// The entries of one table that nobody has asked for yet.
pub(super) struct Fields<'t> {
    path: String,
    place: Place,
    entries: BTreeMap<&'t str, (&'t Spanned<DeString<'t>>, Value<'t>)>,
}

impl<'t> Fields<'t> {
    pub(super) fn new(path: String, place: Place, table: &'t DeTable<'t>) -> Self {
        let entries = table
            .iter()
            .map(|(key, value)| (key.get_ref().as_ref(), (key, value)))
            .collect();
        Self { path, place, entries }
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Whether the table has the key, asked for or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }
}

impl<'a> Reader<'a> {
    /// A reader of a table text that begins `base` bytes into the file.
    pub(super) fn new(lines: &'a Lines<'a>, base: usize) -> Self {
        Self {
            lines,
            base,
            places: Places::default(),
            faults: Vec::new(),
        }
    }

    fn place_of(&self, value: Value<'_>) -> Place {
        self.lines.start_of(self.base, &value.span())
    }

    fn take<'t>(&mut self, fields: &mut Fields<'t>, key: &str) -> Option<(String, Value<'t>)> {
        let (_, value) = fields.entries.remove(key)?;
        let path = fields.path_of(key);
        self.places.note(path.clone(), self.place_of(value));
        Some((path, value))
    }

    fn wrong_type(&mut self, path: &str, value: Value<'_>, expected: &str) {
        let args = [
            ("field", path),
            ("expected", expected),
            ("found", value.get_ref().type_str()),
        ];
        self.faults.push(Fault::error(self.place_of(value), "bad-type", &args));
    }

    /// Says that a field of the table is missing.
    pub(super) fn missing(&mut self, fields: &Fields<'_>, key: &str) {
        self.faults.push(Fault::error(
            fields.place,
            "missing-field",
            &[("field", &fields.path_of(key))],
        ));
    }

    fn text_value(&mut self, path: &str, value: Value<'_>) -> Option<String> {
        if let Some(text) = value.get_ref().as_str() {
            return Some(text.to_owned());
        }
        self.wrong_type(path, value, "string");
        None
    }

    /// A text that may be missing.
    pub(super) fn text(&mut self, fields: &mut Fields<'_>, key: &str) -> String {
        let taken = self.take(fields, key);
        taken
            .and_then(|(path, value)| self.text_value(&path, value))
            .unwrap_or_default()
    }

    /// A text that must be there and not be blank.
    pub(super) fn required(&mut self, fields: &mut Fields<'_>, key: &str) -> String {
        let known = self.faults.len();
        let text = self.text(fields, key);
        if text.trim().is_empty() && self.faults.len() == known {
            self.missing(fields, key);
        }
        text
    }

    /// One word out of a list; the default when it is missing or another word.
    pub(super) fn choice<T: Copy + Default>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &str,
        (all, word): (&[T], fn(T) -> &'static str),
    ) -> T {
        let Some((path, value)) = self.take(fields, key) else {
            return T::default();
        };
        let Some(text) = self.text_value(&path, value) else {
            return T::default();
        };
        if let Some(found) = all.iter().find(|candidate| word(**candidate) == text) {
            return *found;
        }
        let allowed: Vec<&str> = all.iter().map(|candidate| word(*candidate)).collect();
        let args = [
            ("field", path.as_str()),
            ("value", &text),
            ("allowed", &allowed.join(", ")),
        ];
        self.faults.push(Fault::error(self.place_of(value), "bad-value", &args));
        T::default()
    }

    /// A whole number from 0 on.
    pub(super) fn number(&mut self, fields: &mut Fields<'_>, key: &str) -> Option<u32> {
        let (path, value) = self.take(fields, key)?;
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(&path, value, "integer");
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        if number.is_none() {
            let args = [
                ("field", path.as_str()),
                ("value", integer.as_str()),
                ("allowed", "0, 1, 2…"),
            ];
            self.faults.push(Fault::error(self.place_of(value), "bad-value", &args));
        }
        number
    }

    /// True or false.
    pub(super) fn flag(&mut self, fields: &mut Fields<'_>, key: &str, default: bool) -> bool {
        let Some((path, value)) = self.take(fields, key) else {
            return default;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(&path, value, "boolean");
            default
        })
    }

    /// A list, each entry read by `each` with its path.
    fn list<T>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &str,
        mut each: impl FnMut(&mut Self, String, Value<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some((path, value)) = self.take(fields, key) else {
            return Vec::new();
        };
        let Some(entries) = value.get_ref().as_array() else {
            self.wrong_type(&path, value, "array");
            return Vec::new();
        };
        let mut found = Vec::new();
        for entry in entries.iter() {
            let path = format!("{path}.{}", found.len());
            self.places.note(path.clone(), self.place_of(entry));
            found.extend(each(self, path, entry));
        }
        found
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, fields: &mut Fields<'_>, key: &str) -> Vec<String> {
        self.list(fields, key, |reader, path, value| reader.text_value(&path, value))
    }

    /// A list of tables, each read by `each`; keys that it leaves are unknown.
    pub(super) fn rows<T>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &str,
        each: impl Fn(&mut Self, &mut Fields<'_>) -> T,
    ) -> Vec<T> {
        self.list(fields, key, |reader, path, value| {
            let row = reader.row(path.clone(), value, &each);
            if row.is_none() {
                reader.wrong_type(&path, value, "table");
            }
            row
        })
    }

    /// A list whose entries are texts or tables.
    pub(super) fn texts_or_rows<T>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &str,
        text: impl Fn(String) -> T,
        each: impl Fn(&mut Self, &mut Fields<'_>) -> T,
    ) -> Vec<T> {
        self.list(fields, key, |reader, path, value| match value.get_ref().as_str() {
            Some(word) => Some(text(word.to_owned())),
            None => {
                let row = reader.row(path.clone(), value, &each);
                if row.is_none() {
                    reader.wrong_type(&path, value, "string");
                }
                row
            }
        })
    }

    fn row<T>(&mut self, path: String, value: Value<'_>, each: impl Fn(&mut Self, &mut Fields<'_>) -> T) -> Option<T> {
        let table = value.get_ref().as_table()?;
        let mut fields = Fields::new(path, self.place_of(value), table);
        let row = each(self, &mut fields);
        self.finish(fields);
        Some(row)
    }

    /// A text, or a table of texts in the order of the file.
    pub(super) fn text_or_table(
        &mut self,
        fields: &mut Fields<'_>,
        key: &str,
    ) -> Option<Result<String, Vec<(String, String)>>> {
        let (path, value) = self.take(fields, key)?;
        let Some(table) = value.get_ref().as_table() else {
            return self.text_value(&path, value).map(Ok);
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut found = Vec::new();
        for (key, value) in entries {
            let path = format!("{path}.{}", key.get_ref());
            self.places.note(path.clone(), self.place_of(value));
            found.extend(
                self.text_value(&path, value)
                    .map(|text| (key.get_ref().clone().into_owned(), text)),
            );
        }
        Some(Err(found))
    }

    /// Every key that nobody asked for is unknown.
    pub(super) fn finish(&mut self, fields: Fields<'_>) {
        for (key, _) in fields.entries.values() {
            let place = self.lines.start_of(self.base, &key.span());
            self.faults.push(Fault::error(
                place,
                "unknown-key",
                &[("key", &fields.path_of(key.get_ref()))],
            ));
        }
    }
}
