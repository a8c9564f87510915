//! All SQL of this room.

mod lists;
mod overview;
mod read;
mod traces;
mod turns;
mod write;

pub use lists::{CaseFilter, CaseRow, CaseState, Listed, OpenCase, list, open_for};
pub use overview::{MonthRate, Overview, ProcedureRate, RoleLoad, overview};
pub use read::{by_code, ended_by, events, head, heads, open_following, open_versions, waiting};
pub use traces::{TraceFilter, traces};
pub use turns::{WaitingStep, waiting_steps};

pub(super) use read::{papers, waiting_of, worked_on_by};
pub(super) use write::{NewEvent, StandingRow, WaitingRow, add_event, add_papers, insert_case, set_standing};
