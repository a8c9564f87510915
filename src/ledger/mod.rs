//! The only way to change anything: a transaction that owes the ledger an entry.
//!
//! Rooms cannot open a transaction for writing. They are handed a [`Work`], and [`change`] rolls back when nothing
//! was recorded in it. A request that is sent twice is one act: [`Claim`]. Tables: `ledger`, `ledger_pen`, `counters`, `request_keys`. It has no pages: showing it is a report.

mod claim;
mod counter;
mod head;
mod schema;
mod work;

pub use claim::{Claim, KEPT, Known, forget_old_requests};
pub use counter::{last_number, next_number};
pub use head::{Head, head};
pub use work::{Entry, LedgerError, Work, change, change_once, read};

use crate::db::Guards;

/// Entries are only ever added: both databases refuse to alter or remove one.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
