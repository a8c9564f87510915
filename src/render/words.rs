//! Every text for people, in each language, from `templates/words/<language>/<room>.toml`.

use crate::kernel::Language;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;

#[derive(RustEmbed)]
#[folder = "templates/words"]
struct WordFiles;

/// The words of both languages. A key is `<room>.<thing>.<word>`; a word may have `{holes}`.
#[derive(Debug)]
pub struct Words {
    vi: BTreeMap<String, String>,
    en: BTreeMap<String, String>,
}

/// The holes of a word and what to fill them with.
pub fn word_args<const N: usize>(args: [(&str, String); N]) -> Vec<(String, String)> {
    args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Words {
    /// Reads the word files that are part of the program.
    ///
    /// # Errors
    /// Names the file that is not TOML, or whose entry is neither text nor a table of texts.
    pub fn load() -> Result<Self, String> {
        let mut words = Self {
            vi: BTreeMap::new(),
            en: BTreeMap::new(),
        };
        for path in WordFiles::iter() {
            let Some(file) = WordFiles::get(&path) else { continue };
            let Some((language, room)) = path.strip_suffix(".toml").and_then(|path| path.split_once('/')) else {
                return Err(format!("{path}: word files are <language>/<room>.toml"));
            };
            let language = Language::parse(language).ok_or_else(|| format!("{path}: unknown language"))?;
            let text = std::str::from_utf8(&file.data).map_err(|cause| format!("{path}: {cause}"))?;
            let table: toml::Table = toml::from_str(text).map_err(|cause| format!("{path}: {cause}"))?;
            flatten(room, &table, words.of_mut(language)).map_err(|key| format!("{path}: {key} is no text"))?;
        }
        Ok(words)
    }

    /// The word for `key` in `language`; a missing one shows as its key, and a test finds it before people do.
    pub fn get<'a>(&'a self, language: Language, key: &'a str) -> &'a str {
        self.find(language, key).unwrap_or(key)
    }

    /// The word for `key`, if there is one.
    pub fn find(&self, language: Language, key: &str) -> Option<&str> {
        self.of(language).get(key).map(String::as_str)
    }

    /// The word with its holes filled.
    pub fn fill<K: AsRef<str>, V: AsRef<str>>(&self, language: Language, key: &str, args: &[(K, V)]) -> String {
        fill(self.get(language, key), args)
    }

    /// All keys of a language, for the test that compares languages.
    pub fn keys(&self, language: Language) -> impl Iterator<Item = &str> {
        self.of(language).keys().map(String::as_str)
    }

    fn of(&self, language: Language) -> &BTreeMap<String, String> {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }

    fn of_mut(&mut self, language: Language) -> &mut BTreeMap<String, String> {
        match language {
            Language::Vi => &mut self.vi,
            Language::En => &mut self.en,
        }
    }
}

fn fill<K: AsRef<str>, V: AsRef<str>>(word: &str, args: &[(K, V)]) -> String {
    let mut text = String::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let found = after.split_once('}').and_then(|(name, after)| {
            args.iter()
                .find(|(key, _)| key.as_ref() == name)
                .map(|(_, value)| (value.as_ref(), after))
        });
        match found {
            Some((value, after)) => {
                text.push_str(value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

fn flatten(prefix: &str, table: &toml::Table, into: &mut BTreeMap<String, String>) -> Result<(), String> {
    for (name, value) in table {
        let key = format!("{prefix}.{name}");
        if let Some(text) = value.as_str() {
            into.insert(key, text.to_owned());
        } else if let Some(table) = value.as_table() {
            flatten(&key, table, into)?;
        } else {
            return Err(key);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn holes_are_filled_once_and_unknown_ones_stay() {
        assert_eq!(
            fill("Bước {step} của {role}", &[("step", "B1"), ("role", "{step}")]),
            "Bước B1 của {step}"
        );
        assert_eq!(fill("một { và {lạ}", &[("a", "b")]), "một { và {lạ}");
    }
}
