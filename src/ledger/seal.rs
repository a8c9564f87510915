//! What the sealer asks of the ledger: that what was added since the last checkpoint is read from the disk once more, by
//! another connection and another computation, before anybody signs it.

use super::append::{End, count, head_of, stored};
use super::catalogue::tables;
use super::digest;
use super::leaf::Leaf;
use super::replay::{self, Expected};
use super::schema::{ledger, ledger_checkpoints};
use super::verify::{self, KEY, LOG_KEY};
use super::{Head, append, log};
use crate::db::{AnyConnection, Db, DbError};
use crate::kernel::AgencyId;
use crate::proofs::{Checkpoint, Frontier, consistency, hex, is_consistent, leaf_hash};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A checkpoint that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// How many leaves.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// When, UTC.
    pub at: NaiveDateTime,
}

/// Why nothing is signed: what was read again is not what was written.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// What is wrong, and where.
    #[error("the ledger is damaged: {0}")]
    Damaged(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The database failed.
    #[error("asking the database")]
    Query(#[from] diesel::result::Error),
}

/// How a book stands beside its last checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookState {
    /// How many leaves it has.
    pub size: u64,
    /// When the last was added, UTC.
    pub last: Option<NaiveDateTime>,
    /// The last checkpoint.
    pub sealed: Option<Sealed>,
    /// The key that the leaves name last.
    pub key: Option<String>,
    /// The key of the log of checkpoints that the leaves name last.
    pub log_key: Option<String>,
}

/// What the last leaf about an object of this kind names.
fn named_last(conn: &mut AnyConnection, agency: &AgencyId, kind: &str) -> QueryResult<Option<String>> {
    ledger::table
        .filter(ledger::agency_id.eq(agency).and(ledger::object_kind.eq(kind)))
        .order(ledger::seq.desc())
        .select(ledger::object_id)
        .first(conn)
        .optional()
}

/// Whether this very note stands among the checkpoints of a book, or of the log under [`super::LOG`].
///
/// # Errors
/// When the database fails.
pub fn has_checkpoint(conn: &mut AnyConnection, book: &str, (size, note): (u64, &str)) -> QueryResult<bool> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let found: Option<String> = ledger_checkpoints::table
        .find((book, size))
        .select(ledger_checkpoints::note)
        .first(conn)
        .optional()?;
    Ok(found.as_deref() == Some(note))
}

/// Every key of this kind that the leaves of a book ever named.
///
/// # Errors
/// When the database fails.
pub fn named_keys(conn: &mut AnyConnection, agency: &AgencyId, kind: &str) -> QueryResult<Vec<String>> {
    ledger::table
        .filter(ledger::agency_id.eq(agency).and(ledger::object_kind.eq(kind)))
        .select(ledger::object_id)
        .distinct()
        .load(conn)
}

/// What the last leaf that names a key of this kind says: its act and its details.
///
/// # Errors
/// When the database fails.
pub fn key_leaf(
    conn: &mut AnyConnection,
    agency: &AgencyId,
    kind: &str,
) -> QueryResult<Option<(String, serde_json::Value)>> {
    let found: Option<(String, String)> = ledger::table
        .filter(ledger::agency_id.eq(agency).and(ledger::object_kind.eq(kind)))
        .order(ledger::seq.desc())
        .select((ledger::act, ledger::details))
        .first(conn)
        .optional()?;
    Ok(found.map(|(act, details)| (act, serde_json::from_str(&details).unwrap_or_default())))
}

/// How the book of an agency stands.
///
/// # Errors
/// When the database fails.
pub fn book_state(conn: &mut AnyConnection, agency: &AgencyId) -> QueryResult<BookState> {
    let end = End::of(conn, agency.as_str())?;
    let sealed: Option<(i64, String, NaiveDateTime)> = ledger_checkpoints::table
        .filter(ledger_checkpoints::agency_id.eq(agency))
        .order(ledger_checkpoints::size.desc())
        .select((
            ledger_checkpoints::size,
            ledger_checkpoints::note,
            ledger_checkpoints::at,
        ))
        .first(conn)
        .optional()?;
    Ok(BookState {
        size: end.size(),
        last: end.last(),
        sealed: sealed.map(|(size, note, at)| Sealed {
            size: count(size),
            note,
            at,
        }),
        key: named_last(conn, agency, KEY)?,
        log_key: named_last(conn, agency, LOG_KEY)?,
    })
}

/// Reads what was added after `last` from the disk again, and gives the head that may be signed. `last` is the last
/// checkpoint that was signed.
///
/// # Errors
/// [`SealError::Damaged`] when anything of it is not what was written.
pub fn recheck(db: &Db, agency: &AgencyId, last: Option<&Checkpoint>) -> Result<Head, SealError> {
    db.read(|conn| {
        verify::begin(conn)?;
        let done = recheck_in(conn, agency.as_str(), last);
        diesel::sql_query("ROLLBACK").execute(conn)?;
        done
    })
}

fn damaged<T>(what: impl Into<String>) -> Result<T, SealError> {
    Err(SealError::Damaged(what.into()))
}

fn recheck_in(conn: &mut AnyConnection, agency: &str, last: Option<&Checkpoint>) -> Result<Head, SealError> {
    let size = End::of(conn, agency)?.size();
    let old = last.map_or(0, |last| last.size);
    if old > size {
        return damaged(format!("{old} leaves were signed and {size} are there"));
    }
    let mut frontier = edge(conn, agency, old)?;
    if last.is_some_and(|last| last.root != frontier.root()) {
        return damaged("the hashes that are stored do not give the root that was signed last");
    }
    let mut expected = Expected::new();
    let mut wrong: Option<String> = None;
    let (from, to) = (i64::try_from(old).unwrap_or(i64::MAX), i64::MAX);
    replay::each_leaf(conn, agency, (from, to), |found| {
        let bytes = found.bytes.clone().unwrap_or_default();
        let number = frontier.size();
        let is_stored = found.hash.as_deref() == Some(hex(&leaf_hash(&bytes)).as_bytes());
        let leaf = Leaf::read(&bytes).filter(|leaf| leaf.seq == number && count(found.seq) == number);
        let is_right = leaf.is_some_and(|leaf| {
            is_stored && verify::is_entry(&leaf, &found) && replay::take_in(&mut expected, agency, &leaf)
        });
        if !is_right && wrong.is_none() {
            wrong = Some(format!("leaf {number}"));
        }
        frontier.push(&bytes);
        Ok::<_, SealError>(())
    })?;
    if let Some(wrong) = wrong {
        return damaged(wrong);
    }
    let head = head_of(conn, agency, size)?;
    if (frontier.size(), frontier.root()) != (head.size, head.root) {
        return damaged("the leaves do not give the root that the stored hashes give");
    }
    if let Some(last) = last {
        let proof = consistency(last.size, size, |level, index| stored(conn, agency, level, index))?;
        if !is_consistent((last.size, &last.root), (size, &head.root), &proof) {
            return damaged("the book does not follow the checkpoint that was signed last");
        }
    }
    match wrong_row(conn, &expected)? {
        Some(wrong) => damaged(wrong),
        None => Ok(head),
    }
}

/// The right edge of the tree of the first `size` leaves, from the stored hashes.
pub(super) fn edge(conn: &mut AnyConnection, agency: &str, size: u64) -> Result<Frontier, SealError> {
    let mut peaks = Vec::new();
    for (level, index) in Frontier::places(size) {
        peaks.push(stored(conn, agency, level, index)?);
    }
    Ok(Frontier::of(size, peaks).unwrap_or_default())
}

/// The first row that is not as these leaves say.
fn wrong_row(conn: &mut AnyConnection, expected: &Expected) -> Result<Option<String>, SealError> {
    let mut by_table: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (table, key) in expected.keys() {
        by_table.entry(table).or_default().push(key.clone());
    }
    if by_table.is_empty() {
        return Ok(None);
    }
    let is_sqlite = matches!(conn, AnyConnection::Sqlite(_));
    let known = tables(conn)?;
    for (name, keys) in by_table {
        // A table that a later migration took away has no rows to compare.
        let Some(table) = known.iter().find(|table| table.name == name) else {
            continue;
        };
        let question = digest::question(table, is_sqlite);
        for keys in keys.chunks(append::MOST_ROWS) {
            for row in digest::of_keys(conn, name, &question, keys)? {
                let bound = expected.get(&(name.to_owned(), row.key.clone()));
                if let Some(bound) = bound.filter(|bound| bound.digest != row.digest) {
                    return Ok(Some(format!("row {} of {name}, bound by leaf {}", row.key, bound.leaf)));
                }
            }
        }
    }
    Ok(None)
}

/// Keeps a checkpoint that was signed by the key `named`, and adds it to the log of checkpoints. Gives false, and keeps
/// nothing, when the book names another key meanwhile.
///
/// # Errors
/// When the database fails or is halted.
pub fn keep_checkpoint(
    db: &Db,
    (agency, named): (&AgencyId, Option<&str>),
    head: Head,
    sealed: Sealed,
) -> Result<bool, DbError> {
    let (agency, named) = (agency.clone(), named.map(ToOwned::to_owned));
    db.write(move |conn| {
        if named_last(conn, &agency, KEY)? != named {
            return Ok(false);
        }
        put_checkpoint(conn, agency.as_str(), head, &sealed)?;
        log::log_note(conn, &sealed.note)?;
        Ok::<_, DbError>(true)
    })
}

pub(super) fn put_checkpoint(conn: &mut AnyConnection, book: &str, head: Head, sealed: &Sealed) -> QueryResult<()> {
    diesel::insert_into(ledger_checkpoints::table)
        .values((
            ledger_checkpoints::agency_id.eq(book),
            ledger_checkpoints::size.eq(i64::try_from(head.size).unwrap_or(i64::MAX)),
            ledger_checkpoints::root.eq(hex(&head.root)),
            ledger_checkpoints::note.eq(&sealed.note),
            ledger_checkpoints::at.eq(sealed.at),
        ))
        .execute(conn)
        .map(drop)
}

/// The root over the first `size` leaves of a book; none when it has not as many.
///
/// # Errors
/// When the database fails.
pub fn root_at(conn: &mut AnyConnection, agency: &AgencyId, size: u64) -> QueryResult<Option<Head>> {
    if End::of(conn, agency.as_str())?.size() < size {
        return Ok(None);
    }
    append::head_if_whole(conn, agency.as_str(), size)
}

/// The bytes of a leaf and the proof that it is in the tree of the first `size` leaves.
///
/// # Errors
/// When there is no such leaf, or the database fails.
pub fn leaf_with_proof(
    conn: &mut AnyConnection,
    agency: &AgencyId,
    (seq, size): (u64, u64),
) -> QueryResult<(String, Vec<crate::proofs::Hash>)> {
    use super::schema::ledger_leaves;
    let bytes: String = ledger_leaves::table
        .find((agency, i64::try_from(seq).unwrap_or(i64::MAX)))
        .select(ledger_leaves::bytes)
        .first(conn)?;
    let proof = crate::proofs::inclusion(seq, size, |level, index| stored(conn, agency.as_str(), level, index))?;
    Ok((bytes, proof))
}
