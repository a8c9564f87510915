//! Templates: one engine for each language, so that a page names a word by its key alone.

use super::Words;
use crate::kernel::{Language, local};
use chrono::{NaiveDate, NaiveDateTime};
use rust_embed::RustEmbed;
use serde::Serialize;
use std::sync::Arc;
use tera::{Kwargs, State, Tera, Value};

#[derive(RustEmbed)]
#[folder = "templates"]
#[include = "*.html"]
struct TemplateFiles;

/// What went wrong while making a page: always a fault of the program, never of the visitor.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The word files or templates that are part of the program cannot be read.
    #[error("reading the templates: {0}")]
    Load(String),
    /// A template failed.
    #[error("making the page {0}")]
    Page(String, #[source] Box<tera::Error>),
}

/// All templates in all languages, and the words. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    vi: Arc<Tera>,
    en: Arc<Tera>,
    words: Arc<Words>,
}

impl Pages {
    /// Reads the templates and words that are part of the program.
    ///
    /// # Errors
    /// Names the template that does not parse, or the word file that cannot be read.
    pub fn load() -> Result<Self, RenderError> {
        let words = Arc::new(Words::load().map_err(RenderError::Load)?);
        Ok(Self {
            vi: engine(Language::Vi, &words)?,
            en: engine(Language::En, &words)?,
            words,
        })
    }

    /// The words of both languages.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The page of `template` in `language` with the values of `context`.
    ///
    /// # Errors
    /// When the template names a value or word that is not there.
    pub fn render(&self, language: Language, template: &str, context: &impl Serialize) -> Result<String, RenderError> {
        let tera = match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        };
        let failed = |cause| RenderError::Page(template.to_owned(), Box::new(cause));
        let context = tera::Context::from_serialize(context).map_err(failed)?;
        tera.render(template, &context).map_err(failed)
    }

    /// Names of all templates, for the test that looks for unused ones.
    pub fn templates() -> Vec<String> {
        TemplateFiles::iter().map(|path| path.to_string()).collect()
    }
}

fn engine(language: Language, words: &Arc<Words>) -> Result<Arc<Tera>, RenderError> {
    let mut tera = Tera::default();
    let known = Arc::clone(words);
    tera.register_function("word", move |args: Kwargs, _: &State| word(&known, language, &args));
    tera.register_function("form_key", |_: Kwargs, _: &State| form_key());
    tera.register_filter("day", |value: &str, _: Kwargs, _: &State| day(value));
    tera.register_filter("time", |value: &str, _: Kwargs, _: &State| time(value));
    let load = |cause: tera::Error| RenderError::Load(full(&cause));
    let mut files = Vec::new();
    for path in TemplateFiles::iter() {
        let Some(file) = TemplateFiles::get(&path) else {
            continue;
        };
        let text =
            String::from_utf8(file.data.into_owned()).map_err(|cause| RenderError::Load(format!("{path}: {cause}")))?;
        files.push((path.to_string(), text));
    }
    tera.add_raw_templates(files).map_err(load)?;
    Ok(Arc::new(tera))
}

fn full(cause: &tera::Error) -> String {
    let mut text = cause.to_string();
    let mut source = std::error::Error::source(cause);
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

/// `word(key="room.thing.word", hole=value)`: a missing key is an error, so that tests find it.
fn word(words: &Words, language: Language, args: &Kwargs) -> tera::TeraResult<Value> {
    let key: &str = args.must_get("key")?;
    let Some(found) = words.find(language, key) else {
        return Err(tera::Error::message(format!(
            "no word for the key `{key}` in `{language}`"
        )));
    };
    if !found.contains('{') {
        return Ok(Value::from(found));
    }
    let args: Vec<(String, String)> = args
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    Ok(Value::from(words.fill(language, key, &args)))
}

/// The key of one form: random, so that no two forms ever have the same.
fn form_key() -> tera::TeraResult<Value> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|cause| tera::Error::message(format!("random bytes: {cause}")))?;
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Value::from(key))
}

/// A date as people write it here: `23/11/2026`. Takes a date, or a moment in UTC.
fn day(value: &str) -> String {
    let date = value
        .parse::<NaiveDateTime>()
        .map(|utc| local(utc).date())
        .or_else(|_| value.parse::<NaiveDate>());
    date.map_or_else(|_| value.to_owned(), |date| date.format("%d/%m/%Y").to_string())
}

/// A moment in UTC as an office clock shows it: `15:04 23/11/2026`.
fn time(value: &str) -> String {
    let moment = value.parse::<NaiveDateTime>().map(local);
    moment.map_or_else(|_| value.to_owned(), |local| local.format("%H:%M %d/%m/%Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::{day, time};

    #[test]
    fn moments_are_shown_on_the_clock_of_the_office() {
        assert_eq!(time("2026-11-22T17:30:00"), "00:30 23/11/2026");
        assert_eq!(day("2026-11-22T17:30:00.123456"), "23/11/2026");
        assert_eq!(day("2026-11-22"), "22/11/2026");
    }
}
