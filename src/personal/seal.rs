//! Sealing a value, opening it, and the commitment by which a ledger may bind it without knowing it. Pure.
//!
//! A value is sealed with XChaCha20-Poly1305 under the data key of its case; case and field are bound to it, so that one
//! sealed value does not pass for another. The commitment is HMAC-SHA-256 over the typed value, keyed by 32 random bytes.
//! Those bytes (the salt) are sealed too: with a salt that is readable beside its commitment a telephone number is
//! guessed in minutes.

use crate::db::Secret;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt::Write;
use zeroize::Zeroizing;

const NONCE: usize = 24;
const SALT: usize = 32;

/// A sealed value, in hexadecimal as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) salt: String,
    pub(super) ciphertext: String,
    pub(super) commitment: String,
}

/// Why something is not sealed or opened.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum SealError {
    #[error("no randomness: {0}")]
    Random(String),
    #[error("a sealed value was altered, or sealed for another place")]
    Altered,
    #[error("a value is not the one that was committed to")]
    Other,
}

/// Where a value belongs: the subject and the field.
pub(super) type Place<'a> = (&'a str, &'a str);

pub(super) fn seal(key: &Secret, place: Place<'_>, value: &str) -> Result<Sealed, SealError> {
    let mut salt = Zeroizing::new([0_u8; SALT]);
    getrandom::fill(salt.as_mut_slice()).map_err(|cause| SealError::Random(cause.to_string()))?;
    Ok(Sealed {
        commitment: hex(&commitment(salt.as_slice(), value)),
        salt: lock(key, (place, "salt"), salt.as_slice())?,
        ciphertext: lock(key, (place, "value"), value.as_bytes())?,
    })
}

pub(super) fn open(key: &Secret, place: Place<'_>, sealed: &Sealed) -> Result<String, SealError> {
    let salt = unlock(key, (place, "salt"), &sealed.salt)?;
    let value = unlock(key, (place, "value"), &sealed.ciphertext)?;
    let value = std::str::from_utf8(&value).map_err(|_bytes| SealError::Altered)?;
    if hex(&commitment(&salt, value)) != sealed.commitment {
        return Err(SealError::Other);
    }
    Ok(value.to_owned())
}

/// Whether a value would open, without giving it.
pub(super) fn opens(key: &Secret, place: Place<'_>, sealed: &Sealed) -> bool {
    open(key, place, sealed).map(Zeroizing::new).is_ok()
}

/// HMAC-SHA-256 over the typed value: `T`, its length in bytes, the text.
fn commitment(salt: &[u8], value: &str) -> Vec<u8> {
    let mut out = Vec::new();
    // An HMAC takes a key of any length: there is no error to be had.
    if let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(salt) {
        mac.update(b"T");
        mac.update(&u64::try_from(value.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(value.as_bytes());
        out.extend_from_slice(&mac.finalize().into_bytes());
    }
    out
}

fn bound_to((place, part): (Place<'_>, &str)) -> String {
    format!("quytrinh/personal/v1\n{}\n{}\n{part}", place.0, place.1)
}

fn lock(key: &Secret, at: (Place<'_>, &str), bytes: &[u8]) -> Result<String, SealError> {
    let mut nonce = [0_u8; NONCE];
    getrandom::fill(&mut nonce).map_err(|cause| SealError::Random(cause.to_string()))?;
    let bound = bound_to(at);
    let message = Payload {
        msg: bytes,
        aad: bound.as_bytes(),
    };
    let cipher = XChaCha20Poly1305::new(&Key::from(**key));
    let sealed = cipher.encrypt(&XNonce::from(nonce), message);
    let sealed = sealed.map_err(|_opaque| SealError::Altered)?;
    Ok(hex(&nonce) + &hex(&sealed))
}

fn unlock(key: &Secret, at: (Place<'_>, &str), text: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let bytes = unhex(text).ok_or(SealError::Altered)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(SealError::Altered)?;
    let bound = bound_to(at);
    let message = Payload {
        msg: sealed,
        aad: bound.as_bytes(),
    };
    let cipher = XChaCha20Poly1305::new(&Key::from(**key));
    let opened = cipher.decrypt(&XNonce::from(*nonce), message);
    opened.map(Zeroizing::new).map_err(|_opaque| SealError::Altered)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing into a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{SealError, Sealed, hex, open, seal, unhex};
    use zeroize::Zeroizing;

    const PLACE: (&str, &str) = ("case", "phone");

    #[test]
    fn what_was_sealed_is_opened_with_its_key_at_its_place_only() {
        let key = Zeroizing::new([7; 32]);
        let sealed = seal(&key, PLACE, "0900 000 001").unwrap();
        assert_eq!(open(&key, PLACE, &sealed).unwrap(), "0900 000 001");
        assert_eq!(
            open(&Zeroizing::new([8; 32]), PLACE, &sealed),
            Err(SealError::Altered),
            "another key"
        );
        for elsewhere in [("other", "phone"), ("case", "full_name")] {
            assert_eq!(open(&key, elsewhere, &sealed), Err(SealError::Altered));
        }
    }

    #[test]
    fn no_bit_can_be_altered_and_the_commitment_binds_the_value() {
        let key = Zeroizing::new([7; 32]);
        let sealed = seal(&key, PLACE, "Nguyễn Thị Hoa").unwrap();
        let bytes = unhex(&sealed.ciphertext).unwrap();
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            let altered = Sealed {
                ciphertext: hex(&altered),
                ..sealed.clone()
            };
            assert_eq!(open(&key, PLACE, &altered), Err(SealError::Altered));
        }
        // A value sealed with the same key at the same place still is not the one that was committed to.
        let other = seal(&key, PLACE, "Trần Văn Nam").unwrap();
        let mixed = Sealed {
            commitment: sealed.commitment.clone(),
            ..other
        };
        assert_eq!(open(&key, PLACE, &mixed), Err(SealError::Other));
    }

    #[test]
    fn the_same_value_never_looks_the_same_twice() {
        let key = Zeroizing::new([7; 32]);
        let [one, two] = [0, 1].map(|_| seal(&key, PLACE, "010203004321").unwrap());
        assert_ne!(one.commitment, two.commitment);
        assert_ne!(one.ciphertext, two.ciphertext);
        assert!(!one.ciphertext.contains(&hex(b"010203004321")));
    }
}
