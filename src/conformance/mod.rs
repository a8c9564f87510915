//! Conformance: every case held against the version that was in force at intake (ISO 9001, clause 9.1).
//!
//! `finding`, `judge` and `timing` are pure. No tables: judgements are made when they are asked for.

mod finding;
mod judge;
mod timing;

pub use finding::{Arg, Finding, FindingKind, Rule, Severity};
pub use judge::{JudgeInput, Judgement, Shapes, judge};

use crate::web::Doors;

/// The doors of this room.
pub fn doors(_doors: &mut Doors) {}
