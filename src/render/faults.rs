//! The words of a problem of a procedure file: the same on a page and on the terminal.

use super::Words;
use crate::kernel::Language;
use crate::procedures::Fault;

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FaultText {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// The words of `fault`: the file's own problems are in the words of `fault`, the table's in those of `check`.
pub fn fault_text(words: &Words, language: Language, fault: &Fault) -> FaultText {
    let key = ["fault", "check"]
        .iter()
        .map(|room| format!("{room}.{}", fault.code))
        .find(|key| words.find(language, key).is_some())
        .unwrap_or_else(|| fault.code.clone());
    let args: Vec<(String, String)> = fault
        .args
        .iter()
        .map(|(name, value)| {
            let unit = format!("check.unit.{value}");
            let is_unit = name == "unit" || name.ends_with("_unit");
            let shown = if is_unit {
                words.find(language, &unit).unwrap_or(value)
            } else {
                value.as_str()
            };
            (name.clone(), shown.to_owned())
        })
        .collect();
    let hint = format!("{key}.hint");
    FaultText {
        message: words.fill(language, &key, &args),
        hint: words.find(language, &hint).map(|_| words.fill(language, &hint, &args)),
    }
}
