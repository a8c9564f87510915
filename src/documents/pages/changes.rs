//! The difference between two versions, for people.

use super::show::{readable, was_in_force};
use super::speech::Speech;
use crate::documents::content::Content;
use crate::documents::difference::{Change, ChangeKind, Piece, difference, prose};
use crate::documents::role::Role;
use crate::documents::store;
use crate::documents::version::VersionHead;
use crate::kernel::Language;
use crate::ledger::Work;
use crate::procedures::Source;
use crate::render::Words;
use crate::web::{Desk, Failure, Page};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use std::sync::Arc;

/// The comparison of two texts, ready for the component `doc_compared`.
#[derive(Debug, Clone, Serialize)]
pub struct Compared {
    parts: Vec<PartShown>,
    pieces: Vec<Piece>,
    /// Whether the texts are the same, byte for byte.
    is_same: bool,
}

impl Compared {
    /// How many differences of the front matter it tells.
    pub fn count(&self) -> usize {
        self.parts.iter().map(|part| part.changes.len()).sum::<usize>() + usize::from(!self.pieces.is_empty())
    }

    /// Only what differs in the steps with these codes.
    #[must_use]
    pub fn of_steps(&self, codes: &[String]) -> Self {
        let steps = self.parts.iter().filter(|part| part.part == "steps");
        let own = steps.map(|part| PartShown {
            part: part.part,
            changes: part
                .changes
                .iter()
                .filter(|change| codes.contains(&change.row))
                .cloned()
                .collect(),
        });
        Self {
            parts: own.filter(|part| !part.changes.is_empty()).collect(),
            pieces: Vec::new(),
            is_same: false,
        }
    }
}

/// Compares two versions of a document, the earlier one first, in words.
pub fn compared((old, new): (&Content, &Content), roles: &[Role], words: &Words, language: Language) -> Compared {
    compare(old, new, &Speech::new(words, language, roles))
}

/// The changes of one part of the document.
#[derive(Debug, Clone, Serialize)]
struct PartShown {
    part: &'static str,
    changes: Vec<ChangeShown>,
}

#[derive(Debug, Clone, Serialize)]
struct ChangeShown {
    kind: ChangeKind,
    row: String,
    field: &'static str,
    before: Vec<String>,
    after: Vec<String>,
}

/// Compares two texts.
pub(super) fn compare(old: &Content, new: &Content, speech: &Speech<'_>) -> Compared {
    let mut parts: Vec<PartShown> = Vec::new();
    for change in difference(&old.source, &new.source) {
        let part = change.part;
        let shown = spoken(change, (&old.source, &new.source), speech);
        match parts.last_mut().filter(|last| last.part == part) {
            Some(last) => last.changes.push(shown),
            None => parts.push(PartShown {
                part,
                changes: vec![shown],
            }),
        }
    }
    let pieces = prose(&old.source.body, &new.source.body);
    Compared {
        parts,
        pieces,
        is_same: old.sha256 == new.sha256,
    }
}

fn spoken(change: Change, (old, new): (&Source, &Source), speech: &Speech<'_>) -> ChangeShown {
    let say = |values: Vec<String>, source: &Source| -> Vec<String> {
        values
            .iter()
            .map(|value| value_of(change.part, change.field, value, (source, speech)))
            .collect()
    };
    ChangeShown {
        kind: change.kind,
        before: say(change.before, old),
        after: say(change.after, new),
        row: change.row,
        field: change.field,
    }
}

fn value_of(part: &str, field: &str, value: &str, (source, speech): (&Source, &Speech<'_>)) -> String {
    match (part, field) {
        (_, "roles") => speech.role(value),
        (_, "kind") => speech.known("kind", value),
        (_, "mode") => speech.known("documents.mode", value),
        (_, "unverified") => speech.known("documents.fact", value),
        (_, "counted" | "optional" | "paused") if value == "yes" => speech.word("documents.yes").to_owned(),
        (_, "counted" | "optional" | "paused") => speech.word("documents.no").to_owned(),
        ("durations" | "shared_times", "limit") => speech.limit(value),
        ("steps", "time") => time_of(value, source, speech),
        ("steps", "next") => match value.rsplit_once(" → ") {
            Some((outcome, to)) => format!("{outcome} → {}", speech.target(to)),
            None => speech.target(value),
        },
        _ => value.to_owned(),
    }
}

fn time_of(value: &str, source: &Source, speech: &Speech<'_>) -> String {
    let (case, text) = value.split_once(": ").unwrap_or(("", value));
    let shared = source.shared_times.iter().find(|cell| cell.code == text);
    let text = shared.map_or_else(
        || speech.limit(text),
        |cell| format!("{} ({})", speech.limit(&cell.limit), cell.code),
    );
    let name = source
        .durations
        .iter()
        .find(|row| row.code == case)
        .map_or(case, |row| row.name.as_str());
    if name.is_empty() {
        text
    } else {
        format!("{name}: {text}")
    }
}

#[derive(Serialize)]
struct DifferencePage {
    code: String,
    title: String,
    from: VersionHead,
    to: VersionHead,
    versions: Vec<VersionHead>,
    compared: Compared,
}

impl Page for DifferencePage {
    const TEMPLATE: &'static str = "documents/difference.html";
}

struct Found {
    versions: Vec<VersionHead>,
    from: (VersionHead, Arc<Content>),
    to: (VersionHead, Arc<Content>),
    roles: Vec<Role>,
}

fn find(work: &mut Work<'_>, code: &str, (from, to): (Option<i64>, Option<i64>)) -> Result<Found, Failure> {
    let versions = readable(work, code)?;
    // Without numbers: the version in force against the one before it.
    let newest = versions
        .iter()
        .filter(|head| was_in_force(head.stage))
        .map(|head| head.number)
        .max();
    let to = to.or(newest).ok_or(Failure::NotFound)?;
    let from = from.unwrap_or_else(|| to.saturating_sub(1).max(1));
    let find = |number: i64| {
        versions
            .iter()
            .find(|head| head.number == number)
            .cloned()
            .ok_or(Failure::NotFound)
    };
    let (from, to) = (find(from)?, find(to)?);
    let (before, after) = (store::content_of(work, &from.id)?, store::content_of(work, &to.id)?);
    Ok(Found {
        versions,
        from: (from, before),
        to: (to, after),
        roles: store::roles(work)?,
    })
}

pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let typed = desk.query();
    let number = |name: &str| {
        typed
            .get(name)
            .map(|text| text.parse::<i64>())
            .transpose()
            .map_err(|_no| Failure::NotFound)
    };
    let numbers = (number("from")?, number("to")?);
    let code = code.into_inner();
    let wanted = code.clone();
    let found = desk.read(move |work| find(work, &wanted, numbers)).await?;
    let (pages, language) = (desk.site().pages.clone(), desk.language());
    let page = desk
        .aside(move || {
            let Found {
                versions,
                from,
                to,
                roles,
            } = found;
            let compared = compare(&from.1, &to.1, &Speech::new(pages.words(), language, &roles));
            DifferencePage {
                code,
                title: to.0.title.clone(),
                compared,
                from: from.0,
                to: to.0,
                versions,
            }
        })
        .await?;
    desk.page(&page)
}
