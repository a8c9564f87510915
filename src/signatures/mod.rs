//! Statements that people sign with their own keys: what was signed, what it means, and whether it still holds
//! (ISO 9001, clause 7.5; Decree 23/2025/NĐ-CP, article 9).
//!
//! Table: `signed_statements`. What a statement covers (a version, its sheet, its files) the room says that asks for it.

mod actions;
mod check;
mod pages;
mod schema;
mod statement;
mod store;

pub use actions::{Covered, Deed, put, token};
pub use check::{Flaw, check, export};
pub use pages::{confirmed, noted, signing};
pub use statement::{Statement, preview};
pub use store::{Signed, all_after, of_versions, signed};

use crate::db::Guards;

/// The guards of this room: a statement that was signed stays as it is.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};

crate::kernel::text_enum! {
    /// What a signature means, as its statement says it.
    Act {
        /// The text was read and found right.
        Reviewed = "soat-xet",
        /// The text shall come into force.
        Approved = "phe-duyet",
        /// The text was approved and is issued with an edition.
        Issued = "ban-hanh",
        /// The text goes back to its author.
        Returned = "tra-lai",
        /// The version goes out of force without a successor.
        Withdrawn = "dong-y-huy-bo",
        /// The document was looked at, and this is to become of it.
        Confirmed = "xac-nhan",
        /// The own signature given before holds no more.
        TakenBack = "rut-chu-ky",
    }
}
