//! The pages of this room.

mod acts;
mod applicants;
mod forms;
mod list;
mod moves;
mod new;
mod picture;
mod print;
mod show;
mod speech;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// Who may record something in a case or close it; the act says of which case.
const TOUCH: Access = Access::MayAny(&[Permission::PerformSteps, Permission::ReceiveCases]);

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadCases);
    let receive = Access::May(Permission::ReceiveCases);
    doors.get("/cases", read, list::show);
    doors.post("/cases", receive, new::receive);
    doors.post("/cases/find", Access::May(Permission::ReadApplicants), list::find);
    doors.get("/cases/new", receive, new::show);
    doors.get("/cases/{code}", read, show::show);
    doors.post(
        "/cases/{code}/steps",
        Access::May(Permission::PerformSteps),
        acts::perform,
    );
    doors.get(
        "/cases/{code}/forms/{form}",
        Access::May(Permission::PerformSteps),
        forms::show,
    );
    doors.post(
        "/cases/{code}/forms/{form}",
        Access::May(Permission::PerformSteps),
        forms::fill,
    );
    doors.post("/cases/{code}/off-workflow", TOUCH, acts::record_off_workflow);
    doors.post("/cases/{code}/stop", TOUCH, acts::stop);
    doors.post("/cases/{code}/finish", TOUCH, acts::finish);
    doors.post(
        "/cases/{code}/personal",
        Access::MayAny(&[Permission::ReadApplicants, Permission::OpenApplicants]),
        applicants::show,
    );
    doors.get(
        "/cases/{code}/receipt",
        Access::May(Permission::ReadApplicants),
        print::receipt,
    );
    doors.get("/cases/{code}/control-slip", read, print::control_slip);
}
