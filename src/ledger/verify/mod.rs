//! Verification of a database: every leaf, node, checkpoint, entry and bound row, and the schema.

mod chain;
mod fault;
mod keys;

pub use chain::Chain;
pub use fault::{CheckpointFault, Fault, LeafFault};
pub use keys::{
    KEY, KEY_CHANGED, KEY_NAMED, KEY_REPLACED, LOG_KEY, LOG_KEY_CHANGED, LOG_KEY_NAMED, LOG_KEY_REPLACED,
    key_change_text, succeeds,
};

use super::append::count;
use super::leaf::Leaf;
use super::log::LOG;
use super::opening::books;
use super::replay::{self, Expected, Stored};
use super::{digest, schema};
use crate::db::{AnyConnection, Db, DbError};
use crate::proofs::{Hash, Note, NoteKey, cosigned_at, stored_index};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use std::collections::BTreeMap;

/// Leaves are read in pages of this many.
const PAGE: i64 = 2000;

/// What a verification of a database found.
pub struct Verification {
    /// Every book as it was read.
    pub books: Vec<Chain>,
    /// The log of checkpoints, where there is one.
    pub log: Option<Chain>,
    /// Everything that is wrong, at most a thousand in each book and among the rows.
    pub faults: Vec<Fault>,
    /// How many rows of each bound table were compared; empty when rows were left out.
    pub rows: BTreeMap<String, u64>,
}

/// Verifies the database as it stands at one moment. Without `rows`, the rows of the rooms' tables and the file itself are
/// left out, which is quick.
///
/// # Errors
/// When the database cannot be read to its end.
pub fn verify(db: &Db, rows: bool) -> Result<Verification, DbError> {
    db.read(|conn| {
        begin(conn)?;
        let done = verify_all(conn, rows);
        diesel::sql_query("ROLLBACK").execute(conn)?;
        done
    })
}

/// Begins to look at one moment of the database.
pub(super) fn begin(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query("BEGIN").execute(conn)?,
        AnyConnection::Postgres(conn) => {
            diesel::sql_query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(conn)?
        }
    };
    Ok(())
}

fn verify_all(conn: &mut AnyConnection, rows: bool) -> Result<Verification, DbError> {
    let mut expected = Expected::new();
    let mut chains = Vec::new();
    let found = digest::of_schema(conn)?;
    let mut faults = Vec::new();
    for agency in all_books(conn)? {
        let mut chain = Chain::new(&agency);
        read_book(conn, &mut chain, &mut expected)?;
        if chain.schema.as_deref() != Some(found.as_str()) {
            faults.push(Fault::Schema { agency });
        }
        chains.push(chain);
    }
    let log = read_log(conn, &mut chains)?;
    for chain in chains.iter().chain(&log) {
        faults.extend(chain.faults.iter().cloned());
    }
    let mut counted = BTreeMap::new();
    if rows {
        let (wrong, counts) = replay::faults(conn, &expected)?;
        faults.extend(wrong.into_iter().map(Fault::Row));
        counted = counts;
        if let AnyConnection::Sqlite(conn) = conn {
            faults.extend(check_file(conn)?);
        }
    }
    Ok(Verification {
        books: chains,
        log,
        faults,
        rows: counted,
    })
}

/// Reads the log of checkpoints, and holds the books against it.
fn read_log(conn: &mut AnyConnection, books: &mut [Chain]) -> Result<Option<Chain>, DbError> {
    let mut keys: Vec<NoteKey> = Vec::new();
    for key in books.iter().flat_map(Chain::log_keys) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut log = Chain::of_log(keys);
    read_book(conn, &mut log, &mut Expected::new())?;
    chain::compare_log(&mut log, books);
    for (size, witness, line, note) in super::log::all_cosignatures(conn)? {
        let key = NoteKey::read(&witness);
        let seen = key.and_then(|key| cosigned_at(&Note::read(&(note + &line))?, &key));
        if !matches!(seen, Ok(Some(_))) {
            let what = CheckpointFault::Cosignature;
            let (agency, size) = (LOG.to_owned(), count(size));
            log.tell(Fault::Checkpoint { agency, size, what });
        }
    }
    let is_there = log.size() > 0 || log.checkpoints > 0 || !log.faults.is_empty();
    Ok(is_there.then_some(log))
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

fn check_file(conn: &mut SqliteConnection) -> Result<Vec<Fault>, DbError> {
    let said: Vec<Said> = diesel::sql_query("SELECT integrity_check AS said FROM pragma_integrity_check").load(conn)?;
    let wrong = said.into_iter().map(|line| line.said).filter(|line| line != "ok");
    Ok(wrong.map(Fault::File).collect())
}

/// The books that have entries, and those that have leaves without any.
fn all_books(conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    use schema::ledger_leaves;
    let mut found = books(conn)?;
    let mut after = String::new();
    loop {
        let next: Option<String> = ledger_leaves::table
            .filter(ledger_leaves::agency_id.gt(&after))
            .select(diesel::dsl::min(ledger_leaves::agency_id))
            .first(conn)?;
        let Some(next) = next else { break };
        if !found.contains(&next) {
            found.push(next.clone());
        }
        after = next;
    }
    let sealed: Vec<String> = schema::ledger_checkpoints::table
        .select(schema::ledger_checkpoints::agency_id)
        .distinct()
        .load(conn)?;
    found.extend(sealed);
    found.retain(|book| book != LOG);
    found.sort();
    found.dedup();
    Ok(found)
}

fn text(bytes: Option<&Vec<u8>>) -> Option<&str> {
    std::str::from_utf8(bytes?).ok()
}

/// Whether the readable entry says what the leaf says.
pub(super) fn is_entry(leaf: &Leaf, stored: &Stored) -> bool {
    let at = text(stored.at.as_ref()).and_then(|at| NaiveDateTime::parse_from_str(at, "%Y-%m-%d %H:%M:%S%.f").ok());
    let actor = match text(stored.actor_kind.as_ref()) {
        Some("person") => text(stored.actor_id.as_ref()),
        kind => kind.filter(|_| stored.actor_id.is_none()),
    };
    let details = stored.details.as_ref().and_then(|bytes| {
        let read = serde_json::from_slice::<serde_json::Value>(bytes);
        read.ok().or_else(|| text(Some(bytes)).map(serde_json::Value::from))
    });
    at.is_some_and(|at| at == leaf.at || Some(at) == leaf.clock)
        && actor == Some(leaf.actor.as_str())
        && text(stored.act.as_ref()) == Some(leaf.act.as_str())
        && text(stored.object_kind.as_ref()) == Some(leaf.object.0.as_str())
        && text(stored.object_id.as_ref()) == Some(leaf.object.1.as_str())
        && details.as_ref() == Some(&leaf.details)
}

fn read_book(conn: &mut AnyConnection, chain: &mut Chain, expected: &mut Expected) -> Result<(), DbError> {
    let agency = chain.agency.clone();
    let mut from = 0_i64;
    loop {
        let to = from.saturating_add(PAGE);
        let notes = checkpoints(conn, &agency, (from, to))?;
        let mut notes = notes.into_iter().peekable();
        let mut nodes: Vec<(u64, Hash)> = Vec::new();
        let before = chain.size();
        replay::each_leaf(conn, &agency, (from, to), |stored| {
            let bytes = stored.bytes.clone().unwrap_or_default();
            let number = chain.size();
            let (leaf, completed) = chain.leaf(
                count(stored.seq),
                &bytes,
                stored.hash.as_deref().or(Some(&[])),
                expected,
            );
            nodes.extend(
                completed
                    .into_iter()
                    .map(|(level, index, hash)| (stored_index(level, index), hash)),
            );
            if leaf.is_some_and(|leaf| !is_entry(&leaf, &stored)) {
                let what = LeafFault::Entry;
                chain.tell(Fault::Leaf {
                    agency: agency.clone(),
                    seq: number,
                    what,
                });
            }
            while let Some(note) = notes.next_if(|note| count(note.size) <= chain.size()) {
                let said = text(note.note.as_ref()).unwrap_or_default().to_owned();
                chain.checkpoint(count(note.size), note.root.as_deref().or(Some(&[])), &said);
            }
            Ok::<_, DbError>(())
        })?;
        for note in notes {
            let what = CheckpointFault::Size;
            chain.tell(Fault::Checkpoint {
                agency: agency.clone(),
                size: count(note.size),
                what,
            });
        }
        compare_nodes(conn, chain, (before, &nodes))?;
        if chain.size() == before {
            break;
        }
        from = to;
    }
    compare_ends(conn, chain)
}

#[derive(QueryableByName)]
struct Signed {
    #[diesel(sql_type = BigInt)]
    size: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    root: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    note: Option<Vec<u8>>,
}

/// The checkpoints of sizes after `from` up to `to`.
fn checkpoints(conn: &mut AnyConnection, agency: &str, (from, to): (i64, i64)) -> QueryResult<Vec<Signed>> {
    match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query(
            "SELECT size, CAST(root AS BLOB) AS root, CAST(note AS BLOB) AS note FROM ledger_checkpoints \
             WHERE agency_id = ? AND size > ? AND size <= ? ORDER BY size",
        )
        .bind::<Text, _>(agency)
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(to)
        .load(conn),
        AnyConnection::Postgres(conn) => diesel::sql_query(
            "SELECT size, convert_to(root, 'UTF8') AS root, convert_to(note, 'UTF8') AS note FROM ledger_checkpoints \
             WHERE agency_id = $1 AND size > $2 AND size <= $3 ORDER BY size",
        )
        .bind::<Text, _>(agency)
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(to)
        .load(conn),
    }
}

#[derive(QueryableByName)]
struct Node {
    #[diesel(sql_type = BigInt)]
    idx: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    hash: Option<Vec<u8>>,
}

/// Compares the stored nodes with those that a page of leaves completes.
fn compare_nodes(
    conn: &mut AnyConnection,
    chain: &mut Chain,
    (before, made): (u64, &[(u64, Hash)]),
) -> Result<(), DbError> {
    let first = i64::try_from(stored_index(0, before)).unwrap_or(i64::MAX);
    // After the last leaf comes whatever stands there although no leaf completes it.
    let is_end = chain.size() == before;
    let last = if is_end {
        i64::MAX
    } else {
        i64::try_from(stored_index(0, chain.size())).unwrap_or(i64::MAX)
    };
    let agency = chain.agency.clone();
    let stored: Vec<Node> = match conn {
        AnyConnection::Sqlite(conn) => diesel::sql_query(
            "SELECT idx, CAST(hash AS BLOB) AS hash FROM ledger_nodes \
             WHERE agency_id = ? AND idx >= ? AND idx < ? ORDER BY idx LIMIT 5000",
        )
        .bind::<Text, _>(&agency)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(last)
        .load(conn)?,
        AnyConnection::Postgres(conn) => diesel::sql_query(
            "SELECT idx, convert_to(hash, 'UTF8') AS hash FROM ledger_nodes \
             WHERE agency_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx LIMIT 5000",
        )
        .bind::<Text, _>(&agency)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(last)
        .load(conn)?,
    };
    let stored: BTreeMap<u64, Option<Hash>> = stored
        .into_iter()
        .map(|node| (count(node.idx), node.hash.as_deref().and_then(chain::hash_of)))
        .collect();
    let made: BTreeMap<u64, Option<Hash>> = made.iter().map(|(place, hash)| (*place, Some(*hash))).collect();
    if stored != made {
        chain.tell(Fault::Leaf {
            agency,
            seq: before,
            what: LeafFault::Node,
        });
    }
    Ok(())
}

/// As many entries as leaves, and nothing beyond the last that was read.
fn compare_ends(conn: &mut AnyConnection, chain: &mut Chain) -> Result<(), DbError> {
    use schema::{ledger, ledger_checkpoints, ledger_leaves};
    let agency = chain.agency.clone();
    let leaves: i64 = ledger_leaves::table
        .filter(ledger_leaves::agency_id.eq(&agency))
        .count()
        .get_result(conn)?;
    let entries: i64 = ledger::table
        .filter(ledger::agency_id.eq(&agency))
        .count()
        .get_result(conn)?;
    let beyond: Option<i64> = ledger_checkpoints::table
        .filter(ledger_checkpoints::agency_id.eq(&agency))
        .select(diesel::dsl::max(ledger_checkpoints::size))
        .first(conn)?;
    let size = chain.size();
    if count(leaves) != size {
        chain.tell(Fault::Leaf {
            agency: agency.clone(),
            seq: size,
            what: LeafFault::Missing,
        });
    }
    if count(entries) > size {
        chain.tell(Fault::Leaf {
            agency: agency.clone(),
            seq: size,
            what: LeafFault::NoLeaf,
        });
    }
    if let Some(beyond) = beyond.map(count).filter(|beyond| *beyond > size) {
        chain.tell(Fault::Checkpoint {
            agency,
            size: beyond,
            what: CheckpointFault::Size,
        });
    }
    Ok(())
}
