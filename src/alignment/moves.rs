//! Moves of an alignment, and what an alignment costs.

/// One move on an automaton.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// The event does what the model says.
    Sync {
        /// The event, counted from 0.
        event: u32,
    },
    /// The event is one too many.
    Log {
        /// The event, counted from 0.
        event: u32,
    },
    /// The model asks for a step that no event does.
    Model {
        /// The symbol of the step.
        step: u32,
    },
}

/// A trace compared with an automaton.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aligned {
    /// How many deviations there are: moves other than `Sync`. No explanation has fewer.
    pub cost: u32,
    /// The explanation, in order.
    pub moves: Vec<Move>,
}

/// `1 - cost / (events + shortest run)`: from 0 (nothing fits) to 1 (no deviation).
pub fn fitness(cost: u64, events: u64, shortest_run: u64) -> f64 {
    let real = |count: u64| {
        let high = u32::try_from(count >> 32).unwrap_or(u32::MAX);
        let low = u32::try_from(count & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        f64::from(high) * 4_294_967_296.0 + f64::from(low)
    };
    let worst = events.saturating_add(shortest_run);
    if worst > 0 { 1.0 - real(cost) / real(worst) } else { 1.0 }
}
