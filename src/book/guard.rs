//! The guard: what is kept outside the database tells whether the database was set back, made anew or lost.

use super::keys::{Vault, file_name, read_maybe, write_whole};
use super::sealer::{SealFailure, agencies};
use crate::db::{Db, DbError, Halt};
use crate::kernel::AgencyId;
use crate::ledger::{self, LOG};
use crate::proofs::{Checkpoint, Note};
use serde::{Deserialize, Serialize};

/// A book that does not follow the note that is kept outside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The code of the agency, or [`LOG`].
    pub code: String,
    /// The note that is kept outside.
    pub note: String,
    /// How many leaves it was signed over.
    pub kept: u64,
    /// How many leaves the book has.
    pub have: u64,
}

impl Lost {
    /// The leaves that are missing; none when the book is as long, and another one.
    pub fn missing(&self) -> Option<(u64, u64)> {
        (self.kept > self.have).then(|| (self.have, self.kept.saturating_sub(1)))
    }
}

/// What a witness said against this office: it saw another history of the log of checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The key of the witness.
    pub witness: String,
    /// How many leaves the witness has seen.
    pub theirs: u64,
    /// How many leaves the log has here.
    pub ours: u64,
}

/// The checkpoint that a note bears.
pub(super) fn said(note: &str) -> Option<Checkpoint> {
    Checkpoint::read(Note::read(note).ok()?.text()).ok()
}

/// Whether the book has the leaves that this note was signed over.
pub(super) fn follows(db: &Db, agency: &AgencyId, note: &str) -> Result<bool, SealFailure> {
    let Some(kept) = said(note) else { return Ok(false) };
    let head = db.read(|conn| ledger::root_at(conn, agency, kept.size).map_err(DbError::from))?;
    Ok(head.is_some_and(|head| head.root == kept.root))
}

/// The same of the log of checkpoints.
pub(super) fn log_follows(db: &Db, note: &str) -> Result<bool, SealFailure> {
    let Some(kept) = said(note) else { return Ok(false) };
    let head = db.read(|conn| ledger::log_root(conn, kept.size).map_err(DbError::from))?;
    Ok(head.is_some_and(|head| head.root == kept.root))
}

/// The note of a book that is kept outside the database, when the book follows it; none where two people answered for its
/// loss already.
///
/// # Errors
/// [`SealFailure::RolledBack`] when the book does not follow it.
pub(super) fn kept_of(
    db: &Db,
    vault: &Vault,
    (agency, code): (&AgencyId, &str),
) -> Result<Option<String>, SealFailure> {
    let Some(note) = vault.last_note(code)? else {
        return Ok(None);
    };
    if follows(db, agency, &note)? || has(db, agency.as_str(), &note)? {
        return Ok(Some(note));
    }
    answered(db, agency, (ledger::KEY, &note))
}

/// The same of the log of checkpoints.
///
/// # Errors
/// As [`kept_of`].
pub(super) fn kept_of_log(db: &Db, vault: &Vault) -> Result<Option<String>, SealFailure> {
    let Some(note) = vault.last_note(LOG)? else {
        return Ok(None);
    };
    if log_follows(db, &note)? || has(db, LOG, &note)? {
        return Ok(Some(note));
    }
    for (agency, _) in agencies(db)? {
        if let Ok(none) = answered(db, &agency, (ledger::LOG_KEY, &note)) {
            return Ok(none);
        }
    }
    Err(SealFailure::RolledBack)
}

/// Whether the book itself holds this checkpoint. If its leaves then do not give the root, it was not set back but damaged,
/// which whoever reads it again from this checkpoint finds.
fn has(db: &Db, book: &str, note: &str) -> Result<bool, SealFailure> {
    let Some(kept) = said(note) else { return Ok(false) };
    Ok(db.read(|conn| ledger::has_checkpoint(conn, book, (kept.size, note)).map_err(DbError::from))?)
}

/// Nothing, when the last leaf about a key says that this note was lost and who answers for it.
fn answered(db: &Db, agency: &AgencyId, (kind, note): (&str, &str)) -> Result<Option<String>, SealFailure> {
    let leaf = db.read(|conn| ledger::key_leaf(conn, agency, kind).map_err(DbError::from))?;
    let is_answered = leaf.is_some_and(|(_, details)| {
        let quoted = details.get("final").and_then(serde_json::Value::as_str);
        quoted == Some(note) && details.get("lost").is_some_and(serde_json::Value::is_object)
    });
    if is_answered {
        Ok(None)
    } else {
        Err(SealFailure::RolledBack)
    }
}

/// Every book that does not follow its note, the log of checkpoints among them; also one whose agency is not there at all.
///
/// # Errors
/// When the database or a file cannot be read.
pub fn losses(db: &Db, vault: &Vault) -> Result<Vec<Lost>, SealFailure> {
    let mut lost = Vec::new();
    let mut known = vec![LOG.to_owned()];
    let mut add = |code: &str, note: String, have: u64| {
        let kept = said(&note).map_or(0, |said| said.size);
        let code = code.to_owned();
        lost.push(Lost { code, note, kept, have });
    };
    for (agency, code) in agencies(db)? {
        known.push(file_name(&code));
        if let Some(note) = vault.last_note(&code)?
            && !follows(db, &agency, &note)?
        {
            let have = super::sealer::state(db, &agency)?.size;
            add(&code, note, have);
        }
    }
    if let Some(note) = vault.last_note(LOG)?
        && !log_follows(db, &note)?
    {
        let have = db.read(|conn| ledger::log_size(conn).map_err(DbError::from))?;
        add(LOG, note, have);
    }
    for code in vault.noted().into_iter().filter(|code| !known.contains(code)) {
        if let Some(note) = vault.last_note(&code)? {
            add(&code, note, 0);
        }
    }
    Ok(lost)
}

/// Compares each book with the last note that was kept outside the database; a book that is shorter or another one halts
/// the database. So does what a witness said before.
///
/// # Errors
/// When the database or a file cannot be read.
pub fn check_guards(db: &Db, vault: &Vault) -> Result<(), SealFailure> {
    for lost in losses(db, vault)? {
        let (code, kept, have) = (&lost.code, lost.kept, lost.have);
        tracing::error!(%code, kept, have, "The ledger does not follow the checkpoint that is kept outside the database");
        if let Some((first, last)) = lost.missing() {
            tracing::error!(%code, first, last, "These leaves of the ledger are missing");
        }
        db.halt(Halt::RolledBack);
    }
    if let Some(refusal) = refusal(vault)? {
        let (witness, theirs, ours) = (&refusal.witness, refusal.theirs, refusal.ours);
        tracing::error!(%witness, theirs, ours, "A witness has seen another history of this office");
        db.halt(Halt::Witness);
    }
    Ok(())
}

/// What a witness said against this office.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn refusal(vault: &Vault) -> Result<Option<Refusal>, SealFailure> {
    let text = read_maybe(&vault.refusal_file())?;
    // A file that cannot be understood is a refusal all the same: whoever broke it must answer for it.
    Ok(text.map(|text| {
        serde_json::from_str(&text).unwrap_or(Refusal {
            witness: String::new(),
            theirs: 0,
            ours: 0,
        })
    }))
}

/// Keeps what a witness said, and halts the database.
pub(super) fn refuse(db: &Db, vault: &Vault, refusal: &Refusal) -> Result<(), SealFailure> {
    let (witness, theirs, ours) = (&refusal.witness, refusal.theirs, refusal.ours);
    tracing::error!(%witness, theirs, ours, "A witness has seen another history of this office");
    db.halt(Halt::Witness);
    let text = serde_json::to_string(refusal).map_err(|cause| SealFailure::Record(cause.to_string()))?;
    Ok(write_whole(&vault.refusal_file(), &text)?)
}
