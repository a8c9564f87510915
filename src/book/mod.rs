//! The book that the ledger is: its keys, its sealed checkpoints, and how anybody verifies it.
//!
//! The tree itself grows in `ledger`. This room keeps what stands outside the database: the key of each agency, the last
//! signed note as a guard against a database that was set back, and the verifier.

mod anchors;
mod bundle;
mod check;
mod clock;
mod guard;
mod keys;
mod pages;
mod proven;
mod report;
mod reports;
mod sealer;
mod succession;
mod witness;

pub use bundle::{BundleChecked, BundleError, Known, bundle, check_bundle, pack};
pub use check::{Checked, Outcome, check};
pub use clock::{Jump, jump, tell_jump};
pub use guard::{Lost, Refusal, check_guards, losses, refusal};
pub use keys::{KeyError, Vault};
pub use pages::{doors, last_mark, serve_witness};
pub use proven::{Approval, ProofFault, Proven, approval_proof, check_proof, proof_report};
pub use report::{bundle_report, report};
pub use reports::{is_signed_report, sign_report};
pub use sealer::{SealFailure, grouped, mark, seal, seal_all, seal_log, start};
pub use succession::{KeepFailure, Two, Whose, change_key, recover, replace_key};
pub use witness::{
    Answer, AskFault, Light, LightShown, Seen, Ward, WardError, Witness, ask, is_fresh, light, logs_of, post, seen,
    watch,
};
