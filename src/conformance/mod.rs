//! Conformance: every case held against the version that was in force at intake (ISO 9001, clause 9.1).
//!
//! `finding`, `judge`, `known`, `severities`, `timing`, `summary`,
//! `figures`, `drawing`, `patterns`, `replay` and `sentence` are pure. Judgements are made when they
//! are asked for, and remembered in memory. Tables: `severity_tables`, `severity_choices`, how much findings weigh.

mod drawing;
mod figures;
mod finding;
mod imports;
mod judge;
mod known;
mod pages;
mod patterns;
mod replay;
mod schema;
mod sentence;
mod severities;
mod store;
mod summary;
mod timing;

pub use finding::{Arg, Finding, FindingKind, Raise, Rule, Severity};
pub use imports::GUARDS as LOG_GUARDS;
pub use judge::{Around, Judge, Judgement, Shapes, Text};
pub use known::{Perspectives, Promise, RoleTexts, Who};
pub use pages::doors;
pub use patterns::GUARDS as AMENDMENT_GUARDS;
pub use replay::{
    CaseResult, Days, Figures, Model, MoveKind, Moves, NetModel, ProcedureModel, Replay, ReplayMove, RoleNames, Teller,
    Told,
};
pub use severities::{Severities, Weight};
pub use store::{Judged, judge_all, set_severities, severities};
pub use summary::{ProcedureTally, Summary, Tally};

use crate::db::Guards;

/// The guards of this room: each change of the table of severities is counted.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
