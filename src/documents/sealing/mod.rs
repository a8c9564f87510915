//! What signatures on versions cover, read from the disk each time; and whether they still hold.

mod manifest;
mod seal;
mod verify;

pub(super) use manifest::manifest_of;
pub(super) use seal::{Asked, Thorough, act_of, as_printed, asked, own_open, seal_seats, whole};
pub use seal::{Meant, seal, take_back, tokens};
pub(super) use verify::flaws_of;
pub use verify::{Problem, verify_signatures};
