//! A form as its page shows it: blanks with what is typed in them; and a filled form as pages, papers and tables do.

use super::amount::Amount;
use super::define::{Definition, Input};
use super::fill::{Slip, Typed, Value, Values, cell_name, kept_day, name_of};
use super::row::{InputKind, MOST_ROWS};
use super::rule::Origin;
use serde::Serialize;
use std::collections::BTreeMap;

/// Empty rows that a table offers before anything is typed in it.
const ROWS_AT_FIRST: usize = 2;

/// One blank of a form, with what is typed in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputShown {
    /// The name under which it is sent.
    pub name: String,
    /// The code of the input.
    pub code: String,
    /// What people read beside it.
    pub label: String,
    /// How to fill it.
    pub help: String,
    /// What sort of thing it is.
    pub kind: InputKind,
    /// Whether it must be filled.
    pub required: bool,
    /// What it is that must be filled, when it must be in some cases only: label and value of the other input.
    pub required_when: Option<(String, String)>,
    /// Whether it is personal data.
    pub personal: bool,
    /// The word of the shape that its text must have; empty without one.
    pub pattern: &'static str,
    /// What the number counts.
    pub unit: String,
    /// What is typed.
    pub value: String,
    /// What there is to choose from.
    pub options: Vec<OptionShown>,
    /// The rows of a table.
    pub table: Option<TableShown>,
    /// What is wrong with it, in words; empty when nothing is.
    pub fault: String,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionShown {
    /// What is sent.
    pub value: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// A table to be filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableShown {
    /// The columns: their labels, and whether they must be filled.
    pub head: Vec<(String, bool)>,
    /// The cells, row by row.
    pub rows: Vec<Vec<InputShown>>,
    /// Whether another row may be added.
    pub may_grow: bool,
}

/// What is wrong with what was typed, and what gives it words.
pub type Told<'a> = (&'a [Slip], &'a dyn Fn(&Slip) -> String);

/// The blanks of a form with what is typed in them. `say` gives the words of a slip; `grown` names the table that one
/// more row is asked for.
pub fn inputs(
    definition: &Definition,
    typed: Typed<'_>,
    (slips, say): Told<'_>,
    grown: Option<&str>,
) -> Vec<InputShown> {
    let fault = |name: &str| slips.iter().find(|slip| slip.name == name).map(say).unwrap_or_default();
    let label = |code: &str| definition.find(code).map(|other| other.label.clone());
    definition
        .inputs
        .iter()
        .map(|input| {
            let shown = one(input, name_of(&input.code), typed, &fault);
            let table = (input.kind == InputKind::Table).then(|| table(input, typed, &fault, grown));
            let when = input.required_when.as_ref();
            InputShown {
                required_when: when.and_then(|(code, value)| Some((label(code)?, value.clone()))),
                table,
                ..shown
            }
        })
        .collect()
}

fn one(input: &Input, name: String, typed: Typed<'_>, fault: &dyn Fn(&str) -> String) -> InputShown {
    let sent = typed(&name);
    let words: &[&str] = if input.kind == InputKind::YesNo {
        &["yes", "no"]
    } else {
        &[]
    };
    let options = input.options.iter().map(String::as_str).chain(words.iter().copied());
    InputShown {
        options: options
            .map(|option| OptionShown {
                value: option.to_owned(),
                is_chosen: sent.iter().any(|one| one == option),
            })
            .collect(),
        fault: fault(&name),
        value: sent.first().cloned().unwrap_or_default(),
        code: input.code.clone(),
        label: input.label.clone(),
        help: input.help.clone(),
        kind: input.kind,
        required: input.required,
        required_when: None,
        personal: input.personal,
        pattern: input.pattern.map_or("", super::pattern::Pattern::as_str),
        unit: input.unit.clone(),
        table: None,
        name,
    }
}

fn table(input: &Input, typed: Typed<'_>, fault: &dyn Fn(&str) -> String, grown: Option<&str>) -> TableShown {
    let is_filled = |row: &usize| {
        let mut cells = input.columns.iter();
        cells.any(|column| {
            typed(&cell_name(&input.code, *row, &column.code))
                .iter()
                .any(|text| !text.is_empty())
        })
    };
    let is_sent = |row: &usize| {
        let mut cells = input.columns.iter();
        cells.any(|column| !typed(&cell_name(&input.code, *row, &column.code)).is_empty())
    };
    let filled = (0..MOST_ROWS)
        .filter(is_filled)
        .max()
        .map_or(0, |last| last.saturating_add(1));
    let sent = (0..MOST_ROWS)
        .filter(is_sent)
        .max()
        .map_or(ROWS_AT_FIRST, |last| last.saturating_add(1));
    let more = usize::from(grown == Some(input.code.as_str()));
    let count = filled.max(sent).saturating_add(more).clamp(1, MOST_ROWS);
    let row = |row: usize| {
        let cell = |column: &Input| one(column, cell_name(&input.code, row, &column.code), typed, fault);
        input.columns.iter().map(cell).collect()
    };
    TableShown {
        head: input
            .columns
            .iter()
            .map(|column| (column.label.clone(), column.required))
            .collect(),
        rows: (0..count).map(row).collect(),
        may_grow: count < MOST_ROWS,
    }
}

/// What was filled in, as it would be typed again, by the names of the blanks; personal data only where they are shown.
pub fn typed_again(definition: &Definition, values: &Values, personal: bool) -> BTreeMap<String, Vec<String>> {
    let again = |input: &Input, kept: &str| match input.kind {
        InputKind::Number => Amount::kept(kept).map_or_else(|| kept.to_owned(), Amount::shown),
        InputKind::ShortText
        | InputKind::LongText
        | InputKind::Date
        | InputKind::Choice
        | InputKind::Choices
        | InputKind::YesNo
        | InputKind::Section
        | InputKind::Table => kept.to_owned(),
    };
    let mut typed = BTreeMap::new();
    for input in definition.inputs.iter().filter(|input| personal || !input.personal) {
        match values.get(&input.code) {
            None => {}
            Some(Value::Text(text)) => drop(typed.insert(name_of(&input.code), vec![again(input, text)])),
            Some(Value::Many(texts)) => drop(typed.insert(name_of(&input.code), texts.clone())),
            Some(Value::Rows(rows)) => {
                for (at, row) in rows.iter().enumerate() {
                    for column in input.columns.iter().filter(|column| personal || !column.personal) {
                        if let Some(kept) = row.get(&column.code) {
                            typed.insert(cell_name(&input.code, at, &column.code), vec![again(column, kept)]);
                        }
                    }
                }
            }
        }
    }
    typed
}

/// What is known beforehand, by the names of the blanks that ask for it.
pub fn typed_before(definition: &Definition, known: &BTreeMap<Origin, String>) -> BTreeMap<String, Vec<String>> {
    let before = |input: &Input| Some((name_of(&input.code), vec![known.get(&input.from?)?.clone()]));
    definition.inputs.iter().filter_map(before).collect()
}

/// A filled input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueShown {
    /// The code of the input.
    pub code: String,
    /// What people read beside it.
    pub label: String,
    /// What sort of thing it is.
    pub kind: InputKind,
    /// What it says, line by line; none when it was left empty.
    pub lines: Vec<String>,
    /// The columns of a table.
    pub head: Vec<String>,
    /// The rows of a table.
    pub rows: Vec<Vec<String>>,
    /// Whether it holds something that the reader may not see.
    pub is_hidden: bool,
}

/// Who looks at values: the words for yes, no and what is hidden, and whether personal data are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The word for yes.
    pub yes: String,
    /// The word for no.
    pub no: String,
    /// What stands for a value that the reader may not see.
    pub hidden: String,
    /// Whether personal data are shown.
    pub personal: bool,
}

impl Seen {
    fn text(&self, input: &Input, kept: &str) -> String {
        if input.personal && !self.personal {
            return self.hidden.clone();
        }
        match (input.kind, kept) {
            (InputKind::YesNo, "yes") => self.yes.clone(),
            (InputKind::YesNo, "no") => self.no.clone(),
            (InputKind::Date, day) => {
                kept_day(day).map_or_else(|| day.to_owned(), |day| day.format("%d/%m/%Y").to_string())
            }
            (InputKind::Number, number) => {
                let shown = Amount::kept(number).map_or_else(|| number.to_owned(), Amount::shown);
                format!("{shown} {}", input.unit).trim_end().to_owned()
            }
            (_, text) => text.to_owned(),
        }
    }
}

/// The values of a filled form, in the order of the form. An input that was left empty is there without lines.
pub fn values(definition: &Definition, values: &Values, seen: &Seen) -> Vec<ValueShown> {
    let shown = |input: &Input| {
        let is_hidden = input.personal && !seen.personal && values.contains_key(&input.code);
        let (lines, rows) = match values.get(&input.code) {
            None => (Vec::new(), Vec::new()),
            Some(_) if is_hidden => (vec![seen.hidden.clone()], Vec::new()),
            Some(Value::Text(text)) => (
                seen.text(input, text).lines().map(ToOwned::to_owned).collect(),
                Vec::new(),
            ),
            Some(Value::Many(texts)) => (texts.clone(), Vec::new()),
            Some(Value::Rows(rows)) => (Vec::new(), rows.iter().map(|row| cells(input, row, seen)).collect()),
        };
        ValueShown {
            code: input.code.clone(),
            label: input.label.clone(),
            kind: input.kind,
            lines,
            head: input.columns.iter().map(|column| column.label.clone()).collect(),
            rows,
            is_hidden,
        }
    };
    definition.inputs.iter().map(shown).collect()
}

fn cells(table: &Input, row: &BTreeMap<String, String>, seen: &Seen) -> Vec<String> {
    let cell = |column: &Input| {
        row.get(&column.code)
            .map(|kept| seen.text(column, kept))
            .unwrap_or_default()
    };
    table.columns.iter().map(cell).collect()
}
