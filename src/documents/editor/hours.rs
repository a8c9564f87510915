//! Time limits as people write them: `0,5 ngày làm việc` for the file's `0.5 working_day`.

use super::rules::RuleWords;
use crate::kernel::Language;
use crate::procedures::{limit_text, parse_limit};
use crate::render::Words;

const UNITS: [&str; 4] = ["working_day", "calendar_day", "working_hour", "clock_hour"];

/// The words for units of time and for rules of blanks, in both languages: what is typed in either is understood.
pub(in crate::documents) struct CellWords {
    vi: Vec<(&'static str, String)>,
    en: Vec<(&'static str, String)>,
    pub(super) rules: RuleWords,
}

impl CellWords {
    /// The words for the editor.
    pub(in crate::documents) fn of(words: &Words) -> Self {
        let units = |language| {
            let unit = |unit| {
                (
                    unit,
                    words.get(language, &format!("documents.editor.unit.{unit}")).to_owned(),
                )
            };
            UNITS.map(unit).to_vec()
        };
        Self {
            vi: units(Language::Vi),
            en: units(Language::En),
            rules: RuleWords::of(words),
        }
    }

    /// What the file says, as people write it; a text that is no limit in its usual form stays as it is.
    pub(in crate::documents) fn shown(&self, text: &str, language: Language) -> String {
        let usual = parse_limit(text).map(limit_text).filter(|usual| usual == text);
        let parts = usual.as_deref().and_then(|usual| usual.split_once(' '));
        let Some((number, unit)) = parts else {
            return text.to_owned();
        };
        let (units, number) = match language {
            Language::Vi => (&self.vi, number.replace('.', ",")),
            Language::En => (&self.en, number.to_owned()),
        };
        let word = units
            .iter()
            .find(|(known, _)| *known == unit)
            .map_or(unit, |(_, word)| word);
        format!("{number} {word}")
    }

    /// What is typed, as the file says it; a text that is not understood stays as it is, and the check tells of it.
    pub(in crate::documents) fn read(&self, typed: &str) -> String {
        let typed = typed.trim();
        let number_ends = typed
            .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
            .unwrap_or(typed.len());
        let (number, unit) = typed.split_at_checked(number_ends).unwrap_or((typed, ""));
        let unit = unit.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let known = self
            .vi
            .iter()
            .chain(&self.en)
            .find(|(_, word)| *word == unit || word.trim_end_matches('s') == unit);
        let read = known.map(|(unit, _)| format!("{} {unit}", number.replace(',', ".")));
        read.and_then(|text| parse_limit(&text))
            .map_or_else(|| typed.to_owned(), limit_text)
    }
}
