//! The pages of this room: the forms that can be filled, a form, the records, a record.

mod fill;
mod list;
mod show;

pub use fill::{Asked, FillPage, again_typed, refilled};
pub use show::{OfCaseShown, of_case_shown};

use crate::kernel::Permission;
use crate::web::{Access, Doors, escaped};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let fill = Access::May(Permission::FillForms);
    let read = Access::May(Permission::ReadRecords);
    doors.get("/forms", read, list::forms);
    doors.get("/forms/{code}", fill, fill::show);
    doors.post("/forms/{code}", fill, fill::act);
    doors.get("/records", read, list::list);
    doors.get("/records/csv", read, list::csv);
    doors.get("/records/{code}", read, show::show);
    doors.get("/records/{code}/pdf", read, show::pdf);
}

/// The address of a record.
fn path_of(code: &str) -> String {
    format!("/records/{}", escaped(code))
}
