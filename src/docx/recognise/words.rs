//! Words compared without marks, capitals and signs.

use crate::procedures::fold;

/// Folded, with every sign a space: `5.7. Quy trình, xử lý` becomes `5 7 quy trinh xu ly`.
pub(super) fn flat(text: &str) -> String {
    let folded: String = fold(text)
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { ' ' })
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text without the number or letter that counts it: `5.2. `, `a) `, `đ) `, `IV. `, `- `.
pub(super) fn uncounted(text: &str) -> &str {
    let text = text.trim_start_matches(['-', '+', '•', '–', '*', '☐', ' ', '\u{a0}']);
    if let Some((_, rest)) = crate::docx::read::numbered(text) {
        let before = text.get(..text.len() - rest.len()).unwrap_or_default().trim_end();
        // `01 bản chính` counts papers, not lines.
        if before.contains(['.', ')', '/', ':']) {
            return rest;
        }
    }
    let end = text.find([')', '.', '/']).filter(|at| *at <= 5);
    if let Some((mark, rest)) = end.and_then(|at| text.split_at_checked(at)) {
        let is_roman = !mark.is_empty() && mark.chars().all(|letter| matches!(letter, 'I' | 'V' | 'X'));
        let is_letter = mark.chars().count() == 1 && mark.chars().all(char::is_alphabetic);
        let rest = rest.get(1..).unwrap_or_default();
        if (is_roman || is_letter) && rest.starts_with([' ', '\u{a0}']) {
            return rest.trim_start();
        }
    }
    text.trim()
}

/// Whether a flat text has these words one after the other.
pub(super) fn says(flat: &str, words: &str) -> bool {
    format!(" {flat} ").contains(&format!(" {words} "))
}

/// Whether a flat text begins with these words.
pub(super) fn begins(flat: &str, words: &str) -> bool {
    flat.strip_prefix(words)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// A text as a code of the file: `Có xác minh` becomes `co_xac_minh`.
pub(super) fn slug(text: &str) -> String {
    let joined = flat(text).replace(' ', "_");
    joined
        .chars()
        .filter(char::is_ascii)
        .take(30)
        .collect::<String>()
        .trim_end_matches('_')
        .to_owned()
}

/// A text that begins with a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
