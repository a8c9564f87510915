//! Documents under control: their versions, review and approval, files and the effective text (ISO 9001, clause 7.5).

mod content;
mod role;
mod schema;
mod store;
mod version;

pub use content::{Content, VersionContent};
pub use role::Role;
pub use store::{add_roles, content_of, contents, document_by_code, effective, effective_on, head, heads_of, roles};
pub use version::{Stage, VersionHead};

use crate::db::Guards;
use crate::web::Doors;

/// The guards of this room.
pub const GUARDS: Guards = Guards {
    sqlite: "",
    postgres: "",
};

/// The doors of this room.
pub fn doors(_doors: &mut Doors) {}
