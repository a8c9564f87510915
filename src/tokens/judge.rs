//! The verdict on a file: each signature in it, or why it is not taken.

use super::certificate::{Certificate, hex, name};
use super::chain::{Roots, chain, unwrapped};
use super::cms::{Cms, Signer};
use super::der;
use super::oid;
use super::pdf;
use super::reason::{Reason, Refused, Revocation, TimeFrom};
use super::revocation::Evidence;
use super::stamp::stamped_at;
use serde::Serialize;

/// The largest detached signature, in bytes.
const LARGEST_DETACHED: usize = 1 << 20;

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// Whose certificate it was made with.
    pub subject: String,
    /// Who issued that.
    pub issuer: String,
    /// The serial number of the certificate, in hexadecimal.
    pub serial: String,
    /// SHA-256 of the certificate, in hexadecimal.
    pub certificate: String,
    /// SHA-256 of the root that it leads to.
    pub root: String,
    /// The hash that was signed.
    pub hash: &'static str,
    /// When it says to have been made: nobody vouches for that. Moments are UTC, in seconds since 1970.
    pub claimed: Option<i64>,
    /// The moment by which it was judged.
    pub at: i64,
    /// Where that comes from.
    pub time_from: TimeFrom,
    /// Whether it is known that the certificate was not revoked then.
    pub revocation: Revocation,
}

/// A file that is taken: which of the contents it is over, and its signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The place of the content among those that were given.
    pub content: usize,
    /// The signatures, in their order.
    pub signatures: Vec<Judged>,
}

/// Judges one signature over this content.
fn judged<'a>(
    (cms, signer): (&Cms<'a>, &Signer<'a>),
    content: &[u8],
    roots: &'a Roots,
    received: i64,
) -> Result<Judged, Refused> {
    let certificate: Certificate<'a> = signer.certificate(&cms.certificates).ok_or(Reason::NoCertificate)?;
    let who = name(certificate.subject);
    let about = |reason: Reason| Refused::of(reason, who.clone());
    let hash = signer.hash().map_err(about)?;
    signer.is_over(oid::DATA, content).map_err(about)?;
    signer.names(&certificate).map_err(about)?;
    signer.is_signed_by(&certificate).map_err(about)?;
    certificate.may_sign(&oid::USES_OF_PAPERS, false).map_err(about)?;
    let stamp = stamped_at(signer, roots, received).map_err(about)?;
    let (at, time_from) = match stamp {
        Some(at) => (at, TimeFrom::Stamp),
        None => (received, TimeFrom::Receipt),
    };
    let path = chain(certificate, &cms.certificates, roots, at)?;
    let evidence = Evidence::of(cms, signer);
    let mut revocation = Revocation::Unchecked;
    for (index, (one, issuer)) in path.iter().zip(path.iter().skip(1)).enumerate() {
        let known = evidence
            .about(one, issuer, (at, received))
            .map_err(|reason| Refused::of(reason, name(one.subject)))?;
        if index == 0 {
            revocation = known;
        }
    }
    let claimed = signer.attribute(oid::SIGNING_TIME).map_err(about)?;
    Ok(Judged {
        issuer: name(certificate.issuer),
        serial: hex(certificate.serial),
        certificate: certificate.fingerprint(),
        root: path.last().map(Certificate::fingerprint).unwrap_or_default(),
        hash: hash.name(),
        claimed: claimed.as_ref().and_then(der::moment),
        at,
        time_from,
        revocation,
        subject: who,
    })
}

fn all_judged(cms: &Cms<'_>, content: &[u8], roots: &Roots, received: i64) -> Result<Vec<Judged>, Refused> {
    cms.signers
        .iter()
        .map(|signer| judged((cms, signer), content, roots, received))
        .collect()
}

/// Judges a detached signature (CMS, DER or PEM) over one of these contents, received at this moment (UTC, seconds since
/// 1970). Each signature in the file must hold.
///
/// # Errors
/// The first reason why it is not taken.
pub fn judge_detached(file: &[u8], contents: &[&[u8]], roots: &Roots, received: i64) -> Result<Verdict, Refused> {
    if file.len() > LARGEST_DETACHED {
        return Err(Reason::TooLarge.into());
    }
    let bytes = unwrapped(file, &["CMS", "PKCS7"]).ok_or(Reason::Unreadable)?;
    let cms = Cms::read(&bytes, false)?;
    let first = cms.signers.first().ok_or(Reason::NoSignature)?;
    first.hash()?;
    if cms.content_type != oid::DATA {
        return Err(Reason::OtherContent.into());
    }
    let found = contents.iter().enumerate().find(|(_, content)| {
        let is_inside = cms.content.is_none_or(|inside| inside == **content);
        is_inside && first.is_over(oid::DATA, content).is_ok()
    });
    let Some((index, content)) = found else {
        // Why the first of them is not what was signed.
        let why = contents
            .first()
            .and_then(|content| first.is_over(oid::DATA, content).err());
        return Err(why.unwrap_or(Reason::OtherContent).into());
    };
    Ok(Verdict {
        content: index,
        signatures: all_judged(&cms, content, roots, received)?,
    })
}

/// Judges a signed PDF: it must begin with one of these papers, show on its pages nothing else than that, and be signed to
/// its last byte; each signature in it must hold. Received at this moment (UTC, seconds since 1970).
///
/// # Errors
/// The first reason why it is not taken.
pub fn judge_pdf(file: &[u8], papers: &[&[u8]], roots: &Roots, received: i64) -> Result<Verdict, Refused> {
    let (content, places) = pdf::signatures(file, papers)?;
    let mut signatures = Vec::with_capacity(places.len());
    for place in places {
        let signed = place.signed(file).ok_or(Reason::ByteRange)?;
        let cms = Cms::read(&place.contents, true)?;
        if cms.signers.len() != 1 {
            return Err(Reason::TooMany.into());
        }
        if cms.content.is_some() || cms.content_type != oid::DATA {
            return Err(Reason::OtherContent.into());
        }
        signatures.extend(all_judged(&cms, &signed, roots, received)?);
    }
    Ok(Verdict { content, signatures })
}

/// Whether the signatures of a detached file are good over whatever content their attributes name: what is left of the
/// judgement without its step of comparing digests. Only tests ask, to show that this step refuses other contents.
#[doc(hidden)]
pub fn is_signed_at_all(file: &[u8]) -> bool {
    let Ok(cms) = Cms::read(file, false) else { return false };
    cms.signers.iter().all(|signer| {
        let certificate = signer.certificate(&cms.certificates);
        certificate.is_some_and(|certificate| signer.is_signed_by(&certificate).is_ok())
    })
}
