//! Why a file is no net that is read here, and what was taken for granted in one that is.

use crate::nets::xml::{XmlCause, XmlFault};

/// What is wrong with a PNML file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PnmlCause {
    /// Not XML, or too much of it.
    #[error(transparent)]
    Xml(#[from] XmlCause),
    /// The outermost element is another one.
    #[error("this is no PNML file: its outermost element is <{0}>, not <pnml>")]
    NotPnml(String),
    /// No net.
    #[error("the file has no <net>")]
    NoNet,
    /// More than one net.
    #[error("the file has {0} nets; keep one")]
    SeveralNets(usize),
    /// A net whose tokens carry values.
    #[error("nets of the type {0} are not read; only place/transition nets are")]
    NetType(String),
    /// More places and transitions than are read.
    #[error("more than {0} places and transitions")]
    TooManyNodes(usize),
    /// A place, transition or reference without an id.
    #[error("<{0}> has no id")]
    NoId(String),
    /// Two nodes have one id.
    #[error("the id is already used on line {first}")]
    DuplicateId {
        /// Where it was used first.
        first: usize,
    },
    /// No place.
    #[error("the net has no place")]
    NoPlaces,
    /// An arc, a reference or a final marking names a node that the net does not have.
    #[error("it names {0}, which is no place or transition of the net")]
    UnknownNode(String),
    /// A reference that leads back to itself, or through very many others.
    #[error("the reference leads back to itself, or through more than 100 others")]
    CircularReference,
    /// An arc between two places or two transitions.
    #[error("the arc joins {from} and {to}; an arc goes from a place to a transition or from a transition to a place")]
    SameKind {
        /// Where it begins.
        from: String,
        /// Where it ends.
        to: String,
    },
    /// A kind of arc that changes what a net means.
    #[error("{0} arcs are not read; only ordinary arcs are")]
    ArcKind(String),
    /// A weight or a number of tokens that is none.
    #[error("{0:?} is no whole number")]
    NotANumber(String),
    /// A weight beyond the limit.
    #[error("the weight of an arc is {weight}; at most {limit} is read")]
    Weight {
        /// What it is.
        weight: u64,
        /// What it may be.
        limit: u64,
    },
    /// More tokens on a place than are counted.
    #[error("{tokens} tokens on a place; at most {limit} are read")]
    TooManyTokens {
        /// How many there are.
        tokens: u64,
        /// How many may be.
        limit: u64,
    },
    /// No initial marking, and none can be guessed.
    #[error("the net has no initial marking, and {0} places without incoming arcs (one would be the start)")]
    NoStart(usize),
    /// No final marking, and none can be guessed.
    #[error("the net has no final marking, and {0} places without outgoing arcs (one would be the end)")]
    NoEnd(usize),
}

/// What is wrong with a PNML file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PnmlFault {
    /// The line, from 1.
    pub line: usize,
    /// The id of the element; empty when it has none.
    pub id: String,
    /// What is wrong with it.
    pub cause: PnmlCause,
}

impl PnmlFault {
    pub(super) fn new(line: usize, id: impl Into<String>, cause: PnmlCause) -> Self {
        Self {
            line,
            id: id.into(),
            cause,
        }
    }
}

impl std::fmt::Display for PnmlFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.id.is_empty() {
            write!(f, ", {}", self.id)?;
        }
        write!(f, ": {}", self.cause)
    }
}

impl std::error::Error for PnmlFault {}

impl From<XmlFault> for PnmlFault {
    fn from(fault: XmlFault) -> Self {
        Self::new(fault.line, "", fault.cause.into())
    }
}

/// What the file does not say and was taken for granted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PnmlNote {
    /// The case begins with one token on the only place without incoming arcs.
    #[error("no initial marking: the case begins in {0}, the only place without incoming arcs")]
    StartGuessed(String),
    /// The case ends with one token on the only place without outgoing arcs.
    #[error("no final marking: the case ends in {0}, the only place without outgoing arcs")]
    EndGuessed(String),
    /// Transitions without a name were taken as silent.
    #[error("{count} transitions without a name are silent, the first is {first}")]
    Unnamed {
        /// How many.
        count: usize,
        /// The id of the first one.
        first: String,
    },
    /// A final marking without a token was left out.
    #[error("line {0}: a final marking without tokens is left out")]
    EmptyFinal(usize),
}
