//! The table of steps as a workflow: semantics, checks, live moves and alignment. Pure: no database, no web, no clock.

mod align;
mod check;
mod compile;
mod dense;
mod diagram;
mod ends;
mod flow;
mod graph;
mod layout;
mod live;
mod net;
mod position;
mod problem;
mod regions;
mod skips;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod time_budget;

pub use align::{Alignment, Comparing, Move, align};
pub use check::check;
pub use compile::{End, State, Workflow};
pub use diagram::{
    Connection, DiagramWords, EdgeMark, EventMark, MOST_HEAT, MarkClass, Overlay, Point, RowMark, Sentences,
    connections, draw, draw_case, text, text_alternative, wrap,
};
pub use live::Refusal;
pub use net::{TableNet, net};
pub use position::{Done, Position, Room};
pub use problem::{Field, Problem, ProblemCode, Severity};
pub use regions::{Goal, Parallel, Part, Regions, Way, regions};
pub use table::{
    Branch, Clock, DurationCase, DurationCode, Next, RoleCode, SharedTime, Step, StepCode, StepTable, StepTime, Target,
    TimeLimit, TimeUnit,
};
