//! What people do in this room.

pub(super) mod accounts;
pub(super) mod by_oidc;
pub(super) mod by_passkey;
pub(super) mod confirm;
pub(super) mod console;
pub(super) mod fresh;
pub(super) mod loans;
pub(super) mod password;
pub(super) mod positions;
pub(super) mod proposals;
pub(super) mod roles;
pub(super) mod second;
pub(super) mod set_up;
pub(super) mod sign_in;
