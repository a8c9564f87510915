//! The acts of this room.

pub(super) mod export;
pub(super) mod handle;
pub(super) mod propose;
pub(super) mod register;
