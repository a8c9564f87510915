//! Letters: only to confirmed addresses, only about what is still the reader's turn, tried again and never twice.

use super::{person, round_with};
use crate::support::TestOffice;
use crate::support::databases::lines;
use crate::support::posted::{assign_births, at, posted_office, receive};
use crate::support::smtp::{Came, MailServer, Mood};
use chrono::TimeDelta;
use quytrinh::notices::{self, LetterRow, LetterState, Mode, NewSettings};
use quytrinh::readers;
use quytrinh::web::Failure;

const HOME: &str = "https://iso.example.vn";

fn link(letter: &Came) -> String {
    let text = letter.part("text/plain");
    let line = text
        .lines()
        .find(|line| line.contains("/notices/confirm/"))
        .expect("a link");
    line.trim_start_matches(HOME).to_owned()
}

fn choose(office: &TestOffice, username: &str, mode: Mode) {
    let person = person(office, username);
    let known = office.read(|work| notices::settings(work, &person)).unwrap();
    let new = NewSettings {
        address: format!("{username}@baoha.example.vn"),
        mode,
        hour: 8,
        language: quytrinh::kernel::Language::Vi,
    };
    office
        .act_as(username, move |work| {
            notices::set_settings(work, known.row_version, &new)
        })
        .unwrap();
}

/// Chooses, and confirms the address by the link in the letter.
async fn confirmed(office: &TestOffice, server: &MailServer, username: &str, mode: Mode) {
    choose(office, username, mode);
    round_with(office, server);
    let letters = server.take();
    assert_eq!(letters.len(), 1, "only the letter with the link");
    let visitor = office.sign_in(username).await;
    let path = link(&letters[0]);
    visitor.get(&path).await.is(200).says("notices.confirm.button");
    visitor.post(&path, &[]).await.leads_to("/notices/settings");
}

#[track_caller]
fn letters(office: &TestOffice) -> Vec<LetterRow> {
    office.read(|work| notices::letters(work, None)).unwrap()
}

#[actix_web::test]
async fn nothing_goes_to_an_address_before_its_owner_opened_the_link() {
    let (office, server) = (posted_office().await, MailServer::start());
    let visitor = office.sign_in("tuphap").await;
    let fields = |address: &'static str, mode: &'static str, version: &'static str| {
        [
            ("address", address),
            ("mode", mode),
            ("hour", "8"),
            ("language", "vi"),
            ("row_version", version),
        ]
    };
    let refused = visitor
        .post("/notices/settings", &fields("không phải", "daily", "0"))
        .await;
    refused.is(422).says("notices.refused.address").says("không phải");
    visitor
        .post("/notices/settings", &fields("", "at_once", "0"))
        .await
        .is(422)
        .says("notices.refused.no_address");
    let sent = visitor
        .post("/notices/settings", &fields("tp@baoha.example.vn", "at_once", "0"))
        .await;
    sent.leads_to("/notices/settings");
    visitor
        .post("/notices/settings", &fields("khac@baoha.example.vn", "none", "0"))
        .await
        .is(409)
        .says("notices.refused.stale");
    visitor
        .get("/notices/settings")
        .await
        .says("notices.settings.unconfirmed");
    assign_births(&office);
    round_with(&office, &server);
    let came = server.take();
    assert_eq!(came.len(), 1);
    assert_eq!(came[0].to, "tp@baoha.example.vn");
    assert_eq!(came[0].subject(), "Xác nhận địa chỉ nhận thông báo");
    assert!(came[0].part("text/html").contains("/notices/confirm/"));
    let path = link(&came[0]);
    let tokens = lines(
        &mut office.connect(),
        "SELECT coalesce(token, '') AS value FROM letters",
    );
    assert_eq!(tokens, [""], "the link is forgotten once it was sent");
    let other = office.sign_in("motcua").await;
    other.post(&path, &[]).await.is(404);
    visitor.post(&path, &[]).await.leads_to("/notices/settings");
    visitor.post(&path, &[]).await.is(404);
    visitor
        .get("/notices/settings")
        .await
        .says("notices.settings.confirmed");
}

#[actix_web::test]
async fn a_letter_tells_codes_days_and_links_and_is_sent_once() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    round_with(&office, &server);
    let came = server.take();
    assert_eq!(came.len(), 1, "one letter for all that came at once");
    let letter = &came[0];
    assert_eq!(letter.to, "tuphap@baoha.example.vn");
    assert_eq!(letter.subject(), "2 việc vừa đến lượt ông/bà");
    assert_eq!(letter.header("List-Unsubscribe"), format!("<{HOME}/notices/settings>"));
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert!(letter.header("Message-ID").ends_with("@baoha.example.vn>"));
    assert!(letter.header("From").contains("<iso@baoha.example.vn>"));
    for part in [letter.part("text/plain"), letter.part("text/html")] {
        assert!(part.contains(&format!("{HOME}/cases/{}", case.code)), "{part}");
        assert!(part.contains(&format!("{HOME}/reading/documents/QT.HT.01")), "{part}");
        assert!(
            part.contains("Đọc và xác nhận") && part.contains("hạn 26/11/2026"),
            "{part}"
        );
        for secret in ["Hoa", "Nguyễn", "Đăng ký khai sinh"] {
            assert!(!part.contains(secret), "{secret} in\n{part}");
        }
    }
    round_with(&office, &server);
    office.wait(TimeDelta::days(1));
    round_with(&office, &server);
    assert_eq!(server.take().len(), 0);
}

#[actix_web::test]
async fn what_is_over_when_its_letter_leaves_is_not_told() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    server.turns(Mood::Later);
    round_with(&office, &server);
    let waiting = letters(&office).remove(0);
    assert_eq!((waiting.state, waiting.tries), (LetterState::Waiting, 1));
    assert!(waiting.last_error.contains("450"), "{}", waiting.last_error);
    let all = office.read(readers::readings).unwrap();
    let sha256 = all
        .iter()
        .find(|one| one.head.code == "QT.HT.01")
        .unwrap()
        .head
        .content_sha256
        .clone();
    office
        .act_as("tuphap", move |work| {
            readers::acknowledge(work, "QT.HT.01", &sha256).map(drop)
        })
        .unwrap();
    server.turns(Mood::Takes);
    office.wait(TimeDelta::minutes(3));
    round_with(&office, &server);
    assert_eq!(server.take().len(), 0);
    let dropped = letters(&office).remove(0);
    assert_eq!(
        (dropped.state, &*dropped.last_error),
        (LetterState::Dropped, "nothing_left")
    );
}

#[actix_web::test]
async fn what_comes_while_a_letter_waits_goes_into_it() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    server.turns(Mood::HangsUp);
    round_with(&office, &server);
    let case = receive(&office, "QT.HT.01");
    server.turns(Mood::Takes);
    office.wait(TimeDelta::minutes(3));
    round_with(&office, &server);
    let came = server.take();
    assert_eq!(came.len(), 2);
    assert!(came[1].part("text/plain").contains(&case.code));
    let ids = [0, 1].map(|place: usize| came[place].header("Message-ID"));
    assert_ne!(
        ids[0], ids[1],
        "it tells more, so no mail program may take it for a copy"
    );
    assert_eq!(
        letters(&office)
            .iter()
            .filter(|one| one.state == LetterState::Waiting)
            .count(),
        0
    );
}

#[actix_web::test]
async fn a_letter_that_is_not_taken_is_tried_again_later_and_at_last_given_up() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    server.turns(Mood::Later);
    round_with(&office, &server);
    round_with(&office, &server);
    assert_eq!(letters(&office)[0].tries, 1, "not before its time");
    for _ in 0..7 {
        office.wait(TimeDelta::days(1));
        round_with(&office, &server);
    }
    let failed = letters(&office).remove(0);
    assert_eq!((failed.state, failed.tries), (LetterState::Failed, 8));
    office.wait(TimeDelta::days(2));
    server.turns(Mood::Takes);
    round_with(&office, &server);
    assert_eq!(server.take().len(), 0, "what failed stays so");
}

#[actix_web::test]
async fn the_administrator_sees_failures_and_tries_them_once_more() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    server.turns(Mood::Unknown);
    round_with(&office, &server);
    assert_eq!(letters(&office)[0].state, LetterState::Failed, "nobody lives there");
    let keeper = office.sign_in("quantri").await;
    let page = keeper.get("/mail?state=failed").await;
    page.is(200)
        .says("tuphap@baoha.example.vn")
        .says("no such mailbox")
        .says("notices.mail.none");
    server.turns(Mood::Takes);
    keeper.post("/mail/retry", &[]).await.leads_to("/mail");
    keeper
        .post("/mail/test", &[("address", "x")])
        .await
        .is(422)
        .says("notices.refused.address");
    keeper
        .post("/mail/test", &[("address", "qt@baoha.example.vn")])
        .await
        .leads_to("/mail");
    round_with(&office, &server);
    let mut subjects: Vec<String> = server.take().iter().map(Came::subject).collect();
    subjects.sort();
    assert_eq!(
        subjects,
        [
            "Thư thử của hệ thống tài liệu ISO",
            "Đến lượt ông/bà: Đọc và xác nhận – QT.HT.01"
        ]
    );
    keeper
        .post("/mail/retry", &[])
        .await
        .is(409)
        .says("notices.refused.none_failed");
    for _ in 0..4 {
        keeper
            .post("/mail/test", &[("address", "qt@baoha.example.vn")])
            .await
            .is(303);
    }
    let many = keeper.post("/mail/test", &[("address", "qt@baoha.example.vn")]).await;
    many.is(429).says("notices.refused.too_many");
    office.sign_in("thuky").await.get("/mail").await.is(403);
}

#[actix_web::test]
async fn a_letter_whose_taking_was_not_heard_comes_again_as_the_same_letter() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    server.turns(Mood::HangsUp);
    round_with(&office, &server);
    server.turns(Mood::Takes);
    office.wait(TimeDelta::minutes(3));
    round_with(&office, &server);
    office.wait(TimeDelta::days(1));
    round_with(&office, &server);
    let came = server.take();
    assert_eq!(came.len(), 2, "at least once");
    assert_eq!(came[0].header("Message-ID"), came[1].header("Message-ID"));
    assert_eq!(letters(&office)[0].state, LetterState::Sent);
}

#[actix_web::test]
async fn a_program_that_broke_off_while_sending_loses_no_letter() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    // What the database looks like when the program ends between taking the letter and marking it.
    round_with(&office, &server);
    assert_eq!(server.take().len(), 1);
    use diesel::connection::SimpleConnection;
    let guards = crate::support::databases::SERVER.is_some();
    let lift = if guards {
        "ALTER TABLE letters DISABLE TRIGGER USER"
    } else {
        "DROP TRIGGER letters_fixed"
    };
    office.connect().batch_execute(lift).unwrap();
    office
        .connect()
        .batch_execute(
            "UPDATE letters SET state = 'waiting', done_at = NULL, next_try_at = made_at WHERE purpose = 'at_once'",
        )
        .unwrap();
    round_with(&office, &server);
    assert_eq!(server.take().len(), 1);
    round_with(&office, &server);
    assert_eq!(server.take().len(), 0);
}

#[actix_web::test]
async fn the_daily_letter_comes_once_a_working_day_at_its_hour_with_what_still_waits() {
    let (office, server) = (posted_office().await, MailServer::start());
    office.set_time(at(23, 7));
    confirmed(&office, &server, "tuphap", Mode::Daily).await;
    assign_births(&office);
    round_with(&office, &server);
    assert_eq!(server.take().len(), 0, "it is seven");
    office.set_time(at(23, 8));
    round_with(&office, &server);
    let came = server.take();
    assert_eq!(came.len(), 1);
    assert_eq!(came[0].subject(), "Hôm nay có 1 việc chờ ông/bà");
    assert!(came[0].part("text/plain").contains("Đọc và xác nhận (1)\r\n- QT.HT.01"));
    let case = receive(&office, "QT.HT.01");
    office.set_time(at(23, 15));
    round_with(&office, &server);
    office.set_time(at(24, 9));
    round_with(&office, &server);
    assert_eq!(server.take().len(), 0, "once a day, and the 24th is a holiday");
    office.set_time(at(25, 9));
    round_with(&office, &server);
    let came = server.take();
    assert_eq!(came.len(), 1);
    let text = came[0].part("text/plain");
    assert!(
        text.contains(&case.code) && !text.contains("QT.HT.01"),
        "what a letter told is not told again:\n{text}"
    );
}

#[actix_web::test]
async fn whoever_changes_the_address_or_wants_no_letters_gets_none() {
    let (office, server) = (posted_office().await, MailServer::start());
    confirmed(&office, &server, "tuphap", Mode::AtOnce).await;
    assign_births(&office);
    server.turns(Mood::Later);
    round_with(&office, &server);
    server.turns(Mood::Takes);
    choose(&office, "tuphap", Mode::None);
    office.wait(TimeDelta::minutes(3));
    round_with(&office, &server);
    assert_eq!(server.take().len(), 0);
    assert_eq!(letters(&office)[0].last_error, "not_wanted");
    let (person, away) = (person(&office, "tuphap"), "noi.khac@example.vn");
    let known = office.read(|work| notices::settings(work, &person)).unwrap();
    assert!(known.is_confirmed());
    let new = NewSettings {
        address: away.to_owned(),
        mode: Mode::AtOnce,
        hour: 8,
        language: quytrinh::kernel::Language::En,
    };
    office
        .act_as("tuphap", move |work| {
            notices::set_settings(work, known.row_version, &new)
        })
        .unwrap();
    receive(&office, "QT.HT.01");
    round_with(&office, &server);
    let came = server.take();
    assert_eq!(came.len(), 1);
    assert_eq!(
        (came[0].to.as_str(), came[0].subject().as_str()),
        (away, "Confirm the address for notices")
    );
    office.wait(TimeDelta::days(3));
    let late = link(&came[0]);
    let token = late.rsplit('/').next().unwrap().to_owned();
    let refused = office.act_as("tuphap", move |work| notices::confirm(work, &token));
    assert!(matches!(refused, Err(Failure::NotFound)), "the link is too old");
}
