//! Pages of this room: the register with the work to do, the copies of one document, and a copy as PDF.

mod of_document;
mod register;

use crate::kernel::Permission;
use crate::web::{Access, Desk, Doors, Failure, Say};
use std::collections::BTreeMap;

/// The doors of this room.
pub fn doors(doors: &mut Doors) {
    let read = Access::May(Permission::ReadDocuments);
    let keep = Access::May(Permission::KeepCopies);
    doors.get("/copies", read, register::show);
    doors.get("/documents/{code}/copies", read, of_document::show);
    doors.post("/documents/{code}/copies", keep, of_document::issue);
    doors.get("/copies/{id}/pdf", keep, of_document::pdf);
    doors.post("/copies/{id}/close", keep, register::close);
    doors.post("/copies/{id}/exchange", keep, register::exchange);
}

/// What stands after `?` in the address.
fn query(desk: &Desk) -> BTreeMap<String, String> {
    let query = actix_web::web::Query::<BTreeMap<String, String>>::from_query(desk.request().query_string());
    query.map(actix_web::web::Query::into_inner).unwrap_or_default()
}

/// The sentence of a refusal that its page shows itself; any other failure goes on to its own page.
fn refusal(failure: Failure) -> Result<Say, Failure> {
    match failure {
        Failure::Invalid(say) | Failure::Conflict(say) => Ok(say),
        Failure::SignInFirst
        | Failure::NotFound
        | Failure::TooLarge
        | Failure::Internal(_)
        | Failure::Forbidden(_)
        | Failure::TooMany(_) => Err(failure),
    }
}

/// A sentence in the language of the answer.
fn sentence(desk: &Desk, say: &Say) -> String {
    desk.site().pages.words().fill(desk.language(), &say.key, &say.args)
}
