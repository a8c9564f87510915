//! Doors of this room.

use crate::web::Doors;

/// The doors of this room.
pub fn doors(_doors: &mut Doors) {}
