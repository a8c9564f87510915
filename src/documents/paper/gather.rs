//! What a print is made from, read from the database; and the sheet of a round, kept by its hash.

use super::facts::{Facts, Place};
use super::{layout, words};
use crate::documents::content::Content;
use crate::documents::editions::{self, Edition, EditionState};
use crate::documents::pages::print_failure;
use crate::documents::route::RouteStage;
use crate::documents::signature::{SignatureShown, Verdict};
use crate::documents::store::{self, KeptSheet};
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::print::{Paper, PrintError, Printed, SETTING};
use crate::web::Failure;
use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A version with all that a print of it shows.
#[derive(Debug, Clone)]
pub struct Printable {
    pub(super) head: VersionHead,
    pub(super) content: Arc<Content>,
    pub(super) facts: Facts,
    pub(super) signatures: Vec<SignatureShown>,
    /// The edition that it was issued with.
    pub(super) edition: Option<Edition>,
    /// SHA-256 of the sheet that was signed; none for a draft.
    pub(super) sheet_sha256: Option<String>,
    /// Forms of the office that the version names, each with its own text.
    pub(super) annexes: Vec<(VersionHead, Arc<Content>)>,
    /// The moment of the last change that the print shows, UTC.
    pub(super) at: NaiveDateTime,
}

impl Printable {
    /// The version.
    pub fn head(&self) -> &VersionHead {
        &self.head
    }

    /// The name of its agency.
    pub fn agency(&self) -> &str {
        &self.facts.agency
    }

    /// The moment of the last change that the print shows, UTC.
    pub fn at(&self) -> NaiveDateTime {
        self.at
    }
}

/// Reads what a print of the version shows. Whoever may read the version may print it: ask before.
///
/// # Errors
/// When the database fails.
pub fn printable(work: &mut Work<'_>, head: &VersionHead) -> Result<Printable, Failure> {
    let content = store::content_of(work, &head.id)?;
    let is_frozen = !matches!(head.stage, Stage::Draft | Stage::Cancelled);
    let kept = if is_frozen {
        store::kept_sheet(work, &head.id, head.round)?
    } else {
        None
    };
    let signatures: Vec<SignatureShown> = store::signatures(work, &head.id)?
        .into_iter()
        .filter(|one| is_frozen && one.round == head.round && one.verdict == Verdict::Signed)
        .collect();
    let history = store::history(work, &head.id)?;
    let acted = history.iter().map(|act| act.at).max();
    let facts = match kept.as_ref().and_then(|kept| serde_json::from_str(&kept.facts).ok()) {
        Some(facts) => facts,
        None => Facts::now(work, head, &content, (head.planned_from, Vec::new()))?,
    };
    Ok(Printable {
        at: acted.into_iter().chain([head.saved_at]).max().unwrap_or(head.saved_at),
        // The forms of today are no annexes of a version that is out of force.
        annexes: if matches!(head.stage, Stage::Superseded | Stage::Withdrawn) {
            Vec::new()
        } else {
            annexes(work, &content)?
        },
        edition: editions::edition_of(work, &head.id)?.filter(|one| one.state == EditionState::Issued),
        sheet_sha256: kept.map(|kept| kept.sha256),
        head: head.clone(),
        content,
        facts: facts.numbered(head.issue),
        signatures,
    })
}

/// The effective documents of the office that the version names as its forms and that have a text.
fn annexes(work: &mut Work<'_>, content: &Content) -> Result<Vec<(VersionHead, Arc<Content>)>, Failure> {
    let source = &content.source;
    let mut named: Vec<&str> = source.forms.iter().map(|form| form.code.as_str()).collect();
    named.extend(
        source
            .steps
            .iter()
            .flat_map(|step| step.forms.iter().map(String::as_str)),
    );
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let heads: Vec<VersionHead> = store::effective_with_codes(work, &named)?
        .into_iter()
        .filter(|head| head.code != source.code)
        .collect();
    let mut found = Vec::with_capacity(heads.len());
    for head in heads {
        let content = store::content_of(work, &head.id)?;
        if !content.source.body.trim().is_empty() {
            found.push((head, content));
        }
    }
    Ok(found)
}

fn made(facts: &Facts, content: &Content, round: i64) -> Result<Printed, PrintError> {
    let words = words()?;
    crate::print::print(&Paper {
        title: format!("{} {}", content.source.code, content.source.title),
        author: facts.agency.clone(),
        at: facts.at,
        contents: None,
        parts: vec![layout::sheet(facts, content, words, round)],
    })
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes the sheet of a round that begins, and keeps its hash with what it was made from.
pub(in crate::documents) fn keep_sheet(
    work: &mut Work<'_>,
    (head, round): (&VersionHead, i64),
    planned_from: chrono::NaiveDate,
    stages: &[RouteStage],
) -> Result<(), Failure> {
    let content = store::content_of(work, &head.id)?;
    let places = stages
        .iter()
        .flat_map(|stage| {
            stage
                .positions
                .iter()
                .map(|position| Place::of(stage.meaning, position.name.clone()))
        })
        .collect();
    let facts = Facts::now(work, head, &content, (Some(planned_from), places))?;
    let printed = made(&facts, &content, round).map_err(print_failure)?;
    let kept = KeptSheet {
        setting: SETTING,
        facts: serde_json::to_string(&facts).map_err(|cause| Failure::Internal(cause.into()))?,
        sha256: sha256(&printed.bytes),
        pages: i64::try_from(printed.pages).unwrap_or(i64::MAX),
    };
    store::insert_sheet(work, &head.id, round, &kept)?;
    Ok(())
}

/// The sheet of a round, made again: its bytes, the hash that was kept, and whether they agree. They differ only when
/// the program sets pages in another way than the one which made the sheet.
pub(in crate::documents) struct Sheet {
    pub(in crate::documents) bytes: Vec<u8>,
    pub(in crate::documents) is_same: bool,
}

/// Makes the sheet of a round again.
pub(in crate::documents) fn sheet(work: &mut Work<'_>, version: &VersionId, round: i64) -> Result<Sheet, Failure> {
    let kept = store::kept_sheet(work, version, round)?.ok_or(Failure::NotFound)?;
    let rounds = store::rounds(work, version)?;
    let text = rounds
        .into_iter()
        .find(|one| one.round == round)
        .ok_or(Failure::NotFound)?;
    let facts: Facts = serde_json::from_str(&kept.facts).map_err(|cause| Failure::Internal(cause.into()))?;
    let printed = made(&facts, &Content::of(&text.source), round).map_err(print_failure)?;
    Ok(Sheet {
        is_same: sha256(&printed.bytes) == kept.sha256,
        bytes: printed.bytes,
    })
}
