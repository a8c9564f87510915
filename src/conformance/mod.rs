//! Conformance: every case held against the version that was in force at intake (ISO 9001, clause 9.1).
//!
//! `finding`, `judge`, `timing`, `summary`, `figures`, `drawing` and `sentence` are pure. No tables: judgements are made when they are asked
//! for, and remembered in memory.

mod drawing;
mod figures;
mod finding;
mod judge;
mod known;
mod pages;
mod replay;
mod sentence;
mod severities;
mod store;
mod summary;
mod timing;

pub use finding::{Arg, Finding, FindingKind, Raise, Rule, Severity};
pub use judge::{Around, Judge, Judgement, Shapes, Text};
pub use known::{Perspectives, Promise, RoleTexts, Who};
pub use pages::doors;
pub use replay::{
    CaseResult, Days, Figures, Model, MoveKind, NetModel, ProcedureModel, Replay, ReplayMove, RoleNames, Teller, Told,
};
pub use severities::{Severities, Weight};
pub use store::{Judged, judge_all};
pub use summary::{ProcedureTally, Summary, Tally};
