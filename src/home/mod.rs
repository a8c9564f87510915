//! A person's own pages: what waits, what is mine to do, and for leaders how work goes. It has no table of its own.

mod around;
mod cases;
mod handbook;
mod handbook_paper;
mod my_work;
mod overview;
mod start;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    doors.get("/", Access::Anyone, start::show);
    doors.get("/my-work", Access::May(Permission::PerformSteps), my_work::show);
    doors.get("/my-handbook", Access::May(Permission::ReadDocuments), handbook::show);
    doors.get(
        "/my-handbook/pdf",
        Access::May(Permission::ReadDocuments),
        handbook::pdf,
    );
    doors.get("/overview", Access::May(Permission::ReadOverview), overview::show);
}
