//! What people do in this room.

pub(super) mod accounts;
pub(super) mod confirm;
pub(super) mod console;
pub(super) mod password;
pub(super) mod positions;
pub(super) mod set_up;
pub(super) mod sign_in;
