//! Readers: whoever is assigned to a step says of each version in force that he or she has read and understood it
//! (ISO 9001, clauses 7.3 and 7.5.3).
//!
//! `asked` is pure. Tables: `acknowledgements`, `reading_reminders`. Who is asked follows from the assignments of the day
//! and is stored nowhere: a newly assigned official is asked at once, and who left is asked no more.

mod actions;
mod asked;
mod pages;
mod schema;
mod store;

pub use actions::{Whom, acknowledge, acknowledge_all, remind};
pub use asked::{Reader, Reading, Unread, readings, unread};
pub use pages::doors;
pub use store::Acknowledged;

use crate::db::Guards;

/// That somebody has read a version is only ever added.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
