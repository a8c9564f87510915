//! Signatures as CMS writes them (RFC 5652): who says to have signed what, and whether the words of the signature fit.

use super::algorithm::{self, Hash, identifier};
use super::certificate::Certificate;
use super::der::{self, Value, tag};
use super::oid;
use super::reason::Reason;

/// The most signers of one file, and certificates in it.
const MOST_SIGNERS: usize = 8;
const MOST_CERTIFICATES: usize = 32;

/// What stands for no parameters.
const NULL: &[u8] = &[0x05, 0x00];

/// A CMS with signatures.
#[derive(Debug, Clone)]
pub(super) struct Cms<'a> {
    /// What sort of content it is about, and the content if it is inside.
    pub(super) content_type: &'a [u8],
    pub(super) content: Option<&'a [u8]>,
    pub(super) certificates: Vec<Certificate<'a>>,
    /// Lists of what was revoked (CRL), and answers about it (OCSP), as DER.
    pub(super) lists: Vec<&'a [u8]>,
    pub(super) answers: Vec<&'a [u8]>,
    pub(super) signers: Vec<Signer<'a>>,
}

/// One signature.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signer<'a> {
    id: Value<'a>,
    hash: &'a [u8],
    attributes: Option<Value<'a>>,
    algorithm: Value<'a>,
    pub(super) signature: &'a [u8],
    unsigned: Option<Value<'a>>,
}

/// The values of a SET OF that stands for `[0]` and the like.
fn values<'a>(value: Option<Value<'a>>) -> Option<Vec<Value<'a>>> {
    value.map_or_else(|| Some(Vec::new()), |value| value.items())
}

/// The OID of a hash, which has no parameters.
fn hash_of<'a>(value: &Value<'a>) -> Option<&'a [u8]> {
    let (oid, parameters) = identifier(value)?;
    parameters.is_none_or(|value| value.whole == NULL).then_some(oid)
}

impl<'a> Cms<'a> {
    /// Reads a CMS. In a PDF it is followed by zeros that fill its place; elsewhere by nothing.
    pub(super) fn read(bytes: &'a [u8], is_padded: bool) -> Result<Self, Reason> {
        let (value, rest) = der::bounded(bytes).ok_or(Reason::NotDer)?;
        let is_end = rest.is_empty() || (is_padded && rest.iter().all(|byte| *byte == 0));
        if !is_end {
            return Err(Reason::NotDer);
        }
        Self::of(&value).ok_or(Reason::Unreadable).and_then(|cms| {
            if cms.signers.is_empty() {
                Err(Reason::NoSignature)
            } else if cms.signers.len() > MOST_SIGNERS || cms.certificates.len() > MOST_CERTIFICATES {
                Err(Reason::TooMany)
            } else {
                Ok(cms)
            }
        })
    }

    fn of(value: &Value<'a>) -> Option<Self> {
        let mut outer = (value.tag == tag::SEQUENCE).then(|| value.inside())?;
        if outer.want(tag::OID)?.content != oid::SIGNED_DATA {
            return None;
        }
        let holder = outer.want(tag::C0)?;
        let mut inside = holder.inside().want(tag::SEQUENCE)?.inside();
        let is_known = matches!(inside.want(tag::INTEGER)?.content, [1 | 3 | 4 | 5]);
        let hashes = inside.want(tag::SET)?.items()?;
        let mut about = inside.want(tag::SEQUENCE)?.inside();
        let content_type = about.want(tag::OID)?.content;
        let content = match about.maybe(tag::C0) {
            Some(holder) => Some(holder.inside().want(tag::OCTETS)?.content),
            None => None,
        };
        let certificates = values(inside.maybe(tag::C0))?;
        let revocations = values(inside.maybe(tag::C1))?;
        let signers = inside.want(tag::SET)?.items()?;
        let signers: Vec<Signer<'_>> = signers.iter().map(Signer::read).collect::<Option<_>>()?;
        // Each hash that a signer names is announced before the content.
        let hashes: Vec<&[u8]> = hashes.iter().map(hash_of).collect::<Option<_>>()?;
        let is_known = is_known && signers.iter().all(|one| hashes.contains(&one.hash));
        let is_whole = is_known && outer.is_done() && inside.is_done() && about.is_done();
        let mut cms = Self {
            content_type,
            content,
            certificates: certificates
                .iter()
                .filter(|one| one.tag == tag::SEQUENCE)
                .take(MOST_CERTIFICATES.saturating_add(1))
                .map(|one| Certificate::read(one.whole))
                .collect::<Option<_>>()?,
            lists: Vec::new(),
            answers: Vec::new(),
            signers,
        };
        for one in revocations {
            if one.tag == tag::SEQUENCE {
                cms.lists.push(one.whole);
            } else if one.tag == tag::C1 {
                let mut inside = one.inside();
                if inside.want(tag::OID)?.content == oid::OCSP_IN_CMS {
                    cms.answers.push(inside.next()?.whole);
                }
            }
        }
        is_whole.then_some(cms)
    }
}

impl<'a> Signer<'a> {
    fn read(value: &Value<'a>) -> Option<Self> {
        let mut inside = (value.tag == tag::SEQUENCE).then(|| value.inside())?;
        matches!(inside.want(tag::INTEGER)?.content, [1 | 3]).then_some(())?;
        let read = Self {
            id: inside.next()?,
            hash: hash_of(&inside.next()?)?,
            attributes: inside.maybe(tag::C0),
            algorithm: inside.want(tag::SEQUENCE)?,
            signature: inside.want(tag::OCTETS)?.content,
            unsigned: inside.maybe(tag::C1),
        };
        inside.is_done().then_some(read)
    }

    /// The hash that the content was signed by.
    pub(super) fn hash(&self) -> Result<Hash, Reason> {
        Hash::of(self.hash)
    }

    /// The certificate that it says to be signed with, among these.
    pub(super) fn certificate<'c>(&self, among: &[Certificate<'c>]) -> Option<Certificate<'c>> {
        let found = among.iter().find(|one| match self.id.tag {
            tag::SEQUENCE => {
                let mut inside = self.id.inside();
                let issuer = inside.want(tag::SEQUENCE).map(|value| value.whole);
                let serial = inside.want(tag::INTEGER).map(|value| value.content);
                inside.is_done() && issuer == Some(one.issuer) && serial == Some(one.serial)
            }
            tag::P0 => one.has_key_id(self.id.content),
            _ => false,
        });
        found.copied()
    }

    /// The one value of a signed attribute; an error when it stands there twice or holds several.
    pub(super) fn attribute(&self, kind: &[u8]) -> Result<Option<Value<'a>>, Reason> {
        one_of(self.attributes, kind)
    }

    /// The one value of an attribute that is not signed.
    pub(super) fn beside(&self, kind: &[u8]) -> Result<Option<Value<'a>>, Reason> {
        one_of(self.unsigned, kind)
    }

    /// Whether the attributes name this content: its kind, and its hash.
    pub(super) fn is_over(&self, kind: &[u8], content: &[u8]) -> Result<(), Reason> {
        let said = self.attribute(oid::CONTENT_TYPE)?.ok_or(Reason::Attributes)?;
        if said.content != kind {
            return Err(Reason::OtherContent);
        }
        let said = self.attribute(oid::MESSAGE_DIGEST)?.ok_or(Reason::Attributes)?;
        if said.tag == tag::OCTETS && said.content == self.hash()?.make(content) {
            Ok(())
        } else {
            Err(Reason::OtherContent)
        }
    }

    /// Whether the key of the certificate signed the attributes. What they name is for [`Signer::is_over`] to say.
    pub(super) fn is_signed_by(&self, certificate: &Certificate<'_>) -> Result<(), Reason> {
        let attributes = self.attributes.ok_or(Reason::Attributes)?;
        // Inside the file they bear `[0]`; they are signed as a SET.
        let mut signed = attributes.whole.to_vec();
        if let Some(first) = signed.first_mut() {
            *first = tag::SET;
        }
        algorithm::check(
            (&self.algorithm, Some(self.hash()?)),
            &certificate.key,
            (&signed, self.signature),
        )
    }

    /// Whether the attributes, where they name the certificate, name this one.
    pub(super) fn names(&self, certificate: &Certificate<'_>) -> Result<(), Reason> {
        if self.attribute(oid::SIGNING_CERTIFICATE)?.is_some() && self.attribute(oid::SIGNING_CERTIFICATE_V2)?.is_none()
        {
            let value = self.attribute(oid::SIGNING_CERTIFICATE)?;
            let first = value.and_then(|value| first_of(&value));
            let hash = first.and_then(|mut first| first.want(tag::OCTETS));
            let is_it = hash.is_some_and(|hash| hash.content == algorithm::sha1(certificate.whole));
            return if is_it { Ok(()) } else { Err(Reason::OtherCertificate) };
        }
        let Some(value) = self.attribute(oid::SIGNING_CERTIFICATE_V2)? else {
            return Ok(());
        };
        let mut first = first_of(&value).ok_or(Reason::OtherCertificate)?;
        let hash = match first.maybe(tag::SEQUENCE) {
            Some(algorithm) => Hash::of(identifier(&algorithm).ok_or(Reason::Algorithm)?.0)?,
            None => Hash::Sha256,
        };
        let is_it = first
            .want(tag::OCTETS)
            .is_some_and(|said| said.content == hash.make(certificate.whole));
        if is_it { Ok(()) } else { Err(Reason::OtherCertificate) }
    }
}

/// The first certificate that a signing-certificate attribute names.
fn first_of<'a>(value: &Value<'a>) -> Option<der::Reader<'a>> {
    let mut outer = value.inside();
    let mut list = outer.want(tag::SEQUENCE)?.inside();
    Some(list.want(tag::SEQUENCE)?.inside())
}

fn one_of<'a>(attributes: Option<Value<'a>>, kind: &[u8]) -> Result<Option<Value<'a>>, Reason> {
    let mut found = None;
    for one in values(attributes).ok_or(Reason::Attributes)? {
        if one.tag != tag::SEQUENCE {
            return Err(Reason::Attributes);
        }
        let mut inside = one.inside();
        let id = inside.want(tag::OID).ok_or(Reason::Attributes)?;
        if id.content != kind {
            continue;
        }
        let held = inside
            .want(tag::SET)
            .and_then(|set| set.items())
            .ok_or(Reason::Attributes)?;
        match (held.as_slice(), &found) {
            ([value], None) => found = Some(*value),
            _ => return Err(Reason::Attributes),
        }
    }
    Ok(found)
}
