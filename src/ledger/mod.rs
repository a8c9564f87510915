//! The only way to change anything: a transaction that owes the ledger an entry, and the tree that proves the entries.
//!
//! Rooms cannot open a transaction for writing. They are handed a [`Work`], and [`change`] rolls back when nothing
//! was recorded in it. Each entry is a leaf of its agency's Merkle tree, in the same transaction; the leaf binds every row
//! that the change touched by its digest, so that a row that anybody alters past the program is found and named.
//! A request that is sent twice is one act: [`Claim`]. Tables: `ledger`, `ledger_leaves`, `ledger_nodes`, `ledger_checkpoints`,
//! `ledger_cosignatures`, `ledger_pen`, `counters`, `request_keys`. Its keys,
//! commands and pages are in `book`.

mod append;
mod catalogue;
mod claim;
mod counter;
mod digest;
mod entries;
mod export;
mod extent;
mod leaf;
mod log;
mod opening;
mod replay;
mod schema;
mod seal;
mod touched;
mod verify;
mod work;

pub use append::Head;
pub use catalogue::OUTSIDE;
pub use claim::{Claim, KEPT, Known, forget_old_requests};
pub use counter::{last_number, next_number};
pub use entries::{EntryFilter, EntryRow, entries};
pub use export::{Export, export};
pub use extent::{gaps, sizes};
pub use leaf::Leaf;
pub use log::{
    Anchor, Cosignature, LOG, cosignatures, keep_cosignature, keep_log_checkpoint, log_consistency, log_root,
    log_sealed, log_size, recheck_log,
};
pub use opening::OPENING;
pub use replay::{Bound, Difference, Expected, RowFault};
pub use seal::{
    BookState, SealError, Sealed, book_state, has_checkpoint, keep_checkpoint, key_leaf, leaf_with_proof, named_keys,
    recheck, root_at,
};
pub use verify::{
    Chain, CheckpointFault, Fault, KEY, KEY_CHANGED, KEY_NAMED, KEY_REPLACED, LOG_KEY, LOG_KEY_CHANGED, LOG_KEY_NAMED,
    LOG_KEY_REPLACED, LeafFault, Verification, key_change_text, succeeds, verify,
};
pub use work::{Entry, LedgerError, Work, change, change_once, head, read, tell_others};

use crate::db::Guards;

/// Entries are only ever added: both databases refuse to alter or remove one.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
