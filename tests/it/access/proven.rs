//! Privileged acts ask who does them: an open session, a confirmation of somebody else and an old one give nothing.

use super::{by_decision, confirm, grant, id, identify, refused, roles_of};
use crate::support::{PASSWORD, TestOffice};
use chrono::TimeDelta;
use quytrinh::kernel::AccessRole::{Administrator, Auditor, Chair, Committee, Desk, Leader, Official};
use quytrinh::people::{self, FactorRule, FreshAuth, NewAccount, Rule};
use quytrinh::web::Failure;

async fn office() -> TestOffice {
    let office = TestOffice::start().await;
    for (username, roles) in [
        ("quantri", &[Administrator][..]),
        ("chutich", &[Chair]),
        ("pho", &[Leader]),
        ("lan", &[]),
        ("hoa", &[]),
    ] {
        office.person(username, roles);
    }
    for (username, number) in [("lan", "2"), ("chutich", "1")] {
        identify(&office, "quantri", (username, number)).unwrap();
    }
    office
}

/// What an administrator does, each with the confirmation that it is given.
fn acts(office: &TestOffice, fresh: Option<&FreshAuth>) -> Vec<(&'static str, Result<(), Failure>)> {
    let issuer = ("https://id.example", "CB-1");
    let act = |deed: Deed<'_>| {
        let actor = office.actor("quantri");
        // Nothing of it stays: each is tried in a transaction that is given up.
        quytrinh::ledger::read(&office.site.db, &actor, |work| deed(work, fresh))
    };
    let (lan, basis) = (id(office, "lan"), by_decision(office, Desk));
    let account = NewAccount {
        username: "moi".to_owned(),
        full_name: "Mới".to_owned(),
        ..NewAccount::default()
    };
    let rule = FactorRule {
        rule: Rule::Everybody,
        reason: String::new(),
    };
    vec![
        (
            "grant",
            act(&|work, fresh| people::grant(work, fresh, (&lan, Desk), &basis).map(drop)),
        ),
        (
            "account",
            act(&|work, fresh| people::add_account(work, fresh, &account).map(drop)),
        ),
        (
            "code",
            act(&|work, fresh| people::give_code(work, fresh, &lan).map(drop)),
        ),
        (
            "factors",
            act(&|work, fresh| people::remove_factors_of(work, fresh, &lan)),
        ),
        ("rule", act(&|work, fresh| people::set_factor_rule(work, fresh, &rule))),
        ("link", act(&|work, fresh| people::link_oidc(work, fresh, &lan, issuer))),
        (
            "unlink",
            act(&|work, fresh| people::unlink_oidc(work, fresh, &lan, issuer.0)),
        ),
    ]
}

/// An act, without or with the confirmation of just now.
type Deed<'a> = &'a dyn Fn(&mut quytrinh::ledger::Work<'_>, Option<&FreshAuth>) -> Result<(), Failure>;

#[actix_web::test]
async fn no_privileged_act_is_done_without_the_own_confirmation_of_just_now() {
    let office = office().await;
    let (own, others) = (office.confirmed("quantri"), office.confirmed("chutich"));
    for given in [None, Some(&others)] {
        for (_, done) in acts(&office, given) {
            refused(done, 403, "people.confirm.stale");
        }
    }
    // The control: with the own one each goes as far as what it needs.
    for (name, done) in acts(&office, Some(&own)) {
        let said = done.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert_ne!(said, "people.confirm.stale", "{name}");
    }
    office.wait(TimeDelta::seconds(301));
    for (_, done) in acts(&office, Some(&own)) {
        refused(done, 403, "people.confirm.stale");
    }
}

#[actix_web::test]
async fn an_open_session_of_the_chair_confirms_nothing_and_a_wrong_password_neither() {
    let office = office().await;
    grant(&office, "quantri", ("lan", Auditor)).unwrap();
    let chair = office.sign_in("chutich").await;
    chair.get("/roles").await.is(200).says("people.own.current_password");
    let path = format!("/roles/{}/confirm", office.read(people::open_proposals).unwrap()[0].id);
    for fields in [&[][..], &[("password", "một mật khẩu sai nào đó")]] {
        chair.post(&path, fields).await.is(422).says("Ông/Bà lan");
        assert_eq!(roles_of(&office, "lan"), []);
    }
    chair.post(&path, &[("password", PASSWORD)]).await.leads_to("/roles");
    assert_eq!(roles_of(&office, "lan"), [Auditor]);
}

#[actix_web::test]
async fn a_refused_form_of_the_administrator_keeps_what_was_typed() {
    let office = office().await;
    let administrator = office.sign_in("quantri").await;
    let lan = id(&office, "lan");
    let fields = [
        ("access", "auditor"),
        ("change", "grant"),
        ("decision_no", "31/QĐ-UBND"),
    ];
    let page = administrator.post(&format!("/people/{lan}/access"), &fields).await;
    page.is(422).says("people.confirm.password_needed").says("31/QĐ-UBND");
    assert!(page.text().contains("<option value=\"auditor\" selected"));
    let fields = [("username", "mai"), ("full_name", "Trần Mai"), ("access", "desk")];
    let page = administrator.post("/people", &fields).await;
    page.is(422).says("Trần Mai");
    assert!(page.text().contains("value=\"desk\" checked"));
    let fields = [("rule", "everybody"), ("reason", "Quyết định 5")];
    let page = administrator.post("/people/factor-rule", &fields).await;
    page.is(422).says("Quyết định 5");
    assert!(page.text().contains("value=\"everybody\" required checked"));
}

#[actix_web::test]
async fn at_the_command_line_the_operator_needs_somebody_of_the_office() {
    let office = office().await;
    grant(&office, "quantri", ("lan", Chair)).unwrap();
    let proposal = office.read(people::open_proposals).unwrap().remove(0);
    let try_by = |username: &str| {
        let (by, fresh, id) = (office.actor(username), office.confirmed(username), proposal.id.clone());
        office.act(move |work| people::confirm_role_at_console(work, (&by, &fresh), &id))
    };
    refused(try_by("quantri"), 409, "people.roles.refused.proposer");
    refused(try_by("hoa"), 403, "people.roles.refused.no_role");
    grant(&office, "quantri", ("lan", Official)).unwrap();
    refused(try_by("lan"), 409, "people.roles.refused.oneself");
    // The confirmation of one person is not that of another, nor is anybody but the operator the house.
    let (by, fresh, id) = (office.actor("pho"), office.confirmed("chutich"), proposal.id.clone());
    refused(
        office.act(move |work| people::confirm_role_at_console(work, (&by, &fresh), &id)),
        403,
        "people.confirm.stale",
    );
    let (by, fresh, id) = (office.actor("pho"), office.confirmed("pho"), proposal.id.clone());
    refused(
        office.act_as("pho", move |work| {
            people::confirm_role_at_console(work, (&by, &fresh), &id)
        }),
        403,
        "people.confirm.stale",
    );
    try_by("pho").unwrap();
    assert_eq!(roles_of(&office, "lan"), [Chair, Official]);
}

#[actix_web::test]
async fn an_administrator_takes_back_the_own_proposals_only() {
    let office = office().await;
    office.person("quantri2", &[Administrator]);
    grant(&office, "quantri", ("lan", Committee)).unwrap();
    let refuse = |by: &str| {
        let id = office.read(people::open_proposals).unwrap()[0].id.clone();
        office.act_as(by, move |work| people::refuse_role(work, &id))
    };
    refused(refuse("quantri2"), 409, "people.roles.refused.not_yours");
    refuse("quantri").unwrap();
    // That of somebody who administers no more can be taken back by any other one: nobody could confirm it.
    grant(&office, "quantri", ("lan", Committee)).unwrap();
    let gone = id(&office, "quantri");
    office
        .act_as("quantri2", move |work| people::revoke(work, &gone, Administrator))
        .unwrap();
    refused(
        confirm(&office, "chutich", "lan"),
        409,
        "people.roles.refused.proposer_lost",
    );
    refuse("quantri2").unwrap();
}

/// Rule S4: two accounts of one person are one, however the number was typed.
#[actix_web::test]
async fn an_administrator_does_nothing_for_a_second_account_of_his_own() {
    let office = office().await;
    office.person("quantri.hai", &[Official]);
    identify(&office, "quantri", ("quantri", "CB-77")).unwrap();
    let (second, issuer) = (id(&office, "quantri.hai"), "https://id.example");
    let fresh = office.confirmed("quantri");
    let try_all = || {
        let act = |deed: &dyn Fn(&mut quytrinh::ledger::Work<'_>) -> Result<(), Failure>| {
            quytrinh::ledger::read(&office.site.db, &office.actor("quantri"), |work| deed(work))
        };
        [
            act(&|work| people::remove_factors_of(work, Some(&fresh), &second)),
            act(&|work| people::link_oidc(work, Some(&fresh), &second, (issuer, "CB-77"))),
            act(&|work| people::unlink_oidc(work, Some(&fresh), &second, issuer)),
        ]
    };
    // The control: as long as nobody knows whose it is, it is another's.
    for done in try_all() {
        let said = done.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert_ne!(said, "people.not_oneself");
    }
    identify(&office, "quantri", ("quantri.hai", " cb - 77 ")).unwrap();
    for done in try_all() {
        refused(done, 409, "people.not_oneself");
    }
    // Nor does a spelling of the number join duties that are held apart.
    office.person("kiemtra", &[Auditor]);
    refused(
        identify(&office, "quantri", ("kiemtra", "Cb-77")),
        409,
        "people.separate_duties",
    );
}
