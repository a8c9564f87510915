//! Who is responsible for which role of the steps: positions or people, for all procedures or one, from a day until a
//! day, by a decision with its number (ISO 9001, clause 5.3).
//!
//! Table: `assignments`. The roles themselves are words of `documents`. Who *performs* a step is a matter of `cases`;
//! whether it was right, of `conformance`.

mod actions;
mod book;
mod coverage;
mod pages;
mod roster;
mod schema;
mod store;

pub use actions::{NewAssignment, assign, end};
pub use book::{Assignee, Assignment, Book, Cover, Standing};
pub use coverage::{Figures, coverage};
pub use pages::doors;
pub use roster::{Duty, Roster};
pub use store::book;
