//! Secrets of second factors, sealed with a key that stands in a file beside the database and never in it: whoever has a
//! copy of the database alone cannot make codes.

use crate::web::Failure;
use anyhow::Context;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use zeroize::Zeroizing;

/// Bytes of the nonce that stands before what was sealed.
const NONCE: usize = 24;

/// The key of the accounts, from `keys/accounts.key` in the data directory (XChaCha20-Poly1305).
#[derive(Clone)]
pub(in crate::people) struct Key(Zeroizing<[u8; 32]>);

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .trim()
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| {
        pairs
            .map(|pair| pair.iter().fold(0_u8, |byte, digit| byte << 4 | digit))
            .collect()
    })
}

impl Key {
    /// The key that belongs to the directory of attached files: made when it is not there.
    pub(in crate::people) fn beside(files: &Path) -> Result<Self, Failure> {
        let folder = files.parent().unwrap_or(files).join("keys");
        Self::at(&folder).map_err(Failure::Internal)
    }

    fn at(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("accounts.key");
        if !path.exists() {
            make(folder, &path).with_context(|| format!("making the key {}", path.display()))?;
        }
        let mode = std::fs::metadata(&path)
            .with_context(|| format!("reading the key {}", path.display()))?
            .permissions()
            .mode();
        anyhow::ensure!(
            mode & 0o077 == 0,
            "{} can be read by others; give it mode 0600",
            path.display()
        );
        let text = Zeroizing::new(std::fs::read_to_string(&path)?);
        let bytes = Zeroizing::new(from_hex(&text).unwrap_or_default());
        let key = <[u8; 32]>::try_from(bytes.as_slice())
            .ok()
            .with_context(|| format!("{} holds no key of 64 hexadecimal figures", path.display()))?;
        Ok(Self(Zeroizing::new(key)))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }

    /// Seals a secret; it opens only for the same `place` (the id of its row).
    pub(in crate::people) fn seal(&self, secret: &[u8], place: &str) -> Result<String, Failure> {
        let mut nonce = [0_u8; NONCE];
        getrandom::fill(&mut nonce).map_err(|cause| Failure::Internal(anyhow::anyhow!("no randomness: {cause}")))?;
        let payload = Payload {
            msg: secret,
            aad: place.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|cause| Failure::Internal(anyhow::anyhow!("sealing a secret: {cause}")))?;
        Ok(hex(&nonce) + &hex(&sealed))
    }

    /// Opens what was sealed for this place; none with another key, for another place, or when a bit was changed.
    pub(in crate::people) fn open(&self, sealed: &str, place: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = from_hex(sealed)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).ok()?;
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        self.cipher()
            .decrypt(&XNonce::from(nonce), payload)
            .ok()
            .map(Zeroizing::new)
    }
}

/// Writes a new key; whoever comes first wins, and nobody ever reads half of one.
fn make(folder: &Path, path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut key = Zeroizing::new([0_u8; 32]);
    getrandom::fill(key.as_mut()).map_err(|cause| anyhow::anyhow!("no randomness: {cause}"))?;
    let draft = folder.join(format!("accounts.key.{}", crate::kernel::new_id()));
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(hex(key.as_slice()).as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    std::fs::File::open(folder)?.sync_all()?;
    match linked {
        Err(cause) if cause.kind() != std::io::ErrorKind::AlreadyExists => Err(cause.into()),
        Err(_) | Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_opens_with_its_key_at_its_place_and_unchanged_only() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::at(folder.path()).unwrap();
        let sealed = key.seal(b"secret", "row-1").unwrap();
        assert_ne!(sealed, key.seal(b"secret", "row-1").unwrap());
        assert_eq!(key.open(&sealed, "row-1").unwrap().as_slice(), b"secret");
        assert!(key.open(&sealed, "row-2").is_none());
        let other = Key::at(tempfile::tempdir().unwrap().path()).unwrap();
        assert!(other.open(&sealed, "row-1").is_none());
        let last = if sealed.ends_with('0') { "1" } else { "0" };
        let changed = sealed[..sealed.len() - 1].to_owned() + last;
        assert!(key.open(&changed, "row-1").is_none());
        assert!(key.open("", "row-1").is_none());
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Key::at(folder.path()).unwrap();
        assert_eq!(*first.0, *Key::at(folder.path()).unwrap().0);
        let path = folder.path().join("accounts.key");
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Key::at(folder.path()).is_err());
    }
}
