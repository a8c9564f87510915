//! The register of paper: numbered controlled copies with their holders, and copies posted on boards, pages and kiosks
//! (ISO 9001, clause 7.5.3). When a version is replaced or withdrawn, each copy of it that is still out is work to do: the
//! held one comes back, is destroyed or is reported lost; the posted one is replaced or taken down. Nothing is deleted.
//!
//! Table: `document_copies`. What a QR code on paper answers is read from here by the public pages.

mod actions;
mod copy;
mod pages;
mod schema;
mod store;

pub use actions::{NewCopy, close, exchange, issue, proof};
pub use copy::{Copy, CopyId, Holder, Kind, State};
pub use pages::doors;
pub use store::{Due, copy_by_id, due, posted_of};

use crate::db::Guards;

/// The guards of this room: a copy begins as one that is out, ends once, and is never deleted.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
