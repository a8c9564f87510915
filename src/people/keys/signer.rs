//! A person's key while it is open: it lives as long as one confirmation of the password.

use super::agency::AgencyKey;
use ed25519_dalek::{Signer as _, SigningKey};
use std::path::{Path, PathBuf};

/// An open key, with the house that it was opened in. Wiped from memory when it is dropped.
pub struct Signer {
    pub(super) key_id: String,
    pub(super) secret: SigningKey,
    pub(super) agency: AgencyKey,
    pub(super) home: PathBuf,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// The id of the key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The key of the person's agency.
    pub fn agency(&self) -> &AgencyKey {
        &self.agency
    }

    /// Where the house keeps its files: what is signed is read from there again.
    pub fn files(&self) -> PathBuf {
        self.home().join("files")
    }

    fn home(&self) -> &Path {
        &self.home
    }

    /// Signs a text.
    pub(in crate::people) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.secret.sign(text).to_bytes()
    }
}
