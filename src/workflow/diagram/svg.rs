//! Writes a laid-out picture as SVG. Colours stand as presentation attributes beside a class, so that the picture is
//! whole without a style sheet (and prints), and a style sheet may still change it.

use super::DiagramWords;
use super::layout::{
    BAR, BRANCH_HEADING, Layout, MARK_HEIGHT, NAME_LINE, NAME_SIZE, PADDING, Placed, SMALL_LINE, SMALL_SIZE, pixels,
};
use super::look::{INK, LINE, PAPER, QUIET, badge, look, sign};
use super::overlay::{MarkClass, Overlay, RowMark};
use super::plan::{Ending, Mark, Node, Plan};
use super::text::{self, escape};
use super::tracks::{Side, Way};
use crate::workflow::{Clock, Step, StepTable};

const BACK: &str = "#9a3412";
const OUTSIDE: &str = "#a61b1b";
const LANE: &str = "#f3f6f9";
const BAND: &str = "#e3edf7";

pub(super) fn ending_word<'a>(ending: Ending, words: &DiagramWords<'a>) -> &'a str {
    match ending {
        Ending::Completed => words.completed,
        Ending::Refused => words.refused,
        Ending::Withdrawn => words.withdrawn,
    }
}

pub(super) fn write(
    table: &StepTable,
    plan: &Plan,
    layout: &Layout,
    words: &DiagramWords<'_>,
    overlay: &Overlay,
) -> String {
    let mut pen = Pen {
        out: String::new(),
        layout,
        words,
        is_laid_over: !overlay.edges.is_empty(),
    };
    pen.open();
    pen.lanes();
    pen.bands(plan);
    for number in 0..plan.edges.len() {
        pen.edge(plan, number);
    }
    for (node, placed) in plan.nodes.iter().zip(&layout.nodes) {
        match node.mark {
            Mark::Start => {
                // What is known of the way to the first row stands with the start, which has no box for it.
                let note = plan.edges.first().map_or("", |edge| edge.label.as_str());
                let word = match note {
                    "" => words.start.to_owned(),
                    note => format!("{}: {note}", words.start),
                };
                pen.pill(node, placed, &word, false);
            }
            Mark::End => pen.pill(node, placed, words.completed, true),
            Mark::Fork | Mark::Join => pen.bar(placed),
            Mark::Step(row) => {
                if let Some(step) = table.steps.get(row) {
                    pen.step(node, placed, step, overlay.rows.get(row).and_then(Option::as_ref));
                }
            }
        }
    }
    pen.endings(plan);
    pen.out.push_str("</svg>\n");
    pen.out
}

struct Pen<'a> {
    out: String,
    layout: &'a Layout,
    words: &'a DiagramWords<'a>,
    /// Whether connections have marks.
    is_laid_over: bool,
}

impl Pen<'_> {
    fn open(&mut self) {
        let (id, width, height) = (escape(self.words.id), self.layout.width, self.layout.height);
        let (title, description) = (escape(self.words.title), escape(self.words.description));
        self.out.push_str(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flow\" role=\"img\" aria-labelledby=\"{id}-title \
             {id}-desc\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" color=\"{INK}\" fill=\"currentColor\" \
             font-size=\"{NAME_SIZE}\">\n<title id=\"{id}-title\">{title}</title>\n<desc \
             id=\"{id}-desc\">{description}</desc>\n<defs>"
        ));
        let plain = [("arrow", LINE, 8), ("back", BACK, 8)];
        let thick = [
            ("arrow-thick", LINE, 13),
            ("back-thick", BACK, 13),
            ("outside", OUTSIDE, 10),
        ];
        let more = if self.is_laid_over { thick.as_slice() } else { &[] };
        for (name, colour, size) in plain.iter().chain(more) {
            self.out.push_str(&format!(
                "<marker id=\"{id}-{name}\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"{size}\" \
                 markerHeight=\"{size}\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0.5 L10 5 L0 9.5 \
                 z\" fill=\"{colour}\"/></marker>"
            ));
        }
        self.out.push_str(&format!(
            "</defs>\n<rect class=\"flow-paper\" width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n"
        ));
    }

    fn lanes(&mut self) {
        let layout = self.layout;
        let height = layout.height - 8;
        for (number, lane) in layout.lanes.iter().enumerate() {
            let (x, width) = (lane.left - 4, layout.box_width + 8);
            if number % 2 == 0 {
                self.out.push_str(&format!(
                    "<rect class=\"flow-lane\" x=\"{x}\" y=\"4\" width=\"{width}\" height=\"{height}\" \
                     fill=\"{LANE}\"/>\n"
                ));
            }
            let middle = lane.left + layout.box_width / 2;
            let y = 8 + (layout.header - NAME_LINE * pixels(lane.heading.len())) / 2 + NAME_SIZE;
            self.lines(
                &lane.heading,
                (middle, y),
                NAME_LINE,
                " text-anchor=\"middle\" font-weight=\"bold\"",
            );
        }
        let ((left, right), y) = (layout.inner, layout.header + 8);
        self.out.push_str(&format!(
            "<path class=\"flow-head\" d=\"M{left} {y}H{right}\" stroke=\"{QUIET}\" stroke-width=\"1\"/>\n"
        ));
    }

    fn bands(&mut self, plan: &Plan) {
        let layout = self.layout;
        let (left, right) = layout.inner;
        let width = right - left;
        for block in &plan.blocks {
            let Some((fork, join)) = layout.nodes.get(block.fork).zip(layout.nodes.get(block.join)) else {
                continue;
            };
            let (y, height) = (fork.top, join.top - fork.top);
            self.out.push_str(&format!(
                "<rect class=\"flow-parallel\" x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
                 fill=\"{BAND}\" stroke=\"{QUIET}\" stroke-width=\"0.75\"/>\n"
            ));
            for (number, first) in block.first_nodes.iter().enumerate() {
                let Some(placed) = layout.nodes.get(*first) else {
                    continue;
                };
                let top = placed.top - BRANCH_HEADING - 30 + if number == 0 { 2 } else { 14 };
                if number > 0 {
                    self.out.push_str(&format!(
                        "<path d=\"M{left} {top}H{right}\" stroke=\"{QUIET}\" stroke-width=\"1\" \
                         stroke-dasharray=\"2 4\"/>\n"
                    ));
                }
                let heading = placed.branch.clone().unwrap_or_default();
                let attributes = format!(" font-size=\"{SMALL_SIZE}\" font-style=\"italic\" fill=\"{INK}\"");
                self.lines(&[heading], (layout.lane(0).0, top + 16), SMALL_LINE, &attributes);
            }
        }
    }

    fn edge(&mut self, plan: &Plan, number: usize) {
        let line = self.layout.line(plan, number);
        let Some(((x, y), rest)) = line.split_first() else {
            return;
        };
        let back = matches!(self.layout.ways.get(number), Some(Way::Track { back: true, .. }));
        let (level, is_outside) = plan
            .edges
            .get(number)
            .map_or((None, false), |edge| (edge.level, edge.is_outside));
        let (class, colour) = match (is_outside, back) {
            (true, _) => ("outside", OUTSIDE),
            (false, true) => ("back", BACK),
            (false, false) => ("on", LINE),
        };
        let marker = match (class, level) {
            ("outside", _) => "outside",
            ("back", Some(3..)) => "back-thick",
            ("back", _) => "back",
            (_, Some(3..)) => "arrow-thick",
            _ => "arrow",
        };
        // Nothing went this way: dotted. Not in the table: dashed.
        let (thick, dash) = match (is_outside, level) {
            (true, Some(3..)) => ("3", " stroke-dasharray=\"9 4\""),
            (true, _) => ("2", " stroke-dasharray=\"9 4\""),
            (false, None) => ("1.5", ""),
            (false, Some(0)) => ("1", " stroke-dasharray=\"2 4\""),
            (false, Some(1)) => ("1.5", ""),
            (false, Some(2)) => ("2.5", ""),
            (false, Some(3)) => ("4", ""),
            (false, Some(_)) => ("5.5", ""),
        };
        let mut path = format!("M{x} {y}");
        for (x, y) in rest {
            path.push_str(&format!("L{x} {y}"));
        }
        let id = escape(self.words.id);
        self.out.push_str(&format!(
            "<path class=\"flow-edge flow-{class}\" d=\"{path}\" fill=\"none\" stroke=\"{colour}\" \
             stroke-width=\"{thick}\" stroke-linejoin=\"round\"{dash} marker-end=\"url(#{id}-{marker})\"/>\n"
        ));
    }

    fn pill(&mut self, node: &Node, placed: &Placed, word: &str, end: bool) {
        let width = (text::width(word, NAME_SIZE) + 32).min(self.layout.box_width);
        let (x, y) = (self.layout.lane(node.lane).1 - width / 2, placed.top);
        let (radius, stroke, base) = (MARK_HEIGHT / 2, if end { 3 } else { 1 }, y + 19);
        self.out.push_str(&format!(
            "<rect class=\"flow-end\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{MARK_HEIGHT}\" rx=\"{radius}\" \
             fill=\"{PAPER}\" stroke=\"{LINE}\" stroke-width=\"{stroke}\"/>\n"
        ));
        self.lines(
            &[word.to_owned()],
            (x + width / 2, base),
            NAME_LINE,
            " text-anchor=\"middle\"",
        );
    }

    fn bar(&mut self, placed: &Placed) {
        let (y, (left, right)) = (placed.top, self.layout.inner);
        let width = right - left;
        self.out.push_str(&format!(
            "<rect class=\"flow-bar\" x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\" rx=\"2\" fill=\"{LINE}\"/>\n"
        ));
    }

    fn step(&mut self, node: &Node, placed: &Placed, step: &Step, mark: Option<&RowMark>) {
        let (x, width) = (self.layout.lane(node.lane).0, self.layout.box_width);
        let (y, height) = (placed.top, placed.height);
        let (class, fill, stroke, thick) = mark.map_or(("", PAPER, LINE, 1), |mark| look(mark.class));
        let dash = if step.optional { " stroke-dasharray=\"6 4\"" } else { "" };
        let (space, name) = if class.is_empty() { ("", "") } else { (" flow-", class) };
        self.out.push_str(&format!(
            "<rect class=\"flow-step{space}{name}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             rx=\"4\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{thick}\"{dash}/>\n"
        ));
        let inner = x + PADDING;
        let mut base = y + PADDING + NAME_SIZE - 1;
        self.lines(
            &[step.code.to_string()],
            (inner, base),
            NAME_LINE,
            " font-weight=\"bold\"",
        );
        let mut icon = x + width - 17;
        if let Some(sign) = mark.and_then(|mark| badge(mark.class)) {
            self.badge(sign, icon, y + 16, stroke);
            icon -= 22;
        }
        if step.clock == Clock::Paused {
            let top = y + 9;
            let (first, second) = (icon - 4, icon + 2);
            self.out.push_str(&format!(
                "<path class=\"flow-pause\" d=\"M{first} {top}h3v13h-3zM{second} {top}h3v13h-3z\" fill=\"{LINE}\"/>\n"
            ));
        }
        base += NAME_LINE;
        self.lines(&placed.name, (inner, base), NAME_LINE, "");
        base += NAME_LINE * pixels(placed.name.len()) - 1;
        let is_heated = matches!(
            mark.map(|mark| mark.class),
            Some(MarkClass::Heat(_) | MarkClass::Alarm(_))
        );
        let quiet = if is_heated { INK } else { QUIET };
        let small = format!(" font-size=\"{SMALL_SIZE}\" font-style=\"italic\" fill=\"{quiet}\"");
        self.lines(&placed.small, (inner, base), SMALL_LINE, &small);
        base += SMALL_LINE * pixels(placed.small.len());
        let bold = if is_heated { INK } else { stroke };
        let note = format!(" font-size=\"{SMALL_SIZE}\" font-weight=\"bold\" fill=\"{bold}\"");
        self.lines(&placed.note, (inner, base), SMALL_LINE, &note);
        self.ports(x, placed);
    }

    fn ports(&mut self, x: i32, placed: &Placed) {
        let width = self.layout.box_width;
        for port in placed.ports.iter().filter(|port| !port.lines.is_empty()) {
            let (top, right) = (placed.top + port.top, x + width - 1);
            self.out.push_str(&format!(
                "<path d=\"M{} {top}H{right}\" stroke=\"{QUIET}\" stroke-width=\"0.75\"/>\n",
                x + 1
            ));
            let (at, anchor) = match self.layout.ways.get(port.edge) {
                Some(Way::Track { leave: Side::Right, .. } | Way::Beside(Side::Right, _)) => (right - 7, "end"),
                Some(Way::Track { leave: Side::Left, .. } | Way::Beside(Side::Left, _)) => (x + PADDING, "start"),
                Some(Way::Straight) | None => (x + width / 2, "middle"),
            };
            let base = top + (port.height - SMALL_LINE * pixels(port.lines.len())) / 2 + SMALL_SIZE;
            let attributes = format!(" font-size=\"{SMALL_SIZE}\" text-anchor=\"{anchor}\"");
            self.lines(&port.lines, (at, base), SMALL_LINE, &attributes);
        }
    }

    /// The endings beside the steps.
    fn endings(&mut self, plan: &Plan) {
        for number in 0..plan.edges.len() {
            let Some(Way::Beside(side, ending)) = self.layout.ways.get(number) else {
                continue;
            };
            let line = self.layout.line(plan, number);
            let Some((x, middle)) = line.last() else { continue };
            let room = if plan.roles.len() == 1 {
                140
            } else {
                self.layout.box_width
            };
            let lines = text::wrap(ending_word(*ending, self.words), SMALL_SIZE, room - 36);
            let longest = lines
                .iter()
                .map(|line| text::width(line, SMALL_SIZE))
                .max()
                .unwrap_or(0);
            let (width, height) = (longest + 34, SMALL_LINE * pixels(lines.len()) + 9);
            let x = if *side == Side::Left { x - width } else { *x };
            let (y, radius) = (middle - height / 2, height.min(24) / 2);
            self.out.push_str(&format!(
                "<rect class=\"flow-end\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" \
                 fill=\"{PAPER}\" stroke=\"{LINE}\" stroke-width=\"2\"/>\n"
            ));
            let (sign, at) = (sign(*ending), x + 9);
            self.out.push_str(&format!(
                "<path transform=\"translate({at} {})\" d=\"{sign}\" fill=\"none\" stroke=\"{LINE}\" \
                 stroke-width=\"2\"/>\n",
                middle - 5
            ));
            let small = format!(" font-size=\"{SMALL_SIZE}\"");
            self.lines(&lines, (x + 25, y + 4 + SMALL_SIZE), SMALL_LINE, &small);
        }
    }

    fn badge(&mut self, sign: &str, x: i32, y: i32, colour: &str) {
        self.out.push_str(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"9\" fill=\"{colour}\"/><path transform=\"translate({x} {y})\" \
             d=\"{sign}\" fill=\"none\" stroke=\"{PAPER}\" stroke-width=\"2\"/>\n"
        ));
    }

    fn lines(&mut self, lines: &[String], (x, y): (i32, i32), step: i32, attributes: &str) {
        for (number, line) in lines.iter().enumerate() {
            let (y, line) = (y + step * pixels(number), escape(line));
            self.out
                .push_str(&format!("<text x=\"{x}\" y=\"{y}\"{attributes}>{line}</text>\n"));
        }
    }
}
