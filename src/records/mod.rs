//! Forms that were filled on a screen, kept as records: each says on which version of its form it was made, and stays as
//! it was filled; what is corrected is a new record that names the one it replaces (ISO 9001, clauses 7.5.2 and 7.5.3).
//!
//! Table: `form_records`. A form outside of cases is filled on its own page; one that a step of a case names, on the page
//! of that case, by the room of cases. A form is always filled on its version in force: a procedure names its forms by
//! their codes alone, so that a form that the law changed is used from its day on, also in cases that are under way.

mod actions;
mod pages;
mod paper;
mod record;
mod schema;
mod sealed;
mod store;

pub use actions::{Filling, NotKept, fill, fill_in_case, form_in_force, forms_in_force, record};
pub use pages::{Asked, FillPage, OfCaseShown, again_typed, doors, of_case_shown, refilled};
pub use record::{Filled, FormInForce, OfCase, Record};
pub use sealed::{Asking, carry_over, opened, opened_of_case};
pub use store::{of_case, outside, outside_before};

use crate::db::Guards;

/// What was filled in stays as it was.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
