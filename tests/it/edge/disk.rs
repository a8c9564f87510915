//! A full disk refuses what does not fit, and nothing more; a disk that fails is not trusted again.

use super::once::{CASE, count, desk};
use crate::support::browser::{Browser, Opened};
use crate::support::databases::{SERVER, empty, lines};
use crate::support::posted::{assign_births, perform, posted_office, receive};
use crate::support::program::{Program, run};
use crate::support::rounds::{figure, rounds};
use crate::support::sealed::{codes_of, keys_in};
use crate::support::{PASSWORD, TestOffice};
use diesel::connection::SimpleConnection;
use quytrinh::db::{AnyConnection, DbError, Halt};
use quytrinh::kernel::AccessRole;
use quytrinh::web::Bodies;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many cases are received before a limit must have been met.
const MOST_CASES: usize = 2_000;

fn let_the_file_grow_to(office: &TestOffice, pages: u64) {
    let set = format!("PRAGMA max_page_count = {pages}");
    let done = office
        .site
        .db
        .write(move |conn| conn.batch_execute(&set).map_err(DbError::from));
    done.unwrap();
}

#[actix_web::test]
async fn what_does_not_fit_on_the_disk_is_refused_whole_and_fits_when_there_is_room_again() {
    if SERVER.is_some() {
        return;
    }
    let (office, desk) = desk().await;
    let pages: u64 = lines(
        &mut office.connect(),
        "SELECT CAST(page_count AS TEXT) AS value FROM pragma_page_count",
    )[0]
    .parse()
    .unwrap();
    let_the_file_grow_to(&office, pages + 20);
    let (mut rows, mut last) = (office.digest(), desk.post("/cases", &CASE).await);
    for _ in 0..MOST_CASES {
        if last.status() != 303 {
            break;
        }
        rows = office.digest();
        last = desk.post("/cases", &CASE).await;
    }
    last.is(507).says("failure.full");
    assert_eq!(office.digest(), rows, "a change that did not fit left something behind");
    assert_eq!(office.site.db.halted(), None);
    desk.get("/cases").await.is(200);
    desk.get("/health").await.is(200);
    let_the_file_grow_to(&office, pages + 10_000);
    desk.post("/cases", &CASE).await.is(303);
    assert!(count(&office, "cases") > 1);
}

#[actix_web::test]
async fn uploads_leave_the_reserve_to_approvals_and_steps() {
    let small = TestOffice::start_with(|site| site.reserve = u64::MAX).await;
    small.person("thuky", &[AccessRole::Committee]);
    let secretary = small.sign_in("thuky").await;
    let rows = small.digest();
    for path in ["/documents/archive", "/documents/import", "/tthc/import"] {
        let refused = secretary.post_files(path, &[], &[("file", "a.md", b"+++")]).await;
        refused.is(507).says("failure.reserve");
    }
    assert_eq!(small.digest(), rows);
    secretary.post("/language", &[("language", "en")]).await.is(303);
    // Acts without files go on; and the control: with room for the reserve, the files are taken.
    small.position("TB", "Trưởng ban");
    let roomy = TestOffice::start_with(|site| site.reserve = 1).await;
    roomy.person("thuky", &[AccessRole::Committee]);
    let secretary = roomy.sign_in("thuky").await;
    let taken = secretary
        .post_files("/documents/archive", &[], &[("archive", "a.zip", b"no archive")])
        .await;
    assert_ne!(taken.status(), 507);
}

#[actix_web::test]
async fn bodies_that_arrive_have_so_much_memory_together_and_files_keep_no_form_out() {
    let small = TestOffice::start_with(|site| site.bodies = Bodies::of(1 << 20, 1 << 20)).await;
    small.person("thuky", &[AccessRole::Committee]);
    let secretary = small.sign_in("thuky").await;
    let send = async |bytes: usize| {
        let file = vec![b'x'; bytes];
        let parts = [("archive", "a.zip", file.as_slice())];
        secretary.post_files("/documents/archive", &[], &parts).await
    };
    let rows = small.digest();
    let refused = send(2 << 20).await;
    refused.is(503).says("failure.busy");
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(small.digest(), rows);
    // The controls: what was taken is given back, what fits is read, and another form has memory of its own.
    for _ in 0..3 {
        send(900 << 10).await.is(422);
    }
    secretary.post("/language", &[("language", "en")]).await.is(303);
}

#[actix_web::test]
async fn a_step_is_performed_while_uploads_are_refused() {
    let office = posted_office().await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    // The act itself knows no reserve: only what carries files asks for it.
    perform(&office, "tuphap", &case.id, "B2", "");
}

#[actix_web::test]
async fn a_rule_that_refuses_a_commit_does_not_stop_the_house() {
    if SERVER.is_some() {
        return;
    }
    let office = TestOffice::start().await;
    let dangling = "PRAGMA defer_foreign_keys = ON; \
        INSERT INTO request_keys (agency_id, key_sha256, body_sha256, claimed_by, claimed_at) \
        VALUES ('none', printf('%064d', 1), printf('%064d', 2), 'x', '2026-11-23 00:00:00')";
    let refused = office
        .site
        .db
        .write(move |conn| conn.batch_execute(dangling).map_err(DbError::from));
    assert!(matches!(refused, Err(DbError::Commit(_))), "{refused:?}");
    assert_eq!(office.site.db.halted(), None);
    office.person("lan", &[AccessRole::Official]);
}

#[actix_web::test]
async fn a_halted_house_says_so_to_people_and_to_programs() {
    let office = TestOffice::start().await;
    office.person("motcua", &[AccessRole::Desk]);
    let desk = office.sign_in("motcua").await;
    desk.get("/health").await.is(200).says("ok");
    office.site.db.halt(Halt::Disk);
    office.site.db.halt(Halt::Operator);
    desk.get("/health").await.is(503).says("halted: disk");
    desk.get("/documents").await.is(200);
    let refused = desk.post("/notices/read", &[]).await;
    let act = desk.post("/cases", &CASE).await;
    assert!(refused.status() != 303 || act.status() != 303);
    let sign_in = office
        .stranger()
        .post("/sign-in", &[("username", "motcua"), ("password", PASSWORD)])
        .await;
    sign_in.is(503).says("failure.halted.disk");
    assert!(!sign_in.header("retry-after").is_empty());
}

/// Whom the desk received is there, once; of the one whose commit failed, who was not acknowledged, nothing is known.
fn must_be_kept(conn: &mut AnyConnection, data: &Path, acknowledged: usize) {
    let keys = keys_in(data);
    let kept: Vec<usize> = (0..acknowledged + 20)
        .map(|n| codes_of(conn, &keys, &format!("Người Nộp {n:05}")).len())
        .collect();
    assert!(kept[..acknowledged].iter().all(|count| *count == 1), "{kept:?}");
    assert!(kept[acknowledged] <= 1, "{kept:?}");
    assert!(kept[acknowledged + 1..].iter().all(|count| *count == 0), "{kept:?}");
}

/// How much the database of the next test may grow, in bytes.
const ROOM: u64 = 512 << 10;

/// Sends the form by which a case is received, for the applicant of this number.
fn receive_one(desk: &mut Browser, n: usize) -> Opened {
    let page = desk.get("/cases/new?procedure=QT.HT.01").unwrap();
    let form = page.form("/cases").unwrap();
    let form = form.with("full_name", &format!("Người Nộp {n:05}"));
    desk.send(&form.with("address", &"thôn Thử ".repeat(20)).with("missing_ok", "1"))
        .unwrap()
}

/// A program whose files may not grow beyond a limit: SQLite's writes fail as they do on a disk with a fault.
#[test]
fn after_the_disk_failed_nothing_is_acknowledged_and_the_next_start_records_it() {
    if SERVER.is_some() {
        return;
    }
    let database = empty();
    let data = database.folder.path().to_path_buf();
    let lay_down = ["demo", "--no-serve", "--cases", "5", "--data", data.to_str().unwrap()];
    assert!(run(&lay_down).status.success());
    let most = std::fs::metadata(data.join("quytrinh.db")).unwrap().len() + ROOM;
    let limit = format!("--fsize={most}");
    let under = ["env", "--ignore-signal=XFSZ", "prlimit", limit.as_str()];
    let program = Program::start_under(&under, "demo", &data, &[]);
    let mut desk = Browser::new(program.address);
    desk.sign_in("motcua1", quytrinh::demo::PASSWORD).unwrap();
    let begun = Instant::now();
    let mut acknowledged = 0;
    let failed = loop {
        assert!(
            acknowledged < MOST_CASES && begun.elapsed() < Duration::from_secs(120),
            "the limit was not met"
        );
        let sent = receive_one(&mut desk, acknowledged);
        if sent.status != 303 {
            break sent;
        }
        acknowledged += 1;
    };
    assert!(matches!(failed.status, 409 | 503), "{}", failed.text);
    let times = rounds("D4", 50);
    for n in 0..times {
        assert_eq!(
            receive_one(&mut desk, MOST_CASES + n).status,
            503,
            "a write after the disk failed"
        );
    }
    let health = desk.get("/health").unwrap();
    assert_eq!((health.status, health.text.trim()), (503, "halted: disk"));
    assert_eq!(desk.get("/cases").unwrap().status, 200);
    drop(program);
    let program = Program::start("demo", &data, &[]);
    let mut desk = desk.at(program.address);
    assert_eq!(desk.get("/health").unwrap().status, 200);
    must_be_kept(&mut database.connect(), &data, acknowledged);
    let told = lines(
        &mut database.connect(),
        "SELECT details AS value FROM ledger WHERE act = 'disk.failed'",
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(receive_one(&mut desk, 77_777).status, 303);
    figure(
        "D4",
        &format!(
            "{acknowledged} cases acknowledged before the disk failed and kept, {times} more refused with 503, reading went \
             on, the next start recorded it"
        ),
    );
}
