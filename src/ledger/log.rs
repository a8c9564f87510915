//! The log of checkpoints: one tree for the whole deployment, whose leaves are the signed notes of all books, in the order
//! in which they were signed. Who follows this one log sees every book, and none can be dropped or told in two ways.

use super::append::{Head, count, grow, head_if_whole, head_of, stored};
use super::opening::books;
use super::replay;
use super::schema::{ledger_checkpoints, ledger_cosignatures, ledger_leaves};
use super::seal::{SealError, Sealed};
use super::verify;
use crate::db::{AnyConnection, Db, DbError};
use crate::proofs::{self, Checkpoint, Hash, Note, consistency, hex, is_consistent, leaf_hash};
use chrono::NaiveDateTime;
use diesel::prelude::*;

/// Under which name the log stands where agencies stand; no agency has this id.
pub const LOG: &str = "deployment";

/// How many leaves the log has.
///
/// # Errors
/// When the database fails.
pub fn log_size(conn: &mut AnyConnection) -> QueryResult<u64> {
    let last: Option<i64> = ledger_leaves::table
        .filter(ledger_leaves::agency_id.eq(LOG))
        .select(diesel::dsl::max(ledger_leaves::seq))
        .first(conn)?;
    Ok(last.map_or(0, |last| count(last).saturating_add(1)))
}

/// Adds the note of a book, in the transaction that keeps it.
pub(super) fn log_note(conn: &mut AnyConnection, note: &str) -> Result<(), DbError> {
    let next = log_size(conn)?;
    grow(conn, LOG, next, note)
}

/// The root over the first `size` leaves of the log; none when it has not as many.
///
/// # Errors
/// When the database fails.
pub fn log_root(conn: &mut AnyConnection, size: u64) -> QueryResult<Option<Head>> {
    if log_size(conn)? < size {
        return Ok(None);
    }
    head_if_whole(conn, LOG, size)
}

/// The proof that the log of `size` leaves begins with that of `old`.
///
/// # Errors
/// When the database fails.
pub fn log_consistency(conn: &mut AnyConnection, (old, size): (u64, u64)) -> QueryResult<Vec<Hash>> {
    consistency(old, size, |level, index| stored(conn, LOG, level, index))
}

/// The last checkpoint of the log.
///
/// # Errors
/// When the database fails.
pub fn log_sealed(conn: &mut AnyConnection) -> QueryResult<Option<Sealed>> {
    let found: Option<(i64, String, NaiveDateTime)> = ledger_checkpoints::table
        .filter(ledger_checkpoints::agency_id.eq(LOG))
        .order(ledger_checkpoints::size.desc())
        .select((
            ledger_checkpoints::size,
            ledger_checkpoints::note,
            ledger_checkpoints::at,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(size, note, at)| Sealed {
        size: count(size),
        note,
        at,
    }))
}

/// Reads what was added to the log after `last` from the disk again, and gives the head that may be signed: every leaf must
/// be a checkpoint that stands in its book.
///
/// # Errors
/// [`SealError::Damaged`] when anything of it is not what was written.
pub fn recheck_log(db: &Db, last: Option<&Checkpoint>) -> Result<Head, SealError> {
    db.read(|conn| {
        verify::begin(conn)?;
        let done = recheck_in(conn, last);
        diesel::sql_query("ROLLBACK").execute(conn)?;
        done
    })
}

fn damaged<T>(what: &str) -> Result<T, SealError> {
    Err(SealError::Damaged(format!("the log of checkpoints: {what}")))
}

fn recheck_in(conn: &mut AnyConnection, last: Option<&Checkpoint>) -> Result<Head, SealError> {
    let size = log_size(conn)?;
    let old = last.map_or(0, |last| last.size);
    if old > size {
        return damaged("it is shorter than what was signed");
    }
    let mut frontier = super::seal::edge(conn, LOG, old)?;
    if last.is_some_and(|last| last.root != frontier.root()) {
        return damaged("the hashes that are stored do not give the root that was signed last");
    }
    let mut notes = Vec::new();
    let from = i64::try_from(old).unwrap_or(i64::MAX);
    let mut is_right = true;
    replay::each_leaf(conn, LOG, (from, i64::MAX), |found| {
        let bytes = found.bytes.clone().unwrap_or_default();
        is_right &= count(found.seq) == frontier.size();
        is_right &= found.hash.as_deref() == Some(hex(&leaf_hash(&bytes)).as_bytes());
        frontier.push(&bytes);
        notes.push(String::from_utf8(bytes).unwrap_or_default());
        Ok::<_, SealError>(())
    })?;
    let books = books(conn)?;
    for note in &notes {
        is_right &= is_checkpoint(conn, &books, note)?;
    }
    if !is_right {
        return damaged("a leaf is no checkpoint of a book");
    }
    let head = head_of(conn, LOG, size)?;
    if (frontier.size(), frontier.root()) != (head.size, head.root) {
        return damaged("its leaves do not give the root that the stored hashes give");
    }
    if let Some(last) = last {
        let proof = log_consistency(conn, (last.size, size))?;
        if !is_consistent((last.size, &last.root), (size, &head.root), &proof) {
            return damaged("it does not follow the checkpoint that was signed last");
        }
    }
    Ok(head)
}

fn is_checkpoint(conn: &mut AnyConnection, books: &[String], note: &str) -> QueryResult<bool> {
    let said = Note::read(note)
        .ok()
        .and_then(|note| Checkpoint::read(note.text()).ok());
    let Some(said) = said else { return Ok(false) };
    let size = i64::try_from(said.size).unwrap_or(i64::MAX);
    for book in books {
        let kept: Option<String> = ledger_checkpoints::table
            .find((book, size))
            .select(ledger_checkpoints::note)
            .first(conn)
            .optional()?;
        if kept.as_deref() == Some(note) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Keeps a checkpoint of the log that was signed.
///
/// # Errors
/// When the database fails or is halted.
pub fn keep_log_checkpoint(db: &Db, head: Head, sealed: Sealed) -> Result<(), DbError> {
    db.write(move |conn| {
        super::seal::put_checkpoint(conn, LOG, head, &sealed)?;
        Ok(())
    })
}

/// That a witness saw a checkpoint of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// How many leaves the checkpoint has.
    pub size: u64,
    /// The key of the witness, as text.
    pub witness: String,
    /// The line under the note.
    pub line: String,
    /// When the witness saw it, UTC.
    pub at: NaiveDateTime,
}

/// Keeps what a witness signed; what is there already stays as it is.
///
/// # Errors
/// When the database fails or is halted.
pub fn keep_cosignature(db: &Db, signed: Cosignature) -> Result<(), DbError> {
    db.write(move |conn| {
        let size = i64::try_from(signed.size).unwrap_or(i64::MAX);
        let known: i64 = ledger_cosignatures::table
            .filter(ledger_cosignatures::agency_id.eq(LOG))
            .filter(ledger_cosignatures::size.eq(size))
            .filter(ledger_cosignatures::witness.eq(&signed.witness))
            .filter(ledger_cosignatures::at.eq(signed.at))
            .count()
            .get_result(conn)?;
        if known > 0 {
            return Ok(());
        }
        diesel::insert_into(ledger_cosignatures::table)
            .values((
                ledger_cosignatures::agency_id.eq(LOG),
                ledger_cosignatures::size.eq(size),
                ledger_cosignatures::witness.eq(&signed.witness),
                ledger_cosignatures::line.eq(&signed.line),
                ledger_cosignatures::at.eq(signed.at),
            ))
            .execute(conn)?;
        Ok(())
    })
}

/// The newest cosignature of each witness, the greatest checkpoint first, each with the note that it stands under.
///
/// # Errors
/// When the database fails.
pub fn cosignatures(conn: &mut AnyConnection) -> QueryResult<Vec<(Cosignature, String)>> {
    let witnesses: Vec<String> = ledger_cosignatures::table
        .filter(ledger_cosignatures::agency_id.eq(LOG))
        .select(ledger_cosignatures::witness)
        .distinct()
        .load(conn)?;
    let mut found = Vec::new();
    for witness in witnesses {
        let last: Option<(i64, String, NaiveDateTime)> = ledger_cosignatures::table
            .filter(ledger_cosignatures::agency_id.eq(LOG))
            .filter(ledger_cosignatures::witness.eq(&witness))
            .order((ledger_cosignatures::size.desc(), ledger_cosignatures::at.desc()))
            .select((
                ledger_cosignatures::size,
                ledger_cosignatures::line,
                ledger_cosignatures::at,
            ))
            .first(conn)
            .optional()?;
        if let Some((size, line, at)) = last {
            let note = ledger_checkpoints::table
                .find((LOG, size))
                .select(ledger_checkpoints::note)
                .first(conn)?;
            let size = count(size);
            found.push((
                Cosignature {
                    size,
                    witness,
                    line,
                    at,
                },
                note,
            ));
        }
    }
    found.sort_by_key(|(signed, _)| std::cmp::Reverse(signed.size));
    Ok(found)
}

/// That a checkpoint of a book stands in the log, for somebody who has neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// How many leaves the checkpoint of the book has.
    pub size: u64,
    /// The note of the log, with the lines of its witnesses.
    pub note: String,
    /// Which leaf of the log the checkpoint of the book is.
    pub index: u64,
    /// The proof of that.
    pub proof: Vec<Hash>,
}

/// The anchors of a book with these notes: of its last checkpoint, and of the last that each witness saw.
pub(super) fn anchors(conn: &mut AnyConnection, notes: &[String]) -> QueryResult<Vec<Anchor>> {
    let Some(sealed) = log_sealed(conn)? else {
        return Ok(Vec::new());
    };
    let leaves: Vec<(i64, String)> = ledger_leaves::table
        .filter(ledger_leaves::agency_id.eq(LOG))
        .order(ledger_leaves::seq)
        .select((ledger_leaves::seq, ledger_leaves::leaf_hash))
        .load(conn)?;
    let places: std::collections::HashMap<String, u64> =
        leaves.into_iter().map(|(seq, hash)| (hash, count(seq))).collect();
    let mut logs: Vec<(u64, String)> = vec![(sealed.size, with_lines(conn, sealed.size, sealed.note)?)];
    for (signed, note) in cosignatures(conn)? {
        if logs.iter().all(|(size, _)| *size != signed.size) {
            logs.push((signed.size, with_lines(conn, signed.size, note)?));
        }
    }
    let mut found = Vec::new();
    for (log, note) in logs {
        let newest = notes.iter().rev().find_map(|kept| {
            let place = places.get(&hex(&leaf_hash(kept.as_bytes()))).copied()?;
            let size = Checkpoint::read(Note::read(kept).ok()?.text()).ok()?.size;
            (place < log).then_some((place, size))
        });
        if let Some((index, size)) = newest {
            let proof = proofs::inclusion(index, log, |level, index| stored(conn, LOG, level, index))?;
            found.push(Anchor {
                size,
                note,
                index,
                proof,
            });
        }
    }
    Ok(found)
}

/// A note of the log with the lines of everybody who saw it: of each the newest.
fn with_lines(conn: &mut AnyConnection, size: u64, note: String) -> QueryResult<String> {
    let lines: Vec<(String, String)> = ledger_cosignatures::table
        .filter(ledger_cosignatures::agency_id.eq(LOG))
        .filter(ledger_cosignatures::size.eq(i64::try_from(size).unwrap_or(i64::MAX)))
        .order(ledger_cosignatures::at)
        .select((ledger_cosignatures::witness, ledger_cosignatures::line))
        .load(conn)?;
    let newest: std::collections::BTreeMap<String, String> = lines.into_iter().collect();
    Ok(newest.into_values().fold(note, |note, line| note + &line))
}

/// Every cosignature with the note that it stands under, for the verification.
pub(super) fn all_cosignatures(conn: &mut AnyConnection) -> QueryResult<Vec<(i64, String, String, String)>> {
    ledger_cosignatures::table
        .inner_join(
            ledger_checkpoints::table.on(ledger_checkpoints::agency_id
                .eq(ledger_cosignatures::agency_id)
                .and(ledger_checkpoints::size.eq(ledger_cosignatures::size))),
        )
        .order(ledger_cosignatures::size)
        .select((
            ledger_cosignatures::size,
            ledger_cosignatures::witness,
            ledger_cosignatures::line,
            ledger_checkpoints::note,
        ))
        .load(conn)
}
