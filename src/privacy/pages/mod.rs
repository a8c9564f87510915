//! Pages of this room: the register of requests, one request, who saw whose data, classes, what was kept long enough.

mod access;
mod access_list;
mod classes;
mod list;
mod retention;
mod show;

use crate::kernel::Permission;
use crate::personal;
use crate::web::{Access, Desk, Doors, Failure};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let manage = Access::May(Permission::ManagePersonalData);
    let approve = Access::May(Permission::ApproveErasure);
    let read = Access::MayAny(&[Permission::ManagePersonalData, Permission::ApproveErasure]);
    let trace = Access::May(Permission::ReadAccessLog);
    doors.get("/privacy", read, list::list);
    doors.post("/privacy", manage, list::register);
    doors.get("/privacy/new", manage, list::new);
    doors.get("/privacy/access", trace, access::show);
    doors.post("/privacy/access.zip", trace, access_list::take);
    doors.get("/privacy/classes", read, classes::show);
    doors.get("/privacy/retention", manage, retention::show);
    doors.post("/privacy/retention", manage, retention::propose);
    doors.get("/privacy/{number}", read, show::show);
    doors.post("/privacy/{number}/open", manage, show::open);
    doors.post("/privacy/{number}/export", manage, show::export);
    doors.post("/privacy/{number}/take", manage, show::take);
    doors.post("/privacy/{number}/extend", manage, show::extend);
    doors.post("/privacy/{number}/answer", manage, show::answer);
    doors.post("/privacy/{number}/refuse", manage, show::refuse);
    doors.post("/privacy/{number}/propose", manage, show::propose);
    doors.post("/privacy/{number}/approve", approve, show::approve);
    doors.post("/privacy/{number}/reject", approve, show::reject);
}

/// Takes the keys of what was erased away, on a thread of its own.
async fn forget(db: crate::db::Db, desk: &Desk) -> Result<(), Failure> {
    desk.aside(move || personal::forget_keys(&db)).await?
}
