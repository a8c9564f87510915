//! The documents that cite something, and the cases that run by them.

use crate::cases::{self, CaseHead};
use crate::copies;
use crate::documents::{self, VersionHead};
use crate::kernel::{DocumentId, VersionId};
use crate::law::citing::{Citing, Register, lines_of};
use crate::law::external::External;
use crate::law::store;
use crate::ledger::Work;
use crate::procedures::Kind;
use crate::web::Failure;
use chrono::NaiveDateTime;
use serde::Serialize;
use std::collections::BTreeMap;

/// The most open cases that are listed; their number is told whole.
const CASES: i64 = 50;

/// The register together with all texts that may cite it.
pub(in crate::law) struct Library {
    pub(in crate::law) externals: Vec<External>,
    /// The versions in force, in the order of their codes.
    pub(in crate::law) in_force: Vec<Citing>,
    /// Those on their way that the actor may see.
    pub(in crate::law) on_way: Vec<Citing>,
}

impl Library {
    pub(in crate::law) fn load(work: &mut Work<'_>) -> Result<Self, Failure> {
        let heads = documents::effective(work)?;
        let mut drafts = documents::drafts(work)?;
        drafts.sort_by(|one, other| one.code.cmp(&other.code));
        Ok(Self {
            externals: store::externals(work)?,
            in_force: with_contents(work, heads)?,
            on_way: with_contents(work, drafts)?,
        })
    }

    pub(in crate::law) fn register(&self) -> Register<'_> {
        Register::new(&self.externals)
    }

    /// For each entry of the register, how many documents in force cite it.
    pub(in crate::law) fn counts(&self) -> BTreeMap<&str, usize> {
        let register = self.register();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &self.in_force {
            let signs = one.lines.iter().flat_map(|line| &line.cited);
            let own = signs.filter(|sign| !sign.is_former);
            let mut ids: Vec<&str> = own
                .filter_map(|sign| register.find(sign))
                .map(|entry| entry.id.as_str())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                let count = counts.entry(id).or_default();
                *count = count.saturating_add(1);
            }
        }
        counts
    }
}

fn with_contents(work: &mut Work<'_>, heads: Vec<VersionHead>) -> Result<Vec<Citing>, Failure> {
    let ids: Vec<VersionId> = heads.iter().map(|head| head.id.clone()).collect();
    let mut contents: BTreeMap<VersionId, _> = documents::contents(work, &ids)?
        .into_iter()
        .map(|one| (one.version, one.content))
        .collect();
    let citing = |head: VersionHead| contents.remove(&head.id).map(|content| Citing::of(head, content));
    Ok(heads.into_iter().filter_map(citing).collect())
}

/// A form that a document names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormName {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A document that cites an external one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TouchedDocument {
    /// The version that cites.
    pub head: VersionHead,
    /// How its legal basis says it.
    pub lines: Vec<String>,
    /// The forms that the version names.
    pub forms: Vec<FormName>,
    /// Whether it is a form itself.
    pub is_form: bool,
}

/// A copy on a board, page or kiosk of a document that cites an external one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PostedCopy {
    /// Code of the document.
    pub code: String,
    /// Number of the version that hangs there.
    pub number: i64,
    /// Where.
    pub place: String,
    /// Since when, UTC.
    pub since: NaiveDateTime,
}

/// Everything that an external document touches now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Touched {
    /// Documents whose version in force cites it, in the order of their codes.
    pub documents: Vec<TouchedDocument>,
    /// Versions on their way that cite it, as far as the actor may see them.
    pub on_way: Vec<TouchedDocument>,
    /// Copies of those documents that are posted somewhere, by place; at most 500.
    pub posted: Vec<PostedCopy>,
    /// How many open cases follow a version that cites it, one in force or an earlier one.
    pub open_cases: i64,
    /// The first of them by due time, at most 50.
    pub cases: Vec<CaseHead>,
}

/// The whole register in its order, each entry with the number of documents in force that cite it.
///
/// # Errors
/// When the database fails.
pub fn cited(work: &mut Work<'_>) -> Result<Vec<(External, usize)>, Failure> {
    let library = Library::load(work)?;
    let counts = library.counts();
    let counted = |one: &External| (one.clone(), counts.get(one.id.as_str()).copied().unwrap_or(0));
    Ok(library.externals.iter().map(counted).collect())
}

/// What the entry with this number touches now.
///
/// # Errors
/// `NotFound` when the agency has none.
pub fn touched(work: &mut Work<'_>, number: i64) -> Result<Touched, Failure> {
    let library = Library::load(work)?;
    let entry = store::external(work, number)?;
    touched_of(work, &library, &entry.id)
}

pub(in crate::law) fn touched_of(work: &mut Work<'_>, library: &Library, id: &str) -> Result<Touched, Failure> {
    let register = library.register();
    let of = |all: &[Citing]| -> Vec<TouchedDocument> {
        all.iter()
            .filter_map(|one| touched_document(one, &register, id))
            .collect()
    };
    let (documents, on_way) = (of(&library.in_force), of(&library.on_way));
    let running = cases::open_versions(work)?;
    let ids: Vec<VersionId> = running.iter().map(|(version, _)| version.clone()).collect();
    let citing: Vec<VersionId> = documents::contents(work, &ids)?
        .into_iter()
        .filter(|one| register.cites(&lines_of(&one.content), id))
        .map(|one| one.version)
        .collect();
    let touched: Vec<DocumentId> = documents.iter().map(|one| one.head.document_id.clone()).collect();
    let posted = |(copy, version): (copies::Copy, VersionHead)| PostedCopy {
        code: version.code,
        number: version.number,
        place: copy.place,
        since: copy.issued_at,
    };
    let posted = copies::posted_of(work, &touched)?.into_iter().map(posted).collect();
    let own = running.iter().filter(|(version, _)| citing.contains(version));
    Ok(Touched {
        documents,
        on_way,
        posted,
        open_cases: own.map(|(_, count)| *count).sum(),
        cases: cases::open_following(work, &citing, CASES)?,
    })
}

fn touched_document(one: &Citing, register: &Register<'_>, id: &str) -> Option<TouchedDocument> {
    let lines: Vec<String> = one.naming(register, id).map(|line| line.text.clone()).collect();
    if lines.is_empty() {
        return None;
    }
    let form = |row: &crate::procedures::FormRow| FormName {
        code: row.code.clone(),
        name: row.name.clone(),
    };
    Some(TouchedDocument {
        head: one.head.clone(),
        lines,
        forms: one.content.source.forms.iter().map(form).collect(),
        is_form: one.content.source.kind == Kind::Form,
    })
}
