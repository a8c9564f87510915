//! Conformance: every case held against the version that was in force at intake (ISO 9001, clause 9.1).
//!
//! `finding`, `judge`, `timing`, `summary` and `sentence` are pure. No tables: judgements are made when they are asked
//! for, and remembered in memory.

mod finding;
mod judge;
mod pages;
mod sentence;
mod store;
mod summary;
mod timing;

pub use finding::{Arg, Finding, FindingKind, Rule, Severity};
pub use judge::{JudgeInput, Judgement, Shapes, judge};
pub use pages::doors;
pub use store::{Judged, judge_all};
pub use summary::{ProcedureTally, Summary, Tally};
