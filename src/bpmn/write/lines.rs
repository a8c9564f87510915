//! The corners of flows, and where their names stand.

use super::graph::{Flow, Graph, Kind};
use super::place::{LABEL, LABEL_LINE, Places, Shape, label_lines};
use super::route::{Route, Routes};

/// The line of a flow.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) points: Vec<(i32, i32)>,
    /// Where its name stands, if it has one.
    pub(super) label: Option<Shape>,
}

/// The line of each flow.
pub(super) fn lines(graph: &Graph, routes: &Routes, places: &Places) -> Vec<Line> {
    let routed = graph.flows.iter().zip(&routes.of);
    routed
        .map(|(flow, route)| {
            let route = route.unwrap_or(Route::Straight);
            let mut points = points(flow, route, (graph, routes, places));
            points.dedup();
            let label = (!flow.name.is_empty()).then(|| label(flow, route, &points));
            Line { points, label }
        })
        .collect()
}

fn points(flow: &Flow, route: Route, (graph, routes, places): (&Graph, &Routes, &Places)) -> Vec<(i32, i32)> {
    let (from, to) = (places.node(flow.from), places.node(flow.to));
    let ((x, y), (to_x, to_y)) = (from.centre(), to.centre());
    let band = routes.band(graph, flow.from);
    // Above or under a gateway, on the side of the other end.
    let side = |shape: Shape, other: i32| {
        if other < shape.centre().1 {
            shape.y
        } else {
            shape.bottom()
        }
    };
    match route {
        Route::Straight => vec![(from.right(), y), (to.x, to_y)],
        Route::Below => vec![(x, from.bottom()), (x, to_y), (to.x, to_y)],
        Route::Fork if y == to_y => vec![(from.right(), y), (to.x, to_y)],
        Route::Fork => vec![(x, side(from, to_y)), (x, to_y), (to.x, to_y)],
        Route::Join => vec![(from.right(), y), (to_x, y), (to_x, side(to, y))],
        Route::Source(track) | Route::Target(track) => {
            let gutter = places.gutter(track);
            vec![(from.right(), y), (gutter, y), (gutter, to_y), (to.x, to_y)]
        }
        Route::Over(track) => {
            let channel = places.channel(band, track);
            let (x, to_x) = (x + leaving(graph, flow), to_x - entering(graph, flow));
            vec![(x, from.y), (x, channel), (to_x, channel), (to_x, side(to, channel))]
        }
        Route::Through(track, vertical) => {
            let (channel, gutter) = (places.channel(band, track), places.gutter(vertical));
            let x = x + leaving(graph, flow);
            vec![
                (x, from.y),
                (x, channel),
                (gutter, channel),
                (gutter, to_y),
                (to.x, to_y),
            ]
        }
    }
}

/// A line leaves the top of a task beside its middle, so that one that enters there does not meet it.
fn leaving(graph: &Graph, flow: &Flow) -> i32 {
    let is_task = graph
        .node(flow.from)
        .is_some_and(|node| matches!(node.kind, Kind::Task(_)));
    if is_task { 30 } else { 0 }
}

fn entering(graph: &Graph, flow: &Flow) -> i32 {
    let is_task = graph
        .node(flow.to)
        .is_some_and(|node| matches!(node.kind, Kind::Task(_)));
    if is_task { 30 } else { 0 }
}

/// The name stands above the first horizontal part, next to the source.
fn label(flow: &Flow, route: Route, points: &[(i32, i32)]) -> Shape {
    let height = label_lines(&flow.name) * LABEL_LINE;
    let part = points
        .windows(2)
        .find_map(|pair| match pair {
            [from, to] if from.1 == to.1 => Some((from.0, to.0, from.1)),
            _ => None,
        })
        .unwrap_or_default();
    let (begin, end, y) = part;
    let x = match route {
        Route::Over(_) | Route::Through(..) | Route::Below if end < begin => begin - 6 - LABEL,
        Route::Straight
        | Route::Below
        | Route::Fork
        | Route::Join
        | Route::Source(_)
        | Route::Target(_)
        | Route::Over(_)
        | Route::Through(..) => begin + 6,
    };
    Shape {
        x,
        y: y - height - 3,
        width: LABEL,
        height,
    }
}
