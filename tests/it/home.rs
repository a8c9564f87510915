//! A person's own pages: what waits on the first page, every step that is mine, and the leader's overview.

use crate::support::posted::{assign, assign_births, assignment, at, document, perform, posted_office, receive};
use quytrinh::assignments::NewAssignment;

#[actix_web::test]
async fn a_stranger_is_welcomed_with_search_and_tracking() {
    let office = posted_office().await;
    let page = office.stranger().get("/").await;
    page.is(200)
        .says("home.welcome.find")
        .says("action=\"/procedures\"")
        .says("action=\"/track\"")
        .says("/sign-in");
    page.says("của 2 thủ tục");
}

#[actix_web::test]
async fn each_access_role_sees_what_waits_for_it() {
    let office = posted_office().await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    let document = document(&office, "QT.CT.01");
    office
        .act_as("thuky", move |work| quytrinh::documents::open_draft(work, &document))
        .unwrap();
    let of = async |username: &str| office.sign_in(username).await.get("/").await;
    of("tuphap")
        .await
        .is(200)
        .says(&case.code)
        .says("home.to_my_work")
        .lacks("home.receive");
    of("motcua")
        .await
        .is(200)
        .says("home.receive")
        .says("home.due_today")
        .lacks("home.figure.open");
    let secretary = of("thuky").await;
    secretary
        .is(200)
        .says("home.drafts")
        .says("QT.CT.01")
        .says("home.gaps")
        .says("home.figure.open");
    of("lanhdao")
        .await
        .is(200)
        .says("home.figure.late")
        .says("home.to_overview")
        .lacks("home.drafts");
    of("danhgia")
        .await
        .is(200)
        .says("home.to_conformance")
        .lacks("home.to_my_work");
    of("quantri").await.is(200).says("nav.people").lacks("home.figure.open");
}

#[actix_web::test]
async fn the_desk_sees_what_is_due_today_and_what_is_late() {
    let office = posted_office().await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    office.set_time(at(27, 8));
    let desk = office.sign_in("motcua").await;
    desk.get("/")
        .await
        .is(200)
        .says(&case.code)
        .says("home.none_late")
        .lacks("home.none_today");
    office.set_time(at(30, 8));
    let desk = office.sign_in("motcua").await;
    desk.get("/")
        .await
        .is(200)
        .says(&case.code)
        .says("home.none_today")
        .lacks("home.none_late");
}

#[actix_web::test]
async fn a_version_that_waits_for_a_signature_is_on_the_first_page() {
    let office = posted_office().await;
    let document = document(&office, "QT.CT.01");
    let draft = office
        .act_as("thuky", move |work| quytrinh::documents::open_draft(work, &document))
        .unwrap();
    let head = office.read(|work| quytrinh::documents::head(work, &draft)).unwrap();
    let submitted = draft.clone();
    let from = at(30, 8).date();
    office
        .act_as("thuky", move |work| {
            quytrinh::documents::submit(work, &submitted, head.row_version, from)
        })
        .unwrap();
    let path = format!("/versions/{draft}");
    office
        .sign_in("lanhdao")
        .await
        .get("/")
        .await
        .is(200)
        .says(&path)
        .says("home.meaning.review");
    office
        .sign_in("truongban")
        .await
        .get("/")
        .await
        .is(200)
        .lacks("home.meaning.approve");
}

#[actix_web::test]
async fn my_work_lists_every_step_of_mine_with_whom_it_comes_from_and_goes_to() {
    let office = posted_office().await;
    let official = office.sign_in("tuphap").await;
    official.get("/my-work").await.is(200).says("home.my_work.none");
    assign_births(&office);
    let page = official.get("/my-work").await;
    page.is(200)
        .says("QT.HT.01")
        .says("Thẩm tra hồ sơ")
        .says("1,5 ngày làm việc")
        .says("Dự thảo kết quả");
    page.says("Công chức một cửa")
        .says("Lãnh đạo UBND")
        .says("Luật Hộ tịch 60/2014/QH13")
        .lacks("QT.CT.01");
    let desk = office.sign_in("motcua").await;
    let page = desk.get("/my-work").await;
    page.is(200)
        .says("home.my_work.begins")
        .says("home.my_work.end.refused")
        .says("home.my_work.end.completed");
    page.says("BM.HT.01.01 Mẫu tờ khai").says("QT.CT.01");
    desk.get("/my-work?q=tra+ban+sao")
        .await
        .is(200)
        .says("Trả bản sao")
        .lacks("Tiếp nhận hồ sơ");
    desk.get("/my-work?q=ho+tich")
        .await
        .is(200)
        .says("Tiếp nhận hồ sơ")
        .lacks("QT.CT.01");
}

#[actix_web::test]
async fn an_assignment_to_one_procedure_makes_only_its_steps_mine() {
    let office = posted_office().await;
    let special = NewAssignment {
        document: Some(document(&office, "QT.CT.01")),
        ..assignment(&office, "motcua", "tuphap2")
    };
    assign(&office, special).unwrap();
    let official = office.sign_in("tuphap2").await;
    official
        .get("/my-work")
        .await
        .is(200)
        .says("QT.CT.01")
        .lacks("QT.HT.01");
}

#[actix_web::test]
async fn my_open_cases_carry_their_marks() {
    let office = posted_office().await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    let path = format!("/cases/{}", case.code);
    let official = office.sign_in("tuphap").await;
    official.get("/my-work").await.is(200).says(&path).lacks("home.late");
    office.set_time(at(30, 9));
    let official = office.sign_in("tuphap").await;
    official.get("/my-work").await.is(200).says(&path).says("home.late");
    office
        .sign_in("lanhdao")
        .await
        .get("/my-work")
        .await
        .is(200)
        .lacks(&path);
}

#[actix_web::test]
async fn the_overview_counts_cases_and_draws_them_also_as_tables() {
    let office = posted_office().await;
    assign_births(&office);
    let on_time = receive(&office, "QT.HT.01");
    let open = receive(&office, "QT.HT.01");
    for (username, step, outcome) in [("tuphap", "B2", ""), ("lanhdao", "B3", "Đồng ý"), ("motcua", "B4", "")] {
        perform(&office, username, &on_time.id, step, outcome);
    }
    office.set_time(at(30, 9));
    let leader = office.sign_in("lanhdao").await;
    let page = leader.get("/overview").await;
    page.is(200)
        .says(&open.code)
        .lacks(&on_time.code)
        .says("100 %")
        .says("11/2026")
        .says("<svg");
    page.says("Công chức Tư pháp")
        .says("Ông/Bà tuphap")
        .says("home.chart.months_description");
    leader
        .get("/overview?from=2026-01-01&to=2026-06-30")
        .await
        .is(200)
        .says("home.chart.no_data");
    let wrong = leader.get("/overview?from=2026-12-01&to=2026-11-01").await;
    wrong.is(200).says("home.overview.period");
    leader.get("/overview?from=vo-nghia").await.is(200).says("form.no_date");
    office.sign_in("tuphap").await.get("/overview").await.is(403);
}
