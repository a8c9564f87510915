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

/// So many variants are compared between two looks at whoever watches.
const BETWEEN_LOOKS: usize = 500;

/// Somebody who watches a comparison and may give it up.
pub(super) struct Watch<'a> {
    watch: Option<&'a mut dyn FnMut(usize, usize) -> bool>,
    done: usize,
    all: usize,
}

impl<'a> Watch<'a> {
    /// Nobody watches: everything is compared in one go.
    pub(super) fn nobody() -> Self {
        Self {
            watch: None,
            done: 0,
            all: 0,
        }
    }

    /// Somebody watches the comparison of so many variants.
    pub(super) fn by(watch: &'a mut dyn FnMut(usize, usize) -> bool, all: usize) -> Self {
        Self {
            watch: Some(watch),
            done: 0,
            all,
        }
    }

    /// How many variants are compared in one go.
    pub(super) fn at_once(&self) -> usize {
        if self.watch.is_some() {
            BETWEEN_LOOKS
        } else {
            usize::MAX
        }
    }

    /// So many more are compared; false when it is to be given up.
    pub(super) fn go_on(&mut self, more: usize) -> bool {
        self.done += more;
        let (done, all) = (self.done, self.all);
        self.watch.as_mut().is_none_or(|watch| watch(done, all))
    }
}

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
        watch: &mut Watch<'_>,
    ) -> Result<Option<Vec<Answer>>, NetFault> {
        match self {
            Self::Net(net) => net.answers(log, variants, watch),
            Self::Procedure(procedure) => Ok(procedure.answers(log, variants, watch)),
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
