//! Writing: a new document, a new draft, saving, giving a draft up.

use super::codes::must_be_free;
use super::quota::must_fit_version;
use super::{at_row_version, forbidden_now, person, refused};
use crate::documents::code::{is_code, with_code};
use crate::documents::content::Content;
use crate::documents::signature::VersionAct;
use crate::documents::store::{self, Move};
use crate::documents::version::{IssueNo, Stage, VersionHead};
use crate::kernel::{DocumentId, Permission, VersionId};
use crate::ledger::Work;
use crate::people::must;
use crate::procedures::{self, Fault, Kind, Severity, Source, parse, write};
use crate::web::{Failure, Say};
use serde_json::json;

/// The refusal that tells what is wrong with a file, at which line.
fn refused_for(fault: &Fault) -> Failure {
    let args = fault
        .args
        .iter()
        .fold(Say::new(format!("fault.{}", fault.code)), |say, (name, value)| {
            say.with(name, value)
        });
    Failure::Invalid(args.with("line", fault.line))
}

/// What a new file says. Its code and kind must be readable, for they stay; whatever else is wrong may be mended later.
fn readable(text: &str) -> Result<Source, Failure> {
    let parsed = procedures::parse(text);
    let is_of_document = |fault: &&Fault| {
        let names = |(name, value): &(String, String)| name == "field" && matches!(value.as_str(), "code" | "kind");
        fault.severity == Severity::Error && (parsed.document.is_none() || fault.args.iter().any(names))
    };
    if let Some(fault) = parsed.problems.iter().find(is_of_document) {
        return Err(refused_for(fault));
    }
    let source = parsed.document.unwrap_or_default();
    if !is_code(&source.code) {
        return Err(Failure::Invalid(
            Say::new("documents.refused.code").with("code", &source.code),
        ));
    }
    Ok(source)
}

/// Makes a document out of a file: its code and kind, and version 1 as the draft of the person who acts.
///
/// # Errors
/// [`Failure::Invalid`] with the first fault when the file cannot be read, [`Failure::Conflict`] when the code is or was
/// given to another document, or is kept free for somebody else.
pub fn create(work: &mut Work<'_>, text: &str) -> Result<VersionId, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let author = person(work)?;
    let source = readable(text)?;
    must_be_free(work, &source.code)?;
    let document = store::insert_document(work, &source.code, source.kind)?;
    store::end_reservation(work, &source.code, Some(&document))?;
    let details = json!({ "code": source.code, "kind": source.kind });
    work.record("document.created", ("document", document.as_str()), details);
    store::insert_draft(
        work,
        (&document, 1, IssueNo::new_issue(None)),
        &author,
        &Content::of(text),
    )
}

/// The version whose text a new draft begins with: what waits for its day, else what is in force, else the newest.
fn model(heads: &[VersionHead]) -> Option<&VersionHead> {
    let in_stage = |stage| heads.iter().find(|head| head.stage == stage);
    in_stage(Stage::Approved)
        .or_else(|| in_stage(Stage::Effective))
        .or_else(|| heads.first())
}

/// Opens the next version of a document as a draft of the person who acts.
///
/// # Errors
/// [`Failure::Conflict`] that names the author when another version is being written or signed.
pub fn open_draft(work: &mut Work<'_>, document: &DocumentId) -> Result<VersionId, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let author = person(work)?;
    let heads = store::heads_of(work, document)?;
    let is_open = |head: &&VersionHead| matches!(head.stage, Stage::Draft | Stage::InReview | Stage::InApproval);
    if let Some(open) = heads.iter().find(is_open) {
        let say = Say::new("documents.refused.draft_open");
        return Err(Failure::Conflict(
            say.with("number", open.issue).with("name", &open.author_name),
        ));
    }
    let next = heads.first().map_or(1, |newest| newest.number.saturating_add(1));
    let issue = IssueNo::new_issue(IssueNo::last(&heads));
    let model = model(&heads).ok_or(Failure::NotFound)?.id.clone();
    let content = store::content_of(work, &model)?;
    let code = heads.first().map_or("", |head| &head.code);
    let mut text = without_change(&content.text, &content.source);
    if content.source.code != code {
        // The document was given another code after this text was signed.
        text = with_code(&text, &content.source.code, code);
    }
    store::insert_draft(work, (document, next, issue), &author, &Content::of(&text))
}

/// The text without what its version changed and why: the next one says that anew, or it would be told of it falsely.
fn without_change(text: &str, source: &Source) -> String {
    let mut wanted = source.clone();
    wanted.change_summary.clear();
    wanted.change_basis.clear();
    let tells = |line: &&str| {
        ["change_summary", "change_basis"].iter().any(|key| {
            let rest = line.trim_start().strip_prefix(key);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        })
    };
    let kept: String = text.split_inclusive('\n').filter(|line| !tells(line)).collect();
    if parse(&kept).document.as_ref() == Some(&wanted) {
        kept
    } else {
        write(&wanted)
    }
}

/// Saves the text of a draft, faults and all, and gives the new `row_version`. Nobody is told: that is what
/// submitting is for.
///
/// # Errors
/// [`Failure::Conflict`] when it is no draft any more or somebody else saved it meanwhile (`documents.stale` with
/// `name` and `time`); [`Failure::Invalid`] when the text says another code or kind than the document has.
pub fn save(work: &mut Work<'_>, version: &VersionId, row_version: i64, text: &str) -> Result<i64, Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let writer = person(work)?;
    let head = at_row_version(work, version, row_version)?;
    if head.stage != Stage::Draft {
        return Err(forbidden_now("not_draft"));
    }
    let document = procedures::parse(text).document;
    let is_readable = document.is_some();
    if document.is_some_and(|source| source.code != head.code || Kind::from_text(&head.kind) != Some(source.kind)) {
        return Err(refused("other_document"));
    }
    let content = Content::of(text);
    must_fit_version(work, &content.source)?;
    let next = store::keep_text(work, &head, &writer, &content, is_readable)?;
    work.record(
        "version.saved",
        ("version", version.as_str()),
        json!({ "sha256": content.sha256 }),
    );
    Ok(next)
}

/// Gives a draft up. It stays in the history of its document.
///
/// # Errors
/// [`Failure::Conflict`] when it is no draft or was changed meanwhile.
pub fn cancel(work: &mut Work<'_>, version: &VersionId, row_version: i64) -> Result<(), Failure> {
    must(work.actor, Permission::WriteDocuments)?;
    let head = at_row_version(work, version, row_version)?;
    if head.stage != Stage::Draft {
        return Err(forbidden_now("not_draft"));
    }
    store::move_on(
        work,
        &head,
        &Move::to(Stage::Cancelled),
        Some((VersionAct::Cancelled, None)),
    )?;
    Ok(())
}
