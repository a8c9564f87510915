//! The server: database, doors and middleware in their order.

use super::edge::{refuse_oddities, tell_phase};
use crate::db::{Db, DbError};
use crate::people::{Gate, gate};
use crate::web::{Access, Doors, Site, answer_once, asset, recorded, secure_headers, show_failures};
use crate::{
    assignments, calendar, cases, conformance, copies, documents, home, law, ledger, lists, notices, people, public,
    readers, records, reviews, signatures, tthc,
};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, web};

/// Readers of the database: more than the cores, so that one slow page does not stop the others.
const READERS: u32 = 8;
/// Opens the database, migrated and with the guards of every room.
///
/// # Errors
/// See [`Db::open`].
pub fn open_database(url: &str) -> Result<Db, DbError> {
    Db::open(
        url,
        &[
            ledger::GUARDS,
            people::KEY_GUARDS,
            signatures::GUARDS,
            documents::GUARDS,
            copies::GUARDS,
            cases::GUARDS,
            conformance::GUARDS,
            conformance::AMENDMENT_GUARDS,
            conformance::LOG_GUARDS,
            law::GUARDS,
            reviews::GUARDS,
            readers::GUARDS,
            records::GUARDS,
            tthc::GUARDS,
            notices::GUARDS,
        ],
        READERS,
    )
}

/// For programs that watch: 200 and `ok`, or 503 and why nothing may be written. It asks no database, so it answers at
/// once however much there is to do.
async fn health(site: web::Data<Site>) -> HttpResponse {
    let (mut response, said) = match site.db.halted() {
        None => (HttpResponse::Ok(), "ok\n".to_owned()),
        Some(halt) => (HttpResponse::ServiceUnavailable(), format!("halted: {halt}\n")),
    };
    response.content_type("text/plain; charset=utf-8").body(said)
}

/// All doors of the site.
pub fn doors() -> Doors {
    let mut doors = Doors::default();
    doors.get("/health", Access::Anyone, health);
    doors.get("/static/{name}", Access::Anyone, asset);
    doors.get("/recorded", Access::SignedIn, recorded);
    for room in [
        people::doors,
        calendar::doors,
        documents::doors,
        assignments::doors,
        copies::doors,
        cases::doors,
        conformance::doors,
        law::doors,
        reviews::doors,
        readers::doors,
        records::doors,
        home::doors,
        notices::doors,
        tthc::doors,
        lists::doors,
        public::doors,
    ] {
        room(&mut doors);
    }
    doors
}

/// The whole site, for the server and for tests. Middleware, outermost first: where the connection
/// stands, what no browser sends, compression, headers of security, answers
/// to what is sent twice, pages for failures, the gate.
pub fn application(
    site: Site,
    keeper: Gate,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .wrap(from_fn(gate))
        .wrap(from_fn(show_failures))
        .wrap(from_fn(answer_once))
        .wrap(from_fn(secure_headers))
        .wrap(Compress::default())
        .wrap(from_fn(refuse_oddities))
        .wrap(from_fn(tell_phase))
        .app_data(web::Data::new(site))
        .app_data(web::Data::new(keeper))
        .configure(|config| doors().open(config))
}
