//! The fewest deviations that explain the events of a case, as a list of moves.

use super::{
    compile::{Node, Workflow},
    position::Done,
    search::{DEVIATION, Point, Search},
};

/// One move of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// The event does what the table says.
    Sync {
        /// The event, counted from 0.
        event: usize,
        /// Its row.
        row: usize,
    },
    /// The event is one too many.
    Log {
        /// The event, counted from 0.
        event: usize,
        /// Its row, if the table has it.
        row: Option<usize>,
    },
    /// The table asks for a row that no event does.
    Model {
        /// The row.
        row: usize,
    },
}

/// A case compared with its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    /// How many deviations there are: moves other than `Sync`. No explanation has fewer.
    pub cost: u32,
    /// The explanation, in order. Its events spell the case, its other rows a way through the table.
    pub moves: Vec<Move>,
    /// The fewest rows that a complete case can have.
    pub shortest_run: u32,
}

impl Alignment {
    /// From 0 (nothing fits) to 1 (no deviation): `1 - cost / (events + shortest run)`.
    pub fn fitness(&self) -> f64 {
        let events = self
            .moves
            .iter()
            .filter(|step| !matches!(step, Move::Model { .. }))
            .count();
        let worst = f64::from(u32::try_from(events).unwrap_or(u32::MAX)) + f64::from(self.shortest_run);
        if worst > 0.0 {
            1.0 - f64::from(self.cost) / worst
        } else {
            1.0
        }
    }
}

/// Compares the events of a case with its workflow, exactly.
///
/// A finished case must reach an end; an unfinished one is compared as far as it came. Among explanations with equally
/// few deviations it takes the one with the fewest separate places of deviation; then rows that were left out come as
/// early as possible, the upper row of the table first, and an event is taken as fitting rather than as one too many.
/// The choice does not depend on how states are numbered.
pub fn align(workflow: &Workflow, events: &[Done<'_>], finished: bool) -> Alignment {
    let mut search = Search::new(workflow, events);
    search.run(finished);
    let moves = search.walk();
    let cost = moves.iter().filter(|step| !matches!(step, Move::Sync { .. })).count();
    Alignment {
        cost: u32::try_from(cost).unwrap_or(u32::MAX),
        moves,
        shortest_run: workflow.shortest_run(),
    }
}

impl<'a> Search<'a> {
    /// The moves of the best explanation. It keeps all states that the moves so far allow, so that only moves decide.
    fn walk(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        let mut at = Front {
            events: 0,
            deviating: false,
            value: 0,
            states: vec![0],
        };
        at.value = self
            .value(Point {
                events: 0,
                state: 0,
                deviating: false,
            })
            .unwrap_or(0);
        while at.events < self.events.len() || at.value > 0 {
            self.leave_out(&mut at);
            let step = self.model(&at).or_else(|| self.sync(&at)).or_else(|| self.log(&at));
            let Some((step, next)) = step else { break };
            moves.push(step);
            at = next;
        }
        moves
    }

    /// Adds the states after optional rows that a best explanation leaves out.
    fn leave_out(&self, at: &mut Front) {
        let mut done = 0;
        while let Some(node) = at.states.get(done).and_then(|state| self.workflow.node(*state)) {
            for skip in &node.skips {
                if !at.states.contains(skip) && self.value(at.point(*skip)) == Some(at.value) {
                    at.states.push(*skip);
                }
            }
            done += 1;
        }
    }

    fn model(&self, at: &Front) -> Option<(Move, Front)> {
        let value = at.value.checked_sub(at.deviation())?;
        let next = Front {
            deviating: true,
            value,
            ..at.without_states()
        };
        let doings = self.nodes(at).flat_map(|node| &node.doings);
        let best: Vec<_> = doings
            .filter(|doing| self.value(next.point(doing.target)) == Some(value))
            .collect();
        let row = best.iter().map(|doing| doing.row).min()?;
        let states = best
            .iter()
            .filter(|doing| doing.row == row)
            .map(|doing| doing.target)
            .collect();
        Some((Move::Model { row }, next.with_states(states)))
    }

    fn sync(&self, at: &Front) -> Option<(Move, Front)> {
        let event = self.events.get(at.events)?;
        let next = Front {
            events: at.events + 1,
            deviating: false,
            ..at.without_states()
        };
        let doings = self
            .nodes(at)
            .flat_map(|node| &node.doings)
            .filter(|doing| event.fits(doing.row, doing.way));
        let states: Vec<usize> = doings
            .map(|doing| doing.target)
            .filter(|target| self.value(next.point(*target)) == Some(at.value))
            .collect();
        let row = event.row.filter(|_| !states.is_empty())?;
        Some((Move::Sync { event: at.events, row }, next.with_states(states)))
    }

    fn log(&self, at: &Front) -> Option<(Move, Front)> {
        let event = self.events.get(at.events)?;
        let value = at.value.checked_sub(at.deviation())?;
        let next = Front {
            events: at.events + 1,
            deviating: true,
            value,
            ..at.without_states()
        };
        let states: Vec<usize> = at
            .states
            .iter()
            .copied()
            .filter(|state| self.value(next.point(*state)) == Some(value))
            .collect();
        let step = Move::Log {
            event: at.events,
            row: event.row,
        };
        (!states.is_empty()).then(|| (step, next.with_states(states)))
    }

    fn nodes(&self, at: &Front) -> impl Iterator<Item = &'a Node> {
        at.states.iter().filter_map(|state| self.workflow.node(*state))
    }
}

/// Points that differ only in their state and have one value.
struct Front {
    events: usize,
    deviating: bool,
    value: u64,
    states: Vec<usize>,
}

impl Front {
    fn point(&self, state: usize) -> Point {
        Point {
            events: self.events,
            state,
            deviating: self.deviating,
        }
    }

    /// What one more deviation costs here.
    fn deviation(&self) -> u64 {
        DEVIATION + u64::from(!self.deviating)
    }

    fn without_states(&self) -> Self {
        Self {
            states: Vec::new(),
            ..*self
        }
    }

    fn with_states(mut self, mut states: Vec<usize>) -> Self {
        states.sort_unstable();
        states.dedup();
        self.states = states;
        self
    }
}
