//! Time stamps in signatures (RFC 3161): an authority says when it saw the signature.

use super::algorithm::{Hash, identifier};
use super::chain::{Roots, chain};
use super::cms::{Cms, Signer};
use super::der::{self, Reader, tag};
use super::oid;
use super::reason::Reason;

/// How far the clock of an authority may be ahead of ours, in seconds.
const AHEAD: i64 = 300;

/// What a stamp is over, and when.
fn stamped(info: &[u8]) -> Option<(Hash, &[u8], i64)> {
    let mut inside = Reader::new(info).want(tag::SEQUENCE)?.inside();
    inside.want(tag::INTEGER)?;
    inside.want(tag::OID)?;
    let mut imprint = inside.want(tag::SEQUENCE)?.inside();
    let hash = Hash::of(identifier(&imprint.next()?)?.0).ok()?;
    let over = imprint.want(tag::OCTETS)?.content;
    inside.want(tag::INTEGER)?;
    let at = der::moment(&inside.want(tag::TIME)?)?;
    Some((hash, over, at))
}

/// When the authority of the stamp saw this signature: `None` without a stamp, or with one whose authority leads to no root
/// of the office.
pub(super) fn stamped_at(signer: &Signer<'_>, roots: &Roots, received: i64) -> Result<Option<i64>, Reason> {
    let Some(token) = signer.beside(oid::TIME_STAMP)? else {
        return Ok(None);
    };
    let cms = Cms::read(token.whole, false).or(Err(Reason::Stamp))?;
    let info = cms
        .content
        .filter(|_| cms.content_type == oid::STAMPED)
        .ok_or(Reason::Stamp)?;
    let (hash, over, at) = stamped(info).ok_or(Reason::Stamp)?;
    let [authority] = cms.signers.as_slice() else {
        return Err(Reason::Stamp);
    };
    let certificate = authority.certificate(&cms.certificates).ok_or(Reason::Stamp)?;
    let holds = over == hash.make(signer.signature)
        && authority.is_over(oid::STAMPED, info).is_ok()
        && authority.names(&certificate).is_ok()
        && authority.is_signed_by(&certificate).is_ok()
        && certificate.may_sign(&[oid::USE_STAMPS], true).is_ok()
        && at <= received.saturating_add(AHEAD);
    if !holds {
        return Err(Reason::Stamp);
    }
    Ok(chain(certificate, &cms.certificates, roots, at).is_ok().then_some(at))
}
