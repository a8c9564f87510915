//! Signed notes (C2SP signed-note): a text, and under it lines of signatures, each with the name and the hash of its key.

use super::encode::{base64, from_base64, from_hex, hex};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// A note is no longer than this, in bytes.
const LONGEST: usize = 64 << 10;
/// Nor has it more signatures.
const MOST_SIGNATURES: usize = 64;

/// What a signature is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    /// The text of the note: Ed25519, type 0x01.
    Ed25519,
    /// The text and a time, by a witness: cosignature/v1, type 0x04.
    Cosignature,
}

impl SignatureKind {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Cosignature => 4,
        }
    }
}

/// Why a note is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// It is not written as notes are.
    #[error("this is no signed note")]
    Malformed,
    /// A key is not written as keys are.
    #[error("this is no key of signed notes")]
    Key,
    /// None of its signatures is by a known key.
    #[error("the note is not signed by a key that is known")]
    Unknown,
    /// A signature that bears the name of a known key is not of that key.
    #[error("a signature of the note is forged")]
    Forged,
}

/// The public half of a key, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    kind: SignatureKind,
    key: VerifyingKey,
}

/// A key that signs.
pub struct NoteSigner {
    name: String,
    kind: SignatureKind,
    key: SigningKey,
}

/// A note as it was read: nothing of it is believed before [`Note::signed_by`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    lines: Vec<(String, [u8; 4], Vec<u8>)>,
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|letter: char| letter.is_whitespace() || letter == '+' || letter.is_control())
}

fn key_hash(name: &str, kind: SignatureKind, key: &VerifyingKey) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_bytes());
    hasher.update(b"\n");
    hasher.update([kind.byte()]);
    hasher.update(key.as_bytes());
    let whole: [u8; 32] = hasher.finalize().into();
    let [a, b, c, d, ..] = whole;
    [a, b, c, d]
}

impl NoteKey {
    /// Reads a key: `name+hash+base64`.
    ///
    /// # Errors
    /// [`NoteFault::Key`].
    pub fn read(text: &str) -> Result<Self, NoteFault> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(hash), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteFault::Key);
        };
        let bytes = from_base64(key).ok_or(NoteFault::Key)?;
        let kind = match bytes.first() {
            Some(1) => SignatureKind::Ed25519,
            Some(4) => SignatureKind::Cosignature,
            _other => return Err(NoteFault::Key),
        };
        let raw: [u8; 32] = bytes
            .get(1..)
            .and_then(|raw| raw.try_into().ok())
            .ok_or(NoteFault::Key)?;
        let key = VerifyingKey::from_bytes(&raw).map_err(|_cause| NoteFault::Key)?;
        let is_right = is_name(name) && from_hex(hash).as_deref() == Some(&key_hash(name, kind, &key));
        if !is_right {
            return Err(NoteFault::Key);
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            key,
        })
    }

    /// The text of the key: `name+hash+base64`.
    pub fn text(&self) -> String {
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        format!("{}+{}+{}", self.name, hex(&self.hash()), base64(&bytes))
    }

    /// Whose key it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// SHA-256 of [`NoteKey::text`] in hexadecimal: what is printed on paper and compared by people.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(self.text().as_bytes()))
    }

    fn hash(&self) -> [u8; 4] {
        key_hash(&self.name, self.kind, &self.key)
    }

    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

impl NoteSigner {
    /// A signer of this name from the 32 secret bytes of Ed25519.
    ///
    /// # Errors
    /// [`NoteFault::Key`] when the name cannot stand in a note.
    pub fn new(name: &str, kind: SignatureKind, secret: &[u8; 32]) -> Result<Self, NoteFault> {
        if !is_name(name) {
            return Err(NoteFault::Key);
        }
        Ok(Self {
            name: name.to_owned(),
            kind,
            key: SigningKey::from_bytes(secret),
        })
    }

    /// The public half.
    pub fn key(&self) -> NoteKey {
        NoteKey {
            name: self.name.clone(),
            kind: self.kind,
            key: self.key.verifying_key(),
        }
    }

    pub(super) fn raw(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    /// The line under a note with these bytes as signature.
    pub(super) fn line(&self, signature: &[u8]) -> String {
        let mut bytes = self.key().hash().to_vec();
        bytes.extend_from_slice(signature);
        format!("\u{2014} {} {}\n", self.name, base64(&bytes))
    }

    /// The line by which this key signs a text that another key signed already.
    pub fn signature(&self, text: &str) -> String {
        self.line(&self.raw(text.as_bytes()))
    }

    /// Signs a text, which ends its last line; the note is the text, an empty line and the signature.
    pub fn sign(&self, text: &str) -> String {
        format!("{text}\n{}", self.line(&self.raw(text.as_bytes())))
    }
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// [`NoteFault::Malformed`].
    pub fn read(note: &str) -> Result<Self, NoteFault> {
        let is_plain = note.len() <= LONGEST && !note.contains(|letter: char| letter.is_control() && letter != '\n');
        let (text, signatures) = note.rsplit_once("\n\n").ok_or(NoteFault::Malformed)?;
        if !is_plain || text.is_empty() || !signatures.ends_with('\n') {
            return Err(NoteFault::Malformed);
        }
        let lines: Vec<_> = signatures
            .lines()
            .map(line_of)
            .collect::<Option<_>>()
            .ok_or(NoteFault::Malformed)?;
        if lines.is_empty() || lines.len() > MOST_SIGNATURES {
            return Err(NoteFault::Malformed);
        }
        Ok(Self {
            text: format!("{text}\n"),
            lines,
        })
    }

    /// What the note says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes that a key put under the note; none when it did not sign. They are not checked.
    pub(super) fn signature_of(&self, key: &NoteKey) -> Option<&[u8]> {
        self.lines
            .iter()
            .find(|(name, hash, _)| *name == key.name && *hash == key.hash())
            .map(|(_, _, bytes)| bytes.as_slice())
    }

    /// Which of these keys signed the text. Signatures of others are passed over, as the format says.
    ///
    /// # Errors
    /// [`NoteFault::Unknown`] when none did, [`NoteFault::Forged`] when a signature bears the name of a key that did not.
    pub fn signed_by<'k>(&self, keys: &'k [NoteKey]) -> Result<Vec<&'k NoteKey>, NoteFault> {
        let mut by = Vec::new();
        for key in keys.iter().filter(|key| key.kind == SignatureKind::Ed25519) {
            match self.signature_of(key) {
                Some(bytes) if key.has_signed(self.text.as_bytes(), bytes) => by.push(key),
                Some(_forged) => return Err(NoteFault::Forged),
                None => {}
            }
        }
        if by.is_empty() { Err(NoteFault::Unknown) } else { Ok(by) }
    }
}

fn line_of(line: &str) -> Option<(String, [u8; 4], Vec<u8>)> {
    let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let bytes = from_base64(bytes)?;
    let (hash, signature) = bytes.split_first_chunk::<4>()?;
    (is_name(name) && !signature.is_empty()).then(|| (name.to_owned(), *hash, signature.to_vec()))
}
