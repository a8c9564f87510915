//! What was typed in a form, held against what it asks for.

use super::amount::Amount;
use super::define::{Definition, Input};
use super::row::{InputKind, MOST_ROWS};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most characters of one filled form.
const MOST_LETTERS: usize = 100_000;

/// A value as it is kept: a text (a number as `12.5`, a day as `2026-11-23`, `yes` or `no`), chosen options, or rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// One text.
    Text(String),
    /// Options that were chosen.
    Many(Vec<String>),
    /// The rows of a table: cells by the codes of their columns.
    Rows(Vec<BTreeMap<String, String>>),
}

/// What a filled form holds, by the codes of its inputs; what was left empty is left out.
pub type Values = BTreeMap<String, Value>;

/// Something wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The name under which it was sent: `in.ngay_sinh`, `in.giay_to.0.ten`; `in` for the whole form.
    pub name: String,
    /// The key of its words, among those of `forms.slip`.
    pub key: &'static str,
    /// What fills the holes of the words.
    pub args: Vec<(&'static str, String)>,
}

/// What a page sent: all values under a name.
pub type Typed<'a> = &'a dyn Fn(&str) -> Vec<String>;

struct Filling<'a> {
    definition: &'a Definition,
    typed: Typed<'a>,
    today: NaiveDate,
    slips: Vec<Slip>,
}

/// The name under which the value of an input is sent.
pub(super) fn name_of(code: &str) -> String {
    format!("in.{code}")
}

/// The name under which a cell of a table is sent.
pub(super) fn cell_name(table: &str, row: usize, column: &str) -> String {
    format!("in.{table}.{row}.{column}")
}

/// The values that were typed, as they are kept.
///
/// # Errors
/// Everything that is wrong with them, in the order of the form.
pub fn fill(definition: &Definition, typed: Typed<'_>, today: NaiveDate) -> Result<Values, Vec<Slip>> {
    let mut filling = Filling {
        definition,
        typed,
        today,
        slips: Vec::new(),
    };
    let mut values = Values::new();
    for input in &definition.inputs {
        if let Some(value) = filling.value(input) {
            values.insert(input.code.clone(), value);
        }
    }
    filling.days(&values);
    filling.needed(&values);
    let letters: usize = values.values().map(letters).sum();
    if letters > MOST_LETTERS {
        filling.slip("in".to_owned(), "too_much", &[("most", MOST_LETTERS.to_string())]);
    } else if values.is_empty() && filling.slips.is_empty() {
        filling.slip("in".to_owned(), "empty", &[]);
    }
    let order = |slip: &Slip| {
        let code = slip.name.split('.').nth(1).unwrap_or_default().to_owned();
        definition.inputs.iter().position(|input| input.code == code)
    };
    filling.slips.sort_by_key(order);
    if filling.slips.is_empty() {
        Ok(values)
    } else {
        Err(filling.slips)
    }
}

fn letters(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.chars().count(),
        Value::Many(texts) => texts.iter().map(|text| text.chars().count()).sum(),
        Value::Rows(rows) => rows
            .iter()
            .flat_map(BTreeMap::values)
            .map(|text| text.chars().count())
            .sum(),
    }
}

impl Filling<'_> {
    fn slip(&mut self, name: String, key: &'static str, args: &[(&'static str, String)]) {
        self.slips.push(Slip {
            name,
            key,
            args: args.to_vec(),
        });
    }

    fn one(&self, name: &str) -> String {
        (self.typed)(name)
            .first()
            .map(|text| text.trim().to_owned())
            .unwrap_or_default()
    }

    fn value(&mut self, input: &Input) -> Option<Value> {
        let name = name_of(&input.code);
        match input.kind {
            InputKind::Section => None,
            InputKind::Choices => {
                let sent: Vec<String> = (self.typed)(&name)
                    .into_iter()
                    .filter(|text| !text.is_empty())
                    .collect();
                if sent.iter().any(|text| !input.options.contains(text)) {
                    self.slip(name, "no_option", &[]);
                    return None;
                }
                // In the order of the form, each once.
                let chosen = input.options.iter().filter(|option| sent.contains(option));
                Some(chosen.cloned().collect::<Vec<_>>())
                    .filter(|chosen| !chosen.is_empty())
                    .map(Value::Many)
            }
            InputKind::Table => self.rows(input).map(Value::Rows),
            InputKind::ShortText
            | InputKind::LongText
            | InputKind::Number
            | InputKind::Date
            | InputKind::Choice
            | InputKind::YesNo => {
                let typed = self.one(&name);
                self.text(input, name, &typed).map(Value::Text)
            }
        }
    }

    /// The value of one blank; nothing when it is empty or wrong.
    fn text(&mut self, input: &Input, name: String, typed: &str) -> Option<String> {
        if typed.is_empty() {
            return None;
        }
        match one_value(input, typed, self.today) {
            Ok(value) => Some(value),
            Err((key, args)) => {
                self.slip(name, key, &args);
                None
            }
        }
    }

    fn rows(&mut self, table: &Input) -> Option<Vec<BTreeMap<String, String>>> {
        let mut rows = Vec::new();
        for row in 0..MOST_ROWS {
            let cells: Vec<(&Input, String, String)> = table
                .columns
                .iter()
                .map(|column| {
                    let name = cell_name(&table.code, row, &column.code);
                    let typed = self.one(&name);
                    (column, name, typed)
                })
                .collect();
            if cells.iter().all(|(_, _, typed)| typed.is_empty()) {
                continue;
            }
            let mut kept = BTreeMap::new();
            for (column, name, typed) in cells {
                if typed.is_empty() && column.required {
                    self.slip(name, "needed", &[]);
                } else if let Some(value) = self.text(column, name, &typed) {
                    kept.insert(column.code.clone(), value);
                }
            }
            rows.push(kept);
        }
        let first_beyond = cell_name(&table.code, MOST_ROWS, "");
        let is_beyond = |column: &Input| !self.one(&format!("{first_beyond}{}", column.code)).is_empty();
        if table.columns.iter().any(is_beyond) {
            self.slip(
                name_of(&table.code),
                "too_many_rows",
                &[("most", MOST_ROWS.to_string())],
            );
        }
        (!rows.is_empty()).then_some(rows)
    }

    /// Days that may not be before another one.
    fn days(&mut self, values: &Values) {
        let definition = self.definition;
        for input in &definition.inputs {
            let Some(other) = input.not_before.as_deref().and_then(|code| definition.find(code)) else {
                continue;
            };
            let day = |code: &str| match values.get(code) {
                Some(Value::Text(text)) => kept_day(text),
                Some(Value::Many(_) | Value::Rows(_)) | None => None,
            };
            if day(&input.code)
                .zip(day(&other.code))
                .is_some_and(|(own, other)| own < other)
            {
                let args = [("other", other.label.clone())];
                self.slip(name_of(&input.code), "before_other", &args);
            }
        }
    }

    /// What must be filled and is not.
    fn needed(&mut self, values: &Values) {
        let definition = self.definition;
        for input in &definition.inputs {
            let is_told = |name: &String| {
                let rest = name
                    .strip_prefix("in.")
                    .and_then(|name| name.strip_prefix(input.code.as_str()));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            if values.contains_key(&input.code) || self.slips.iter().any(|slip| is_told(&slip.name)) {
                continue;
            }
            if input.required {
                self.slip(name_of(&input.code), "needed", &[]);
            } else if let Some((code, value)) = &input.required_when
                && has(values.get(code), value)
            {
                let other = definition
                    .find(code)
                    .map(|other| other.label.clone())
                    .unwrap_or_default();
                self.slip(name_of(&input.code), "needed_when", &[("other", other)]);
            }
        }
    }
}

/// Whether an input was filled with this value.
fn has(value: Option<&Value>, wanted: &str) -> bool {
    match value {
        Some(Value::Text(text)) => text == wanted,
        Some(Value::Many(texts)) => texts.iter().any(|text| text == wanted),
        Some(Value::Rows(_)) | None => false,
    }
}

/// A day as it is kept.
pub(super) fn kept_day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

/// A day as browsers send it or as people write it; years of four digits only.
fn typed_day(text: &str) -> Option<NaiveDate> {
    let read = kept_day(text).or_else(|| NaiveDate::parse_from_str(text, "%d/%m/%Y").ok())?;
    let first = NaiveDate::from_ymd_opt(1000, 1, 1)?;
    let last = NaiveDate::from_ymd_opt(9999, 12, 31)?;
    (first..=last).contains(&read).then_some(read)
}

type Wrong = (&'static str, Vec<(&'static str, String)>);

fn one_value(input: &Input, typed: &str, today: NaiveDate) -> Result<String, Wrong> {
    match input.kind {
        InputKind::ShortText | InputKind::LongText => text(input, typed),
        InputKind::Number => number(input, typed),
        InputKind::Date => {
            let day = typed_day(typed).ok_or(("no_day", Vec::new()))?;
            if input.not_in_future && day > today {
                return Err(("in_future", Vec::new()));
            }
            if input.not_in_past && day < today {
                return Err(("in_past", Vec::new()));
            }
            Ok(day.format("%Y-%m-%d").to_string())
        }
        InputKind::Choice if input.options.iter().any(|option| option == typed) => Ok(typed.to_owned()),
        InputKind::YesNo if matches!(typed, "yes" | "no") => Ok(typed.to_owned()),
        InputKind::Choice | InputKind::YesNo | InputKind::Choices | InputKind::Section | InputKind::Table => {
            Err(("no_option", Vec::new()))
        }
    }
}

fn text(input: &Input, typed: &str) -> Result<String, Wrong> {
    if input.kind == InputKind::ShortText && typed.contains(['\n', '\t']) {
        return Err(("one_line", Vec::new()));
    }
    let read = match input.pattern {
        Some(pattern) => {
            let read = pattern.read(typed);
            read.ok_or_else(|| ("no_pattern", vec![("pattern", pattern.as_str().to_owned())]))?
        }
        None => typed.to_owned(),
    };
    let length = read.chars().count();
    if length > input.longest {
        return Err(("too_long", vec![("most", input.longest.to_string())]));
    }
    if length < input.shortest {
        return Err(("too_short", vec![("least", input.shortest.to_string())]));
    }
    Ok(read)
}

fn number(input: &Input, typed: &str) -> Result<String, Wrong> {
    let amount = Amount::typed(typed).ok_or(("no_number", Vec::new()))?;
    if input.whole && !amount.is_whole() {
        return Err(("no_whole", Vec::new()));
    }
    if let Some(min) = input.min.filter(|min| amount < *min) {
        return Err(("too_small", vec![("least", min.shown())]));
    }
    if let Some(max) = input.max.filter(|max| amount > *max) {
        return Err(("too_large", vec![("most", max.shown())]));
    }
    Ok(amount.to_string())
}
