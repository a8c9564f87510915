//! The program as people use it: the demo office in headless Chromium, each page tried with axe on a desk and a phone.
//!
//! `axe.min.js` is axe-core 4.14.1 of Deque, unchanged, under the Mozilla Public License 2.0 (its head says where the
//! licence is). Pictures of all pages are left in `target/screenshots`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    unreachable_pub,
    reason = "a test may stop at the first surprise, and nobody imports a test"
)]

mod driver;
mod imports;
mod journey;
mod markdown;
mod office;
mod pages;
mod passkeys;
#[path = "../it/support/program.rs"]
mod program;
#[path = "../it/support/rounds.rs"]
mod rounds;
mod tour;
#[path = "../it/edge/vectors.rs"]
mod vectors;
