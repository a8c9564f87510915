//! What a log is held against: a Petri net, or an approved procedure.

use super::answers::Answers;
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

/// Is told how many of how many variants are compared, and answers whether to go on.
pub(super) type Watch<'a> = &'a mut dyn FnMut(usize, usize) -> bool;

impl Model {
    /// The fewest steps of a complete case, if they could be determined.
    pub fn shortest_run(&self) -> Option<u32> {
        match self {
            Self::Net(net) => net.shortest_run(),
            Self::Procedure(procedure) => procedure.shortest_run(),
        }
    }

    /// What came of each variant; `None` when whoever watches gave it up.
    pub(super) fn answers(
        &self,
        log: &EventLog,
        variants: &Variants,
        watch: Watch<'_>,
    ) -> Result<Option<Answers>, NetFault> {
        match self {
            Self::Net(net) => net.answers(log, variants, watch),
            Self::Procedure(procedure) => Ok(procedure.answers(log, variants, watch)),
        }
    }

    /// How many transitions or rows it has.
    pub fn nodes(&self) -> usize {
        match self {
            Self::Net(net) => net.nodes(),
            Self::Procedure(procedure) => procedure.content().table.steps.len(),
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

    /// How a transition or a row is called for people: its activity, or its code and name.
    pub fn title(&self, node: usize) -> String {
        match self {
            Self::Net(net) => match net.node(node) {
                (id, Some(label)) if label != id => format!("{label} ({id})"),
                (id, _) => id.to_owned(),
            },
            Self::Procedure(procedure) => {
                let step = procedure.content().table.steps.get(node);
                step.map_or_else(String::new, |step| format!("{} {}", step.code.as_str(), step.name))
            }
        }
    }
}
