//! Logs of other systems, brought in with a browser: mapped, compared in the background, their figures kept.
//!
//! `import`, `progress`, `summary` and `run` are pure. Tables: `event_logs`, `log_maps`. The comparison itself is
//! `replay`; this is its way through the house: who may, what is kept, and how far it is.

mod actions;
mod import;
mod job;
mod progress;
mod run;
mod schema;
mod store;
mod summary;

pub(super) use actions::{NewImport, NewModel, begin, bring_in, examine, give_up, refusal, set_map};
pub(super) use import::{Import, LIMITS, SavedMap, State, Trouble};
pub(super) use job::{Bench, has_room, open_again, progress, start};
pub(super) use progress::Progress;
pub(super) use run::{Against, Opened, Source, Stop, read_log, read_net};
pub(super) use store::{import, imports, saved_maps};
pub(super) use summary::{Fault, Summary};

use crate::db::Guards;

/// What was compared stays as it is, and a log is never removed.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
