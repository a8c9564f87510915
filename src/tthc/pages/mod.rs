//! Pages of this room: the catalogue with its coverage, one entry, and bringing in a list.

mod edit;
mod import;
mod list;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    let manage = Access::May(Permission::ManageTthc);
    doors.get("/tthc", read, list::list);
    doors.get("/tthc/list.csv", read, list::csv);
    doors.get("/tthc/new", manage, edit::new);
    doors.post("/tthc/new", manage, edit::create);
    doors.get("/tthc/import", manage, import::form);
    doors.post("/tthc/import", manage, import::bring);
    doors.get("/tthc/entries/{code}", manage, edit::form);
    doors.post("/tthc/entries/{code}", manage, edit::save);
}
