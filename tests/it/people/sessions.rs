//! Sessions: new at each sign-in, listed, ended, and never brought back (trust row I5).

use super::{between, try_from, try_to_sign_in};
use crate::support::databases::lines;
use crate::support::rounds::figure;
use crate::support::{PASSWORD, TestOffice, Visitor};
use chrono::TimeDelta;
use diesel::prelude::*;
use quytrinh::kernel::AccessRole;
use quytrinh::people;
use std::collections::BTreeSet;

const COOKIE: &str = "quytrinh_session";

#[actix_web::test]
async fn i5_a_token_is_256_random_bits_stored_as_a_hash_and_new_at_each_sign_in() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let fixed = office.stranger();
    fixed.set_cookie(COOKIE, &"a".repeat(64));
    try_to_sign_in(&fixed, "lan", PASSWORD).await.is(303);
    let mut tokens = BTreeSet::from([fixed.cookie(COOKIE).unwrap()]);
    assert!(!tokens.contains(&"a".repeat(64)));
    for _ in 0..20 {
        tokens.insert(office.sign_in("lan").await.cookie(COOKIE).unwrap());
    }
    assert_eq!(tokens.len(), 21);
    assert!(
        tokens
            .iter()
            .all(|token| token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()))
    );
    let stored = lines(&mut office.connect(), "SELECT token_sha256 AS value FROM sessions");
    assert_eq!(stored.len(), 21);
    assert!(stored.iter().all(|hash| !tokens.contains(hash)));
    figure(
        "I5",
        "tokens of 256 bits, stored hashed, new at each sign-in and confirmation; over after 30 minutes or 12 hours, also \
         after restarts, restores and moved clocks",
    );
}

#[actix_web::test]
async fn i5_a_session_ends_with_signing_out_and_its_cookie_and_token_are_worth_nothing() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let visitor = office.sign_in("quantri").await;
    let (cookie, token) = (visitor.cookie(COOKIE).unwrap(), visitor.token());
    let left = visitor.post("/sign-out", &[]).await;
    left.leads_to("/");
    assert_eq!(left.header("clear-site-data"), "\"cache\", \"storage\"");
    visitor.set_cookie(COOKIE, &cookie);
    visitor.get("/people").await.leads_to("/sign-in");
    let fields = [("username", "x"), ("full_name", "X"), ("csrf", token.as_str())];
    let replayed = Visitor::form("/people", &fields);
    visitor.send(replayed).await.leads_to("/sign-in");
}

#[actix_web::test]
async fn i5_a_person_sees_and_ends_the_own_sessions() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    office.person("hoa", &[AccessRole::Official]);
    let agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/120.0";
    let other = office.stranger();
    let form = Visitor::form("/sign-in", &[("username", "lan"), ("password", PASSWORD)])
        .insert_header(("host", "localhost:8080"))
        .insert_header(("user-agent", agent))
        .peer_addr("192.168.7.21:40000".parse().unwrap());
    other.send(form).await.is(303);
    let here = office.sign_in("lan").await;
    let page = here.get("/account").await;
    page.is(200)
        .says("Firefox · Windows")
        .says("192.168.7.x")
        .lacks("192.168.7.21")
        .says("people.own.this");
    let id = between(page.text(), "/account/sessions/", "/end");
    // Nobody ends what is another's.
    let path = format!("/account/sessions/{id}/end");
    office.sign_in("hoa").await.post(&path, &[]).await.is(404);
    other.get("/account").await.is(200);
    here.post(&path, &[]).await.leads_to("/account");
    other.get("/account").await.leads_to("/sign-in");
    other.get("/sign-in").await.says("people.ended.ended");
    let third = office.sign_in("lan").await;
    here.post("/account/sessions/end", &[]).await.leads_to("/account");
    third.get("/account").await.leads_to("/sign-in");
    here.get("/account").await.is(200);
}

#[actix_web::test]
async fn i5_the_sixth_session_ends_the_oldest_and_both_are_told() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let mut all = Vec::new();
    for _ in 0..5 {
        office.wait(TimeDelta::seconds(1));
        all.push(office.sign_in("lan").await);
    }
    all[0].get("/account").await.is(200);
    let sixth = office.stranger();
    let entered = try_to_sign_in(&sixth, "lan", PASSWORD).await;
    entered.is(303);
    sixth.get(entered.location()).await.says("people.done.oldest_ended");
    all[0].get("/account").await.leads_to("/sign-in");
    all[0].get("/sign-in").await.says("people.ended.too_many");
    for other in &all[1..] {
        other.get("/account").await.is(200);
    }
}

#[actix_web::test]
async fn i5_idle_time_outlasts_a_restart_and_no_clock_brings_a_session_back() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let seen = |office: &TestOffice| {
        lines(
            &mut office.connect(),
            "SELECT CAST(seen_at AS TEXT) AS value FROM sessions",
        )
    };
    let first = seen(&office);
    office.wait(TimeDelta::seconds(30));
    lan.get("/account").await.is(200);
    office.gate.write_down(&office.site.db, &office.site.clock).unwrap();
    assert_eq!(seen(&office), first, "a moment is written at most once a minute");
    office.wait(TimeDelta::minutes(20));
    let before = office.digest();
    lan.get("/account").await.is(200);
    assert_eq!(office.digest(), before, "a page writes nothing");
    office.gate.write_down(&office.site.db, &office.site.clock).unwrap();
    assert_ne!(seen(&office), first);
    // A program that begins anew knows from the database that nobody was there.
    let entries = lines(
        &mut office.connect(),
        "SELECT CAST(count(*) AS TEXT) AS value FROM ledger",
    );
    office.wait(TimeDelta::minutes(40));
    let anew = people::Gate::new(Vec::new());
    assert_eq!(anew.write_down(&office.site.db, &office.site.clock).unwrap(), 1);
    lan.get("/account").await.leads_to("/sign-in");
    office.wait(TimeDelta::minutes(-40));
    lan.get("/account").await.leads_to("/sign-in");
    assert_eq!(
        lines(
            &mut office.connect(),
            "SELECT CAST(count(*) AS TEXT) AS value FROM ledger"
        ),
        entries
    );
}

#[actix_web::test]
async fn i5_a_session_that_a_gate_found_idle_stays_over_when_the_clock_goes_back() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    office.wait(TimeDelta::minutes(31));
    lan.get("/account").await.leads_to("/sign-in");
    office.wait(TimeDelta::minutes(-20));
    lan.get("/account").await.leads_to("/sign-in");
    let later = office.sign_in("lan").await;
    office.wait(TimeDelta::days(-3));
    later.get("/account").await.leads_to("/sign-in");
}

#[actix_web::test]
async fn i5_a_restored_database_brings_no_session_and_no_code_back() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let lan = office.person("lan", &[AccessRole::Official]);
    let (visitor, administrator) = (office.sign_in("lan").await, office.sign_in("quantri").await);
    let given = administrator
        .post(&format!("/people/{lan}/code"), &[("password", PASSWORD)])
        .await;
    let code = between(given.text(), "mono figure\">", "<");
    office.act_as("quantri", people::end_all_sessions).unwrap_err();
    visitor.get("/account").await.is(200);
    office.act(people::end_all_sessions).unwrap();
    visitor.get("/account").await.leads_to("/sign-in");
    visitor.get("/sign-in").await.says("people.ended.restored");
    let fields = [
        ("code", code.as_str()),
        ("username", "lan"),
        ("password", "thuyền nan chở 3 tấn gió"),
        ("password_again", "thuyền nan chở 3 tấn gió"),
    ];
    office
        .stranger()
        .post("/code", &fields)
        .await
        .is(422)
        .says("people.code.wrong");
}

#[actix_web::test]
async fn i5_an_administrator_ends_the_sessions_of_one_and_of_all() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let lan = office.person("lan", &[AccessRole::Official]);
    office.person("hoa", &[AccessRole::Official]);
    let foreign = office.person_of(&office.foreign, "langgieng", &[AccessRole::Official]);
    let neighbour = office.sign_in("langgieng").await;
    let (first, second) = (office.sign_in("lan").await, office.sign_in("hoa").await);
    let administrator = office.sign_in("quantri").await;
    administrator
        .post(&format!("/people/{foreign}/sessions/end"), &[])
        .await
        .is(404);
    administrator
        .post(&format!("/people/{lan}/sessions/end"), &[])
        .await
        .leads_to("/people");
    first.get("/account").await.leads_to("/sign-in");
    second.get("/account").await.is(200);
    administrator
        .post("/people/sessions/end", &[])
        .await
        .leads_to("/people");
    second.get("/account").await.leads_to("/sign-in");
    administrator.get("/people").await.is(200);
    neighbour.get("/account").await.is(200);
    office
        .sign_in("hoa")
        .await
        .post("/people/sessions/end", &[])
        .await
        .is(403);
}

#[actix_web::test]
async fn i5_cookies_are_bound_to_tls_and_the_host_where_the_site_has_tls() {
    let office = TestOffice::start_with(|site| site.address = Some("https://iso.example.gov.vn".into())).await;
    office.person("lan", &[AccessRole::Official]);
    let visitor = office.stranger();
    try_from(&visitor, "10.0.0.1", ("lan", PASSWORD)).await.is(303);
    assert!(visitor.cookie("__Host-quytrinh_session").is_some() && visitor.cookie(COOKIE).is_none());
    visitor.get("/account").await.is(200);
    // A cookie without the prefix, which another host of the domain could have set, opens nothing.
    let token = visitor.cookie("__Host-quytrinh_session").unwrap();
    let planted = office.stranger();
    planted.set_cookie(COOKIE, &token);
    planted.get("/account").await.leads_to("/sign-in");
}

#[actix_web::test]
async fn i5_every_cookie_says_who_may_have_it() {
    for (address, is_secure) in [(Some("https://iso.example.gov.vn"), true), (None, false)] {
        let office = TestOffice::start_with(|site| site.address = address.map(Into::into)).await;
        office.person("lan", &[AccessRole::Official]);
        let reply = try_to_sign_in(&office.stranger(), "lan", PASSWORD).await;
        let cookies = reply.all("set-cookie");
        assert_eq!(cookies.len(), 2, "{cookies:?}");
        for cookie in cookies {
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"));
            assert_eq!(cookie.contains("Secure"), is_secure, "{cookie}");
            assert_eq!(cookie.starts_with("__Host-"), is_secure, "{cookie}");
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
    }
}

/// The control: had the row of a session been opened again, its cookie would let in; so the tests above look at what counts.
#[actix_web::test]
async fn i5_only_the_end_of_its_row_keeps_a_session_out() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let visitor = office.sign_in("lan").await;
    let cookie = visitor.cookie(COOKIE).unwrap();
    visitor.post("/sign-out", &[]).await.is(303);
    let reopen = "UPDATE sessions SET ended_at = NULL, ended_why = NULL";
    let refused = diesel::sql_query(reopen).execute(&mut office.connect());
    assert!(refused.is_err(), "the database itself keeps an ended session ended");
    let copy = "INSERT INTO sessions SELECT token_sha256 || 'x', id || 'x', agency_id, person_id, csrf_seed, created_at, \
        seen_at, device, address, proved_by, NULL, NULL FROM sessions";
    diesel::sql_query(copy).execute(&mut office.connect()).unwrap();
    let planted = quytrinh::procedures::content_sha256("planted");
    let plant = format!("UPDATE sessions SET token_sha256 = '{planted}' WHERE ended_at IS NULL");
    diesel::sql_query(plant).execute(&mut office.connect()).unwrap();
    visitor.set_cookie(COOKIE, &cookie);
    visitor.get("/account").await.leads_to("/sign-in");
    visitor.set_cookie(COOKIE, "planted");
    visitor.get("/account").await.is(200);
}
