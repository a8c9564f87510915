//! Cases: what was done, and what may come next (ISO 9001, clause 8.5).
//!
//! `standing` (where a case stands), `decision` (what may be done), `clock` (when it is due) and `trace` are pure.
//! Tables: `cases`, `case_events`, `case_papers`, `case_waiting`. Who asked is kept sealed in the room of personal data. A case follows the version that was in force on the day of receipt;
//! what was done is only ever added, and where the case stands is written anew from it after each event. Whether it was
//! right is a matter of `conformance`.

mod actions;
mod case;
mod clock;
mod decision;
mod file;
mod pages;
mod schema;
mod standing;
mod store;
mod trace;

pub use actions::close::{finish, stop};
pub use actions::concern::handled;
pub use actions::forms::{fill_form, known_beforehand};
pub use actions::off_workflow::{OffStep, record_off_workflow};
pub use actions::perform::{NewStep, perform};
pub use actions::receive::{NewCase, Received, receive};
pub use case::{Applicant, CaseEvent, CaseHead, EventKind, Paper, Waiting};
pub use clock::{Allotted, allotted, due_after_pauses, promised, shared_due, step_due};
pub use decision::{Allowed, Hindrance, PersonRule, Scene, Wish, decide};
pub use pages::doors;
pub use standing::{Deed, Plan, Standing, Stop};
pub use store::{
    CaseFilter, CaseRow, CaseState, Listed, MonthRate, OpenCase, Overview, ProcedureRate, RoleLoad, TraceFilter,
    WaitingStep, by_code, ended_by, events, head, heads, list, open_following, open_for, open_versions, overview,
    traces, waiting, waiting_steps,
};
pub use trace::{Ended, Event, Trace};

use crate::db::Guards;
/// What was done is only ever added; what was fixed at intake stays; a case is never removed.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
