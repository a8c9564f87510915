//! Runs of an automaton played on its net, with the silent transitions that they need.

use std::collections::{HashMap, VecDeque};

use super::{
    automaton::{at, number},
    markings::{Markings, Mixed, NetFault},
    moves::Move,
    net_aligner::NetMove,
};

/// A way from a marking over silent transitions to one with a label, or to the end.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// Where the silent transitions stand in `silent`.
    from: u32,
    to: u32,
    /// The visible transition, and the marking behind it.
    transition: u32,
    marking: u32,
}

/// The symbol of the way to the end of the case.
const END: u32 = u32::MAX;

/// Plays runs, and remembers from where to where each step led.
pub(super) struct Realiser<'s, 'a> {
    markings: &'s mut Markings<'a>,
    /// The shortest ways by marking and symbol.
    ways: HashMap<(u32, u32), Option<Way>, Mixed>,
    silent: Vec<NetMove>,
}

impl<'s, 'a> Realiser<'s, 'a> {
    pub(super) fn new(markings: &'s mut Markings<'a>) -> Self {
        Self {
            markings,
            ways: HashMap::default(),
            silent: Vec::new(),
        }
    }

    /// The moves of an alignment with the transitions that they stand for.
    pub(super) fn realise(&mut self, trace: &[u32], moves: &[Move], finished: bool) -> Result<Vec<NetMove>, NetFault> {
        // The shortest way from step to step nearly always leads through; where it does not, all ways are looked at.
        match self.greedy(trace, moves, finished)? {
            Some(found) => Ok(found),
            None => self.whole(trace, moves, finished),
        }
    }

    /// Each step by its shortest way; `None` when that does not lead through.
    fn greedy(&mut self, trace: &[u32], moves: &[Move], finished: bool) -> Result<Option<Vec<NetMove>>, NetFault> {
        let mut found = Vec::with_capacity(moves.len() + moves.len() / 2 + 4);
        let mut marking = 0;
        for step in moves {
            let (symbol, event) = match *step {
                Move::Log { event } => {
                    found.push(NetMove::Log { event });
                    continue;
                }
                Move::Sync { event } => (trace.get(at(event)).copied().unwrap_or(END), Some(event)),
                Move::Model { step } => (step, None),
            };
            let Some(way) = self.way(marking, symbol)? else {
                return Ok(None);
            };
            found.extend_from_slice(self.silent.get(at(way.from)..at(way.to)).unwrap_or_default());
            found.push(visible(event, way.transition));
            marking = way.marking;
        }
        if finished {
            let Some(way) = self.way(marking, END)? else {
                return Ok(None);
            };
            found.extend_from_slice(self.silent.get(at(way.from)..at(way.to)).unwrap_or_default());
        }
        Ok(Some(found))
    }

    fn way(&mut self, marking: u32, symbol: u32) -> Result<Option<Way>, NetFault> {
        if let Some(known) = self.ways.get(&(marking, symbol)) {
            return Ok(*known);
        }
        let way = self.search(marking, symbol)?;
        self.ways.insert((marking, symbol), way);
        Ok(way)
    }

    fn search(&mut self, start: u32, symbol: u32) -> Result<Option<Way>, NetFault> {
        let mut seen = Seen::new((0, start));
        while let Some((_, marking)) = seen.next() {
            if symbol == END && self.markings.is_final(marking) {
                return Ok(Some(self.keep(&seen, marking, (u32::MAX, marking))));
            }
            for place in self.markings.successors(marking)? {
                let Some((transition, target)) = self.markings.successor(place) else {
                    continue;
                };
                match self.symbol(transition) {
                    Some(own) if own == symbol => return Ok(Some(self.keep(&seen, marking, (transition, target)))),
                    Some(_) => {}
                    None => seen.enter((0, target), (0, marking), transition, false),
                }
            }
        }
        Ok(None)
    }

    fn keep(&mut self, seen: &Seen, last: u32, (transition, marking): (u32, u32)) -> Way {
        let from = number(self.silent.len());
        let silent = seen
            .back((0, last))
            .into_iter()
            .map(|(_, transition)| NetMove::Silent { transition });
        self.silent.extend(silent);
        Way {
            from,
            to: number(self.silent.len()),
            transition,
            marking,
        }
    }

    /// The whole run by all ways, with the fewest silent transitions.
    fn whole(&mut self, trace: &[u32], moves: &[Move], finished: bool) -> Result<Vec<NetMove>, NetFault> {
        let symbol = |step: &Move| match *step {
            Move::Sync { event } => trace.get(at(event)).copied(),
            Move::Model { step } => Some(step),
            Move::Log { .. } => None,
        };
        let run: Vec<u32> = moves.iter().filter_map(symbol).collect();
        let mut played = self.play(&run, finished)?.into_iter();
        let mut found = Vec::with_capacity(moves.len() + 4);
        for step in moves {
            let event = match *step {
                Move::Log { event } => {
                    found.push(NetMove::Log { event });
                    continue;
                }
                Move::Sync { event } => Some(event),
                Move::Model { .. } => None,
            };
            for (is_visible, transition) in played.by_ref() {
                if is_visible {
                    found.push(visible(event, transition));
                    break;
                }
                found.push(NetMove::Silent { transition });
            }
        }
        found.extend(played.map(|(_, transition)| NetMove::Silent { transition }));
        Ok(found)
    }

    /// The transitions of a run, and whether each is visible.
    fn play(&mut self, run: &[u32], finished: bool) -> Result<Vec<(bool, u32)>, NetFault> {
        let mut seen = Seen::new((0, 0));
        while let Some((done, marking)) = seen.next() {
            if at(done) == run.len() && (!finished || self.markings.is_final(marking)) {
                return Ok(seen.back((done, marking)));
            }
            let wanted = run.get(at(done)).copied();
            for place in self.markings.successors(marking)? {
                let Some((transition, target)) = self.markings.successor(place) else {
                    continue;
                };
                match self.symbol(transition) {
                    None => seen.enter((done, target), (done, marking), transition, false),
                    Some(own) if Some(own) == wanted => {
                        seen.enter((done + 1, target), (done, marking), transition, true);
                    }
                    Some(_) => {}
                }
            }
        }
        Err(NetFault::NoEnd)
    }

    fn symbol(&self, transition: u32) -> Option<u32> {
        self.markings
            .play
            .transitions
            .get(at(transition))
            .and_then(|own| own.symbol)
    }
}

fn visible(event: Option<u32>, transition: u32) -> NetMove {
    match event {
        Some(event) => NetMove::Sync { event, transition },
        None => NetMove::Model { transition },
    }
}

type Point = (u32, u32);

/// Points `(steps done, marking)` in the order in which a breadth-first search meets them. Visible steps are as long as
/// silent ones: a run has a fixed number of them.
struct Seen {
    open: VecDeque<Point>,
    came: HashMap<Point, Option<(Point, u32, bool)>, Mixed>,
}

impl Seen {
    fn new(start: Point) -> Self {
        Self {
            open: VecDeque::from([start]),
            came: HashMap::from_iter([(start, None)]),
        }
    }

    fn next(&mut self) -> Option<Point> {
        self.open.pop_front()
    }

    fn enter(&mut self, point: Point, from: Point, transition: u32, visible: bool) {
        if let std::collections::hash_map::Entry::Vacant(own) = self.came.entry(point) {
            own.insert(Some((from, transition, visible)));
            self.open.push_back(point);
        }
    }

    /// The transitions that led to a point, and whether each is visible.
    fn back(&self, mut point: Point) -> Vec<(bool, u32)> {
        let mut way = Vec::new();
        while let Some(Some((from, transition, visible))) = self.came.get(&point) {
            way.push((*visible, *transition));
            point = *from;
        }
        way.reverse();
        way
    }
}
