//! The texts of a table of steps: codes, names, cases.

use super::words::{capital, flat};
use crate::procedures::{DurationRow, Source};

/// A longer text of a step is cut after its first sentence; the rest is guidance.
const LONGEST_NAME: usize = 220;

/// A code of a shared cell that is not used: `A`, `B`, …
pub(super) fn free_cell(source: &Source) -> String {
    let letters = ('A'..='Z').map(String::from);
    let more = (1..).map(|number| format!("A{number}"));
    let is_free = |code: &String| source.shared_times.iter().all(|row| row.code != *code);
    letters.chain(more).find(is_free).unwrap_or_default()
}

/// The ordinary duration case.
pub(super) fn ordinary(limit: String) -> DurationRow {
    DurationRow {
        code: "thuong".to_owned(),
        name: "Trường hợp thông thường".to_owned(),
        limit,
        ..DurationRow::default()
    }
}

/// The name of a case in the head of its column: what stands behind a colon or in brackets.
pub(super) fn case_name(head: &str) -> String {
    let inner = head.split_once(':').map(|(_, rest)| rest);
    let inner = inner.or_else(|| {
        head.split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'))
            .map(|(inner, _)| inner)
    });
    capital(inner.unwrap_or(head).trim())
}

/// The code of a step: `B1` for `B1`, `Bước 1`, `1.` and `01`; `None` when the text is none.
pub(super) fn code_of(text: &str) -> Option<String> {
    let folded = flat(text).replace(' ', "");
    let digits = folded
        .strip_prefix("buoc")
        .or_else(|| folded.strip_prefix('b'))
        .unwrap_or(&folded);
    let number: String = digits.chars().take_while(char::is_ascii_digit).collect();
    let letter = digits.get(number.len()..)?;
    let is_code = !number.is_empty() && number.len() <= 3 && letter.len() <= 1;
    let number = number.parse::<u32>().ok().filter(|_| is_code)?;
    Some(format!("B{number}{letter}"))
}

/// Whether a text is the code of a form: `BM.HT.01.01`.
pub(super) fn is_form_code(text: &str) -> bool {
    let begins_so = ["BM.", "BM-", "BM/", "BM_"]
        .iter()
        .any(|begin| text.to_uppercase().starts_with(begin));
    begins_so && text.chars().any(|letter| letter.is_ascii_digit())
}

/// The first sentence of a long text as the name, the rest as guidance.
pub(super) fn name_and_rest(text: &str) -> (String, Option<String>) {
    if text.chars().count() <= LONGEST_NAME {
        return (text.to_owned(), None);
    }
    let end = [". ", "; ", ": "].iter().filter_map(|sign| text.find(sign)).min();
    let fits = |at: &usize| text.get(..*at).is_some_and(|name| name.chars().count() <= LONGEST_NAME);
    match end.filter(fits).and_then(|at| text.split_at_checked(at)) {
        Some((name, rest)) => (
            name.to_owned(),
            Some(rest.trim_start_matches(['.', ';', ':', ' ']).to_owned()),
        ),
        None => {
            let name: String = text.chars().take(LONGEST_NAME).collect();
            (format!("{}…", name.trim_end()), Some(text.to_owned()))
        }
    }
}
