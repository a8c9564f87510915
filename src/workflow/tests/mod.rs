//! Tests of the room: samples, one for each problem code, live moves, and properties of random tables.

mod alignments;
mod checks;
mod live;
mod net;
pub(crate) mod properties;
pub(crate) mod samples;
mod to_net;

use super::{Alignment, Done, Workflow};

/// The alignment with a table that has one.
fn align(workflow: &Workflow, events: &[Done<'_>], finished: bool) -> Alignment {
    super::align(workflow, events, finished).unwrap()
}
