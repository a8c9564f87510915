//! Assignments: who may assign, what is refused, how an entry ends, and the pages of the matrix and of a role.

use crate::support::TestOffice;
use crate::support::posted::{assign, assign_births, assignment, at, day, document, person, posted_office};
use actix_web::ResponseError;
use quytrinh::assignments::{self, Assignee, NewAssignment, Standing};
use quytrinh::kernel::{DocumentId, PersonId, PositionId};
use quytrinh::people;
use quytrinh::web::Failure;
use quytrinh::workflow::RoleCode;

#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, Failure>) -> (u16, String) {
    let failure = result.expect_err("this is refused");
    (failure.status_code().as_u16(), failure.to_string())
}

fn end(office: &TestOffice, id: &str, last: u32, decision: &str) -> Result<(), Failure> {
    let (id, decision) = (id.to_owned(), decision.to_owned());
    office.act_as("thuky", move |work| assignments::end(work, &id, day(last), &decision))
}

#[actix_web::test]
async fn only_the_committee_assigns() {
    let office = posted_office().await;
    let new = assignment(&office, "tphth", "tuphap");
    for username in ["tuphap", "motcua", "lanhdao", "danhgia", "quantri"] {
        let new = new.clone();
        let tried = office.act_as(username, move |work| assignments::assign(work, &new));
        assert_eq!(refusal(tried).0, 403, "{username}");
        let visitor = office.sign_in(username).await;
        let page = visitor.get("/assignments/roles/tphth").await;
        page.is(200).lacks("name=\"assignee\"");
    }
    let id = assign(&office, new).unwrap();
    let tried = office.act_as("lanhdao", move |work| assignments::end(work, &id, day(30), "1"));
    assert_eq!(refusal(tried).0, 403);
}

#[actix_web::test]
async fn an_assignment_names_its_decision_and_what_exists() {
    let office = posted_office().await;
    let good = assignment(&office, "tphth", "tuphap");
    let invalid = [
        NewAssignment {
            decision_no: "  ".to_owned(),
            ..good.clone()
        },
        NewAssignment {
            decision_no: "x".repeat(61),
            ..good.clone()
        },
        NewAssignment {
            valid_to: Some(day(8)),
            ..good.clone()
        },
    ];
    for new in invalid {
        assert_eq!(refusal(assign(&office, new)).0, 422);
    }
    let unknown = [
        NewAssignment {
            role: RoleCode::new("khongco"),
            ..good.clone()
        },
        NewAssignment {
            document: Some(DocumentId::of("khong-co")),
            ..good.clone()
        },
        NewAssignment {
            assignee: Assignee::Person(PersonId::of("khong-co")),
            ..good.clone()
        },
        NewAssignment {
            assignee: Assignee::Position(PositionId::of("khong-co")),
            ..good.clone()
        },
    ];
    for new in unknown {
        assert_eq!(refusal(assign(&office, new)).0, 404);
    }
    let gone = person(&office, "tuphap");
    office
        .act_as("quantri", move |work| people::deactivate(work, &gone))
        .unwrap();
    assert_eq!(refusal(assign(&office, good)), (422, "assignments.inactive".to_owned()));
}

#[actix_web::test]
async fn the_same_assignment_is_not_made_twice_for_one_day() {
    let office = posted_office().await;
    let first = NewAssignment {
        valid_to: Some(day(20)),
        ..assignment(&office, "tphth", "tuphap")
    };
    assign(&office, first.clone()).unwrap();
    let again = NewAssignment {
        valid_from: day(20),
        valid_to: None,
        ..first.clone()
    };
    assert_eq!(
        refusal(assign(&office, again.clone())),
        (409, "assignments.repeated".to_owned())
    );
    assign(
        &office,
        NewAssignment {
            valid_from: day(21),
            ..again.clone()
        },
    )
    .unwrap();
    assign(
        &office,
        NewAssignment {
            document: Some(document(&office, "QT.HT.01")),
            ..again.clone()
        },
    )
    .unwrap();
    let other = Assignee::Person(person(&office, "tuphap2"));
    assign(
        &office,
        NewAssignment {
            assignee: other,
            ..again
        },
    )
    .unwrap();
}

#[actix_web::test]
async fn an_entry_ends_and_the_days_before_keep_it() {
    let office = posted_office().await;
    let id = assign(&office, assignment(&office, "tphth", "tuphap")).unwrap();
    end(&office, &id, 25, "09/QĐ-UBND").unwrap();
    let book = office.read(assignments::book).unwrap();
    let (who, role) = (person(&office, "tuphap"), RoleCode::new("tphth"));
    let standing = |on| book.standing(&who, &role, &document(&office, "QT.HT.01"), day(on));
    assert_eq!((standing(8), standing(9)), (Standing::OtherDay, Standing::Assigned));
    assert_eq!((standing(25), standing(26)), (Standing::Assigned, Standing::OtherDay));
    assert_eq!(book.assignments.len(), 1);
    assert_eq!(book.assignments[0].decision_no, "02/QĐ-UBND");
    assert_eq!(
        refusal(end(&office, &id, 24, "10/QĐ-UBND")),
        (409, "assignments.has_ended".to_owned())
    );
}

#[actix_web::test]
async fn an_end_is_refused_that_is_no_end() {
    let office = posted_office().await;
    let planned = NewAssignment {
        valid_to: Some(day(27)),
        ..assignment(&office, "tphth", "tuphap")
    };
    let id = assign(&office, planned).unwrap();
    assert_eq!(
        refusal(end(&office, &id, 8, "1")),
        (422, "assignments.ends_before_begin".to_owned())
    );
    assert_eq!(
        refusal(end(&office, &id, 26, " ")),
        (422, "assignments.decision_needed".to_owned())
    );
    assert_eq!(
        refusal(end(&office, &id, 27, "1")),
        (409, "assignments.not_longer".to_owned())
    );
    assert_eq!(refusal(end(&office, "khong-co", 26, "1")).0, 404);
    end(&office, &id, 26, "1").unwrap();
}

#[actix_web::test]
async fn another_office_neither_sees_nor_ends_an_entry() {
    let office = posted_office().await;
    let id = assign(&office, assignment(&office, "tphth", "tuphap")).unwrap();
    let house = quytrinh::kernel::Actor::house(office.foreign.clone(), office.site.clock.now());
    let tried = quytrinh::ledger::change(&office.site.db, house.clone(), move |work| {
        assignments::end(work, &id, day(30), "1/QĐ")
    });
    assert_eq!(refusal(tried).0, 404);
    let book = quytrinh::ledger::read(&office.site.db, &house, |work| {
        Ok::<_, Failure>(assignments::book(work)?)
    });
    assert!(book.unwrap().assignments.is_empty());
}

#[actix_web::test]
async fn the_matrix_shows_gaps_then_names_then_overlaps() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    let empty = secretary.get("/assignments").await;
    empty
        .is(200)
        .says("QT.HT.01")
        .says("QT.CT.01")
        .says("assignments.gap")
        .says("assignments.no_follower");
    empty.lacks("assignments.overlap").lacks("Ông/Bà tuphap<");
    secretary
        .get("/assignments/roles/tphth")
        .await
        .is(200)
        .says("assignments.needed_in")
        .says("bước B2");
    let position = office.read(|work| people::position_by_code(work, "TP")).unwrap().id;
    let assignee = format!("position:{position}");
    let fields = [
        ("assignee", assignee.as_str()),
        ("valid_from", "2026-11-20"),
        ("decision_no", "15/QĐ-UBND"),
    ];
    let made = secretary.post("/assignments/roles/tphth", &fields).await;
    made.leads_to("/assignments/roles/tphth");
    secretary
        .get(made.location())
        .await
        .is(200)
        .says("assignments.done.made")
        .says("15/QĐ-UBND");
    secretary
        .get("/assignments?role=tphth")
        .await
        .is(200)
        .says("Ông/Bà tuphap")
        .lacks("QT.CT.01");
    let other = format!("person:{}", person(&office, "tuphap2"));
    let fields = [
        ("assignee", other.as_str()),
        ("procedure", "QT.HT.01"),
        ("valid_from", "23/11/2026"),
        ("decision_no", "16/QĐ-UBND"),
    ];
    secretary.post("/assignments/roles/tphth", &fields).await.is(303);
    let matrix = secretary.get("/assignments?only=overlap").await;
    matrix
        .is(200)
        .says("assignments.overlap")
        .says("Ông/Bà tuphap2")
        .lacks("QT.CT.01");
    secretary
        .get("/assignments?field=Ch%E1%BB%A9ng+th%E1%BB%B1c")
        .await
        .is(200)
        .lacks("QT.HT.01");
}

#[actix_web::test]
async fn a_role_outside_the_office_is_named_as_such() {
    let office = posted_office().await;
    assign(&office, assignment(&office, "congan", "motcua")).unwrap();
    let auditor = office.sign_in("danhgia").await;
    for path in ["/assignments", "/assignments/roles", "/assignments/roles/congan"] {
        let page = auditor.get(path).await;
        page.is(200)
            .says("assignments.external")
            .says("assignments.followed_by")
            .says("Ông/Bà motcua");
    }
    auditor.get("/assignments/roles/khongco").await.is(404);
}

#[actix_web::test]
async fn a_refused_form_keeps_what_was_typed() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    secretary.get("/assignments/roles/tphth").await.is(200);
    let fields = [
        ("assignee", ""),
        ("valid_from", "31/02/2026"),
        ("decision_no", "15/QĐ-UBND"),
    ];
    let page = secretary.post("/assignments/roles/tphth", &fields).await;
    page.is(422).says("form.needed").says("form.no_date");
    assert_eq!(page.value_of("decision_no"), Some("15/QĐ-UBND"));
    let id = assign(&office, assignment(&office, "tphth", "tuphap")).unwrap();
    let assignee = format!("person:{}", person(&office, "tuphap"));
    let fields = [
        ("assignee", assignee.as_str()),
        ("valid_from", "2026-11-23"),
        ("decision_no", "17/QĐ-UBND"),
    ];
    let page = secretary.post("/assignments/roles/tphth", &fields).await;
    page.is(409).says("assignments.repeated");
    assert_eq!(page.value_of("decision_no"), Some("17/QĐ-UBND"));
    let path = format!("/assignments/roles/tphth/{id}/end");
    let page = secretary
        .post(&path, &[("last_day", "2026-11-01"), ("end_decision_no", "18/QĐ-UBND")])
        .await;
    page.is(422).says("assignments.ends_before_begin");
    assert_eq!(page.value_of("end_decision_no"), Some("18/QĐ-UBND"));
    secretary
        .post(&path, &[("last_day", "2026-11-30"), ("end_decision_no", "")])
        .await
        .is(422)
        .says("form.needed");
    let ended = secretary
        .post(&path, &[("last_day", "2026-11-30"), ("end_decision_no", "18/QĐ-UBND")])
        .await;
    ended.leads_to("/assignments/roles/tphth");
    secretary
        .get("/assignments/roles/tphth")
        .await
        .says("assignments.ended_by")
        .says("18/QĐ-UBND");
}

#[actix_web::test]
async fn an_entry_that_was_recorded_late_says_so() {
    let office = posted_office().await;
    assign(&office, assignment(&office, "tphth", "tuphap")).unwrap();
    let auditor = office.sign_in("danhgia").await;
    auditor
        .get("/assignments/roles/tphth")
        .await
        .is(200)
        .says("assignments.recorded_late")
        .says("23/11/2026");
    office.set_time(at(25, 9));
    assign_births_of_another_role(&office);
    let auditor = office.sign_in("danhgia").await;
    auditor
        .get("/assignments/roles/ldubnd")
        .await
        .is(200)
        .lacks("assignments.recorded_late");
}

fn assign_births_of_another_role(office: &TestOffice) {
    let new = NewAssignment {
        valid_from: day(25),
        ..assignment(office, "ldubnd", "lanhdao")
    };
    assign(office, new).unwrap();
}

#[actix_web::test]
async fn the_figures_count_roles_of_procedures() {
    let office = posted_office().await;
    let before = office.read(assignments::coverage).unwrap();
    assert_eq!(
        (before.procedures, before.roles, before.gaps, before.overlaps),
        (2, 4, 5, 0)
    );
    assign_births(&office);
    let after = office.read(assignments::coverage).unwrap();
    assert_eq!((after.gaps, after.overlaps), (1, 0));
}
