//! The server: database, doors and middleware in their order.

use crate::db::{Db, DbError, Keyring};
use crate::kernel::Clock;
use crate::people::{Gate, gate};
use crate::web::{Access, Doors, Site, asset, secure_headers, show_failures};
use crate::{
    assignments, calendar, cases, conformance, copies, documents, home, law, ledger, lists, notices, people, personal,
    privacy, public, readers, records, reviews, tthc,
};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, HttpServer, web};
use std::path::Path;
use std::time::Duration;

/// Readers of the database: more than the cores, so that one slow page does not stop the others.
const READERS: u32 = 8;
/// A request head must arrive within this time.
const HEAD_PATIENCE: Duration = Duration::from_secs(5);
/// How long a stop waits for requests that are under way, in seconds.
const STOP_PATIENCE: u64 = 10;

/// Opens the database, migrated, with the guards of every room and the keys in `data/keys`; what stood in clear before
/// personal data were sealed is sealed now. `passphrase` protects the file of the office's key, if the
/// office chose one.
///
/// # Errors
/// See [`Db::open`] and [`Keyring::open`]; and when something cannot be sealed.
pub fn open_office(url: &str, data: &Path, passphrase: Option<&[u8]>) -> anyhow::Result<Db> {
    let keys = Keyring::open(&data.join("keys"), passphrase)?;
    let db = open_tables(url)?.with_keys(keys);
    let now = Clock::default().now();
    personal::carry_over(&db, now)?;
    records::carry_over(&db, now)?;
    Ok(db)
}

/// Like [`open_office`], with the keys beside the file of an embedded database. A database on a server has no place
/// beside it: it is opened without keys then, and its personal data stay closed.
///
/// # Errors
/// See [`open_office`].
pub fn open_database(url: &str) -> anyhow::Result<Db> {
    if url.contains("://") {
        return Ok(open_tables(url)?);
    }
    open_office(url, Path::new(url).parent().unwrap_or(Path::new(".")), None)
}

fn open_tables(url: &str) -> Result<Db, DbError> {
    Db::open(
        url,
        &[
            ledger::GUARDS,
            documents::GUARDS,
            copies::GUARDS,
            personal::GUARDS,
            cases::GUARDS,
            privacy::GUARDS,
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

async fn health() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
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
        copies::doors,
        cases::doors,
        conformance::doors,
        law::doors,
        privacy::doors,
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

/// The whole site, for the server and for tests. Middleware, outermost first: compression, headers of security, pages
/// for failures, the gate.
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
        .wrap(from_fn(secure_headers))
        .wrap(Compress::default())
        .app_data(web::Data::new(site))
        .app_data(web::Data::new(keeper))
        .configure(|config| doors().open(config))
}

/// Serves until it is told to stop.
///
/// # Errors
/// When the address is taken or the server breaks off.
pub async fn serve(site: Site, listen: &str) -> std::io::Result<()> {
    let keeper = Gate::new(doors().list().to_vec());
    HttpServer::new(move || application(site.clone(), keeper.clone()))
        .client_request_timeout(HEAD_PATIENCE)
        .shutdown_timeout(STOP_PATIENCE)
        .bind(listen)?
        .run()
        .await
}
