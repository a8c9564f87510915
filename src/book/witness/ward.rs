//! What a witness keeps: of each log that it follows, the last checkpoint that it signed. Looking and keeping are one step,
//! and what is kept is durable before anybody gets the signature.

use crate::book::keys::{KeyError, Vault, read_maybe, write_whole};
use crate::kernel::Clock;
use crate::proofs::{AddCheckpoint, Checkpoint, Note, NoteFault, NoteKey, NoteSigner, Refused, cosign, hex};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What can go wrong with a witness itself.
#[derive(Debug, thiserror::Error)]
pub enum WardError {
    /// Its key or its state.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Another process has the directory.
    #[error("another witness works in {0}")]
    Taken(PathBuf),
    /// It knew logs and does not any more.
    #[error(
        "{0} has the key of a witness and not what it saw: this witness must not sign any more. Make a new one elsewhere"
    )]
    Forgot(PathBuf),
    /// What is kept of a log cannot be read.
    #[error("{0} is no checkpoint; it must be put back before this log is signed again")]
    State(PathBuf),
    /// A line of the file of logs.
    #[error("line {0} of the file of logs is not `ORIGIN VKEY`")]
    Logs(usize),
    /// The name of the witness.
    #[error(transparent)]
    Name(#[from] NoteFault),
}

/// One log that is followed.
struct Followed {
    keys: Vec<NoteKey>,
    /// Held from looking at what is kept until the new is kept.
    turn: Mutex<()>,
}

/// A witness.
pub struct Ward {
    folder: PathBuf,
    signer: NoteSigner,
    logs: BTreeMap<String, Followed>,
    clock: Clock,
    /// Held as long as the witness lives: no second process works in its directory.
    _lock: File,
}

/// Reads the logs that a witness follows: on each line an origin and a key, or the key alone when its name is the origin. An
/// origin may have several keys. What begins with `#` is a remark.
///
/// # Errors
/// [`WardError::Logs`] with the number of the line.
pub fn logs_of(text: &str) -> Result<BTreeMap<String, Vec<NoteKey>>, WardError> {
    let mut logs: BTreeMap<String, Vec<NoteKey>> = BTreeMap::new();
    for (number, line) in (1_usize..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // An origin may have spaces, a key has none.
        let (origin, key) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
        let key = NoteKey::read(key).map_err(|_cause| WardError::Logs(number))?;
        let origin = Some(origin.trim()).filter(|origin| !origin.is_empty());
        let origin = origin.unwrap_or(key.name()).to_owned();
        logs.entry(origin).or_default().push(key);
    }
    Ok(logs)
}

impl Ward {
    /// Opens the directory of a witness, or makes a new one of this name where there is none.
    ///
    /// # Errors
    /// [`WardError`].
    pub fn open(
        folder: &Path,
        name: Option<&str>,
        logs: BTreeMap<String, Vec<NoteKey>>,
        clock: Clock,
    ) -> Result<Self, WardError> {
        let fault = |cause| WardError::Key(KeyError::File(folder.to_owned(), cause));
        std::fs::create_dir_all(folder).map_err(fault)?;
        let lock = File::create(folder.join("lock")).map_err(fault)?;
        lock.try_lock().map_err(|_cause| WardError::Taken(folder.to_owned()))?;
        let vault = Vault::new(folder, None, None);
        let (seen, has_key) = (folder.join("seen"), vault.key_file("witness").exists());
        if has_key && !seen.is_dir() {
            return Err(WardError::Forgot(folder.to_owned()));
        }
        let is_there = seen.is_dir() && !has_key;
        // The state comes first: a key without it is a witness that forgot.
        std::fs::create_dir_all(&seen).map_err(fault)?;
        let has_state = std::fs::read_dir(&seen).map_err(fault)?.next().is_some();
        let signer = vault.witness(name, is_there && has_state)?;
        let follow = |(origin, keys)| {
            let turn = Mutex::new(());
            (origin, Followed { keys, turn })
        };
        Ok(Self {
            folder: folder.to_owned(),
            signer,
            logs: logs.into_iter().map(follow).collect(),
            clock,
            _lock: lock,
        })
    }

    /// The key by which the witness is known.
    pub fn key(&self) -> NoteKey {
        self.signer.key()
    }

    /// Where the last checkpoint of a log is kept.
    fn place(&self, origin: &str) -> PathBuf {
        let name = hex(&Sha256::digest(origin.as_bytes()));
        self.folder.join("seen").join(format!("{name}.note"))
    }

    fn last(&self, origin: &str) -> Result<Option<Checkpoint>, WardError> {
        let path = self.place(origin);
        let Some(text) = read_maybe(&path)? else {
            return Ok(None);
        };
        let said = Note::read(&text).ok();
        let said = said.and_then(|note| Checkpoint::read_extended(note.text()).ok());
        said.map(Some).ok_or(WardError::State(path))
    }

    /// Answers one request: the line of the cosignature, or why there is none.
    ///
    /// # Errors
    /// When what the witness keeps cannot be read or written: then nothing is signed.
    pub fn add(&self, body: &str) -> Result<Result<String, Refused>, WardError> {
        let asked = match AddCheckpoint::read(body) {
            Ok(asked) => asked,
            Err(refused) => return Ok(Err(refused)),
        };
        let known = asked.recognise(|origin| self.logs.get(origin).map(|log| log.keys.as_slice()));
        let (note, said) = match known {
            Ok(known) => known,
            Err(refused) => return Ok(Err(refused)),
        };
        let Some(log) = self.logs.get(&said.origin) else {
            return Ok(Err(Refused::UnknownLog));
        };
        let turn = log.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.last(&said.origin)?;
        if let Err(refused) = asked.must_follow(&said, last.as_ref()) {
            return Ok(Err(refused));
        }
        let time = u64::try_from(self.clock.now().and_utc().timestamp()).unwrap_or(0);
        let line = cosign(&self.signer, note.text(), time);
        write_whole(&self.place(&said.origin), &asked.note)?;
        drop(turn);
        Ok(Ok(line))
    }
}
