//! The sealer: at most a second after a commit, what was added is read again and signed. What is not as it was written is
//! never signed; then nothing more is written either.

use super::keys::{KeyError, Vault};
use crate::db::{Db, DbError, Halt};
use crate::kernel::{Actor, AgencyId, Clock, local};
use crate::ledger::{self, BookState, KEY_NAMED, SealError, Sealed};
use crate::people;
use crate::proofs::{Checkpoint, Note, NoteSigner, hex};
use crate::web::Failure;
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::json;
use std::time::{Duration, Instant};

/// How often the sealer looks whether there is anything to sign.
const ROUND: Duration = Duration::from_millis(500);
/// A clock that is set back by more than this is told in the ledger.
const BACK: TimeDelta = TimeDelta::seconds(5);
/// And one that is set forward by more than this.
const FORWARD: TimeDelta = TimeDelta::minutes(10);

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
    /// Recording something failed.
    #[error("{0}")]
    Record(String),
}

fn state(db: &Db, agency: &AgencyId) -> Result<BookState, SealFailure> {
    Ok(db.read(|conn| ledger::book_state(conn, agency).map_err(DbError::from))?)
}

/// The last checkpoint of a book, as its note says.
///
/// # Errors
/// When the note cannot be read, or is not signed by the key.
fn last_checkpoint(state: &BookState, signer: &NoteSigner) -> Result<Option<Checkpoint>, SealFailure> {
    let Some(sealed) = &state.sealed else { return Ok(None) };
    let damaged = |what: &str| SealFailure::Ledger(SealError::Damaged(what.to_owned()));
    let note = Note::read(&sealed.note).map_err(|_cause| damaged("the last checkpoint is no note"))?;
    // After a change of keys the last note is by the old one, whose leaf the change is: then the root alone must hold.
    let _by = note.signed_by(&[signer.key()]);
    Checkpoint::read(note.text())
        .map(Some)
        .map_err(|_cause| damaged("the last checkpoint is none"))
}

/// Names the key of a book in its first leaf after opening, when no leaf does.
fn name_key(db: &Db, (agency, now): (&AgencyId, NaiveDateTime), signer: &NoteSigner) -> Result<(), SealFailure> {
    let vkey = signer.key().text();
    ledger::change(db, Actor::house(agency.clone(), now), move |work| {
        work.record(KEY_NAMED, (ledger::KEY, &vkey), json!({}));
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
    if let Err(SealFailure::Ledger(SealError::Damaged(what))) = &done {
        tracing::error!(%code, %what, "Nothing is signed: the ledger is not what was written");
        db.halt(Halt::Damaged);
    }
    done
}

fn try_seal(
    db: &Db,
    vault: &Vault,
    clock: &Clock,
    (agency, code): (&AgencyId, &str),
) -> Result<Option<Sealed>, SealFailure> {
    let mut now = state(db, agency)?;
    if now.size == 0 || now.sealed.as_ref().is_some_and(|sealed| sealed.size == now.size) {
        return Ok(None);
    }
    let signer = vault.signer(code, now.key.is_some())?;
    match &now.key {
        None => {
            name_key(db, (agency, clock.now()), &signer)?;
            now = state(db, agency)?;
        }
        Some(named) if *named != signer.key().text() => {
            return Err(SealFailure::OtherKey {
                file: signer.key().fingerprint(),
                ledger: named.clone(),
            });
        }
        Some(_same) => {}
    }
    let last = last_checkpoint(&now, &signer)?;
    let head = ledger::recheck(db, agency, last.as_ref())?;
    let checkpoint = Checkpoint {
        origin: signer.key().name().to_owned(),
        size: head.size,
        root: head.root,
    };
    let sealed = Sealed {
        size: head.size,
        note: signer.sign(&checkpoint.text()),
        at: clock.now(),
    };
    ledger::keep_checkpoint(db, agency, head, sealed.clone())?;
    vault.keep_note(code, &sealed.note)?;
    Ok(Some(sealed))
}

/// Compares each book with the last note that was kept outside the database; a book that is shorter or another one halts
/// the database.
///
/// # Errors
/// When the database or a file cannot be read.
pub fn check_guards(db: &Db, vault: &Vault) -> Result<(), SealFailure> {
    let agencies = people::agencies(db).map_err(|failure| SealFailure::Record(format!("{failure:?}")))?;
    for (agency, code) in agencies {
        if let Some(kept) = vault.last_note(&code)?
            && !follows(db, &agency, &kept)?
        {
            tracing::error!(%code, "The ledger does not follow the checkpoint that is kept outside the database");
            db.halt(Halt::RolledBack);
        }
    }
    Ok(())
}

/// Whether the book has the leaves that this note was signed over.
pub(super) fn follows(db: &Db, agency: &AgencyId, note: &str) -> Result<bool, SealFailure> {
    let kept = Note::read(note)
        .ok()
        .and_then(|note| Checkpoint::read(note.text()).ok());
    let Some(kept) = kept else { return Ok(false) };
    let head = db.read(|conn| ledger::root_at(conn, agency, kept.size).map_err(DbError::from))?;
    Ok(head.is_some_and(|head| head.root == kept.root))
}

/// Seals the books of all agencies, and gives how many checkpoints were signed. A book that cannot be sealed does not keep
/// the others from it.
///
/// # Errors
/// When the agencies cannot be read.
pub fn seal_all(db: &Db, vault: &Vault, clock: &Clock) -> Result<usize, SealFailure> {
    let agencies = people::agencies(db).map_err(|failure| SealFailure::Record(format!("{failure:?}")))?;
    let mut count = 0_usize;
    for (agency, code) in agencies {
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
    Ok(count)
}

/// How the clock jumped: what it showed, and what it should have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// What it should have shown.
    pub from: NaiveDateTime,
    /// What it showed.
    pub to: NaiveDateTime,
}

/// Tells whether a clock jumped between two looks, `passed` apart by a clock that nobody sets.
pub fn jump(before: NaiveDateTime, passed: Duration, now: NaiveDateTime) -> Option<Jump> {
    let passed = TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX);
    let from = before.checked_add_signed(passed)?;
    let off = now.signed_duration_since(from);
    (off < -BACK || off > FORWARD).then_some(Jump { from, to: now })
}

/// Writes into every book that the clock jumped.
///
/// # Errors
/// When the database fails.
pub fn tell_jump(db: &Db, jump: Jump) -> Result<(), SealFailure> {
    let shown = |at: NaiveDateTime| local(at).format("%Y-%m-%dT%H:%M:%S+07:00").to_string();
    let agencies = people::agencies(db).map_err(|failure| SealFailure::Record(format!("{failure:?}")))?;
    for (agency, _) in agencies {
        let details = json!({ "from": shown(jump.from), "to": shown(jump.to) });
        ledger::change(db, Actor::house(agency, jump.to), move |work| {
            let agency = work.agency();
            work.record("clock.anomaly", ("agency", agency.as_str()), details);
            Ok::<_, Failure>(())
        })
        .map_err(|failure| SealFailure::Record(format!("{failure:?}")))?;
    }
    Ok(())
}

/// The clock of this start beside the last leaf of every book: a leaf from the future means that the clock was set back.
fn first_jump(db: &Db, now: NaiveDateTime) -> Result<Option<Jump>, SealFailure> {
    let agencies = people::agencies(db).map_err(|failure| SealFailure::Record(format!("{failure:?}")))?;
    for (agency, _) in agencies {
        if let Some(last) = state(db, &agency)?.last
            && let Some(found) = jump(last.max(now), Duration::ZERO, now)
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
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

/// The first sixteen hexadecimal digits of a root in groups of four, as it is printed.
pub fn grouped(root: &[u8]) -> String {
    let text: Vec<char> = hex(root).chars().take(16).collect();
    text.chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> NaiveDateTime {
        chrono::DateTime::from_timestamp(1_795_000_000 + seconds, 0)
            .unwrap()
            .naive_utc()
    }

    #[test]
    fn a_clock_that_runs_is_not_told_and_one_that_is_set_is() {
        let hour = Duration::from_secs(3600);
        assert_eq!(jump(at(0), hour, at(3600)), None);
        assert_eq!(jump(at(0), hour, at(3596)), None);
        assert_eq!(jump(at(0), hour, at(3600 + 599)), None);
        assert_eq!(
            jump(at(0), hour, at(3594)),
            Some(Jump {
                from: at(3600),
                to: at(3594)
            })
        );
        assert_eq!(
            jump(at(0), hour, at(3600 + 601)),
            Some(Jump {
                from: at(3600),
                to: at(4201)
            })
        );
        assert!(jump(at(0), Duration::ZERO, at(-259_200)).is_some());
    }
}
