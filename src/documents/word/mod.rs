//! Word files that people bring in: read, kept, reviewed, made into drafts or left.

mod actions;
mod file;
mod schema;
mod store;

pub(super) use actions::read_again;
pub use actions::{NewWord, bring_in, leave, make_draft};
pub use file::{Trouble, WordFile, WordState};
pub(super) use store::{LIST_PAGE, list, word_file};
