//! The search for the least number of deviations: backwards from the end, over events and states.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use super::{
    compile::{Arrival, Workflow},
    position::Done,
};

/// One deviation, in the upper half of a value; the lower half counts places of deviation.
pub(super) const DEVIATION: u64 = 1 << 32;

/// The event with its row and, if known, the way that its outcome takes.
#[derive(Clone, Copy)]
pub(super) struct Event {
    pub(super) row: Option<usize>,
    way: Option<usize>,
}

impl Event {
    pub(super) fn fits(self, row: usize, way: usize) -> bool {
        self.row == Some(row) && self.way.is_none_or(|own| own == way)
    }
}

/// A point of the comparison: how many events are explained, the state, and whether the move before was a deviation.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) events: usize,
    pub(super) state: usize,
    pub(super) deviating: bool,
}

/// Best values of points: an array while it is small, a map for long cases of large tables.
enum Values {
    Dense(Vec<u64>),
    Sparse(HashMap<usize, u64>),
}

/// The search goes backwards from the end, so that each point that matters knows the least value of what follows it;
/// then the walk forwards can choose among all best explanations. It is A*: from a point it expects at least the
/// unknown events before it and the rows that the events before it cannot have done.
pub(super) struct Search<'a> {
    pub(super) workflow: &'a Workflow,
    pub(super) events: Vec<Event>,
    /// How many of the first events have no row.
    unknown: Vec<usize>,
    values: Values,
    open: BinaryHeap<Reverse<(u64, usize)>>,
}

const DENSE_POINTS: usize = 1 << 18;

impl<'a> Search<'a> {
    pub(super) fn new(workflow: &'a Workflow, done: &[Done<'_>]) -> Self {
        let events: Vec<Event> = done
            .iter()
            .map(|done| {
                let row = done.row.filter(|row| *row < workflow.rows());
                Event {
                    row,
                    way: row.and_then(|row| workflow.way(row, done.outcome)),
                }
            })
            .collect();
        let mut unknown = vec![0];
        let mut count = 0;
        for event in &events {
            count += usize::from(event.row.is_none());
            unknown.push(count);
        }
        let points = (events.len() + 1).saturating_mul(workflow.states()).saturating_mul(2);
        let values = if points <= DENSE_POINTS {
            Values::Dense(vec![u64::MAX; points])
        } else {
            Values::Sparse(HashMap::new())
        };
        Self {
            workflow,
            events,
            unknown,
            values,
            open: BinaryHeap::new(),
        }
    }

    fn key(&self, point: Point) -> usize {
        (point.events * self.workflow.states() + point.state) * 2 + usize::from(point.deviating)
    }

    fn point(&self, key: usize) -> Point {
        let states = self.workflow.states().max(1);
        Point {
            events: key / 2 / states,
            state: key / 2 % states,
            deviating: key % 2 == 1,
        }
    }

    /// The least value of what follows the point, if the search came to it.
    pub(super) fn value(&self, point: Point) -> Option<u64> {
        let key = self.key(point);
        match &self.values {
            Values::Dense(values) => values.get(key).copied().filter(|value| *value < u64::MAX),
            Values::Sparse(values) => values.get(&key).copied(),
        }
    }

    /// At least this many deviations come before the point.
    fn expected(&self, point: Point) -> u64 {
        let unknown = self.unknown.get(point.events).copied().unwrap_or(0);
        let rows = self
            .workflow
            .node(point.state)
            .map_or(0, |node| u64::from(node.from_start));
        let known = u64::try_from(point.events - unknown).unwrap_or(u64::MAX);
        u64::try_from(unknown).unwrap_or(0) + rows.saturating_sub(known)
    }

    fn offer(&mut self, point: Point, value: u64) {
        let key = self.key(point);
        let own = match &mut self.values {
            Values::Dense(values) => values.get_mut(key),
            Values::Sparse(values) => Some(values.entry(key).or_insert(u64::MAX)),
        };
        if let Some(own) = own
            && *own > value
        {
            *own = value;
            self.open.push(Reverse((value + self.expected(point) * DEVIATION, key)));
        }
    }

    /// Finds the values of all points that a best explanation can pass.
    pub(super) fn run(&mut self, finished: bool) {
        for (state, node) in self.workflow.nodes.iter().enumerate() {
            if !finished || node.end.is_some() {
                for deviating in [false, true] {
                    self.offer(
                        Point {
                            events: self.events.len(),
                            state,
                            deviating,
                        },
                        0,
                    );
                }
            }
        }
        let mut best = None;
        while let Some(Reverse((estimate, key))) = self.open.pop() {
            if best.is_some_and(|best| estimate > best) {
                return;
            }
            let point = self.point(key);
            let Some(value) = self.value(point) else { continue };
            if value + self.expected(point) * DEVIATION < estimate {
                continue;
            }
            if (point.events, point.state, point.deviating) == (0, 0, false) {
                best = Some(value);
            }
            self.expand(point, value);
        }
    }

    fn expand(&mut self, point: Point, value: u64) {
        let workflow = self.workflow;
        let before = point.events.checked_sub(1);
        let event = before.and_then(|before| self.events.get(before).copied());
        for Arrival { from, doing } in workflow.node(point.state).into_iter().flat_map(|node| &node.arrivals) {
            let Some((row, way)) = *doing else {
                self.offer(Point { state: *from, ..point }, value);
                continue;
            };
            if point.deviating {
                self.offer(Point { state: *from, ..point }, value + DEVIATION);
                self.offer(
                    Point {
                        state: *from,
                        deviating: false,
                        ..point
                    },
                    value + DEVIATION + 1,
                );
            } else if let (Some(before), Some(event)) = (before, event)
                && event.fits(row, way)
            {
                for deviating in [false, true] {
                    self.offer(
                        Point {
                            events: before,
                            state: *from,
                            deviating,
                        },
                        value,
                    );
                }
            }
        }
        if let Some(before) = before.filter(|_| point.deviating) {
            self.offer(
                Point {
                    events: before,
                    ..point
                },
                value + DEVIATION,
            );
            self.offer(
                Point {
                    events: before,
                    deviating: false,
                    ..point
                },
                value + DEVIATION + 1,
            );
        }
    }
}
