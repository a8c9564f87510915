//! What was done against a model, with the fewest deviations that explain it. Pure.

mod automaton;
mod columns;
mod moves;

pub use automaton::{Automaton, Parts};
pub use moves::{Aligned, Move, fitness};

/// Aligns traces (symbols of the automaton) exactly: those that are `finished` with a complete run, others with the
/// beginning of one.
///
/// Among alignments with equally few deviations it takes the one with the fewest separate places of deviation; then
/// what the model asks for comes as early as possible, the lowest symbol first, and an event is taken as fitting rather
/// than as one too many. The answers are in the order of the traces; an answer depends on its own trace only.
pub fn align_all(automaton: &Automaton, traces: &[&[u32]], finished: bool) -> Vec<Aligned> {
    columns::align_all(automaton, traces, finished)
}
