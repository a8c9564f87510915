//! What a log is held against: a Petri net, or an approved procedure.

use super::net::NetModel;
use super::procedure::ProcedureModel;
use super::variants::Variants;
use crate::alignment::NetFault;
use crate::logs::EventLog;

/// What a log is held against.
#[derive(Debug)]
pub enum Model {
    /// A Petri net of any origin.
    Net(Box<NetModel>),
    /// A procedure with its table of steps.
    Procedure(Box<ProcedureModel>),
}

/// What a move is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveKind {
    /// The event does what the model says.
    Synchronous,
    /// The event is one too many.
    Log,
    /// The model asks for a step that no event does.
    Model,
    /// The model goes on without anything being done: a silent transition, or an optional step that is left out.
    Silent,
}

impl MoveKind {
    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Synchronous => "synchronous",
            Self::Log => "log",
            Self::Model => "model",
            Self::Silent => "silent",
        }
    }
}

/// One move of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayMove {
    /// What it is.
    pub kind: MoveKind,
    /// The event of the case, counted from 0.
    pub event: Option<usize>,
    /// The transition of the net or the row of the table, counted from 0.
    pub node: Option<usize>,
}

/// What came of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The fewest deviations, and a best explanation.
    Exact { cost: u32, moves: Vec<ReplayMove> },
    /// The search was given up: the model is too large for an exact answer within the stated budget.
    NotDetermined { at_least: u32 },
}

impl Model {
    /// The fewest steps of a complete case, if they could be determined.
    pub fn shortest_run(&self) -> Option<u32> {
        match self {
            Self::Net(net) => net.shortest_run(),
            Self::Procedure(procedure) => procedure.shortest_run(),
        }
    }

    pub(super) fn answers(&self, log: &EventLog, variants: &Variants) -> Result<Vec<Answer>, NetFault> {
        match self {
            Self::Net(net) => net.answers(log, variants),
            Self::Procedure(procedure) => Ok(procedure.answers(log, variants)),
        }
    }

    /// The id of a transition or the code of a row, and the activity that it stands for.
    pub fn node(&self, node: usize) -> (&str, Option<&str>) {
        match self {
            Self::Net(net) => net.node(node),
            Self::Procedure(procedure) => {
                let code = procedure.code(node);
                (code, Some(code))
            }
        }
    }
}
