//! A change of law: what it touches, its tasks, and how they are settled.

use super::{CIVIL, amend, by_sign, office, progress, refused, register, task};
use crate::support::posted::{assign_births, day, document, issue, receive};
use chrono::NaiveDate;
use quytrinh::documents::{self, Stage};
use quytrinh::law::{self, ChangeKind, DraftWords, TaskState};
use quytrinh::people;

fn words() -> DraftWords {
    DraftWords {
        basis: "Luật Hộ tịch được thay thế".to_owned(),
        entry: "Luật Hộ tịch mới 12/2026/QH16".to_owned(),
    }
}

#[actix_web::test]
async fn a_change_lists_what_it_touches_and_gives_each_document_three_months() {
    let office = office().await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    let number = register(&office, |_| {}).unwrap();
    let one = progress(&office, number);
    assert_eq!(one.change.due_on, NaiveDate::from_ymd_opt(2027, 1, 1).unwrap());
    let task = task(&office, number);
    assert_eq!(
        (task.code.as_str(), task.state, task.number.as_str()),
        ("QT.HT.01", TaskState::Open, "1")
    );
    assert_eq!((task.assignee_name.as_str(), task.days_left), ("Ông/Bà thuky", 39));
    assert_eq!(by_sign(&office, CIVIL).effective_to, Some(one.change.effective_on));
    let new = by_sign(&office, "12/2026/QH16");
    assert_eq!(
        (new.effective_from, new.unconfirmed),
        (Some(one.change.effective_on), true)
    );
    let touched = office.read(|work| law::touched(work, one.old.number)).unwrap();
    assert_eq!((touched.documents.len(), touched.open_cases), (1, 1));
    assert_eq!(touched.documents[0].forms[0].code, "BM.HT.01.01");
    assert_eq!(touched.cases[0].code, case.code);
    let page = office
        .sign_in("thuky")
        .await
        .get(&format!("/law/changes/{number}"))
        .await;
    page.is(200)
        .says("QT.HT.01")
        .says("BM.HT.01.01")
        .says(&case.code)
        .says("law.task.open_draft")
        .says("còn 39 ngày");
    let reader = office
        .sign_in("quantri")
        .await
        .get(&format!("/law/changes/{number}"))
        .await;
    reader.is(200).lacks(&case.code).lacks("law.task.open_draft");
}

#[actix_web::test]
async fn three_months_end_with_the_month_when_it_has_no_such_day() {
    let office = office().await;
    let number = register(&office, |new| new.effective_on = "2026-11-30".parse().unwrap()).unwrap();
    assert_eq!(progress(&office, number).change.due_on.to_string(), "2027-02-28");
}

#[actix_web::test]
async fn a_task_closes_by_itself_when_a_version_comes_into_force_that_no_longer_cites_the_old_law() {
    let office = office().await;
    let number = register(&office, |_| {}).unwrap();
    amend(&office, &["Luật Hộ tịch 60/2014/QH13", "Nghị định 9/2026/NĐ-CP"]);
    assert_eq!(task(&office, number).state, TaskState::Open, "version 2 still cites it");
    let version = office
        .act_as("thuky", move |work| law::open_draft(work, number, "QT.HT.01", &words()))
        .unwrap();
    let content = office.read(|work| documents::content_of(work, &version)).unwrap();
    assert_eq!(
        content.source.legal_basis,
        ["Luật Hộ tịch mới 12/2026/QH16", "Nghị định 9/2026/NĐ-CP"]
    );
    assert_eq!(content.source.change_basis, words().basis);
    let open = task(&office, number);
    assert_eq!((open.state, open.is_behind), (TaskState::DraftOpened, false));
    assert_eq!(open.version.unwrap().stage, Stage::Draft);
    issue(&office, &version, day(23));
    let done = task(&office, number);
    assert_eq!(
        (done.state, done.version.map(|head| head.number)),
        (TaskState::Done, Some(3))
    );
    assert_eq!(progress(&office, number).settled, 1);
    refused(
        office.act_as("thuky", move |work| {
            law::decide_no_change(work, number, "QT.HT.01", "Vì")
        }),
        409,
        "law.refused.settled",
    );
}

#[actix_web::test]
async fn what_was_only_amended_is_followed_by_naming_what_amends_it() {
    let office = office().await;
    let number = register(&office, |new| new.kind = ChangeKind::Amended).unwrap();
    assert_eq!(by_sign(&office, CIVIL).effective_to, None, "it stays in force");
    let version = office
        .act_as("thuky", move |work| law::open_draft(work, number, "QT.HT.01", &words()))
        .unwrap();
    let content = office.read(|work| documents::content_of(work, &version)).unwrap();
    assert_eq!(
        content.source.legal_basis,
        ["Luật Hộ tịch 60/2014/QH13", "Luật Hộ tịch mới 12/2026/QH16"]
    );
    issue(&office, &version, day(23));
    assert_eq!(task(&office, number).state, TaskState::Done);
    let again = register(&office, |new| {
        new.kind = ChangeKind::Amended;
        new.new_sign = "12/2026/QH16 ".to_owned();
    });
    refused(again, 409, "law.refused.change_known");
}

#[actix_web::test]
async fn a_reason_settles_a_task_and_may_be_taken_back() {
    let office = office().await;
    let number = register(&office, |_| {}).unwrap();
    let secretary = office.sign_in("thuky").await;
    let path = format!("/law/changes/{number}/tasks/QT.HT.01");
    secretary
        .post(&path, &[("do", "no_change"), ("reason", "  ")])
        .await
        .is(422)
        .says("form.needed");
    secretary
        .post(&path, &[("do", "no_change"), ("reason", "Điều đã dẫn vẫn giữ nguyên")])
        .await
        .is(303);
    let settled = task(&office, number);
    assert_eq!(
        (settled.state, settled.reason.as_str()),
        (TaskState::NoChange, "Điều đã dẫn vẫn giữ nguyên")
    );
    secretary.get("/law/changes").await.is(200).says("law.changes.none");
    secretary
        .post(&path, &[("do", "reopen"), ("reason", "Có điều đã đổi")])
        .await
        .is(303);
    assert_eq!(task(&office, number).state, TaskState::Open);
    secretary
        .post(&path, &[("do", "reopen"), ("reason", "x")])
        .await
        .is(409);
    secretary.post(&path, &[("do", "khác")]).await.is(422);
    secretary.post(&path, &[("do", "draft")]).await.is(303);
    secretary
        .post(&path, &[("do", "draft")])
        .await
        .is(409)
        .says("Ông/Bà thuky");
}

#[actix_web::test]
async fn an_overdue_task_is_marked_and_stands_on_the_page_of_whom_it_concerns() {
    let office = office().await;
    let number = register(&office, |new| new.effective_on = "2026-08-01".parse().unwrap()).unwrap();
    let late = task(&office, number);
    assert_eq!((late.is_overdue, late.days_left), (true, -22));
    office
        .sign_in("thuky")
        .await
        .get("/")
        .await
        .says("home.law.mine")
        .says("quá hạn 22 ngày");
    office
        .sign_in("truongban")
        .await
        .get("/")
        .await
        .says("home.law.title")
        .lacks("home.law.mine");
    office.sign_in("motcua").await.get("/").await.lacks("home.law.title");
    office
        .sign_in("motcua")
        .await
        .get("/law")
        .await
        .says("law.list.overdue");
    let chair = office.read(|work| people::person_named(work, "truongban")).unwrap();
    refused(
        office.act_as("thuky", move |work| law::assign_task(work, number, "QT.HT.01", &chair)),
        422,
        "law.refused.cannot_be_assigned",
    );
}

#[actix_web::test]
async fn a_document_that_came_later_gets_its_task_when_it_is_asked_for() {
    let office = office().await;
    let copied = office
        .act_as("thuky", |work| {
            let document = documents::document_by_code(work, "QT.CT.01")?;
            let version = documents::open_draft(work, &document)?;
            let mut source = documents::content_of(work, &version)?.source.clone();
            source.legal_basis = vec!["Luật Hộ tịch 60/2014/QH13".to_owned()];
            let head = documents::head(work, &version)?;
            documents::save(work, &version, head.row_version, &quytrinh::procedures::write(&source))?;
            Ok(version)
        })
        .unwrap();
    let number = register(&office, |_| {}).unwrap();
    assert_eq!(task(&office, number).code, "QT.HT.01", "a draft is no document yet");
    refused(
        office.act_as("thuky", move |work| law::add_missing_tasks(work, number)),
        409,
        "law.refused.none_missing",
    );
    let births = document(&office, "QT.HT.01");
    office
        .act_as("thuky", move |work| documents::open_draft(work, &births))
        .unwrap();
    let other = task(&office, number);
    let found = (other.state, other.is_behind);
    assert_eq!(
        found,
        (TaskState::DraftOpened, true),
        "a draft for another reason still cites it"
    );
    issue(&office, &copied, day(23));
    let secretary = office.sign_in("thuky").await;
    let path = format!("/law/changes/{number}");
    secretary.get(&path).await.is(200).says("law.change.add_missing");
    secretary.post(&format!("{path}/tasks"), &[]).await.is(303);
    assert_eq!(progress(&office, number).tasks.len(), 2);
    secretary.get(&path).await.is(200).lacks("law.change.add_missing");
}

#[actix_web::test]
async fn a_change_registered_in_error_is_cancelled_and_kept() {
    let office = office().await;
    let number = register(&office, |_| {}).unwrap();
    let secretary = office.sign_in("thuky").await;
    let path = format!("/law/changes/{number}/cancel");
    secretary.post(&path, &[]).await.is(422).says("form.needed");
    secretary.post(&path, &[("cancel_reason", "Nhầm luật")]).await.is(303);
    assert_eq!(by_sign(&office, CIVIL).effective_to, None);
    let page = secretary.get(&format!("/law/changes/{number}")).await;
    page.is(200).says("Nhầm luật").lacks("law.task.open_draft");
    secretary.post(&path, &[("cancel_reason", "Lại")]).await.is(409);
    secretary.get("/").await.is(200).lacks("home.law.title");
    assert!(register(&office, |_| {}).is_ok(), "it may be registered again, rightly");
}

#[actix_web::test]
async fn a_change_that_cannot_be_is_refused() {
    let office = office().await;
    let missing = register(&office, |new| new.new_sign = String::new());
    refused(missing, 422, "law.refused.new_needed");
    let itself = register(&office, |new| new.new_sign = CIVIL.to_owned());
    refused(itself, 422, "law.refused.same");
    let successor = register(&office, |new| new.kind = ChangeKind::Expired);
    refused(successor, 422, "law.refused.no_successor");
    let wordless = register(&office, |new| new.new_sign = "luật mới".to_owned());
    refused(wordless, 422, "law.refused.sign");
    let secretary = office.sign_in("thuky").await;
    let before = office.digest();
    let path = format!("/law/{}/change", by_sign(&office, CIVIL).number);
    let sent = secretary
        .post(&path, &[("change", "replaced"), ("note", "Đã gõ")])
        .await;
    sent.is(422).says("Đã gõ").says("form.needed");
    assert_eq!(office.digest(), before, "a refused change left something behind");
}
