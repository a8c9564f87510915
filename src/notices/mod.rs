//! Notices: what has come to be somebody's turn, told once on the page and, by choice, in a letter; and the calendar of
//! what is due (ISO 9001, clauses 7.4 and 7.5.3).
//!
//! `ics` and `write` are pure. Tables: `notices`, `letters`, `notice_settings`. What is whose turn follows from the other
//! rooms and is decided there; this room keeps only what was told to whom, so that it is told once. A round, every minute,
//! compares the two: what is new is told, what is over is marked so. A letter says what is still the reader's turn at the
//! moment when it is sent. `post` is the only place that speaks to a mail server.

mod actions;
mod feed;
mod gather;
mod ics;
mod kind;
mod pages;
mod post;
mod round;
mod schema;
mod store;
mod turn;
mod write;

pub use actions::{NewSettings, confirm, mark_read, renew_feed, retry_failed, send_test, set_settings, stop_feed};
pub use gather::{Told, gather};
pub use ics::{Event, calendar};
pub use kind::{Kind, Letter, LetterState, Mode, Notice, Purpose, Settings};
pub use pages::doors;
pub use post::{Post, PostSettings, Security};
pub use round::{Mail, round};
pub use store::{LetterRow, letters, list, settings, unread};
pub use turn::{Turn, turns};

use crate::db::Guards;

/// What somebody was told stays; a notice goes into one letter at most, and a letter that was sent stays sent.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
