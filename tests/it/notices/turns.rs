//! What is whose turn: told once when it comes, once when it is late, and over when it is.

use super::{current, person, round, told};
use crate::support::TestOffice;
use crate::support::posted::{
    BIRTH, assign, assign_births, assignment, at, day, document, perform, posted_office, receive,
};
use chrono::TimeDelta;
use quytrinh::assignments::NewAssignment;
use quytrinh::documents::{self, Meaning, Needs, NewStage};
use quytrinh::kernel::VersionId;
use quytrinh::law::{self, ChangeKind, NewChange};
use quytrinh::notices;
use quytrinh::people;
use quytrinh::procedures::Kind;
use quytrinh::readers::{self, Whom};

fn acknowledge(office: &TestOffice, username: &str) {
    let all = office.read(readers::readings).unwrap();
    let sha256 = all
        .iter()
        .find(|one| one.head.code == "QT.HT.01")
        .unwrap()
        .head
        .content_sha256
        .clone();
    office
        .act_as(username, move |work| {
            readers::acknowledge(work, "QT.HT.01", &sha256).map(drop)
        })
        .unwrap();
}

/// A second version on its way to signature.
fn submit(office: &TestOffice) -> VersionId {
    let births = document(office, "QT.HT.01");
    office
        .act_as("thuky", move |work| {
            let version = documents::open_draft(work, &births)?;
            let head = documents::head(work, &version)?;
            let text = BIRTH.replace("Miễn lệ phí", "8.000 đồng");
            documents::save(work, &version, head.row_version, &text)?;
            let head = documents::head(work, &version)?;
            documents::submit(work, &version, head.row_version, day(30))?;
            Ok(version)
        })
        .unwrap()
}

#[actix_web::test]
async fn what_is_my_turn_is_told_once_and_leaves_by_itself() {
    let office = posted_office().await;
    assign_births(&office);
    round(&office);
    assert_eq!(told(&office, "tuphap"), ["read QT.HT.01"]);
    assert_eq!(told(&office, "danhgia"), Vec::<String>::new());
    let before = office.digest();
    round(&office);
    assert_eq!(office.digest(), before, "a round with nothing new writes nothing");
    let visitor = office.sign_in("tuphap").await;
    visitor
        .get("/notices")
        .await
        .is(200)
        .says("QT.HT.01")
        .says("notices.kind.read");
    visitor.get("/").await.is(200).says("layout.notices_unread");
    visitor.post("/notices/read", &[]).await.leads_to("/notices");
    visitor.get("/").await.is(200).lacks("layout.notices_unread");
    visitor
        .get("/notices")
        .await
        .says("QT.HT.01")
        .lacks("notices.mark_read\"");
    visitor.post("/notices/read", &[]).await.leads_to("/notices");
    acknowledge(&office, "tuphap");
    round(&office);
    assert_eq!(told(&office, "tuphap"), Vec::<String>::new());
    visitor.get("/notices").await.says("notices.none");
    visitor
        .get("/notices?show=over")
        .await
        .says("QT.HT.01")
        .says("notices.over.title");
}

#[actix_web::test]
async fn a_reminder_tells_once_more_and_so_does_nothing_else() {
    let office = posted_office().await;
    assign_births(&office);
    round(&office);
    let first = current(&office, "tuphap");
    office
        .act_as("thuky", |work| {
            readers::remind(work, &Whom::OfDocument("QT.HT.01".to_owned())).map(drop)
        })
        .unwrap();
    round(&office);
    let second = current(&office, "tuphap");
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first[0].id, second[0].id);
}

#[actix_web::test]
async fn a_submission_is_the_turn_of_each_signatory_in_order_and_a_return_that_of_the_author() {
    let office = posted_office().await;
    let version = submit(&office);
    round(&office);
    assert_eq!(told(&office, "lanhdao"), ["sign QT.HT.01"]);
    assert_eq!(told(&office, "truongban"), Vec::<String>::new());
    let returned = version.clone();
    let head = office.read(|work| documents::head(work, &version)).unwrap();
    let fresh = office.confirmed("lanhdao");
    office
        .act_as("lanhdao", move |work| {
            let seen = (&returned, head.content_sha256.as_str());
            documents::return_to_author(work, &fresh, seen, "Ghi rõ căn cứ thu phí")
        })
        .unwrap();
    round(&office);
    assert_eq!(told(&office, "lanhdao"), Vec::<String>::new());
    assert_eq!(told(&office, "thuky"), ["returned QT.HT.01"]);
    let again = version.clone();
    office
        .act_as("thuky", move |work| {
            let head = documents::head(work, &again)?;
            documents::submit(work, &again, head.row_version, day(30))
        })
        .unwrap();
    round(&office);
    assert_eq!(told(&office, "thuky"), Vec::<String>::new());
    assert_eq!(told(&office, "lanhdao"), ["sign QT.HT.01"], "a new round is a new turn");
    let (fresh, signed) = (office.confirmed("lanhdao"), version.clone());
    let head = office.read(|work| documents::head(work, &version)).unwrap();
    office
        .act_as("lanhdao", move |work| {
            documents::sign(work, &fresh, &signed, &head.content_sha256)
        })
        .unwrap();
    round(&office);
    assert_eq!(told(&office, "truongban"), ["sign QT.HT.01"]);
}

#[actix_web::test]
async fn what_is_late_is_told_to_whoever_must_sign_and_to_whoever_waits_for_it() {
    let office = posted_office().await;
    let stage = |meaning, code: &str, days| NewStage {
        meaning,
        needs: Needs::Any,
        positions: vec![office.read(|work| people::position_by_code(work, code)).unwrap().id],
        days,
    };
    let stages = vec![
        stage(Meaning::Review, "PTB", Some(1)),
        stage(Meaning::Approve, "TB", Some(1)),
    ];
    office
        .act_as("truongban", move |work| {
            documents::set_route(work, Kind::WorkProcedure, &stages)
        })
        .unwrap();
    submit(&office);
    round(&office);
    let first = current(&office, "lanhdao");
    assert_eq!(told(&office, "lanhdao"), ["sign QT.HT.01"]);
    office.set_time(at(27, 9));
    round(&office);
    assert_eq!(told(&office, "lanhdao"), ["sign QT.HT.01 late"]);
    assert_ne!(current(&office, "lanhdao")[0].id, first[0].id);
    assert_eq!(told(&office, "truongban"), ["escalate QT.HT.01 late"]);
    assert_eq!(told(&office, "thuky"), ["escalate QT.HT.01 late"]);
    assert_eq!(told(&office, "danhgia"), Vec::<String>::new());
}

#[actix_web::test]
async fn a_case_comes_to_whoever_may_do_its_next_step_and_its_applicant_is_never_named() {
    let office = posted_office().await;
    assign_births(&office);
    for username in ["tuphap", "motcua", "lanhdao"] {
        acknowledge(&office, username);
    }
    let case = receive(&office, "QT.HT.01");
    round(&office);
    let code = &case.code;
    assert_eq!(told(&office, "tuphap"), [format!("step {code}")]);
    let one = current(&office, "tuphap").remove(0);
    assert_eq!(one.path, format!("/cases/{code}"));
    assert!(one.due_on.is_some());
    let rows = crate::support::databases::lines(
        &mut office.connect(),
        "SELECT code || title || path AS value FROM notices",
    );
    assert!(rows.iter().all(|row| !row.contains("Hoa")), "{rows:?}");
    perform(&office, "tuphap", &case.id, "B2", "");
    round(&office);
    assert_eq!(told(&office, "tuphap"), Vec::<String>::new());
    assert_eq!(told(&office, "lanhdao"), [format!("step {code}")]);
    perform(&office, "lanhdao", &case.id, "B3", "Trả lại");
    round(&office);
    assert_eq!(
        told(&office, "tuphap"),
        [format!("step {code}")],
        "it came back: a new turn"
    );
    office.wait(TimeDelta::days(10));
    round(&office);
    assert_eq!(told(&office, "tuphap"), [format!("step {code} late")]);
}

#[actix_web::test]
async fn whoever_left_or_may_no_longer_has_no_turn_and_who_comes_back_is_not_told_anew() {
    let office = posted_office().await;
    assign_births(&office);
    let held = assign(&office, assignment(&office, "tphth", "tuphap2")).unwrap();
    round(&office);
    let first = current(&office, "tuphap2");
    assert_eq!(first.len(), 1);
    office
        .act_as("thuky", move |work| {
            quytrinh::assignments::end(work, &held, day(23), "9/QĐ-UBND")
        })
        .unwrap();
    office.wait(TimeDelta::days(1));
    round(&office);
    assert_eq!(current(&office, "tuphap2"), []);
    let again = NewAssignment {
        valid_from: day(24),
        ..assignment(&office, "tphth", "tuphap2")
    };
    assign(&office, again).unwrap();
    round(&office);
    let back = current(&office, "tuphap2");
    assert_eq!(
        (back.len(), &back[0].id),
        (1, &first[0].id),
        "it is the same turn, told before"
    );
    let left = person(&office, "tuphap");
    office.act(move |work| people::deactivate(work, &left)).unwrap();
    round(&office);
    assert_eq!(current(&office, "tuphap"), []);
}

#[actix_web::test]
async fn reviews_and_changes_of_law_come_to_whoever_answers_for_them() {
    let office = posted_office().await;
    office.set_time(at(23, 9) + TimeDelta::days(330));
    round(&office);
    let secretary = told(&office, "thuky");
    assert_eq!(
        secretary,
        ["review QT.CT.01", "review QT.HT.01"],
        "the author, a month before"
    );
    assert_eq!(told(&office, "truongban"), Vec::<String>::new());
    let responsible = person(&office, "thuky");
    office
        .act_as("thuky", move |work| {
            law::take_over(work)?;
            let old = law::by_sign(work, "60/2014/QH13")?.remove(0);
            let new = NewChange {
                old: old.number,
                kind: ChangeKind::Expired,
                new_sign: String::new(),
                effective_on: work.actor.today(),
                note: String::new(),
                assignee: Some(responsible),
            };
            law::register_change(work, &new)
        })
        .unwrap();
    round(&office);
    assert_eq!(
        told(&office, "thuky"),
        ["law QT.HT.01", "review QT.CT.01", "review QT.HT.01"]
    );
    assert_eq!(told(&office, "truongban"), Vec::<String>::new());
    let law = current(&office, "thuky").remove(0);
    assert_eq!(law.path, "/law/changes/1#t-QT.HT.01");
}

#[actix_web::test]
async fn nobody_reads_or_marks_the_notices_of_somebody_else() {
    let office = posted_office().await;
    assign_births(&office);
    round(&office);
    let other = current(&office, "tuphap").remove(0).id;
    let before = office.digest();
    let refused = office.act_as("motcua", move |work| notices::mark_read(work, Some(&other)));
    assert!(refused.is_err());
    assert_eq!(office.digest(), before);
}
