//! The file of a map, TOML: read with every problem at its place, and written in one form.

use super::intern::normal;
use super::map::{Field, LogMap, TimeForm, Times};
use super::moment;
use chrono::format::{Item, StrftimeItems};
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The separators that a map may name.
const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];
/// Names of zones without summer time in which offices of Việt Nam keep logs.
const ZONES: [(&str, i32); 4] = [
    ("Asia/Ho_Chi_Minh", 420),
    ("Asia/Saigon", 420),
    ("Asia/Bangkok", 420),
    ("Etc/UTC", 0),
];

/// A kind of problem of a map. Its words are found by `as_str`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MapCode {
    /// Not TOML: `detail`.
    Syntax,
    /// No such key: `key`.
    UnknownKey,
    /// A value of another type: `key`, `expected`, `found`.
    BadType,
    /// A value that is not allowed: `key`, `value`.
    BadValue,
    /// Two keys that mean the same name: `key`.
    SameKey,
}

impl MapCode {
    /// Every code.
    pub const ALL: [Self; 5] = [
        Self::Syntax,
        Self::UnknownKey,
        Self::BadType,
        Self::BadValue,
        Self::SameKey,
    ];

    /// The key of its words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "map-syntax",
            Self::UnknownKey => "map-unknown-key",
            Self::BadType => "map-bad-type",
            Self::BadValue => "map-bad-value",
            Self::SameKey => "map-same-key",
        }
    }
}

/// One problem of the file of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapFault {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub code: MapCode,
    /// What fills the holes of its words.
    pub args: Vec<(&'static str, String)>,
}

impl fmt::Display for MapFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.line, self.column, self.code.as_str())?;
        for (name, value) in &self.args {
            write!(out, " {name}={value}")?;
        }
        Ok(())
    }
}

type Key<'t> = &'t Spanned<DeString<'t>>;
type Value<'t> = &'t Spanned<DeValue<'t>>;

impl LogMap {
    /// Reads the file of a map.
    ///
    /// # Errors
    /// Every problem of the file, in its order.
    pub fn parse(text: &str) -> Result<Self, Vec<MapFault>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader {
            text,
            map: Self::default(),
            faults: Vec::new(),
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let at = error.span().unwrap_or_default().start;
            reader.fault(at, MapCode::Syntax, vec![("detail", error.message().to_owned())]);
        }
        if errors.is_empty() {
            for (key, value) in table.get_ref().iter() {
                reader.entry(key, value);
            }
        }
        reader.faults.sort_by_key(|fault| (fault.line, fault.column));
        if reader.faults.is_empty() {
            Ok(reader.map)
        } else {
            Err(reader.faults)
        }
    }

    /// The file of the map, in one form; `parse` gives the map again.
    pub fn write(&self) -> String {
        let mut out = String::new();
        let mut line = |key: &str, value: &str| out.push_str(&format!("{key} = {}\n", quoted(value)));
        if let Some(separator) = self.separator {
            line("separator", &separator.to_string());
        }
        if let Some(encoding) = &self.encoding {
            line("encoding", encoding);
        }
        line("time", form_name(&self.times.form));
        line("zone", &zone_name(self.times.zone));
        if !self.phases.is_empty() {
            let phases: Vec<String> = self.phases.iter().map(|phase| quoted(phase)).collect();
            out.push_str(&format!("phases = [{}]\n", phases.join(", ")));
        }
        if !self.columns.is_empty() {
            out.push_str("\n[columns]\n");
            for (field, column) in &self.columns {
                out.push_str(&format!("{} = {}\n", field.as_str(), quoted(column)));
            }
        }
        let tables = [
            ("activities", &self.activities),
            ("outcomes", &self.outcomes),
            ("people", &self.people),
            ("roles", &self.roles),
        ];
        for (name, table) in tables.into_iter().filter(|(_, table)| !table.is_empty()) {
            out.push_str(&format!("\n[{name}]\n"));
            for (from, to) in table {
                out.push_str(&format!("{} = {}\n", quoted(from), quoted(to)));
            }
        }
        out
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            letter if letter.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn form_name(form: &TimeForm) -> &str {
    match form {
        TimeForm::Auto => "auto",
        TimeForm::DayFirst => "day-first",
        TimeForm::MonthFirst => "month-first",
        TimeForm::Seconds => "seconds",
        TimeForm::Milliseconds => "milliseconds",
        TimeForm::Excel => "excel",
        TimeForm::Pattern(pattern) => pattern,
    }
}

fn form_of(name: &str) -> Option<TimeForm> {
    match name {
        "auto" => Some(TimeForm::Auto),
        "day-first" => Some(TimeForm::DayFirst),
        "month-first" => Some(TimeForm::MonthFirst),
        "seconds" => Some(TimeForm::Seconds),
        "milliseconds" => Some(TimeForm::Milliseconds),
        "excel" => Some(TimeForm::Excel),
        pattern => {
            let is_good = !StrftimeItems::new(pattern).any(|item| matches!(item, Item::Error));
            (pattern.contains('%') && is_good).then(|| TimeForm::Pattern(pattern.to_owned()))
        }
    }
}

fn zone_name(minutes: i32) -> String {
    if minutes == Times::default().zone {
        return "Asia/Ho_Chi_Minh".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn zone_of(name: &str) -> Option<i32> {
    if let Some((_, minutes)) = ZONES.iter().find(|(known, _)| *known == name) {
        return Some(*minutes);
    }
    i32::try_from(moment::offset(name.as_bytes())? / super::days::MINUTE).ok()
}

struct Reader<'a> {
    text: &'a str,
    map: LogMap,
    faults: Vec<MapFault>,
}

impl Reader<'_> {
    fn fault(&mut self, at: usize, code: MapCode, args: Vec<(&'static str, String)>) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.faults.push(MapFault {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            code,
            args,
        });
    }

    fn entry(&mut self, key: Key<'_>, value: Value<'_>) {
        match key.get_ref().as_ref() {
            "separator" => self.set(key, value, |map, text| {
                let mut letters = text.chars();
                let letter = letters.next().filter(|letter| SEPARATORS.contains(letter));
                map.separator = letter;
                letter.is_some() && letters.next().is_none()
            }),
            "encoding" => self.set(key, value, |map, text| {
                map.encoding = Some(text.to_owned());
                encoding_rs::Encoding::for_label(text.as_bytes()).is_some()
            }),
            "time" => self.set(key, value, |map, text| {
                let form = form_of(text);
                let is_known = form.is_some();
                map.times.form = form.unwrap_or_default();
                is_known
            }),
            "zone" => self.set(key, value, |map, text| {
                let zone = zone_of(text);
                map.times.zone = zone.unwrap_or_default();
                zone.is_some()
            }),
            "phases" => self.phases(key, value),
            "columns" => self.columns(key, value),
            "activities" => self.map.activities = self.names(key, value),
            "outcomes" => self.map.outcomes = self.names(key, value),
            "people" => self.map.people = self.names(key, value),
            "roles" => self.map.roles = self.names(key, value),
            _ => self.unknown(key),
        }
    }

    fn unknown(&mut self, key: Key<'_>) {
        let args = vec![("key", key.get_ref().to_string())];
        self.fault(key.span().start, MapCode::UnknownKey, args);
    }

    fn bad_type(&mut self, key: Key<'_>, value: Value<'_>, expected: &str) {
        let args = vec![
            ("key", key.get_ref().to_string()),
            ("expected", expected.to_owned()),
            ("found", value.get_ref().type_str().to_owned()),
        ];
        self.fault(value.span().start, MapCode::BadType, args);
    }

    fn text<'t>(&mut self, key: Key<'_>, value: Value<'t>) -> Option<&'t str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.bad_type(key, value, "string");
        }
        text
    }

    /// Sets a text; `put` says whether it is allowed.
    fn set(&mut self, key: Key<'_>, value: Value<'_>, put: impl Fn(&mut LogMap, &str) -> bool) {
        let Some(text) = self.text(key, value) else { return };
        if !put(&mut self.map, text) {
            let args = vec![("key", key.get_ref().to_string()), ("value", text.to_owned())];
            self.fault(value.span().start, MapCode::BadValue, args);
        }
    }

    fn phases(&mut self, key: Key<'_>, value: Value<'_>) {
        let DeValue::Array(list) = value.get_ref() else {
            return self.bad_type(key, value, "array");
        };
        for value in list.iter() {
            if let Some(text) = self.text(key, value) {
                self.map.phases.push(normal(text).to_lowercase());
            }
        }
    }

    fn columns(&mut self, key: Key<'_>, value: Value<'_>) {
        let DeValue::Table(table) = value.get_ref() else {
            return self.bad_type(key, value, "table");
        };
        for (key, value) in table.iter() {
            let Some(field) = Field::of(key.get_ref()) else {
                self.unknown(key);
                continue;
            };
            if let Some(text) = self.text(key, value) {
                self.map.columns.insert(field, normal(text));
            }
        }
    }

    fn names(&mut self, key: Key<'_>, value: Value<'_>) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        let DeValue::Table(table) = value.get_ref() else {
            self.bad_type(key, value, "table");
            return names;
        };
        for (key, value) in table.iter() {
            let Some(text) = self.text(key, value) else { continue };
            let name = normal(key.get_ref());
            if names.insert(name, normal(text)).is_some() {
                let args = vec![("key", key.get_ref().to_string())];
                self.fault(key.span().start, MapCode::SameKey, args);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = "separator = \"\\t\"\nencoding = \"windows-1258\"\ntime = \"%d.%m.%Y %H:%M\"\nzone = \"-03:30\"\n\
            phases = [\"complete\"]\n\n[columns]\ncase = \"Mã \\\"hồ\\\" sơ\"\nrole = \"\"\n\n[activities]\n\
            \"Thẩm định\\\\\" = \"B05\"\n\n[people]\n\"A\" = \"an\"\n";
        let map = LogMap::parse(text).unwrap();
        assert_eq!(map.write(), text);
        assert_eq!(map.times.zone, -210);
        assert_eq!(LogMap::parse(&LogMap::default().write()).unwrap(), LogMap::default());
    }

    #[test]
    fn every_problem_is_told_at_its_place() {
        let text = "separator = \";;\"\ntime = \"soon\"\nzone = 7\nphases = \"complete\"\nspeed = 1\n[columns]\ncase = 1\n\
            cases = \"x\"\n[activities]\n\"é\" = \"B1\"\n\"e\u{301}\" = \"B2\"\n";
        let faults = LogMap::parse(text).unwrap_err();
        let told: Vec<(usize, &str)> = faults.iter().map(|fault| (fault.line, fault.code.as_str())).collect();
        let expected = [
            (1, "map-bad-value"),
            (2, "map-bad-value"),
            (3, "map-bad-type"),
            (4, "map-bad-type"),
            (5, "map-unknown-key"),
            (7, "map-bad-type"),
            (8, "map-unknown-key"),
            (10, "map-same-key"),
        ];
        let (last, others) = told.split_last().unwrap();
        assert_eq!(others, &expected[..7]);
        // Which of two keys that mean the same is met first is for the table to say.
        assert!(matches!(last, (10 | 11, "map-same-key")), "{last:?}");
        assert_eq!(LogMap::parse("columns = {\n").unwrap_err()[0].code, MapCode::Syntax);
    }
}
