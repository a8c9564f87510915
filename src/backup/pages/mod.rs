//! Pages of this room: how well the installation is guarded against loss, and what was done for it.

mod list;
mod run;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadLedger);
    let manage = Access::May(Permission::ManageSettings);
    doors.get("/backups", read, list::show);
    doors.post("/backups", manage, list::ask);
    doors.get("/backups/{number}", read, run::show);
    doors.get("/backups/{number}/report.txt", read, run::text);
    doors.get("/backups/{number}/report.json", read, run::json);
}
