//! Receiving a signature of a token.

use super::roots::roots;
use super::store::{self, MOST, TokenSigned};
use super::{SignedPart, TokenKind};
use crate::documents::actions::attach::keep_file;
use crate::documents::actions::{forbidden_now, must_sign, person};
use crate::documents::pages::print_failure;
use crate::documents::paper::{self, Imprint, print_version, printable};
use crate::documents::sealing::whole;
use crate::documents::store as documents;
use crate::documents::version::{Stage, VersionHead};
use crate::kernel::{VersionId, new_id};
use crate::ledger::Work;
use crate::people::sha256;
use crate::signatures;
use crate::tokens::{Judged, Refused, Verdict, is_pdf, judge_detached, judge_pdf};
use crate::web::{Failure, Say};
use chrono::NaiveDateTime;
use serde_json::json;
use std::path::Path;

/// What became of a file: how many signatures of it were kept, or why it was not taken.
pub type Received = Result<usize, Refused>;

/// What a token may sign of a version, as the office made it.
pub(in crate::documents) struct Papers {
    /// The parts, with their bytes.
    pub(in crate::documents) all: Vec<(SignedPart, Vec<u8>)>,
}

/// Whether a version can be signed by tokens: it was submitted, and still counts.
fn is_open(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::InReview | Stage::InApproval | Stage::Approved | Stage::Effective
    )
}

/// What a token may sign: the list and the statements by a detached signature, the sheet by either, the print with the
/// signatures (made for this address) inside a PDF alone, for nobody keeps it otherwise.
pub(in crate::documents) fn papers(
    work: &mut Work<'_>,
    head: &VersionHead,
    (home, address): (&Path, &str),
    kind: TokenKind,
) -> Result<Papers, Failure> {
    if !is_open(head.stage) {
        return Err(forbidden_now("no_token_now"));
    }
    let covered = whole(work, head, &home.join("files"))?;
    let mut all = Vec::new();
    if kind == TokenKind::Cms {
        all.push((SignedPart::Manifest, covered.manifest.into_bytes()));
        let statements = signatures::of_versions(work, std::slice::from_ref(&head.id))?;
        let current = statements.into_iter().filter(|one| one.round == head.round);
        all.extend(current.map(|one| (SignedPart::Statement, one.statement.into_bytes())));
    }
    if documents::kept_sheet(work, &head.id, head.round)?.is_some() {
        let sheet = paper::sheet(work, &head.id, head.round)?;
        if sheet.is_same {
            all.push((SignedPart::Sheet, sheet.bytes));
        }
    }
    if kind == TokenKind::Pdf {
        let printable = printable(work, head)?;
        let imprint = Imprint {
            address: Some(address.to_owned()),
            ..Imprint::default()
        };
        let printed = print_version(&printable, &imprint).map_err(print_failure)?;
        all.push((SignedPart::Issue, printed.bytes));
    }
    Ok(Papers { all })
}

fn moment(seconds: i64) -> Option<NaiveDateTime> {
    Some(chrono::DateTime::from_timestamp(seconds, 0)?.naive_utc())
}

/// Receives a file with signatures of a token on a version: judges it against what the office made of that version, and
/// keeps each signature with the file. A file that is not taken leaves an entry in the ledger and nothing else.
///
/// # Errors
/// [`Failure::Forbidden`] without the right to sign or while the version cannot be signed; [`Failure::Conflict`] when what
/// it covers is damaged or the file was received before; [`Failure::Internal`] when the roots or the disk fail.
pub fn keep_token(
    work: &mut Work<'_>,
    (home, address): (&Path, &str),
    version: &VersionId,
    file: &[u8],
) -> Result<Received, Failure> {
    must_sign(work.actor)?;
    person(work)?;
    let head = documents::head(work, version)?;
    if !documents::may_read(work, &head)? {
        return Err(Failure::NotFound);
    }
    let kind = if is_pdf(file) { TokenKind::Pdf } else { TokenKind::Cms };
    let papers = papers(work, &head, (home, address), kind)?;
    let contents: Vec<&[u8]> = papers.all.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let roots = roots(Some(home))?;
    let received = work.actor.at.and_utc().timestamp();
    let verdict = match kind {
        TokenKind::Cms => judge_detached(file, &contents, &roots, received),
        TokenKind::Pdf => judge_pdf(file, &contents, &roots, received),
    };
    match verdict {
        Ok(verdict) => keep(work, (&head, kind), (home, file), (&papers, &verdict)).map(Ok),
        Err(refused) => {
            let details = json!({ "why": refused.reason, "sha256": sha256(file) });
            work.record("token_signature.refused", ("version", version.as_str()), details);
            Ok(Err(refused))
        }
    }
}

fn keep(
    work: &mut Work<'_>,
    (head, kind): (&VersionHead, TokenKind),
    (home, file): (&Path, &[u8]),
    (papers, verdict): (&Papers, &Verdict),
) -> Result<usize, Failure> {
    let by = person(work)?;
    let (part, content) = papers.all.get(verdict.content).ok_or(Failure::NotFound)?;
    let known = store::token_signatures(work, &head.id)?;
    let hash = sha256(file);
    if known.iter().any(|one| one.file_sha256 == hash) {
        return Err(Failure::Conflict(Say::new("tokens.known")));
    }
    if known.len().saturating_add(verdict.signatures.len()) > MOST {
        return Err(Failure::Conflict(Say::new("tokens.too_many_kept").with("n", MOST)));
    }
    let media_type = match kind {
        TokenKind::Cms => "application/pkcs7-signature",
        TokenKind::Pdf => "application/pdf",
    };
    let file_sha256 = keep_file(work, &home.join("files"), (media_type, file))?;
    for (place, one) in verdict.signatures.iter().enumerate() {
        let new = TokenSigned {
            id: new_id(),
            version_id: head.id.clone(),
            round: head.round,
            kind,
            part: *part,
            content_sha256: sha256(content),
            content_bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
            file_sha256: file_sha256.clone(),
            place: i64::try_from(place).unwrap_or(i64::MAX),
            subject: one.subject.clone(),
            issuer: one.issuer.clone(),
            serial: one.serial.clone(),
            certificate_sha256: one.certificate.clone(),
            root_sha256: one.root.clone(),
            hash: one.hash.to_owned(),
            claimed_at: one.claimed.and_then(moment),
            judged_at: moment(one.at).unwrap_or(work.actor.at),
            time_from: one.time_from,
            revocation: one.revocation,
            person_id: by.id.clone(),
            person_name: by.full_name.clone(),
            at: work.actor.at,
        };
        store::insert(work, &new)?;
        work.record("token_signature.kept", ("token_signature", &new.id), details(&new, one));
    }
    Ok(verdict.signatures.len())
}

/// What the ledger says of a signature: hashes and words of lists, no name.
fn details(new: &TokenSigned, judged: &Judged) -> serde_json::Value {
    json!({ "version": new.version_id, "round": new.round, "kind": new.kind, "part": new.part,
        "content": new.content_sha256, "file": new.file_sha256, "certificate": new.certificate_sha256,
        "root": new.root_sha256, "at": judged.at, "time_from": new.time_from, "revocation": new.revocation })
}
