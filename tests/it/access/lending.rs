//! Power that is lent: by its holder, for a time, to somebody who could be chosen; gone at once when either side loses it.

use super::{id, identify, refused};
use crate::support::{PASSWORD, TestOffice};
use chrono::{NaiveDate, TimeDelta};
use quytrinh::kernel::AccessRole;
use quytrinh::people::{self, Capacity, NewLoan, Scope};
use quytrinh::web::Failure;

async fn office() -> TestOffice {
    let office = TestOffice::start().await;
    for (username, access) in [
        ("quantri", AccessRole::Administrator),
        ("chutich", AccessRole::Chair),
        ("pho", AccessRole::Leader),
        ("pho2", AccessRole::Leader),
        ("canbo", AccessRole::Official),
        ("danhgia", AccessRole::Auditor),
    ] {
        office.person(username, &[access]);
    }
    office.position("CT", "Chủ tịch");
    office.position("PCT", "Phó Chủ tịch");
    office.holds("chutich", "CT");
    office.holds("pho", "PCT");
    office
}

fn in_days(office: &TestOffice, days: i64) -> NaiveDate {
    office.site.clock.today() + TimeDelta::days(days)
}

fn loan(office: &TestOffice, position: &str, to: &str) -> NewLoan {
    NewLoan {
        position_id: office.read(|work| people::position_by_code(work, position)).unwrap().id,
        person_id: id(office, to),
        capacity: Capacity::Kt,
        scope: Scope::All,
        days: (in_days(office, 0), in_days(office, 89)),
        reason: "Đi học tập trung".to_owned(),
        decision_no: "21/QĐ-UBND".to_owned(),
    }
}

fn lend(office: &TestOffice, by: &str, new: NewLoan) -> Result<String, Failure> {
    let fresh = office.confirmed(by);
    office.act_as(by, move |work| people::lend(work, &fresh, &new))
}

/// What somebody acts for today, as it is printed.
fn acts_for(office: &TestOffice, username: &str) -> Vec<String> {
    let (person, today) = (id(office, username), office.site.clock.today());
    let held = office.read(|work| people::positions_of(work, &person, today)).unwrap();
    held.into_iter().map(|one| one.name).collect()
}

#[actix_web::test]
async fn power_is_lent_by_its_holder_for_ninety_days_at_most_and_not_lent_on() {
    let office = office().await;
    let new = |to: &str| loan(&office, "CT", to);
    let too_long = NewLoan {
        days: (in_days(&office, 0), in_days(&office, 90)),
        ..new("pho")
    };
    refused(
        lend(&office, "chutich", too_long),
        422,
        "people.lending.refused.too_long",
    );
    let before = NewLoan {
        days: (in_days(&office, -1), in_days(&office, 3)),
        ..new("pho")
    };
    refused(
        lend(&office, "chutich", before),
        422,
        "people.lending.refused.begins_before",
    );
    let bare = |change: fn(&mut NewLoan)| {
        let mut loan = new("pho");
        change(&mut loan);
        lend(&office, "chutich", loan)
    };
    refused(bare(|one| one.reason.clear()), 422, "people.lending.refused.reason");
    refused(bare(|one| one.decision_no.clear()), 422, "people.delegation_decision");
    refused(
        bare(|one| one.capacity = Capacity::Own),
        422,
        "people.lending.refused.capacity",
    );
    refused(
        lend(&office, "pho2", new("pho")),
        422,
        "people.lending.refused.not_yours",
    );
    refused(
        lend(&office, "quantri", new("pho")),
        403,
        "failure.permission.lend_power",
    );
    refused(
        lend(&office, "chutich", new("danhgia")),
        422,
        "people.lending.refused.not_able",
    );
    let signing = NewLoan {
        scope: Scope::Documents,
        ..new("canbo")
    };
    refused(
        lend(&office, "chutich", signing),
        422,
        "people.lending.refused.not_able",
    );
    refused(
        lend(&office, "chutich", new("chutich")),
        409,
        "people.lending.refused.oneself",
    );
    lend(&office, "chutich", new("pho")).unwrap();
    assert_eq!(acts_for(&office, "pho"), ["Phó Chủ tịch", "KT. Chủ tịch"]);
    refused(
        lend(&office, "pho", new("pho2")),
        422,
        "people.lending.refused.not_yours",
    );
    refused(lend(&office, "chutich", new("pho")), 422, "people.delegation_held");
    // What is lent later does not reach beyond what the lender holds.
    let own = NewLoan {
        position_id: office.read(|work| people::position_by_code(work, "PCT")).unwrap().id,
        ..new("pho2")
    };
    lend(&office, "pho", own).unwrap();
    office.wait(TimeDelta::days(90));
    assert_eq!(acts_for(&office, "pho"), ["Phó Chủ tịch"]);
}

#[actix_web::test]
async fn a_second_account_of_the_lender_is_the_lender() {
    let office = office().await;
    office.person("chutich.hai", &[AccessRole::Leader]);
    for account in ["chutich", "chutich.hai"] {
        identify(&office, "quantri", (account, "1")).unwrap();
    }
    refused(
        lend(&office, "chutich", loan(&office, "CT", "chutich.hai")),
        409,
        "people.lending.refused.oneself",
    );
}

#[actix_web::test]
async fn lent_power_ends_at_once_when_either_side_loses_the_role_the_position_or_the_account() {
    type Loss = fn(&TestOffice) -> Result<(), Failure>;
    let losses: [(&str, Loss); 6] = [
        ("the lender's role", |office| {
            let person = id(office, "chutich");
            office.act_as("quantri", move |work| people::revoke(work, &person, AccessRole::Chair))
        }),
        ("the other's role", |office| {
            let person = id(office, "pho");
            office.act_as("quantri", move |work| people::revoke(work, &person, AccessRole::Leader))
        }),
        ("the lender's account", |office| {
            let person = id(office, "chutich");
            office.act_as("quantri", move |work| people::deactivate(work, &person))
        }),
        ("the other's account", |office| {
            let person = id(office, "pho");
            office.act_as("quantri", move |work| people::deactivate(work, &person))
        }),
        ("the lender's position", |office| {
            let (person, yesterday) = (id(office, "chutich"), in_days(office, -1));
            let holders = office
                .read(|work| people::holders_on(work, yesterday, yesterday))
                .unwrap();
            let entry = holders.into_iter().find(|one| one.person_id == person).unwrap().id;
            office.act_as("quantri", move |work| people::end_holder(work, &entry, yesterday))
        }),
        ("the lender ends it", |office| {
            let today = in_days(office, 0);
            let holders = office.read(|work| people::holders_on(work, today, today)).unwrap();
            let entry = holders.into_iter().find(|one| one.lent_by.is_some()).unwrap().id;
            office.act_as("chutich", move |work| people::end_loan(work, &entry))
        }),
    ];
    for (named, lose) in losses {
        let office = office().await;
        lend(&office, "chutich", loan(&office, "CT", "pho")).unwrap();
        assert!(acts_for(&office, "pho").contains(&"KT. Chủ tịch".to_owned()));
        lose(&office).unwrap();
        assert!(
            !acts_for(&office, "pho").contains(&"KT. Chủ tịch".to_owned()),
            "{named}"
        );
    }
    // The control: losing something else ends nothing.
    let office = office().await;
    lend(&office, "chutich", loan(&office, "CT", "pho")).unwrap();
    let other = id(&office, "danhgia");
    office
        .act_as("quantri", move |work| people::deactivate(work, &other))
        .unwrap();
    assert!(acts_for(&office, "pho").contains(&"KT. Chủ tịch".to_owned()));
}

#[actix_web::test]
async fn the_page_lends_shows_and_gives_back() {
    let office = office().await;
    let chair = office.sign_in("chutich").await;
    chair
        .get("/delegations")
        .await
        .is(200)
        .says("people.lending.none_given");
    let (position, deputy) = (
        office.read(|work| people::position_by_code(work, "CT")).unwrap().id,
        id(&office, "pho"),
    );
    let mut fields = vec![
        ("position_id", position.as_str()),
        ("person_id", deputy.as_str()),
        ("capacity", "kt"),
        ("scope", "documents"),
        ("valid_from", "2026-11-23"),
        ("valid_to", "2027-03-23"),
        ("decision_no", "21/QĐ-UBND"),
        ("reason", "Đi học"),
        ("password", PASSWORD),
    ];
    let refused = chair.post("/delegations", &fields).await;
    refused.is(422).says("people.lending.refused.too_long").says("Đi học");
    fields[5] = ("valid_to", "2026-12-23");
    chair.post("/delegations", &fields).await.leads_to("/delegations");
    chair
        .get("/delegations")
        .await
        .is(200)
        .says("KT. Chủ tịch")
        .says("Ông/Bà pho");
    let deputy = office.sign_in("pho").await;
    let page = deputy.get("/delegations").await;
    page.is(200).says("KT. Chủ tịch").says("people.lending.give_back");
    let today = office.site.clock.today();
    let holders = office.read(|work| people::holders_on(work, today, today)).unwrap();
    let entry = holders.into_iter().find(|one| one.lent_by.is_some()).unwrap().id;
    let stranger = office.sign_in("pho2").await;
    stranger.post(&format!("/delegations/{entry}/end"), &[]).await.is(403);
    deputy
        .post(&format!("/delegations/{entry}/end"), &[])
        .await
        .leads_to("/delegations");
    deputy.post(&format!("/delegations/{entry}/end"), &[]).await.is(409);
    assert_eq!(acts_for(&office, "pho"), ["Phó Chủ tịch"]);
    // The administrator records holders only.
    let administrator = office.sign_in("quantri").await;
    administrator.get("/people").await.is(200).lacks("f-capacity");
}
