//! What was filled in, with the personal answers apart from the others: so that they can be kept apart. Pure.

use super::define::{Definition, Input};
use super::fill::{Value, Values};
use std::collections::BTreeMap;

impl Definition {
    /// Whether it asks for any personal data.
    pub fn has_personal(&self) -> bool {
        let is_personal = |input: &Input| input.personal || input.columns.iter().any(|column| column.personal);
        self.inputs.iter().any(is_personal)
    }
}

fn emptied(value: &Value) -> Value {
    match value {
        Value::Text(_) => Value::Text(String::new()),
        Value::Many(_) => Value::Many(Vec::new()),
        Value::Rows(rows) => Value::Rows(vec![BTreeMap::new(); rows.len()]),
    }
}

/// The answers without the personal ones, of which only that they were given is left; and the personal ones.
pub fn apart(definition: &Definition, values: &Values) -> (Values, Values) {
    let (mut open, mut personal) = (values.clone(), Values::new());
    for input in &definition.inputs {
        let Some(value) = values.get(&input.code) else { continue };
        if input.personal {
            open.insert(input.code.clone(), emptied(value));
            personal.insert(input.code.clone(), value.clone());
        } else if let Value::Rows(rows) = value {
            let is_personal = |code: &String| {
                input
                    .columns
                    .iter()
                    .any(|column| column.personal && column.code == *code)
            };
            let (mut others, mut own) = (Vec::new(), Vec::new());
            for row in rows {
                let (mine, rest): (BTreeMap<_, _>, BTreeMap<_, _>) =
                    row.clone().into_iter().partition(|(code, _)| is_personal(code));
                others.push(rest);
                own.push(mine);
            }
            if own.iter().any(|row| !row.is_empty()) {
                open.insert(input.code.clone(), Value::Rows(others));
                personal.insert(input.code.clone(), Value::Rows(own));
            }
        }
    }
    (open, personal)
}

/// The answers with the personal ones put back.
pub fn together(mut open: Values, personal: Values) -> Values {
    for (code, value) in personal {
        match (open.get_mut(&code), value) {
            (Some(Value::Rows(rows)), Value::Rows(own)) => {
                for (row, mine) in rows.iter_mut().zip(own) {
                    row.extend(mine);
                }
            }
            (_, value) => drop(open.insert(code, value)),
        }
    }
    open
}
