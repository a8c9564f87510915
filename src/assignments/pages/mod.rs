//! Pages of this room: the matrix of today, the roles, one role with its entries and forms.

mod matrix;
mod names;
mod role;
mod roles;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let (read, assign) = (
        Access::May(Permission::ReadAssignments),
        Access::May(Permission::AssignRoles),
    );
    doors.get("/assignments", read, matrix::show);
    doors.get("/assignments/roles", read, roles::list);
    doors.get("/assignments/roles/{role}", read, role::show);
    doors.post("/assignments/roles/{role}", assign, role::assign);
    doors.post("/assignments/roles/{role}/{id}/end", assign, role::end);
}
