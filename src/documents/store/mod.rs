//! All SQL of this room.

mod read;
mod roles;

pub use read::{content_of, contents, document_by_code, effective, effective_on, head, heads_of};
pub use roles::{add_roles, roles};
