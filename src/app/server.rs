//! The server: database, doors and middleware in their order.

use crate::db::{Db, DbError};
use crate::people::{Gate, gate};
use crate::web::{Access, Doors, Site, asset, secure_headers, show_failures};
use crate::{assignments, calendar, cases, conformance, documents, home, ledger, people, public};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, HttpServer, web};
use std::time::Duration;

/// Readers of the database: more than the cores, so that one slow page does not stop the others.
const READERS: u32 = 8;
/// A request head must arrive within this time.
const HEAD_PATIENCE: Duration = Duration::from_secs(5);
/// How long a stop waits for requests that are under way, in seconds.
const STOP_PATIENCE: u64 = 10;

/// Opens the database, migrated and with the guards of every room.
///
/// # Errors
/// See [`Db::open`].
pub fn open_database(url: &str) -> Result<Db, DbError> {
    Db::open(url, &[ledger::GUARDS, documents::GUARDS, cases::GUARDS], READERS)
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}

/// All doors of the site.
pub fn doors() -> Doors {
    let mut doors = Doors::default();
    doors.get("/health", Access::Anyone, health);
    doors.get("/static/{name}", Access::Anyone, asset);
    for room in [
        people::doors,
        calendar::doors,
        documents::doors,
        assignments::doors,
        cases::doors,
        conformance::doors,
        home::doors,
        public::doors,
    ] {
        room(&mut doors);
    }
    doors
}

/// Opens the doors in an application, for the server and for tests.
pub fn configure(config: &mut web::ServiceConfig, site: &Site, gate: &Gate) {
    config.app_data(web::Data::new(site.clone())).app_data(web::Data::new(gate.clone()));
    doors().open(config);
}

/// Serves until it is told to stop.
///
/// # Errors
/// When the address is taken or the server breaks off.
pub async fn serve(site: Site, listen: &str) -> std::io::Result<()> {
    let keeper = Gate::new(doors().list().to_vec());
    HttpServer::new(move || {
        App::new()
            .wrap(from_fn(gate))
            .wrap(from_fn(show_failures))
            .wrap(from_fn(secure_headers))
            .wrap(Compress::default())
            .configure(|config| configure(config, &site, &keeper))
    })
    .client_request_timeout(HEAD_PATIENCE)
    .shutdown_timeout(STOP_PATIENCE)
    .bind(listen)?
    .run()
    .await
}
