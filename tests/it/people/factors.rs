//! Second factors: codes of an app, recovery codes, and who must have one (ASVS 6.3.3, 6.4.3, 6.5).

use super::{app_code, between, set_up_app, try_to_sign_in};
use crate::support::databases::lines;
use crate::support::{PASSWORD, Reply, TestOffice, Visitor};
use chrono::TimeDelta;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, FactorRule, Rule};

fn demand(office: &TestOffice, rule: Rule) {
    let decided = FactorRule {
        rule,
        reason: "quyết định của Trưởng ban".to_owned(),
    };
    office.wait(TimeDelta::seconds(1));
    office
        .act(move |work| people::set_factor_rule(work, None, &decided))
        .unwrap();
}

/// The password, then the code.
async fn enter(office: &TestOffice, username: &str, code: &str) -> (Visitor, Reply) {
    let visitor = office.stranger();
    try_to_sign_in(&visitor, username, PASSWORD)
        .await
        .leads_to("/sign-in/second");
    visitor.get("/sign-in/second").await.is(200);
    let reply = visitor.post("/sign-in/second", &[("code", code)]).await;
    (visitor, reply)
}

#[actix_web::test]
async fn with_an_app_a_sign_in_asks_for_its_code_and_each_code_works_once() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (secret, _) = set_up_app(&office, &lan).await;
    // The secret was shown once, and is not in the database as it is.
    lan.get("/account/second-factor").await.is(200).lacks(&secret);
    let sealed = lines(&mut office.connect(), "SELECT secret AS value FROM second_factors");
    assert!(sealed.len() == 1 && !sealed[0].contains(&secret.to_lowercase()));
    // The code that confirmed the app is used up.
    let (half, refused) = enter(&office, "lan", &app_code(&office, &secret, 0)).await;
    refused.is(422).says("people.factors.wrong_code");
    half.get("/account").await.leads_to("/sign-in");
    office.wait(TimeDelta::seconds(30));
    let code = app_code(&office, &secret, 0);
    let (inside, entered) = enter(&office, "lan", &code).await;
    entered.leads_to("/");
    inside.get("/account").await.is(200).says("people.proof.password_totp");
    let (_, replayed) = enter(&office, "lan", &code).await;
    replayed.is(422).says("people.factors.wrong_code");
}

#[actix_web::test]
async fn a_code_of_a_step_before_or_after_is_taken_and_no_other() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (secret, _) = set_up_app(&office, &lan).await;
    office.wait(TimeDelta::minutes(10));
    for (steps, status) in [(-2, 422), (2, 422), (-1, 303), (1, 303), (0, 422)] {
        let (_, reply) = enter(&office, "lan", &app_code(&office, &secret, steps)).await;
        reply.is(status);
    }
}

#[actix_web::test]
async fn ten_recovery_codes_work_once_each_and_new_ones_void_them() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (_, codes) = set_up_app(&office, &lan).await;
    assert_eq!(codes.len(), 10);
    let stored = lines(&mut office.connect(), "SELECT code_sha256 AS value FROM recovery_codes");
    assert!(stored.iter().all(|hash| hash.len() == 64 && !codes.contains(hash)));
    let (_, entered) = enter(&office, "lan", &codes[3].to_uppercase().replace('-', " ")).await;
    entered.leads_to("/");
    let (_, again) = enter(&office, "lan", &codes[3]).await;
    again.is(422).says("people.factors.wrong_code");
    let renewed = lan
        .post(
            "/account/second-factor/recovery",
            &[("password", PASSWORD), ("code", &codes[4])],
        )
        .await;
    renewed.is(200).says("people.factors.recovery_once");
    let (_, void) = enter(&office, "lan", &codes[5]).await;
    void.is(422);
}

#[actix_web::test]
async fn guessing_codes_is_slowed_too() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (secret, _) = set_up_app(&office, &lan).await;
    office.wait(TimeDelta::minutes(5));
    for _ in 0..people::FREE_TRIES {
        let (_, wrong) = enter(&office, "lan", "000000").await;
        wrong.is(422);
    }
    let (_, waits) = enter(&office, "lan", &app_code(&office, &secret, 0)).await;
    waits.is(429).says("people.sign_in.wait");
}

#[actix_web::test]
async fn the_second_step_holds_for_ten_minutes_and_once() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (secret, codes) = set_up_app(&office, &lan).await;
    let late = office.stranger();
    try_to_sign_in(&late, "lan", PASSWORD).await.is(303);
    office.wait(TimeDelta::minutes(11));
    let code = app_code(&office, &secret, 0);
    late.post("/sign-in/second", &[("code", &code)])
        .await
        .is(409)
        .says("people.sign_in.half_over");
    let (visitor, entered) = enter(&office, "lan", &code).await;
    entered.leads_to("/");
    visitor.get("/account").await.is(200);
    visitor.post("/sign-in/second", &[("code", &codes[0])]).await.is(409);
}

#[actix_web::test]
async fn whoever_must_have_a_second_factor_sets_one_up_and_can_do_nothing_else() {
    let office = TestOffice::start().await;
    demand(&office, Rule::Duties);
    for role in AccessRole::ALL {
        office.person(role.as_str(), &[*role]);
        let visitor = office.sign_in(role.as_str()).await;
        let must = Rule::Duties.demands(&[*role]);
        let home = visitor.get("/documents").await;
        if !must {
            home.is(200);
            continue;
        }
        home.leads_to("/account/second-factor");
        let before = office.digest();
        for door in quytrinh::app::doors().list() {
            let path = door.path.replace("{id}", "x");
            let is_open =
                door.access == quytrinh::web::Access::Anyone || path.starts_with("/account") || path == "/sign-out";
            if !is_open && !path.contains('{') {
                let reply = if door.method == actix_web::http::Method::GET {
                    visitor.get(&path).await
                } else {
                    visitor.post(&path, &[]).await
                };
                reply.leads_to("/account/second-factor");
            }
        }
        assert_eq!(office.digest(), before);
        visitor.get("/account/second-factor").await.is(200);
        set_up_app(&office, &visitor).await;
        visitor.get("/documents").await.is(200);
    }
    demand(&office, Rule::Everybody);
    office.person("moi", &[AccessRole::Official]);
    office
        .sign_in("moi")
        .await
        .get("/documents")
        .await
        .leads_to("/account/second-factor");
}

#[actix_web::test]
async fn a_relaxation_needs_a_reason_is_recorded_and_shown() {
    let office = TestOffice::start().await;
    demand(&office, Rule::Duties);
    demand(&office, Rule::Nobody);
    office.person("quantri", &[AccessRole::Administrator]);
    office.person("lan", &[AccessRole::Official]);
    let administrator = office.sign_in("quantri").await;
    office.wait(TimeDelta::seconds(1));
    administrator
        .post(
            "/people/factor-rule",
            &[("rule", "nobody"), ("reason", "  "), ("password", PASSWORD)],
        )
        .await
        .is(422)
        .says("people.factors.reason_needed");
    let fields = [
        ("rule", "nobody"),
        ("reason", "Chưa có điện thoại cơ quan"),
        ("password", PASSWORD),
    ];
    administrator
        .post("/people/factor-rule", &fields)
        .await
        .leads_to("/people");
    administrator
        .get("/people")
        .await
        .says("Chưa có điện thoại cơ quan")
        .says("Ông/Bà quantri");
    office
        .sign_in("lan")
        .await
        .get("/account")
        .await
        .says("Chưa có điện thoại cơ quan");
    let recorded = "SELECT details AS value FROM ledger WHERE act = 'factor_rule.set' ORDER BY seq DESC";
    assert!(lines(&mut office.connect(), recorded)[0].contains("nobody"));
    office
        .sign_in("lan")
        .await
        .post("/people/factor-rule", &fields)
        .await
        .is(403);
}

#[actix_web::test]
async fn a_lost_app_is_removed_by_the_administrator_and_its_person_is_told() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let id = office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (_, codes) = set_up_app(&office, &lan).await;
    let administrator = office.sign_in("quantri").await;
    let path = format!("/people/{id}/second-factor/remove");
    let password = [("password", PASSWORD)];
    administrator.post(&path, &password).await.leads_to("/people");
    administrator
        .post(&path, &password)
        .await
        .is(409)
        .says("people.factors.none");
    lan.get("/account").await.leads_to("/sign-in");
    let lan = office.sign_in("lan").await;
    lan.get("/account").await.is(200).says("people.own.factor_removed");
    let left = "SELECT code_sha256 AS value FROM recovery_codes WHERE used_at IS NULL";
    assert!(lines(&mut office.connect(), left).is_empty(), "{codes:?}");
    // Not one's own: an administrator who lost the app needs another one.
    let own = office.actor("quantri").person.unwrap().id;
    administrator
        .post(&format!("/people/{own}/second-factor/remove"), &password)
        .await
        .is(409)
        .says("people.not_oneself");
}

#[actix_web::test]
async fn a_new_password_by_code_does_not_go_past_the_second_factor() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let id = office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (secret, _) = set_up_app(&office, &lan).await;
    let administrator = office.sign_in("quantri").await;
    let given = administrator
        .post(&format!("/people/{id}/code"), &[("password", PASSWORD)])
        .await;
    let code = between(given.text(), "mono figure\">", "<");
    let fields = [
        ("code", code.as_str()),
        ("username", "lan"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    office.stranger().post("/code", &fields).await.leads_to("/sign-in");
    lan.get("/account").await.leads_to("/sign-in");
    office.wait(TimeDelta::seconds(30));
    let (visitor, wrong) = enter(&office, "lan", &code).await;
    wrong.is(422);
    visitor.get("/account").await.leads_to("/sign-in");
    let (_, entered) = enter(&office, "lan", &app_code(&office, &secret, 0)).await;
    entered.leads_to("/");
}

#[actix_web::test]
async fn second_factors_change_only_with_a_fresh_confirmation() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let before = lines(&mut office.connect(), "SELECT id AS value FROM second_factors");
    for password in ["", "một mật khẩu sai nào đó"] {
        lan.post("/account/second-factor", &[("password", password)])
            .await
            .is(422);
    }
    assert_eq!(
        lines(&mut office.connect(), "SELECT id AS value FROM second_factors"),
        before
    );
    let (_, codes) = set_up_app(&office, &lan).await;
    let page = lan.get("/account/second-factor").await;
    let path = format!(
        "/account/second-factor/{}/remove",
        between(page.text(), "/account/second-factor/", "/remove")
    );
    lan.post(&path, &[("password", PASSWORD)])
        .await
        .is(422)
        .says("people.confirm.code_needed");
    lan.post(&path, &[("password", PASSWORD), ("code", "000000")])
        .await
        .is(422)
        .says("people.factors.wrong_code");
    lan.post(&path, &[("password", PASSWORD), ("code", &codes[0])])
        .await
        .leads_to("/account");
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.leads_to("/");
}
