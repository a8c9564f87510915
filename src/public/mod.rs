//! Pages for anyone, without signing in: the posted procedures, and where a case stands.
//!
//! What bears a code of its own, a receipt or a print, is answered by the agency that it is of; everything else by the first one.
//! Visitors read effective work procedures only, and of a case neither names nor papers. No table is its own.

mod copy_check;
mod posted;
mod sheet;
mod track;

use crate::people::{self, AgencyShown};
use crate::web::{Access, Desk, Doors, Failure};

/// Every agency of the deployment: a code on paper does not say which one a visitor is to choose.
async fn agencies(desk: &Desk) -> Result<Vec<AgencyShown>, Failure> {
    let db = desk.site().db.clone();
    Ok(desk.aside(move || people::agencies_shown(&db)).await??)
}

fn visiting(desk: &Desk, agency: AgencyShown) -> Desk {
    desk.visiting((agency.id, agency.name, agency.name_en))
}

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    doors.get("/procedures", Access::Anyone, posted::list);
    doors.get("/procedures/{code}", Access::Anyone, sheet::show);
    doors.get("/c/{token}", Access::Anyone, copy_check::show);
    doors.get("/track", Access::Anyone, track::show);
}
