//! The key of an agency: it certifies the keys of its people and seals the tokens of pages. A file outside the database,
//! readable by its owner only.

use super::text::{base64, from_base64, from_hex, hex};
use super::wrap::chance;
use crate::web::Failure;
use anyhow::{Context, anyhow};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How a signed note marks an Ed25519 key (C2SP signed-note).
const ED25519: u8 = 1;

/// The key of an agency.
pub struct AgencyKey {
    name: String,
    secret: SigningKey,
}

impl std::fmt::Debug for AgencyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgencyKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The letters of an agency's code that may stand in a file name and in the name of a key.
fn plain(code: &str) -> String {
    let keep = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') {
            c
        } else {
            '_'
        }
    };
    code.chars().map(keep).collect()
}

fn place(home: &Path, code: &str) -> PathBuf {
    home.join("keys").join(format!("agency-{}.key", plain(code)))
}

fn read(path: &Path) -> anyhow::Result<Option<SigningKey>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cause).with_context(|| format!("reading {}", path.display())),
    };
    let bytes = Zeroizing::new(from_hex(text.trim()).unwrap_or_default());
    let secret: &[u8; 32] = bytes
        .as_slice()
        .try_into()
        .map_err(|_length| anyhow!("{} is no key; restore it from a backup", path.display()))?;
    Ok(Some(SigningKey::from_bytes(secret)))
}

/// Writes a new key whole or not at all; one that somebody else made meanwhile stays.
fn make(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().context("a key without a folder")?;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!(".{}", crate::kernel::new_id()));
    let secret = Zeroizing::new(chance::<32>()?);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(Zeroizing::new(format!("{}\n", hex(secret.as_slice()))).as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(cause) if cause.kind() != std::io::ErrorKind::AlreadyExists => Err(cause.into()),
        Ok(()) | Err(_) => Ok(std::fs::File::open(folder)?.sync_all()?),
    }
}

impl AgencyKey {
    /// The key of the agency with this code under the data directory. Made when there is none, unless something was
    /// certified already (`is_known`): then it is missed.
    ///
    /// # Errors
    /// [`Failure::Internal`] when the file is missing or cannot be read or made.
    pub(super) fn open(home: &Path, code: &str, is_known: bool) -> Result<Self, Failure> {
        let path = place(home, code);
        let opened = || -> anyhow::Result<SigningKey> {
            if let Some(key) = read(&path)? {
                return Ok(key);
            }
            anyhow::ensure!(
                !is_known,
                "the key of the agency is missing: restore {} from a backup",
                path.display()
            );
            make(&path).with_context(|| format!("making {}", path.display()))?;
            read(&path)?.with_context(|| format!("{} is gone", path.display()))
        };
        Ok(Self {
            name: format!("quytrinh/agency/{}", plain(code)),
            secret: opened().map_err(Failure::Internal)?,
        })
    }

    /// The public half.
    pub fn public(&self) -> [u8; 32] {
        self.secret.verifying_key().to_bytes()
    }

    /// The text as a signed note (C2SP signed-note): the text, an empty line, and the signature.
    pub fn note(&self, text: &str) -> String {
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        let blob = [key_hash(&self.name, &self.public()).as_slice(), &signature].concat();
        format!("{text}\n\u{2014} {} {}\n", self.name, base64(&blob))
    }

    /// The text of a note that this key signed; `None` for any other.
    pub fn open_note<'n>(&self, note: &'n str) -> Option<&'n str> {
        let (text, line) = note.strip_suffix('\n')?.rsplit_once("\n\u{2014} ")?;
        let (name, blob) = line.split_once(' ')?;
        let blob = from_base64(blob)?;
        let (hash, signature) = blob.split_at_checked(4)?;
        let signature: &[u8; 64] = signature.try_into().ok()?;
        let is_ours = name == self.name && hash == key_hash(&self.name, &self.public());
        (is_ours && is_signed(&self.public(), text.as_bytes(), signature)).then_some(text)
    }

    /// A seal over a text that only this house can make; for tokens that come back with a form.
    pub fn seal(&self, text: &str) -> String {
        let key = Zeroizing::new(
            Sha256::new()
                .chain_update(b"quytrinh/shown/v1\0")
                .chain_update(self.secret.as_bytes())
                .finalize(),
        );
        Hmac::<Sha256>::new_from_slice(&key).map_or_else(
            |_length| String::new(),
            |mut mac| {
                mac.update(text.as_bytes());
                hex(&mac.finalize().into_bytes())
            },
        )
    }

    /// Whether this house made the seal over the text.
    pub fn is_sealed(&self, text: &str, seal: &str) -> bool {
        use subtle::ConstantTimeEq;
        seal.len() == 64 && bool::from(self.seal(text).as_bytes().ct_eq(seal.as_bytes()))
    }
}

fn key_hash(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let digest = Sha256::digest([name.as_bytes(), b"\n", &[ED25519], public].concat());
    let mut first = [0; 4];
    first.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    first
}

/// Whether a signature over a text is that of a public key.
pub fn is_signed(public: &[u8], text: &[u8], signature: &[u8]) -> bool {
    let (Ok(public), Ok(signature)) = (<&[u8; 32]>::try_from(public), <&[u8; 64]>::try_from(signature)) else {
        return false;
    };
    VerifyingKey::from_bytes(public).is_ok_and(|key| key.verify_strict(text, &Signature::from_bytes(signature)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::AgencyKey;

    #[test]
    fn a_note_is_known_again_and_any_change_to_it_is_found_out() {
        let home = tempfile::tempdir().unwrap();
        let key = AgencyKey::open(home.path(), "H38.12/5", false).unwrap();
        let again = AgencyKey::open(home.path(), "H38.12/5", true).unwrap();
        assert_eq!(key.public(), again.public());
        let note = key.note("quytrinh/certificate/v1\nkhoa: 1\n");
        assert_eq!(again.open_note(&note), Some("quytrinh/certificate/v1\nkhoa: 1\n"));
        for place in 0..note.len() {
            let mut bytes = note.clone().into_bytes();
            bytes[place] ^= 1;
            if let Ok(other) = String::from_utf8(bytes) {
                assert_eq!(key.open_note(&other), None, "changed at {place}: {other}");
            }
        }
        let other = AgencyKey::open(home.path(), "H38.13", false).unwrap();
        assert_eq!(other.open_note(&note), None);
        let verifier = signed_note::StandardVerifier::new(&format!(
            "{}+{}+{}",
            key.name,
            super::hex(&super::key_hash(&key.name, &key.public())),
            super::base64(&[&[1], key.public().as_slice()].concat())
        ))
        .unwrap();
        let read = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
        let list = signed_note::VerifierList::new(vec![Box::new(verifier)]);
        assert_eq!(read.verify(&list).unwrap().0.len(), 1);
    }

    #[test]
    fn a_key_that_something_was_certified_with_is_missed_and_not_replaced() {
        let home = tempfile::tempdir().unwrap();
        assert!(AgencyKey::open(home.path(), "A", true).is_err());
        let key = AgencyKey::open(home.path(), "A", false).unwrap();
        let file = home.path().join("keys/agency-A.key");
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(key.is_sealed("x", &key.seal("x")) && !key.is_sealed("y", &key.seal("x")));
        std::fs::write(&file, "zz").unwrap();
        assert!(AgencyKey::open(home.path(), "A", true).is_err());
    }
}
