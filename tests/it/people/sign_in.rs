//! Signing in and out, sessions, and forms that are not the visitor's own.

use super::{set_up_app, try_to_sign_in};
use crate::support::databases::lines;
use crate::support::{PASSWORD, Reply, TestOffice, Visitor, new_key};
use actix_web::http::header;
use chrono::TimeDelta;
use quytrinh::kernel::AccessRole;

#[actix_web::test]
async fn a_person_signs_in_and_out() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.stranger();
    visitor.get("/people").await.leads_to("/sign-in");
    let entered = visitor
        .post(
            "/sign-in",
            &[("username", " QuanTri "), ("password", PASSWORD), ("back", "/people")],
        )
        .await;
    entered.leads_to("/people");
    visitor
        .get("/people")
        .await
        .is(200)
        .says("people.title")
        .says("Ông/Bà quantri");
    let cookie = visitor.cookie("quytrinh_session").unwrap();
    visitor.post("/sign-out", &[]).await.leads_to("/");
    visitor.get("/people").await.leads_to("/sign-in");
    visitor.set_cookie("quytrinh_session", &cookie);
    visitor.get("/people").await.leads_to("/sign-in");
}

#[actix_web::test]
async fn after_signing_in_a_person_is_only_led_to_pages_of_ours() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    for back in [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "example.org",
    ] {
        let visitor = office.stranger();
        let fields = [("username", "quantri"), ("password", PASSWORD), ("back", back)];
        visitor.post("/sign-in", &fields).await.leads_to("/");
    }
}

/// The page without the random key of each of its forms.
fn without_keys(page: &Reply) -> String {
    let mut parts = page.text().split("name=\"key\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('"').unwrap().1)
}

#[actix_web::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let visitor = office.stranger();
    let wrong = try_to_sign_in(&visitor, "lan", "một mật khẩu sai nào đó").await;
    wrong.is(422).says("people.sign_in.wrong");
    let unknown = try_to_sign_in(&visitor, "khongco", "một mật khẩu sai nào đó").await;
    unknown.is(422).says("people.sign_in.wrong");
    assert_eq!(
        without_keys(&wrong).replace("\"lan\"", ""),
        without_keys(&unknown).replace("\"khongco\"", "")
    );
    assert_eq!(visitor.cookie("quytrinh_session"), None);
}

#[actix_web::test]
async fn after_five_wrong_tries_the_next_one_waits_even_with_the_right_password() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    for username in ["lan", "khongco"] {
        let visitor = office.stranger();
        for _ in 0..5 {
            try_to_sign_in(&visitor, username, "một mật khẩu sai nào đó")
                .await
                .is(422);
        }
        try_to_sign_in(&visitor, username, PASSWORD)
            .await
            .is(429)
            .says("people.sign_in.wait");
    }
    office.wait(TimeDelta::seconds(6));
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.is(303);
}

#[actix_web::test]
async fn a_session_ends_when_nobody_uses_it_and_after_a_working_day() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let idle = office.sign_in("quantri").await;
    office.wait(TimeDelta::minutes(29));
    idle.get("/people").await.is(200);
    office.wait(TimeDelta::minutes(30));
    idle.get("/people").await.leads_to("/sign-in");
    let busy = office.sign_in("quantri").await;
    for _ in 0..35 {
        office.wait(TimeDelta::minutes(20));
        busy.get("/people").await.is(200);
    }
    office.wait(TimeDelta::minutes(20));
    busy.get("/people").await.leads_to("/sign-in");
}

#[actix_web::test]
async fn a_visitor_chooses_the_language() {
    let office = TestOffice::start().await;
    let visitor = office.stranger();
    visitor
        .get("/sign-in")
        .await
        .is(200)
        .says("lang=\"vi\"")
        .says("Đăng nhập");
    visitor
        .post("/language", &[("language", "en"), ("back", "/sign-in")])
        .await
        .leads_to("/sign-in");
    visitor
        .get("/sign-in")
        .await
        .is(200)
        .says("lang=\"en\"")
        .lacks("Tên đăng nhập");
}

#[actix_web::test]
async fn a_form_without_the_token_of_its_session_is_refused() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.sign_in("quantri").await;
    let fields = [("username", "lan"), ("full_name", "Lan"), ("password", PASSWORD)];
    visitor.forget_token();
    visitor.post("/people", &fields).await.is(403).says("failure.token");
    let other = office.sign_in("quantri").await.token();
    visitor
        .post("/people", &[fields[0], fields[1], fields[2], ("csrf", &other)])
        .await
        .is(403)
        .says("failure.token");
    let own = visitor.token();
    visitor
        .post("/people", &[fields[0], fields[1], fields[2], ("csrf", &own)])
        .await
        .is(200);
}

#[actix_web::test]
async fn a_form_that_comes_from_another_site_is_refused() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.sign_in("quantri").await;
    let token = visitor.token();
    let form = || {
        Visitor::form(
            "/people",
            &[
                ("username", "lan"),
                ("full_name", "Lan"),
                ("password", PASSWORD),
                ("csrf", &token),
                ("key", &new_key()),
            ],
        )
    };
    let foreign = form().insert_header((header::ORIGIN, "https://example.org"));
    visitor.send(foreign).await.is(403).says("failure.foreign_site");
    let cross_site = form().insert_header(("sec-fetch-site", "cross-site"));
    visitor.send(cross_site).await.is(403).says("failure.foreign_site");
    let own = form()
        .insert_header((header::ORIGIN, "http://localhost:8080"))
        .insert_header(("sec-fetch-site", "same-origin"));
    visitor.send(own).await.is(200);
}

#[actix_web::test]
async fn what_becomes_of_a_sign_in_stands_in_the_ledger_of_the_persons_own_office() {
    let office = TestOffice::start().await;
    let neighbour = office.neighbour();
    neighbour.person("mai", &[AccessRole::Official]);
    let before = |agency| {
        let sql = format!("SELECT act AS value FROM ledger WHERE agency_id = '{agency}' ORDER BY seq");
        lines(&mut office.connect(), &sql)
    };
    let (own, foreign) = (before(&office.agency).len(), before(&office.foreign).len());
    let visitor = office.stranger();
    try_to_sign_in(&visitor, "lg.mai", "không phải mật khẩu này")
        .await
        .is(422);
    let mai = neighbour.sign_in("mai").await;
    set_up_app(&neighbour, &mai).await;
    try_to_sign_in(&visitor, "lg.mai", PASSWORD)
        .await
        .leads_to("/sign-in/second");
    visitor.post("/sign-in/second", &[("code", "000000")]).await.is(422);
    // A name that nobody has is nobody's: the first office of the site keeps it.
    try_to_sign_in(&visitor, "khong.co", PASSWORD).await.is(422);
    assert_eq!(before(&office.agency).split_off(own), ["sign_in.refused"]);
    let told = before(&office.foreign).split_off(foreign);
    for act in [
        "sign_in.refused",
        "sign_in.done",
        "sign_in.half",
        "sign_in.second_refused",
        "factor.added",
    ] {
        assert!(told.iter().any(|one| one == act), "{act} is not among {told:?}");
    }
}
