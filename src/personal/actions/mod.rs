//! The acts of this room.

pub(super) mod carry;
pub(super) mod door;
pub(super) mod erase;
pub(super) mod keep;
pub(super) mod lost;
pub(super) mod rehearse;
