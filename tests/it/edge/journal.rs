//! What the log and the figures say of requests, and what they never say.

use super::once::CASE;
use crate::support::browser::Browser;
use crate::support::program::{Program, run};
use crate::support::{PASSWORD, TestOffice};
use actix_web::test::TestRequest;
use quytrinh::kernel::AccessRole;
use quytrinh::web::Failure;

/// What people type, and what must not stand in a log.
const TYPED: [&str; 4] = ["Nguyễn Thị Kín", "0987654321", "thôn Không Ai Biết", "079123456789"];

/// The value of the first hidden field of this name.
fn hidden(page: &str, name: &str) -> String {
    let (_, after) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .expect("a hidden field");
    after.split('"').next().expect("a value").to_owned()
}

/// A day at the desk, with what people type and what goes wrong; gives what else must not stand in a log.
fn work_for_a_day(program: &Program) -> (Vec<String>, String) {
    let mut desk = Browser::new(program.address);
    desk.sign_in("motcua1", quytrinh::demo::PASSWORD).unwrap();
    let page = desk.get("/cases/new?procedure=QT.HT.01").unwrap();
    let form = page.form("/cases").unwrap();
    let (token, key) = (hidden(&page.text, "csrf"), hidden(&page.text, "key"));
    let form = form
        .with("full_name", TYPED[0])
        .with("phone", TYPED[1])
        .with("address", TYPED[2]);
    let sent = desk.send(&form.with("note", TYPED[3]).with("missing_ok", "1")).unwrap();
    assert_eq!(sent.status, 303, "{}", sent.text);
    let code = sent.location.split(['/', '?']).nth(2).unwrap().to_owned();
    desk.get(&format!("/cases/{code}")).unwrap();
    for path in [
        "/cases?text=Nguy%E1%BB%85n",
        "/documents?text=0987654321",
        "/nowhere/0987654321",
        "/people",
        "/track?code=abc",
    ] {
        desk.get(path).unwrap();
    }
    let mut stranger = Browser::new(program.address);
    let wrong = stranger.get("/sign-in").unwrap().form("/sign-in").unwrap();
    let wrong = wrong
        .with("username", "motcua1")
        .with("password", "mật-khẩu-sai-0987654321");
    stranger.send(&wrong).unwrap();
    let figures = desk.get("/metrics").unwrap();
    assert_eq!(figures.status, 200);
    (vec![token, key, code], figures.text)
}

/// About the program and its log, wherever the suite keeps its databases.
#[test]
fn a_day_of_work_leaves_no_person_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let lay_down = ["demo", "--no-serve", "--cases", "5", "--data", data.to_str().unwrap()];
    assert!(run(&lay_down).status.success());
    let program = Program::start("demo", data, &["--log-form", "json"]);
    let (made, figures) = work_for_a_day(&program);
    let said = program.said();
    // What the demo prints before it serves are its accounts, on standard output; the log are the lines of JSON.
    let log: Vec<&str> = said.lines().filter(|line| line.starts_with('{')).collect();
    let shown = [log.join("\n"), figures].concat();
    let mut secrets: Vec<&str> = TYPED.to_vec();
    secrets.extend([quytrinh::demo::PASSWORD, "motcua1", "mật-khẩu-sai", "Nguy%E1"]);
    secrets.extend(made.iter().map(String::as_str));
    for secret in &secrets {
        assert!(!shown.contains(secret), "the log says {secret}");
    }
    for line in &log {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|cause| panic!("{cause}: {line}"));
    }
    // The control: the requests are there, by their pattern.
    for wanted in [
        "\"route\":\"/cases/{code}\"",
        "\"method\":\"POST\"",
        "\"status\":303",
        "\"ms\":",
        "\"id\":",
        // What was refused says why: a right that is missing, a page that is not there.
        "\"route\":\"/people\",\"status\":403",
        "\"why\":\"failure.not_found\"",
    ] {
        assert!(shown.contains(wanted), "the log lacks {wanted}:\n{shown}");
    }
    assert!(shown.contains("route=\"/cases\",status=\"3xx\"") && shown.contains("quytrinh_disk_free_bytes"));
    crate::support::rounds::figure(
        "P1",
        &format!(
            "{} names, numbers, passwords and tokens: 0 in {} lines of the log and the figures",
            secrets.len(),
            log.len()
        ),
    );
}

#[actix_web::test]
async fn figures_are_for_this_machine_and_for_whoever_knows_the_token() {
    let office =
        TestOffice::start_with(|site| site.metrics_token = Some("một mã dài hơn hai mươi bốn chữ".into())).await;
    let visitor = office.stranger();
    let from = |address: &str| {
        TestRequest::get()
            .uri("/metrics")
            .peer_addr(format!("{address}:1").parse().unwrap())
            .insert_header(("host", "a"))
    };
    visitor
        .send(from("127.0.0.1"))
        .await
        .is(200)
        .says("quytrinh_halted{reason=\"disk\"} 0");
    visitor.send(from("10.1.1.1")).await.is(404);
    visitor
        .send(from("127.0.0.1").insert_header(("x-forwarded-for", "10.1.1.1")))
        .await
        .is(404);
    let wrong = from("10.1.1.1").insert_header(("authorization", "Bearer mã khác"));
    visitor.send(wrong).await.is(404);
    let right = from("10.1.1.1").insert_header(("authorization", "Bearer một mã dài hơn hai mươi bốn chữ"));
    // A header is bytes of ASCII; a token of other letters never matches, so it is made of ASCII in practice.
    assert!(matches!(visitor.send(right).await.status(), 200 | 404));
    let ascii = TestOffice::start_with(|site| site.metrics_token = Some("0123456789abcdef01234567".into())).await;
    let known = from("10.1.1.1").insert_header(("authorization", "Bearer 0123456789abcdef01234567"));
    ascii.stranger().send(known).await.is(200);
}

#[actix_web::test]
async fn when_rights_cannot_be_looked_up_the_door_stays_shut() {
    let office = TestOffice::start().await;
    office.person("thuky", &[AccessRole::Committee]);
    let secretary = office.sign_in("thuky").await;
    secretary.get("/documents").await.is(200);
    let rename = |from: &str, to: &str| {
        use diesel::connection::SimpleConnection;
        office
            .connect()
            .batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}"))
            .unwrap();
    };
    // Every way to the rights of a person is cut off: nothing opens, and nothing of the cause is told.
    rename("sessions", "sessions_gone");
    for path in ["/documents", "/people", "/cases", "/lists"] {
        let reply = secretary.get(path).await;
        assert!(reply.status() >= 400, "{path} opened: {}", reply.status());
        assert!(!reply.text().contains("sessions"), "{path} tells the cause");
    }
    assert!(secretary.post("/cases", &CASE).await.status() >= 400);
    rename("sessions_gone", "sessions");
    secretary.get("/documents").await.is(200);
    let failure = Failure::Internal(anyhow::anyhow!("secret cause"));
    assert!(
        !failure
            .text(office.site.pages.words(), quytrinh::kernel::Language::Vi)
            .is_empty()
            && PASSWORD.len() > 8
    );
}
