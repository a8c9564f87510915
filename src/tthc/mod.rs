//! The catalogue of administrative procedures (thủ tục hành chính, TTHC) that the office carries out, and how far its
//! procedures cover them (ISO 9001, clauses 4.3 and 8.1: the system covers all of them).
//!
//! `entry`, `coverage`, `sheet`, `heads` and `rows` are pure. Table: `administrative_procedures`. Which procedure covers which is
//! said by the texts in force (`[[tthc]]`) and stored nowhere else; one procedure may cover several.

mod actions;
mod coverage;
mod entry;
mod heads;
mod pages;
mod rows;
mod schema;
mod sheet;
mod store;

pub use actions::{Brought, NewEntry, add, bring_in, edit};
pub use coverage::{Coverage, Covered, FieldRate, Figures, State, Stray, StrayReason, coverage, figures};
pub use entry::{Entry, Level, Reception};
pub use pages::doors;
pub use rows::{RowFault, read_rows};
pub use sheet::{Cell, Line, SheetFault, read_sheet};
pub use store::{by_code, entries};

use crate::db::Guards;

/// An administrative procedure ends, and is never deleted; its code names the same one for good.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
