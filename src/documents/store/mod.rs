//! All SQL of this room.

mod files;
mod keep;
mod list;
mod progress;
mod read;
mod roles;
mod round;
mod routes;
mod typing;

pub use files::{Attached, VersionFile, attached, version_files_of};
pub use list::{Filter, LIST_PAGE, ListRow, drafts, fields, list, may_read};
pub use progress::{progress, waiting_for};
pub use read::{
    content_of, contents, document_by_code, due_versions, effective, effective_on, effective_procedures, head,
    heads_by_id, heads_of,
};
pub use roles::{add_roles, roles};
pub use round::{history, rounds, signatures};
pub use routes::{route_of, routes};

pub(super) use files::{keep_attached, lay_beside};
pub(super) use list::readable_heads;
pub(super) use keep::{Move, insert_document, insert_draft, insert_round, is_writer, keep_text, move_on, stale};
pub(super) use read::approval_day;
pub(super) use round::{insert_signature, insert_stage, seats};
pub(super) use routes::replace_route;
pub(super) use typing::{Typing, forget_typing, keep_typing, typings};
