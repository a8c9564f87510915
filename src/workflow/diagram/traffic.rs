//! The connections of a table with parallel parts resolved, and marks of connections laid on the edges of a picture.

use super::overlay::{EdgeMark, Point};
use super::plan::{Edge, Ending, Goal, Mark, Plan};
use crate::workflow::StepTable;
use std::collections::BTreeSet;

/// A connection of a table: after which row comes which, parallel parts resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Where it comes from.
    pub from: Point,
    /// Where it leads.
    pub to: Point,
    /// The outcomes that lead there, as the table writes them; empty when none is named.
    pub outcome: String,
}

/// All connections of a table: from the start, then row by row.
pub fn connections(table: &StepTable) -> Vec<Connection> {
    let plan = Plan::of(table);
    let mut found = Vec::new();
    for edge in &plan.edges {
        let Some(from) = plan.point(edge.from) else { continue };
        let ends: BTreeSet<Point> = plan.beyond(edge.goal).into_iter().map(|(to, _)| to).collect();
        found.extend(ends.into_iter().map(|to| Connection {
            from,
            to,
            outcome: edge.label.clone(),
        }));
    }
    found.sort_by_key(|connection| connection.from);
    found
}

impl Plan {
    /// Lays marks on the edges, and adds ways of their own: past rows that may be left out, and outside the table.
    pub(super) fn lay_over(&mut self, marks: &[EdgeMark]) {
        if marks.is_empty() {
            return;
        }
        let mut lain: Vec<Vec<&EdgeMark>> = vec![Vec::new(); self.edges.len()];
        let mut others = Vec::new();
        for mark in marks {
            let route = if mark.is_outside {
                Vec::new()
            } else {
                self.route(mark.from, mark.to)
            };
            if route.is_empty() {
                others.push(mark);
            }
            for edge in route {
                if let Some(own) = lain.get_mut(edge) {
                    own.push(mark);
                }
            }
        }
        let from_bar: Vec<bool> = self.edges.iter().map(|edge| self.point(edge.from).is_none()).collect();
        for ((edge, marks), from_bar) in self.edges.iter_mut().zip(&lain).zip(from_bar) {
            edge.level = Some(marks.iter().map(|mark| mark.level).max().unwrap_or(0));
            let mut notes: Vec<&str> = marks.iter().map(|mark| mark.note.as_str()).collect();
            notes.dedup();
            notes.retain(|note| !note.is_empty());
            if !from_bar {
                edge.add_to_label(&notes.join(" / "));
            }
        }
        for mark in others {
            self.add_way(mark);
        }
    }

    /// Adds a way that is no edge of its own; one past optional rows begins and ends at the bars of a parallel part.
    fn add_way(&mut self, mark: &EdgeMark) {
        let ends = if mark.is_outside {
            self.node_at(mark.from).zip(self.goal_at(mark.to))
        } else {
            self.past(mark.from, mark.to)
        };
        let Some((from, goal)) = ends else { return };
        let same = |edge: &&mut Edge| edge.from == from && edge.goal == goal && !edge.is_outside;
        if let Some(edge) = self.edges.iter_mut().find(same).filter(|_| !mark.is_outside) {
            edge.level = edge.level.max(Some(mark.level));
            return;
        }
        self.edges.push(Edge {
            from,
            goal,
            label: mark.note.clone(),
            level: Some(mark.level),
            is_outside: mark.is_outside,
        });
    }

    fn past(&self, from: Point, to: Point) -> Option<(usize, Goal)> {
        let block = |point: Point| match point {
            Point::Row(row) => self.block(row),
            Point::Start | Point::Completed | Point::Refused | Point::Withdrawn => None,
        };
        let (own, other) = (block(from), block(to));
        let node = self.node_at(from)?;
        let goal = self.goal_at(to)?;
        if own.map(|own| own.fork) == other.map(|other| other.fork) {
            return Some((node, goal));
        }
        let begins = |fork: usize, firsts: &[usize]| {
            let is_first = firsts.iter().any(|first| Goal::Node(*first) == goal);
            is_first.then_some(Goal::Node(fork))
        };
        let entered = other.and_then(|other| begins(other.fork, &other.first_nodes));
        Some((own.map_or(node, |own| own.join), entered.unwrap_or(goal)))
    }

    /// What stands at a node; bars are nothing of their own.
    fn point(&self, node: usize) -> Option<Point> {
        match self.nodes.get(node)?.mark {
            Mark::Start => Some(Point::Start),
            Mark::Step(row) => Some(Point::Row(row)),
            Mark::End => Some(Point::Completed),
            Mark::Fork | Mark::Join => None,
        }
    }

    /// The points that a goal leads to, each with the edges of the bars in between.
    fn beyond(&self, goal: Goal) -> Vec<(Point, Vec<usize>)> {
        let mut found = Vec::new();
        let mut open = vec![(goal, Vec::new())];
        while let Some((goal, passed)) = open.pop() {
            let node = match goal {
                Goal::Ending(Ending::Completed) => {
                    found.push((Point::Completed, passed));
                    continue;
                }
                Goal::Ending(Ending::Refused) => {
                    found.push((Point::Refused, passed));
                    continue;
                }
                Goal::Ending(Ending::Withdrawn) => {
                    found.push((Point::Withdrawn, passed));
                    continue;
                }
                Goal::Node(node) => node,
            };
            if let Some(point) = self.point(node) {
                found.push((point, passed));
                continue;
            }
            for (number, edge) in self.edges.iter().enumerate() {
                // Two bars in a row are possible, a ring of bars is not; the length keeps a broken table finite.
                if edge.from == node && passed.len() < 4 {
                    let mut further = passed.clone();
                    further.push(number);
                    open.push((edge.goal, further));
                }
            }
        }
        found
    }

    /// The edges on the way from one point to another; none when the table has no such way.
    fn route(&self, from: Point, to: Point) -> Vec<usize> {
        let Some(node) = self.node_at(from) else {
            return Vec::new();
        };
        for (number, edge) in self.edges.iter().enumerate().filter(|(_, edge)| edge.from == node) {
            if let Some((_, mut passed)) = self.beyond(edge.goal).into_iter().find(|(end, _)| *end == to) {
                passed.push(number);
                return passed;
            }
        }
        Vec::new()
    }

    fn node_at(&self, point: Point) -> Option<usize> {
        match point {
            Point::Start => Some(0),
            Point::Row(row) => self.node_of.get(row).copied(),
            Point::Completed | Point::Refused | Point::Withdrawn => None,
        }
    }

    fn goal_at(&self, point: Point) -> Option<Goal> {
        match point {
            Point::Start => None,
            Point::Row(row) => self.node_of.get(row).copied().map(Goal::Node),
            Point::Completed => Some(Goal::Ending(Ending::Completed)),
            Point::Refused => Some(Goal::Ending(Ending::Refused)),
            Point::Withdrawn => Some(Goal::Ending(Ending::Withdrawn)),
        }
    }
}

impl Edge {
    fn add_to_label(&mut self, note: &str) {
        if self.label.is_empty() {
            note.clone_into(&mut self.label);
        } else if !note.is_empty() {
            self.label = format!("{}: {note}", self.label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::diagram::draw_case;
    use crate::workflow::diagram::overlay::{MarkClass, Overlay, RowMark};
    use crate::workflow::diagram::tests::{
        birth, in_branch, lines_of_plan_keep_off_boxes, permit, step, with_next, words,
    };

    fn mark(from: Point, to: Point, level: u8, note: &str) -> EdgeMark {
        EdgeMark {
            from,
            to,
            level,
            note: note.to_owned(),
            is_outside: false,
        }
    }

    #[test]
    fn connections_lead_through_parallel_parts() {
        let found: Vec<(Point, Point)> = connections(&permit())
            .iter()
            .filter(|way| matches!(way.from, Point::Start | Point::Row(5 | 6 | 14)))
            .map(|way| (way.from, way.to))
            .collect();
        let row = Point::Row;
        // Row 5 leads to the first rows of all branches (the first has two), the last row to the end.
        assert_eq!(found[0], (Point::Start, row(0)));
        assert_eq!(found[1..4], [(row(5), row(6)), (row(5), row(8)), (row(5), row(9))]);
        assert_eq!(found.last(), Some(&(row(14), Point::Completed)));
        let refusal = connections(&birth()).into_iter().find(|way| way.to == Point::Refused);
        assert_eq!(
            refusal.map(|way| way.outcome),
            Some("Không thuộc thẩm quyền".to_owned())
        );
    }

    #[test]
    fn marks_thicken_lines_and_stand_where_they_leave_their_box() {
        let overlay = Overlay {
            rows: vec![Some(RowMark {
                class: MarkClass::Heat(3),
                note: "41 lượt\nđang chờ: 2".to_owned(),
            })],
            edges: vec![
                mark(Point::Start, Point::Row(0), 4, "41 <lượt>"),
                mark(Point::Row(0), Point::Row(1), 4, "38"),
                mark(Point::Row(0), Point::Refused, 1, "3"),
                EdgeMark {
                    is_outside: true,
                    ..mark(Point::Row(0), Point::Row(1), 2, "2 lượt ngoài bảng")
                },
            ],
        };
        let svg = draw_case(&birth(), &words(), &overlay);
        for says in [
            "Bắt đầu: 41 &lt;lượt&gt;",
            "Hợp lệ: 38",
            "Không thuộc thẩm quyền: 3",
            "flow-outside",
            "2 lượt ngoài",
            "đang chờ: 2",
            "stroke-width=\"5.5\"",
        ] {
            assert!(svg.contains(says), "{says}\n{svg}");
        }
        assert_eq!(svg.matches("stroke-dasharray=\"9 4\"").count(), 1);
        // Nine connections of the table have no mark: nobody went there.
        assert_eq!(
            svg.matches("stroke-dasharray=\"2 4\"").count(),
            connections(&birth()).len() - 3
        );
        assert!(!svg.contains("style="));
        let plain = draw_case(&birth(), &words(), &Overlay::default());
        assert!(!plain.contains("outside") && !plain.contains("2 4") && !plain.contains("thick"));
    }

    #[test]
    fn a_way_past_optional_rows_goes_around_them() {
        let mut optional = step("B4", "Thông báo", "a");
        optional.optional = true;
        let table = StepTable {
            steps: vec![
                step("B1", "Nhận", "a"),
                in_branch(step("B2", "Ý kiến", "b"), "P", "a"),
                in_branch(step("B3", "Ý kiến", "c"), "P", "b"),
                optional,
                with_next(step("B5", "Trả", "a"), &[("", "END")]),
            ],
            ..StepTable::default()
        };
        let mut plan = Plan::of(&table);
        let edges = plan.edges.len();
        let (two, three, five) = (Point::Row(1), Point::Row(2), Point::Row(4));
        plan.lay_over(&[mark(two, five, 2, ""), mark(three, five, 3, "")]);
        // Both branches leave by the bar behind them.
        assert_eq!(plan.edges.len(), edges + 1);
        let added = plan.edges.last().unwrap();
        assert_eq!((added.from, added.level), (plan.blocks[0].join, Some(3)));
        lines_of_plan_keep_off_boxes(&table, &plan);
    }

    #[test]
    fn ways_outside_the_table_meet_no_box() {
        let table = birth();
        let mut marks = Vec::new();
        for from in 0..5 {
            for to in 0..5 {
                marks.push(EdgeMark {
                    is_outside: true,
                    ..mark(Point::Row(from), Point::Row(to), 2, "1 lượt")
                });
            }
        }
        let mut plan = Plan::of(&table);
        plan.lay_over(&marks);
        lines_of_plan_keep_off_boxes(&table, &plan);
        let all = Overlay {
            rows: Vec::new(),
            edges: marks,
        };
        assert_eq!(draw_case(&table, &words(), &all).matches("flow-outside").count(), 25);
    }
}
