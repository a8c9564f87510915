//! The whole verification of an office where it lives: the database, the notes kept outside it, the key files, and the
//! files by whose hash they are named.

use super::guard::{Lost, losses};
use super::keys::Vault;
use super::witness::{Seen, is_fresh, seen};
use crate::db::{Db, DbError};
use crate::ledger::{self, Chain, Fault, LOG, Verification};
use crate::people;
use crate::proofs::{NoteKey, hex};
use crate::web::Failure;
use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

crate::kernel::text_enum! {
    /// How a verification ended.
    Outcome {
        /// Everything is as the ledger says, and somebody outside has seen it.
        Ok = "ok",
        /// Something was altered past the program.
        Tampered = "tampered",
        /// It could not be read.
        Unreadable = "unreadable",
        /// It is older than, or another one than, a note that is known.
        Older = "older",
        /// It is signed by a key that is not known.
        UnknownKey = "unknown_key",
        /// Everything is as the ledger says, but nobody outside has seen it.
        NoWitness = "no_witness",
    }
}

impl Outcome {
    /// The exit status.
    pub fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Tampered => 1,
            Self::Unreadable => 2,
            Self::Older => 3,
            Self::UnknownKey => 4,
            Self::NoWitness => 5,
        }
    }
}

/// What was found about one agency's book.
#[derive(Debug, Clone)]
pub struct BookFound {
    /// The code of the agency.
    pub code: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them, in hexadecimal.
    pub root: String,
    /// How many of the leaves the last checkpoint covers.
    pub sealed: u64,
    /// The fingerprint of the key that signs.
    pub fingerprint: Option<String>,
}

/// What a verification found.
pub struct Checked {
    /// How it ended.
    pub outcome: Outcome,
    /// Every book.
    pub books: Vec<BookFound>,
    /// What is wrong in the database.
    pub faults: Vec<Fault>,
    /// The log of checkpoints, where there is one.
    pub log: Option<BookFound>,
    /// Agencies whose book does not follow the note that is kept outside the database; the log of checkpoints under its name.
    pub rolled_back: Vec<String>,
    /// The same, with what is missing.
    pub lost: Vec<Lost>,
    /// Which witnesses saw the log of checkpoints, and when last.
    pub seen: Vec<Seen>,
    /// Agencies whose key file is not the key that the leaves name.
    pub other_key: Vec<String>,
    /// Files whose content is not what their name says.
    pub files: Vec<String>,
    /// How many rows were compared, by table; empty when rows were left out.
    pub rows: BTreeMap<String, u64>,
    /// Code of each agency by its id.
    pub codes: BTreeMap<String, String>,
    /// How many files were compared.
    pub files_read: u64,
}

/// Verifies the office. Without `rows`, only the books, notes and keys.
///
/// # Errors
/// When the database cannot be read to its end.
pub fn check(db: &Db, vault: &Vault, data: &Path, rows: bool) -> Result<Checked, DbError> {
    let Verification {
        books,
        log,
        faults,
        rows: counted,
    } = ledger::verify(db, rows)?;
    let unreadable = |cause: String| DbError::Migrate(cause);
    let agencies = people::agencies(db).map_err(|failure: Failure| unreadable(format!("{failure:?}")))?;
    let codes: BTreeMap<String, String> = agencies
        .iter()
        .map(|(agency, code)| (agency.as_str().to_owned(), code.clone()))
        .collect();
    let (mut rolled_back, mut other_key, mut found) = (Vec::new(), Vec::new(), Vec::new());
    let lost = losses(db, vault).map_err(|cause| unreadable(cause.to_string()))?;
    rolled_back.extend(lost.iter().map(|lost| lost.code.clone()));
    for (agency, code) in &agencies {
        if !rolled_back.contains(code) && !books.iter().any(|book| book.agency() == agency.as_str()) {
            // An agency without a book has lost it: its first row is bound by its first leaf.
            rolled_back.push(code.clone());
        }
    }
    for book in &books {
        let code = codes
            .get(book.agency())
            .cloned()
            .unwrap_or_else(|| book.agency().to_owned());
        if is_other(vault.public_key(&code), book.key()) {
            other_key.push(code.clone());
        }
        found.push(found_of(book, code));
    }
    let log_key = books.iter().find_map(|book| book.log_keys().pop());
    if is_other(vault.public_key(LOG), log_key.as_ref()) {
        other_key.push(LOG.to_owned());
    }
    let (files, files_read) = if rows {
        wrong_files(&data.join("files"))
    } else {
        (Vec::new(), 0)
    };
    let is_sound = faults.is_empty() && files.is_empty();
    Ok(Checked {
        outcome: outcome_of(is_sound, rolled_back.is_empty(), other_key.is_empty()),
        books: found,
        log: log.map(|log| BookFound {
            fingerprint: log_key.as_ref().map(NoteKey::fingerprint),
            ..found_of(&log, LOG.to_owned())
        }),
        seen: db.read(|conn| seen(conn).map_err(DbError::from))?,
        faults,
        rolled_back,
        lost,
        other_key,
        files,
        rows: counted,
        codes,
        files_read,
    })
}

/// Whether the key in the file is not the one that the leaves name.
fn is_other(file: Option<NoteKey>, named: Option<&NoteKey>) -> bool {
    file.zip(named).is_some_and(|(file, named)| file != *named)
}

impl Checked {
    /// Asks for more: one of these witnesses must have seen the log of checkpoints within the last days. Without any witness
    /// nothing more is asked.
    #[must_use]
    pub fn witnessed_by(mut self, witnesses: &[NoteKey], now: NaiveDateTime) -> Self {
        let is_one = |seen: &Seen| witnesses.iter().any(|key| key.text() == seen.witness) && is_fresh(seen.at, now);
        if self.outcome == Outcome::Ok && !witnesses.is_empty() && !self.seen.iter().any(is_one) {
            self.outcome = Outcome::NoWitness;
        }
        self
    }
}

fn found_of(book: &Chain, code: String) -> BookFound {
    BookFound {
        code,
        size: book.size(),
        root: hex(&book.root()),
        sealed: book.last_note().map_or(0, |(checkpoint, _)| checkpoint.size),
        fingerprint: book.key().map(NoteKey::fingerprint),
    }
}

fn outcome_of(is_sound: bool, is_new: bool, is_known: bool) -> Outcome {
    match (is_sound, is_new, is_known) {
        (false, _, _) => Outcome::Tampered,
        (true, false, _) => Outcome::Older,
        (true, true, false) => Outcome::UnknownKey,
        (true, true, true) => Outcome::Ok,
    }
}

/// The files whose name is a hash and whose content has another one.
fn wrong_files(folder: &Path) -> (Vec<String>, u64) {
    let mut wrong = Vec::new();
    let mut read = 0_u64;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                read = read.saturating_add(1);
                if hash_of(&path).as_deref() != Some(name.as_str()) {
                    wrong.push(name);
                }
            }
        }
    }
    wrong.sort();
    (wrong, read)
}

fn hash_of(path: &Path) -> Option<String> {
    let mut file = std::fs::File::open(path).ok()?;
    let mut hasher = Sha256::new();
    let mut part = vec![0_u8; 64 << 10];
    loop {
        let read = file.read(&mut part).ok()?;
        if read == 0 {
            return Some(hex(&hasher.finalize()));
        }
        hasher.update(part.get(..read)?);
    }
}
