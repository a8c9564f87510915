//! How the ledger of an agency stands: what a signature is bound to.

use super::schema::ledger;
use super::work::Work;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// How the ledger of an agency stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many entries it has.
    pub size: u64,
    /// A hash over the last of them.
    pub root: [u8; 32],
}

/// The ledger of the acting agency before the entries of this change.
///
/// # Errors
/// When the database fails.
pub fn head(work: &mut Work<'_>) -> QueryResult<Head> {
    type Row = (i64, NaiveDateTime, Option<String>, String, String, String, String);
    let agency = work.agency();
    let last: Option<Row> = ledger::table
        .filter(ledger::agency_id.eq(&agency))
        .order(ledger::seq.desc())
        .select((
            ledger::seq,
            ledger::at,
            ledger::actor_id,
            ledger::act,
            ledger::object_kind,
            ledger::object_id,
            ledger::details,
        ))
        .first(work.conn)
        .optional()?;
    let size = last.as_ref().map_or(0, |row| u64::try_from(row.0).unwrap_or(0));
    let entry = last.map(|row| format!("{row:?}")).unwrap_or_default();
    Ok(Head {
        size,
        root: Sha256::digest(entry.as_bytes()).into(),
    })
}
