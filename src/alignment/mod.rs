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

pub use automaton::{Automaton, Parts};
pub use markings::NetFault;
pub use moves::{Aligned, Move, fitness};
pub use net_aligner::{Budget, NetAligned, NetAligner, NetAnswer, NetMove};

/// Aligns traces (symbols of the automaton) exactly: those that are `finished` with a complete run, others with the
/// beginning of one.
///
/// Among alignments with equally few deviations it takes the one with the fewest separate places of deviation; then
/// what the model asks for comes as early as possible, the lowest symbol first, and an event is taken as fitting rather
/// than as one too many. The answers are in the order of the traces; an answer depends on its own trace only.
pub fn align_all(automaton: &Automaton, traces: &[&[u32]], finished: bool) -> Vec<Aligned> {
    columns::align_all(automaton, traces, finished)
}
