//! Signing, and what a page must have shown before.

mod put;
mod shown;

pub use put::{Covered, Deed, put};
pub(super) use put::{note_refusal, reason_of};
pub use shown::token;
