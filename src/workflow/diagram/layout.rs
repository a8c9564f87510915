//! Sizes and places of everything in a picture, in whole pixels.

use super::plan::{Goal, Mark, Node, Plan};
use super::text;
use super::tracks::{Side, Tracks, Way, is_bar};
use super::{DiagramWords, Overlay};
use crate::workflow::{Clock, Step, StepTable};

pub(super) const NAME_SIZE: i32 = 13;
pub(super) const SMALL_SIZE: i32 = 11;
pub(super) const NAME_LINE: i32 = 17;
pub(super) const SMALL_LINE: i32 = 15;
pub(super) const PADDING: i32 = 9;
/// From the top of a box to where edges enter at its side.
pub(super) const ENTRY: i32 = 14;
pub(super) const BAR: i32 = 7;
/// Space for the heading of a branch, above the gap before its first box.
pub(super) const BRANCH_HEADING: i32 = 20;
pub(super) const MARK_HEIGHT: i32 = 28;
const GAP: i32 = 30;
const TRACK: i32 = 10;
const EXTRA_LANE: i32 = 150;
const MARGIN: i32 = 8;

/// One way out of a box, with its label inside the box so that it can cover nothing.
pub(super) struct Port {
    pub(super) edge: usize,
    pub(super) lines: Vec<String>,
    /// Top of the port, from the top of the box.
    pub(super) top: i32,
    pub(super) height: i32,
}

/// A node with its place.
#[derive(Default)]
pub(super) struct Placed {
    pub(super) top: i32,
    pub(super) height: i32,
    pub(super) name: Vec<String>,
    /// Smaller lines: other roles, marks.
    pub(super) small: Vec<String>,
    /// Words of the overlay.
    pub(super) note: Vec<String>,
    pub(super) ports: Vec<Port>,
    /// Heading of the branch that begins with this node.
    pub(super) branch: Option<String>,
}

pub(super) struct Lane {
    pub(super) left: i32,
    pub(super) heading: Vec<String>,
}

pub(super) struct Layout {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) box_width: i32,
    pub(super) header: i32,
    pub(super) lanes: Vec<Lane>,
    /// Left and right end of lanes and bars; the outermost tracks lie beyond.
    pub(super) inner: (i32, i32),
    pub(super) right: i32,
    pub(super) nodes: Vec<Placed>,
    pub(super) ways: Vec<Way>,
    gutters: Vec<(i32, i32)>,
}

impl Layout {
    pub(super) fn of(table: &StepTable, plan: &Plan, words: &DiagramWords<'_>, overlay: &Overlay) -> Self {
        let tracks = Tracks::of(plan);
        let box_width = match plan.roles.len() {
            0..=2 => 260,
            3 => 220,
            4 => 190,
            5 => 164,
            _ => 150,
        };
        let mut layout = Self {
            width: 0,
            height: 0,
            box_width,
            header: 0,
            lanes: Vec::new(),
            inner: (0, 0),
            right: 0,
            nodes: Vec::new(),
            ways: tracks.ways.clone(),
            gutters: Vec::new(),
        };
        layout.place_lanes(plan, words, &tracks);
        layout.place_nodes(table, plan, words, overlay);
        layout
    }

    fn place_lanes(&mut self, plan: &Plan, words: &DiagramWords<'_>, tracks: &Tracks) {
        let width = |number: usize, least: i32| {
            let (left, right) = tracks.gutters.get(number).copied().unwrap_or_default();
            let count = pixels(left + right);
            if count == 0 {
                least
            } else {
                (count * TRACK + 14).max(least)
            }
        };
        let lanes = plan.roles.len();
        let inner = MARGIN + width(lanes + 1, 0);
        let mut x = inner;
        for number in 0..=lanes {
            let gutter = width(number, if number == 0 || number == lanes { 14 } else { 24 });
            self.gutters.push((x, x + gutter));
            x += gutter;
            if let Some(role) = plan.roles.get(number) {
                let name = role
                    .as_ref()
                    .map_or_else(|| words.no_role.to_owned(), |role| (words.role_name)(role));
                let heading = text::wrap(&name, NAME_SIZE, self.box_width - PADDING);
                self.header = self.header.max(pixels(heading.len()) * NAME_LINE + 2 * PADDING);
                self.lanes.push(Lane { left: x, heading });
                x += self.box_width;
            }
        }
        self.inner = (inner, x);
        self.gutters.push((MARGIN, inner));
        self.right = x + width(lanes + 2, 0);
        self.gutters.push((x, self.right));
        self.width = self.right + MARGIN + if tracks.extra_lane { EXTRA_LANE } else { 0 };
    }

    fn place_nodes(&mut self, table: &StepTable, plan: &Plan, words: &DiagramWords<'_>, overlay: &Overlay) {
        let mut y = MARGIN + self.header + 14;
        for (number, node) in plan.nodes.iter().enumerate() {
            let mut placed = match node.mark {
                Mark::Start | Mark::End => Placed {
                    height: MARK_HEIGHT,
                    ..Placed::default()
                },
                Mark::Fork | Mark::Join => Placed {
                    height: BAR,
                    ..Placed::default()
                },
                Mark::Step(row) => table.steps.get(row).map_or_else(Placed::default, |step| {
                    let mark = overlay.rows.get(row).and_then(Option::as_ref);
                    let mut placed = self.measure_text(step, words, mark.map_or("", |mark| &mark.note));
                    self.add_ports(plan, number, words, &mut placed);
                    placed
                }),
            };
            if plan.blocks.iter().any(|block| block.first_nodes.contains(&number)) {
                let row = plan.node_of.iter().position(|found| *found == number);
                let branch = row
                    .and_then(|row| table.steps.get(row))
                    .and_then(|step| step.branch.as_ref());
                placed.branch = branch.map(|branch| (words.branch_name)(branch));
                y += BRANCH_HEADING;
            }
            placed.top = y;
            y += placed.height + GAP;
            self.nodes.push(placed);
        }
        self.height = y - GAP + MARGIN + 6;
    }

    fn measure_text(&self, step: &Step, words: &DiagramWords<'_>, note: &str) -> Placed {
        let inner = self.box_width - 2 * PADDING;
        let small = |text: &str| text::wrap(text, SMALL_SIZE, inner);
        let mut placed = Placed {
            name: text::wrap(&step.name, NAME_SIZE, inner),
            ..Placed::default()
        };
        for role in step.roles.iter().skip(1) {
            placed
                .small
                .extend(small(&format!("{} {}", words.or, (words.role_name)(role))));
        }
        if step.optional {
            placed.small.extend(small(words.optional));
        }
        if step.clock == Clock::Paused {
            placed.small.extend(small(words.paused));
        }
        placed.note = note.lines().flat_map(small).collect();
        placed.height = 2 * PADDING - 3
            + NAME_LINE * (1 + pixels(placed.name.len()))
            + SMALL_LINE * pixels(placed.small.len() + placed.note.len());
        placed
    }

    fn add_ports(&self, plan: &Plan, number: usize, words: &DiagramWords<'_>, placed: &mut Placed) {
        let small = |text: &str| text::wrap(text, SMALL_SIZE, self.box_width - 2 * PADDING);
        let mut y = placed.height;
        let edges = || {
            plan.edges
                .iter()
                .zip(&self.ways)
                .enumerate()
                .filter(|(_, (edge, _))| edge.from == number)
        };
        // The way straight down comes last, where it leaves the box.
        let sideways = edges().filter(|(_, (_, way))| **way != Way::Straight);
        let straight = edges().filter(|(_, (edge, way))| **way == Way::Straight && !edge.label.is_empty());
        for (at, (edge, way)) in sideways.chain(straight) {
            let lines = small(&edge.label);
            let mut height = if lines.is_empty() {
                20
            } else {
                SMALL_LINE * pixels(lines.len()) + 11
            };
            if let Way::Beside(_, ending) = way {
                let words = small(super::svg::ending_word(*ending, words));
                height = height.max(SMALL_LINE * pixels(words.len()) + 15);
            }
            placed.ports.push(Port {
                edge: at,
                lines,
                top: y,
                height,
            });
            y += height;
        }
        placed.height = y.max(50);
    }

    /// Left edge and centre of a lane.
    pub(super) fn lane(&self, lane: usize) -> (i32, i32) {
        let left = self.lanes.get(lane).map_or(MARGIN, |lane| lane.left);
        (left, left + self.box_width / 2)
    }

    /// Where a track runs.
    pub(super) fn track(&self, gutter: usize, side: Side, number: usize) -> i32 {
        let (left, right) = self.gutters.get(gutter).copied().unwrap_or_default();
        let distance = 9 + pixels(number) * TRACK;
        if side == Side::Left {
            left + distance
        } else {
            right - distance
        }
    }

    /// The corners of the line of an edge.
    pub(super) fn line(&self, plan: &Plan, number: usize) -> Vec<(i32, i32)> {
        let node = |at: usize| plan.nodes.get(at).zip(self.nodes.get(at));
        let edge = plan.edges.get(number).zip(self.ways.get(number));
        let found = edge.and_then(|(edge, way)| Some((edge, way, node(edge.from)?)));
        let Some((edge, way, (from, source))) = found else {
            return Vec::new();
        };
        let port = source.ports.iter().find(|port| port.edge == number);
        let leave_y = source.top + port.map_or(source.height / 2, |port| port.top + port.height / 2);
        let goal = match edge.goal {
            Goal::Node(to) => node(to),
            Goal::Ending(_) => None,
        };
        match (*way, goal) {
            (Way::Beside(side, _), _) => {
                vec![
                    (self.edge_x(from.lane, side), leave_y),
                    (self.beside(from.lane, side), leave_y),
                ]
            }
            (Way::Straight, Some(to)) => self.down((from, source), to),
            (
                Way::Track {
                    leave,
                    enter,
                    gutter,
                    number,
                    side,
                    back,
                },
                Some((to, target)),
            ) => {
                let x = self.track(gutter, side, number);
                let mut line = if is_bar(from.mark) {
                    vec![(x, source.top + source.height)]
                } else if from.mark == Mark::Start {
                    // Its pill is drawn over the line.
                    vec![(self.lane(from.lane).1, leave_y), (x, leave_y)]
                } else {
                    vec![(self.edge_x(from.lane, leave), leave_y), (x, leave_y)]
                };
                line.extend(self.arrive((to, target), x, enter, back));
                line
            }
            (Way::Straight | Way::Track { .. }, None) => Vec::new(),
        }
    }

    /// The line to the node right below, through the gap between them.
    fn down(&self, (from, source): (&Node, &Placed), (to, target): (&Node, &Placed)) -> Vec<(i32, i32)> {
        let to_centre = self.lane(if is_bar(to.mark) { from.lane } else { to.lane }).1;
        let centre = if is_bar(from.mark) {
            to_centre
        } else {
            self.lane(from.lane).1
        };
        let (top, bottom) = (source.top + source.height, target.top);
        if centre == to_centre {
            return vec![(centre, top), (centre, bottom)];
        }
        let middle = bottom - GAP / 2 - 2;
        vec![
            (centre, top),
            (centre, middle),
            (to_centre, middle),
            (to_centre, bottom),
        ]
    }

    /// The last corners of a line that comes along a track at `x`: into the side of a box, down into a bar, or back
    /// into the right end of a bar.
    fn arrive(&self, (to, target): (&Node, &Placed), x: i32, enter: Side, back: bool) -> Vec<(i32, i32)> {
        if is_bar(to.mark) && !back {
            return vec![(x, target.top)];
        }
        let y = target.top + ENTRY.min(target.height / 2);
        vec![
            (x, y),
            (
                if is_bar(to.mark) {
                    self.inner.1
                } else {
                    self.edge_x(to.lane, enter)
                },
                y,
            ),
        ]
    }

    /// Left or right edge of the boxes of a lane.
    fn edge_x(&self, lane: usize, side: Side) -> i32 {
        self.lane(lane).0 + if side == Side::Left { 0 } else { self.box_width }
    }

    /// Where a mark beside a box in this lane begins: the near edge of the neighbouring lane.
    pub(super) fn beside(&self, lane: usize, side: Side) -> i32 {
        match side {
            Side::Left => lane
                .checked_sub(1)
                .map_or(MARGIN, |lane| self.lane(lane).0 + self.box_width),
            Side::Right => self.lanes.get(lane + 1).map_or(self.right + 6, |lane| lane.left),
        }
    }
}

pub(super) fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 4096)
}
