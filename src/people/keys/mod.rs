//! The keys people sign with, and the agency's own that certifies them (Decree 23/2025/NĐ-CP, article 9).

mod actions;
mod agency;
mod certificate;
mod check;
mod schema;
mod signer;
mod store;
mod text;
mod wrap;

pub use actions::attest;
pub use agency::{AgencyKey, is_signed};
pub use certificate::Certified;
pub use check::{KeyFlaw, SignedText, flaws_of_key};
pub use signer::Signer;
pub use store::{KeyShown, agency_key, agency_title, keys_by_id, unattested};
pub use text::{base64, fingerprint, from_base64, from_hex, hex, sha256};

pub(super) use actions::{Rewrapped, keep_rewrapped, rewrap};
pub(super) use certificate::{line, moment};
pub(super) use store::{ensure, retire, unlock};

use crate::db::Guards;

/// The guards of keys: what was certified, attested or retired stays as it was.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
