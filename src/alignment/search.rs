//! The exact search on the markings of a net, for nets without a small automaton: A* with the bounds of components.

use std::collections::{HashMap, VecDeque};

use super::{
    automaton::{at, number},
    bounds::Bounds,
    markings::{Markings, Mixed},
    net_aligner::{NetAligned, NetMove},
    stubborn::{Goal, Stubborn},
};

/// How the search came to a point.
#[derive(Debug, Clone, Copy)]
enum Via {
    Start,
    Sync(u32),
    Log,
    Model(u32),
    Silent(u32),
}

/// A point: so many events explained, in a marking.
#[derive(Debug, Clone, Copy)]
struct Point {
    event: u32,
    marking: u32,
    cost: u32,
    before: u32,
    via: Via,
    done: bool,
}

/// What a search found.
#[derive(Debug)]
pub(super) enum Found {
    /// A best alignment.
    Best(NetAligned),
    /// The budget was used up; the cost is at least this.
    AtLeast(u32),
    /// No final marking can be reached.
    NoEnd,
}

/// The search of one trace.
pub(super) struct Search<'s, 'a> {
    markings: &'s mut Markings<'a>,
    trace: &'s [u32],
    bounds: Bounds,
    stubborn: &'s Stubborn,
    points: Vec<Point>,
    numbers: HashMap<(u32, u32), u32, Mixed>,
    /// Open points by what their alignment costs at least.
    open: Vec<VecDeque<u32>>,
    /// Whether a marking with too many tokens was passed over.
    cut: bool,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(super) fn new(
        markings: &'s mut Markings<'a>,
        stubborn: &'s Stubborn,
        bounds: Bounds,
        trace: &'s [u32],
    ) -> Self {
        Self {
            markings,
            stubborn,
            trace,
            bounds,
            points: Vec::new(),
            numbers: HashMap::default(),
            open: Vec::new(),
            cut: false,
        }
    }

    /// Searches until a best alignment is found (of a `finished` trace, to a final marking) or `budget` points were met.
    pub(super) fn run(mut self, budget: usize, finished: bool) -> Found {
        self.offer(Point {
            event: 0,
            marking: 0,
            cost: 0,
            before: 0,
            via: Via::Start,
            done: false,
        });
        let (mut level, mut turn) = (0, 0_u32);
        while level < self.open.len() {
            turn = turn.wrapping_add(1);
            // Mostly straight ahead; now and then the oldest, for a net without bound leads ahead without end.
            let next = self.open.get_mut(level).and_then(|open| match turn % 256 {
                0 => open.pop_front(),
                _ => open.pop_back(),
            });
            let Some(place) = next else {
                level += 1;
                continue;
            };
            let Some(point) = self.points.get_mut(at(place)) else {
                continue;
            };
            if point.done {
                continue;
            }
            point.done = true;
            let point = *point;
            if at(point.event) == self.trace.len() && (!finished || self.markings.is_final(point.marking)) {
                return Found::Best(self.best(place, point.cost));
            }
            if self.points.len() > budget {
                return Found::AtLeast(number(level));
            }
            self.expand(place, point);
        }
        if self.cut {
            Found::AtLeast(number(level))
        } else {
            Found::NoEnd
        }
    }

    /// Offers what can follow. What is offered last is looked at first: steps that fit before all others.
    fn expand(&mut self, place: u32, point: Point) {
        let symbol = self.trace.get(at(point.event)).copied();
        let next = Point {
            before: place,
            done: false,
            ..point
        };
        if symbol.is_some() {
            self.offer(Point {
                event: point.event + 1,
                cost: point.cost + 1,
                via: Via::Log,
                ..next
            });
        }
        let goal = symbol.map_or(Goal::End, Goal::Symbol);
        let play = self.markings.play;
        let possible = self.stubborn.around(play, self.markings.tokens(point.marking), &goal);
        let mut fitting = Vec::new();
        for transition in possible {
            let Some(marking) = self.markings.after(point.marking, transition) else {
                self.cut = true;
                continue;
            };
            match play.transitions.get(at(transition)).and_then(|own| own.symbol) {
                None => self.offer(Point {
                    marking,
                    via: Via::Silent(transition),
                    ..next
                }),
                Some(own) => {
                    self.offer(Point {
                        marking,
                        cost: point.cost + 1,
                        via: Via::Model(transition),
                        ..next
                    });
                    if symbol == Some(own) {
                        fitting.push((transition, marking));
                    }
                }
            }
        }
        for (transition, marking) in fitting.into_iter().rev() {
            self.offer(Point {
                event: point.event + 1,
                marking,
                via: Via::Sync(transition),
                ..next
            });
        }
    }

    fn offer(&mut self, point: Point) {
        let Some(rest) = self.bounds.least(at(point.event), self.markings.tokens(point.marking)) else {
            return;
        };
        let next = number(self.points.len());
        let place = *self.numbers.entry((point.event, point.marking)).or_insert(next);
        if place == next {
            self.points.push(point);
        } else {
            // The bounds never fall by more than a step costs, so that what was looked at was reached at its least cost.
            match self.points.get_mut(at(place)) {
                Some(own) if !own.done && point.cost < own.cost => *own = point,
                _ => return,
            }
        }
        let level = at(point.cost.saturating_add(rest));
        if self.open.len() <= level {
            self.open.resize_with(level + 1, VecDeque::new);
        }
        if let Some(list) = self.open.get_mut(level) {
            list.push_back(place);
        }
    }

    fn best(&self, mut place: u32, cost: u32) -> NetAligned {
        let mut moves = Vec::new();
        while let Some(point) = self.points.get(at(place)) {
            let event = point.event.saturating_sub(1);
            moves.push(match point.via {
                Via::Start => break,
                Via::Sync(transition) => NetMove::Sync { event, transition },
                Via::Log => NetMove::Log { event },
                Via::Model(transition) => NetMove::Model { transition },
                Via::Silent(transition) => NetMove::Silent { transition },
            });
            place = point.before;
        }
        moves.reverse();
        NetAligned { cost, moves }
    }
}
