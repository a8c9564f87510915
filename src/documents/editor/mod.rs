//! The editor of a version: what is typed in its form, the document that this says, and what is wrong with it.
//!
//! A [`Sheet`] holds every cell as it was typed, so that nothing half-written is lost when a row is added or moved.
//! `reading` turns it into a [`Source`](crate::procedures::Source), `writing` the other way round.

mod grid;
mod hours;
mod problems;
mod reading;
mod rules;
mod sheet;
#[cfg(test)]
mod tests;
mod writing;

pub(in crate::documents) use grid::{Deed, apply};
pub(in crate::documents) use hours::CellWords;
pub(in crate::documents) use problems::{Found, problems};
pub(in crate::documents) use reading::{Read, Slip, read};
pub(in crate::documents) use sheet::Sheet;
pub(in crate::documents) use writing::sheet_of;
