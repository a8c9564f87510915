//! A version's content as its page shows it: names for codes, words for values, the picture, the text as HTML.

use super::speech::Speech;
use crate::documents::content::Content;
use crate::documents::role::Role;
use crate::forms::{self, InputShown};
use crate::kernel::Language;
use crate::procedures::{DossierItem, NextRow, RecordRow, Source, StepRow, StepTimes, Tthc, UNVERIFIED_KEYS};
use crate::render::{Words, markdown};
use crate::web::escaped;
use serde::{Serialize, Serializer};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// The content of a version for one language. Text fields are as the file says them; an empty one was not stated.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// SHA-256 of the text.
    pub sha256: String,
    /// The document's code.
    pub code: String,
    /// The kind of document.
    pub kind: &'static str,
    /// Title in the wanted language (Vietnamese when there is no other).
    pub title: String,
    /// Title in the other language; empty when there is none.
    pub other_title: String,
    /// The field (lĩnh vực).
    pub field: String,
    /// For each fact that can be unverified, whether it is.
    pub unverified: BTreeMap<&'static str, bool>,
    /// Whether any fact must still be confirmed.
    pub has_unverified: bool,
    /// Single facts with the key of their label, in the order of the page, empty ones left out.
    pub facts: Vec<FactShown>,
    /// What changed against the version before.
    pub change_summary: String,
    /// Why it changed.
    pub change_basis: String,
    /// Where the facts come from.
    pub sources: Vec<String>,
    /// Legal documents that the text rests on.
    pub legal_basis: Vec<String>,
    /// Administrative procedures covered.
    pub tthc: Vec<Tthc>,
    /// Duration cases, the ordinary one first.
    pub durations: Vec<DurationShown>,
    /// Papers of the dossier.
    pub dossier: Vec<DossierShown>,
    /// Number of sets of the dossier.
    pub sets: Option<u32>,
    /// Forms of the document.
    pub forms: Vec<FormShown>,
    /// Records to keep.
    pub records: Vec<RecordRow>,
    /// The steps.
    pub steps: Vec<StepShown>,
    /// The picture of the steps as SVG; empty without steps.
    pub picture: String,
    /// The same in words, one sentence for each step.
    pub sentences: Vec<String>,
    /// SHA-256 of the file that is the content, in hexadecimal; empty when the text is.
    pub file: String,
    /// The name of that file.
    pub file_name: String,
    /// Where that file is downloaded under its name.
    pub file_link: String,
    /// The text as HTML that cannot harm.
    pub body: String,
    /// What the form asks for, as it will be filled; none for a form that is only printed.
    pub blanks: Vec<InputShown>,
}

/// One fact.
#[derive(Debug, Clone, Serialize)]
pub struct FactShown {
    /// The key of its label.
    pub key: &'static str,
    /// Its text.
    pub text: String,
    /// Whether somebody must still confirm it.
    pub unverified: bool,
}

/// A duration case.
#[derive(Debug, Clone, Serialize)]
pub struct DurationShown {
    /// What people call it.
    pub name: String,
    /// The limit in words.
    pub limit: String,
    /// What is said beside it.
    pub note: String,
    /// The hour after which receipt counts from the next working day.
    pub same_day_cutoff: String,
}

/// A paper of the dossier.
#[derive(Debug, Clone, Serialize)]
pub struct DossierShown {
    /// The paper.
    #[serde(flatten)]
    pub item: DossierItem,
    /// The name of its form; empty without one.
    pub form_name: String,
}

/// A form.
#[derive(Debug, Clone, Serialize)]
pub struct FormShown {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// SHA-256 of the attached file in hexadecimal; empty when none is attached.
    pub file: String,
    /// The name of the attached file.
    pub file_name: String,
}

/// One row of the table of steps.
#[derive(Debug, Clone, Serialize)]
pub struct StepShown {
    /// Number of the row, from 1; its place on the page is `step-<number>`.
    pub number: usize,
    /// The row.
    #[serde(flatten)]
    pub row: StepRow,
    /// Names of the responsible roles.
    pub role_names: Vec<String>,
    /// Its time in words, one for each duration case that has its own.
    pub time_texts: Vec<TimeShown>,
    /// Where it leads.
    pub ways: Vec<WayShown>,
    /// Its forms.
    pub form_list: Vec<FormShown>,
}

/// The time of a step.
#[derive(Debug, Clone, Serialize)]
pub struct TimeShown {
    /// The duration case; empty when the document has only one.
    pub case: String,
    /// The time in words.
    pub text: String,
    /// The code of the cell that it shares with other steps; empty for its own time.
    pub shared: String,
}

/// A way on from a step.
#[derive(Debug, Clone, Serialize)]
pub struct WayShown {
    /// The outcome that leads there; empty for the only way.
    pub outcome: String,
    /// A step's code, or the words for an end.
    pub to: String,
    /// The row that it leads to, from 1.
    pub row: Option<usize>,
}

type Key = (String, Language, u64);

/// How many contents are kept shown: the procedures of an office in both languages.
const KEPT: usize = 512;
static SHOWN: LazyLock<RwLock<HashMap<Key, Arc<Shown>>>> = LazyLock::new(RwLock::default);

/// The content as pages show it; made once for the same text, language and names of roles.
pub fn shown(content: &Content, roles: &[Role], words: &Words, language: Language) -> Arc<Shown> {
    let mut names = DefaultHasher::new();
    for role in roles {
        (&role.code, &role.name, &role.name_en).hash(&mut names);
    }
    let key = (content.sha256.clone(), language, names.finish());
    if let Some(known) = SHOWN.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Arc::clone(known);
    }
    let made = Arc::new(make(content, &Speech::new(words, language, roles)));
    let mut kept = SHOWN.write().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, Arc::clone(&made));
    made
}

/// Serializes what is shared as what it holds.
pub(super) fn through<S: Serializer>(shown: &Arc<Shown>, serializer: S) -> Result<S::Ok, S::Error> {
    shown.as_ref().serialize(serializer)
}

fn make(content: &Content, speech: &Speech<'_>) -> Shown {
    let source = &content.source;
    let is_english = speech.language() == Language::En && !source.title_en.is_empty();
    let (title, other_title) = if is_english {
        (&source.title_en, &source.title)
    } else {
        (&source.title, &source.title_en)
    };
    let field = if speech.language() == Language::En && !source.field_en.is_empty() {
        &source.field_en
    } else {
        &source.field
    };
    let is_unverified = |key: &str| source.unverified.iter().any(|known| known == key);
    let file = source.file.strip_prefix("sha256:").unwrap_or_default();
    let (picture, sentences) = if content.table.steps.is_empty() {
        Default::default()
    } else {
        speech.picture(&content.table, "steps")
    };
    Shown {
        sha256: content.sha256.clone(),
        code: source.code.clone(),
        kind: source.kind.as_str(),
        title: title.clone(),
        other_title: other_title.clone(),
        field: field.clone(),
        unverified: UNVERIFIED_KEYS.iter().map(|key| (*key, is_unverified(key))).collect(),
        has_unverified: !source.unverified.is_empty(),
        facts: facts(source, is_unverified),
        change_summary: source.change_summary.clone(),
        change_basis: source.change_basis.clone(),
        sources: source.sources.clone(),
        legal_basis: source.legal_basis.clone(),
        tthc: source.tthc.clone(),
        durations: durations(source, speech),
        dossier: source.dossier.iter().map(|item| dossier(item, source)).collect(),
        sets: source.sets,
        forms: source.forms.iter().map(|row| form(&row.code, source)).collect(),
        records: source.records.clone(),
        steps: source
            .steps
            .iter()
            .zip(1..)
            .map(|(row, number)| step(row, number, source, speech))
            .collect(),
        picture,
        sentences,
        file: file.to_owned(),
        file_name: source.file_name.clone(),
        file_link: format!("/files/{file}?name={}", escaped(&source.file_name)),
        body: markdown(&source.body),
        blanks: blanks_of(source),
    }
}

/// The form as it will be filled, empty.
pub(super) fn blanks_of(source: &Source) -> Vec<InputShown> {
    let (definition, _) = forms::define(&source.inputs);
    forms::inputs(&definition, &|_| Vec::new(), (&[], &|_| String::new()), None)
}

fn facts(source: &Source, is_unverified: impl Fn(&str) -> bool) -> Vec<FactShown> {
    let facts = [
        ("applicants", &source.applicants, ""),
        ("receiving_place", &source.receiving_place, ""),
        ("result", &source.result, "result"),
        ("fee", &source.fee, "fee"),
        ("conditions", &source.conditions, ""),
    ];
    facts
        .into_iter()
        .filter(|(_, text, _)| !text.is_empty())
        .map(|(key, text, fact)| FactShown {
            key,
            text: text.clone(),
            unverified: is_unverified(fact),
        })
        .collect()
}

fn durations(source: &Source, speech: &Speech<'_>) -> Vec<DurationShown> {
    let duration = |row: &crate::procedures::DurationRow| DurationShown {
        name: row.name.clone(),
        limit: speech.limit(&row.limit),
        note: row.note.clone(),
        same_day_cutoff: row.same_day_cutoff.clone(),
    };
    source.durations.iter().map(duration).collect()
}

fn form(code: &str, source: &Source) -> FormShown {
    let row = source.forms.iter().find(|row| row.code == code);
    FormShown {
        code: code.to_owned(),
        name: row.map(|row| row.name.clone()).unwrap_or_default(),
        file: row
            .and_then(|row| row.file.strip_prefix("sha256:"))
            .unwrap_or_default()
            .to_owned(),
        file_name: row.map(|row| row.file_name.clone()).unwrap_or_default(),
    }
}

fn dossier(item: &DossierItem, source: &Source) -> DossierShown {
    let form_name = if item.form.is_empty() {
        String::new()
    } else {
        form(&item.form, source).name
    };
    DossierShown {
        item: item.clone(),
        form_name,
    }
}

fn step(row: &StepRow, number: usize, source: &Source, speech: &Speech<'_>) -> StepShown {
    let below = NextRow {
        outcome: String::new(),
        to: source
            .steps
            .get(number)
            .map_or_else(|| "END".to_owned(), |below| below.code.clone()),
    };
    let ways = if row.next.is_empty() {
        std::slice::from_ref(&below)
    } else {
        row.next.as_slice()
    };
    let way = |way: &NextRow| WayShown {
        outcome: way.outcome.clone(),
        to: speech.target(&way.to),
        row: source
            .steps
            .iter()
            .position(|step| step.code == way.to)
            .map(|at| at.saturating_add(1)),
    };
    StepShown {
        number,
        role_names: row.roles.iter().map(|role| speech.role(role)).collect(),
        time_texts: times(row, source, speech),
        ways: ways.iter().map(way).collect(),
        form_list: row.forms.iter().map(|code| form(code, source)).collect(),
        row: row.clone(),
    }
}

fn times(row: &StepRow, source: &Source, speech: &Speech<'_>) -> Vec<TimeShown> {
    let time = |case: &str, text: &str| {
        let cell = source.shared_times.iter().find(|cell| cell.code == text);
        TimeShown {
            case: if source.durations.len() > 1 {
                case.to_owned()
            } else {
                String::new()
            },
            text: cell.map_or_else(|| speech.limit(text), |cell| speech.limit(&cell.limit)),
            shared: cell.map(|cell| cell.code.clone()).unwrap_or_default(),
        }
    };
    let name = |code: &str| {
        let row = source.durations.iter().find(|row| row.code == code);
        row.map_or_else(|| code.to_owned(), |row| row.name.clone())
    };
    match &row.time {
        StepTimes::Unstated => Vec::new(),
        StepTimes::Same(text) => vec![time("", text)],
        StepTimes::ByDuration(texts) => texts.iter().map(|(case, text)| time(&name(case), text)).collect(),
    }
}
