//! Confirming again before signing (trust row I6).

use super::{app_code, set_up_app};
use crate::support::rounds::figure;
use crate::support::{PASSWORD, TestOffice};
use chrono::TimeDelta;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, FREE_TRIES, Proof};
use quytrinh::web::Failure;

#[actix_web::test]
async fn i6_a_confirmation_says_what_it_was_proved_with_and_a_password_alone_is_not_enough_beside_an_app() {
    let office = TestOffice::start().await;
    office.person("chutich", &[AccessRole::Chair]);
    assert_eq!(office.confirmed("chutich").method(), Proof::Password);
    let chairman = office.sign_in("chutich").await;
    set_up_app(&office, &chairman).await;
    let refused = people::confirm(&office.site.db, &office.actor("chutich"), PASSWORD).unwrap_err();
    assert_eq!(refused.to_string(), "people.confirm.code_needed");
}

#[actix_web::test]
async fn i6_a_wrong_password_confirms_nothing_and_guessing_it_is_slowed() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let wrong = || people::confirm(&office.site.db, &office.actor("lan"), "một mật khẩu sai nào đó").unwrap_err();
    for _ in 0..FREE_TRIES {
        assert!(matches!(wrong(), Failure::Invalid(_)));
    }
    assert!(matches!(wrong(), Failure::TooMany(_)));
    let right = || people::confirm(&office.site.db, &office.actor("lan"), PASSWORD);
    assert!(matches!(right(), Err(Failure::TooMany(_))));
    office.wait(TimeDelta::seconds(5));
    right().unwrap();
    // It is forgotten then, and it never kept anybody from signing in.
    assert!(matches!(wrong(), Failure::Invalid(_)));
    office.sign_in("lan").await.get("/account").await.is(200);
}

#[actix_web::test]
async fn i6_a_confirmation_gives_the_session_a_new_token_and_open_forms_of_other_tabs_still_work() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    let (before, token) = (lan.cookie("quytrinh_session").unwrap(), lan.token());
    let (secret, _) = set_up_app(&office, &lan).await;
    let after = lan.cookie("quytrinh_session").unwrap();
    assert_ne!(before, after);
    lan.get("/account").await.is(200);
    assert_eq!(lan.token(), token);
    let thief = office.stranger();
    thief.set_cookie("quytrinh_session", &before);
    thief.get("/account").await.leads_to("/sign-in");
    // A refused confirmation changes nothing.
    office.wait(TimeDelta::seconds(30));
    let code = app_code(&office, &secret, 2);
    lan.post(
        "/account/second-factor/recovery",
        &[("password", PASSWORD), ("code", &code)],
    )
    .await
    .is(422);
    assert_eq!(lan.cookie("quytrinh_session").unwrap(), after);
}

/// The control: the proof of one person is refused for another, and an old one for the same.
#[actix_web::test]
async fn i6_only_the_own_fresh_confirmation_signs() {
    let office = TestOffice::start().await;
    office.person("chutich", &[AccessRole::Chair]);
    office.person("thuky", &[AccessRole::Committee]);
    let confirmed = office.confirmed("chutich");
    confirmed.must_be_of(&office.actor("chutich")).unwrap();
    confirmed.must_be_of(&office.actor("thuky")).unwrap_err();
    office.wait(TimeDelta::minutes(5));
    confirmed.must_be_of(&office.actor("chutich")).unwrap();
    office.wait(TimeDelta::seconds(1));
    confirmed.must_be_of(&office.actor("chutich")).unwrap_err();
    office.wait(TimeDelta::minutes(-20));
    confirmed.must_be_of(&office.actor("chutich")).unwrap_err();
    figure(
        "I6",
        "a confirmation signs for five minutes, for its own person, and a page is signed once",
    );
}
