//! Beyond one case: which deviations repeat, what changed with a new version, what practice says about the text.
//!
//! `stats`, `repeats`, `spans`, `drift`, `habit`, `other`, `practice`, `proposals` and `amend` are pure. Table: `amendments`, the
//! drafts that were opened from practice.

mod actions;
mod amend;
mod drift;
mod habit;
mod other;
mod practice;
mod proposals;
mod repeats;
mod schema;
mod spans;
mod stats;
mod store;
#[cfg(test)]
mod tests;

pub(super) use actions::{Evidence, Opening, open_amendment};
pub(super) use drift::{Drift, LEAST, Measured, ShareChange, Sides, ValueChange, drift};
pub(super) use habit::{Habit, habit};
pub(super) use practice::{Practice, practice};
pub(super) use proposals::{Change, LEAST_CASES, LEAST_TIMES, Proposal, proposals};
pub(super) use repeats::{LEAST_CASES as LEAST_REPEATS, Month, Repeat, Repeats, repeats};
pub(super) use stats::Share;
pub(super) use store::{Amendment, amendment, amendments};

use crate::db::Guards;

/// What a draft was opened on stays as it was.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
