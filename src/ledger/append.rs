//! Adding entries: each is a row of the readable index and a leaf of the tree, which grows by the nodes it completes.

use super::digest;
use super::leaf::Leaf;
use super::schema::{ledger, ledger_leaves, ledger_nodes};
use super::touched::Touched;
use crate::db::{AnyConnection, DbError};
use crate::kernel::Via;
use crate::proofs::{self, Hash, hex};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};

/// A leaf binds no more rows than this; more are told by leaves that follow.
pub(super) const MOST_ROWS: usize = 1000;

/// What an entry says besides its place and time.
pub(super) struct Line<'a> {
    pub(super) person: Option<&'a str>,
    /// `house` or `stranger`, where there is no person.
    pub(super) kind: &'a str,
    pub(super) via: Via,
    pub(super) act: &'a str,
    pub(super) object: (&'a str, &'a str),
    pub(super) details: Value,
}

impl<'a> Line<'a> {
    /// What the program itself does.
    pub(super) fn house(act: &'a str, object: (&'a str, &'a str), details: Value) -> Self {
        Self {
            person: None,
            kind: "house",
            via: Via::default(),
            act,
            object,
            details,
        }
    }
}

/// The end of an agency's book, where the next leaf goes.
pub(super) struct End {
    agency: String,
    next: u64,
    last: Option<NaiveDateTime>,
}

fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl End {
    pub(super) fn of(conn: &mut AnyConnection, agency: &str) -> QueryResult<Self> {
        let last: Option<(i64, NaiveDateTime)> = ledger::table
            .filter(ledger::agency_id.eq(agency))
            .order(ledger::seq.desc())
            .select((ledger::seq, ledger::at))
            .first(conn)
            .optional()?;
        Ok(Self {
            agency: agency.to_owned(),
            next: last.map_or(0, |(seq, _)| count(seq)),
            last: last.map(|(_, at)| at),
        })
    }

    pub(super) fn size(&self) -> u64 {
        self.next
    }

    pub(super) fn last(&self) -> Option<NaiveDateTime> {
        self.last
    }

    /// Adds an entry with the rows it binds. The first of a book says by which schema it begins.
    pub(super) fn add(
        &mut self,
        conn: &mut AnyConnection,
        at: NaiveDateTime,
        line: &Line<'_>,
        rows: Vec<Value>,
    ) -> Result<(), DbError> {
        if self.next == 0 && line.act != OPENED {
            let schema = digest::of_schema(conn)?;
            self.put(conn, at, &Line::house(OPENED, (SCHEMA, &schema), json!({})), Vec::new())?;
        }
        let mut rest = rows.into_iter();
        self.put(conn, at, line, rest.by_ref().take(MOST_ROWS).collect())?;
        loop {
            let more: Vec<Value> = rest.by_ref().take(MOST_ROWS).collect();
            if more.is_empty() {
                return Ok(());
            }
            self.put(conn, at, &Line::house(CONTINUED, line.object, json!({})), more)?;
        }
    }

    fn put(
        &mut self,
        conn: &mut AnyConnection,
        at: NaiveDateTime,
        line: &Line<'_>,
        rows: Vec<Value>,
    ) -> Result<(), DbError> {
        let not_before = self.last.map_or(at, |last| last.max(at));
        let leaf = Leaf {
            seq: self.next,
            at: not_before,
            clock: (not_before != at).then_some(at),
            actor: line.person.unwrap_or(line.kind).to_owned(),
            via: line.via.clone(),
            act: line.act.to_owned(),
            object: (line.object.0.to_owned(), line.object.1.to_owned()),
            details: line.details.clone(),
            rows,
        };
        diesel::insert_into(ledger::table)
            .values((
                ledger::agency_id.eq(&self.agency),
                ledger::seq.eq(number(self.next.saturating_add(1))),
                ledger::at.eq(not_before),
                ledger::actor_kind.eq(if line.person.is_some() { "person" } else { line.kind }),
                ledger::actor_id.eq(line.person),
                ledger::act.eq(line.act),
                ledger::object_kind.eq(line.object.0),
                ledger::object_id.eq(line.object.1),
                ledger::details.eq(line.details.to_string()),
            ))
            .execute(conn)?;
        grow(conn, &self.agency, self.next, &leaf.bytes())?;
        self.next = self.next.saturating_add(1);
        self.last = Some(not_before);
        Ok(())
    }
}

/// The first leaf of a book.
pub(super) const OPENED: &str = "ledger.opened";
/// More rows of the leaf before.
pub(super) const CONTINUED: &str = "rows.continued";
/// The kind of object under which leaves name the digest of the schema.
pub(super) const SCHEMA: &str = "schema";

/// Adds a leaf to the tree.
pub(super) fn grow(conn: &mut AnyConnection, agency: &str, seq: u64, bytes: &str) -> Result<(), DbError> {
    let hash = proofs::leaf_hash(bytes.as_bytes());
    diesel::insert_into(ledger_leaves::table)
        .values((
            ledger_leaves::agency_id.eq(agency),
            ledger_leaves::seq.eq(number(seq)),
            ledger_leaves::bytes.eq(bytes),
            ledger_leaves::leaf_hash.eq(hex(&hash)),
        ))
        .execute(conn)?;
    let nodes = proofs::completed(seq, hash, |level, index| stored(conn, agency, level, index))?;
    for (level, index, hash) in nodes {
        diesel::insert_into(ledger_nodes::table)
            .values((
                ledger_nodes::agency_id.eq(agency),
                ledger_nodes::idx.eq(number(proofs::stored_index(level, index))),
                ledger_nodes::hash.eq(hex(&hash)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The hash that is stored for a place of the tree.
pub(super) fn stored(conn: &mut AnyConnection, agency: &str, level: u32, index: u64) -> QueryResult<Hash> {
    let text: String = if level == 0 {
        ledger_leaves::table
            .find((agency, number(index)))
            .select(ledger_leaves::leaf_hash)
            .first(conn)?
    } else {
        ledger_nodes::table
            .find((agency, number(proofs::stored_index(level, index))))
            .select(ledger_nodes::hash)
            .first(conn)?
    };
    proofs::from_hex(&text)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| diesel::result::Error::DeserializationError("a stored hash of the ledger is none".into()))
}

/// How a book stands: what a signature is bound to, and what a checkpoint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many leaves it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

pub(super) fn head_of(conn: &mut AnyConnection, agency: &str, size: u64) -> QueryResult<Head> {
    let root = proofs::root(size, |level, index| stored(conn, agency, level, index))?;
    Ok(Head { size, root })
}

/// As [`head_of`]; none when a hash is missing or is none: then the book does not have these leaves as they were signed.
pub(super) fn head_if_whole(conn: &mut AnyConnection, agency: &str, size: u64) -> QueryResult<Option<Head>> {
    match head_of(conn, agency, size) {
        Err(diesel::result::Error::DeserializationError(_)) => Ok(None),
        found => found.optional(),
    }
}

/// Adds the rows that were touched to the books of their agencies: those of the acting agency with its first entry.
pub(super) fn add_all(
    conn: &mut AnyConnection,
    (agency, at): (&str, NaiveDateTime),
    lines: &[Line<'_>],
    mut touched: Touched,
) -> Result<(), DbError> {
    let mut end = End::of(conn, agency)?;
    let mut own = touched.remove(agency).unwrap_or_default();
    for line in lines {
        end.add(conn, at, line, std::mem::take(&mut own))?;
    }
    for (other, rows) in touched {
        let line = Line::house(CONTINUED, ("agency", agency), json!({}));
        End::of(conn, &other)?.add(conn, at, &line, rows)?;
    }
    Ok(())
}
