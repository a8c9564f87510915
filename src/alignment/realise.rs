//! Runs of an automaton played on its net, with the silent transitions that they need.

use std::collections::{HashMap, VecDeque};

use super::{
    automaton::at,
    markings::{Markings, Mixed, NetFault},
    moves::Move,
    net_aligner::NetMove,
};

/// A way from a marking over silent transitions and one with a label: the silent ones, the visible one, the marking.
type Way = (Vec<u32>, u32, u32);

/// The silent transitions before a visible one, and that one; [`u32::MAX`] after the last.
type Step = (Vec<u32>, u32);

/// Plays runs, and remembers from where to where each step led.
pub(super) struct Realiser<'s, 'a> {
    markings: &'s mut Markings<'a>,
    /// The shortest ways by marking and symbol.
    ways: HashMap<(u32, u32), Option<Way>, Mixed>,
    /// The shortest silent ways to a final marking.
    ends: HashMap<u32, Option<Vec<u32>>, Mixed>,
}

impl<'s, 'a> Realiser<'s, 'a> {
    pub(super) fn new(markings: &'s mut Markings<'a>) -> Self {
        Self {
            markings,
            ways: HashMap::default(),
            ends: HashMap::default(),
        }
    }

    /// The moves of an alignment with the transitions that they stand for.
    pub(super) fn realise(&mut self, trace: &[u32], moves: &[Move], finished: bool) -> Result<Vec<NetMove>, NetFault> {
        let visible = |step: &Move| match step {
            Move::Sync { event } => trace.get(at(*event)).copied(),
            Move::Model { step } => Some(*step),
            Move::Log { .. } => None,
        };
        let run: Vec<u32> = moves.iter().filter_map(visible).collect();
        // The shortest way from step to step nearly always leads through; where it does not, all ways are looked at.
        let steps = match self.greedy(&run, finished)? {
            Some(steps) => steps,
            None => self.whole(&run, finished)?.ok_or(NetFault::NoEnd)?,
        };
        let mut silent = steps.into_iter();
        let mut found = Vec::with_capacity(moves.len() + 4);
        for step in moves {
            let mut transition = || {
                let (before, own) = silent.next().unwrap_or_default();
                found.extend(before.into_iter().map(|transition| NetMove::Silent { transition }));
                own
            };
            let own = match *step {
                Move::Sync { event } => NetMove::Sync {
                    event,
                    transition: transition(),
                },
                Move::Model { .. } => NetMove::Model {
                    transition: transition(),
                },
                Move::Log { event } => NetMove::Log { event },
            };
            found.push(own);
        }
        for (rest, _) in silent {
            found.extend(rest.into_iter().map(|transition| NetMove::Silent { transition }));
        }
        Ok(found)
    }

    /// Each step by its shortest way; the last entry holds the silent transitions to the end. `None` when that does
    /// not lead through.
    fn greedy(&mut self, run: &[u32], finished: bool) -> Result<Option<Vec<Step>>, NetFault> {
        let mut marking = 0;
        let mut steps = Vec::with_capacity(run.len() + 1);
        for symbol in run {
            if !self.ways.contains_key(&(marking, *symbol)) {
                let way = self.way(marking, *symbol)?;
                self.ways.insert((marking, *symbol), way);
            }
            let Some(Some((silent, transition, to))) = self.ways.get(&(marking, *symbol)) else {
                return Ok(None);
            };
            steps.push((silent.clone(), *transition));
            marking = *to;
        }
        if !finished {
            return Ok(Some(steps));
        }
        if !self.ends.contains_key(&marking) {
            let end = self.end(marking)?;
            self.ends.insert(marking, end);
        }
        let Some(Some(silent)) = self.ends.get(&marking) else {
            return Ok(None);
        };
        steps.push((silent.clone(), u32::MAX));
        Ok(Some(steps))
    }

    fn way(&mut self, from: u32, symbol: u32) -> Result<Option<Way>, NetFault> {
        let mut seen = Seen::new((0, from));
        while let Some((_, marking)) = seen.next() {
            for place in self.markings.successors(marking)? {
                let Some((transition, target)) = self.markings.successor(place) else {
                    continue;
                };
                match self.symbol(transition) {
                    Some(own) if own == symbol => {
                        let silent = seen.back((0, marking)).into_iter().map(|(_, transition)| transition);
                        return Ok(Some((silent.collect(), transition, target)));
                    }
                    Some(_) => {}
                    None => seen.enter((0, target), (0, marking), transition, false),
                }
            }
        }
        Ok(None)
    }

    fn end(&mut self, from: u32) -> Result<Option<Vec<u32>>, NetFault> {
        let mut seen = Seen::new((0, from));
        while let Some((_, marking)) = seen.next() {
            if self.markings.is_final(marking) {
                let silent = seen.back((0, marking)).into_iter().map(|(_, transition)| transition);
                return Ok(Some(silent.collect()));
            }
            for place in self.markings.successors(marking)? {
                let Some((transition, target)) = self.markings.successor(place) else {
                    continue;
                };
                if self.symbol(transition).is_none() {
                    seen.enter((0, target), (0, marking), transition, false);
                }
            }
        }
        Ok(None)
    }

    /// The whole run by all ways, with the fewest silent transitions.
    fn whole(&mut self, run: &[u32], finished: bool) -> Result<Option<Vec<Step>>, NetFault> {
        let mut seen = Seen::new((0, 0));
        while let Some((done, marking)) = seen.next() {
            if at(done) == run.len() && (!finished || self.markings.is_final(marking)) {
                let mut steps = vec![(Vec::new(), u32::MAX)];
                let mut own = Vec::new();
                for (visible, transition) in seen.back((done, marking)) {
                    own.push(transition);
                    if visible {
                        own.pop();
                        steps.insert(steps.len() - 1, (std::mem::take(&mut own), transition));
                    }
                }
                if let Some(last) = steps.last_mut() {
                    last.0 = own;
                }
                return Ok(Some(steps));
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
        Ok(None)
    }

    fn symbol(&self, transition: u32) -> Option<u32> {
        self.markings
            .play
            .transitions
            .get(at(transition))
            .and_then(|own| own.symbol)
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
