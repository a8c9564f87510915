//! Periodic review: every document in force is looked at again by its day, and what is to become of it is signed
//! (ISO 9001, clauses 7.5.2 and 7.5.3).
//!
//! `due` is pure. Table: `document_reviews`. When a document is due follows from its text (`review_months`), the day on
//! which it came into force, and the reviews that kept it.

mod actions;
mod due;
mod pages;
mod review;
mod schema;
mod store;

pub use actions::{NewReview, review};
pub use due::{Due, Figures, When, due, figures};
pub use pages::doors;
pub use review::{Review, Verdict};
pub use store::reviews_of;

use crate::db::Guards;

/// What was signed at a review stays as it was.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
