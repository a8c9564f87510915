//! Pages for anyone: the posted procedures, one of them, and where a case stands.

use crate::support::posted::{assign, assign_births, assignment, at, perform, posted_office, receive};
use quytrinh::documents;

#[actix_web::test]
async fn a_stranger_reads_the_posted_procedures_by_field() {
    let office = posted_office().await;
    let stranger = office.stranger();
    let list = stranger.get("/procedures").await;
    list.is(200)
        .says("Hộ tịch")
        .says("Đăng ký khai sinh")
        .says("Chứng thực bản sao")
        .says("1.001193");
    stranger.post("/language", &[("language", "en")]).await.is(303);
    stranger
        .get("/procedures")
        .await
        .is(200)
        .says("Civil status")
        .says("Birth registration");
}

#[actix_web::test]
async fn only_effective_work_procedures_are_posted() {
    let office = posted_office().await;
    let text = |code: &str, kind: &str| {
        let head = format!("+++\ncode = \"{code}\"\nkind = \"{kind}\"\ntitle = \"Chưa ban hành\"\nfield = \"Thử\"\n");
        let step =
            "[[tthc]]\ncode = \"9\"\nname = \"n\"\n[[steps]]\ncode = \"B1\"\nname = \"n\"\nroles = [\"motcua\"]\n";
        format!("{head}{step}+++\n# Nội dung\n")
    };
    for (code, kind) in [("QT.TH.01", "work_procedure"), ("QT.99", "system_procedure")] {
        let text = text(code, kind);
        office
            .act_as("thuky", move |work| documents::create(work, &text))
            .unwrap();
    }
    let stranger = office.stranger();
    stranger.get("/procedures").await.is(200).lacks("Chưa ban hành");
    for path in ["/procedures/QT.TH.01", "/procedures/QT.99", "/procedures/khong-co"] {
        stranger.get(path).await.is(404).says("failure.not_found");
    }
}

#[actix_web::test]
async fn search_ignores_marks_and_puts_exact_ones_first() {
    let office = posted_office().await;
    let stranger = office.stranger();
    for asked in [
        "khai+sinh",
        "KHAI%20SINH",
        "dang+ky",
        "1.001193",
        "qt.ht",
        "ho+tich",
        "birth",
    ] {
        let found = stranger.get(&format!("/procedures?q={asked}")).await;
        found.is(200).says("QT.HT.01").lacks("QT.CT.01");
    }
    let both = stranger.get("/procedures?q=ch%E1%BB%A9ng").await;
    both.is(200).says("QT.CT.01").lacks("QT.HT.01");
    stranger
        .get("/procedures?q=v%C5%A9+tr%E1%BB%A5")
        .await
        .is(200)
        .says("public.found_none");
    let long = "a".repeat(5000);
    stranger.get(&format!("/procedures?q={long}")).await.is(200);
}

#[actix_web::test]
async fn a_posted_procedure_says_what_to_bring_and_how_long_it_takes() {
    let office = posted_office().await;
    let sheet = office.stranger().get("/procedures/QT.HT.01").await;
    sheet.is(200);
    for said in [
        "Đăng ký khai sinh",
        "1.001193",
        "3 ngày làm việc",
        "Miễn lệ phí",
        "Giấy khai sinh",
        "Trung tâm Phục vụ hành chính công",
        "Tờ khai đăng ký khai sinh",
        "BM.HT.01.01 Mẫu tờ khai",
        "nộp thay người khác",
        "Thẻ căn cước",
        "Công chức Tư pháp",
        "1,5 ngày làm việc",
        "Luật Hộ tịch 60/2014/QH13",
        "public.present",
        "public.unverified",
        "09/11/2026",
    ] {
        sheet.says(said);
    }
    office
        .stranger()
        .get("/procedures/QT.CT.01")
        .await
        .is(200)
        .lacks("public.unverified_hint");
}

#[actix_web::test]
async fn a_case_is_found_by_its_code_without_any_name() {
    let office = posted_office().await;
    assign_births(&office);
    let case = receive(&office, "QT.HT.01");
    let stranger = office.stranger();
    let page = stranger
        .get(&format!("/track?code=%20{}", case.code.to_lowercase()))
        .await;
    page.is(200)
        .says("public.state.working")
        .says("Đăng ký khai sinh")
        .says("Phòng Tư pháp")
        .says("Thẩm tra hồ sơ");
    page.says("17:00 27/11/2026").lacks("Nguyễn Thị Hoa").lacks("Ông/Bà");
    office.set_time(at(27, 18));
    stranger
        .get(&format!("/track?code={}", case.code))
        .await
        .is(200)
        .says("public.state.late");
    for (username, step, outcome) in [("tuphap", "B2", ""), ("lanhdao", "B3", "Đồng ý"), ("motcua", "B4", "")] {
        perform(&office, username, &case.id, step, outcome);
    }
    let done = stranger.get(&format!("/track?code={}", case.code)).await;
    done.is(200)
        .says("public.state.completed")
        .says("18:00 27/11/2026")
        .lacks("public.now_at");
}

#[actix_web::test]
async fn a_case_that_waits_for_others_says_so() {
    let office = posted_office().await;
    assign_births(&office);
    assign(&office, assignment(&office, "congan", "tuphap")).unwrap();
    let case = receive(&office, "QT.CT.01");
    let page = office.stranger().get(&format!("/track?code={}", case.code)).await;
    page.is(200)
        .says("public.state.paused")
        .says("Trụ sở Công an xã")
        .says("public.not_promised");
}

#[actix_web::test]
async fn an_unknown_code_is_answered_404_with_the_form_kept() {
    let office = posted_office().await;
    let stranger = office.stranger();
    stranger.get("/track").await.is(200).lacks("role=\"alert\"");
    let page = stranger.get("/track?code=H38.99.01-261123-9999").await;
    page.is(404).says("public.no_case").says("H38.99.01-261123-9999");
    assert_eq!(page.value_of("code"), Some("H38.99.01-261123-9999"));
}
