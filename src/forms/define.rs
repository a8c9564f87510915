//! What a form asks for, made from its rows, and what is wrong with them.

use super::amount::Amount;
use super::pattern::Pattern;
use super::row::{InputKind, InputRow, MOST_INPUTS};
use super::rule::{Origin, Rule};
use std::collections::BTreeSet;

/// The longest code of an input, in characters.
const LONGEST_CODE: usize = 40;
/// The longest label or option, in characters.
const LONGEST_LABEL: usize = 300;
/// The longest help, in characters.
const LONGEST_HELP: usize = 1000;
/// The most options of one input.
const MOST_OPTIONS: usize = 60;
/// The most columns of a table.
const MOST_COLUMNS: usize = 12;
/// The most characters of one line, whatever the form says.
const SHORT: usize = 500;
/// The most characters of a longer text, whatever the form says.
const LONG: usize = 8000;

/// What a form asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Definition {
    /// Inputs, headings and tables, in the order of the form.
    pub inputs: Vec<Input>,
}

/// One thing that a form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Values are kept under it.
    pub code: String,
    /// What people read beside the blank.
    pub label: String,
    /// How to fill it.
    pub help: String,
    /// What sort of thing it is.
    pub kind: InputKind,
    /// What there is to choose from.
    pub options: Vec<String>,
    /// It must be filled.
    pub required: bool,
    /// It must be filled when this input has this value.
    pub required_when: Option<(String, String)>,
    /// Personal data.
    pub personal: bool,
    /// No day after today.
    pub not_in_future: bool,
    /// No day before today.
    pub not_in_past: bool,
    /// No day before the one in this input.
    pub not_before: Option<String>,
    /// The smallest number.
    pub min: Option<Amount>,
    /// The largest number.
    pub max: Option<Amount>,
    /// No decimals.
    pub whole: bool,
    /// The least characters.
    pub shortest: usize,
    /// The most characters.
    pub longest: usize,
    /// The shape of the text.
    pub pattern: Option<Pattern>,
    /// What the number counts.
    pub unit: String,
    /// Where a value comes from that is known beforehand.
    pub from: Option<Origin>,
    /// The columns, when it is a table.
    pub columns: Vec<Input>,
}

/// Something wrong with a row of a form. Its words are found by `code` among those of `fault`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The row, from 0.
    pub row: usize,
    /// The cell, and the entry in it: `rules.2`.
    pub cell: String,
    /// The key of its words.
    pub code: &'static str,
    /// What fills the holes of the words.
    pub args: Vec<(&'static str, String)>,
}

impl Definition {
    /// Whether there is anything to fill in.
    pub fn is_fillable(&self) -> bool {
        self.inputs.iter().any(|input| input.kind != InputKind::Section)
    }

    /// The input with this code, columns left out.
    pub fn find(&self, code: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.code == code)
    }
}

struct Gather<'a> {
    rows: &'a [InputRow],
    problems: Vec<Problem>,
}

/// Makes the definition; a row that is wrong in itself is left out of it where nothing could be typed in it.
pub fn define(rows: &[InputRow]) -> (Definition, Vec<Problem>) {
    let mut gather = Gather {
        rows,
        problems: Vec::new(),
    };
    if rows.len() > MOST_INPUTS {
        gather.problem(MOST_INPUTS, "", "input-too-many", &[("most", MOST_INPUTS.to_string())]);
    }
    let mut seen = BTreeSet::new();
    let mut inputs: Vec<Input> = Vec::new();
    let mut columns: Vec<(String, Input)> = Vec::new();
    for (row, typed) in rows.iter().enumerate().take(MOST_INPUTS) {
        gather.code(row, typed, &mut seen);
        let Some(input) = gather.input(row, typed) else {
            continue;
        };
        if typed.within.is_empty() {
            inputs.push(input);
        } else if gather.may_be_column(row, typed, input.kind) {
            columns.push((typed.within.clone(), input));
        }
    }
    for input in &mut inputs {
        let own = columns.iter().filter(|(table, _)| *table == input.code);
        input.columns = own.map(|(_, column)| column.clone()).collect();
    }
    gather.tables(&inputs);
    gather.others(&inputs);
    // A table of which nothing can be filled in would only confuse who fills the form.
    inputs.retain(|input| input.kind != InputKind::Table || !input.columns.is_empty());
    (Definition { inputs }, gather.problems)
}

fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= LONGEST_CODE
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

impl Gather<'_> {
    fn problem(&mut self, row: usize, cell: &str, code: &'static str, args: &[(&'static str, String)]) {
        let input = self.rows.get(row).map(|row| row.code.clone()).unwrap_or_default();
        self.problems.push(Problem {
            row,
            cell: cell.to_owned(),
            code,
            args: args.iter().cloned().chain([("input", input)]).collect(),
        });
    }

    fn code(&mut self, row: usize, typed: &InputRow, seen: &mut BTreeSet<String>) {
        if !is_code(&typed.code) {
            self.problem(row, "code", "input-code", &[("value", typed.code.clone())]);
        } else if !seen.insert(typed.code.clone()) {
            self.problem(row, "code", "input-twice", &[("value", typed.code.clone())]);
        }
    }

    fn texts(&mut self, row: usize, typed: &InputRow) {
        let is_long = |text: &str, most: usize| text.chars().count() > most;
        if typed.label.trim().is_empty() {
            self.problem(row, "label", "input-label", &[]);
        }
        if is_long(&typed.label, LONGEST_LABEL) {
            self.problem(row, "label", "input-long", &[("most", LONGEST_LABEL.to_string())]);
        }
        if is_long(&typed.help, LONGEST_HELP) {
            self.problem(row, "help", "input-long", &[("most", LONGEST_HELP.to_string())]);
        }
    }

    fn input(&mut self, row: usize, typed: &InputRow) -> Option<Input> {
        self.texts(row, typed);
        let Some(kind) = InputKind::from_text(&typed.kind) else {
            let allowed = InputKind::ALL.map(InputKind::as_str).join(", ");
            let args = [("value", typed.kind.clone()), ("allowed", allowed)];
            self.problem(row, "kind", "input-kind", &args);
            return None;
        };
        self.options(row, typed, kind);
        let mut input = Input {
            code: typed.code.clone(),
            label: typed.label.trim().to_owned(),
            help: typed.help.trim().to_owned(),
            kind,
            options: typed.options.clone(),
            required: false,
            required_when: None,
            personal: false,
            not_in_future: false,
            not_in_past: false,
            not_before: None,
            min: None,
            max: None,
            whole: false,
            shortest: 0,
            longest: if kind == InputKind::LongText { LONG } else { SHORT },
            pattern: None,
            unit: String::new(),
            from: None,
            columns: Vec::new(),
        };
        for (at, text) in typed.rules.iter().enumerate() {
            self.rule((row, at), text, &mut input, !typed.within.is_empty());
        }
        if input.min.zip(input.max).is_some_and(|(min, max)| min > max) || input.shortest > input.longest {
            self.problem(row, "rules", "input-range", &[]);
        }
        Some(input)
    }

    fn options(&mut self, row: usize, typed: &InputRow, kind: InputKind) {
        let count = typed.options.len();
        if kind.has_options() && !(2..=MOST_OPTIONS).contains(&count) {
            self.problem(row, "options", "input-options", &[("most", MOST_OPTIONS.to_string())]);
        } else if !kind.has_options() && count > 0 {
            self.problem(row, "options", "input-no-options", &[]);
        }
        let mut seen = BTreeSet::new();
        for (at, option) in typed.options.iter().enumerate() {
            let is_bad = option.trim().is_empty() || option.trim() != option || option.chars().count() > LONGEST_LABEL;
            if is_bad || option.contains('\n') || !seen.insert(option.as_str()) {
                self.problem(
                    row,
                    &format!("options.{at}"),
                    "input-option",
                    &[("value", option.clone())],
                );
            }
        }
    }

    fn rule(&mut self, (row, at): (usize, usize), text: &str, input: &mut Input, is_column: bool) {
        let cell = format!("rules.{at}");
        let rule = match Rule::read(text.trim()) {
            Ok(rule) => rule,
            Err(allowed) => {
                let args = [("value", text.to_owned()), ("allowed", allowed)];
                return self.problem(row, &cell, "input-rule", &args);
            }
        };
        if !fits(&rule, input.kind, is_column) {
            return self.problem(row, &cell, "input-rule-kind", &[("value", text.to_owned())]);
        }
        match rule {
            Rule::Required => input.required = true,
            Rule::RequiredWhen(other, value) => input.required_when = Some((other, value)),
            Rule::Personal => input.personal = true,
            Rule::NotInFuture => input.not_in_future = true,
            Rule::NotInPast => input.not_in_past = true,
            Rule::NotBefore(other) => input.not_before = Some(other),
            Rule::Min(amount) => input.min = Some(amount),
            Rule::Max(amount) => input.max = Some(amount),
            Rule::Whole => input.whole = true,
            Rule::Shortest(count) => input.shortest = count,
            Rule::Longest(count) => input.longest = count.min(input.longest),
            Rule::Pattern(pattern) => input.pattern = Some(pattern),
            Rule::Unit(unit) => input.unit = unit,
            Rule::From(origin) => input.from = Some(origin),
        }
    }

    fn may_be_column(&mut self, row: usize, typed: &InputRow, kind: InputKind) -> bool {
        let mut tables = self
            .rows
            .iter()
            .filter(|table| table.kind == "table" && table.within.is_empty());
        let is_table = tables.any(|table| table.code == typed.within);
        if !is_table || !kind.may_be_column() {
            self.problem(row, "within", "input-within", &[("value", typed.within.clone())]);
        }
        is_table && kind.may_be_column()
    }

    fn tables(&mut self, inputs: &[Input]) {
        for table in inputs.iter().filter(|input| input.kind == InputKind::Table) {
            let row = self.row_of(&table.code);
            if !(1..=MOST_COLUMNS).contains(&table.columns.len()) {
                self.problem(row, "kind", "input-columns", &[("most", MOST_COLUMNS.to_string())]);
            }
        }
    }

    fn row_of(&self, code: &str) -> usize {
        self.rows.iter().position(|row| row.code == code).unwrap_or_default()
    }

    /// Rules that name another input name one that can have the value.
    fn others(&mut self, inputs: &[Input]) {
        for input in inputs {
            let row = self.row_of(&input.code);
            let find = |code: &str| {
                inputs
                    .iter()
                    .find(|other| other.code == code && other.code != input.code)
            };
            if let Some((code, value)) = &input.required_when {
                let can = find(code).is_some_and(|other| match other.kind {
                    InputKind::YesNo => matches!(value.as_str(), "yes" | "no"),
                    InputKind::Choice | InputKind::Choices => other.options.contains(value),
                    InputKind::ShortText
                    | InputKind::LongText
                    | InputKind::Number
                    | InputKind::Date
                    | InputKind::Section
                    | InputKind::Table => false,
                });
                if !can {
                    let value = format!("{code} = {value}");
                    self.problem(row, "rules", "input-when", &[("value", value)]);
                }
            }
            if let Some(code) = &input.not_before
                && find(code).is_none_or(|other| other.kind != InputKind::Date)
            {
                self.problem(row, "rules", "input-other-day", &[("value", code.clone())]);
            }
        }
    }
}

/// Whether a rule can be said of this kind of input.
fn fits(rule: &Rule, kind: InputKind, is_column: bool) -> bool {
    use InputKind::{Date, LongText, Number, Section, ShortText};
    match rule {
        Rule::Required | Rule::Personal => kind != Section,
        Rule::RequiredWhen(..) => kind != Section && !is_column,
        Rule::NotInFuture | Rule::NotInPast => kind == Date,
        Rule::NotBefore(_) => kind == Date && !is_column,
        Rule::Min(_) | Rule::Max(_) | Rule::Whole | Rule::Unit(_) => kind == Number,
        Rule::Shortest(_) | Rule::Longest(_) => matches!(kind, ShortText | LongText),
        Rule::Pattern(_) => kind == ShortText,
        Rule::From(origin) => {
            let is_day = matches!(origin, Origin::ReceivedOn | Origin::PromisedOn | Origin::Today);
            !is_column
                && (if is_day {
                    kind == Date
                } else {
                    matches!(kind, ShortText | LongText)
                })
        }
    }
}
