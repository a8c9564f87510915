//! A backup's file, opened for reading: locked or not, with the hash of all its bytes.

use super::fault::BackupFault;
use super::manifest::Manifest;
use super::space::open_from_disk;
use crate::bundle::{BundleFault, MAGIC, Reader, Unlocked, hex};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;
use zeroize::Zeroizing;

/// What locks and unlocks a backup.
pub type Passphrase = Zeroizing<String>;

/// Whether a text is a SHA-256 in hexadecimal.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Hash and size of what goes through.
pub(super) struct Hashing<T> {
    inner: T,
    state: Rc<RefCell<(Sha256, u64)>>,
}

impl<T> Hashing<T> {
    pub(super) fn new(inner: T) -> (Self, Tally) {
        let state = Rc::new(RefCell::new((Sha256::new(), 0)));
        (
            Self {
                inner,
                state: Rc::clone(&state),
            },
            Tally(state),
        )
    }

    fn note(&self, bytes: &[u8]) {
        let (hash, size) = &mut *self.state.borrow_mut();
        hash.update(bytes);
        *size = size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }
}

/// Reads off what went through a [`Hashing`].
pub(super) struct Tally(Rc<RefCell<(Sha256, u64)>>);

impl Tally {
    /// Hash in hexadecimal, and bytes.
    pub(super) fn read(&self) -> (String, u64) {
        let (hash, size) = &*self.0.borrow();
        (hex(&hash.clone().finalize()), *size)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let found = self.inner.read(into)?;
        self.note(into.get(..found).unwrap_or_default());
        Ok(found)
    }
}

/// A backup that is being read.
pub(super) struct Opened {
    pub(super) manifest: Manifest,
    pub(super) reader: Reader<Box<dyn Read>>,
    pub(super) tally: Tally,
}

/// Opens a backup as what it is without its lock.
pub(super) fn open_plain(path: &Path, passphrase: Option<&Passphrase>) -> Result<(Box<dyn Read>, Tally), BackupFault> {
    let (archive, disk) = (BackupFault::archive(path), BackupFault::disk(path));
    let (hashing, tally) = Hashing::new(open_from_disk(path).map_err(&disk)?);
    let mut from = BufReader::with_capacity(1 << 17, hashing);
    let is_locked = from.fill_buf().map_err(&disk)?.starts_with(MAGIC);
    let plain: Box<dyn Read> = match (is_locked, passphrase) {
        (true, None) => return Err(archive(BundleFault::Locked)),
        (true, Some(passphrase)) => Box::new(Unlocked::begin(from, passphrase).map_err(&archive)?),
        (false, _) => Box::new(from),
    };
    Ok((plain, tally))
}

/// Opens a backup and reads what it is of.
pub(super) fn open(path: &Path, passphrase: Option<&Passphrase>) -> Result<Opened, BackupFault> {
    let archive = BackupFault::archive(path);
    let (plain, tally) = open_plain(path, passphrase)?;
    let (reader, manifest) = Reader::begin(plain).map_err(&archive)?;
    let manifest =
        Manifest::read(&manifest).map_err(|cause| BackupFault::Manifest(path.display().to_string(), cause))?;
    Ok(Opened {
        manifest,
        reader,
        tally,
    })
}

/// Reads a backup whole; gives what it is of, and hash and size of the file.
pub(super) fn read_whole(path: &Path, passphrase: Option<&Passphrase>) -> Result<(Manifest, String, u64), BackupFault> {
    let Opened {
        manifest,
        mut reader,
        tally,
    } = open(path, passphrase)?;
    let archive = BackupFault::archive(path);
    for part in &manifest.parts {
        reader.part(part, &mut io::sink()).map_err(&archive)?;
    }
    reader.finish().map_err(&archive)?;
    let (sha256, size) = tally.read();
    Ok((manifest, sha256, size))
}
