//! Laws and other documents of others that ours rest on, and what is to be done when they change (ISO 9001, clause 7.5).
//!
//! `sign`, `citing` and `task` are pure. Tables: `external_documents`, `law_changes`, `law_tasks`, `law_task_acts`. Who
//! cites what is read from the legal basis of each version and stored nowhere; where a task stands follows from what
//! was done about it and from the versions of its document. The posted copies of what is touched come from
//! `copies`, the open cases from `cases`.

mod actions;
mod citing;
mod external;
mod kind;
mod pages;
mod schema;
mod sign;
mod store;
mod task;
mod touched;

pub use actions::change::{NewChange, add_missing_tasks, cancel_change, register_change};
pub use actions::register::{NewExternal, add, edit};
pub use actions::take_over::{TakenOver, take_over};
pub use actions::task::{DraftWords, assign_task, decide_no_change, open_draft, reopen};
pub use external::{External, LawChange};
pub use kind::{ActKind, ChangeKind, TaskAct, TaskState, Validity};
pub use pages::doors;
pub use store::{by_sign, changes, external, externals};
pub use touched::{
    Figures, FormName, MyTask, PostedCopy, Progress, TaskShown, Touched, TouchedDocument, assigned, cited, desk,
    progress_of, touched,
};

use crate::db::Guards;

/// What was registered and done stays; a change may be cancelled once, with its reason.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
