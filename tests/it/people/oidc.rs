//! Signing in by another party (OpenID Connect): with a real provider on this machine, and with everything that is wrong.

use super::{between, try_to_sign_in};
use crate::support::databases::lines;
use crate::support::provider::{CLIENT, OWN_KEY, Provider, SECRET, query, token};
use crate::support::{PASSWORD, Reply, TestOffice, Visitor};
use chrono::TimeDelta;
use quytrinh::kernel::AccessRole;
use quytrinh::people::{Oidc, OidcSettings};
use serde_json::{Value, json};
use std::sync::Arc;

const SITE: &str = "https://iso.xathu.gov.vn";

/// An office that lets people in by a provider which knows `lan` as `CB-017`.
pub(super) async fn office(second_factor: &[&str]) -> (TestOffice, Provider) {
    let provider = Provider::start();
    let settings = OidcSettings {
        issuer: provider.issuer.clone(),
        client_id: CLIENT.to_owned(),
        secret: Some(SECRET.to_owned().into()),
        claim: "employee_number".to_owned(),
        name: "Cổng tỉnh".to_owned(),
        second_factor: second_factor.iter().map(|one| (*one).to_owned()).collect(),
        authority: None,
    };
    let oidc = Arc::new(Oidc::new(settings).unwrap());
    let office = TestOffice::start_trusting(oidc, |site| site.address = Some(SITE.into())).await;
    office.person("lan", &[AccessRole::Official]);
    office.person("quantri", &[AccessRole::Administrator]);
    let (id, issuer) = (office.actor("lan").person.unwrap().id, provider.issuer.clone());
    let fresh = office.confirmed("quantri");
    office
        .act_as("quantri", move |work| {
            quytrinh::people::link_oidc(work, Some(&fresh), &id, (&issuer, "CB-017"))
        })
        .unwrap();
    (office, provider)
}

/// What the provider says of somebody, as it should be.
pub(super) fn words(office: &TestOffice, provider: &Provider, nonce: &str) -> Value {
    let now = office.site.clock.now().and_utc().timestamp();
    json!({ "iss": provider.issuer, "aud": CLIENT, "sub": "9f1", "employee_number": "CB-017", "nonce": nonce,
        "iat": now, "exp": now + 300 })
}

pub(super) fn header() -> Value {
    json!({ "alg": "ES256", "kid": "một", "typ": "JWT" })
}

/// Goes to the provider; gives the address there.
pub(super) async fn go(visitor: &Visitor) -> String {
    let gone = visitor.get("/sign-in/oidc?back=/documents").await;
    gone.is(303);
    gone.location().to_owned()
}

/// Comes back with a state and a code.
pub(super) async fn come(visitor: &Visitor, state: &str, code: &str) -> Reply {
    visitor
        .get(&format!("/sign-in/oidc/callback?state={state}&code={code}"))
        .await
        .is(200)
        .says("people.oidc.go_on");
    visitor.post("/sign-in/oidc", &[("state", state), ("code", code)]).await
}

/// A whole way there and back, with what the provider says.
pub(super) async fn enter(
    office: &TestOffice,
    provider: &Provider,
    make: impl FnOnce(&str) -> String,
) -> (Visitor, Reply) {
    let visitor = office.stranger();
    let way = go(&visitor).await;
    let code = provider.code(&way, make);
    let came = come(&visitor, &query(&way)["state"], &code).await;
    (visitor, came)
}

/// Where the page of somebody who links the own account leads.
pub(super) fn way_of(page: &Reply) -> String {
    between(page.text(), "class=\"button\" href=\"", "\"")
        .replace("&amp;", "&")
        .replace("&#x2F;", "/")
}

/// A page without the keys of its forms, which are new each time.
fn without_keys(page: &str) -> String {
    let mut parts = page.split("name=\"key\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('"').map_or("", |(_, rest)| rest)
    })
}

fn why(office: &TestOffice) -> Vec<String> {
    let sql = "SELECT details AS value FROM ledger WHERE act = 'oidc.refused' ORDER BY seq";
    let why = |details: String| {
        let said: Value = serde_json::from_str(&details).unwrap();
        said["why"].as_str().unwrap().to_owned()
    };
    lines(&mut office.connect(), sql).into_iter().map(why).collect()
}

#[actix_web::test]
async fn whoever_is_linked_signs_in_by_the_other_party() {
    let (office, provider) = office(&[]).await;
    assert_eq!(provider.asked(), 0, "nobody is asked before somebody wants to sign in");
    office.stranger().get("/sign-in").await.is(200).says("Cổng tỉnh");
    let (visitor, came) = enter(&office, &provider, |nonce| {
        token(&header(), &words(&office, &provider, nonce), OWN_KEY)
    })
    .await;
    came.leads_to("/documents");
    visitor
        .get("/account")
        .await
        .is(200)
        .says("people.proof.oidc")
        .says("CB-017")
        .says("people.oidc.by_administrator");
    let told = lines(
        &mut office.connect(),
        "SELECT details AS value FROM ledger WHERE act = 'sign_in.done'",
    );
    assert!(told.len() == 1 && told[0].contains("oidc"), "{told:?}");
    // The question went with PKCE, state and nonce, and its answer comes back to this site by TLS.
    let question = query(&go(&office.stranger()).await);
    assert_eq!(question["redirect_uri"], format!("{SITE}/sign-in/oidc/callback"));
    assert!(question["state"].len() == 64 && question["nonce"].len() == 64);
    // What is signed needs the person's own password all the same: nothing else opens the key.
    visitor
        .post("/account/password", &[("new_password", "một câu dài nào đó khác hẳn")])
        .await
        .is(422);
}

/// What an attacker changes of a token: its header, its words, the key that signs.
type Forge = fn(&mut Value, &mut Value, &mut u8);

#[actix_web::test]
async fn i2_everything_that_is_wrong_with_the_word_of_the_provider_gets_one_answer_and_lets_nobody_in() {
    let (office, provider) = office(&[]).await;
    let forged: [(&str, &str, Forge); 13] = [
        ("nonce", "token", |_, words, _| words["nonce"] = json!("another")),
        ("no nonce", "token", |_, words, _| {
            words.as_object_mut().unwrap().remove("nonce");
        }),
        ("audience", "token", |_, words, _| words["aud"] = json!("another site")),
        ("two audiences", "token", |_, words, _| {
            words["aud"] = json!([CLIENT, "another site"]);
        }),
        ("issuer", "token", |_, words, _| {
            words["iss"] = json!("https://evil.example");
        }),
        ("expired", "token", |_, words, _| {
            words["exp"] = json!(words["iat"].as_i64().unwrap() - 1);
        }),
        ("old", "token", |_, words, _| {
            words["iat"] = json!(words["iat"].as_i64().unwrap() - 3600);
        }),
        ("of tomorrow", "token", |_, words, _| {
            words["iat"] = json!(words["iat"].as_i64().unwrap() + 86_400);
        }),
        ("alg none", "token", |header, _, _| header["alg"] = json!("none")),
        ("alg of a shared secret", "token", |header, _, _| {
            header["alg"] = json!("HS256");
        }),
        ("another key", "token", |_, _, key| *key = OWN_KEY + 1),
        ("no name", "claim", |_, words, _| {
            words.as_object_mut().unwrap().remove("employee_number");
        }),
        ("a name that is not linked", "unlinked", |_, words, _| {
            words["employee_number"] = json!("CB-018");
        }),
    ];
    let mut expected = Vec::new();
    let mut bodies = Vec::new();
    for (name, because, forge) in forged {
        let (visitor, came) = enter(&office, &provider, |nonce| {
            let (mut header, mut words, mut key) = (header(), words(&office, &provider, nonce), OWN_KEY);
            forge(&mut header, &mut words, &mut key);
            token(&header, &words, key)
        })
        .await;
        assert_eq!(came.status(), 422, "{name}");
        came.says("people.oidc.refused");
        visitor.get("/account").await.leads_to("/sign-in");
        bodies.push(without_keys(came.text()));
        expected.push(because);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "the page does not tell what was wrong");
    assert_eq!(why(&office), expected);
    // A person who was deactivated is not told from one who is not linked.
    office.wait(TimeDelta::minutes(30));
    let id = office.actor("lan").person.unwrap().id;
    office
        .act_as("quantri", move |work| quytrinh::people::deactivate(work, &id))
        .unwrap();
    let good = |nonce: &str| token(&header(), &words(&office, &provider, nonce), OWN_KEY);
    let (_, came) = enter(&office, &provider, good).await;
    came.is(422);
    assert_eq!(without_keys(came.text()), bodies[0]);
    assert_eq!(why(&office).last().unwrap(), "unlinked");
}

#[actix_web::test]
async fn the_way_back_is_that_of_one_browser_once_and_for_ten_minutes() {
    let (office, provider) = office(&[]).await;
    let good = |nonce: &str| token(&header(), &words(&office, &provider, nonce), OWN_KEY);
    // Another state than the one that this browser took along.
    let visitor = office.stranger();
    let way = go(&visitor).await;
    let code = provider.code(&way, good);
    come(&visitor, "0000", &code).await.is(422).says("people.oidc.refused");
    // The way was used up by it.
    come(&visitor, &query(&way)["state"], &code).await.is(422);
    // Another browser brings state and code of this one.
    let way = go(&visitor).await;
    let code = provider.code(&way, good);
    let thief = office.stranger();
    come(&thief, &query(&way)["state"], &code).await.is(422);
    let other_way = go(&thief).await;
    come(&thief, &query(&other_way)["state"], &code).await.is(422);
    thief.get("/account").await.leads_to("/sign-in");
    // That code was begun by another browser: the provider refuses it without its verifier, and it is gone then.
    assert_eq!(provider.refused(), ["verifier"]);
    come(&visitor, &query(&way)["state"], &code).await.is(422);
    // A code is worth something once.
    let way = go(&visitor).await;
    let code = provider.code(&way, good);
    come(&visitor, &query(&way)["state"], &code)
        .await
        .leads_to("/documents");
    let again = office.stranger();
    let way = go(&again).await;
    come(&again, &query(&way)["state"], &code).await.is(422);
    assert_eq!(provider.refused(), ["verifier", "code", "code"]);
    // Too late.
    let late = office.stranger();
    let way = go(&late).await;
    let code = provider.code(&way, good);
    office.wait(TimeDelta::minutes(10));
    come(&late, &query(&way)["state"], &code).await.is(422);
    late.get("/account").await.leads_to("/sign-in");
    assert_eq!(why(&office), ["state", "provider", "provider", "provider"]);
}

#[actix_web::test]
async fn an_account_is_linked_by_its_person_or_by_an_administrator_and_never_made() {
    let (office, provider) = office(&[]).await;
    office.person("mai", &[AccessRole::Official]);
    let mai = office.sign_in("mai").await;
    mai.post("/account/oidc", &[("password", "không phải mật khẩu đó")])
        .await
        .is(422);
    let page = mai.post("/account/oidc", &[("password", PASSWORD)]).await;
    page.is(200).says("people.oidc.go_lead");
    let way = way_of(&page);
    let named = |number: &'static str| {
        let (office, provider) = (&office, &provider);
        move |nonce: &str| {
            let mut words = words(office, provider, nonce);
            words["employee_number"] = json!(number);
            token(&header(), &words, OWN_KEY)
        }
    };
    let code = provider.code(&way, named("CB-030"));
    come(&mai, &query(&way)["state"], &code).await.leads_to("/account");
    mai.get("/account").await.says("CB-030").says("people.oidc.by_own");
    enter(&office, &provider, named("CB-030"))
        .await
        .1
        .leads_to("/documents");
    // A name that is somebody's already is nobody else's; the administrator links others, never the own account.
    let administrator = office.sign_in("quantri").await;
    let (lan, own) = (
        office.actor("lan").person.unwrap().id,
        office.actor("quantri").person.unwrap().id,
    );
    let link = async |id: &quytrinh::kernel::PersonId, fields: &[(&str, &str)]| {
        let fields = [fields, &[("password", PASSWORD)]].concat();
        administrator.post(&format!("/people/{id}/oidc"), &fields).await
    };
    link(&lan, &[("subject", "CB-030")])
        .await
        .is(409)
        .says("people.oidc.taken");
    link(&own, &[("subject", "CB-099")])
        .await
        .is(409)
        .says("people.not_oneself");
    link(&lan, &[("subject", " ")]).await.is(422);
    link(&lan, &[("change", "remove")]).await.leads_to("/people");
    let before = lines(&mut office.connect(), "SELECT id AS value FROM persons").len();
    enter(&office, &provider, named("CB-017")).await.1.is(422);
    assert_eq!(
        lines(&mut office.connect(), "SELECT id AS value FROM persons").len(),
        before
    );
    // Its person takes the own link away.
    mai.post("/account/oidc/remove", &[("password", PASSWORD)])
        .await
        .leads_to("/account");
    enter(&office, &provider, named("CB-030")).await.1.is(422);
    let told = "SELECT act AS value FROM ledger WHERE act LIKE 'oidc.%linked' ORDER BY seq";
    assert_eq!(
        lines(&mut office.connect(), told),
        ["oidc.linked", "oidc.linked", "oidc.unlinked", "oidc.unlinked"]
    );
    // Whoever sits down at the browser of somebody who went to link is not linked in that one's stead.
    let page = mai.post("/account/oidc", &[("password", PASSWORD)]).await;
    let way = way_of(&page);
    let code = provider.code(&way, named("CB-031"));
    mai.post("/sign-out", &[]).await.is(303);
    mai.get("/sign-in").await.is(200);
    try_to_sign_in(&mai, "lan", PASSWORD).await.is(303);
    mai.get("/account").await.is(200);
    come(&mai, &query(&way)["state"], &code).await.is(422);
    mai.get("/account").await.lacks("CB-031");
}

#[actix_web::test]
async fn a_provider_that_does_not_answer_leaves_the_password_working() {
    let (office, provider) = office(&[]).await;
    drop(provider);
    let silent = OidcSettings {
        issuer: "http://127.0.0.1:9".to_owned(),
        client_id: CLIENT.to_owned(),
        secret: None,
        claim: "sub".to_owned(),
        name: "Cổng tỉnh".to_owned(),
        second_factor: Vec::new(),
        authority: None,
    };
    let oidc = Arc::new(Oidc::new(silent).unwrap());
    drop(office);
    let office = TestOffice::start_trusting(oidc, |site| site.address = Some(SITE.into())).await;
    office.person("lan", &[AccessRole::Official]);
    office
        .stranger()
        .get("/sign-in/oidc")
        .await
        .is(422)
        .says("people.oidc.refused");
    office.sign_in("lan").await;
}
