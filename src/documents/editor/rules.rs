//! Rules of the blanks of a form as people write them: `bắt buộc khi ly_do = Khác` for the file's `required_when …`.

use crate::forms::{Origin, Pattern, RULE_WORDS};
use crate::kernel::Language;
use crate::render::Words;

/// The file's word and what people call it.
type Phrase = (&'static str, String);

/// The words of one language.
#[derive(Debug, Clone)]
struct Phrases {
    rules: Vec<Phrase>,
    patterns: Vec<Phrase>,
    origins: Vec<Phrase>,
}

/// The words for rules, in both languages: what is typed in either is understood.
pub(super) struct RuleWords {
    vi: Phrases,
    en: Phrases,
}

impl Phrases {
    fn of(words: &Words, language: Language) -> Self {
        let phrase = |group: &str, word: &'static str| {
            let key = format!("forms.{group}.{word}");
            (word, words.get(language, &key).to_owned())
        };
        Self {
            rules: RULE_WORDS.map(|word| phrase("rule", word)).to_vec(),
            patterns: Pattern::ALL.map(|one| phrase("pattern", one.as_str())).to_vec(),
            origins: Origin::ALL.map(|one| phrase("origin", one.as_str())).to_vec(),
        }
    }

    /// The words that may stand behind a rule's own word.
    fn values(&self, rule: &str) -> &[Phrase] {
        match rule {
            "pattern" => &self.patterns,
            "from" => &self.origins,
            _ => &[],
        }
    }

    /// The rule that a text begins with, and the rest of the text. The longest phrase counts, as one may begin another.
    fn begin<'t>(&self, typed: &'t str) -> Option<(&'static str, &'t str)> {
        let begins = |phrase: &&Phrase| {
            let start: String = typed.chars().take(phrase.1.chars().count()).collect();
            let rest = typed.get(start.len()..).unwrap_or_default();
            start.to_lowercase() == phrase.1 && (rest.is_empty() || rest.starts_with(' '))
        };
        let (word, phrase) = self
            .rules
            .iter()
            .filter(begins)
            .max_by_key(|(_, phrase)| phrase.len())?;
        let length: usize = typed.chars().take(phrase.chars().count()).map(char::len_utf8).sum();
        Some((word, typed.get(length..).unwrap_or_default().trim()))
    }
}

impl RuleWords {
    pub(super) fn of(words: &Words) -> Self {
        Self {
            vi: Phrases::of(words, Language::Vi),
            en: Phrases::of(words, Language::En),
        }
    }

    /// What is typed, as the file says it; a text that is not understood stays as it is, and the check tells of it.
    pub(super) fn read(&self, typed: &str) -> String {
        let typed = typed.trim();
        for phrases in [&self.vi, &self.en] {
            let Some((word, rest)) = phrases.begin(typed) else {
                continue;
            };
            let lower = rest.to_lowercase();
            let value = phrases.values(word).iter().find(|(_, phrase)| *phrase == lower);
            let rest = match (value, word) {
                (Some((value, _)), _) => (*value).to_owned(),
                (None, "min" | "max") => rest.replace(',', "."),
                (None, _) => rest.to_owned(),
            };
            return format!("{word} {rest}").trim_end().to_owned();
        }
        typed.to_owned()
    }

    /// What the file says, as people write it.
    pub(super) fn shown(&self, text: &str, language: Language) -> String {
        let phrases = match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        };
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let Some((_, phrase)) = phrases.rules.iter().find(|(known, _)| *known == word) else {
            return text.to_owned();
        };
        let value = phrases.values(word).iter().find(|(known, _)| *known == rest);
        let rest = value.map_or(rest, |(_, phrase)| phrase.as_str());
        format!("{phrase} {rest}").trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::RuleWords;
    use crate::kernel::Language;
    use crate::render::Words;

    #[test]
    fn rules_are_read_in_both_languages_and_shown_as_people_write_them() {
        let words = RuleWords::of(&Words::load().unwrap());
        for (file, shown) in [
            ("required", "bắt buộc"),
            ("required_when ly_do = Khác", "bắt buộc khi ly_do = Khác"),
            ("not_before den", "không trước ô den"),
            ("pattern citizen_id", "dạng số định danh cá nhân"),
            ("from applicant_name", "lấy từ tên người nộp hồ sơ"),
            ("min 0.5", "nhỏ nhất 0.5"),
            ("unit đồng", "đơn vị đồng"),
        ] {
            assert_eq!(words.shown(file, Language::Vi), shown);
            assert_eq!(words.read(shown), file);
            assert_eq!(words.read(&words.shown(file, Language::En)), file);
            assert_eq!(words.read(file), file);
        }
        assert_eq!(words.read("Bắt buộc"), "required");
        assert_eq!(words.read("nhỏ nhất 0,5"), "min 0.5");
        assert_eq!(words.read("bắt buộc lắm"), "required lắm");
        assert_eq!(words.read("tùy ý"), "tùy ý");
        assert_eq!(words.shown("tùy ý", Language::Vi), "tùy ý");
    }
}
