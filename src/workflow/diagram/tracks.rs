//! Which way each edge takes: straight down, to a mark beside its step, or along a track between two lanes.
//!
//! Boxes stand only in lanes and one to a row, so a horizontal line in a row and a vertical line between lanes can
//! meet no box.

use super::plan::{Ending, Goal, Mark, Plan};

/// On which side of a box or of the picture something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left,
    Right,
}

/// The way of one edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the node right below.
    Straight,
    /// To an ending drawn in the neighbouring lane.
    Beside(Side, Ending),
    /// Along a track.
    Track {
        leave: Side,
        enter: Side,
        gutter: usize,
        number: usize,
        side: Side,
        back: bool,
    },
}

/// The ways of all edges, and how many tracks run at each side of each gutter. Gutter `n` lies left of lane `n`; after
/// the one right of the last lane come the two outermost, left and right of everything, for edges around a parallel part.
pub(super) struct Tracks {
    pub(super) ways: Vec<Way>,
    pub(super) gutters: Vec<(usize, usize)>,
    /// Whether an ending needs a lane of its own, because the table has only one lane.
    pub(super) extra_lane: bool,
}

struct Run {
    gutter: usize,
    side: Side,
    /// Edges with the same goal may run together.
    goal: usize,
    from: usize,
    to: usize,
    back: bool,
    number: usize,
}

impl Tracks {
    pub(super) fn of(plan: &Plan) -> Self {
        let lanes = plan.roles.len();
        let mut extra_lane = false;
        let mut runs: Vec<Run> = Vec::new();
        let mut ways = Vec::with_capacity(plan.edges.len());
        for edge in &plan.edges {
            let lane = plan.nodes.get(edge.from).map_or(0, |node| node.lane);
            ways.push(match edge.goal {
                Goal::Ending(ending) => {
                    extra_lane |= lanes == 1;
                    Way::Beside(
                        if lane + 1 < lanes || lanes == 1 {
                            Side::Right
                        } else {
                            Side::Left
                        },
                        ending,
                    )
                }
                Goal::Node(to) if to == edge.from + 1 && !edge.is_outside => Way::Straight,
                Goal::Node(to) => {
                    let (way, mut run) = track(plan, edge.from, to);
                    if edge.is_outside {
                        // Never on one track with a way of the table.
                        run.goal += plan.nodes.len();
                    }
                    runs.push(run);
                    way
                }
            });
        }
        number(&mut runs);
        let mut gutters = vec![(0, 0); lanes + 3];
        for run in &runs {
            if let Some((left, right)) = gutters.get_mut(run.gutter) {
                let count = if run.side == Side::Left { left } else { right };
                *count = (*count).max(run.number + 1);
            }
        }
        let mut numbers = runs.iter().map(|run| run.number);
        for way in &mut ways {
            if let Way::Track { number, .. } = way {
                *number = numbers.next().unwrap_or(0);
            }
        }
        Self {
            ways,
            gutters,
            extra_lane,
        }
    }
}

fn track(plan: &Plan, from: usize, to: usize) -> (Way, Run) {
    let node = |at: usize| plan.nodes.get(at).map_or((0, false), |n| (n.lane, is_bar(n.mark)));
    let ((source, from_bar), (target, to_bar)) = (node(from), node(to));
    let back = to <= from;
    let (low, high) = (from.min(to), from.max(to));
    let around = plan.blocks.iter().any(|block| low < block.fork && block.join < high) || (back && to_bar);
    let lanes = plan.roles.len();
    let (leave, enter, gutter) = if around && back {
        (Side::Right, Side::Right, lanes + 2)
    } else if around {
        (Side::Left, Side::Left, lanes + 1)
    } else if back {
        (Side::Right, Side::Right, source.max(target) + 1)
    } else if to_bar {
        (Side::Left, Side::Left, source)
    } else if from_bar || source == target {
        (Side::Left, Side::Left, target)
    } else if source < target {
        (Side::Right, Side::Left, target)
    } else {
        (Side::Left, Side::Right, target + 1)
    };
    // A track runs at the side of the gutter that is nearest to the box it enters.
    let side = if enter == Side::Right { Side::Left } else { Side::Right };
    let run = Run {
        gutter,
        side,
        goal: to,
        from: low,
        to: high,
        back,
        number: 0,
    };
    (
        Way::Track {
            leave,
            enter,
            gutter,
            number: 0,
            side,
            back,
        },
        run,
    )
}

/// Numbers the runs of each gutter side from the box outwards: short ones inside, and no two of different goals on one
/// track where they meet.
fn number(runs: &mut [Run]) {
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|at| runs.get(*at).map(|run| (run.to - run.from, run.from, run.goal)));
    let mut placed: Vec<usize> = Vec::new();
    for at in order {
        let Some(own) = runs.get(at) else { continue };
        let free = (0..).find(|number| {
            placed.iter().filter_map(|other| runs.get(*other)).all(|other| {
                let same_place = other.gutter == own.gutter && other.side == own.side && other.number == *number;
                let together = other.goal == own.goal && other.back == own.back;
                !same_place || together || other.to < own.from || own.to < other.from
            })
        });
        if let Some(run) = runs.get_mut(at) {
            run.number = free.unwrap_or(0);
        }
        placed.push(at);
    }
}

pub(super) fn is_bar(mark: Mark) -> bool {
    matches!(mark, Mark::Fork | Mark::Join)
}
