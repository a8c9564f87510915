//! Roles that take two people, and roles that one person does not join: in the acts, on the pages, and past the program
//! (rules S3 and S4).

use super::{by_decision, confirm, grant, id, identify, refused, roles_of};
use crate::support::{PASSWORD, TestOffice};
use crate::walls::doors::opens_for;
use diesel::prelude::*;
use quytrinh::kernel::AccessRole::{
    self, Administrator, Auditor, Chair, Committee, DataOfficer, Desk, Inspector, Leader, Official,
};
use quytrinh::people::{self, Granted, NewAccount};
use quytrinh::web::Access;

async fn office() -> TestOffice {
    let office = TestOffice::start().await;
    office.person("quantri", &[Administrator]);
    for (username, number) in [("chutich", "1"), ("lan", "2"), ("hoa", "3")] {
        office.person(username, &[]);
        identify(&office, "quantri", (username, number)).unwrap();
    }
    office
}

#[actix_web::test]
async fn the_first_chair_is_appointed_by_decision_and_whoever_comes_after_is_confirmed_by_the_chair() {
    let office = office().await;
    // Nobody could confirm the first chair: the number of the decision is needed all the same.
    let chair = id(&office, "chutich");
    let bare = people::Basis::default();
    let fresh = office.confirmed("quantri");
    let without = office.act_as("quantri", move |work| {
        people::grant(work, Some(&fresh), (&chair, Chair), &bare)
    });
    refused(without, 422, "people.roles.refused.decision");
    assert_eq!(grant(&office, "quantri", ("chutich", Chair)).unwrap(), Granted::Given);
    assert_eq!(roles_of(&office, "chutich"), [Chair]);
    for role in [Chair, Committee, Auditor, Leader, DataOfficer] {
        assert_eq!(
            grant(&office, "quantri", ("lan", role)).unwrap(),
            Granted::Proposed,
            "{role}"
        );
        assert_eq!(roles_of(&office, "lan"), [], "{role} counts only once it is confirmed");
        refused(
            grant(&office, "quantri", ("lan", role)),
            409,
            "people.roles.refused.waits",
        );
        refused(
            confirm(&office, "quantri", "lan"),
            403,
            "failure.permission.confirm_roles",
        );
        confirm(&office, "chutich", "lan").unwrap();
        assert_eq!(roles_of(&office, "lan"), [role]);
        let person = id(&office, "lan");
        office
            .act_as("quantri", move |work| people::revoke(work, &person, role))
            .unwrap();
    }
    let chair = id(&office, "chutich");
    // A chair who was dismissed leaves no gap through which an administrator appoints the next one alone.
    office
        .act_as("quantri", move |work| people::revoke(work, &chair, Chair))
        .unwrap();
    assert_eq!(grant(&office, "quantri", ("hoa", Chair)).unwrap(), Granted::Proposed);
    let open = office.read(people::open_proposals).unwrap();
    office
        .act(move |work| people::confirm_role(work, None, &open[0].id))
        .unwrap();
    assert_eq!(roles_of(&office, "hoa"), [Chair]);
    // Other roles are given by one person.
    assert_eq!(grant(&office, "quantri", ("lan", Official)).unwrap(), Granted::Given);
}

#[actix_web::test]
async fn nobody_gives_or_confirms_a_role_of_his_own_by_any_account() {
    let office = office().await;
    grant(&office, "quantri", ("chutich", Chair)).unwrap();
    refused(
        grant(&office, "quantri", ("quantri", Official)),
        409,
        "people.not_oneself",
    );
    // A second account of the administrator, and one of the chairman.
    office.person("quantri.hai", &[]);
    identify(&office, "quantri", ("quantri.hai", "9")).unwrap();
    identify(&office, "quantri", ("quantri", "9")).unwrap();
    refused(
        grant(&office, "quantri", ("quantri.hai", Desk)),
        409,
        "people.not_oneself",
    );
    office.person("chutich.hai", &[]);
    identify(&office, "quantri", ("chutich.hai", "1")).unwrap();
    assert_eq!(
        grant(&office, "quantri", ("chutich.hai", Leader)).unwrap(),
        Granted::Proposed
    );
    refused(
        confirm(&office, "chutich", "chutich.hai"),
        409,
        "people.roles.refused.oneself",
    );
    // The proposal of somebody who is no administrator any more is void.
    office.person("quantri.ba", &[Administrator]);
    grant(&office, "quantri.ba", ("lan", Committee)).unwrap();
    let gone = id(&office, "quantri.ba");
    office
        .act_as("quantri", move |work| people::deactivate(work, &gone))
        .unwrap();
    refused(
        confirm(&office, "chutich", "lan"),
        409,
        "people.roles.refused.proposer_lost",
    );
}

#[actix_web::test]
async fn an_account_with_a_number_of_another_does_not_join_what_must_stay_apart() {
    let office = office().await;
    grant(&office, "quantri", ("chutich", Chair)).unwrap();
    let account = |username: &str, role| NewAccount {
        username: username.to_owned(),
        full_name: "Hai Tài Khoản".to_owned(),
        employee_no: "1".to_owned(),
        access: vec![role],
        basis: by_decision(&office, role),
    };
    let fresh = office.confirmed("quantri");
    let add = |new: NewAccount| {
        let fresh = fresh.clone();
        office.act_as("quantri", move |work| people::add_account(work, Some(&fresh), &new))
    };
    refused(add(account("chutich.a", Administrator)), 409, "people.separate_duties");
    refused(add(account("chutich.b", Auditor)), 409, "people.separate_duties");
    add(account("chutich.c", Official)).unwrap();
    refused(
        grant(&office, "quantri", ("chutich.c", Administrator)),
        409,
        "people.separate_duties",
    );
    // Accounts whose person becomes known later are joined only if their roles may be.
    office.person("quantri.hai", &[Administrator]);
    refused(
        identify(&office, "quantri", ("quantri.hai", "1")),
        409,
        "people.separate_duties",
    );
    identify(&office, "quantri", ("quantri.hai", "8")).unwrap();
    refused(
        identify(&office, "quantri", ("quantri.hai", "7")),
        409,
        "people.roles.refused.known",
    );
}

#[actix_web::test]
async fn both_databases_refuse_roles_that_are_joined_self_given_or_not_confirmed() {
    let office = office().await;
    let (admin, chair) = (id(&office, "quantri"), id(&office, "chutich"));
    let second = office.person("quantri.hai", &[]);
    let third = office.person("kiemtra", &[Auditor]);
    let number = std::cell::Cell::new(0);
    let insert = |person: &str, role: AccessRole, (by, confirmed, decision): (&str, &str, &str)| {
        number.set(number.get() + 1);
        let sql = format!(
            "INSERT INTO access_grants (id, agency_id, person_id, access_role, granted_at, granted_by, confirmed_by, \
             decision_no, mandate_from, mandate_to) VALUES ('g{}', '{}', '{person}', '{role}', '2026-11-23 02:00:00', \
             '{by}', {confirmed}, '{decision}', {})",
            number.get(),
            office.agency,
            if role == Inspector {
                "'2026-11-01', '2026-12-01'"
            } else {
                "NULL, NULL"
            },
        );
        diesel::sql_query(sql).execute(&mut office.connect())
    };
    let set = |change: &str| diesel::sql_query(format!("UPDATE {change}")).execute(&mut office.connect());
    let alone = (admin.as_str(), "NULL", "5/QĐ");
    // S4: by oneself, by one's second account, confirmed by nobody or by whoever proposed it.
    assert!(insert(admin.as_str(), Desk, alone).is_err());
    assert_eq!(
        set(&format!(
            "persons SET employee_no = '9' WHERE id IN ('{admin}', '{second}')"
        )),
        Ok(2)
    );
    assert!(insert(second.as_str(), Desk, alone).is_err());
    assert!(insert(chair.as_str(), Committee, alone).is_err());
    let by_itself = format!("'{admin}'");
    assert!(insert(chair.as_str(), Committee, (admin.as_str(), &by_itself, "5")).is_err());
    let by_second = format!("'{second}'");
    assert!(insert(chair.as_str(), Committee, (admin.as_str(), &by_second, "5")).is_err());
    let by_target = format!("'{chair}'");
    assert!(insert(chair.as_str(), Committee, (admin.as_str(), &by_target, "5")).is_err());
    assert!(
        insert(chair.as_str(), Chair, (admin.as_str(), "NULL", "")).is_err(),
        "without a decision"
    );
    assert_eq!(insert(chair.as_str(), Chair, alone), Ok(1), "the first chair");
    let lan = id(&office, "lan");
    assert!(insert(lan.as_str(), Chair, alone).is_err(), "there was one");
    let by_chair = format!("'{chair}'");
    let both = (admin.as_str(), by_chair.as_str(), "5/QĐ");
    assert_eq!(insert(lan.as_str(), Committee, both), Ok(1));
    // S3: on one account, on two accounts of one person, and by joining accounts afterwards.
    assert!(insert(lan.as_str(), Administrator, ("house", "NULL", "")).is_err());
    assert!(insert(lan.as_str(), Inspector, ("house", "NULL", "5")).is_err());
    assert!(insert(second.as_str(), Auditor, both).is_err());
    assert!(set(&format!("persons SET employee_no = '1' WHERE id = '{third}'")).is_err());
    assert_eq!(
        set(&format!("persons SET employee_no = '44' WHERE id = '{third}'")),
        Ok(1)
    );
    assert!(set(&format!("persons SET employee_no = '' WHERE id = '{second}'")).is_err());
    // What was given is revoked, never altered; a mandate has its two days.
    assert!(set("access_grants SET access_role = 'administrator' WHERE access_role = 'committee'").is_err());
    assert!(set("access_grants SET confirmed_by = NULL WHERE access_role = 'committee'").is_err());
    let hoa = id(&office, "hoa");
    assert_eq!(insert(hoa.as_str(), Inspector, both), Ok(1));
    assert!(set("access_grants SET mandate_to = '2027-12-01' WHERE access_role = 'inspector'").is_err());
}

#[actix_web::test]
async fn the_pages_propose_confirm_and_say_why_not() {
    let office = office().await;
    grant(&office, "quantri", ("chutich", Chair)).unwrap();
    let (administrator, chair) = (office.sign_in("quantri").await, office.sign_in("chutich").await);
    let path = format!("/people/{}/access", id(&office, "lan"));
    let mut fields = vec![("access", "auditor"), ("change", "grant"), ("password", PASSWORD)];
    administrator
        .post(&path, &fields)
        .await
        .is(422)
        .says("people.roles.refused.decision");
    fields.push(("decision_no", "31/QĐ-UBND"));
    administrator.post(&path, &fields).await.leads_to("/people");
    administrator
        .get("/people")
        .await
        .is(200)
        .says("31/QĐ-UBND")
        .says("people.roles.waiting");
    let page = chair.get("/roles").await;
    page.is(200).says("31/QĐ-UBND").says("Ông/Bà lan");
    let open = office.read(people::open_proposals).unwrap();
    let (confirm, password) = (format!("/roles/{}/confirm", open[0].id), [("password", PASSWORD)]);
    administrator.post(&confirm, &password).await.is(403);
    chair.post(&confirm, &password).await.leads_to("/roles");
    chair.post(&confirm, &password).await.is(404);
    assert_eq!(roles_of(&office, "lan"), [Auditor]);
    // A proposal is taken back, or not confirmed.
    for visitor in [&administrator, &chair] {
        grant(&office, "quantri", ("hoa", Committee)).unwrap();
        let open = office.read(people::open_proposals).unwrap();
        visitor
            .post(&format!("/roles/{}/refuse", open[0].id), &[])
            .await
            .leads_to("/roles");
        assert_eq!(office.read(people::open_proposals).unwrap(), []);
        assert_eq!(roles_of(&office, "hoa"), []);
    }
}

/// What an inspector may send: nothing but questions whose asking is written down.
#[test]
fn an_inspector_sends_nothing_that_changes_the_work_of_the_office() {
    let doors = quytrinh::app::doors();
    let open = doors.list().iter().filter(|door| {
        let is_own = matches!(door.access, Access::Anyone | Access::SignedIn);
        door.method == actix_web::http::Method::POST && !is_own && opens_for(door.access, Inspector)
    });
    let paths: Vec<&str> = open.map(|door| door.path).collect();
    assert_eq!(paths, ["/privacy/access.zip", "/reading/documents/{code}"]);
}

#[actix_web::test]
async fn an_inspector_reads_while_the_mandate_lasts_and_then_nothing() {
    let office = office().await;
    grant(&office, "quantri", ("chutich", Chair)).unwrap();
    grant(&office, "quantri", ("lan", Inspector)).unwrap();
    confirm(&office, "chutich", "lan").unwrap();
    let inspector = office.sign_in("lan").await;
    let open = [
        "/documents",
        "/cases",
        "/conformance",
        "/ledger",
        "/privacy/access",
        "/overview",
    ];
    for path in open {
        inspector.get(path).await.is(200);
    }
    for path in ["/records", "/documents/new", "/people", "/roles", "/delegations"] {
        inspector.get(path).await.is(403);
    }
    // To whoever has rights of another kind as well it is not given.
    refused(
        grant(&office, "quantri", ("lan", Official)),
        409,
        "people.separate_duties",
    );
    office.set_time(office.mandate().to.succ_opt().unwrap().and_hms_opt(0, 0, 1).unwrap());
    let after = office.sign_in("lan").await;
    for path in open {
        after.get(path).await.is(403);
    }
    after.get("/").await.is(200);
}
