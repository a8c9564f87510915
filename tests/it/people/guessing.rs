//! Guessing is hopeless, and colleagues are not locked out (trust row I1).

use super::{try_from, try_to_sign_in};
use crate::support::rounds::figure;
use crate::support::{PASSWORD, TestOffice};
use chrono::TimeDelta;
use diesel::prelude::*;
use quytrinh::app;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{ACCOUNT_STOP, ADDRESS_TRIES, FREE_TRIES, Gate, LONGEST_WAIT};
use std::rc::Rc;

const WRONG: &str = "một mật khẩu sai nào đó";

/// Addresses that guess, one after the other.
fn address(number: i64) -> String {
    format!("127.0.{}.{}", number / 250, number % 250 + 1)
}

/// Guesses one account from many addresses until it takes no more; gives how many guesses were checked.
async fn guess_from_everywhere(office: &TestOffice, username: &str, addresses: i64) -> i64 {
    let mut checked = 0;
    for number in 0..addresses {
        let reply = try_from(&office.stranger(), &address(number), (username, WRONG)).await;
        checked += i64::from(reply.status() == 422);
    }
    checked
}

#[actix_web::test]
async fn i1_two_hundred_addresses_do_not_lock_the_chairman_out_of_a_known_device() {
    let office = TestOffice::start().await;
    office.person("chutich", &[AccessRole::Chair]);
    let chairman = office.stranger();
    try_from(&chairman, "10.0.0.9", ("chutich", PASSWORD)).await.is(303);
    chairman.get("/account").await.is(200);
    chairman.post("/sign-out", &[]).await.is(303);
    assert_eq!(guess_from_everywhere(&office, "chutich", 200).await, 200);
    // From an unknown device not even the right password is: guessing on is worth nothing.
    try_from(&office.stranger(), "10.0.0.77", ("chutich", PASSWORD))
        .await
        .is(422)
        .says("people.sign_in.wrong");
    // At the known device the chairman comes in, also from an address that guessed.
    try_from(&chairman, &address(3), ("chutich", PASSWORD)).await.is(303);
    // That does not give those who guess a hundred more tries.
    try_from(&office.stranger(), "10.0.0.78", ("chutich", PASSWORD))
        .await
        .is(422);
    figure(
        "I1",
        "200 addresses guess one account: closed to unknown devices after 100, open to the known device",
    );
}

#[actix_web::test]
async fn i1_before_the_hundredth_failure_an_account_is_open_to_new_devices_and_a_success_begins_anew() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    guess_from_everywhere(&office, "lan", ACCOUNT_STOP - 1).await;
    try_from(&office.stranger(), "10.0.0.9", ("lan", PASSWORD))
        .await
        .is(303);
    guess_from_everywhere(&office, "lan", ACCOUNT_STOP - 1).await;
    try_from(&office.stranger(), "10.0.0.10", ("lan", PASSWORD))
        .await
        .is(303);
}

#[actix_web::test]
async fn i1_a_stopped_account_is_opened_by_a_code_of_the_administrator() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let lan = office.person("lan", &[AccessRole::Official]);
    guess_from_everywhere(&office, "lan", ACCOUNT_STOP).await;
    try_from(&office.stranger(), "10.0.0.9", ("lan", PASSWORD))
        .await
        .is(422);
    let administrator = office.sign_in("quantri").await;
    let given = administrator
        .post(
            &format!("/people/{lan}/code"),
            &[("password", crate::support::PASSWORD)],
        )
        .await;
    let code = super::between(given.text(), "mono figure\">", "<");
    let new = "thuyền nan chở 3 tấn gió";
    let fields = [
        ("code", code.as_str()),
        ("username", "lan"),
        ("password", new),
        ("password_again", new),
    ];
    office.stranger().post("/code", &fields).await.leads_to("/sign-in");
    try_from(&office.stranger(), "10.0.0.9", ("lan", new)).await.is(303);
}

#[actix_web::test]
async fn i1_a_known_device_on_which_a_hundred_failed_takes_the_password_that_a_reset_brings() {
    let office = TestOffice::start().await;
    let lan = office.person("lan", &[AccessRole::Official]);
    let device = office.stranger();
    try_from(&device, "10.0.0.9", ("lan", PASSWORD)).await.is(303);
    device.get("/account").await.is(200);
    device.post("/sign-out", &[]).await.is(303);
    for _ in 0..ACCOUNT_STOP {
        try_from(&device, "10.0.0.9", ("lan", WRONG)).await.is(422);
        office.wait(TimeDelta::seconds(LONGEST_WAIT));
    }
    // The control: without a reset the device stays closed to the right password; another one is not concerned.
    try_from(&device, "10.0.0.9", ("lan", PASSWORD)).await.is(422);
    try_from(&office.stranger(), "10.0.0.10", ("lan", PASSWORD))
        .await
        .is(303);
    office.person("quantri", &[AccessRole::Administrator]);
    let administrator = office.sign_in("quantri").await;
    let given = administrator
        .post(&format!("/people/{lan}/code"), &[("password", PASSWORD)])
        .await;
    let code = super::between(given.text(), "mono figure\">", "<");
    let new = "thuyền nan chở 3 tấn gió";
    let fields = [
        ("code", code.as_str()),
        ("username", "lan"),
        ("password", new),
        ("password_again", new),
    ];
    office.stranger().post("/code", &fields).await.leads_to("/sign-in");
    try_from(&device, "10.0.0.9", ("lan", new)).await.is(303);
}

#[actix_web::test]
async fn i1_each_failure_at_one_place_waits_longer_and_restarts_or_clocks_do_not_help() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    for _ in 0..FREE_TRIES {
        try_from(&office.stranger(), "10.0.0.1", ("lan", WRONG)).await.is(422);
    }
    let waits = |reply: crate::support::Reply| {
        reply.is(429);
        super::between(reply.text(), "Xin chờ ", " giây")
    };
    assert_eq!(
        waits(try_from(&office.stranger(), "10.0.0.1", ("lan", PASSWORD)).await),
        "5"
    );
    // A program that begins anew knows what failed before it.
    let again = app::application(office.site.clone(), Gate::new(app::doors().list().to_vec()));
    let service = Rc::new(actix_web::test::init_service(again).await);
    let request = actix_web::test::TestRequest::post()
        .uri("/sign-in")
        .insert_header(("host", "localhost:8080"))
        .set_form([("username", "lan"), ("password", PASSWORD)])
        .peer_addr("10.0.0.1:40000".parse().unwrap())
        .to_request();
    let answer = actix_web::test::call_service(&*service, request).await;
    assert_eq!(answer.status().as_u16(), 429);
    office.wait(TimeDelta::days(-3));
    try_from(&office.stranger(), "10.0.0.1", ("lan", PASSWORD))
        .await
        .is(429);
    office.wait(TimeDelta::days(3) + TimeDelta::seconds(5));
    try_from(&office.stranger(), "10.0.0.1", ("lan", WRONG)).await.is(422);
    assert_eq!(
        waits(try_from(&office.stranger(), "10.0.0.1", ("lan", PASSWORD)).await),
        "10"
    );
    // A colleague at another address is not kept waiting.
    try_from(&office.stranger(), "10.0.0.2", ("lan", PASSWORD))
        .await
        .is(303);
}

#[actix_web::test]
async fn i1_one_address_that_tries_one_password_at_everybody_is_slowed() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let known = office.stranger();
    try_from(&known, "10.0.0.1", ("lan", PASSWORD)).await.is(303);
    known.get("/account").await.is(200);
    known.post("/sign-out", &[]).await.is(303);
    let mut checked = 0;
    for number in 0..200 {
        let name = format!("nguoi{number}");
        let reply = try_from(&office.stranger(), "10.0.0.1", (&name, WRONG)).await;
        checked += i64::from(reply.status() == 422);
    }
    assert_eq!(checked, ADDRESS_TRIES);
    try_from(&office.stranger(), "10.0.0.1", ("lan", PASSWORD))
        .await
        .is(429);
    // Whoever signed in at this address before, and everybody elsewhere, is not kept waiting.
    try_from(&known, "10.0.0.1", ("lan", PASSWORD)).await.is(303);
    try_from(&office.stranger(), "10.0.0.2", ("lan", PASSWORD))
        .await
        .is(303);
}

/// The control: without the counters the same guesses are all checked, so the tests above would notice their absence.
#[actix_web::test]
async fn i1_without_its_counters_the_site_would_check_every_guess() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let mut checked = 0;
    for _ in 0..FREE_TRIES * 4 {
        diesel::sql_query("DELETE FROM guess_counters")
            .execute(&mut office.connect())
            .unwrap();
        let reply = try_from(&office.stranger(), "10.0.0.1", ("lan", WRONG)).await;
        checked += i64::from(reply.status() == 422);
    }
    assert_eq!(checked, FREE_TRIES * 4);
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.is(303);
}

#[actix_web::test]
async fn a_proxy_is_believed_only_when_it_is_named() {
    let office =
        TestOffice::start_with(|site| site.trusted_proxies = vec!["10.9.0.0/16".parse().unwrap()].into()).await;
    office.person("lan", &[AccessRole::Official]);
    let told = |direct: &'static str, forwarded: &'static str, password: &'static str| {
        let form = crate::support::Visitor::form("/sign-in", &[("username", "lan"), ("password", password)])
            .insert_header(("host", "localhost:8080"))
            .insert_header(("x-forwarded-for", forwarded))
            .peer_addr(format!("{direct}:40000").parse().unwrap());
        let visitor = office.stranger();
        async move { visitor.send(form).await.status() }
    };
    for _ in 0..FREE_TRIES {
        assert_eq!(told("10.9.0.1", "6.6.6.6, 192.0.2.1", WRONG).await, 422);
    }
    assert_eq!(told("10.9.0.1", "7.7.7.7, 192.0.2.1", PASSWORD).await, 429);
    assert_eq!(told("10.9.0.1", "192.0.2.2", PASSWORD).await, 303);
    // Whoever is no proxy of ours may write what he likes.
    assert_eq!(told("192.0.2.1", "192.0.2.3", PASSWORD).await, 429);
}
