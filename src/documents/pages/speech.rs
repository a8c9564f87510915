//! Codes and values of documents in the words of the reader's language: roles, times, ends, pictures, problems.

use crate::documents::drawing::Caption;
use crate::documents::role::Role;
use crate::kernel::Language;
use crate::procedures::{Fault, limit_text, parse_limit};
use crate::render::Words;
use crate::workflow::{RoleCode, StepTable, draw, text_alternative};
use std::collections::HashMap;

/// The words of one reader.
pub(super) struct Speech<'a> {
    words: &'a Words,
    language: Language,
    roles: HashMap<&'a str, &'a str>,
}

impl<'a> Speech<'a> {
    pub(super) fn new(words: &'a Words, language: Language, roles: &'a [Role]) -> Self {
        let name = |role: &'a Role| match language {
            Language::En if !role.name_en.is_empty() => role.name_en.as_str(),
            Language::Vi | Language::En => role.name.as_str(),
        };
        Self {
            words,
            language,
            roles: roles.iter().map(|role| (role.code.as_str(), name(role))).collect(),
        }
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    pub(super) fn word<'k>(&'k self, key: &'k str) -> &'k str {
        self.words.get(self.language, key)
    }

    pub(super) fn fill(&self, key: &str, holes: &[(&str, &str)]) -> String {
        self.words.fill(self.language, key, holes)
    }

    /// The word if there is one, else the text itself.
    pub(super) fn known(&self, group: &str, text: &str) -> String {
        self.words
            .find(self.language, &format!("{group}.{text}"))
            .unwrap_or(text)
            .to_owned()
    }

    /// The name of a role; an unknown one shows its code.
    pub(super) fn role(&self, code: &str) -> String {
        self.roles.get(code).copied().unwrap_or(code).to_owned()
    }

    /// A limit in words; a text that is no limit stays as it is.
    pub(super) fn limit(&self, text: &str) -> String {
        let Some(limit) = parse_limit(text).map(limit_text) else {
            return text.to_owned();
        };
        let Some((number, unit)) = limit.split_once(' ') else {
            return limit;
        };
        let number = if self.language == Language::Vi {
            number.replace('.', ",")
        } else {
            number.to_owned()
        };
        self.words
            .fill(self.language, &format!("time.{unit}"), &[("n", number)])
    }

    /// Where a step leads: a code, or the words for an end.
    pub(super) fn target(&self, to: &str) -> String {
        let key = match to {
            "END" => "documents.diagram.completed",
            "END-REFUSED" => "documents.diagram.refused",
            "END-WITHDRAWN" => "documents.diagram.withdrawn",
            _ => return to.to_owned(),
        };
        self.word(key).to_owned()
    }

    /// The picture of a table, and the same in sentences. `id` tells the pictures of one page apart.
    pub(super) fn picture(&self, table: &StepTable, id: &str) -> (String, Vec<String>) {
        let role_name = |role: &RoleCode| self.role(role.as_str());
        let caption = Caption {
            id,
            title: self.word("documents.diagram.title"),
            description: self.word("documents.diagram.description"),
            words: self.words,
            language: self.language,
            role_name: &role_name,
        };
        caption.speak(|words| (draw(table, words), text_alternative(table, words)))
    }

    /// A problem of a file in words: what is wrong, and what to do.
    pub(super) fn fault(&self, fault: &Fault) -> (String, String) {
        let args: Vec<(&str, String)> = fault
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), self.hole(name, value)))
            .collect();
        let room = ["fault", "check"].into_iter().find(|room| {
            self.words
                .find(self.language, &format!("{room}.{}", fault.code))
                .is_some()
        });
        let key = format!("{}.{}", room.unwrap_or("fault"), fault.code);
        let hint = self.words.fill(self.language, &format!("{key}.hint"), &args);
        let mut text = self.words.fill(self.language, &key, &args);
        if !fault.trace.is_empty() {
            text.push_str(": ");
            text.push_str(&fault.trace.join(" → "));
        }
        (text, hint)
    }

    fn hole(&self, name: &str, value: &str) -> String {
        match name {
            "unit" => self.known("check.unit", value),
            "field" => self.known("documents.field", value.rsplit('.').next().unwrap_or(value)),
            _ => value.to_owned(),
        }
    }
}
