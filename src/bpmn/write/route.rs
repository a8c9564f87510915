//! Which way each flow takes, before any coordinates: along a line of elements, or along a channel above it.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Flow, Graph, Kind, Spot};

/// How a flow runs. Lines of elements and the channels above them are horizontal; between two columns runs a gutter, and
/// the column of a fork or a join is free of other elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// Straight on.
    Straight,
    /// Down from a gateway to an end under its line.
    Below,
    /// From a fork up or down to the line of its target.
    Fork,
    /// Along the line of its source, and up or down into a join.
    Join,
    /// Along the line of its source, then through the gutter before its target.
    Source(Track),
    /// Through the gutter behind its source, then along the line of its target.
    Target(Track),
    /// Along the channel above the line of its source, and from above into its target.
    Over(usize),
    /// Along the channel above the line of its source, then through the gutter before its target.
    Through(usize, Track),
}

/// A vertical line in a gutter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Track {
    /// The gutter behind this column.
    pub(super) gutter: usize,
    /// Which line of the gutter.
    pub(super) number: usize,
}

#[derive(Debug, Default)]
pub(super) struct Routes {
    /// The route of each flow.
    pub(super) of: Vec<Option<Route>>,
    /// The bands: a line of a lane each, from top to bottom.
    pub(super) bands: Vec<(usize, usize)>,
    /// How many tracks the gutter behind each column has.
    pub(super) gutters: Vec<usize>,
    /// The flows of each track of the channel above each band, the lowest track first.
    pub(super) channels: Vec<Vec<Vec<usize>>>,
}

impl Routes {
    pub(super) fn of(graph: &Graph) -> Self {
        let bands: BTreeSet<(usize, usize)> = graph.cells.iter().map(|cell| (cell.lane, cell.line)).collect();
        let mut router = Router {
            graph,
            lines: graph.lines(),
            routes: Self {
                of: vec![None; graph.flows.len()],
                channels: vec![Vec::new(); bands.len()],
                bands: bands.into_iter().collect(),
                gutters: vec![0; graph.columns + 1],
            },
            taken: BTreeSet::new(),
            verticals: BTreeMap::new(),
        };
        router.taken = graph
            .cells
            .iter()
            .map(|cell| (router.band(cell.lane, cell.line), cell.column))
            .collect();
        router.straight_ones();
        router.channel_ones();
        router.routes
    }

    /// The band of a node.
    pub(super) fn band(&self, graph: &Graph, node: usize) -> usize {
        let cell = graph.cell_of(node).map(|cell| (cell.lane, cell.line));
        cell.and_then(|cell| self.bands.binary_search(&cell).ok()).unwrap_or(0)
    }
}

/// A vertical line: the bands that it passes, and where it leads.
type Vertical = (usize, usize, usize);

struct Router<'a> {
    graph: &'a Graph,
    /// The nodes on the line of each cell.
    lines: Vec<Vec<usize>>,
    routes: Routes,
    /// Bands and columns in which something stands or runs along the line.
    taken: BTreeSet<(usize, usize)>,
    /// The verticals on each track of each gutter.
    verticals: BTreeMap<(usize, usize), Vec<Vertical>>,
}

/// Where a flow begins and ends: bands and columns.
struct Ends {
    from: (usize, usize),
    to: (usize, usize),
}

impl Router<'_> {
    fn band(&self, lane: usize, line: usize) -> usize {
        self.routes.bands.binary_search(&(lane, line)).unwrap_or(0)
    }

    fn ends(&self, flow: &Flow) -> Option<Ends> {
        let (from, to) = (self.graph.cell_of(flow.from)?, self.graph.cell_of(flow.to)?);
        Some(Ends {
            from: (self.band(from.lane, from.line), from.column),
            to: (self.band(to.lane, to.line), to.column),
        })
    }

    fn is_next(&self, flow: &Flow) -> bool {
        let Some(line) = self.graph.node(flow.from).and_then(|node| self.lines.get(node.cell)) else {
            return false;
        };
        let next = line.iter().skip_while(|node| **node != flow.from).nth(1);
        next == Some(&flow.to)
    }

    /// Whether the flow leads from the last node of a line to the first of another.
    fn is_outermost(&self, flow: &Flow) -> bool {
        let line = |node| self.graph.node(node).and_then(|node| self.lines.get(node.cell));
        line(flow.from).and_then(|line| line.last()) == Some(&flow.from)
            && line(flow.to).and_then(|line| line.first()) == Some(&flow.to)
    }

    /// Flows that need no channel: those to the nearest columns first, one on each side of a node.
    fn straight_ones(&mut self) {
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (number, flow) in self.graph.flows.iter().enumerate() {
            let Some(ends) = self.ends(flow) else { continue };
            let node = |number| self.graph.node(number).map(|node| (node.kind, node.spot));
            let route = match (node(flow.from), node(flow.to)) {
                (Some(_), Some((_, Spot::Below(_)))) => Some(Route::Below),
                (Some((Kind::Fork, _)), _) => Some(Route::Fork),
                _ if self.is_next(flow) => Some(Route::Straight),
                _ => None,
            };
            if route.is_none() && ends.to.1 > ends.from.1 {
                order.push((ends.to.1 - ends.from.1, number));
            }
            if let Some(own) = self.routes.of.get_mut(number) {
                *own = route;
            }
        }
        order.sort_unstable();
        let mut left: BTreeSet<usize> = BTreeSet::new();
        for (_, number) in order {
            let Some(flow) = self.graph.flows.get(number) else {
                continue;
            };
            if !left.contains(&flow.from)
                && self.is_outermost(flow)
                && let Some(route) = self.straight(flow)
            {
                left.insert(flow.from);
                if let Some(own) = self.routes.of.get_mut(number) {
                    *own = Some(route);
                }
            }
        }
    }

    fn straight(&mut self, flow: &Flow) -> Option<Route> {
        let Ends { from, to } = self.ends(flow)?;
        let free = |band: usize| (from.1 + 1..to.1).all(|column| !self.taken.contains(&(band, column)));
        let (own, other) = (free(from.0), free(to.0));
        if !own && !other {
            return None;
        }
        let band = if own { from.0 } else { to.0 };
        self.taken.extend((from.1 + 1..to.1).map(|column| (band, column)));
        let is_join = self.graph.node(flow.to).is_some_and(|node| node.kind == Kind::Join);
        Some(if from.0 == to.0 {
            Route::Straight
        } else if own && is_join {
            Route::Join
        } else if own {
            Route::Source(self.track(to.1.saturating_sub(1), (from.0, to.0), flow.to))
        } else {
            Route::Target(self.track(from.1, (from.0, to.0), flow.to))
        })
    }

    /// A free line in a gutter; lines to one target may be shared.
    fn track(&mut self, gutter: usize, (one, other): (usize, usize), target: usize) -> Track {
        let (top, bottom) = (one.min(other), one.max(other));
        let mut number = 0;
        loop {
            let lines = self.verticals.entry((gutter, number)).or_default();
            let is_free = |(from, to, leads): &Vertical| *leads == target || *to < top || bottom < *from;
            if lines.iter().all(is_free) {
                lines.push((top, bottom, target));
                break;
            }
            number += 1;
        }
        if let Some(count) = self.routes.gutters.get_mut(gutter) {
            *count = (*count).max(number + 1);
        }
        Track { gutter, number }
    }

    /// The others, short ones nearest to the elements.
    fn channel_ones(&mut self) {
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (number, flow) in self.graph.flows.iter().enumerate() {
            if self.routes.of.get(number).is_some_and(Option::is_none)
                && let Some(ends) = self.ends(flow)
            {
                order.push((ends.from.1.abs_diff(ends.to.1), number));
            }
        }
        order.sort_unstable();
        let mut spans: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
        for (_, number) in order {
            let Some(flow) = self.graph.flows.get(number) else {
                continue;
            };
            let Some(Ends { from, to }) = self.ends(flow) else {
                continue;
            };
            let (first, last) = (from.1.min(to.1), from.1.max(to.1));
            let mut track = 0;
            while spans
                .get(&(from.0, track))
                .is_some_and(|spans| spans.iter().any(|span| first <= span.1 && span.0 <= last))
            {
                track += 1;
            }
            spans.entry((from.0, track)).or_default().push((first, last));
            if let Some(channel) = self.routes.channels.get_mut(from.0) {
                channel.resize(channel.len().max(track + 1), Vec::new());
                if let Some(flows) = channel.get_mut(track) {
                    flows.push(number);
                }
            }
            let kind = self.graph.node(flow.to).map(|node| node.kind);
            let from_above = match kind {
                Some(Kind::Join) => true,
                Some(Kind::Skip | Kind::Fork) => false,
                Some(Kind::Start | Kind::Task(_) | Kind::Merge | Kind::Choice | Kind::End(_)) | None => from.0 == to.0,
            };
            let route = if from_above {
                Route::Over(track)
            } else {
                Route::Through(track, self.track(to.1.saturating_sub(1), (from.0, to.0), flow.to))
            };
            if let Some(own) = self.routes.of.get_mut(number) {
                *own = Some(route);
            }
        }
    }
}
