//! Reading what was signed.

use super::Act;
use super::schema::signed_statements;
use crate::kernel::{PersonId, VersionId};
use crate::ledger::Work;
use crate::people::fingerprint;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// What somebody signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// The id of the statement.
    pub id: String,
    /// The version that it covers.
    pub version_id: VersionId,
    /// The round of review and approval.
    pub round: i64,
    /// What it means.
    pub act: Act,
    /// Who.
    pub person_id: PersonId,
    /// The key that it was signed with.
    pub key_id: String,
    /// SHA-256 of the list of what is covered.
    pub root: String,
    /// The list of what is covered.
    pub manifest: String,
    /// The statement, word for word.
    pub statement: String,
    /// The signature, in Base64.
    pub signature: String,
    /// The statement that it takes back.
    pub refers_to: Option<String>,
    /// How many entries the ledger had before.
    pub ledger_size: i64,
    /// When, UTC.
    pub at: NaiveDateTime,
    /// The fingerprint of the statement, as people compare it.
    pub fingerprint: String,
    /// What a passkey signed over the statement, as JSON; `None` where none did.
    pub passkey: Option<String>,
    /// Whether its signer took it back.
    pub is_taken_back: bool,
}

type Row = (
    (String, VersionId, i64, Act, PersonId, String, String, String),
    (String, String, Option<String>, i64, NaiveDateTime, Option<String>),
);

macro_rules! columns {
    () => {{
        use signed_statements as s;
        (
            (
                s::id,
                s::version_id,
                s::round,
                s::act,
                s::person_id,
                s::key_id,
                s::content_root,
                s::manifest,
            ),
            (
                s::statement,
                s::signature,
                s::refers_to,
                s::ledger_size,
                s::at,
                s::passkey,
            ),
        )
    }};
}

fn of_row(row: Row) -> Signed {
    let (id, version_id, round, act, person_id, key_id, root, manifest) = row.0;
    let (statement, signature, refers_to, ledger_size, at, passkey) = row.1;
    Signed {
        fingerprint: fingerprint(statement.as_bytes()),
        id,
        version_id,
        round,
        act,
        person_id,
        key_id,
        root,
        manifest,
        statement,
        signature,
        refers_to,
        ledger_size,
        at,
        passkey,
        is_taken_back: false,
    }
}

fn mark(mut all: Vec<Signed>) -> Vec<Signed> {
    let taken: BTreeSet<String> = all.iter().filter_map(|one| one.refers_to.clone()).collect();
    for one in &mut all {
        one.is_taken_back = taken.contains(&one.id);
    }
    all
}

/// What was signed of these versions, oldest first.
///
/// # Errors
/// When the database fails.
pub fn of_versions(work: &mut Work<'_>, ids: &[VersionId]) -> QueryResult<Vec<Signed>> {
    let agency = work.agency();
    let rows: Vec<Row> = signed_statements::table
        .filter(
            signed_statements::agency_id
                .eq(&agency)
                .and(signed_statements::version_id.eq_any(ids)),
        )
        .order((signed_statements::at, signed_statements::id))
        .select(columns!())
        .load(work.conn)?;
    Ok(mark(rows.into_iter().map(of_row).collect()))
}

/// One of the statements of a version.
///
/// # Errors
/// `NotFound` when the version has none with this id.
pub fn signed(work: &mut Work<'_>, version: &VersionId, id: &str) -> QueryResult<Signed> {
    let all = of_versions(work, std::slice::from_ref(version))?;
    all.into_iter()
        .find(|one| one.id == id)
        .ok_or(diesel::result::Error::NotFound)
}

/// At most `most` statements of the agency after this id, in the order of their ids: to go through all of them.
///
/// # Errors
/// When the database fails.
pub fn all_after(work: &mut Work<'_>, id: &str, most: i64) -> QueryResult<Vec<Signed>> {
    let agency = work.agency();
    let rows: Vec<Row> = signed_statements::table
        .filter(
            signed_statements::agency_id
                .eq(&agency)
                .and(signed_statements::id.gt(id)),
        )
        .order(signed_statements::id)
        .limit(most)
        .select(columns!())
        .load(work.conn)?;
    Ok(rows.into_iter().map(of_row).collect())
}
