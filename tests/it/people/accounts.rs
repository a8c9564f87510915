//! Accounts, one-time codes, access roles and positions.

use super::try_to_sign_in;
use crate::support::{PASSWORD, TestOffice};
use chrono::TimeDelta;
use quytrinh::kernel::AccessRole;

const OTHER_PASSWORD: &str = "thuyền nan chở 3 tấn gió";

#[actix_web::test]
async fn a_new_account_chooses_its_password_with_a_one_time_code() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let administrator = office.sign_in("quantri").await;
    let given = administrator
        .post(
            "/people",
            &[
                ("username", "lan"),
                ("full_name", "Nguyễn Thị Lan"),
                ("access", "official"),
                ("password", PASSWORD),
            ],
        )
        .await;
    given.is(200).says("people.given_code_hint");
    let code = code_in(given.text());
    administrator.get("/people").await.is(200).lacks(&code);

    let lan = office.stranger();
    let used = |fields: [(&'static str, String); 4]| {
        let lan = &lan;
        async move {
            lan.post("/code", &fields.each_ref().map(|(name, value)| (*name, value.as_str())))
                .await
        }
    };
    let chosen = |username: &str, password: &str| {
        [
            ("code", code.clone()),
            ("username", username.to_owned()),
            ("password", password.to_owned()),
            ("password_again", password.to_owned()),
        ]
    };
    used(chosen("lan", "ngắn"))
        .await
        .is(422)
        .says("people.password.too_short");
    used(chosen("hoa", OTHER_PASSWORD))
        .await
        .is(422)
        .says("people.code.wrong");
    used(chosen("lan", OTHER_PASSWORD)).await.leads_to("/sign-in");
    used(chosen("lan", OTHER_PASSWORD))
        .await
        .is(422)
        .says("people.code.wrong");
    try_to_sign_in(&lan, "lan", OTHER_PASSWORD).await.is(303);
}

fn code_in(text: &str) -> String {
    let (_, after) = text.split_once("mono figure\">").unwrap();
    after.split_once('<').unwrap().0.to_owned()
}

#[actix_web::test]
async fn a_code_is_void_after_a_day_and_when_a_newer_one_is_given() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let lan = office.person("lan", &[AccessRole::Official]);
    let administrator = office.sign_in("quantri").await;
    let path = format!("/people/{lan}/code");
    let password = [("password", PASSWORD)];
    let first = code_in(administrator.post(&path, &password).await.is(200).text());
    let second = code_in(administrator.post(&path, &password).await.is(200).text());
    let using = |code: String| {
        let visitor = office.stranger();
        async move {
            let fields = [
                ("code", code.as_str()),
                ("username", "lan"),
                ("password", OTHER_PASSWORD),
                ("password_again", OTHER_PASSWORD),
            ];
            visitor.post("/code", &fields).await
        }
    };
    using(first).await.is(422).says("people.code.wrong");
    office.wait(TimeDelta::hours(25));
    using(second).await.is(422).says("people.code.wrong");
}

#[actix_web::test]
async fn a_deactivated_person_is_out_at_once() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let other = office.person("quantri2", &[AccessRole::Administrator]);
    let (stays, leaves) = (office.sign_in("quantri").await, office.sign_in("quantri2").await);
    leaves.get("/people").await.is(200);
    stays
        .post(&format!("/people/{other}/deactivate"), &[])
        .await
        .leads_to("/people");
    leaves.get("/people").await.leads_to("/sign-in");
    try_to_sign_in(&office.stranger(), "quantri2", PASSWORD)
        .await
        .is(422)
        .says("people.sign_in.wrong");
}

#[actix_web::test]
async fn nobody_changes_the_own_account() {
    let office = TestOffice::start().await;
    let own = office.person("quantri", &[AccessRole::Administrator]);
    let administrator = office.sign_in("quantri").await;
    administrator
        .post(&format!("/people/{own}/deactivate"), &[])
        .await
        .is(409)
        .says("people.not_oneself");
    let fields = [("access", "official"), ("change", "grant"), ("password", PASSWORD)];
    administrator
        .post(&format!("/people/{own}/access"), &fields)
        .await
        .is(409)
        .says("people.not_oneself");
}

#[actix_web::test]
async fn duties_that_must_stay_apart_are_not_joined() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let chair = office.person("chutich", &[AccessRole::Chair]);
    let administrator = office.sign_in("quantri").await;
    for access in ["administrator", "auditor"] {
        let fields = [("access", access), ("change", "grant"), ("password", PASSWORD)];
        let refused = administrator.post(&format!("/people/{chair}/access"), &fields).await;
        refused.is(409).says("people.separate_duties");
    }
    let joined = [
        ("username", "hai.vai"),
        ("full_name", "Hai Vai"),
        ("access", "administrator"),
        ("access", "auditor"),
        ("password", PASSWORD),
    ];
    administrator
        .post("/people", &joined)
        .await
        .is(409)
        .says("people.separate_duties")
        .says("Hai Vai");
}

#[actix_web::test]
async fn people_of_another_agency_cannot_be_found() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let foreign = office.person_of(&office.foreign, "langgieng", &[AccessRole::Official]);
    let administrator = office.sign_in("quantri").await;
    administrator.get("/people").await.is(200).lacks("langgieng");
    for act in ["deactivate", "code"] {
        administrator
            .post(&format!("/people/{foreign}/{act}"), &[("password", PASSWORD)])
            .await
            .is(404);
    }
    let fields = [("access", "auditor"), ("change", "grant"), ("password", PASSWORD)];
    administrator
        .post(&format!("/people/{foreign}/access"), &fields)
        .await
        .is(404);
}

#[actix_web::test]
async fn a_position_is_added_given_and_ended() {
    let office = TestOffice::start().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let lan = office.person("lan", &[AccessRole::Official]);
    let administrator = office.sign_in("quantri").await;
    let position = [
        ("code", "VT"),
        ("name", "Văn thư"),
        ("name_en", "Clerk"),
        ("unit", "Văn phòng"),
    ];
    administrator.post("/positions", &position).await.leads_to("/people");
    administrator
        .post("/positions", &position)
        .await
        .is(409)
        .says("people.position_taken");
    let id = office
        .read(|work| quytrinh::people::position_by_code(work, "VT"))
        .unwrap()
        .id;
    let holder = [
        ("position_id", id.as_str()),
        ("person_id", lan.as_str()),
        ("valid_from", "2026-11-01"),
        ("decision_no", "12/QĐ-UBND"),
    ];
    administrator
        .post("/positions/holders", &holder)
        .await
        .leads_to("/people");
    administrator.get("/people").await.is(200).says("12/QĐ-UBND");
    let today = office.site.clock.today();
    let holders = office
        .read(|work| quytrinh::people::holders_on(work, today, today))
        .unwrap();
    assert_eq!(holders.len(), 1);
    let end = format!("/positions/holders/{}/end", holders[0].id);
    administrator
        .post(&end, &[("valid_to", "2026-11-30")])
        .await
        .leads_to("/people");
    administrator
        .post(&end, &[("valid_to", "2026-12-01")])
        .await
        .is(409)
        .says("people.holding_ended");
}

#[actix_web::test]
async fn a_position_is_held_from_its_first_day_on() {
    let office = TestOffice::start().await;
    let lan = office.person("lan", &[AccessRole::Official]);
    office.position("VT", "Văn thư");
    office.holds("lan", "VT");
    let today = office.site.clock.today();
    let held = office
        .read(|work| quytrinh::people::positions_of(work, &lan, today))
        .unwrap();
    assert_eq!(
        held.into_iter().map(|position| position.name).collect::<Vec<_>>(),
        ["Văn thư"]
    );
    let last_year = today - TimeDelta::days(365);
    assert_eq!(
        office
            .read(|work| quytrinh::people::positions_of(work, &lan, last_year))
            .unwrap(),
        []
    );
}

#[actix_web::test]
async fn a_confirmation_holds_for_five_minutes_and_only_for_its_person() {
    let office = TestOffice::start().await;
    office.person("chutich", &[AccessRole::Chair]);
    office.person("thuky", &[AccessRole::Committee]);
    let confirmed = office.confirmed("chutich");
    confirmed.must_be_of(&office.actor("chutich")).unwrap();
    confirmed.must_be_of(&office.actor("thuky")).unwrap_err();
    office.wait(TimeDelta::minutes(6));
    confirmed.must_be_of(&office.actor("chutich")).unwrap_err();
}
