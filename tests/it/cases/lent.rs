//! Steps that somebody reaches only by power that was lent: whoever lent it must not have done what is checked either (S11).

use super::*;
use quytrinh::people::{Capacity, NewLoan, Scope};

/// `sep` lends a position that may decide (B4) to `pho`, who is assigned to nothing.
async fn lent_office() -> TestOffice {
    let office = office().await;
    office.person("pho", &[AccessRole::Leader]);
    let position = office.read(|work| people::position_by_code(work, "TK")).unwrap().id;
    assign(&office, "lanhdao", Assignee::Position(position.clone()));
    let loan = NewLoan {
        position_id: position,
        person_id: person(&office, "pho"),
        capacity: Capacity::Kt,
        scope: Scope::Cases,
        days: (day(16), day(30)),
        reason: "Đi công tác".to_owned(),
        decision_no: "21/QĐ-UBND".to_owned(),
    };
    let fresh = office.confirmed("sep");
    office
        .act_as("sep", move |work| people::lend(work, &fresh, &loan))
        .unwrap();
    office
}

fn assign(office: &TestOffice, role: &str, assignee: Assignee) {
    let new = NewAssignment {
        role: RoleCode::new(role),
        document: None,
        assignee,
        valid_from: day(9),
        valid_to: None,
        decision_no: "03/QĐ-UBND".to_owned(),
    };
    office
        .act_as("thuky", move |work| assignments::assign(work, &new))
        .unwrap();
}

#[actix_web::test]
async fn s11_who_lends_the_power_to_decide_has_not_done_what_is_decided_on() {
    let office = lent_office().await;
    let case = received(&office);
    perform(&office, "sep", &case.id, "B2", "Đạt").unwrap();
    let page = office.sign_in("pho").await.get(&format!("/cases/{}", case.code)).await;
    page.is(200).says("Ông/Bà sep");
    let (status, key, text) = refusal(perform(&office, "pho", &case.id, "B4", "Đồng ý"));
    assert_eq!((status, key.as_str()), (409, "cases.refused.same_person"));
    assert!(text.contains("Ông/Bà sep"), "{text}");
    // A second account of the lender is the lender.
    office.person("sep.hai", &[AccessRole::Official]);
    assign(&office, "thuly", Assignee::Person(person(&office, "sep.hai")));
    let other = received(&office);
    perform(&office, "sep.hai", &other.id, "B2", "Đạt").unwrap();
    for username in ["sep", "sep.hai"] {
        let account = person(&office, username);
        office
            .act_as("quantri", move |work| people::set_employee_no(work, &account, "CB-7"))
            .unwrap();
    }
    let (status, key, _) = refusal(perform(&office, "pho", &other.id, "B4", "Đồng ý"));
    assert_eq!((status, key.as_str()), (409, "cases.refused.same_person"));
    // The control: what somebody else did is decided on by the power that was lent, and the record says so.
    let third = received(&office);
    perform(&office, "canbo", &third.id, "B2", "Đạt").unwrap();
    perform(&office, "pho", &third.id, "B4", "Đồng ý").unwrap();
    let page = office.sign_in("pho").await.get(&format!("/cases/{}", third.code)).await;
    page.is(200).says("KT. Thư ký ISO");
    // Whoever may decide without the lender does so on the own account.
    assign(&office, "lanhdao", Assignee::Person(person(&office, "pho")));
    perform(&office, "pho", &case.id, "B4", "Đồng ý").unwrap();
}

/// Whoever did B2 and whoever tries B4, each with each, against a model that knows the lender; one that forgets the lender
/// answers otherwise.
#[actix_web::test]
async fn a5_no_loan_joins_the_steps_that_a_procedure_keeps_apart() {
    let office = lent_office().await;
    for username in ["canbo", "canbo2"] {
        assign(&office, "lanhdao", Assignee::Person(person(&office, username)));
    }
    let (mut refused, mut by_loan) = (0, 0);
    for worker in ["sep", "canbo", "canbo2"] {
        for decider in ["sep", "canbo", "canbo2", "pho"] {
            let case = received(&office);
            perform(&office, worker, &case.id, "B2", "Đạt").unwrap();
            let lender = (decider == "pho").then_some("sep");
            let expected = worker != decider && lender != Some(worker);
            let forgetful = worker != decider;
            let done = perform(&office, decider, &case.id, "B4", "Đồng ý");
            assert_eq!(done.is_ok(), expected, "{worker} then {decider}: {done:?}");
            refused += usize::from(!expected);
            by_loan += usize::from(expected != forgetful);
        }
    }
    assert_eq!((refused, by_loan), (4, 1));
}
