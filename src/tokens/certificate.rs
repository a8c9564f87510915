//! Certificates (RFC 5280), as far as they say who signed and what with.

use super::algorithm::{self, Hash, PublicKey};
use super::der::{self, Reader, Value, tag};
use super::oid;
use super::reason::Reason;

/// A certificate, as slices of its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Certificate<'a> {
    pub(super) whole: &'a [u8],
    signed: &'a [u8],
    algorithm: Value<'a>,
    signature: &'a [u8],
    /// The bytes of the serial number.
    pub(super) serial: &'a [u8],
    /// The names, as DER.
    pub(super) issuer: &'a [u8],
    pub(super) subject: &'a [u8],
    from: i64,
    to: i64,
    pub(super) key: PublicKey<'a>,
    extensions: Option<Value<'a>>,
}

/// What the extensions of a certificate say.
#[derive(Debug, Clone, Default)]
struct Said<'a> {
    is_authority: bool,
    below: Option<u8>,
    usage: Option<u8>,
    uses: Option<Vec<&'a [u8]>>,
    key_id: Option<&'a [u8]>,
}

/// The most extensions of one certificate.
const MOST_EXTENSIONS: usize = 64;
/// Bits of the key usage.
const SIGNS: u8 = 0x80 | 0x40;
const SIGNS_CERTIFICATES: u8 = 0x04;
const SIGNS_LISTS: u8 = 0x02;

impl<'a> Certificate<'a> {
    /// Reads a certificate; `None` when it is none.
    pub(super) fn read(whole: &'a [u8]) -> Option<Self> {
        let (value, rest) = der::bounded(whole)?;
        let mut outer = (value.tag == tag::SEQUENCE && rest.is_empty()).then(|| value.inside())?;
        let signed = outer.want(tag::SEQUENCE)?;
        let algorithm = outer.want(tag::SEQUENCE)?;
        let signature = outer.want(tag::BITS)?.bits()?;
        let mut inner = signed.inside();
        inner.maybe(tag::C0);
        let serial = inner.want(tag::INTEGER)?.content;
        let same = inner.want(tag::SEQUENCE)?;
        let issuer = inner.want(tag::SEQUENCE)?.whole;
        let mut times = inner.want(tag::SEQUENCE)?.inside();
        let (from, to) = (der::moment(&times.next()?)?, der::moment(&times.next()?)?);
        let subject = inner.want(tag::SEQUENCE)?.whole;
        let key = PublicKey::read(&inner.want(tag::SEQUENCE)?)?;
        inner.maybe(0x81);
        inner.maybe(tag::P2);
        let extensions = match inner.maybe(tag::C3) {
            Some(outer) => Some(outer.inside().want(tag::SEQUENCE)?),
            None => None,
        };
        let is_whole = outer.is_done() && inner.is_done() && same.whole == algorithm.whole;
        is_whole.then_some(Self {
            whole,
            signed: signed.whole,
            algorithm,
            signature,
            serial,
            issuer,
            subject,
            from,
            to,
            key,
            extensions,
        })
    }

    /// What its extensions say; an error when one that matters is not understood or stands there twice.
    fn said(&self) -> Option<Said<'a>> {
        let mut said = Said::default();
        let mut seen: Vec<&[u8]> = Vec::new();
        let all = match &self.extensions {
            Some(all) => all.items()?,
            None => Vec::new(),
        };
        if all.len() > MOST_EXTENSIONS {
            return None;
        }
        for one in all {
            let mut inside = one.inside();
            let id = inside.want(tag::OID)?.content;
            let is_critical = inside.maybe(tag::BOOLEAN).is_some_and(|value| value.content != [0]);
            let value = inside.want(tag::OCTETS)?.content;
            if seen.contains(&id) || (is_critical && !oid::UNDERSTOOD.contains(&id)) {
                return None;
            }
            seen.push(id);
            let mut value = Reader::new(value);
            match id {
                oid::BASIC_CONSTRAINTS => {
                    let mut inside = value.want(tag::SEQUENCE)?.inside();
                    said.is_authority = inside.maybe(tag::BOOLEAN).is_some_and(|value| value.content != [0]);
                    said.below = match inside.maybe(tag::INTEGER) {
                        Some(number) => Some(*number.content.first().filter(|_| number.content.len() == 1)?),
                        None => None,
                    };
                }
                oid::KEY_USAGE => said.usage = Some(*value.want(tag::BITS)?.content.get(1)?),
                oid::EXTENDED_USAGE => {
                    let uses = value.want(tag::SEQUENCE)?.items()?;
                    said.uses = Some(uses.iter().map(|one| one.content).collect());
                }
                oid::SUBJECT_KEY => said.key_id = Some(value.want(tag::OCTETS)?.content),
                _ => {}
            }
        }
        Some(said)
    }

    /// Whether this key signed the other certificate.
    pub(super) fn signed(&self, other: &Certificate<'_>) -> bool {
        algorithm::check((&other.algorithm, None), &self.key, (other.signed, other.signature)).is_ok()
    }

    /// Why the certificate's own signature is of a kind that is not taken.
    pub(super) fn own_fault(&self, by: &Certificate<'_>) -> Option<Reason> {
        algorithm::check((&self.algorithm, None), &by.key, (self.signed, self.signature)).err()
    }

    /// Whether it was in force at this moment.
    pub(super) fn in_force(&self, at: i64) -> Result<(), Reason> {
        if at < self.from {
            Err(Reason::NotYet)
        } else if at > self.to {
            Err(Reason::Expired)
        } else {
            Ok(())
        }
    }

    /// Whether it is an authority's that may stand above so many others between it and the signer.
    pub(super) fn may_certify(&self, between: usize) -> bool {
        self.said().is_some_and(|said| {
            said.is_authority
                && said.usage.is_none_or(|usage| usage & SIGNS_CERTIFICATES != 0)
                && said.below.is_none_or(|below| between <= usize::from(below))
        })
    }

    /// Whether it may sign lists of what was revoked.
    pub(super) fn may_list(&self) -> bool {
        self.said()
            .is_some_and(|said| said.usage.is_none_or(|usage| usage & SIGNS_LISTS != 0))
    }

    /// Whether the key is one for these uses.
    pub(super) fn may_sign(&self, uses: &[&[u8]], is_needed: bool) -> Result<(), Reason> {
        let said = self.said().ok_or(Reason::Certificate)?;
        let signs = said.usage.is_none_or(|usage| usage & SIGNS != 0);
        let is_for_it = match &said.uses {
            Some(found) => found.iter().any(|one| uses.contains(one)),
            None => !is_needed,
        };
        if signs && is_for_it { Ok(()) } else { Err(Reason::Usage) }
    }

    /// Whether its key has this id.
    pub(super) fn has_key_id(&self, id: &[u8]) -> bool {
        self.said().is_some_and(|said| said.key_id == Some(id))
    }

    /// SHA-256 of the whole, in hexadecimal.
    pub(super) fn fingerprint(&self) -> String {
        hex(&Hash::Sha256.make(self.whole))
    }

    pub(super) fn from(&self) -> i64 {
        self.from
    }

    pub(super) fn to(&self) -> i64 {
        self.to
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    crate::proofs::hex(bytes)
}

/// Signs that turn the direction of writing.
const TURNING: [char; 9] = [
    '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

fn text(value: &Value<'_>) -> String {
    match value.tag {
        // Two bytes a letter.
        0x1E => {
            let units: Vec<u16> = value
                .content
                .chunks_exact(2)
                .filter_map(|pair| Some(u16::from_be_bytes([*pair.first()?, *pair.get(1)?])))
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(value.content).into_owned(),
    }
}

/// The parts of a name: `CN=…, O=…`. Signs that would break or turn a line are left out.
pub(super) fn name(der: &[u8]) -> String {
    let mut parts = Vec::new();
    let sets = Reader::new(der)
        .next()
        .and_then(|name| name.items())
        .unwrap_or_default();
    for part in sets.iter().filter_map(Value::items).flatten() {
        let mut inside = part.inside();
        let (Some(kind), Some(value)) = (inside.want(tag::OID), inside.next()) else {
            continue;
        };
        let known = oid::NAMES.iter().find(|(oid, _)| *oid == kind.content);
        if let Some((_, label)) = known {
            let clean: String = text(&value)
                .chars()
                .filter(|c| !c.is_control() && !TURNING.contains(c))
                .take(200)
                .collect();
            parts.push(format!("{label}={clean}"));
        }
    }
    parts.reverse();
    // Whoever it is stands first, in whatever order the authority wrote.
    parts.sort_by_key(|part| !part.starts_with("CN="));
    parts.join(", ")
}
