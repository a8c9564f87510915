//! The server: database, doors and middleware in their order.

use super::edge::{metrics, note_request, refuse_oddities, tell_phase};
use crate::db::{Db, DbError, Keyring};
use crate::kernel::Clock;
use crate::people::{Gate, gate};
use crate::web::{Access, Doors, Lane, Site, answer_once, asset, recorded, secure_headers, show_failures};
use crate::{
    assignments, backup, book, calendar, cases, conformance, copies, documents, home, law, ledger, lists, notices,
    people, personal, privacy, public, readers, records, reviews, signatures, tthc,
};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, web};
use std::path::Path;

/// What does not wait in the ordinary lane.
const LANES: [(Lane, Method, &str); 26] = [
    (Lane::Entrance, Method::POST, "/sign-in"),
    (Lane::Entrance, Method::POST, "/sign-in/second"),
    (Lane::Entrance, Method::POST, "/code"),
    (Lane::Reserved, Method::POST, "/cases"),
    (Lane::Reserved, Method::POST, "/cases/{code}/steps"),
    (Lane::Reserved, Method::POST, "/cases/{code}/finish"),
    (Lane::Reserved, Method::POST, "/cases/{code}/stop"),
    (Lane::Reserved, Method::POST, "/editions/{number}/decide"),
    (Lane::Reserved, Method::POST, "/versions/{id}/sign"),
    (Lane::Reserved, Method::POST, "/versions/{id}/return"),
    (Lane::Background, Method::GET, "/conformance/log.csv"),
    (Lane::Background, Method::GET, "/conformance/log.xes"),
    (Lane::Background, Method::GET, "/documents/archive"),
    (Lane::Background, Method::GET, "/handbook/pdf"),
    (Lane::Background, Method::GET, "/ledger/bundle/{format}"),
    (Lane::Background, Method::GET, "/law/list.csv"),
    (Lane::Background, Method::GET, "/my-handbook/pdf"),
    (Lane::Background, Method::GET, "/records/csv"),
    (Lane::Background, Method::GET, "/tthc/list.csv"),
    (Lane::Background, Method::POST, "/conformance/logs"),
    (Lane::Background, Method::POST, "/documents/archive"),
    (Lane::Background, Method::POST, "/documents/import"),
    (Lane::Background, Method::POST, "/documents/new/bpmn"),
    (Lane::Background, Method::POST, "/privacy/access.zip"),
    (Lane::Background, Method::POST, "/privacy/{number}/export"),
    (Lane::Background, Method::POST, "/tthc/import"),
];

/// Opens the database, migrated, with the guards of every room and the keys in `data/keys`; what stood in clear before
/// personal data were sealed is sealed now. `passphrase` protects the file of the office's key, if the office chose one. The
/// keys that certify signatures, and what was signed of attached files, are looked for under `data` as well.
///
/// # Errors
/// See [`Db::open`] and [`Keyring::open`]; when the database holds what is sealed and there is no key; and when something
/// cannot be sealed.
pub fn open_office(url: &str, data: &Path, passphrase: Option<&[u8]>) -> anyhow::Result<Db> {
    let (db, folder) = (open_database(url)?, data.join("keys"));
    // A new key is made for a new office only: over sealed data it would hide that their keys are missing.
    let keys = if personal::holds_sealed(&db)? {
        Keyring::open_kept(&folder, passphrase)?
    } else {
        Keyring::open(&folder, passphrase)?
    };
    let db = db.with_keys(keys);
    db.set_home(data);
    let now = Clock::default().now();
    personal::carry_over(&db, now)?;
    records::carry_over(&db, now)?;
    Ok(db)
}

/// Opens the database alone, migrated and with the guards of every room, without keys: what is sealed in it stays closed.
/// For backups and their rehearsal, which never hold the keys.
///
/// # Errors
/// See [`Db::open`].
pub fn open_database(url: &str) -> Result<Db, DbError> {
    Db::open(
        url,
        &[
            ledger::GUARDS,
            people::GUARDS,
            people::KEY_GUARDS,
            signatures::GUARDS,
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
            backup::GUARDS,
        ],
        ledger::OPENING,
        u32::try_from(crate::web::READERS).unwrap_or(u32::MAX),
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
    doors.get("/metrics", Access::Anyone, metrics);
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
        privacy::doors,
        reviews::doors,
        readers::doors,
        records::doors,
        home::doors,
        notices::doors,
        tthc::doors,
        lists::doors,
        backup::doors,
        public::doors,
        book::doors,
    ] {
        room(&mut doors);
    }
    for (lane, method, path) in &LANES {
        if !doors.put_into(*lane, method, path) {
            tracing::error!(%method, path, "A door that has a lane is not there");
        }
    }
    doors
}

/// The whole site, for the server and for tests.
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
    application_with(site, keeper, doors())
}

/// The site with other doors. Middleware, outermost first: where the connection stands, the journal, what no browser
/// sends, compression, headers of security, answers to what is sent twice, pages for failures, the gate.
pub fn application_with(
    site: Site,
    keeper: Gate,
    doors: Doors,
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
        .wrap(from_fn(note_request))
        .wrap(from_fn(tell_phase))
        .app_data(web::Data::new(site))
        .app_data(web::Data::new(keeper))
        .configure(|config| doors.open(config))
}

#[cfg(test)]
mod tests {
    use super::{LANES, doors};

    #[test]
    fn every_lane_begins_at_a_door() {
        let doors = doors();
        for (lane, method, path) in &LANES {
            let door = doors
                .list()
                .iter()
                .find(|door| door.method == *method && door.path == *path);
            assert_eq!(door.map(|door| door.lane), Some(*lane), "{method} {path}");
        }
    }
}
