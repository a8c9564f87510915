//! The pages of this room: figures, lists of cases, one case beside the approved workflow, pictures of many cases.

mod asked;
mod beyond;
mod case;
mod imports;
mod list;
mod log;
mod overlay;
mod overview;
mod pictures;
mod severities;
mod told;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadConformance);
    doors.get("/conformance", read, overview::show);
    doors.get("/conformance/cases", read, list::show);
    doors.get("/conformance/severities", read, severities::show);
    doors.post(
        "/conformance/severities",
        Access::May(Permission::EditSeverities),
        severities::set,
    );
    doors.get("/conformance/cases/{code}", read, case::show);
    beyond::doors(doors);
    imports::doors(doors);
    doors.get("/conformance/timeline", read, pictures::timeline::show);
    doors.get("/conformance/procedures/{code}", read, pictures::flow::show);
    doors.get(
        "/conformance/procedures/{code}/variants",
        read,
        pictures::variants::show,
    );
    doors.get("/conformance/log.xes", read, log::xes);
    doors.get("/conformance/log.csv", read, log::csv);
}
