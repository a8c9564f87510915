//! Pages of this room: signing in, accounts, positions.

mod accounts;
mod keys;
mod sign_in;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let manage = Access::May(Permission::ManagePeople);
    doors.get("/sign-in", Access::Anyone, sign_in::show);
    doors.post("/sign-in", Access::Anyone, sign_in::enter);
    doors.post("/sign-out", Access::SignedIn, sign_in::leave);
    doors.post("/language", Access::Anyone, sign_in::choose_language);
    doors.get("/code", Access::Anyone, sign_in::show_code);
    doors.post("/code", Access::Anyone, sign_in::use_code);
    let speak = Access::MayAny(&[Permission::ManagePeople, Permission::WriteDocuments]);
    doors.get("/keys", speak, keys::show);
    doors.post("/keys/{id}/attest", speak, keys::speak);
    doors.get("/people", manage, accounts::list);
    doors.post("/people", manage, accounts::add);
    doors.post("/people/{id}/code", manage, accounts::give_code);
    doors.post("/people/{id}/deactivate", manage, accounts::deactivate);
    doors.post("/people/{id}/access", manage, accounts::change_access);
    doors.post("/positions", manage, accounts::add_position);
    doors.post("/positions/holders", manage, accounts::add_holder);
    doors.post("/positions/holders/{id}/end", manage, accounts::end_holder);
}
