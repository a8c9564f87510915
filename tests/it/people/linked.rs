//! Links with another party: whose word counts for what, and which parties are asked at all.

use super::oidc::{come, enter, header, office, way_of, words};
use super::set_up_app;
use crate::support::provider::{OWN_KEY, Provider, query, token};
use crate::support::{PASSWORD, Visitor};
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, Oidc, OidcSettings};
use serde_json::{Value, json};

#[actix_web::test]
async fn the_own_second_factor_is_asked_for_unless_the_providers_counts() {
    let (office, provider) = office(&["mfa"]).await;
    // A link that an administrator made says who comes, and no more: this one the person made.
    let lan = office.sign_in("lan").await;
    lan.post("/account/oidc/remove", &[("password", PASSWORD)])
        .await
        .leads_to("/account");
    let plain = |nonce: &str| token(&header(), &words(&office, &provider, nonce), OWN_KEY);
    link_own(&lan, &provider, &[("password", PASSWORD)], plain).await;
    let (_, codes) = set_up_app(&office, &lan).await;
    let said = |methods: Value| {
        let (office, provider) = (&office, &provider);
        move |nonce: &str| {
            let mut words = words(office, provider, nonce);
            words["amr"] = methods;
            token(&header(), &words, OWN_KEY)
        }
    };
    let (visitor, came) = enter(&office, &provider, said(json!(["pwd"]))).await;
    came.leads_to("/sign-in/second?back=%2Fdocuments");
    visitor.get("/account").await.leads_to("/sign-in");
    visitor
        .post("/sign-in/second", &[("code", &codes[0]), ("back", "/documents")])
        .await
        .leads_to("/documents");
    visitor.get("/account").await.is(200).says("people.proof.oidc_recovery");
    let (_, came) = enter(&office, &provider, said(json!(["pwd", "mfa"]))).await;
    came.leads_to("/documents");
}

/// The chain of an administrator who would be the chair: links the name that the provider knows himself by with the
/// chair's account, comes by the provider with his own second factor, and would confirm what he proposed.
#[actix_web::test]
async fn an_administrator_who_links_his_own_name_with_the_chair_is_stopped_by_the_factor_of_the_chair() {
    let (office, provider) = office(&["mfa"]).await;
    let chair = office.person("chutich", &[AccessRole::Chair]);
    let (_, codes) = set_up_app(&office, &office.sign_in("chutich").await).await;
    let administrator = office.sign_in("quantri").await;
    let path = format!("/people/{chair}/oidc");
    let link = [("subject", "CB-099"), ("password", PASSWORD)];
    // Not even an open session links: the form without the password is refused and keeps what was typed.
    administrator
        .post(&path, &link[..1])
        .await
        .is(422)
        .says("people.confirm.password_needed")
        .says("CB-099");
    administrator.post(&path, &link).await.leads_to("/people");
    let by_provider = |nonce: &str| {
        let mut words = words(&office, &provider, nonce);
        words["employee_number"] = json!("CB-099");
        words["amr"] = json!(["pwd", "mfa"]);
        token(&header(), &words, OWN_KEY)
    };
    let (thief, came) = enter(&office, &provider, by_provider).await;
    came.leads_to("/sign-in/second?back=%2Fdocuments");
    thief.get("/roles").await.leads_to("/sign-in");
    thief.post("/sign-in/second", &[("code", "000000")]).await.is(422);
    // Even in a session of the chair a proposal is confirmed by the password and the factor of the chair only.
    office.person("hoa", &[]);
    let (hoa, fresh) = (office.actor("hoa").person.unwrap().id, office.confirmed("quantri"));
    let basis = people::Basis {
        decision_no: "31/QĐ-UBND".to_owned(),
        ..people::Basis::default()
    };
    office
        .act_as("quantri", move |work| {
            people::set_employee_no(work, &hoa, "7")?;
            people::grant(work, Some(&fresh), (&hoa, AccessRole::Auditor), &basis)
        })
        .unwrap();
    let (inside, _) = enter(&office, &provider, by_provider).await;
    inside
        .post("/sign-in/second", &[("code", &codes[0]), ("back", "/roles")])
        .await
        .leads_to("/roles");
    inside.get("/roles").await.is(200);
    let open = office.read(people::open_proposals).unwrap();
    let confirm = format!("/roles/{}/confirm", open[0].id);
    inside
        .post(&confirm, &[])
        .await
        .is(422)
        .says("people.confirm.password_needed");
    inside
        .post(&confirm, &[("password", PASSWORD)])
        .await
        .is(422)
        .says("people.confirm.code_needed");
    assert_eq!(office.read(people::open_proposals).unwrap().len(), 1);
    // The control: with both it is done; and the chair who makes the link anew is let in by the provider's factor.
    inside
        .post(&confirm, &[("password", PASSWORD), ("code", &codes[1])])
        .await
        .leads_to("/roles");
    assert!(office.read(people::open_proposals).unwrap().is_empty());
    inside
        .post("/account/oidc/remove", &[("password", PASSWORD), ("code", &codes[2])])
        .await
        .leads_to("/account");
    let own = [("password", PASSWORD), ("code", codes[3].as_str())];
    link_own(&inside, &provider, &own, by_provider).await;
    enter(&office, &provider, by_provider).await.1.leads_to("/documents");
}

/// Somebody makes the link of the own account, with the name that the provider says.
async fn link_own(visitor: &Visitor, provider: &Provider, fields: &[(&str, &str)], said: impl FnOnce(&str) -> String) {
    let page = visitor.post("/account/oidc", fields).await;
    let way = way_of(page.is(200));
    let code = provider.code(&way, said);
    come(visitor, &query(&way)["state"], &code).await.leads_to("/account");
}

#[test]
fn a_provider_is_reached_by_tls_or_on_ones_own_machine() {
    let settings = |issuer: &str| OidcSettings {
        issuer: issuer.to_owned(),
        client_id: String::new(),
        secret: None,
        claim: "sub".to_owned(),
        name: String::new(),
        second_factor: Vec::new(),
        authority: None,
    };
    for good in [
        "https://id.tinh.gov.vn",
        "http://127.0.0.1:8080",
        "http://localhost:8080",
    ] {
        assert!(Oidc::new(settings(good)).is_ok(), "{good}");
    }
    for bad in [
        "http://id.tinh.gov.vn",
        "id.tinh.gov.vn",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
    ] {
        assert!(Oidc::new(settings(bad)).is_err(), "{bad}");
    }
    let broken = OidcSettings {
        authority: Some(b"no certificate".to_vec()),
        ..settings("https://id.tinh.gov.vn")
    };
    assert!(Oidc::new(broken).is_err());
}
