//! A book as it stands at one moment, for somebody outside: leaves, notes, and the digests of the rows they bind.

use super::catalogue::tables;
use super::log::{self, Anchor};
use super::replay;
use super::schema::ledger_checkpoints;
use super::{digest, verify};
use crate::db::{AnyConnection, Db, DbError};
use crate::kernel::AgencyId;
use diesel::prelude::*;

/// A book as it stands at one moment. No row is in it, only digests: no personal data leave the office with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// The bytes of every leaf, in order.
    pub leaves: Vec<Vec<u8>>,
    /// Every signed note, in order.
    pub notes: Vec<String>,
    /// Every bound row of the agency: table, key, digest.
    pub rows: Vec<(String, String, String)>,
    /// That its checkpoints stand in the log of checkpoints.
    pub anchors: Vec<Anchor>,
}

/// The book of an agency.
///
/// # Errors
/// When the database fails.
pub fn export(db: &Db, agency: &AgencyId) -> Result<Export, DbError> {
    db.read(|conn| {
        verify::begin(conn)?;
        let done = export_in(conn, agency);
        diesel::sql_query("ROLLBACK").execute(conn)?;
        done
    })
}

fn export_in(conn: &mut AnyConnection, agency: &AgencyId) -> Result<Export, DbError> {
    let mut leaves = Vec::new();
    replay::each_leaf(conn, agency.as_str(), (0, i64::MAX), |stored| {
        leaves.push(stored.bytes.unwrap_or_default());
        Ok::<_, DbError>(())
    })?;
    let notes: Vec<String> = ledger_checkpoints::table
        .filter(ledger_checkpoints::agency_id.eq(agency))
        .order(ledger_checkpoints::size)
        .select(ledger_checkpoints::note)
        .load(conn)?;
    let mut rows = Vec::new();
    for table in tables(conn)? {
        digest::each(conn, &table, |row| {
            if row.owner == agency.as_str() {
                rows.push((table.name.clone(), row.key, row.digest.unwrap_or_default()));
            }
            Ok::<_, DbError>(())
        })?;
    }
    rows.sort();
    let anchors = log::anchors(conn, &notes)?;
    Ok(Export {
        leaves,
        notes,
        rows,
        anchors,
    })
}
