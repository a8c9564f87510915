//! Sizes and places of the elements of a picture, in whole pixels.

use super::graph::{Graph, Kind, Spot};
use super::route::{Route, Routes, Track};
use crate::workflow::{StepTable, wrap};

const EVENT: i32 = 36;
const GATEWAY: i32 = 50;
const TASK: i32 = 160;
const GAP: i32 = 30;
/// Room for the name of a flow, which other tools wrap at 90 pixels.
pub(super) const LABEL: i32 = 90;
const LABEL_SIZE: i32 = 11;
pub(super) const LABEL_LINE: i32 = 14;
/// From a gateway to the left of the ends under it.
const BESIDE: i32 = LABEL + 40;
const BELOW: i32 = 72;
const TRACK: i32 = 14;
const MARGIN: i32 = 12;
/// The strip with the name of the pool or of a lane.
pub(super) const STRIP: i32 = 30;
const LEFT: i32 = 160;
const TOP: i32 = 80;

/// Bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shape {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Shape {
    pub(super) const fn right(self) -> i32 {
        self.x + self.width
    }

    pub(super) const fn bottom(self) -> i32 {
        self.y + self.height
    }

    pub(super) const fn centre(self) -> (i32, i32) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// Where everything stands.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub(super) pool: Shape,
    pub(super) lanes: Vec<Shape>,
    /// The bounds of each node.
    pub(super) nodes: Vec<Shape>,
    /// Left end of the gutter behind each column.
    gutters: Vec<i32>,
    /// The tracks of the channel above each band.
    channels: Vec<Vec<i32>>,
}

impl Places {
    pub(super) fn of(table: &StepTable, graph: &Graph, routes: &Routes, names: &[String]) -> Self {
        let mut placer = Placer {
            graph,
            routes,
            lines: graph.lines(),
            places: Self::default(),
        };
        placer.measure(table);
        let widths = placer.widths();
        placer.place_columns(&widths);
        placer.place_bands(names);
        placer.places
    }

    pub(super) fn node(&self, number: usize) -> Shape {
        self.nodes.get(number).copied().unwrap_or_default()
    }

    pub(super) fn gutter(&self, track: Track) -> i32 {
        let left = self.gutters.get(track.gutter).copied().unwrap_or_default();
        left + MARGIN + pixels(track.number) * TRACK
    }

    pub(super) fn channel(&self, band: usize, track: usize) -> i32 {
        let tracks = self.channels.get(band);
        tracks.and_then(|tracks| tracks.get(track)).copied().unwrap_or_default()
    }
}

/// The lines of the name of a flow or an event.
pub(super) fn label_lines(name: &str) -> i32 {
    pixels(wrap(name, LABEL_SIZE, LABEL).len())
}

pub(super) fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 65_536)
}

struct Placer<'a> {
    graph: &'a Graph,
    routes: &'a Routes,
    /// The nodes on the line of each cell.
    lines: Vec<Vec<usize>>,
    places: Places,
}

impl Placer<'_> {
    fn measure(&mut self, table: &StepTable) {
        for node in &self.graph.nodes {
            let (width, height) = match node.kind {
                Kind::Start | Kind::End(_) => (EVENT, EVENT),
                Kind::Merge | Kind::Skip | Kind::Choice | Kind::Fork | Kind::Join => (GATEWAY, GATEWAY),
                Kind::Task(row) => {
                    let name = table.steps.get(row).map_or(String::new(), super::xml::task_name);
                    // The icon of the task stands above its name.
                    (TASK, (pixels(wrap(&name, 12, TASK - 14).len()) * 15 + 56).max(80))
                }
            };
            self.places.nodes.push(Shape {
                width,
                height,
                ..Shape::default()
            });
        }
    }

    /// The space behind each node before the next one on its line, for the name of the flow between them.
    fn gaps(&self) -> Vec<i32> {
        let mut gaps = vec![GAP; self.graph.nodes.len()];
        for (flow, route) in self.graph.flows.iter().zip(&self.routes.of) {
            let along = matches!(
                route,
                Some(Route::Straight | Route::Join | Route::Source(_) | Route::Target(_))
            );
            if let Some(gap) = gaps.get_mut(flow.from).filter(|_| along && !flow.name.is_empty()) {
                *gap = LABEL + 16;
            }
        }
        gaps
    }

    /// Places the nodes of each cell from its left end; the widths of the cells.
    fn widths(&mut self) -> Vec<i32> {
        let gaps = self.gaps();
        let mut widths = Vec::with_capacity(self.lines.len());
        let mut gateways = vec![0; self.lines.len()];
        for (cell, line) in self.lines.iter().enumerate() {
            let mut x = 0;
            for (place, node) in line.iter().enumerate() {
                let gap = gaps.get(*node).copied().unwrap_or(GAP);
                let is_last = place + 1 == line.len();
                let Some(shape) = self.places.nodes.get_mut(*node) else {
                    continue;
                };
                shape.x = x;
                let is_choice = self.graph.node(*node).is_some_and(|own| own.kind == Kind::Choice);
                if let Some(gateway) = gateways.get_mut(cell).filter(|_| is_choice) {
                    *gateway = x + GATEWAY / 2;
                }
                x += shape.width + if is_last { gap - GAP } else { gap };
            }
            widths.push(x);
        }
        for (number, node) in self.graph.nodes.iter().enumerate() {
            let gateway = gateways.get(node.cell).copied().unwrap_or_default();
            if let (Spot::Below(_), Some(shape)) = (node.spot, self.places.nodes.get_mut(number)) {
                shape.x = gateway + BESIDE;
                if let Some(width) = widths.get_mut(node.cell) {
                    *width = (*width).max(shape.right() + MARGIN);
                }
            }
        }
        widths
    }

    fn place_columns(&mut self, widths: &[i32]) {
        let mut columns = vec![0; self.graph.columns];
        for (cell, width) in self.graph.cells.iter().zip(widths) {
            if let Some(column) = columns.get_mut(cell.column) {
                *column = (*column).max(*width);
            }
        }
        let mut x = LEFT + 2 * STRIP + GAP;
        let mut lefts = Vec::with_capacity(columns.len());
        for (column, width) in columns.iter().enumerate() {
            lefts.push(x);
            x += width;
            self.places.gutters.push(x);
            let tracks = self.routes.gutters.get(column).copied().unwrap_or_default();
            x += (2 * MARGIN + pixels(tracks) * TRACK).max(GAP);
        }
        for (node, shape) in self.graph.nodes.iter().zip(&mut self.places.nodes) {
            let column = self.graph.cells.get(node.cell).map_or(0, |cell| cell.column);
            shape.x += lefts.get(column).copied().unwrap_or_default();
        }
        self.places.pool = Shape {
            x: LEFT,
            y: TOP,
            width: x - LEFT,
            height: 0,
        };
    }

    fn place_bands(&mut self, names: &[String]) {
        let count = self.routes.bands.len();
        let (mut halves, mut below) = (vec![GATEWAY; count], vec![0; count]);
        for (number, node) in self.graph.nodes.iter().enumerate() {
            let band = self.routes.band(self.graph, number);
            let half = match node.kind {
                // The name of an event stands under it.
                Kind::Start | Kind::End(_) => EVENT / 2 + 2 * LABEL_LINE + MARGIN,
                Kind::Task(_) | Kind::Merge | Kind::Skip | Kind::Choice | Kind::Fork | Kind::Join => {
                    self.places.node(number).height / 2
                }
            };
            match node.spot {
                Spot::Line => raise(&mut halves, band, half),
                Spot::Below(place) => raise(&mut below, band, pixels(place + 1) * BELOW),
            }
        }
        let mut y = TOP;
        let mut opened = 0;
        let mut centres: Vec<(i32, i32)> = Vec::with_capacity(count);
        for (number, (lane, line)) in self.routes.bands.iter().enumerate() {
            if *line == 0 {
                self.open_lane(y);
                opened = number;
            }
            let top = y + MARGIN;
            let channel = self.channel(number, top);
            let half = halves.get(number).copied().unwrap_or_default();
            let centre = channel + half;
            centres.push((centre, centre + half));
            y = centre + half + below.get(number).copied().unwrap_or_default() + MARGIN;
            let is_last = self.routes.bands.get(number + 1).is_none_or(|next| next.0 != *lane);
            if is_last {
                // Where the name of a lane needs more room than its elements, they stand in the middle.
                let spare = self.close_lane(y, names.get(*lane).map_or("", String::as_str));
                y += spare;
                for (centre, bottom) in centres.iter_mut().skip(opened) {
                    *centre += spare / 2;
                    *bottom += spare / 2;
                }
                for track in self.places.channels.iter_mut().skip(opened).flatten() {
                    *track += spare / 2;
                }
            }
        }
        self.places.pool.height = y - TOP;
        for (number, node) in self.graph.nodes.iter().enumerate() {
            let band = self.routes.band(self.graph, number);
            let (centre, bottom) = centres.get(band).copied().unwrap_or_default();
            if let Some(shape) = self.places.nodes.get_mut(number) {
                shape.y = match node.spot {
                    Spot::Line => centre - shape.height / 2,
                    Spot::Below(place) => bottom + pixels(place) * BELOW,
                };
            }
        }
    }

    /// Places the tracks of a channel, the first one lowest; where the elements under it begin.
    fn channel(&mut self, band: usize, top: i32) -> i32 {
        let tracks = self.routes.channels.get(band).map_or(&[][..], Vec::as_slice);
        let mut y = top;
        let mut places = Vec::with_capacity(tracks.len());
        for flows in tracks.iter().rev() {
            let names = flows.iter().filter_map(|flow| self.graph.flows.get(*flow));
            let lines = names.map(|flow| label_lines(&flow.name)).max().unwrap_or_default();
            y += lines * LABEL_LINE + TRACK;
            places.push(y);
        }
        places.reverse();
        self.places.channels.push(places);
        if tracks.is_empty() { y } else { y + TRACK }
    }

    fn open_lane(&mut self, y: i32) {
        self.places.lanes.push(Shape {
            x: LEFT + STRIP,
            y,
            width: self.places.pool.width - STRIP,
            height: 0,
        });
    }

    /// Gives a lane its height, and its name at least the room of two lines; how much more than its elements need.
    fn close_lane(&mut self, y: i32, name: &str) -> i32 {
        let Some(lane) = self.places.lanes.last_mut() else {
            return 0;
        };
        let needed = (pixels(name.chars().count()) * 7 / 2 + 2 * MARGIN).min(300);
        lane.height = (y - lane.y).max(needed);
        lane.bottom() - y
    }
}

fn raise(values: &mut [i32], number: usize, value: i32) {
    if let Some(own) = values.get_mut(number) {
        *own = (*own).max(value);
    }
}
