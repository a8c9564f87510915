//! The office asks a witness: the last checkpoint of its log, with the proof from what the witness saw before. What a witness
//! knows and the log does not have stops all writing.

use super::light::is_fresh;
use crate::book::guard::{Refusal, refusal, refuse};
use crate::book::keys::Vault;
use crate::book::sealer::SealFailure;
use crate::db::{Db, DbError};
use crate::kernel::Clock;
use crate::ledger::{self, Cosignature, Sealed};
use crate::proofs::{AddCheckpoint, Checkpoint, Note, NoteKey, cosigned_at};
use chrono::{NaiveDateTime, TimeDelta};
use std::time::Duration;

/// A witness is asked no more often than this while the log grows.
const EVERY: Duration = Duration::from_secs(600);
/// A log that does not grow is shown again after this, so that the witness has seen it lately.
const AGAIN: TimeDelta = TimeDelta::days(1);
/// A witness and this program tell each other where they stand at most so many times.
const TRIES: usize = 4;

/// A witness that is asked.
#[derive(Debug, Clone)]
pub struct Witness {
    /// Where it is; `/add-checkpoint` is added.
    pub url: String,
    /// Its key.
    pub key: NoteKey,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// Whether the body is the size of a tree (`text/x.tlog.size`).
    pub is_size: bool,
    /// The body.
    pub body: String,
}

/// Why a witness did not sign.
#[derive(Debug, thiserror::Error)]
pub enum AskFault {
    /// It could not be reached.
    #[error("the witness {0} could not be reached: {1}")]
    Unreachable(String, String),
    /// It refuses for a reason that says nothing about the ledger.
    #[error("the witness {0} does not sign: status {1}, {2}")]
    Refused(String, u16, String),
    /// It answers what is no signature by its key.
    #[error("the witness {0} answered what is not signed by its key")]
    Forged(String),
    /// It has seen another history. Nothing is written any more.
    #[error("the witness {} has seen another history: {} leaves, here are {}", .0.witness, .0.theirs, .0.ours)]
    Disagrees(Refusal),
    /// The office itself.
    #[error(transparent)]
    Office(#[from] SealFailure),
}

impl From<DbError> for AskFault {
    fn from(cause: DbError) -> Self {
        Self::Office(SealFailure::Db(cause))
    }
}

/// The last checkpoint of the log, and what this witness signed last under the same name.
struct Standing {
    sealed: Sealed,
    said: Checkpoint,
    last: Option<Cosignature>,
}

fn said(note: &str) -> Option<Checkpoint> {
    Checkpoint::read(Note::read(note).ok()?.text()).ok()
}

fn standing(db: &Db, witness: &NoteKey) -> Result<Option<Standing>, DbError> {
    db.read(|conn| {
        let sealed = ledger::log_sealed(conn)?;
        let known = ledger::cosignatures(conn)?;
        let Some((sealed, now)) = sealed.and_then(|sealed| said(&sealed.note).map(|now| (sealed, now))) else {
            return Ok(None);
        };
        // Under another name it is another log, of which the witness knows nothing.
        let own = |(signed, note): (Cosignature, String)| {
            let is_own = signed.witness == witness.text() && said(&note)?.origin == now.origin;
            is_own.then_some(signed)
        };
        let last = known.into_iter().find_map(own);
        Ok(Some(Standing {
            sealed,
            said: now,
            last,
        }))
    })
}

fn request(db: &Db, old: u64, standing: &Standing) -> Result<AddCheckpoint, DbError> {
    let size = standing.said.size;
    let proof = db.read(|conn| ledger::log_consistency(conn, (old, size)).map_err(DbError::from))?;
    Ok(AddCheckpoint {
        old,
        proof,
        note: standing.sealed.note.clone(),
    })
}

/// Shows the last checkpoint of the log to a witness and keeps what it signs; none when there is nothing to show. `post`
/// carries the body of a request to it.
///
/// # Errors
/// [`AskFault`]; after [`AskFault::Disagrees`] the database is halted, and stays so after the next start.
pub fn ask(
    db: &Db,
    vault: &Vault,
    witness: &NoteKey,
    post: impl Fn(&str) -> Result<Answer, String>,
) -> Result<Option<Cosignature>, AskFault> {
    let name = || witness.name().to_owned();
    let Some(mut now) = standing(db, witness)? else {
        return Ok(None);
    };
    let mut old = now.last.as_ref().map_or(0, |last| last.size);
    for _try in 0..TRIES {
        let asked = request(db, old, &now)?;
        let answer = post(&asked.text()).map_err(|cause| AskFault::Unreachable(name(), cause))?;
        let theirs = answer.body.trim_end().parse::<u64>().ok().filter(|_| answer.is_size);
        match (answer.status, theirs) {
            (200, _) => return Ok(Some(keep(db, witness, &now, &answer.body)?)),
            (409, Some(theirs)) if theirs > now.said.size => {
                // Another process of this office may have shown a later checkpoint meanwhile.
                let again = standing(db, witness)?.filter(|again| again.said.size >= theirs);
                now = match again {
                    Some(again) => again,
                    None => return disagrees(db, vault, witness, (theirs, now.said.size)),
                };
                old = theirs;
            }
            (409, Some(theirs)) if theirs == old => {
                return disagrees(db, vault, witness, (theirs, now.said.size));
            }
            (409, Some(theirs)) => old = theirs,
            (422, _) => return disagrees(db, vault, witness, (old, now.said.size)),
            (status, _) => {
                let told: String = answer.body.chars().take(200).collect();
                return Err(AskFault::Refused(name(), status, told));
            }
        }
    }
    Err(AskFault::Refused(
        name(),
        409,
        "it never agrees on where it stands".to_owned(),
    ))
}

fn disagrees<T>(db: &Db, vault: &Vault, witness: &NoteKey, (theirs, ours): (u64, u64)) -> Result<T, AskFault> {
    let refusal = Refusal {
        witness: witness.text(),
        theirs,
        ours,
    };
    refuse(db, vault, &refusal)?;
    Err(AskFault::Disagrees(refusal))
}

/// Finds the line of the witness among those that came back, verifies it under the note, and keeps it.
fn keep(db: &Db, witness: &NoteKey, now: &Standing, body: &str) -> Result<Cosignature, AskFault> {
    let forged = || AskFault::Forged(witness.name().to_owned());
    let seen = body.lines().find_map(|line| {
        let line = format!("{line}\n");
        let note = Note::read(&(now.sealed.note.clone() + &line)).ok()?;
        let time = cosigned_at(&note, witness).ok()??;
        let at = chrono::DateTime::from_timestamp(i64::try_from(time).ok()?, 0)?;
        Some((line, at.naive_utc()))
    });
    let (line, at) = seen.ok_or_else(forged)?;
    let signed = Cosignature {
        size: now.said.size,
        witness: witness.text(),
        line,
        at,
    };
    ledger::keep_cosignature(db, signed.clone())?;
    Ok(signed)
}

/// Whether there is something new to show, or the last time is long ago.
fn is_due(db: &Db, witness: &NoteKey, now: NaiveDateTime) -> Result<bool, DbError> {
    let Some(standing) = standing(db, witness)? else {
        return Ok(false);
    };
    Ok(standing.last.is_none_or(|last| {
        last.size < standing.said.size || !is_fresh(last.at, now) || now.signed_duration_since(last.at) > AGAIN
    }))
}

/// Starts the thread that shows the log to these witnesses, now and at intervals. Without any there is none.
pub fn watch(db: Db, vault: Vault, clock: Clock, witnesses: Vec<Witness>) {
    if witnesses.is_empty() {
        return;
    }
    std::thread::spawn(move || {
        // What was added before the start is sealed within the first second.
        std::thread::sleep(Duration::from_secs(2));
        loop {
            for witness in &witnesses {
                let is_due = is_due(&db, &witness.key, clock.now()).unwrap_or(true);
                if !is_due || db.halted().is_some() || refusal(&vault).is_ok_and(|told| told.is_some()) {
                    continue;
                }
                let name = witness.key.name();
                match ask(&db, &vault, &witness.key, |body| super::post(&witness.url, body)) {
                    Ok(Some(seen)) => tracing::info!(witness = name, size = seen.size, "A witness saw the ledger"),
                    Ok(None) => {}
                    Err(cause) => tracing::warn!(%cause, "No witness saw the ledger just now"),
                }
            }
            std::thread::sleep(EVERY);
        }
    });
}
