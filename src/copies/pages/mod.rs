//! Pages of this room: the register with the work to do, the copies of one document, and a copy as PDF.

mod of_document;
mod register;

use crate::kernel::Permission;
use crate::web::{Access, Doors};

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    let keep = Access::May(Permission::KeepCopies);
    doors.get("/copies", read, register::show);
    doors.get("/documents/{code}/copies", read, of_document::show);
    doors.post("/documents/{code}/copies", keep, of_document::issue);
    doors.get("/copies/{id}/pdf", keep, of_document::pdf);
    doors.get("/copies/{id}/proof", read, of_document::proof);
    doors.post("/copies/{id}/close", keep, register::close);
    doors.post("/copies/{id}/exchange", keep, register::exchange);
}
