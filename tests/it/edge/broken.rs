//! What breaks off is refused (trust row P5): panics and faults planted in handlers, in what stands before them, and in
//! what proves who somebody is.

use super::server::{ask, open, status};
use crate::support::browser::Browser;
use crate::support::databases::lines;
use crate::support::rounds::figure;
use crate::support::{PASSWORD, TestOffice};
use crate::walls::doors::path_of;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use quytrinh::app::{self, EdgeSettings};
use quytrinh::db::AnyConnection;
use quytrinh::kernel::{AccessRole, AgencyId, PersonId};
use quytrinh::web::{Access, Desk, Doors, Failure};
use std::future::{Ready, ready};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What stands in the panics, as a value of a person might.
const SECRET: &str = "Nguyễn Thị Kín 079123456789";

/// An argument of a handler that cannot be read without a panic.
struct Breaking;

impl FromRequest for Breaking {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        assert!(request.path().is_empty(), "{SECRET}");
        ready(Ok(Self))
    }
}

/// The doors of the house, and some that break.
fn doors() -> Doors {
    let mut doors = app::doors();
    doors.get("/break/handler", Access::Anyone, async |desk: Desk| {
        assert!(desk.csrf().len() > 1_000, "{SECRET}");
        Ok::<_, Failure>(HttpResponse::Ok().body("let in"))
    });
    doors.get("/break/argument", Access::Anyone, async |_breaking: Breaking| {
        Ok::<_, Failure>(HttpResponse::Ok().body("let in"))
    });
    doors.get("/break/reading", Access::Anyone, async |desk: Desk| {
        desk.read(|_| -> Result<(), Failure> { panic!("{SECRET}") }).await?;
        Ok::<_, Failure>(HttpResponse::Ok().body("let in"))
    });
    doors.get("/break/change", Access::Anyone, async |desk: Desk| {
        let broken = desk.change(|work| -> Result<(), Failure> {
            diesel::sql_query("UPDATE agencies SET name = 'half done'").execute(work.conn)?;
            panic!("{SECRET}")
        });
        broken.await?;
        Ok::<_, Failure>(HttpResponse::Ok().body("let in"))
    });
    doors
}

const BROKEN: [&str; 4] = ["/break/handler", "/break/argument", "/break/reading", "/break/change"];

#[actix_web::test]
async fn a_door_that_breaks_is_a_page_with_a_number_and_everything_goes_on() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let settings = EdgeSettings {
        doors,
        ..EdgeSettings::default()
    };
    let address = open(&office, settings);
    let mut admin = Browser::new(address);
    admin.sign_in("quantri", PASSWORD).unwrap();
    let before = office.digest();
    // More often than there are readers, threads and places.
    for round in 0..12 {
        for path in BROKEN {
            let page = admin.get(path).unwrap();
            assert_eq!(page.status, 500, "{path} in round {round}");
            let number = page
                .text
                .split(|c: char| !c.is_ascii_hexdigit())
                .find(|word| word.len() == 12);
            assert!(number.is_some(), "{path} has no number: {}", page.text);
            assert!(
                !page.text.contains("Kín") && !page.text.contains("let in"),
                "{}",
                page.text
            );
        }
    }
    assert_eq!(office.digest(), before, "something was half written");
    // The connection goes on too: the next request on it is answered.
    let two = format!(
        "GET {} HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        BROKEN[0]
    );
    let answers = ask(address, two.as_bytes(), Duration::from_secs(5));
    assert!(
        answers.contains("HTTP/1.1 500") && answers.contains("HTTP/1.1 200"),
        "{answers}"
    );
    // Readers, the writer and the places in the lanes are all there.
    assert_eq!(admin.get("/people").unwrap().status, 200);
    office.position("VP", "Văn phòng");
    assert_eq!(office.site.lanes.busy(), quytrinh::web::Busy::default());
    figure(
        "P5",
        "48 panics in handlers, arguments, queries and changes: 48 pages with a number, nothing written, nobody let in",
    );
    let of_agency = lines(&mut office.connect(), "SELECT name AS value FROM agencies");
    assert!(!of_agency.contains(&"half done".to_owned()));
}

static BELL_BREAKS: AtomicBool = AtomicBool::new(false);
static BELL_FAILS: AtomicBool = AtomicBool::new(false);

/// Is asked in the midst of finding out who calls.
fn bell(conn: &mut AnyConnection, agency: &AgencyId, person: &PersonId) -> QueryResult<i64> {
    assert!(!BELL_BREAKS.load(Ordering::SeqCst), "{SECRET}");
    if BELL_FAILS.load(Ordering::SeqCst) {
        return Err(diesel::result::Error::RollbackTransaction);
    }
    quytrinh::notices::unread(conn, agency, person)
}

#[actix_web::test]
async fn what_breaks_while_it_is_found_out_who_calls_lets_nobody_in() {
    let office = TestOffice::start_with(|site| site.bell = bell).await;
    office.person("quantri", &[AccessRole::Administrator]);
    let admin = office.sign_in("quantri").await;
    admin.get("/people").await.is(200);
    let before = office.digest();
    for fault in [&BELL_BREAKS, &BELL_FAILS] {
        fault.store(true, Ordering::SeqCst);
        for round in 0..12 {
            admin.get("/people").await.is(500).lacks("Kín");
            let fields = [("code", "X"), ("name", "X"), ("unit", "X")];
            admin.post("/positions", &fields).await.is(500);
            assert!(office.site.lanes.busy().ordinary == 0, "round {round}");
        }
        fault.store(false, Ordering::SeqCst);
        assert_eq!(office.digest(), before);
        // The control: without the fault the same person comes in.
        admin.get("/people").await.is(200);
    }
}

/// What the gate reads to find out who calls and what he or she may do.
const READ_BY_THE_GATE: [&str; 3] = ["sessions", "persons", "access_grants"];

#[actix_web::test]
async fn when_rights_cannot_be_read_every_locked_door_stays_shut() {
    for table in READ_BY_THE_GATE {
        let office = TestOffice::start().await;
        office.person("quantri", &[AccessRole::Administrator]);
        let admin = office.sign_in("quantri").await;
        admin.get("/people").await.is(200);
        let rename = |from: &str, to: &str| {
            let sql = format!("ALTER TABLE {from} RENAME TO {to}");
            office.connect().batch_execute(&sql).unwrap();
        };
        let gone = format!("{table}_gone");
        rename(table, &gone);
        let locked = app::doors();
        let locked = locked.list().iter().filter(|door| door.access != Access::Anyone);
        for door in locked {
            let path = path_of(door);
            let answer = if door.method == Method::GET {
                admin.get(&path).await
            } else {
                admin.post(&path, &[]).await
            };
            assert_eq!(answer.status(), 500, "{} {path} without {table}", door.method);
        }
        rename(&gone, table);
        admin.get("/people").await.is(200);
    }
}

#[actix_web::test]
async fn what_proves_nothing_lets_nobody_in() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let known = lines(
        &mut office.connect(),
        "SELECT password_hash AS value FROM persons WHERE username = 'quantri'",
    );
    let set = |hash: &str| {
        let sql = format!("UPDATE persons SET password_hash = '{hash}' WHERE username = 'quantri'");
        office.connect().batch_execute(&sql).unwrap();
    };
    let cut = known[0].rsplit_once('$').unwrap().0.to_owned();
    for rubbish in [
        "",
        "rubbish",
        PASSWORD,
        "$argon2id$v=19$m=0,t=0,p=0$$",
        "$1$$",
        cut.as_str(),
    ] {
        set(rubbish);
        let sent = [("username", "quantri"), ("password", PASSWORD)];
        let stranger = office.stranger();
        let refused = stranger.post("/sign-in", &sent).await;
        assert!(
            matches!(refused.status(), 422 | 429 | 500),
            "{rubbish:?}: {}",
            refused.status()
        );
        assert_eq!(stranger.cookie("quytrinh_session"), None, "{rubbish:?}");
        // Tries count; the next one is made much later.
        office.wait(chrono::TimeDelta::days(1));
    }
    // The control: the hash that was there.
    set(&known[0]);
    office.sign_in("quantri").await.get("/people").await.is(200);
}

/// Tells the test below that it runs in a process of its own, which may break.
const ALONE: &str = "QUYTRINH_TEST_BREAKS";

/// Breaks with a text that names a person, where nothing else of this suite is set up, and ends the process.
fn break_alone() -> ! {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    quytrinh::web::log_places_of_panics();
    drop(std::panic::catch_unwind(|| {
        let name = format!("{SECRET} đ");
        let at = name.len() - 1;
        // The text of this panic has the whole name in it.
        println!("{}", &name[..at]);
    }));
    std::process::exit(0)
}

#[test]
fn the_log_of_a_panic_names_the_place_and_no_person() {
    if std::env::var_os(ALONE).is_some() {
        break_alone();
    }
    let said = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "edge::broken::the_log_of_a_panic_names_the_place_and_no_person",
            "--nocapture",
        ])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stderr) + String::from_utf8_lossy(&said.stdout);
    assert!(said.contains("tests/it/edge/broken.rs:"), "{said}");
    assert!(!said.contains("Kín") && !said.contains("079123456789"), "{said}");
}

#[actix_web::test]
async fn a_request_that_names_a_door_of_a_test_finds_none_in_the_house() {
    let office = TestOffice::start().await;
    let address = open(&office, EdgeSettings::default());
    for path in BROKEN {
        let asked = format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assert_eq!(status(&ask(address, asked.as_bytes(), Duration::from_secs(5))), 404);
    }
    // What is compiled has no other doors when it is released: nothing in the sources depends on how it is built.
    for file in crate::walls::files::files("src", ".rs") {
        let code = file.code_without_tests();
        for sign in ["cfg(debug_assertions)", "cfg!(debug_assertions)", "cfg(feature"] {
            assert!(!code.contains(sign), "{} has {sign}", file.path);
        }
    }
}
