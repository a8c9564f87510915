//! A table as nodes and flows: what a BPMN picture shows, before any coordinates.

use crate::workflow::{End, RoleCode};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Start,
    Task(usize),
    /// Where ways meet.
    Merge,
    /// In front of a row that may be left out.
    Skip,
    /// Behind a row with several ways on.
    Choice,
    Fork,
    Join,
    End(End),
}

/// Where a node is drawn in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// On the line of the cell, in the order of the nodes.
    Line,
    /// Under the last gateway of the line, so many places down.
    Below(usize),
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) kind: Kind,
    pub(super) cell: usize,
    pub(super) spot: Spot,
}

#[derive(Debug)]
pub(super) struct Flow {
    pub(super) id: String,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) name: String,
    /// The code that the table names, where another one would be understood.
    pub(super) named: Option<String>,
}

/// A part of the picture that stands in one column of one lane.
#[derive(Debug, Default)]
pub(super) struct Cell {
    pub(super) column: usize,
    pub(super) lane: usize,
    /// Which line of its lane: branches that run at the same time lie under each other.
    pub(super) line: usize,
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    /// The lanes from top to bottom; `None` is that of steps without a role.
    pub(super) lanes: Vec<Option<RoleCode>>,
    pub(super) cells: Vec<Cell>,
    pub(super) nodes: Vec<Node>,
    pub(super) flows: Vec<Flow>,
    pub(super) columns: usize,
}

impl Graph {
    pub(super) fn node(&self, number: usize) -> Option<&Node> {
        self.nodes.get(number)
    }

    pub(super) fn cell_of(&self, node: usize) -> Option<&Cell> {
        self.cells.get(self.node(node)?.cell)
    }

    /// The nodes on the line of each cell, from left to right.
    pub(super) fn lines(&self) -> Vec<Vec<usize>> {
        let mut lines = vec![Vec::new(); self.cells.len()];
        for (number, node) in self.nodes.iter().enumerate() {
            if let Some(line) = lines.get_mut(node.cell).filter(|_| node.spot == Spot::Line) {
                line.push(number);
            }
        }
        lines
    }
}
