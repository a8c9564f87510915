//! Pages of this room: what is my turn, how I want to be told, my calendar, and the letters of the office.

mod feed;
mod list;
mod mail;
mod settings;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let own = Access::SignedIn;
    let keep = Access::May(Permission::ManageSettings);
    doors.get("/notices", own, list::list);
    doors.post("/notices/read", own, list::read);
    doors.get("/notices/settings", own, settings::show);
    doors.post("/notices/settings", own, settings::save);
    doors.get("/notices/confirm/{token}", own, settings::ask);
    doors.post("/notices/confirm/{token}", own, settings::confirmed);
    doors.post("/notices/feed", own, feed::renew);
    doors.post("/notices/feed/stop", own, feed::stop);
    doors.get("/notices/calendar.ics", own, feed::download);
    doors.get("/feeds/{token}.ics", Access::Anyone, feed::feed);
    doors.get("/mail", keep, mail::show);
    doors.post("/mail/test", keep, mail::test);
    doors.post("/mail/retry", keep, mail::retry);
}
