//! Which signatures are checked: RSA (PKCS #1 v1.5, PSS) with SHA-256, -384 and -512; ECDSA on P-256 and P-384 with SHA-256
//! and -384. The arithmetic is `ring`'s, which the program brings along for its mail as it is.

use super::der::{Reader, Value, tag};
use super::oid;
use super::reason::Reason;
use ring::digest;
use ring::signature::{self as ring_signature, UnparsedPublicKey, VerificationAlgorithm};

/// A hash that is not broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash of an algorithm identifier's OID.
    pub(super) fn of(oid: &[u8]) -> Result<Self, Reason> {
        match oid {
            oid::SHA256 => Ok(Self::Sha256),
            oid::SHA384 => Ok(Self::Sha384),
            oid::SHA512 => Ok(Self::Sha512),
            oid::SHA1 | oid::MD5 => Err(Reason::OldDigest),
            _ => Err(Reason::Algorithm),
        }
    }

    /// The hash of these bytes.
    pub(super) fn make(self, bytes: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes).as_ref().to_vec()
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    fn length(self) -> u8 {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// SHA-1, only to find out which certificate an answer of an authority is about.
pub(super) fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes)
        .as_ref()
        .to_vec()
}

/// The OID of an algorithm identifier, and its parameters.
pub(super) fn identifier<'a>(value: &Value<'a>) -> Option<(&'a [u8], Option<Value<'a>>)> {
    let mut inside = (value.tag == tag::SEQUENCE).then(|| value.inside())?;
    let oid = inside.want(tag::OID)?.content;
    let parameters = if inside.is_done() { None } else { Some(inside.next()?) };
    inside.is_done().then_some((oid, parameters))
}

/// A public key.
#[derive(Debug, Clone, Copy)]
pub(super) struct PublicKey<'a> {
    kind: &'a [u8],
    curve: Option<&'a [u8]>,
    pub(super) bits: &'a [u8],
}

impl<'a> PublicKey<'a> {
    /// Reads a SubjectPublicKeyInfo.
    pub(super) fn read(value: &Value<'a>) -> Option<Self> {
        let mut inside = value.inside();
        let (kind, parameters) = identifier(&inside.next()?)?;
        let bits = inside.want(tag::BITS)?.bits()?;
        let curve = parameters
            .filter(|value| value.tag == tag::OID)
            .map(|value| value.content);
        Some(Self { kind, curve, bits })
    }

    /// Whether it is RSA of fewer than 2048 bits.
    pub(super) fn is_weak(&self) -> bool {
        if self.kind != oid::RSA {
            return false;
        }
        let modulus = Reader::new(self.bits)
            .want(tag::SEQUENCE)
            .and_then(|key| key.inside().want(tag::INTEGER));
        let Some(modulus) = modulus else { return true };
        let mut digits = modulus.content;
        while let Some((0, rest)) = digits.split_first() {
            digits = rest;
        }
        digits.len() < 256
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pkcs1,
    Pss,
    Ecdsa,
}

/// The hash of the parameters of a PSS signature: one hash for everything, and salt of its length.
fn pss(parameters: Option<Value<'_>>) -> Result<Hash, Reason> {
    fn hash_of<'v>(value: &Value<'v>) -> Option<&'v [u8]> {
        identifier(value).map(|(oid, _)| oid)
    }
    // Without a word on it the hash is SHA-1.
    let mut inside = parameters.ok_or(Reason::OldDigest)?.inside();
    let hash = inside.maybe(tag::C0).ok_or(Reason::OldDigest)?;
    let hash = hash.inside().next().and_then(|value| hash_of(&value));
    let hash = Hash::of(hash.ok_or(Reason::Algorithm)?)?;
    let mask = inside.maybe(tag::C1).ok_or(Reason::OldDigest)?;
    let mask = mask.inside().next().and_then(|value| identifier(&value));
    let (mask, of) = mask.ok_or(Reason::Algorithm)?;
    let of = of.as_ref().and_then(hash_of).ok_or(Reason::OldDigest)?;
    let salt = inside
        .maybe(tag::C2)
        .and_then(|value| value.inside().want(tag::INTEGER));
    let is_usual = mask == oid::RSA_MGF1
        && Hash::of(of)? == hash
        && salt.is_some_and(|salt| salt.content == [hash.length()])
        && inside.is_done();
    if is_usual { Ok(hash) } else { Err(Reason::Algorithm) }
}

fn kind(algorithm: &Value<'_>, beside: Option<Hash>) -> Result<(Kind, Hash), Reason> {
    let (oid, parameters) = identifier(algorithm).ok_or(Reason::Algorithm)?;
    let is_plain = parameters.is_none_or(|value| value.whole == [0x05, 0x00]);
    if oid != oid::RSA_PSS && !is_plain {
        return Err(Reason::Algorithm);
    }
    let found = match oid {
        oid::RSA => (Kind::Pkcs1, beside.ok_or(Reason::Algorithm)?),
        oid::RSA_SHA256 => (Kind::Pkcs1, Hash::Sha256),
        oid::RSA_SHA384 => (Kind::Pkcs1, Hash::Sha384),
        oid::RSA_SHA512 => (Kind::Pkcs1, Hash::Sha512),
        oid::RSA_PSS => (Kind::Pss, pss(parameters)?),
        oid::ECDSA_SHA256 => (Kind::Ecdsa, Hash::Sha256),
        oid::ECDSA_SHA384 => (Kind::Ecdsa, Hash::Sha384),
        oid::RSA_MD5 | oid::RSA_SHA1 | oid::ECDSA_SHA1 => return Err(Reason::OldDigest),
        _ => return Err(Reason::Algorithm),
    };
    if beside.is_some_and(|beside| beside != found.1) {
        return Err(Reason::Algorithm);
    }
    Ok(found)
}

fn verifier(kind: Kind, hash: Hash, key: &PublicKey<'_>) -> Option<&'static dyn VerificationAlgorithm> {
    match (kind, hash, key.kind, key.curve) {
        (Kind::Pkcs1, Hash::Sha256, oid::RSA, _) => Some(&ring_signature::RSA_PKCS1_2048_8192_SHA256),
        (Kind::Pkcs1, Hash::Sha384, oid::RSA, _) => Some(&ring_signature::RSA_PKCS1_2048_8192_SHA384),
        (Kind::Pkcs1, Hash::Sha512, oid::RSA, _) => Some(&ring_signature::RSA_PKCS1_2048_8192_SHA512),
        (Kind::Pss, Hash::Sha256, oid::RSA | oid::RSA_PSS, _) => Some(&ring_signature::RSA_PSS_2048_8192_SHA256),
        (Kind::Pss, Hash::Sha384, oid::RSA | oid::RSA_PSS, _) => Some(&ring_signature::RSA_PSS_2048_8192_SHA384),
        (Kind::Pss, Hash::Sha512, oid::RSA | oid::RSA_PSS, _) => Some(&ring_signature::RSA_PSS_2048_8192_SHA512),
        (Kind::Ecdsa, Hash::Sha256, oid::EC, Some(oid::P256)) => Some(&ring_signature::ECDSA_P256_SHA256_ASN1),
        (Kind::Ecdsa, Hash::Sha384, oid::EC, Some(oid::P256)) => Some(&ring_signature::ECDSA_P256_SHA384_ASN1),
        (Kind::Ecdsa, Hash::Sha256, oid::EC, Some(oid::P384)) => Some(&ring_signature::ECDSA_P384_SHA256_ASN1),
        (Kind::Ecdsa, Hash::Sha384, oid::EC, Some(oid::P384)) => Some(&ring_signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

/// Checks a signature over a message. `beside` is the hash that is named apart from the algorithm, where one is.
pub(super) fn check(
    (algorithm, beside): (&Value<'_>, Option<Hash>),
    key: &PublicKey<'_>,
    (message, signature): (&[u8], &[u8]),
) -> Result<(), Reason> {
    let (kind, hash) = kind(algorithm, beside)?;
    if key.is_weak() {
        return Err(Reason::WeakKey);
    }
    let verifier = verifier(kind, hash, key).ok_or(Reason::Algorithm)?;
    UnparsedPublicKey::new(verifier, key.bits)
        .verify(message, signature)
        .or(Err(Reason::Broken))
}
