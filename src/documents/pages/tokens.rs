//! Signatures of tokens on a version: what may be signed, what was handed in, and the slot to hand in another.

use super::show::file_name;
use super::version::readable;
use super::{pdf_answer, print_failure};
use crate::documents::paper::{Imprint, print_version, printable};
use crate::documents::tokens::{self, TokenKind, TokenSigned, keep_token, papers, read_again, token_signatures};
use crate::documents::version::VersionHead;
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::{fingerprint, sha256};
use crate::tokens::RootShown;
use crate::web::{Desk, Failure, Page, Say, Uploads};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError, web};
use chrono::NaiveDateTime;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct TokensPage {
    head: VersionHead,
    kept: Vec<Shown>,
    /// What may be signed now; none once the version is out of force.
    offer: Option<Offer>,
    may_sign: bool,
    roots: usize,
    was_checked: bool,
    problem: Option<String>,
}

/// What may be signed.
#[derive(Serialize)]
struct Offer {
    /// SHA-256 and fingerprint of the list of everything covered.
    manifest_sha256: String,
    fingerprint: String,
    /// Whether the sheet can be made as it was.
    has_sheet: bool,
    round: i64,
}

/// A signature of a token, and what does not hold of it where that was asked.
#[derive(Serialize)]
struct Shown {
    signed: TokenSigned,
    flaw: Option<&'static str>,
    detail: String,
}

impl Page for TokensPage {
    const TEMPLATE: &'static str = "documents/tokens.html";
}

#[derive(Serialize)]
struct RootsPage {
    roots: Vec<Root>,
}

#[derive(Serialize)]
struct Root {
    root: RootShown,
    from: Option<NaiveDateTime>,
    to: Option<NaiveDateTime>,
    has_run_out: bool,
}

impl Page for RootsPage {
    const TEMPLATE: &'static str = "documents/token_roots.html";
}

fn moment(seconds: i64) -> Option<NaiveDateTime> {
    Some(chrono::DateTime::from_timestamp(seconds, 0)?.naive_utc())
}

/// What may be signed now; nothing when the version is not open to it.
fn offer(work: &mut Work<'_>, head: &VersionHead, home: &Path) -> Result<Option<Offer>, Failure> {
    match papers(work, head, (home, ""), TokenKind::Cms) {
        Ok(found) => Ok(found.all.first().map(|(_, manifest)| Offer {
            manifest_sha256: sha256(manifest),
            fingerprint: fingerprint(manifest),
            has_sheet: found.all.iter().any(|(part, _)| *part == tokens::SignedPart::Sheet),
            round: head.round,
        })),
        Err(Failure::Conflict(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn find(
    work: &mut Work<'_>,
    version: &VersionId,
    (home, is_checked, may_sign): (PathBuf, bool, bool),
) -> Result<TokensPage, Failure> {
    let head = readable(work, version)?;
    let kept = token_signatures(work, version)?;
    let kept = if is_checked {
        read_again(work, kept, &home)?
    } else {
        kept.into_iter().map(|one| (one, None)).collect()
    };
    let offer = if may_sign { offer(work, &head, &home)? } else { None };
    Ok(TokensPage {
        kept: kept
            .into_iter()
            .map(|(signed, flaw)| Shown {
                signed,
                flaw: flaw.as_ref().map(|(flaw, _)| *flaw),
                detail: flaw.map(|(_, detail)| detail).unwrap_or_default(),
            })
            .collect(),
        offer,
        may_sign,
        roots: tokens::roots(Some(&home))?.shown().len(),
        was_checked: is_checked,
        problem: None,
        head,
    })
}

async fn load(desk: &Desk, version: VersionId, is_checked: bool) -> Result<TokensPage, Failure> {
    let home = desk.site().db.home().unwrap_or_default();
    let may_sign = super::signs(desk);
    desk.read(move |work| find(work, &version, (home, is_checked, may_sign)))
        .await
}

pub(super) async fn show(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let is_checked = desk.query().contains_key("verify");
    let page = load(&desk, id.into_inner(), is_checked).await?;
    desk.page(&page)
}

/// The list of everything that signatures on the version cover, byte for byte as a token may sign it.
pub(super) async fn manifest(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let home = desk.site().db.home().unwrap_or_default();
    let (head, manifest) = desk
        .read(move |work| {
            let head = readable(work, &id)?;
            let found = papers(work, &head, (&home, ""), TokenKind::Cms)?;
            let manifest = found.all.into_iter().next().ok_or(Failure::NotFound)?.1;
            Ok::<_, Failure>((head, manifest))
        })
        .await?;
    let text = String::from_utf8_lossy(&manifest).into_owned();
    let name = file_name(&head, &format!("{}.manifest.txt", head.round));
    Ok(super::show::as_file(&name, "text/plain; charset=utf-8", text))
}

/// The print with its signatures, as a token may sign it inside.
pub(super) async fn issue(desk: Desk, id: web::Path<VersionId>) -> Result<HttpResponse, Failure> {
    let printable = desk
        .read(move |work| {
            let head = readable(work, &id)?;
            printable(work, &head)
        })
        .await?;
    let imprint = Imprint {
        address: Some(desk.address()),
        ..Imprint::default()
    };
    let name = file_name(printable.head(), "ky-so.pdf");
    let printed = desk.aside(move || print_version(&printable, &imprint)).await?;
    Ok(pdf_answer(&name, printed.map_err(print_failure)?.bytes))
}

async fn again(desk: &Desk, version: VersionId, (status, say): (StatusCode, Say)) -> Result<HttpResponse, Failure> {
    let mut page = load(desk, version, false).await?;
    page.problem = Some(desk.sentence(&say));
    desk.page_with(status, &page)
}

pub(super) async fn receive(desk: Desk, id: web::Path<VersionId>, sent: Uploads) -> Result<HttpResponse, Failure> {
    let version = id.into_inner();
    let file = sent
        .files
        .into_iter()
        .find(|file| file.field == "file" && !file.bytes.is_empty());
    let Some(file) = file else {
        let say = Say::new("tokens.no_file");
        return again(&desk, version, (StatusCode::UNPROCESSABLE_ENTITY, say)).await;
    };
    let (home, address) = (desk.site().db.home().unwrap_or_default(), desk.address());
    let to = version.clone();
    let done = desk
        .try_change(move |work| keep_token(work, (&home, &address), &to, &file.bytes))
        .await?;
    match done {
        Ok(Ok(_)) => Ok(desk.done(format!("/versions/{version}/tokens"), "tokens.kept")),
        Ok(Err(refused)) => {
            let reason = desk.word(&format!("tokens.reason.{}", refused.reason), &[]);
            let say = if refused.about.is_empty() {
                Say::new("tokens.refused").with("reason", reason)
            } else {
                Say::new("tokens.refused_of")
                    .with("reason", reason)
                    .with("about", refused.about)
            };
            again(&desk, version, (StatusCode::UNPROCESSABLE_ENTITY, say)).await
        }
        Err(failure @ (Failure::NotFound | Failure::Forbidden(_) | Failure::SignInFirst)) => Err(failure),
        Err(failure) => {
            let status = failure.status_code();
            again(&desk, version, (status, failure.said()?)).await
        }
    }
}

/// A file that was handed in, for saving.
pub(super) async fn file(desk: Desk, path: web::Path<(VersionId, String)>) -> Result<HttpResponse, Failure> {
    let (version, wanted) = path.into_inner();
    let (head, kept, bytes) = {
        let files = desk.site().files.clone();
        desk.read(move |work| {
            let head = readable(work, &version)?;
            let kept = token_signatures(work, &version)?
                .into_iter()
                .find(|one| one.id == wanted)
                .ok_or(Failure::NotFound)?;
            let bytes = crate::documents::files::read_file(&files, &kept.file_sha256);
            let name = file_name(&head, "da-ky-so");
            let bytes = bytes.map_err(|cause| Failure::of_kept_file(cause, &name, &kept.file_sha256))?;
            Ok::<_, Failure>((head, kept, bytes))
        })
        .await?
    };
    Ok(match kept.kind {
        TokenKind::Pdf => pdf_answer(&file_name(&head, "da-ky-so.pdf"), bytes),
        TokenKind::Cms => HttpResponse::Ok()
            .content_type("application/pkcs7-signature")
            .insert_header((
                actix_web::http::header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{}\"", file_name(&head, "p7s")),
            ))
            .body(bytes),
    })
}

/// The roots by which signatures of tokens are judged.
pub(super) async fn list_roots(desk: Desk) -> Result<HttpResponse, Failure> {
    let home = desk.site().db.home();
    let now = desk.actor().at.and_utc().timestamp();
    let found = desk.aside(move || tokens::roots(home.as_deref())).await??;
    let roots = found.shown().into_iter().map(|root| Root {
        from: moment(root.from),
        to: moment(root.to),
        has_run_out: root.to < now,
        root,
    });
    desk.page(&RootsPage { roots: roots.collect() })
}
