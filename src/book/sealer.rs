//! The sealer: at most a second after a commit, what was added is read again and signed. What is not as it was written is
//! never signed; then nothing more is written either.

use super::clock::{first_jump, jump, tell_jump};
use super::guard::{kept_of, kept_of_log, said};
use super::keys::{KeyError, Vault};
use crate::db::{Db, DbError, Halt};
use crate::kernel::{Actor, AgencyId, Clock};
use crate::ledger::{self, BookState, KEY_NAMED, LOG, LOG_KEY_NAMED, SealError, Sealed};
use crate::people;
use crate::proofs::{Checkpoint, Note, NoteKey, NoteSigner, hex};
use crate::web::Failure;
use chrono::NaiveDateTime;
use serde_json::json;
use std::time::{Duration, Instant};

/// How often the sealer looks whether there is anything to sign.
const ROUND: Duration = Duration::from_millis(500);

/// Why a book was not sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealFailure {
    /// What was added is not what was written, or the last checkpoint is none.
    #[error(transparent)]
    Ledger(#[from] SealError),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The key in the file is not the one that the ledger names.
    #[error("the key file holds {file}, and the ledger names {ledger}")]
    OtherKey {
        /// The fingerprint of the key in the file.
        file: String,
        /// The key in the ledger.
        ledger: String,
    },
    /// The book does not follow the note that is kept outside the database: it was set back, made anew or altered while
    /// the program runs.
    #[error("the ledger does not follow the checkpoint that is kept outside the database")]
    RolledBack,
    /// Recording something failed.
    #[error("{0}")]
    Record(String),
}

/// The agencies, each with its code.
pub(super) fn agencies(db: &Db) -> Result<Vec<(AgencyId, String)>, SealFailure> {
    people::agencies(db).map_err(|failure: Failure| SealFailure::Record(format!("{failure:?}")))
}

pub(super) fn state(db: &Db, agency: &AgencyId) -> Result<BookState, SealFailure> {
    Ok(db.read(|conn| ledger::book_state(conn, agency).map_err(DbError::from))?)
}

/// From which checkpoint the book is read again: the later one of the last in the database and the last that is kept
/// outside it, which the book follows.
///
/// # Errors
/// Damage, when the last checkpoint in the database is none, or is signed by no key that the book ever named.
fn last_checkpoint(
    (sealed, outside): (Option<&Sealed>, Option<String>),
    named: &[String],
) -> Result<Option<Checkpoint>, SealFailure> {
    let damaged = |what: &str| SealFailure::Ledger(SealError::Damaged(what.to_owned()));
    let mut last = None;
    if let Some(sealed) = sealed {
        let note = Note::read(&sealed.note).map_err(|_cause| damaged("the last checkpoint is no note"))?;
        let keys: Vec<NoteKey> = named.iter().filter_map(|text| NoteKey::read(text).ok()).collect();
        if note.signed_by(&keys).is_err() {
            return Err(damaged("the last checkpoint is signed by no key of the book"));
        }
        last = Some(Checkpoint::read(note.text()).map_err(|_cause| damaged("the last checkpoint is none"))?);
    }
    let outside = outside.and_then(|note| said(&note));
    Ok(outside.into_iter().chain(last).max_by_key(|one| one.size))
}

/// The key that signs a book whose leaves name this one; a new key when they name none. A change of keys that was broken off
/// after its leaf is brought to its end.
pub(super) fn signer(vault: &Vault, code: &str, named: Option<&str>) -> Result<NoteSigner, SealFailure> {
    let signer = vault.signer(code, named.is_some())?;
    let Some(named) = named.filter(|named| *named != signer.key().text()) else {
        return Ok(signer);
    };
    match vault.prepared(code)? {
        Some(next) if next.key().text() == named => {
            vault.take_over(code)?;
            Ok(next)
        }
        Some(_) | None => Err(SealFailure::OtherKey {
            file: signer.key().fingerprint(),
            ledger: named.to_owned(),
        }),
    }
}

/// Names the keys of a book and of the log of checkpoints, where no leaf does.
fn name_keys(
    db: &Db,
    (agency, now): (&AgencyId, NaiveDateTime),
    (own, log): (Option<String>, Option<String>),
) -> Result<(), SealFailure> {
    ledger::change(db, Actor::house(agency.clone(), now), move |work| {
        if let Some(vkey) = &own {
            work.record(KEY_NAMED, (ledger::KEY, vkey), json!({}));
        }
        if let Some(vkey) = &log {
            work.record(LOG_KEY_NAMED, (ledger::LOG_KEY, vkey), json!({}));
        }
        Ok::<_, Failure>(())
    })
    .map_err(|failure| SealFailure::Record(format!("{failure:?}")))
}

/// Seals the book of one agency when something was added to it since the last checkpoint. Gives the new checkpoint.
/// Damage halts the database.
///
/// # Errors
/// [`SealFailure`].
pub fn seal(
    db: &Db,
    vault: &Vault,
    clock: &Clock,
    (agency, code): (&AgencyId, &str),
) -> Result<Option<Sealed>, SealFailure> {
    let done = try_seal(db, vault, clock, (agency, code));
    stop_at_damage(db, code, &done);
    done
}

/// Nothing is signed, and nothing more is written, over a book that is not what was written.
fn stop_at_damage<T>(db: &Db, code: &str, done: &Result<T, SealFailure>) {
    match done {
        Err(SealFailure::Ledger(SealError::Damaged(what))) => {
            tracing::error!(%code, %what, "Nothing is signed: the ledger is not what was written");
            db.halt(Halt::Damaged);
        }
        Err(cause @ SealFailure::RolledBack) => {
            tracing::error!(%code, %cause, "Nothing is signed");
            db.halt(Halt::RolledBack);
        }
        Ok(_) | Err(_) => {}
    }
}

fn try_seal(
    db: &Db,
    vault: &Vault,
    clock: &Clock,
    (agency, code): (&AgencyId, &str),
) -> Result<Option<Sealed>, SealFailure> {
    // The note outside comes before what the database says: whoever rewrote the one has not rewritten the other.
    let outside = kept_of(db, vault, (agency, code))?;
    let mut now = state(db, agency)?;
    if now.size == 0 || now.sealed.as_ref().is_some_and(|sealed| sealed.size == now.size) {
        return Ok(None);
    }
    let own = signer(vault, code, now.key.as_deref())?;
    if now.key.is_none() || now.log_key.is_none() {
        let log = match &now.log_key {
            None => Some(signer(vault, LOG, log_key(db)?.as_deref())?.key().text()),
            Some(_named) => None,
        };
        let new = now.key.is_none().then(|| own.key().text());
        name_keys(db, (agency, clock.now()), (new, log))?;
        now = state(db, agency)?;
    }
    let named = db.read(|conn| ledger::named_keys(conn, agency, ledger::KEY).map_err(DbError::from))?;
    let last = last_checkpoint((now.sealed.as_ref(), outside), &named)?;
    let head = ledger::recheck(db, agency, last.as_ref())?;
    let sealed = signed(&own, head, clock.now());
    let is_kept = ledger::keep_checkpoint(db, (agency, now.key.as_deref()), head, sealed.clone())?;
    if !is_kept {
        // The key was changed just now: the next round seals with the new one.
        return Ok(None);
    }
    vault.keep_note(code, &sealed.note)?;
    Ok(Some(sealed))
}

fn signed(signer: &NoteSigner, head: ledger::Head, at: NaiveDateTime) -> Sealed {
    let checkpoint = Checkpoint {
        origin: signer.key().name().to_owned(),
        size: head.size,
        root: head.root,
    };
    Sealed {
        size: head.size,
        note: signer.sign(&checkpoint.text()),
        at,
    }
}

/// The key of the log of checkpoints, as the books name it last.
pub(super) fn log_key(db: &Db) -> Result<Option<String>, SealFailure> {
    for (agency, _) in agencies(db)? {
        if let Some(named) = state(db, &agency)?.log_key {
            return Ok(Some(named));
        }
    }
    Ok(None)
}

/// Seals the log of checkpoints when a checkpoint was added to it. Damage halts the database.
///
/// # Errors
/// [`SealFailure`].
pub fn seal_log(db: &Db, vault: &Vault, clock: &Clock) -> Result<Option<Sealed>, SealFailure> {
    let done = try_seal_log(db, vault, clock);
    stop_at_damage(db, LOG, &done);
    done
}

fn try_seal_log(db: &Db, vault: &Vault, clock: &Clock) -> Result<Option<Sealed>, SealFailure> {
    let outside = kept_of_log(db, vault)?;
    let (size, sealed) = db.read(|conn| Ok::<_, DbError>((ledger::log_size(conn)?, ledger::log_sealed(conn)?)))?;
    if size == 0 || sealed.as_ref().is_some_and(|sealed| sealed.size == size) {
        return Ok(None);
    }
    let signer = signer(vault, LOG, log_key(db)?.as_deref())?;
    let mut named = Vec::new();
    for (agency, _) in agencies(db)? {
        named.extend(db.read(|conn| ledger::named_keys(conn, &agency, ledger::LOG_KEY).map_err(DbError::from))?);
    }
    let last = last_checkpoint((sealed.as_ref(), outside), &named)?;
    let head = ledger::recheck_log(db, last.as_ref())?;
    let sealed = signed(&signer, head, clock.now());
    ledger::keep_log_checkpoint(db, head, sealed.clone())?;
    vault.keep_note(LOG, &sealed.note)?;
    Ok(Some(sealed))
}

/// Seals the books of all agencies and the log of their checkpoints, and gives how many checkpoints were signed. A book that cannot be sealed does not keep
/// the others from it.
///
/// # Errors
/// When the agencies cannot be read.
pub fn seal_all(db: &Db, vault: &Vault, clock: &Clock) -> Result<usize, SealFailure> {
    let mut count = 0_usize;
    for (agency, code) in agencies(db)? {
        match seal(db, vault, clock, (&agency, &code)) {
            Ok(Some(sealed)) => {
                tracing::debug!(%code, size = sealed.size, "Sealed");
                count = count.saturating_add(1);
            }
            Ok(None) => {}
            Err(cause) if db.halted().is_some() => tracing::debug!(%code, %cause, "Not sealed: writing is halted"),
            Err(cause) => tracing::error!(%code, %cause, "The book was not sealed"),
        }
    }
    match seal_log(db, vault, clock) {
        Ok(_) => {}
        Err(cause) if db.halted().is_some() => tracing::debug!(%cause, "Not sealed: writing is halted"),
        Err(cause) => tracing::error!(%cause, "The log of checkpoints was not sealed"),
    }
    Ok(count)
}

/// Starts the thread that seals what is added.
pub fn start(db: Db, vault: Vault, clock: Clock) {
    std::thread::spawn(move || {
        let told = first_jump(&db, clock.now()).and_then(|found| found.map_or(Ok(()), |jump| tell_jump(&db, jump)));
        if let Err(cause) = told {
            tracing::error!(%cause, "Comparing the clock with the ledger failed");
        }
        let mut looked = (clock.now(), Instant::now());
        loop {
            if let Err(cause) = seal_all(&db, &vault, &clock) {
                tracing::error!(%cause, "Sealing the ledger failed");
            }
            std::thread::sleep(ROUND);
            let (before, at) = looked;
            looked = (clock.now(), Instant::now());
            if let Some(found) = jump(before, at.elapsed(), looked.0)
                && let Err(cause) = tell_jump(&db, found)
            {
                tracing::error!(%cause, "Telling that the clock jumped failed");
            }
        }
    });
}

/// The mark of a checkpoint, short enough for a QR code on a receipt: its size, and the first half of its root in
/// hexadecimal. None when the note is no checkpoint.
pub fn mark(note: &str) -> Option<String> {
    let said = Checkpoint::read(Note::read(note).ok()?.text()).ok()?;
    Some(format!("{}:{}", said.size, hex(said.root.first_chunk::<16>()?)))
}

/// The first sixteen hexadecimal digits of a root in groups of four, as it is printed.
pub fn grouped(root: &[u8]) -> String {
    let text: Vec<char> = hex(root).chars().take(16).collect();
    text.chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}
