//! Backup, recovery, and their rehearsal: one file that holds the whole installation, taken while people work.
//!
//! A backup is a [`crate::bundle`]: the database as it was at one moment, and every attached file that it names. What comes
//! first is what it is of ([`Manifest`]), without any personal data. It is written beside its place, made durable, read
//! again from the first byte to the last, and only then given its name: a file with the name of a backup is a whole one.
//! The keys that sign the ledger are not in it, nor the checkpoints that are kept outside the database: who can take the
//! backup away must not be able to sign, and a restored database is held against checkpoints that it did not bring along.
//!
//! `keep`, `manifest` and `report` are pure. Table: `backup_runs`, what was taken and rehearsed, with its result.

mod actions;
mod check;
mod draft;
mod drill;
mod fault;
mod keep;
mod keys;
mod manifest;
mod pages;
mod plan;
mod report;
mod restore;
mod schema;
mod scratch;
mod source;
mod space;
mod store;
mod take;

pub use actions::{Did, ask, record};
pub use check::{Problem, ProblemKind, check_restored};
pub use drill::{DrillKeys, DrillOrder, drill};
pub use fault::BackupFault;
pub use keep::{Keep, name_of, newest, taken_at};
pub use keys::{KeysOrder, KeysTaken, newest_keys, restore_keys, take_keys};
pub use manifest::{AgencySize, Manifest, Storage};
pub use pages::doors;
pub use plan::{Around, Plan, Signer, round};
pub use report::{KeysTried, Report};
pub use restore::{RestoreOrder, Restored, restore};
pub use source::Passphrase;
pub use store::{Cause, Kind, Run, RunState, Standing, runs, standing};
pub use take::{Order, Taken, take};

use crate::db::{Db, DbError, Guards};

/// Opens a database, migrated and with the guards of every room; how, `app` knows.
pub type Open<'a> = &'a dyn Fn(&str) -> Result<Db, DbError>;

/// A result stays as it was recorded.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
