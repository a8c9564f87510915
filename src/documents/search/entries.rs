//! What of a version goes into the index of words. Pure.

use super::question::{entry, field_entry, pair_entry, sort, stage_entry};
use super::words::{squashed, words};
use crate::documents::version::VersionHead;
use crate::kernel::AgencyId;
use crate::procedures::Source;
use serde::Serialize;
use std::collections::BTreeSet;

/// How much of one version goes into the index, in bytes with what each entry costs beside its letters: PostgreSQL
/// keeps no more than a mebibyte for one row. A text of three hundred pages is within it.
const MOST: usize = 700_000;
const EACH: usize = 12;

/// The part of a document that a text stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Procedures that are covered, result, fee, places, conditions, terms.
    Facts,
    /// The papers of the dossier.
    Dossier,
    /// The forms.
    Forms,
    /// The records to keep.
    Records,
    /// The legal basis.
    LegalBasis,
    /// The table of steps.
    Steps,
    /// What changed against the version before.
    Changes,
    /// The text itself.
    Body,
}

/// The texts of a document beside code and title, in the order in which a snippet is looked for.
pub(in crate::documents) fn parts(source: &Source) -> Vec<(Part, &str)> {
    let mut parts: Vec<(Part, &str)> = Vec::new();
    for one in &source.tthc {
        parts.extend([(Part::Facts, one.code.as_str()), (Part::Facts, &one.name)]);
    }
    let facts = [
        &source.field,
        &source.field_en,
        &source.result,
        &source.fee,
        &source.receiving_place,
        &source.applicants,
        &source.conditions,
    ];
    parts.extend(facts.map(|text| (Part::Facts, text.as_str())));
    for one in &source.durations {
        parts.extend([(Part::Facts, one.name.as_str()), (Part::Facts, &one.note)]);
    }
    for step in &source.steps {
        parts.extend([(Part::Steps, step.name.as_str()), (Part::Steps, &step.note)]);
        parts.extend(step.outputs.iter().map(|text| (Part::Steps, text.as_str())));
    }
    for one in &source.dossier {
        parts.extend([(Part::Dossier, one.name.as_str()), (Part::Dossier, &one.condition)]);
    }
    for one in &source.forms {
        parts.extend([(Part::Forms, one.code.as_str()), (Part::Forms, &one.name)]);
    }
    for one in &source.records {
        parts.extend([&one.name, &one.place, &one.retention].map(|text| (Part::Records, text.as_str())));
    }
    for one in &source.inputs {
        parts.extend([(Part::Forms, one.label.as_str()), (Part::Forms, &one.help)]);
    }
    parts.extend(source.legal_basis.iter().map(|text| (Part::LegalBasis, text.as_str())));
    parts.extend([&source.change_summary, &source.change_basis].map(|text| (Part::Changes, text.as_str())));
    parts.extend(source.body.lines().map(|line| (Part::Body, line)));
    parts.retain(|(_, text)| !text.trim().is_empty());
    parts
}

/// The entries of one version, each once, up to a bound.
#[derive(Default)]
struct Entries {
    all: BTreeSet<String>,
    bytes: usize,
}

impl Entries {
    fn add(&mut self, entry: String) {
        let cost = entry.len().saturating_add(EACH);
        if self.bytes.saturating_add(cost) <= MOST && self.all.insert(entry) {
            self.bytes = self.bytes.saturating_add(cost);
        }
    }

    /// A code and whatever it begins with: an index answers for a whole entry at once, for the beginning of entries only
    /// by reading all that begin so.
    fn add_code(&mut self, code: &str) {
        self.add(entry(sort::CODE, code));
        for end in 2..=code.len() {
            if let Some(beginning) = code.get(..end) {
                self.add(entry(sort::CODE_BEGINS, beginning));
            }
        }
    }

    fn add_text(&mut self, text: &str, (folded, exact, pair): (char, char, char)) {
        let words = words(text);
        for word in &words {
            self.add(entry(folded, &word.folded));
            self.add(entry(exact, &word.exact));
        }
        for (first, second) in words.iter().zip(words.iter().skip(1)) {
            self.add(pair_entry(pair, first, second));
        }
    }
}

/// The entries of a version, with a space between each two: who may see it and what it is narrowed by, its codes and those
/// that its document had before, and
/// the words of title and text, with and without marks and in pairs.
pub(in crate::documents) fn entries(
    agency: &AgencyId,
    head: &VersionHead,
    old_codes: &[String],
    source: &Source,
) -> String {
    let mut entries = Entries::default();
    for (sort, text) in [
        (sort::VERSION, head.id.as_str()),
        (sort::AUTHOR, head.author_id.as_str()),
        (sort::KIND, &head.kind),
    ] {
        entries.add(entry(sort, text));
    }
    for code in std::iter::once(&head.code).chain(old_codes) {
        entries.add_code(&squashed(code));
    }
    entries.add(stage_entry(agency, head.stage));
    entries.add(field_entry(&head.field));
    let inside = source.forms.iter().map(|form| &form.code);
    for code in inside.chain(source.tthc.iter().map(|tthc| &tthc.code)) {
        entries.add(entry(sort::OTHER_CODE, &squashed(code)));
    }
    let text = (sort::TEXT, sort::TEXT_EXACT, sort::TEXT_PAIR);
    for title in [&head.code, &head.title, &head.title_en] {
        entries.add_text(title, (sort::TITLE, sort::TITLE_EXACT, sort::TITLE_PAIR));
        entries.add_text(title, text);
    }
    for (_, part) in parts(source) {
        entries.add_text(part, text);
    }
    let all: Vec<String> = entries.all.into_iter().collect();
    all.join(" ")
}
