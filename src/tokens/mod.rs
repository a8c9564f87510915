//! Signatures made with the tokens of others: CMS and signed PDF, judged by given roots and a given time
//! (Decree 23/2025/NĐ-CP; RFC 5652, RFC 5280, RFC 3161, RFC 6960, ETSI EN 319 142). Pure.
//!
//! Nothing here trusts what it is given. Values are read as slices of the bytes that were hashed; whatever is not
//! understood is refused, and each refusal has its own reason.

mod algorithm;
mod certificate;
mod chain;
mod cms;
mod der;
mod judge;
mod oid;
mod pdf;
mod reason;
mod revocation;
mod stamp;

pub use chain::{RootShown, Roots};
pub use judge::{Judged, Verdict, is_signed_at_all, judge_detached, judge_pdf};
pub use reason::{Reason, Refused, Revocation, TimeFrom};

/// Whether a file is a PDF by its first bytes.
pub fn is_pdf(file: &[u8]) -> bool {
    file.starts_with(b"%PDF-")
}
