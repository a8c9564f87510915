//! Passkeys (WebAuthn): set up, asked for, good for a sign-in alone; and everything that is not one is refused and recorded.

use super::{between, set_up_app, try_to_sign_in};
use crate::support::authenticator::Authenticator;
use crate::support::databases::lines;
use crate::support::{PASSWORD, Reply, TestOffice, Visitor};
use chrono::TimeDelta;
use diesel::prelude::*;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, FactorRule, Rule};
use serde_json::Value;

const SITE: &str = "https://iso.xathu.gov.vn";
const COPY: &str = "https://iso.xathu.gov.vn.example.com";

async fn office() -> TestOffice {
    let office = TestOffice::start_with(|site| site.address = Some(SITE.into())).await;
    office.person("lan", &[AccessRole::Official]);
    office
}

/// What a page asks a browser to make.
async fn asked_to_make(visitor: &Visitor, more: &[(&str, &str)]) -> Value {
    let mut fields = vec![("password", PASSWORD), ("name", "khóa thử")];
    fields.extend(more);
    let page = visitor.post("/account/passkey", &fields).await;
    page.is(200);
    serde_json::from_str(&between(page.text(), "data-passkey-make=\"", "\" hidden>")).unwrap()
}

/// Sets a passkey up for somebody who is signed in and has no second factor yet.
pub(crate) async fn set_up(visitor: &Visitor, device: &Authenticator) -> Reply {
    let asked = asked_to_make(visitor, &[]).await;
    let sent = visitor
        .post("/account/passkey/confirm", &[("passkey", &device.make(&asked))])
        .await;
    sent.is(200).says("people.factors.recovery_once");
    sent
}

/// The question that a script fetches.
pub(crate) async fn ask(visitor: &Visitor, path: &str, fields: &[(&str, &str)]) -> Value {
    let asked = visitor.post(path, fields).await;
    asked.is(200);
    serde_json::from_str(asked.text()).unwrap()
}

/// The password, then the question of the second step.
async fn half(office: &TestOffice) -> (Visitor, Value) {
    let visitor = office.stranger();
    try_to_sign_in(&visitor, "lan", PASSWORD)
        .await
        .leads_to("/sign-in/second");
    let asked = ask(&visitor, "/sign-in/second/passkey", &[]).await;
    (visitor, asked)
}

async fn enter_half(visitor: &Visitor, answer: &str) -> Reply {
    visitor.post("/sign-in/second", &[("passkey", answer)]).await
}

/// A sign-in with the passkey alone.
async fn enter(office: &TestOffice, device: &Authenticator) -> (Visitor, Reply) {
    let visitor = office.stranger();
    let asked = ask(&visitor, "/sign-in/passkey/ask", &[]).await;
    let sent = visitor
        .post("/sign-in/passkey", &[("passkey", &device.prove(&asked))])
        .await;
    (visitor, sent)
}

/// Why passkeys were refused, newest last.
fn refusals(office: &TestOffice) -> Vec<String> {
    let sql = "SELECT details AS value FROM ledger WHERE act = 'factor.refused' ORDER BY seq";
    let why = |details: String| {
        let said: Value = serde_json::from_str(&details).unwrap();
        said["why"].as_str().unwrap().to_owned()
    };
    lines(&mut office.connect(), sql).into_iter().map(why).collect()
}

#[actix_web::test]
async fn i6_a_passkey_is_set_up_with_the_password_and_stands_for_the_code_from_then_on() {
    let office = office().await;
    let lan = office.sign_in("lan").await;
    lan.post("/account/passkey", &[("password", "sai mật khẩu rồi đấy nhé")])
        .await
        .is(422);
    let device = Authenticator::at(SITE);
    set_up(&lan, &device).await;
    lan.get("/account")
        .await
        .is(200)
        .says("khóa thử")
        .says("people.factors.kind.passkey");
    // Of the passkey itself nothing stands open in the database, and its setting up stands in the ledger.
    let stored = lines(&mut office.connect(), "SELECT secret AS value FROM second_factors");
    assert!(stored.len() == 1 && !stored[0].contains("cred"));
    let added = "SELECT details AS value FROM ledger WHERE act = 'factor.added'";
    assert!(lines(&mut office.connect(), added)[0].contains("passkey"));
    let (visitor, asked) = half(&office).await;
    enter_half(&visitor, &device.prove(&asked)).await.leads_to("/");
    visitor
        .get("/account")
        .await
        .is(200)
        .says("people.proof.password_passkey");
    // A confirmation takes it instead of a code as well.
    let change = [("password", PASSWORD)];
    visitor
        .post("/account/second-factor/recovery", &change)
        .await
        .is(422)
        .says("people.confirm.code_needed");
    let asked = ask(&visitor, "/account/passkey/ask", &[]).await;
    let proof = device.prove(&asked);
    let with = [("password", PASSWORD), ("passkey", proof.as_str())];
    visitor
        .post("/account/second-factor/recovery", &with)
        .await
        .is(200)
        .says("people.factors.recovery_once");
    // The same answer a second time: the question was used up.
    visitor
        .post("/account/second-factor/recovery", &with)
        .await
        .is(409)
        .says("people.passkeys.over");
    // A wrong password is refused before anything is made of the passkey.
    let asked = ask(&visitor, "/account/passkey/ask", &[]).await;
    let wrong = [
        ("password", "sai mật khẩu rồi đấy nhé"),
        ("passkey", &device.prove(&asked)),
    ];
    visitor
        .post("/account/second-factor/recovery", &wrong)
        .await
        .is(422)
        .says("people.confirm.wrong");
}

#[actix_web::test]
async fn a_passkey_alone_signs_in_and_says_so() {
    let office = office().await;
    office.person("quantri", &[AccessRole::Administrator]);
    let device = Authenticator::at(SITE);
    set_up(&office.sign_in("lan").await, &device).await;
    let (visitor, entered) = enter(&office, &device).await;
    entered.leads_to("/");
    visitor.get("/account").await.is(200).says("people.proof.passkey");
    // It names its person, so it goes past no deactivation.
    let id = office.actor("lan").person.unwrap().id;
    let administrator = office.sign_in("quantri").await;
    administrator
        .post(&format!("/people/{id}/deactivate"), &[])
        .await
        .is(303);
    visitor.get("/account").await.leads_to("/sign-in");
    let (_, refused) = enter(&office, &device).await;
    refused.is(422).says("people.passkeys.refused");
    // A person of the other office is let in to that office, and its ledger tells it.
    let neighbour = office.neighbour();
    neighbour.person("mai", &[AccessRole::Official]);
    let other = Authenticator::at(SITE);
    set_up(&neighbour.sign_in("mai").await, &other).await;
    enter(&office, &other).await.1.leads_to("/");
    let told = format!(
        "SELECT details AS value FROM ledger WHERE act = 'sign_in.done' AND agency_id = '{}' ORDER BY seq",
        neighbour.agency
    );
    let told = lines(&mut office.connect(), &told);
    assert!(told.len() == 2 && told[1].contains("\"passkey\""), "{told:?}");
}

/// What a device may be made to do wrong before it proves itself.
type Spoil = fn(&Authenticator);

#[actix_web::test]
async fn i6_whatever_is_not_the_passkey_at_this_site_is_refused_and_recorded() {
    let office = office().await;
    let device = Authenticator::at(SITE);
    set_up(&office.sign_in("lan").await, &device).await;
    let spoiled: [(&str, Spoil); 3] = [
        ("origin", |device| device.origin.set(COPY)),
        ("unverified", |device| device.verifies.set(false)),
        // More than on the day it was set up, and less than since.
        ("counter", |device| device.counter.set(1)),
    ];
    for _ in 0..2 {
        let (visitor, asked) = half(&office).await;
        enter_half(&visitor, &device.prove(&asked)).await.leads_to("/");
    }
    let mut expected = Vec::new();
    for (why, spoil) in spoiled {
        let before = device.counter.get();
        spoil(&device);
        let (visitor, asked) = half(&office).await;
        let word = if why == "counter" {
            "people.passkeys.copied"
        } else {
            "people.passkeys.refused"
        };
        enter_half(&visitor, &device.prove(&asked)).await.is(422).says(word);
        visitor.get("/account").await.leads_to("/sign-in");
        spoil(&device);
        enter(&office, &device).await.1.is(422);
        device.origin.set(SITE);
        device.verifies.set(true);
        device.counter.set(before + 2);
        expected.extend([why, why]);
    }
    // Another question than the one that was asked, and a passkey that is somebody else's.
    let (visitor, asked) = half(&office).await;
    let (_, other) = half(&office).await;
    enter_half(&visitor, &device.prove(&other)).await.is(422);
    expected.push("challenge");
    let mut stranger = Authenticator::at(SITE);
    let (visitor, second) = half(&office).await;
    assert_ne!(asked["publicKey"]["challenge"], second["publicKey"]["challenge"]);
    enter_half(&visitor, &stranger.prove(&second)).await.is(422);
    enter(&office, &stranger).await.1.is(422);
    expected.extend(["unknown", "unknown"]);
    // One that gives itself out for the passkey has not its key.
    stranger.pretend_to_be(&device);
    stranger.counter.set(1000);
    office.wait(TimeDelta::minutes(20));
    let (visitor, asked) = half(&office).await;
    enter_half(&visitor, &stranger.prove(&asked)).await.is(422);
    enter(&office, &stranger).await.1.is(422);
    expected.extend(["answer", "answer"]);
    assert_eq!(refusals(&office), expected);
    // Control: the device itself is still let in.
    office.wait(TimeDelta::minutes(20));
    let (visitor, asked) = half(&office).await;
    enter_half(&visitor, &device.prove(&asked)).await.leads_to("/");
}

#[actix_web::test]
async fn an_answer_is_good_once_for_five_minutes_and_in_its_own_browser() {
    let office = office().await;
    let device = Authenticator::at(SITE);
    set_up(&office.sign_in("lan").await, &device).await;
    let visitor = office.stranger();
    let asked = ask(&visitor, "/sign-in/passkey/ask", &[]).await;
    let answer = device.prove(&asked);
    // Whoever saw the answer has not the cookie of the browser that was asked.
    let thief = office.stranger();
    thief.post("/sign-in/passkey", &[("passkey", &answer)]).await.is(409);
    visitor
        .post("/sign-in/passkey", &[("passkey", &answer)])
        .await
        .leads_to("/");
    let again = office.stranger();
    ask(&again, "/sign-in/passkey/ask", &[]).await;
    again.post("/sign-in/passkey", &[("passkey", &answer)]).await.is(422);
    let (late, asked) = half(&office).await;
    office.wait(TimeDelta::minutes(5));
    enter_half(&late, &device.prove(&asked))
        .await
        .is(409)
        .says("people.passkeys.over");
    // A question that nobody asked is no try: the thief stands in no ledger.
    assert_eq!(refusals(&office), ["challenge", "over"]);
    // A refused answer used its question up: what is right comes too late.
    let (visitor, asked) = half(&office).await;
    device.origin.set(COPY);
    enter_half(&visitor, &device.prove(&asked)).await.is(422);
    device.origin.set(SITE);
    enter_half(&visitor, &device.prove(&asked)).await.is(409);
}

#[actix_web::test]
async fn a_passkey_that_was_removed_opens_nothing_any_more() {
    let office = office().await;
    let device = Authenticator::at(SITE);
    let lan = office.sign_in("lan").await;
    set_up(&lan, &device).await;
    let (secret_owner, asked_before) = half(&office).await;
    let page = lan.get("/account/second-factor").await;
    let id = between(page.text(), "action=\"/account/second-factor/", "/remove");
    let asked = ask(&lan, "/account/passkey/ask", &[]).await;
    let with = [("password", PASSWORD), ("passkey", &device.prove(&asked))];
    lan.post(&format!("/account/second-factor/{id}/remove"), &with)
        .await
        .leads_to("/account");
    // Neither for a question that was asked before, nor alone; the password is enough again. Removing it voided what was
    // half signed in, and even where that is undone the passkey itself is not known any more.
    let answer = device.prove(&asked_before);
    enter_half(&secret_owner, &answer).await.is(409);
    let undone = diesel::sql_query("UPDATE half_sign_ins SET used_at = NULL").execute(&mut office.connect());
    assert!(undone.is_ok_and(|rows| rows > 0));
    enter_half(&secret_owner, &answer).await.is(422);
    enter(&office, &device).await.1.is(422);
    assert_eq!(refusals(&office), ["unknown", "unknown"]);
    try_to_sign_in(&office.stranger(), "lan", PASSWORD).await.leads_to("/");
    let removed = "SELECT details AS value FROM ledger WHERE act = 'factor.removed'";
    assert_eq!(lines(&mut office.connect(), removed).len(), 1);
}

#[actix_web::test]
async fn setting_up_answers_the_question_of_this_session_at_this_site() {
    let office = office().await;
    let lan = office.sign_in("lan").await;
    let device = Authenticator::at(COPY);
    let asked = asked_to_make(&lan, &[]).await;
    let confirm = async |answer: &str| lan.post("/account/passkey/confirm", &[("passkey", answer)]).await;
    confirm(&device.make(&asked))
        .await
        .is(422)
        .says("people.passkeys.refused");
    device.origin.set(SITE);
    // The question was used up by the wrong answer; without one nothing is set up, and not twice.
    confirm(&device.make(&asked)).await.is(409).says("people.passkeys.over");
    let asked = asked_to_make(&lan, &[]).await;
    let other = office.sign_in("lan").await;
    let made = device.make(&asked);
    other
        .post("/account/passkey/confirm", &[("passkey", &made)])
        .await
        .is(409);
    confirm(&made).await.is(200);
    confirm(&made).await.is(409);
    let kept = lines(&mut office.connect(), "SELECT id AS value FROM second_factors");
    assert_eq!(kept.len(), 1);
}

#[actix_web::test]
async fn a_passkey_is_the_second_factor_of_whoever_must_have_one() {
    let office = office().await;
    let decided = FactorRule {
        rule: Rule::Duties,
        reason: String::new(),
    };
    office.wait(TimeDelta::seconds(1));
    office
        .act(move |work| people::set_factor_rule(work, None, &decided))
        .unwrap();
    office.person("truongban", &[AccessRole::Chair]);
    let chair = office.sign_in("truongban").await;
    chair.get("/documents").await.leads_to("/account/second-factor");
    set_up(&chair, &Authenticator::at(SITE)).await;
    chair.get("/documents").await.is(200);
}

#[actix_web::test]
async fn without_a_public_address_or_a_script_the_other_factors_go_on() {
    let office = TestOffice::start().await;
    office.person("lan", &[AccessRole::Official]);
    let lan = office.sign_in("lan").await;
    lan.get("/account/second-factor")
        .await
        .is(200)
        .says("people.passkeys.no_address");
    lan.post("/account/passkey", &[("password", PASSWORD)])
        .await
        .is(409)
        .says("people.passkeys.no_address");
    office.stranger().get("/sign-in").await.is(200).lacks("passkey");
    office.stranger().post("/sign-in/passkey/ask", &[]).await.is(409);
    set_up_app(&office, &lan).await;
    // With an address: the page says what works without a script, and what a header claims moves nothing.
    let office = self::office().await;
    let page = office.stranger().get("/sign-in").await;
    page.says("people.passkeys.no_script").lacks("onclick");
    let ask = Visitor::form("/sign-in/passkey/ask", &[]).insert_header(("host", "evil.example"));
    let asked = office.stranger().send(ask).await;
    let asked: Value = serde_json::from_str(asked.text()).unwrap();
    assert_eq!(asked["publicKey"]["rpId"], "iso.xathu.gov.vn");
}
