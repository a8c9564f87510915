//! Deterministic automata: what a table of steps and a net have in common once silent steps are gone.

use std::collections::BTreeMap;

/// No state: the symbol is not possible.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What an automaton is made of, one state at a time.
///
/// State 0 is the start. The first `steps` symbols are what a model can do; further symbols are finer readings of them
/// that only events have (a step with a recorded outcome), and lead to fewer runs.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// How many symbols there are.
    pub symbols: usize,
    /// How many of the first symbols the model itself can do.
    pub steps: usize,
    /// For each state, the symbols that are possible and where they lead.
    pub arcs: Vec<Vec<(u32, u32)>>,
    /// For each state, whether a case may end there.
    pub accepting: Vec<bool>,
}

/// A deterministic automaton without states that lead nowhere.
#[derive(Debug, Clone)]
pub struct Automaton {
    symbols: usize,
    states: usize,
    accepting: Vec<bool>,
    /// By symbol, then state.
    next: Vec<u32>,
    /// The model's own moves by state: `(symbol, target)`, lowest symbol first.
    moves: Vec<(u32, u32)>,
    /// Where the moves of each state begin in `moves`, and the end.
    starts: Vec<u32>,
    /// The states, those nearest to an end first: `(state, moves to states before it, moves to states behind it)`.
    order: Vec<u32>,
    /// Moves `(from, to)` that lead to a state behind in `order`.
    back: Vec<(u32, u32)>,
    /// The fewest steps from each state to an end.
    to_end: Vec<u32>,
}

pub(super) fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

pub(super) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl Automaton {
    /// Puts an automaton together and leaves out the states that cannot reach an end.
    ///
    /// Returns `None` when no end can be reached from the start.
    pub fn new(parts: &Parts) -> Option<Self> {
        let to_end = distances(parts);
        if to_end.first().is_none_or(|way| *way == u32::MAX) {
            return None;
        }
        let kept = reachable(parts, &to_end);
        let numbers: BTreeMap<u32, u32> = kept.iter().zip(0..).map(|(old, new)| (*old, new)).collect();
        let states = kept.len();
        let mut own = Self {
            symbols: parts.symbols,
            states,
            accepting: Vec::with_capacity(states),
            next: vec![NOWHERE; parts.symbols.saturating_mul(states)],
            moves: Vec::new(),
            starts: vec![0],
            order: Vec::new(),
            back: Vec::new(),
            to_end: Vec::with_capacity(states),
        };
        for (state, old) in kept.iter().enumerate() {
            let mut arcs: Vec<(u32, u32)> = parts
                .arcs
                .get(at(*old))
                .into_iter()
                .flatten()
                .filter_map(|(symbol, target)| Some((*symbol, *numbers.get(target)?)))
                .collect();
            arcs.sort_unstable();
            for (symbol, target) in arcs {
                if let Some(next) = own
                    .next
                    .get_mut(at(symbol).saturating_mul(states).saturating_add(state))
                {
                    *next = target;
                }
                if at(symbol) < parts.steps {
                    own.moves.push((symbol, target));
                }
            }
            own.starts.push(number(own.moves.len()));
            own.accepting
                .push(parts.accepting.get(at(*old)).copied().unwrap_or(false));
            own.to_end.push(to_end.get(at(*old)).copied().unwrap_or(u32::MAX));
        }
        own.sort();
        Some(own)
    }

    fn sort(&mut self) {
        let mut order: Vec<u32> = (0..number(self.states)).collect();
        order.sort_by_key(|state| self.to_end.get(at(*state)).copied());
        let mut ranks = vec![0; self.states];
        for (rank, state) in order.iter().enumerate() {
            if let Some(own) = ranks.get_mut(at(*state)) {
                *own = rank;
            }
        }
        let mut back = Vec::new();
        for state in 0..number(self.states) {
            for (_, target) in self.moves(state) {
                if ranks.get(at(*target)) > ranks.get(at(state)) {
                    back.push((state, *target));
                }
            }
        }
        back.dedup();
        self.order = order;
        self.back = back;
    }

    /// How many states it has.
    pub fn states(&self) -> usize {
        self.states
    }

    /// How many symbols it knows.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// The fewest steps of a complete run.
    pub fn shortest_run(&self) -> u32 {
        self.to_end.first().copied().unwrap_or(0)
    }

    /// Where a symbol leads from a state; `None` when it is not possible.
    pub fn next(&self, state: u32, symbol: u32) -> Option<u32> {
        self.column(symbol)?
            .get(at(state))
            .copied()
            .filter(|next| *next != NOWHERE)
    }

    /// Whether a case may end in the state.
    pub fn accepts(&self, state: u32) -> bool {
        self.accepting.get(at(state)).copied().unwrap_or(false)
    }

    /// The state after these symbols; `None` when they are not possible in this order.
    pub fn run(&self, symbols: &[u32]) -> Option<u32> {
        symbols.iter().try_fold(0, |state, symbol| self.next(state, *symbol))
    }

    /// The model's own moves in a state, lowest symbol first.
    pub(super) fn moves(&self, state: u32) -> &[(u32, u32)] {
        let start = self.starts.get(at(state)).copied().map_or(0, at);
        let end = self.starts.get(at(state).saturating_add(1)).copied().map_or(0, at);
        self.moves.get(start..end).unwrap_or_default()
    }

    /// Where a symbol leads, by state.
    pub(super) fn column(&self, symbol: u32) -> Option<&[u32]> {
        let start = at(symbol).checked_mul(self.states)?;
        self.next.get(start..start.checked_add(self.states)?)
    }

    pub(super) fn order(&self) -> &[u32] {
        &self.order
    }

    pub(super) fn back(&self) -> &[(u32, u32)] {
        &self.back
    }

    pub(super) fn accepting(&self) -> &[bool] {
        &self.accepting
    }

    /// The most steps that any state needs to an end.
    pub(super) fn longest_way(&self) -> u32 {
        self.to_end.iter().copied().max().unwrap_or(0)
    }
}

/// The fewest model moves from each state to an end.
fn distances(parts: &Parts) -> Vec<u32> {
    let states = parts.arcs.len();
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); states];
    for (state, arcs) in parts.arcs.iter().enumerate() {
        for (_, target) in arcs.iter().filter(|(symbol, _)| at(*symbol) < parts.steps) {
            if let Some(list) = before.get_mut(at(*target)) {
                list.push(number(state));
            }
        }
    }
    let mut to_end = vec![u32::MAX; states];
    let mut level: Vec<u32> = (0..number(states))
        .filter(|state| parts.accepting.get(at(*state)) == Some(&true))
        .collect();
    let mut distance = 0;
    while !level.is_empty() {
        let mut further = Vec::new();
        for state in level {
            if let Some(own) = to_end.get_mut(at(state)).filter(|own| **own == u32::MAX) {
                *own = distance;
                further.extend(before.get(at(state)).into_iter().flatten().copied());
            }
        }
        level = further;
        distance += 1;
    }
    to_end
}

/// The states that the start leads to and from which an end can be reached, in the order of a breadth-first search.
fn reachable(parts: &Parts, to_end: &[u32]) -> Vec<u32> {
    let useful = |state: u32| to_end.get(at(state)).is_some_and(|way| *way < u32::MAX);
    let mut seen = vec![false; parts.arcs.len()];
    let mut found = Vec::new();
    let mut enter = |state: u32, found: &mut Vec<u32>| {
        if let Some(own) = seen.get_mut(at(state)).filter(|own| !**own && useful(state)) {
            *own = true;
            found.push(state);
        }
    };
    enter(0, &mut found);
    let mut done = 0;
    while let Some(state) = found.get(done).copied() {
        done += 1;
        for (_, target) in parts.arcs.get(at(state)).into_iter().flatten() {
            enter(*target, &mut found);
        }
    }
    found
}
