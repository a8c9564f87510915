//! Whether signatures of tokens still hold: judged again from the files that were kept, by the time that counted then.

use super::roots::roots;
use super::store::{self, TokenSigned};
use super::{SignedPart, TokenKind};
use crate::documents::files::read_file;
use crate::documents::sealing::manifest_of;
use crate::documents::{paper, store as documents};
use crate::kernel::VersionId;
use crate::ledger::Work;
use crate::people::sha256;
use crate::signatures;
use crate::tokens::{Refused, Roots, judge_detached, judge_pdf};
use crate::web::Failure;
use std::path::{Path, PathBuf};

/// How many are read at once.
const AT_ONCE: i64 = 100;

/// What is wrong with a signature, as words call it, and what that is about.
pub(in crate::documents) type Wrong = (&'static str, String);

/// A signature of a token that does not hold any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenProblem {
    /// Its id.
    pub id: String,
    /// The version that it is on.
    pub version: VersionId,
    /// Why, as words call it: a reason of the judgement, or what of the row or the file differs.
    pub flaw: &'static str,
    /// What it is about.
    pub detail: String,
}

/// The content that was signed, as it is stored or made now; `None` when it is another.
fn content(work: &mut Work<'_>, one: &TokenSigned, file: &[u8], files: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let (version, round) = (&one.version_id, one.round);
    let found = match (one.kind, one.part) {
        (TokenKind::Cms, SignedPart::Manifest) => Some(manifest_of(work, (version, round), files)?.into_bytes()),
        (TokenKind::Cms, SignedPart::Statement) => signatures::of_versions(work, std::slice::from_ref(version))?
            .into_iter()
            .find(|signed| sha256(signed.statement.as_bytes()) == one.content_sha256)
            .map(|signed| signed.statement.into_bytes()),
        (TokenKind::Cms, SignedPart::Sheet | SignedPart::Issue) => Some(paper::sheet(work, version, round)?.bytes),
        // A signed PDF begins with what was signed.
        (TokenKind::Pdf, part) => {
            let kept = documents::kept_sheet(work, version, round)?;
            let is_it = part != SignedPart::Sheet || kept.is_some_and(|kept| kept.sha256 == one.content_sha256);
            let length = usize::try_from(one.content_bytes).unwrap_or(0);
            file.get(..length).filter(|_| is_it).map(<[u8]>::to_vec)
        }
    };
    Ok(found.filter(|bytes| sha256(bytes) == one.content_sha256))
}

/// Whether what was judged now is what the row says.
fn agrees(one: &TokenSigned, verdict: &crate::tokens::Verdict) -> bool {
    let place = usize::try_from(one.place).unwrap_or(usize::MAX);
    verdict.signatures.get(place).is_some_and(|now| {
        now.subject == one.subject
            && now.issuer == one.issuer
            && now.serial == one.serial
            && now.certificate == one.certificate_sha256
            && now.root == one.root_sha256
            && now.hash == one.hash
            && now.at == one.judged_at.and_utc().timestamp()
            && now.time_from == one.time_from
            && now.revocation == one.revocation
    })
}

/// What is wrong with one signature; nothing when it holds.
pub(in crate::documents) fn flaw_of(
    work: &mut Work<'_>,
    one: &TokenSigned,
    (roots, files): (&Roots, &Path),
) -> Result<Option<Wrong>, Failure> {
    let Ok(file) = read_file(files, &one.file_sha256) else {
        return Ok(Some(("file", one.file_sha256.clone())));
    };
    let Some(content) = content(work, one, &file, files)? else {
        return Ok(Some(("content", one.part.as_str().to_owned())));
    };
    let received = one.at.and_utc().timestamp();
    let contents = [content.as_slice()];
    let judged = match one.kind {
        TokenKind::Cms => judge_detached(&file, &contents, roots, received),
        TokenKind::Pdf => judge_pdf(&file, &contents, roots, received),
    };
    Ok(match judged {
        Ok(verdict) if agrees(one, &verdict) => None,
        Ok(_) => Some(("row", one.subject.clone())),
        Err(Refused { reason, about }) => Some((reason.as_str(), about)),
    })
}

/// What is wrong with these, each beside its signature.
pub(in crate::documents) fn read_again(
    work: &mut Work<'_>,
    all: Vec<TokenSigned>,
    home: &Path,
) -> Result<Vec<(TokenSigned, Option<Wrong>)>, Failure> {
    let (roots, files) = (roots(Some(home))?, home.join("files"));
    all.into_iter()
        .map(|one| {
            let flaw = flaw_of(work, &one, (&roots, &files))?;
            Ok((one, flaw))
        })
        .collect()
}

/// Judges every signature of a token of the agency again. Gives how many there are, and which do not hold.
///
/// # Errors
/// When the database fails or the roots cannot be read.
pub fn verify_tokens(work: &mut Work<'_>, home: Option<PathBuf>) -> Result<(usize, Vec<TokenProblem>), Failure> {
    let home = home.unwrap_or_default();
    let (mut last, mut count, mut problems) = (String::new(), 0_usize, Vec::new());
    loop {
        let batch = store::all_after(work, &last, AT_ONCE)?;
        let Some(end) = batch.last() else { break };
        last.clone_from(&end.id);
        count = count.saturating_add(batch.len());
        for (one, flaw) in read_again(work, batch, &home)? {
            if let Some((flaw, detail)) = flaw {
                problems.push(TokenProblem {
                    id: one.id,
                    version: one.version_id,
                    flaw,
                    detail,
                });
            }
        }
    }
    Ok((count, problems))
}
