//! Runs of an automaton played on its net, with the silent transitions that they need.
//!
//! A run may be played in several ways, that differ in silent transitions and in what lies open afterwards. All of them
//! are followed at once, in layers: the markings that the visible steps so far may have led to, each with the silent
//! transitions that it took more than the cheapest. Layers and what leads from one to the next are remembered, so that
//! a step of a further run is one look-up forwards and one back.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    automaton::{at, number},
    markings::{Markings, Mixed, NetFault},
    moves::Move,
    net_aligner::NetMove,
};

/// A marking of a layer, and the silent transitions that it took more than the cheapest of the layer. They are in this
/// order, the cheapest first.
type Point = (u32, u32);

/// What leads to a point of a layer.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// The point of the layer before, by its place there.
    point: u32,
    /// Where the silent transitions from there stand in `silent`.
    from: u32,
    to: u32,
    /// The visible transition; the last silent ones of a run have none.
    transition: u32,
}

/// A visible step from a layer to the next, with an origin for each point of that.
#[derive(Debug, Clone, Copy)]
struct Step {
    layer: u32,
    /// Where the origins of its points begin.
    from: u32,
}

/// What is not known yet.
const UNKNOWN: u32 = u32::MAX;
/// More than so much is not remembered from run to run.
const KEPT: usize = 1 << 22;

/// What was found out about layers.
#[derive(Debug, Default)]
struct Layers {
    points: Vec<Vec<Point>>,
    numbers: HashMap<Vec<Point>, u32, Mixed>,
    /// The step by layer and symbol; the symbol after the last is the end of the case.
    next: Vec<u32>,
    steps: Vec<Step>,
    origins: Vec<Origin>,
    silent: Vec<u32>,
}

/// Plays runs, and remembers from where to where each step led.
#[derive(Debug)]
pub(super) struct Realiser<'a> {
    pub(super) markings: Markings<'a>,
    layers: Layers,
    /// The steps of the run, then their origins from the last to the first.
    path: Vec<u32>,
    origins: Vec<Origin>,
}

impl<'a> Realiser<'a> {
    pub(super) fn new(markings: Markings<'a>) -> Self {
        Self {
            markings,
            layers: Layers::default(),
            path: Vec::new(),
            origins: Vec::new(),
        }
    }

    /// The moves of an alignment with the transitions that they stand for, and the fewest silent ones.
    pub(super) fn realise(&mut self, trace: &[u32], moves: &[Move], finished: bool) -> Result<Vec<NetMove>, NetFault> {
        if self.layers.next.len() + self.layers.origins.len() * 4 > KEPT {
            self.layers = Layers::default();
        }
        let end = number(self.markings.play.labels.len());
        let symbol = |step: &Move| match *step {
            Move::Sync { event } => trace.get(at(event)).copied(),
            Move::Model { step } => Some(step),
            Move::Log { .. } => None,
        };
        let mut layer = self.layers.number(vec![(0, 0)], end);
        self.path.clear();
        for symbol in moves.iter().filter_map(symbol).chain(finished.then_some(end)) {
            let (place, step) = self.step(layer, symbol)?;
            layer = step.layer;
            self.path.push(place);
        }
        // The first point of a layer is the cheapest.
        self.origins.clear();
        let mut point = 0;
        for place in self.path.iter().rev() {
            let step = self.layers.steps.get(at(*place)).copied();
            let origin = step.and_then(|step| self.layers.origins.get(at(step.from) + at(point)));
            let origin = origin.copied().ok_or(NetFault::NoEnd)?;
            point = origin.point;
            self.origins.push(origin);
        }
        Ok(self.tell(moves))
    }

    /// The moves by the origins that were found.
    fn tell(&mut self, moves: &[Move]) -> Vec<NetMove> {
        let silent: u32 = self.origins.iter().map(|origin| origin.to - origin.from).sum();
        let mut found = Vec::with_capacity(moves.len() + at(silent));
        let pass = |origin: Origin, found: &mut Vec<NetMove>| {
            let silent = self.layers.silent.get(at(origin.from)..at(origin.to));
            let silent = silent.into_iter().flatten();
            found.extend(silent.map(|transition| NetMove::Silent {
                transition: *transition,
            }));
        };
        for step in moves {
            let event = match *step {
                Move::Log { event } => {
                    found.push(NetMove::Log { event });
                    continue;
                }
                Move::Sync { event } => Some(event),
                Move::Model { .. } => None,
            };
            let Some(origin) = self.origins.pop() else { break };
            pass(origin, &mut found);
            let transition = origin.transition;
            found.push(match event {
                Some(event) => NetMove::Sync { event, transition },
                None => NetMove::Model { transition },
            });
        }
        if let Some(origin) = self.origins.pop() {
            pass(origin, &mut found);
        }
        found
    }

    fn step(&mut self, layer: u32, symbol: u32) -> Result<(u32, Step), NetFault> {
        let symbols = self.markings.play.labels.len() + 1;
        let place = at(layer) * symbols + at(symbol);
        let known = self.layers.next.get(place).copied().unwrap_or(UNKNOWN);
        if let Some(step) = self.layers.steps.get(at(known)) {
            return Ok((known, *step));
        }
        let step = self.search(layer, symbol)?;
        let made = number(self.layers.steps.len());
        self.layers.steps.push(step);
        if let Some(own) = self.layers.next.get_mut(place) {
            *own = made;
        }
        Ok((made, step))
    }

    /// All that a layer leads to by a symbol, over the fewest silent transitions.
    fn search(&mut self, layer: u32, symbol: u32) -> Result<Step, NetFault> {
        let mut ways = Ways::from(self.layers.points.get(at(layer)).map_or(&[], Vec::as_slice));
        let end = number(self.markings.play.labels.len());
        let (mut reached, mut seen) = (Vec::new(), HashSet::<u32, Mixed>::default());
        let from = number(self.layers.origins.len());
        while let Some((count, way, marking)) = ways.next() {
            if symbol == end {
                if self.markings.is_final(marking) {
                    self.layers.keep(&ways, way, UNKNOWN);
                    break;
                }
                self.silent(&mut ways, (count, way, marking), |_, _| ())?;
                continue;
            }
            let mut visible = Vec::new();
            self.silent(&mut ways, (count, way, marking), |own, arc| {
                if own == symbol {
                    visible.push(arc);
                }
            })?;
            for (transition, target) in visible {
                if seen.insert(target) {
                    reached.push((target, count));
                    self.layers.keep(&ways, way, transition);
                }
            }
        }
        let least = reached.first().map_or(0, |(_, count)| *count);
        for (_, count) in &mut reached {
            *count -= least;
        }
        Ok(Step {
            layer: self.layers.number(reached, end),
            from,
        })
    }

    /// Goes on over the silent transitions that are possible, and names the others with their symbols.
    fn silent(
        &mut self,
        ways: &mut Ways,
        (count, way, marking): (u32, u32, u32),
        mut visible: impl FnMut(u32, (u32, u32)),
    ) -> Result<(), NetFault> {
        for place in self.markings.successors(marking)? {
            let Some((transition, target)) = self.markings.successor(place) else {
                continue;
            };
            let own = self.markings.play.transitions.get(at(transition));
            match own.and_then(|own| own.symbol) {
                Some(symbol) => visible(symbol, (transition, target)),
                None => ways.enter(count + 1, (way, transition), target),
            }
        }
        Ok(())
    }
}

impl Layers {
    fn number(&mut self, points: Vec<Point>, end: u32) -> u32 {
        let made = number(self.points.len());
        let own = *self.numbers.entry(points).or_insert_with_key(|points| {
            self.points.push(points.clone());
            made
        });
        if own == made {
            self.next.resize(self.next.len() + at(end) + 1, UNKNOWN);
        }
        own
    }

    fn keep(&mut self, ways: &Ways, way: u32, transition: u32) {
        let from = self.silent.len();
        let point = ways.back(way, &mut self.silent);
        self.silent.get_mut(from..).unwrap_or_default().reverse();
        self.origins.push(Origin {
            point,
            from: number(from),
            to: number(self.silent.len()),
            transition,
        });
    }
}

/// Ways over silent transitions from the points of a layer, those with the fewest first.
struct Ways {
    /// What is to be looked at, by the number of silent transitions, in the order of meeting.
    waiting: BTreeMap<u32, Vec<(Came, u32)>>,
    /// What was looked at.
    ways: Vec<Came>,
    seen: HashSet<u32, Mixed>,
    level: (u32, std::vec::IntoIter<(Came, u32)>),
}

/// How a marking was come to: as a point of the layer, or on a way by a silent transition.
#[derive(Debug, Clone, Copy)]
enum Came {
    Point(u32),
    Silent(u32, u32),
}

impl Ways {
    fn from(points: &[Point]) -> Self {
        let mut waiting: BTreeMap<u32, Vec<(Came, u32)>> = BTreeMap::new();
        for (place, (marking, more)) in (0..).zip(points) {
            waiting.entry(*more).or_default().push((Came::Point(place), *marking));
        }
        Self {
            waiting,
            ways: Vec::new(),
            seen: HashSet::default(),
            level: (0, Vec::new().into_iter()),
        }
    }

    /// The next marking that was not met before: its silent transitions, its way, and itself.
    fn next(&mut self) -> Option<(u32, u32, u32)> {
        loop {
            let Some((came, marking)) = self.level.1.next() else {
                let (count, level) = self.waiting.pop_first()?;
                self.level = (count, level.into_iter());
                continue;
            };
            if self.seen.insert(marking) {
                self.ways.push(came);
                return Some((self.level.0, number(self.ways.len() - 1), marking));
            }
        }
    }

    fn enter(&mut self, count: u32, (way, transition): (u32, u32), target: u32) {
        if !self.seen.contains(&target) {
            let level = self.waiting.entry(count).or_default();
            level.push((Came::Silent(way, transition), target));
        }
    }

    /// Writes the silent transitions of a way, the last first, and names the point where it began.
    fn back(&self, mut way: u32, silent: &mut Vec<u32>) -> u32 {
        loop {
            match self.ways.get(at(way)) {
                Some(Came::Silent(before, transition)) => {
                    silent.push(*transition);
                    way = *before;
                }
                Some(Came::Point(point)) => return *point,
                None => return 0,
            }
        }
    }
}
