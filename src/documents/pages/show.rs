//! A document: the version in force or an earlier one, as people read and print it.

use super::path_of;
use super::view::{Shown, shown, through};
use crate::documents::actions::{force, write};
use crate::documents::content::Content;
use crate::documents::editions::{self, Edition};
use crate::documents::role::Role;
use crate::documents::sealing;
use crate::documents::signature::{ActShown, SignatureShown, Verdict};
use crate::documents::store::{self, OldCode};
use crate::documents::tokens::{TokenSigned, token_signatures};
use crate::documents::version::{IssueNo, Stage, VersionHead};
use crate::kernel::Permission;
use crate::ledger::Work;
use crate::signatures::{self, Act};
use crate::web::{Desk, Failure, Faults, Form, Page, Say};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError, web};
use chrono::NaiveDate;
use serde::Serialize;
use std::sync::Arc;

#[derive(Serialize)]
struct ShowPage {
    head: VersionHead,
    #[serde(serialize_with = "through")]
    content: Arc<Shown>,
    signatures: Vec<SignatureShown>,
    /// Signatures made with tokens.
    tokens: Vec<TokenSigned>,
    history: Vec<ActShown>,
    versions: Vec<VersionHead>,
    revisions: Vec<Revision>,
    open: Option<VersionHead>,
    /// The codes that the document had before.
    old_codes: Vec<OldCode>,
    /// The edition that the version was issued with.
    edition: Option<Edition>,
    may_renumber: bool,
    is_effective: bool,
    /// Whether there is a workflow for other tools.
    has_workflow: bool,
    may_write: bool,
    may_withdraw: bool,
    /// What the page showed, for a withdrawal.
    shown: Vec<String>,
    /// Whether the reader may see what was done by this document's steps.
    may_read_conformance: bool,
    may_fill: bool,
    may_read_records: bool,
    reason: String,
    faults: Faults,
    problem: Option<String>,
}

impl Page for ShowPage {
    const TEMPLATE: &'static str = "documents/show.html";
}

/// A line of the revision sheet ("Theo dõi sửa đổi").
#[derive(Serialize)]
struct Revision {
    number: i64,
    issue: IssueNo,
    day: Option<NaiveDate>,
    summary: String,
    basis: String,
}

struct Found {
    head: VersionHead,
    content: Arc<Content>,
    roles: Vec<Role>,
    signatures: Vec<SignatureShown>,
    tokens: Vec<TokenSigned>,
    history: Vec<ActShown>,
    versions: Vec<VersionHead>,
    revisions: Vec<Revision>,
    old_codes: Vec<OldCode>,
    edition: Option<Edition>,
}

/// What there is to show of a document.
enum Sight {
    /// A version that was in force.
    Issued(Box<Found>),
    /// Only a version on its way, which has its own page.
    OnItsWay(Box<VersionHead>),
}

/// Whether a version is or was in force.
pub(super) fn was_in_force(stage: Stage) -> bool {
    matches!(stage, Stage::Effective | Stage::Superseded | Stage::Withdrawn)
}

/// The versions of the document that the actor may read, the newest first.
pub(super) fn readable(work: &mut Work<'_>, code: &str) -> Result<Vec<VersionHead>, Failure> {
    let document = store::document_by_code(work, code)?;
    let mut heads = Vec::new();
    for head in store::heads_of(work, &document)? {
        if store::may_read(work, &head)? {
            heads.push(head);
        }
    }
    Ok(heads)
}

fn find(work: &mut Work<'_>, code: &str, number: Option<i64>) -> Result<Sight, Failure> {
    let versions = readable(work, code)?;
    let wanted = match number {
        Some(number) => versions.iter().find(|head| head.number == number),
        None => versions
            .iter()
            .find(|head| head.stage == Stage::Effective)
            .or_else(|| versions.iter().find(|head| was_in_force(head.stage)))
            .or_else(|| versions.first()),
    };
    let head = wanted.ok_or(Failure::NotFound)?.clone();
    if !was_in_force(head.stage) {
        return Ok(Sight::OnItsWay(Box::new(head)));
    }
    let issued: Vec<&VersionHead> = versions
        .iter()
        .filter(|one| was_in_force(one.stage) && one.number <= head.number)
        .collect();
    let ids: Vec<_> = issued.iter().map(|one| one.id.clone()).collect();
    let contents = store::contents(work, &ids)?;
    let content_of = |wanted: &VersionHead| {
        contents
            .iter()
            .find(|one| one.version == wanted.id)
            .map(|one| &one.content)
    };
    let revisions = issued.iter().rev().map(|one| {
        let source = content_of(one).map(|content| &content.source);
        Revision {
            number: one.number,
            issue: one.issue,
            day: one.effective_from,
            summary: source.map(|source| source.change_summary.clone()).unwrap_or_default(),
            basis: source.map(|source| source.change_basis.clone()).unwrap_or_default(),
        }
    });
    let revisions = revisions.collect();
    let content = content_of(&head).cloned().ok_or(Failure::NotFound)?;
    Ok(Sight::Issued(Box::new(Found {
        content,
        roles: store::roles(work)?,
        signatures: signed(work, &head)?,
        tokens: token_signatures(work, &head.id)?,
        edition: editions::edition_of(work, &head.id)?,
        old_codes: store::old_codes_of(work, Some(&head.document_id))?,
        history: store::history(work, &head.id)?,
        revisions,
        versions,
        head,
    })))
}

/// The signatures under the text: those of the last round, without returns.
pub(super) fn signed(work: &mut Work<'_>, head: &VersionHead) -> Result<Vec<SignatureShown>, Failure> {
    let all = store::signatures(work, &head.id)?;
    Ok(all
        .into_iter()
        .filter(|one| one.round == head.round && one.verdict == Verdict::Signed)
        .collect())
}

/// The number that the address asks for; one that is no number names no version.
pub(super) fn number(desk: &Desk) -> Result<Option<i64>, Failure> {
    let typed = desk.query().remove("version");
    typed
        .map(|text| text.parse::<i64>())
        .transpose()
        .map_err(|_no_number| Failure::NotFound)
}

fn page(desk: &Desk, found: Found) -> ShowPage {
    let words = desk.site().pages.words();
    let is_effective = found.head.stage == Stage::Effective;
    ShowPage {
        content: shown(&found.content, &found.roles, words, desk.language()),
        signatures: found.signatures,
        tokens: found.tokens,
        history: found.history,
        revisions: found.revisions,
        open: found
            .versions
            .iter()
            .find(|head| Stage::OPEN.contains(&head.stage))
            .cloned(),
        versions: found.versions,
        edition: found.edition,
        old_codes: found.old_codes,
        may_renumber: desk.may(Permission::RenumberDocuments),
        is_effective,
        has_workflow: found.content.workflow.is_some(),
        may_write: desk.may(Permission::WriteDocuments),
        may_read_conformance: desk.may(Permission::ReadConformance) && !found.content.table.steps.is_empty(),
        may_fill: desk.may(Permission::FillForms),
        may_read_records: desk.may(Permission::ReadRecords),
        may_withdraw: is_effective && desk.may(Permission::WithdrawVersions),
        shown: Vec::new(),
        reason: String::new(),
        faults: Faults::default(),
        problem: None,
        head: found.head,
    }
}

/// The tokens for whoever may withdraw the version that the page shows.
async fn to_withdraw(desk: &Desk, page: &ShowPage) -> Result<Vec<String>, Failure> {
    if !page.may_withdraw {
        return Ok(Vec::new());
    }
    let (head, home) = (page.head.clone(), desk.site().db.home());
    desk.read(move |work| sealing::tokens(work, home, &head, &[Act::Withdrawn]))
        .await
}

/// Where a document is that had this code before.
async fn moved(desk: &Desk, code: String) -> Result<HttpResponse, Failure> {
    let present = desk
        .read(move |work| {
            let (_, present) = store::document_by_any_code(work, &code)?;
            // Whoever may read no version of it does not learn that it is there.
            let is_readable = present != code && !readable(work, &present)?.is_empty();
            is_readable.then_some(present).ok_or(Failure::NotFound)
        })
        .await?;
    let version = number(desk)?
        .map(|number| format!("?version={number}"))
        .unwrap_or_default();
    Ok(desk.see_other(format!("{}{version}", path_of(&present))))
}

pub(super) async fn show(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&desk)?;
    let asked = code.clone();
    let found = match desk.read(move |work| find(work, &asked, number)).await {
        Err(Failure::NotFound) => return moved(&desk, code.into_inner()).await,
        found => found?,
    };
    match found {
        Sight::Issued(found) => {
            let mut page = page(&desk, *found);
            page.shown = to_withdraw(&desk, &page).await?;
            desk.page(&page)
        }
        Sight::OnItsWay(head) => Ok(desk.see_other(format!("/versions/{}", head.id))),
    }
}

/// The version that the address asks for, with its text.
pub(super) fn wanted(
    work: &mut Work<'_>,
    code: &str,
    number: Option<i64>,
) -> Result<(VersionHead, Arc<Content>), Failure> {
    match find(work, code, number)? {
        Sight::Issued(found) => Ok((found.head, found.content)),
        Sight::OnItsWay(head) => {
            let content = store::content_of(work, &head.id)?;
            Ok((*head, content))
        }
    }
}

/// The exact text that was signed, as a file.
pub(super) async fn source(desk: Desk, code: web::Path<String>) -> Result<HttpResponse, Failure> {
    let number = number(&desk)?;
    let (head, content) = desk.read(move |work| wanted(work, &code, number)).await?;
    Ok(as_file(&file_name(&head, "md"), MARKDOWN, content.text.clone()))
}

/// What the text of a version is.
pub(super) const MARKDOWN: &str = "text/markdown; charset=utf-8";

/// The name under which something of a version is saved.
pub(super) fn file_name(head: &VersionHead, ending: &str) -> String {
    let code: String = head
        .code
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .collect();
    format!("{code}.v{}.{ending}", head.number)
}

/// A text as a download.
pub(super) fn as_file(name: &str, media_type: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(text)
}

/// Opens the next draft and goes to its editor; when one is open already, there.
pub(super) async fn open_draft(desk: Desk, code: web::Path<String>, _form: Form) -> Result<HttpResponse, Failure> {
    let shared = code.clone();
    let open = desk
        .read(move |work| {
            Ok::<_, Failure>(
                readable(work, &shared)?
                    .into_iter()
                    .find(|one| one.stage == Stage::Draft),
            )
        })
        .await?;
    let id = match open {
        Some(head) => head.id,
        None => {
            desk.change(move |work| {
                let document = store::document_by_code(work, &code)?;
                write::open_draft(work, &document)
            })
            .await?
        }
    };
    Ok(desk.done(format!("/versions/{id}/edit"), "documents.draft_opened"))
}

pub(super) async fn withdraw(desk: Desk, code: web::Path<String>, form: Form) -> Result<HttpResponse, Failure> {
    let mut faults = Faults::default();
    let reason = form.needed("reason", 1000, &mut faults);
    if form.raw("password").is_empty() {
        faults.add("password", "form.needed");
    }
    if !faults.is_empty() {
        return withdraw_refused(&desk, &code, reason, (faults, StatusCode::UNPROCESSABLE_ENTITY, None)).await;
    }
    let wanted = (code.clone(), reason.clone());
    let done = signatures::signing(&desk, &form, move |work, fresh| {
        let document = store::document_by_code(work, &wanted.0)?;
        force::withdraw(work, fresh, &document, &wanted.1)
    })
    .await?;
    let done = signatures::noted(&desk, ("document", &code), done).await?;
    match done {
        Ok(()) => Ok(desk.done(super::path_of(&code), "documents.withdrawn")),
        Err(failure) => {
            let status = failure.status_code();
            let say = failure.said()?;
            withdraw_refused(&desk, &code, reason, (Faults::default(), status, Some(say))).await
        }
    }
}

async fn withdraw_refused(
    desk: &Desk,
    code: &str,
    reason: String,
    (faults, status, say): (Faults, StatusCode, Option<Say>),
) -> Result<HttpResponse, Failure> {
    let code = code.to_owned();
    let Sight::Issued(found) = desk.read(move |work| find(work, &code, None)).await? else {
        return Err(Failure::NotFound);
    };
    let mut page = page(desk, *found);
    page.shown = to_withdraw(desk, &page).await?;
    (page.reason, page.faults) = (reason, faults);
    page.problem = say.map(|say| desk.sentence(&say));
    desk.page_with(status, &page)
}
