//! Passwords at the doors: length, words of the office, cost of hashing (trust rows I3 and I4).

use super::{between, set_up_app, try_to_sign_in};
use crate::support::databases::lines;
use crate::support::rounds::figure;
use crate::support::{CHEAP, PASSWORD, TestOffice, Visitor};
use chrono::TimeDelta;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, Cost, Gate};

const NEW: &str = "thuyền nan chở 3 tấn gió";

async fn change(visitor: &Visitor, current: &str, new: &str, code: &str) -> crate::support::Reply {
    let fields = [
        ("password", current),
        ("new_password", new),
        ("password_again", new),
        ("code", code),
    ];
    visitor.post("/account/password", &fields).await
}

#[actix_web::test]
async fn a_password_is_changed_with_the_present_one_and_the_other_sessions_end() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let (here, there) = (office.sign_in("lan").await, office.sign_in("lan").await);
    here.get("/account").await.is(200);
    let before = stored(&office);
    change(&here, "không phải mật khẩu này", NEW, "")
        .await
        .is(422)
        .says("people.confirm.wrong");
    assert_eq!(stored(&office), before);
    change(&here, PASSWORD, NEW, "").await.leads_to("/account");
    here.get("/account").await.is(200);
    there.get("/account").await.leads_to("/sign-in");
    there.get("/sign-in").await.is(200).says("people.ended.password");
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.is(422);
    try_to_sign_in(&office.stranger(), "lan", NEW).await.is(303);
}

fn stored(office: &TestOffice) -> Vec<String> {
    let sql = "SELECT password_hash AS value FROM persons WHERE password_hash IS NOT NULL ORDER BY id";
    lines(&mut office.connect(), sql)
}

#[actix_web::test]
async fn i3_the_length_depends_on_a_second_factor_and_a_short_password_keeps_it() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    change(&lan, PASSWORD, "rặng tre xanh", "")
        .await
        .is(422)
        .says("people.password.too_short");
    let (secret, codes) = set_up_app(&office, &lan).await;
    office.wait(TimeDelta::seconds(30));
    let code = super::app_code(&office, &secret, 0);
    change(&lan, PASSWORD, "k7#xQ2m", &code)
        .await
        .is(422)
        .says("people.password.too_short_with_factor");
    change(&lan, PASSWORD, "k7#xQ2mv", &codes[0]).await.leads_to("/account");
    // The factor stays as long as the password is short.
    let page = lan.get("/account/second-factor").await;
    let id = between(page.text(), "/account/second-factor/", "/remove");
    let path = format!("/account/second-factor/{id}/remove");
    lan.post(&path, &[("password", "k7#xQ2mv"), ("code", &codes[1])])
        .await
        .is(409)
        .says("people.factors.password_is_short");
}

#[actix_web::test]
async fn i3_the_words_of_the_own_office_are_refused_and_a_mebibyte_is_not_hashed() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    for guessable in ["UBND xã Thử 2026 !!", "Ông/Bà lan Ông/Bà lan", "H38.99.01 H38.99.01"] {
        change(&lan, PASSWORD, guessable, "")
            .await
            .is(422)
            .says("people.password.guessable");
    }
    let begun = std::time::Instant::now();
    change(&lan, PASSWORD, &"a".repeat(1 << 19), "")
        .await
        .is(422)
        .says("people.password.too_long");
    try_to_sign_in(&office.stranger(), "lan", &"a".repeat(1 << 20))
        .await
        .is(422)
        .says("people.sign_in.wrong");
    assert!(begun.elapsed().as_secs() < 5);
    let longest: String = "Mười hai con thuyền chở muối qua thác Bà. "
        .chars()
        .cycle()
        .take(1024)
        .collect();
    change(&lan, PASSWORD, &longest, "").await.leads_to("/account");
    try_to_sign_in(&office.stranger(), "lan", &longest).await.is(303);
    let shorter: String = longest.chars().take(1023).collect();
    try_to_sign_in(&office.stranger(), "lan", &shorter).await.is(422);
}

#[actix_web::test]
async fn a_password_never_has_to_be_changed() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    office.wait(TimeDelta::days(5 * 365));
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.leads_to("/");
}

#[actix_web::test]
async fn managers_of_passwords_can_fill_every_field_of_one() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    for page in [office.stranger().get("/sign-in").await, lan.get("/account").await] {
        assert!(page.text().contains("type=\"password\"") && page.text().contains("autocomplete=\"current-password\""));
        assert!(!page.text().contains("onpaste"));
    }
    assert!(
        lan.get("/account")
            .await
            .text()
            .contains("autocomplete=\"new-password\"")
    );
}

#[actix_web::test]
async fn i4_a_hash_made_at_less_is_made_anew_when_its_password_is_right() {
    let office = TestOffice::start_at(Cost::TODAY, |_| {}).await;
    office.person("lan", &[AccessRole::Official]);
    let costs = |office: &TestOffice| -> Vec<Cost> {
        stored(office)
            .iter()
            .map(|hash| people::cost_of(hash).expect("an argon2id hash"))
            .collect()
    };
    assert_eq!(costs(&office), [CHEAP]);
    try_to_sign_in(&office.stranger(), "lan", "một mật khẩu sai nào đó")
        .await
        .is(422);
    assert_eq!(costs(&office), [CHEAP]);
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.is(303);
    assert_eq!(costs(&office), [Cost::TODAY]);
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.is(303);
}

#[test]
fn i4_the_program_does_not_start_with_a_cost_below_the_standard() {
    Gate::new(Vec::new()).must_hash_enough().unwrap();
    // The control: the cost of these tests is refused.
    Gate::hashing_at(Vec::new(), CHEAP).must_hash_enough().unwrap_err();
    assert!(Cost::TODAY.is_enough());
}

#[actix_web::test]
async fn i4_every_hash_that_the_product_stores_is_of_todays_cost() {
    let office = TestOffice::start().await;
    let code = people::make_set_up_code(&office.site.db, &office.foreign, office.site.clock.now()).unwrap();
    let filled = people::UseCode {
        code,
        username: "quantri.moi".to_owned(),
        full_name: "Quản trị mới".to_owned(),
        password: NEW.to_owned(),
    };
    let stranger = quytrinh::kernel::Actor::stranger(
        office.foreign.clone(),
        office.site.clock.now(),
        quytrinh::kernel::Language::Vi,
    );
    people::use_code(&office.site.db, &stranger, filled).unwrap();
    let hashes = stored(&office);
    assert_eq!(hashes.len(), 1);
    assert!(hashes.iter().all(|hash| people::cost_of(hash) == Some(Cost::TODAY)));
    // The control: the hashes of these tests, which cost little, are seen as such.
    office.person("lan", &[AccessRole::Official]);
    assert!(
        stored(&office)
            .iter()
            .any(|hash| people::cost_of(hash) != Some(Cost::TODAY))
    );
    figure(
        "I4",
        &format!(
            "argon2id with {} KiB, {} pass and {} lane in every hash that the product stores",
            Cost::TODAY.memory,
            Cost::TODAY.passes,
            Cost::TODAY.lanes
        ),
    );
}
