//! What an office owes the people whose data it holds: their requests in time, erasure by two people, an answer to «who
//! saw whose data», and a class and a time of retention for every column (Law 91/2025/QH15, Decree 356/2025/NĐ-CP).
//!
//! Tables: `data_requests`, `data_request_cases`, `data_request_records`. The data themselves are sealed in the room `personal`. `classes` and
//! `clocks` read data files and are pure.

mod actions;
mod classes;
mod clocks;
mod pages;
mod request;
mod schema;
mod store;

pub use actions::handle::{answer, extend, refuse, take};
pub use actions::propose::{approve, propose, propose_retention, reject, retained_records, retained_too_long};
pub use actions::register::{NewRequest, register};
pub use classes::{Class, Column, columns, retention};
pub use clocks::{Clock, clock_of};
pub use pages::doors;
pub use request::{Kind, Named, Request, State};
pub use store::by_number;

use crate::db::Guards;
/// A request stays in the register, and stays closed when it was closed.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
