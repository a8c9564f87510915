//! Pages for anyone, without signing in: the posted procedures, and where a case stands.
//!
//! Visitors read effective work procedures only, and of a case neither names nor papers. No table is its own.

mod copy_check;
mod posted;
mod sheet;
mod track;

use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    doors.get("/procedures", Access::Anyone, posted::list);
    doors.get("/procedures/{code}", Access::Anyone, sheet::show);
    doors.get("/c/{token}", Access::Anyone, copy_check::show);
    doors.get("/track", Access::Anyone, track::show);
}
