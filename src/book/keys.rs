//! The keys by which books are signed: one file for each agency, outside the database and readable by its owner only. With
//! a passphrase the secret half is sealed (argon2id and ChaCha20-Poly1305).

use crate::proofs::{NoteFault, NoteKey, NoteSigner, SignatureKind, base64, from_base64};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The first line of a key file.
const HEADER: &str = "quytrinh key 1";

/// What can go wrong with keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file could not be read or written.
    #[error("{0}")]
    File(PathBuf, #[source] std::io::Error),
    /// A file is no key file.
    #[error("{0} is no key of this program")]
    Malformed(PathBuf),
    /// The passphrase is missing or wrong.
    #[error("{0} is sealed: give the right passphrase with --key-passphrase-file")]
    Passphrase(PathBuf),
    /// The ledger names a key and its file is not there.
    #[error("{0} is not there, and the ledger names a key already: put the file back from its copy")]
    Missing(PathBuf),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Chance,
    /// The name of the key cannot stand in a note.
    #[error(transparent)]
    Name(#[from] NoteFault),
}

/// Where keys and the last notes are kept, outside the database.
#[derive(Clone)]
pub struct Vault {
    data: PathBuf,
    host: String,
    passphrase: Option<Zeroizing<Vec<u8>>>,
}

fn chance<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|_cause| KeyError::Chance)?;
    Ok(bytes)
}

/// A name that can be part of a file's: letters, digits, dots, dashes; anything else becomes an underscore.
pub(super) fn file_name(code: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || ".-".contains(letter) {
            letter
        } else {
            '_'
        }
    };
    code.chars().map(plain).collect()
}

fn sealing_key(passphrase: &[u8], salt: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0_u8; 32]);
    argon2::Argon2::default()
        .hash_password_into(passphrase, salt, key.as_mut())
        .ok()?;
    Some(key)
}

/// Writes a file so that it is there whole or not at all, also after a power cut.
pub(super) fn write_whole(path: &Path, text: &str) -> Result<(), KeyError> {
    let fault = |cause| KeyError::File(path.to_owned(), cause);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(fault)?;
    let partial = path.with_extension("partial");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .map_err(fault)?;
    file.write_all(text.as_bytes()).map_err(fault)?;
    file.sync_all().map_err(fault)?;
    std::fs::rename(&partial, path).map_err(fault)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> Result<(), KeyError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|cause| KeyError::File(path.to_owned(), cause))
}

impl Vault {
    /// Keys and notes under the data directory; `host` is what names of new keys begin with.
    pub fn new(data: &Path, host: Option<&str>, passphrase: Option<Vec<u8>>) -> Self {
        let host = host.map(|address| {
            let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
            rest.trim_matches('/').to_owned()
        });
        Self {
            data: data.to_owned(),
            host: host.unwrap_or_else(|| "quytrinh".to_owned()),
            passphrase: passphrase.map(Zeroizing::new),
        }
    }

    /// The file of an agency's key.
    pub fn key_file(&self, code: &str) -> PathBuf {
        self.data.join("keys").join(format!("{}.key", file_name(code)))
    }

    /// The file of an agency's last note.
    pub fn note_file(&self, code: &str) -> PathBuf {
        self.data.join("checkpoints").join(format!("{}.note", file_name(code)))
    }

    /// The last note that was kept outside the database.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub fn last_note(&self, code: &str) -> Result<Option<String>, KeyError> {
        read_maybe(&self.note_file(code))
    }

    /// The codes under which notes are kept, as they are in names of files.
    pub(super) fn noted(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.data.join("checkpoints")) else {
            return Vec::new();
        };
        let name = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let names = entries.flatten().map(name);
        names
            .filter_map(|name| name.strip_suffix(".note").map(ToOwned::to_owned))
            .collect()
    }

    /// What a witness said against this office, if one did: see [`super::Refusal`].
    pub(super) fn refusal_file(&self) -> PathBuf {
        self.data.join("checkpoints").join("witness-refused.json")
    }

    /// Takes back what a witness said, once somebody answered for it.
    pub(super) fn forget_refusal(&self) -> Result<(), KeyError> {
        let path = self.refusal_file();
        std::fs::remove_file(&path).map_err(|cause| KeyError::File(path.clone(), cause))?;
        sync_folder(&path)
    }

    /// Keeps the last note outside the database.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub fn keep_note(&self, code: &str, note: &str) -> Result<(), KeyError> {
        write_whole(&self.note_file(code), note)
    }

    /// The key of an agency; a new one when there is none and the ledger names none.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn signer(&self, code: &str, is_named: bool) -> Result<NoteSigner, KeyError> {
        let path = self.key_file(code);
        match read_maybe(&path)? {
            Some(text) => self.open(&path, &text),
            None if is_named => Err(KeyError::Missing(path)),
            None => self.make(
                (
                    &format!("{}/ledger/{}", self.host, file_name(code)),
                    SignatureKind::Ed25519,
                ),
                &path,
            ),
        }
    }

    fn next_file(&self, code: &str) -> PathBuf {
        self.key_file(code).with_extension("key.next")
    }

    /// Makes a key of this name that is to take over; it signs nothing before [`Vault::take_over`].
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn prepare(&self, code: &str, name: &str) -> Result<NoteSigner, KeyError> {
        self.make((name, SignatureKind::Ed25519), &self.next_file(code))
    }

    /// The key that is to take over, if there is one.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn prepared(&self, code: &str) -> Result<Option<NoteSigner>, KeyError> {
        let path = self.next_file(code);
        read_maybe(&path)?.map(|text| self.open(&path, &text)).transpose()
    }

    /// Puts the key that was prepared into the place of the old one, whose file stays beside it under a number.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn take_over(&self, code: &str) -> Result<(), KeyError> {
        let path = self.key_file(code);
        let old = (1_u32..)
            .map(|number| path.with_extension(format!("key.{number}")))
            .find(|old| !old.exists());
        let old = old.unwrap_or_else(|| path.with_extension("key.old"));
        std::fs::hard_link(&path, &old).map_err(|cause| KeyError::File(old, cause))?;
        let next = self.next_file(code);
        match std::fs::rename(&next, &path) {
            Ok(()) => sync_folder(&path),
            // Another process that found the same change did it just now.
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(cause) => Err(KeyError::File(next, cause)),
        }
    }

    /// The key of a witness, in its own directory; a new one of this name when there is none, and none is said to be there.
    ///
    /// # Errors
    /// [`KeyError`].
    pub(super) fn witness(&self, name: Option<&str>, is_there: bool) -> Result<NoteSigner, KeyError> {
        let path = self.key_file("witness");
        match (read_maybe(&path)?, name) {
            (Some(text), _) => self.open_as(SignatureKind::Cosignature, &path, &text),
            (None, Some(name)) if !is_there => self.make((name, SignatureKind::Cosignature), &path),
            (None, _) => Err(KeyError::Missing(path)),
        }
    }

    fn make(&self, (name, kind): (&str, SignatureKind), path: &Path) -> Result<NoteSigner, KeyError> {
        let secret = Zeroizing::new(chance::<32>()?);
        let signer = NoteSigner::new(name, kind, &secret)?;
        let mut text = format!("{HEADER}\nname: {name}\n");
        match &self.passphrase {
            None => text.push_str(&format!("secret: {}\n", base64(secret.as_slice()))),
            Some(passphrase) => {
                let (salt, nonce) = (chance::<16>()?, chance::<12>()?);
                let key = sealing_key(passphrase, &salt).ok_or(KeyError::Chance)?;
                let sealed = ChaCha20Poly1305::new(&Key::from(*key))
                    .encrypt(&Nonce::from(nonce), secret.as_slice())
                    .map_err(|_cause| KeyError::Chance)?;
                let (salt, nonce, sealed) = (base64(&salt), base64(&nonce), base64(&sealed));
                text.push_str(&format!("salt: {salt}\nnonce: {nonce}\nsealed: {sealed}\n"));
            }
        }
        write_whole(path, &text)?;
        Ok(signer)
    }

    fn open(&self, path: &Path, text: &str) -> Result<NoteSigner, KeyError> {
        self.open_as(SignatureKind::Ed25519, path, text)
    }

    fn open_as(&self, kind: SignatureKind, path: &Path, text: &str) -> Result<NoteSigner, KeyError> {
        let malformed = || KeyError::Malformed(path.to_owned());
        let lines: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(": ")).collect();
        if text.lines().next() != Some(HEADER) {
            return Err(malformed());
        }
        let name = lines.get("name").ok_or_else(malformed)?;
        let bytes = |field: &str| lines.get(field).and_then(|text| from_base64(text));
        let secret = match (bytes("secret"), bytes("sealed")) {
            (Some(secret), _) => Zeroizing::new(secret),
            (None, Some(sealed)) => {
                let sealed_shut = || KeyError::Passphrase(path.to_owned());
                let passphrase = self.passphrase.as_ref().ok_or_else(sealed_shut)?;
                let salt = bytes("salt").ok_or_else(malformed)?;
                let nonce: [u8; 12] = bytes("nonce")
                    .and_then(|nonce| nonce.try_into().ok())
                    .ok_or_else(malformed)?;
                let key = sealing_key(passphrase, &salt).ok_or_else(malformed)?;
                let opened = ChaCha20Poly1305::new(&Key::from(*key)).decrypt(&Nonce::from(nonce), sealed.as_slice());
                Zeroizing::new(opened.map_err(|_cause| sealed_shut())?)
            }
            (None, None) => return Err(malformed()),
        };
        let secret: &[u8; 32] = secret.as_slice().try_into().map_err(|_cause| malformed())?;
        Ok(NoteSigner::new(name, kind, secret)?)
    }

    /// The public half of the agency's key, when the file is there and open.
    pub fn public_key(&self, code: &str) -> Option<NoteKey> {
        let path = self.key_file(code);
        let text = read_maybe(&path).ok().flatten()?;
        self.open(&path, &text).ok().map(|signer| signer.key())
    }
}

pub(super) fn read_maybe(path: &Path) -> Result<Option<String>, KeyError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(KeyError::File(path.to_owned(), cause)),
    }
}
