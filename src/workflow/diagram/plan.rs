//! What a picture shows, before any coordinates: nodes from top to bottom, and the edges between them.

use crate::workflow::{RoleCode, StepTable, Target};

/// What a node of the picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Start,
    /// A row of the table.
    Step(usize),
    /// Where the branches of a parallel part begin.
    Fork,
    /// Where they meet again.
    Join,
    End,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) mark: Mark,
    pub(super) lane: usize,
}

/// How a case can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    Refused,
    Withdrawn,
}

/// Where an edge leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    Node(usize),
    /// A small mark beside the step: endings away from the last row need no long edge.
    Ending(Ending),
}

#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) goal: Goal,
    pub(super) label: String,
    /// How much went this way; `None` when no marks are laid over the picture.
    pub(super) level: Option<u8>,
    /// Whether the table does not have it.
    pub(super) is_outside: bool,
}

/// A parallel part: its bars, and the nodes with which its branches begin.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub(super) fork: usize,
    pub(super) join: usize,
    pub(super) first_nodes: Vec<usize>,
    first_row: usize,
    last_row: usize,
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The lanes from left to right; `None` is the lane of steps without a role.
    pub(super) roles: Vec<Option<RoleCode>>,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) blocks: Vec<Block>,
    /// The node of each row.
    pub(super) node_of: Vec<usize>,
    block_of: Vec<Option<usize>>,
    end: usize,
}

impl Plan {
    pub(super) fn of(table: &StepTable) -> Self {
        let mut plan = Self::default();
        plan.place_nodes(table);
        plan.connect(Some(0), Some(Goal::Node(1)), "");
        for row in 0..table.steps.len() {
            plan.connect_row(table, row);
        }
        for block in plan.blocks.clone() {
            for first in &block.first_nodes {
                plan.connect(Some(block.fork), Some(Goal::Node(*first)), "");
            }
            let after = plan.entry(block.last_row + 1);
            plan.connect(Some(block.join), Some(after), "");
        }
        let end = Goal::Node(plan.end);
        if !plan.edges.iter().any(|edge| edge.goal == end) {
            plan.nodes.truncate(plan.end);
        }
        plan
    }

    fn place_nodes(&mut self, table: &StepTable) {
        let lanes: Vec<usize> = table.steps.iter().map(|step| self.lane(step.roles.first())).collect();
        if self.roles.is_empty() {
            self.roles.push(None);
        }
        self.nodes.push(Node {
            mark: Mark::Start,
            lane: lanes.first().copied().unwrap_or(0),
        });
        let mut lane = 0;
        for (row, step) in table.steps.iter().enumerate() {
            let above = row
                .checked_sub(1)
                .and_then(|above| table.steps.get(above))
                .and_then(|s| s.branch.as_ref());
            let below = table.steps.get(row + 1).and_then(|s| s.branch.as_ref());
            lane = lanes.get(row).copied().unwrap_or(0);
            let mut block_of = None;
            if let Some(branch) = &step.branch {
                let begins = above.is_none_or(|other| other.group != branch.group);
                if begins {
                    self.blocks.push(Block {
                        fork: self.nodes.len(),
                        first_row: row,
                        ..Block::default()
                    });
                    self.nodes.push(Node { mark: Mark::Fork, lane });
                }
                block_of = self.blocks.len().checked_sub(1);
                let next = self.nodes.len();
                if let Some(block) = self.blocks.last_mut() {
                    if begins || above.is_none_or(|other| other.branch != branch.branch) {
                        block.first_nodes.push(next);
                    }
                    block.last_row = row;
                }
            }
            self.block_of.push(block_of);
            self.node_of.push(self.nodes.len());
            self.nodes.push(Node {
                mark: Mark::Step(row),
                lane,
            });
            if step
                .branch
                .as_ref()
                .is_some_and(|own| below.is_none_or(|other| other.group != own.group))
            {
                if let Some(block) = self.blocks.last_mut() {
                    block.join = self.nodes.len();
                }
                self.nodes.push(Node { mark: Mark::Join, lane });
            }
        }
        self.end = self.nodes.len();
        self.nodes.push(Node { mark: Mark::End, lane });
    }

    fn lane(&mut self, role: Option<&RoleCode>) -> usize {
        self.roles
            .iter()
            .position(|known| known.as_ref() == role)
            .unwrap_or_else(|| {
                self.roles.push(role.cloned());
                self.roles.len() - 1
            })
    }

    fn connect_row(&mut self, table: &StepTable, row: usize) {
        let Some((step, from)) = table.steps.get(row).zip(self.node_of.get(row).copied()) else {
            return;
        };
        if step.next.is_empty() {
            let goal = self.below(table, row);
            self.connect(Some(from), Some(goal), "");
        }
        for next in &step.next {
            let goal = match &next.target {
                Target::Step(code) => table.find(code).map(|(target, _)| self.jump(row, target)),
                Target::End if row + 1 == table.steps.len() => Some(self.below(table, row)),
                Target::End => Some(Goal::Ending(Ending::Completed)),
                Target::EndRefused => Some(Goal::Ending(Ending::Refused)),
                Target::EndWithdrawn => Some(Goal::Ending(Ending::Withdrawn)),
            };
            self.connect(Some(from), goal, next.outcome.as_deref().unwrap_or_default());
        }
    }

    /// Where the row leads when it names nothing.
    fn below(&self, table: &StepTable, row: usize) -> Goal {
        let branch = |row: usize| table.steps.get(row).and_then(|step| step.branch.as_ref());
        match self.block(row) {
            Some(block) if row < block.last_row && branch(row) == branch(row + 1) => self.entry(row + 1),
            Some(block) => Goal::Node(block.join),
            None => self.entry(row + 1),
        }
    }

    /// The rows that come after a row that names nothing, parallel parts resolved; `None` is the end.
    pub(super) fn rows_after(&self, row: usize) -> Vec<Option<usize>> {
        let from = self.node_of.get(row).copied();
        let goal = self
            .edges
            .iter()
            .find(|edge| Some(edge.from) == from)
            .map(|edge| edge.goal);
        match goal {
            Some(Goal::Node(node)) => self.rows_at(node),
            Some(Goal::Ending(_)) | None => vec![None],
        }
    }

    fn rows_at(&self, node: usize) -> Vec<Option<usize>> {
        let row_of = |node: &usize| self.node_of.iter().position(|found| found == node);
        if let Some(block) = self.blocks.iter().find(|block| block.fork == node) {
            return block.first_nodes.iter().map(row_of).collect();
        }
        match self.blocks.iter().find(|block| block.join == node) {
            Some(block) => match self.entry(block.last_row + 1) {
                Goal::Node(after) if after != node => self.rows_at(after),
                Goal::Node(_) | Goal::Ending(_) => vec![None],
            },
            None => vec![row_of(&node)],
        }
    }

    fn jump(&self, row: usize, target: usize) -> Goal {
        match (self.block(row), self.block(target)) {
            (Some(own), Some(other)) if own.fork == other.fork => self.node(target),
            (Some(own), _) if target == own.last_row + 1 => Goal::Node(own.join),
            (_, Some(other)) if target == other.first_row => Goal::Node(other.fork),
            _ => self.node(target),
        }
    }

    /// How one gets to a row from above: through the fork when it begins a parallel part, to the end below the table.
    fn entry(&self, row: usize) -> Goal {
        match self.block(row) {
            Some(block) if block.first_row == row => Goal::Node(block.fork),
            _ => self.node(row),
        }
    }

    fn node(&self, row: usize) -> Goal {
        Goal::Node(self.node_of.get(row).copied().unwrap_or(self.end))
    }

    /// The parallel part that a row belongs to.
    pub(super) fn block(&self, row: usize) -> Option<&Block> {
        self.block_of
            .get(row)
            .copied()
            .flatten()
            .and_then(|number| self.blocks.get(number))
    }

    /// Adds an edge; two edges between the same nodes become one with both labels.
    fn connect(&mut self, from: Option<usize>, goal: Option<Goal>, label: &str) {
        let Some((from, goal)) = from.zip(goal) else { return };
        match self
            .edges
            .iter_mut()
            .find(|edge| edge.from == from && edge.goal == goal)
        {
            Some(edge) if edge.label.is_empty() => label.clone_into(&mut edge.label),
            Some(edge) if !label.is_empty() => edge.label = format!("{} / {label}", edge.label),
            Some(_) => {}
            None => self.edges.push(Edge {
                from,
                goal,
                label: label.to_owned(),
                level: None,
                is_outside: false,
            }),
        }
    }
}
