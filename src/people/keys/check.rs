//! Whether a text is signed with a key, and the key is its person's.

use super::agency::{AgencyKey, is_signed};
use super::certificate::{Certified, moment};
use super::store::KeyShown;
use super::text::{from_base64, from_hex};
use crate::kernel::PersonId;
use chrono::NaiveDateTime;

/// What is wrong with a signature, as far as key and certificate tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFlaw {
    /// The text is not the one that was signed, or the signature is another.
    Signature,
    /// The key is not the signer's.
    Key,
    /// The certificate is not the agency's, or is that of another key.
    Certificate,
    /// It was given before the key was made or after it was retired.
    Time,
}

/// A text that somebody signed.
#[derive(Debug, Clone, Copy)]
pub struct SignedText<'a> {
    /// Who.
    pub person: &'a PersonId,
    /// The text, word for word.
    pub text: &'a str,
    /// The signature, in Base64.
    pub signature: &'a str,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// What is wrong with a signature; nothing when it holds. A key that waits for the word of others has no certificate: that is
/// said beside it, and is no flaw.
pub fn flaws_of_key(signed: SignedText<'_>, key: &KeyShown, agency: &AgencyKey) -> Vec<KeyFlaw> {
    let mut flaws = Vec::new();
    let public = from_hex(&key.public_key).unwrap_or_default();
    if key.person_id != *signed.person {
        flaws.push(KeyFlaw::Key);
    }
    let signature = from_base64(signed.signature).unwrap_or_default();
    if !is_signed(&public, signed.text.as_bytes(), &signature) {
        flaws.push(KeyFlaw::Signature);
    }
    if let Some(note) = &key.certificate {
        let is_good = Certified::read(note, agency).is_some_and(|says| {
            says.key_id == key.id
                && says.person_id == key.person_id.as_str()
                && says.public == public
                && says.from == moment(key.made_at)
        });
        if !is_good {
            flaws.push(KeyFlaw::Certificate);
        }
    }
    let after = key.retired_at.is_some_and(|retired| retired < signed.at);
    if signed.at < key.made_at || after {
        flaws.push(KeyFlaw::Time);
    }
    flaws
}
