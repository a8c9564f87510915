//! What becomes of a key when its person's password is another.

mod attest;
mod rewrap;

pub use attest::attest;
pub(in crate::people) use rewrap::{Rewrapped, keep_rewrapped, rewrap};
