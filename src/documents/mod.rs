//! Documents under control: their versions, review and approval, files and the effective text (ISO 9001, clause 7.5).

mod actions;
mod archive;
mod content;
mod difference;
mod drawing;
mod editor;
mod files;
mod pages;
mod role;
mod route;
mod schema;
mod signature;
mod store;
mod version;
mod word;

pub use actions::archive::{export_archive, import_archive};
pub use actions::attach::{Made, attach, attach_made, keep_file};
pub use actions::force::{bring_into_force, withdraw};
pub use actions::routes::set_route;
pub use actions::sign::{return_to_author, sign};
pub use actions::submit::{faults_of, recall, submit};
pub use actions::typing::{forget_typing, keep_typing};
pub use actions::write::{cancel, create, open_draft, save};
pub use content::{Content, VersionContent};
pub use drawing::Caption;
pub use files::read_file;
pub use pages::{
    DossierShown, DurationShown, FactShown, FormShown, Shown, StepShown, TimeShown, WayShown, doors, shown,
};
pub use role::Role;
pub use route::{Meaning, Needs, NewStage, Route, RouteStage};
pub use signature::{ActShown, PositionProgress, Round, SignatureShown, StageProgress, Verdict, VersionAct, Waiting};
pub use store::{
    Attached, Filter, LIST_PAGE, ListRow, VersionFile, add_roles, attached, content_of, contents, document_by_code,
    drafts, due_versions, effective, effective_on, effective_procedures, fields, head, heads_by_id, heads_of, history,
    list, may_read, progress, roles, rounds, route_of, routes, signatures, version_files_of, waiting_for,
};
pub use version::{Stage, VersionHead};
pub use word::{
    NewWord, Trouble, WordFile, WordState, bring_in as bring_in_word, leave as leave_word, make_draft as draft_word,
};

use crate::db::Guards;

/// The guards of this room: what was signed stays as it was, and versions move only along their life.
pub const GUARDS: Guards = Guards {
    sqlite: include_str!("guards/sqlite.sql"),
    postgres: include_str!("guards/postgres.sql"),
};
