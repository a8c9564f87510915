//! What holds for every page: headers, files of the program, refusals that say nothing of the inside.

use crate::support::TestOffice;
use chrono::NaiveDate;
use quytrinh::kernel::AccessRole;

#[actix_web::test]
async fn every_answer_carries_the_headers_of_security() {
    let office = TestOffice::start().await;
    let visitor = office.stranger();
    for path in ["/health", "/sign-in", "/static/site.css", "/people", "/nowhere"] {
        let reply = visitor.get(path).await;
        assert!(
            reply.header("content-security-policy").contains("default-src 'none'"),
            "{path}"
        );
        assert!(
            reply
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        let is_kept = path.starts_with("/static/");
        assert_eq!(reply.header("cache-control") == "no-store", !is_kept, "{path}");
    }
}

#[actix_web::test]
async fn a_browser_that_came_by_tls_is_told_to_come_by_nothing_else() {
    let plain = TestOffice::start().await;
    let said = |reply: &crate::support::Reply| reply.header("strict-transport-security").to_owned();
    assert_eq!(said(&plain.stranger().get("/sign-in").await), "");
    let office = TestOffice::start_with(|site| site.address = Some("https://iso.example.gov.vn".into())).await;
    for path in ["/sign-in", "/static/site.css", "/nowhere"] {
        let reply = office.stranger().get(path).await;
        assert_eq!(said(&reply), "max-age=31536000; includeSubDomains", "{path}");
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert_eq!(reply.header("access-control-allow-origin"), "");
    }
}

#[actix_web::test]
async fn a_file_of_the_program_is_sent_as_it_is() {
    let office = TestOffice::start().await;
    let visitor = office.stranger();
    let reply = visitor.get("/static/site.css").await;
    assert_eq!(reply.is(200).header("content-type"), "text/css; charset=utf-8");
    assert_eq!(reply.bytes, std::fs::read("templates/static/site.css").unwrap());
    visitor.get("/static/no-such.css").await.is(404);
    visitor.get("/static/..%2Fwords%2Fvi%2Fpeople.toml").await.is(404);
}

#[actix_web::test]
async fn an_unknown_page_and_a_wrong_method_are_said_in_the_language_of_the_visitor() {
    let office = TestOffice::start().await;
    let visitor = office.stranger();
    visitor
        .get("/nowhere")
        .await
        .is(404)
        .says("failure.not_found")
        .says("lang=\"vi\"");
    visitor.post("/health", &[]).await.is(405).says("failure.method");
    visitor.post("/language", &[("language", "en")]).await.is(303);
    visitor
        .get("/nowhere")
        .await
        .is(404)
        .says("lang=\"en\"")
        .lacks("Không có trang");
}

#[actix_web::test]
async fn files_where_none_are_wanted_and_forms_that_are_none_are_refused() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.sign_in("quantri").await;
    let fields = [("username", "lan"), ("full_name", "Lan")];
    let reply = visitor
        .post_files("/people", &fields, &[("file", "a.txt", b"abc")])
        .await;
    reply.is(422).says("failure.no_form");
    let too_much = "a".repeat(3 << 20);
    assert_eq!(visitor.post("/people", &[("full_name", &too_much)]).await.status(), 413);
}

#[actix_web::test]
async fn what_was_typed_is_kept_when_a_form_is_refused() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.sign_in("quantri").await;
    let fields = [("username", "Có Dấu"), ("full_name", "<b>Lan & \"Hoa\"</b>")];
    let reply = visitor.post("/people", &fields).await;
    reply
        .is(422)
        .says("people.username_form")
        .says("Có Dấu")
        .says("value=\"<b>Lan & \"Hoa\"</b>\"");
    let bytes = String::from_utf8(reply.bytes).unwrap();
    assert!(
        !bytes.contains("<b>Lan"),
        "what was typed is written as text, never as HTML"
    );
}

#[actix_web::test]
async fn the_calendar_shows_the_days_on_the_clock_of_the_office() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    office.set_time(
        NaiveDate::from_ymd_opt(2026, 12, 31)
            .unwrap()
            .and_hms_opt(23, 30, 0)
            .unwrap(),
    );
    assert_eq!(
        office.site.clock.today(),
        NaiveDate::from_ymd_opt(2026, 12, 31).unwrap()
    );
    let visitor = office.sign_in("quantri").await;
    let day = [("day", "2026-12-31"), ("kind", "day_off"), ("name", "Nghỉ bù")];
    visitor.post("/calendar", &day).await.leads_to("/calendar");
    visitor
        .get("/calendar")
        .await
        .is(200)
        .says("31/12/2026")
        .says("Nghỉ bù");
    let calendar = office.read(quytrinh::calendar::working_calendar).unwrap();
    assert!(!calendar.is_working_day(office.site.clock.today()));
}
