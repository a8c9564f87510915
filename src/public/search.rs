//! Search that finds without diacritics and puts what was typed exactly first. Pure.

use crate::procedures::{fold, nfc};

/// The longest question that is looked at, in characters.
const LONGEST: usize = 100;

/// What is looked for.
pub(super) struct Question {
    exact: String,
    folded: String,
}

/// What may be found: a title, and whatever else belongs to it.
pub(super) struct Text {
    title: String,
    all: String,
    title_folded: String,
    all_folded: String,
}

impl Question {
    /// The question, or `None` when nothing is asked.
    pub(super) fn of(typed: &str) -> Option<Self> {
        let words: Vec<&str> = typed.split_whitespace().collect();
        let joined: String = words.join(" ").chars().take(LONGEST).collect();
        if joined.is_empty() {
            return None;
        }
        let exact = nfc(&joined).to_lowercase();
        Some(Self {
            folded: fold(&exact),
            exact,
        })
    }

    /// How well a text answers, the best first; `None` when a word of the question is not in it at all.
    pub(super) fn rank(&self, text: &Text) -> Option<u8> {
        let has_all = |question: &str, text: &str| question.split(' ').all(|word| text.contains(word));
        if !has_all(&self.folded, &text.all_folded) {
            return None;
        }
        let ranks = [
            text.title.contains(&self.exact),
            has_all(&self.exact, &text.title),
            has_all(&self.exact, &text.all),
            text.title_folded.contains(&self.folded),
            has_all(&self.folded, &text.title_folded),
        ];
        let place = ranks.iter().position(|fits| *fits).unwrap_or(ranks.len());
        u8::try_from(place).ok()
    }
}

impl Text {
    /// A title, and the rest that it is found by.
    pub(super) fn new<'a>(title: &str, rest: impl IntoIterator<Item = &'a str>) -> Self {
        let title = nfc(title).to_lowercase();
        let mut all = title.clone();
        for part in rest {
            all.push('\n');
            all.push_str(&nfc(part).to_lowercase());
        }
        Self {
            title_folded: fold(&title),
            all_folded: fold(&all),
            title,
            all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Question, Text};

    fn ranked(question: &str, titles: &[&str]) -> Vec<String> {
        let question = Question::of(question).unwrap();
        let mut found: Vec<(u8, &str)> = titles
            .iter()
            .filter_map(|title| Some((question.rank(&Text::new(title, ["QT.HT.01"]))?, *title)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, title)| title.to_owned()).collect()
    }

    #[test]
    fn words_are_found_without_diacritics_and_in_any_case() {
        assert_eq!(
            ranked("DANG ky khai sinh", &["Đăng ký khai sinh", "Đăng ký kết hôn"]),
            ["Đăng ký khai sinh"]
        );
        assert_eq!(ranked("qt.ht.01", &["Đăng ký khai sinh"]), ["Đăng ký khai sinh"]);
    }

    #[test]
    fn what_was_typed_with_its_marks_comes_first() {
        assert_eq!(
            ranked("bán", &["Cấp bản sao", "Mua bán nhà"]),
            ["Mua bán nhà", "Cấp bản sao"]
        );
        assert_eq!(
            ranked("bản", &["Mua bán nhà", "Cấp bản sao"]),
            ["Cấp bản sao", "Mua bán nhà"]
        );
    }

    #[test]
    fn a_decomposed_question_is_the_same_question() {
        assert_eq!(
            ranked("ba\u{309}n", &["Mua bán nhà", "Cấp bản sao"]),
            ["Cấp bản sao", "Mua bán nhà"]
        );
    }

    #[test]
    fn nothing_typed_is_no_question_and_an_unknown_word_finds_nothing() {
        assert!(Question::of("  \t ").is_none());
        assert_eq!(ranked("khai sinh vũ trụ", &["Đăng ký khai sinh"]), Vec::<String>::new());
    }
}
