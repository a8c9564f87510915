//! Reading what lenders signed.

use crate::ledger::Work;
use crate::people::keys::fingerprint;
use crate::people::position::Holder;
use crate::people::schema::position_holders as h;
use crate::people::store;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a lender signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::people) struct SignedLoan {
    /// The statement, word for word.
    pub(in crate::people) statement: String,
    /// The signature, in Base64.
    pub(in crate::people) signature: String,
    /// The key that it was signed with.
    pub(in crate::people) key_id: String,
    /// How many entries the ledger had before.
    pub(in crate::people) ledger_size: i64,
    /// When, UTC.
    pub(in crate::people) at: NaiveDateTime,
    /// The fingerprint of the statement, as people compare it.
    pub(in crate::people) fingerprint: String,
}

/// The row of a loan that is signed: its id, what was signed, and the moment.
type Row = (
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<NaiveDateTime>,
);

fn of_row((id, statement, signature, key_id, ledger_size, at): Row) -> Option<(String, SignedLoan)> {
    let statement = statement?;
    let signed = SignedLoan {
        fingerprint: fingerprint(statement.as_bytes()),
        statement,
        signature: signature?,
        key_id: key_id?,
        ledger_size: ledger_size?,
        at: at?,
    };
    Some((id, signed))
}

/// All power that was ever lent, the oldest first, each with what its lender signed: nothing for what was lent before lenders
/// signed.
///
/// # Errors
/// When the database fails.
pub(in crate::people) fn signed_loans(work: &mut Work<'_>) -> QueryResult<Vec<(Holder, Option<SignedLoan>)>> {
    let agency = work.agency();
    let rows: Vec<Row> = h::table
        .filter(h::agency_id.eq(&agency).and(h::statement.is_not_null()))
        .select((h::id, h::statement, h::signature, h::key_id, h::ledger_size, h::lent_at))
        .load(work.conn)?;
    let mut signed: BTreeMap<String, SignedLoan> = rows.into_iter().filter_map(of_row).collect();
    let loans = store::loans(work)?.into_iter();
    Ok(loans
        .map(|loan| {
            let own = signed.remove(&loan.id);
            (loan, own)
        })
        .collect())
}
