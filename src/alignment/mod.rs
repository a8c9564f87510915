//! What was done against a model, with the fewest deviations that explain it. Pure.
//!
//! A model is a deterministic automaton where it has a small one ([`Automaton`], searched column by column), and a
//! Petri net otherwise ([`NetAligner`], searched marking by marking). Both are exact; where the search of a net would
//! take more than its budget, the answer says so instead of guessing.

mod automaton;
mod bounds;
mod columns;
mod components;
mod markings;
mod moves;
mod net_aligner;
mod realise;
mod search;
mod stubborn;
mod subsets;
#[cfg(test)]
mod tests;
mod values;
mod walk;

pub use automaton::{Automaton, Parts};
pub use columns::{Aligner, align_all};
pub use markings::NetFault;
pub use moves::{Aligned, Move, fitness};
pub use net_aligner::{Budget, NetAligned, NetAligner, NetAnswer, NetMove};
