//! A form that is sent twice is one act, and its second sending gets the first answer.

use crate::support::databases::{self, SERVER, lines};
use crate::support::posted::{assign_births, posted_office};
use crate::support::program::{Program, run};
use crate::support::rounds::figure;
use crate::support::sealed::{codes_of, keys_in};
use crate::support::{Reply, TestOffice, Visitor, browser::Browser, new_key};
use crate::walls::doors::{opens_for, path_of};
use crate::walls::files::files;
use actix_web::http::Method;
use chrono::TimeDelta;
use diesel::prelude::*;
use quytrinh::kernel::AccessRole;
use quytrinh::{app, ledger};

/// What a person fills in at the desk.
pub(super) const CASE: [(&str, &str); 6] = [
    ("procedure", "QT.HT.01"),
    ("duration", "thuong"),
    ("full_name", "Nguyễn Thị Hai Lần"),
    ("address", "Thôn 2"),
    ("first_outcome", "Hợp lệ"),
    ("missing_ok", "1"),
];

pub(super) async fn desk() -> (TestOffice, Visitor) {
    let office = posted_office().await;
    assign_births(&office);
    let desk = office.sign_in("motcua").await;
    desk.get("/cases/new?procedure=QT.HT.01").await.is(200);
    (office, desk)
}

fn with_key<'s>(fields: &[(&'s str, &'s str)], key: &'s str) -> Vec<(&'s str, &'s str)> {
    let mut fields = fields.to_vec();
    fields.push(("key", key));
    fields
}

pub(super) fn count(office: &TestOffice, table: &str) -> i64 {
    let sql = format!("SELECT CAST(count(*) AS TEXT) AS value FROM {table}");
    lines(&mut office.connect(), &sql)[0].parse().unwrap()
}

/// Everything of an answer that a browser sees.
fn whole(reply: &Reply) -> (u16, String, String, Vec<u8>) {
    (
        reply.status(),
        reply.location().to_owned(),
        reply.header("content-type").to_owned(),
        reply.bytes.clone(),
    )
}

#[actix_web::test]
async fn pressed_three_times_is_one_case_with_one_answer() {
    let (office, desk) = desk().await;
    let key = new_key();
    let before = (count(&office, "cases"), count(&office, "ledger"));
    let first = desk.post("/cases", &with_key(&CASE, &key)).await;
    first.is(303);
    let rows = office.digest();
    for _ in 0..2 {
        let again = desk.post("/cases", &with_key(&CASE, &key)).await;
        assert_eq!(whole(&again), whole(&first));
        assert_eq!(office.digest(), rows, "sending again changed something");
    }
    assert_eq!(count(&office, "cases"), before.0 + 1);
    // The control: without the key it would have been another case each time.
    let other = desk.post("/cases", &CASE).await;
    assert_ne!(other.is(303).location(), first.location());
    assert_eq!(count(&office, "cases"), before.0 + 2);
}

#[actix_web::test]
async fn what_is_sent_at_once_eight_times_happens_once() {
    let (office, desk) = desk().await;
    let key = new_key();
    let before = count(&office, "cases");
    let fields = with_key(&CASE, &key);
    let sent = (0..8).map(|_| desk.post("/cases", &fields));
    let answers = futures_util::future::join_all(sent).await;
    let wanted = whole(answers[0].is(303));
    for answer in &answers {
        assert_eq!(whole(answer), wanted);
    }
    assert_eq!(count(&office, "cases"), before + 1);
}

#[actix_web::test]
async fn a_key_is_good_for_one_content_and_one_person() {
    let (office, desk) = desk().await;
    let key = new_key();
    desk.post("/cases", &with_key(&CASE, &key)).await.is(303);
    let mut other = CASE;
    other[2].1 = "Một Người Khác";
    let rows = office.digest();
    let refused = desk.post("/cases", &with_key(&other, &key)).await;
    refused.is(422).says("failure.key_of_another");
    let elsewhere = desk.post("/notices/read-all", &[("key", &key)]).await;
    assert!(matches!(elsewhere.status(), 404 | 422), "{}", elsewhere.status());
    assert_eq!(office.digest(), rows);
    // Somebody else's key of the same letters is another key.
    office.person("motcua2", &[AccessRole::Desk]);
    let second = office.sign_in("motcua2").await;
    second.get("/cases/new?procedure=QT.HT.01").await.is(200);
    second.post("/cases", &with_key(&CASE, &key)).await.is(303);
}

#[actix_web::test]
async fn a_refused_form_keeps_its_key_for_the_corrected_one() {
    let (office, desk) = desk().await;
    let key = new_key();
    let lacking = [("procedure", "QT.HT.01"), ("address", "Thôn 2")];
    desk.post("/cases", &with_key(&lacking, &key)).await.is(422);
    assert_eq!(count(&office, "request_keys"), 0);
    desk.post("/cases", &with_key(&CASE, &key)).await.is(303);
    assert_eq!(count(&office, "request_keys"), 1);
}

#[actix_web::test]
async fn a_request_whose_answer_was_lost_is_said_to_be_recorded() {
    let (office, desk) = desk().await;
    let key = new_key();
    desk.post("/cases", &with_key(&CASE, &key)).await.is(303);
    let cases = count(&office, "cases");
    for lost in ["NULL", "'0123'"] {
        let lose = format!("UPDATE request_keys SET answer = {lost}");
        diesel::sql_query(lose).execute(&mut office.connect()).unwrap();
        let again = desk.post("/cases", &with_key(&CASE, &key)).await;
        again.leads_to("/recorded");
        desk.get("/recorded").await.is(200).says("failure.recorded_before");
    }
    assert_eq!(count(&office, "cases"), cases);
}

#[actix_web::test]
async fn answers_are_sealed_and_forgotten_after_a_day() {
    let (office, desk) = desk().await;
    let key = new_key();
    let first = desk.post("/cases", &with_key(&CASE, &key)).await;
    let kept = lines(&mut office.connect(), "SELECT answer AS value FROM request_keys");
    let code = first.location().split(['/', '?']).nth(2).unwrap().to_owned();
    let plain = |text: &str| {
        let digits: Vec<u8> = text
            .bytes()
            .map(|c| u8::try_from(char::from(c).to_digit(16).unwrap()).unwrap())
            .collect();
        digits
            .chunks(2)
            .map(|pair| char::from(pair[0] << 4 | pair[1]))
            .collect::<String>()
    };
    assert!(kept[0].len() > 40 && !plain(&kept[0]).contains(&code));
    let forget = || ledger::forget_old_requests(&office.site.db, office.site.clock.now()).unwrap();
    office.wait(TimeDelta::hours(23));
    assert_eq!(forget(), 0);
    office.wait(TimeDelta::minutes(61));
    assert_eq!(forget(), 1);
    assert_eq!(count(&office, "request_keys"), 0);
}

/// Sends what a door's form would carry at least, and knocks again with the same key.
async fn knock_twice(office: &TestOffice, visitor: &Visitor, path: &str) {
    let key = new_key();
    let fields = [("key", key.as_str())];
    let keys = count(office, "request_keys");
    let (before, plain) = (office.digest(), visitor.post(path, &fields).await);
    let is_file_door =
        plain.status() == 422 && office.digest() == before && plain.text().contains("Không đọc được dữ liệu");
    let first = if is_file_door {
        visitor.post_files(path, &fields, &[]).await
    } else {
        plain
    };
    let after = office.digest();
    let claimed = count(office, "request_keys") - keys;
    assert_eq!(
        claimed,
        i64::from(after != before),
        "POST {path} gave {}",
        first.status()
    );
    let again = if is_file_door {
        visitor.post_files(path, &fields, &[]).await
    } else {
        visitor.post(path, &fields).await
    };
    assert_eq!(office.digest(), after, "POST {path}, sent again, changed something");
    if claimed == 1 {
        assert_eq!(whole(&again), whole(&first), "POST {path}");
    }
}

#[actix_web::test]
async fn every_act_of_the_house_takes_its_key_once_and_none_goes_without() {
    let office = TestOffice::start().await;
    let (mut changed, mut knocked) = (0, 0);
    for role in AccessRole::ALL {
        office.person(role.as_str(), &[*role]);
        let visitor = office.sign_in(role.as_str()).await;
        for door in app::doors().list().iter().filter(|door| door.method == Method::POST) {
            // A session that is ended has no second sending, and a visitor's sign-in has no person yet.
            if !opens_for(door.access, *role) || ["/sign-out", "/sign-in"].contains(&door.path) {
                continue;
            }
            knocked += 1;
            let path = path_of(door);
            let before = office.digest();
            let token = visitor.token();
            let bare = visitor.send(Visitor::form(&path, &[("csrf", &token)])).await;
            let with_files = visitor.post_files(&path, &[("key", "")], &[]).await;
            let refused = [&bare, &with_files].map(|reply| reply.status() == 422);
            let named = [&bare, &with_files].map(|reply| reply.text().contains("Biểu mẫu thiếu khóa"));
            assert!(
                refused == [true, true] && named.contains(&true),
                "{path} without a key: {} {}",
                bare.status(),
                with_files.status()
            );
            assert_eq!(office.digest(), before, "{path} without a key changed something");
            knock_twice(&office, &visitor, &path).await;
            changed += i32::from(office.digest() != before);
        }
    }
    assert!(changed > 5, "the sweep changed something {changed} times only");
    figure(
        "C3",
        &format!(
            "{knocked} knocks at doors of acts, each without a key (refused) and twice with one: {changed} changed something, once each"
        ),
    );
}

#[test]
fn handlers_change_things_at_their_desk_only() {
    // Past the desk there is no key: jobs, the command line, the demo, and visitors whose code or password is the key.
    let known = [
        "src/app/",
        "src/cli/",
        "src/demo/",
        "src/ledger/",
        "src/web/desk.rs",
        "src/notices/round.rs",
        "src/conformance/imports/job.rs",
        "src/people/actions/sign_in.rs",
        "src/people/actions/second.rs",
        "src/people/actions/by_passkey.rs",
        "src/people/actions/by_oidc.rs",
        // That a passkey was refused is noted beside the act that was refused.
        "src/people/passkeys/actions.rs",
        "src/people/actions/set_up.rs",
        // A confirmation is no act: it uses up a code or counts a failure before the act of its form.
        "src/people/actions/confirm.rs",
        "src/people/gate.rs",
        // The key of a person who has none yet is made when the password is known: at the sign-in or the confirmation.
        "src/people/keys/store.rs",
        // That a signature was refused is noted beside the act that was refused, which keeps nothing.
        "src/signatures/actions/put.rs",
        // The program's own work: backups and their restoring, sealing the ledger, sealing what stood in clear before.
        "src/backup/",
        // … and keys that two people change or give up at the command line.
        "src/personal/actions/lost.rs",
        "src/book/",
        "src/personal/actions/carry.rs",
        "src/records/sealed.rs",
    ];
    let past: Vec<String> = files("src", ".rs")
        .into_iter()
        .filter(|file| file.code_without_tests().contains("ledger::change"))
        .map(|file| file.path)
        .filter(|path| !known.iter().any(|known| path.starts_with(known)))
        .collect();
    assert_eq!(
        past,
        Vec::<String>::new(),
        "these change things without the key of the request"
    );
}

#[test]
fn a_form_that_is_sent_again_after_a_kill_gets_its_first_answer() {
    let database = databases::empty();
    let data = database.folder.path().to_path_buf();
    let mut url = Vec::new();
    if SERVER.is_some() {
        url = vec!["--database-url", &database.url];
    }
    let mut lay_down = vec!["demo", "--no-serve", "--cases", "5", "--data", data.to_str().unwrap()];
    lay_down.extend(&url);
    assert!(run(&lay_down).status.success());
    let program = Program::start("demo", &data, &url);
    let mut desk = Browser::new(program.address);
    desk.sign_in("motcua1", quytrinh::demo::PASSWORD).unwrap();
    let page = desk.get("/cases/new?procedure=QT.HT.01").unwrap();
    let form = page.form("/cases").unwrap().with("full_name", "Người Gửi Lại");
    let form = form.with("address", "thôn Thử").with("missing_ok", "1");
    let first = desk.send(&form).unwrap();
    assert_eq!(first.status, 303, "{}", first.text);
    drop(program);
    let program = Program::start("demo", &data, &url);
    let mut desk = desk.at(program.address);
    for _ in 0..3 {
        let again = desk.send(&form).unwrap();
        assert_eq!((again.status, &again.location), (303, &first.location));
    }
    let named = codes_of(&mut database.connect(), &keys_in(&data), "Người Gửi Lại");
    assert_eq!(named.len(), 1, "{named:?}");
}
