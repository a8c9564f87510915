//! Why a file is no process that is read here, and what of one cannot be expressed as a table.

use crate::nets::{XmlCause, XmlFault};

/// What is wrong with a BPMN file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BpmnCause {
    /// Not XML, or too much of it.
    #[error(transparent)]
    Xml(#[from] XmlCause),
    /// The outermost element is another one.
    #[error("this is no BPMN file: its outermost element is <{0}>, not <definitions>")]
    NotBpmn(String),
    /// No process.
    #[error("the file has no <process>")]
    NoProcess,
    /// No step that the start leads to.
    #[error("the process has no step that its start leads to")]
    NoSteps,
    /// Two elements have one id.
    #[error("the id {id} is already used on line {first}")]
    DuplicateId {
        /// The id.
        id: String,
        /// Where it was used first.
        first: usize,
    },
    /// More elements than are read.
    #[error("the process has more than {limit} {what}")]
    TooMany {
        /// Of what: `elements`, `flows`, `parallel gateways`, `ways`.
        what: &'static str,
        /// How many are read.
        limit: usize,
    },
}

impl BpmnCause {
    /// The stable text of the cause, by which its words are found.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Xml(cause) => cause.code(),
            Self::NotBpmn(_) => "not-bpmn",
            Self::NoProcess => "no-process",
            Self::NoSteps => "no-steps",
            Self::DuplicateId { .. } => "duplicate-id",
            Self::TooMany { .. } => "too-many",
        }
    }

    /// What fills the holes of its words: `{limit}`, `{says}`, or `{first}`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Xml(cause) => cause.args(),
            Self::NotBpmn(says) => vec![("says", says.clone())],
            Self::NoProcess | Self::NoSteps => Vec::new(),
            Self::DuplicateId { id, first } => vec![("says", id.clone()), ("first", first.to_string())],
            Self::TooMany { what, limit } => vec![("says", (*what).to_owned()), ("limit", limit.to_string())],
        }
    }
}

/// What is wrong with a BPMN file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct BpmnFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub cause: BpmnCause,
}

impl BpmnFault {
    pub(super) const fn new(line: usize, cause: BpmnCause) -> Self {
        Self { line, cause }
    }
}

impl From<XmlFault> for BpmnFault {
    fn from(fault: XmlFault) -> Self {
        Self::new(fault.line, fault.cause.into())
    }
}

macro_rules! whys {
    ($($(#[$doc:meta])* $name:ident, $text:literal;)*) => {
        /// Why something does not come into the table as the file has it, and what was done with it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Why {
            $($(#[$doc])* $name,)*
        }

        impl Why {
            /// Every reason, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable text of the reason, by which its words are found.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

whys! {
    /// An inclusive or complex gateway: came in as an exclusive choice.
    Gateway, "gateway";
    /// A gateway that waits for one of several events: came in as a choice by outcome.
    EventGateway, "event-gateway";
    /// An event at the border of a step: left out, with the flows that leave it.
    BoundaryEvent, "boundary-event";
    /// A subprocess: came in as one step, without what is inside.
    Subprocess, "subprocess";
    /// A call of another process: came in as one step.
    Call, "call";
    /// A step that is repeated for each of several things, or in a loop of its own: came in as one step.
    Repeated, "repeated";
    /// A waiting event: came in as a step during which the clock of the case stands still.
    Waiting, "waiting";
    /// An event on the way that sends or signals: left out.
    Sending, "sending";
    /// A parallel part that is not closed by one gateway for all its branches, or into whose branches a way leads from
    /// outside: came in as a choice.
    NotNested, "not-nested";
    /// A parallel part inside a branch of another one: its branches follow each other.
    NestedParallel, "nested-parallel";
    /// A parallel gateway that closes no parallel part: left out.
    LoneJoin, "lone-join";
    /// A choice that does not follow a step, or a way that a table can write only behind a step: a step was added.
    AddedStep, "added-step";
    /// Several ways without names: they are named after where they lead.
    NamedWays, "named-ways";
    /// A further start event: left out, with what only it leads to.
    SecondStart, "second-start";
    /// Nothing that was read leads to it: left out.
    Unreachable, "unreachable";
    /// The way goes round between gateways without a step: left out.
    EmptyLoop, "empty-loop";
    /// Another pool or process of the file: left out.
    OtherPool, "other-pool";
    /// A message to another pool: left out.
    Message, "message";
    /// A document or store of data: left out.
    Data, "data";
    /// A note: left out.
    Annotation, "annotation";
    /// A flow from or to something that the process does not have: left out.
    BrokenFlow, "broken-flow";
    /// An element that is not known here: left out.
    Unknown, "unknown";
    /// A value of our own namespace that makes no sense: left out.
    BadValue, "bad-value";
}

/// An element that does not come into the table as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unexpressed {
    /// Its id; empty when it has none.
    pub id: String,
    /// Its name; often empty.
    pub name: String,
    /// What it is, as BPMN calls it (`inclusiveGateway`).
    pub kind: String,
    /// Its line, from 1.
    pub line: usize,
    /// Why, and what was done instead.
    pub why: Why,
}
