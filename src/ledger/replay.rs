//! What every bound row must be by the leaves: the last digest of each, and how the rows that are there differ.

use super::catalogue::tables;
use super::digest;
use super::leaf::Leaf;
use super::opening::books;
use crate::db::{AnyConnection, DbError};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use std::collections::{BTreeMap, HashMap};

/// The last that the leaves say about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Whose book says so.
    pub agency: String,
    /// The leaf.
    pub leaf: u64,
    /// The digest; none for a row that went.
    pub digest: Option<String>,
}

/// By table and key.
pub type Expected = HashMap<(String, String), Bound>;

/// A leaf as it is stored, with the entry beside it; bytes as they are, also when they are no text.
#[derive(QueryableByName, Debug)]
pub(super) struct Stored {
    #[diesel(sql_type = BigInt)]
    pub(super) seq: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) bytes: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) hash: Option<Vec<u8>>,
    /// The entry: time, kind of actor, actor, act, kind and id of the object, details.
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) at: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) actor_kind: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) actor_id: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) act: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) object_kind: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) object_id: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) details: Option<Vec<u8>>,
}

const SQLITE: &str = "SELECT v.seq, CAST(v.bytes AS BLOB) AS bytes, CAST(v.leaf_hash AS BLOB) AS hash, \
    CAST(l.at AS BLOB) AS at, CAST(l.actor_kind AS BLOB) AS actor_kind, CAST(l.actor_id AS BLOB) AS actor_id, \
    CAST(l.act AS BLOB) AS act, CAST(l.object_kind AS BLOB) AS object_kind, CAST(l.object_id AS BLOB) AS object_id, \
    CAST(l.details AS BLOB) AS details FROM ledger_leaves v \
    LEFT JOIN ledger l ON l.agency_id = v.agency_id AND l.seq = v.seq + 1 \
    WHERE v.agency_id = ? AND v.seq >= ? AND v.seq < ? ORDER BY v.seq";
const POSTGRES: &str = "SELECT v.seq, convert_to(v.bytes, 'UTF8') AS bytes, convert_to(v.leaf_hash, 'UTF8') AS hash, \
    convert_to(to_char(l.at, 'YYYY-MM-DD HH24:MI:SS.US'), 'UTF8') AS at, \
    convert_to(l.actor_kind, 'UTF8') AS actor_kind, convert_to(l.actor_id, 'UTF8') AS actor_id, \
    convert_to(l.act, 'UTF8') AS act, convert_to(l.object_kind, 'UTF8') AS object_kind, \
    convert_to(l.object_id, 'UTF8') AS object_id, convert_to(l.details, 'UTF8') AS details FROM ledger_leaves v \
    LEFT JOIN ledger l ON l.agency_id = v.agency_id AND l.seq = v.seq + 1 \
    WHERE v.agency_id = $1 AND v.seq >= $2 AND v.seq < $3 ORDER BY v.seq";

/// Goes through the leaves of a book from number `from` to before `to`, one at a time.
pub(super) fn each_leaf<E: From<diesel::result::Error>>(
    conn: &mut AnyConnection,
    agency: &str,
    (from, to): (i64, i64),
    mut see: impl FnMut(Stored) -> Result<(), E>,
) -> Result<(), E> {
    match conn {
        AnyConnection::Sqlite(conn) => {
            let query = diesel::sql_query(SQLITE)
                .bind::<Text, _>(agency)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to);
            for row in query.load_iter::<Stored, diesel::connection::DefaultLoadingMode>(conn)? {
                see(row?)?;
            }
        }
        AnyConnection::Postgres(conn) => {
            let query = diesel::sql_query(POSTGRES)
                .bind::<Text, _>(agency)
                .bind::<BigInt, _>(from)
                .bind::<BigInt, _>(to);
            for row in query.load_iter::<Stored, diesel::pg::PgRowByRowLoadingMode>(conn)? {
                see(row?)?;
            }
        }
    }
    Ok(())
}

/// Takes in what a leaf says about rows; false when it says something that cannot be understood.
pub(super) fn take_in(expected: &mut Expected, agency: &str, leaf: &Leaf) -> bool {
    let mut is_understood = true;
    for bound in leaf.bound() {
        let Some((table, key, digest)) = bound else {
            is_understood = false;
            continue;
        };
        let last = Bound {
            agency: agency.to_owned(),
            leaf: leaf.seq,
            digest: digest.map(ToOwned::to_owned),
        };
        expected.insert((table.to_owned(), key.to_owned()), last);
    }
    is_understood
}

/// What all books say about rows.
pub(super) fn all(conn: &mut AnyConnection) -> Result<Expected, DbError> {
    let mut expected = Expected::new();
    for agency in books(conn)? {
        each_leaf(conn, &agency, (0, i64::MAX), |stored| {
            if let Some(leaf) = Leaf::read(&stored.bytes.unwrap_or_default()) {
                take_in(&mut expected, &agency, &leaf);
            }
            Ok::<_, DbError>(())
        })?;
    }
    Ok(expected)
}

/// How a row differs from what the leaves say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// It says something else.
    Changed,
    /// It is not there.
    Missing,
    /// No leaf knows it.
    Extra,
}

/// A row that is not as the leaves say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowFault {
    /// How it differs.
    pub difference: Difference,
    /// Its table.
    pub table: String,
    /// Its key.
    pub key: String,
    /// Whose it is.
    pub agency: String,
    /// The leaf that bound it last.
    pub leaf: Option<u64>,
}

/// Every row that is not as the leaves say, at most [`MOST`] of them, and how many rows there are.
pub(super) fn faults(
    conn: &mut AnyConnection,
    expected: &Expected,
) -> Result<(Vec<RowFault>, BTreeMap<String, u64>), DbError> {
    let mut seen = std::collections::HashSet::new();
    let mut counts = BTreeMap::new();
    let mut found = Vec::new();
    for table in tables(conn)? {
        let rows = counts.entry(table.name.clone()).or_insert(0_u64);
        digest::each(conn, &table, |row| {
            *rows = rows.saturating_add(1);
            let name = (table.name.clone(), row.key.clone());
            let known = expected.get(&name);
            let leaf = known.map(|bound| bound.leaf);
            let difference = match known.map(|bound| &bound.digest) {
                Some(digest) if *digest == row.digest => None,
                Some(Some(_other)) => Some(Difference::Changed),
                Some(None) | None => Some(Difference::Extra),
            };
            if let Some(difference) = difference
                && found.len() < MOST
            {
                found.push(RowFault {
                    difference,
                    table: table.name.clone(),
                    key: row.key,
                    agency: row.owner,
                    leaf,
                });
            }
            if known.is_some() {
                seen.insert(name);
            }
            Ok::<_, DbError>(())
        })?;
    }
    let missing = expected
        .iter()
        .filter(|(name, bound)| bound.digest.is_some() && !seen.contains(*name))
        .map(|((table, key), bound)| RowFault {
            difference: Difference::Missing,
            table: table.clone(),
            key: key.clone(),
            agency: bound.agency.clone(),
            leaf: Some(bound.leaf),
        });
    found.extend(missing.take(MOST));
    found.sort();
    Ok((found, counts))
}

/// No more faults than this are listed one by one.
const MOST: usize = 1000;

/// The first row that is not as the leaves say.
pub(super) fn compare(conn: &mut AnyConnection, expected: &Expected) -> Result<Option<RowFault>, DbError> {
    Ok(faults(conn, expected)?.0.into_iter().next())
}
