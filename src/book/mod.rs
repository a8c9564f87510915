//! The book that the ledger is: its keys, its sealed checkpoints, and how anybody verifies it.
//!
//! The tree itself grows in `ledger`. This room keeps what stands outside the database: the key of each agency, the last
//! signed note as a guard against a database that was set back, and the verifier.

mod bundle;
mod check;
mod keys;
mod pages;
mod report;
mod sealer;

pub use bundle::{BundleChecked, BundleError, Known, bundle, check_bundle, pack};
pub use check::{Checked, Outcome, check};
pub use keys::{KeyError, Vault};
pub use pages::doors;
pub use report::{bundle_report, report};
pub use sealer::{Jump, SealFailure, check_guards, grouped, jump, seal, seal_all, start, tell_jump};
