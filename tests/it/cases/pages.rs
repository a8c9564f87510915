//! The pages of a case: what they offer to whom, what they keep of a refused form, and what they print.

use super::*;
use crate::support::Visitor;

async fn page(visitor: &Visitor, code: &str) -> crate::support::Reply {
    visitor.get(&format!("/cases/{code}")).await
}

#[actix_web::test]
async fn the_desk_receives_a_case_on_its_page() {
    let office = office().await;
    let desk = office.sign_in("motcua").await;
    desk.get("/cases")
        .await
        .is(200)
        .says("cases.receive")
        .says("cases.none");
    desk.get("/cases/new?text=giay+xac+nhan")
        .await
        .is(200)
        .says("Cấp giấy xác nhận mẫu");
    desk.get("/cases/new?text=khai+sinh")
        .await
        .is(200)
        .says("cases.no_procedure");
    let form = desk.get("/cases/new?procedure=QT.T.01").await;
    form.is(200)
        .says("Tờ khai")
        .says("nộp thay người khác")
        .says("17:00 19/11/2026")
        .says("17:00 27/11/2026");
    let sent = [
        ("procedure", "QT.T.01"),
        ("duration", "thuong"),
        ("paper", "1"),
        ("full_name", "Nguyễn Thị Hoa"),
        ("address", "Thôn 2"),
        ("first_outcome", "Hợp lệ"),
    ];
    let lacking = desk.post("/cases", &sent).await;
    lacking
        .is(409)
        .says("Bản chính giấy cũ")
        .says("cases.missing_ok")
        .says("value=\"Nguyễn Thị Hoa\"");
    let empty = desk
        .post("/cases", &[("procedure", "QT.T.01"), ("address", "Thôn 2")])
        .await;
    empty
        .is(422)
        .says("form.needed")
        .says("cases.choose_outcome")
        .says("value=\"Thôn 2\"");
    let mut all = sent.to_vec();
    all.push(("missing_ok", "1"));
    let received = desk.post("/cases", &all).await;
    received.leads_to("/cases/H38.99.01-261116-0001");
    let case = desk.get(received.location()).await;
    case.is(200)
        .says("cases.done.received")
        .says("Bản chính giấy cũ")
        .says("cases.papers_lacking");
    desk.get("/cases/new?procedure=QT.T.99").await.is(404);
}

#[actix_web::test]
async fn the_page_offers_forms_for_own_steps_only() {
    let office = office().await;
    let case = received(&office);
    let official = office.sign_in("canbo").await;
    let own = page(&official, &case.code).await;
    own.is(200).says("Nguyễn Thị Hoa").says("<svg").says("Cần bổ sung");
    assert_eq!(own.value_of("step_code"), Some("B2"));
    let leader = office.sign_in("lanhdao").await;
    let other = page(&leader, &case.code).await;
    other.is(200).says("Ông/Bà canbo").lacks("Nguyễn Thị Hoa");
    assert_eq!(other.value_of("step_code"), None);
    let auditor = office.sign_in("danhgia").await;
    page(&auditor, &case.code)
        .await
        .is(200)
        .lacks("cases.off.title")
        .lacks("Nguyễn Thị Hoa");
    auditor.get(&format!("/cases/{}/receipt", case.code)).await.is(403);
    auditor.get(&format!("/cases/{}/control-slip", case.code)).await.is(200);
    page(&official, "H38.99.01-261116-0099").await.is(404);
    office.sign_in("quantri").await.get("/cases").await.is(403);
}

#[actix_web::test]
async fn a_step_is_performed_on_the_page() {
    let office = office().await;
    let case = received(&office);
    let official = office.sign_in("canbo").await;
    page(&official, &case.code).await.is(200);
    let sent = [
        ("seen_seq", "1"),
        ("step_code", "B2"),
        ("outcome", "Đạt"),
        ("output", "0"),
        ("output", "1"),
        ("paper", "3"),
        ("note", "Đủ căn cứ"),
    ];
    let done = official.post(&format!("/cases/{}/steps", case.code), &sent).await;
    done.leads_to(&format!("/cases/{}", case.code));
    let after = official.get(done.location()).await;
    after
        .is(200)
        .says("cases.done.step_performed")
        .says("Đủ căn cứ")
        .says("✓ Tờ trình");
    assert_eq!(waits_for(&office, &case.id), ["B4"]);
}

#[actix_web::test]
async fn the_server_refuses_a_move_that_the_page_does_not_offer() {
    let office = office().await;
    let case = received(&office);
    let leader = office.sign_in("lanhdao").await;
    page(&leader, &case.code).await.is(200);
    let sent = [
        ("seen_seq", "1"),
        ("step_code", "B4"),
        ("outcome", "Đồng ý"),
        ("note", "Ký luôn"),
    ];
    let refused = leader.post(&format!("/cases/{}/steps", case.code), &sent).await;
    refused
        .is(409)
        .says("cases.refused.too_early")
        .says("B2 Thẩm định")
        .says("Ký luôn");
    assert_eq!(head(&office, &case.id).last_seq, 1);
}

#[actix_web::test]
async fn a_stale_or_incomplete_form_keeps_what_was_typed() {
    let office = office().await;
    let case = received(&office);
    let official = office.sign_in("canbo").await;
    page(&official, &case.code).await.is(200);
    let path = format!("/cases/{}/steps", case.code);
    let sent = [
        ("seen_seq", "1"),
        ("step_code", "B2"),
        ("output", "1"),
        ("note", "Một ghi chú dài"),
    ];
    let incomplete = official.post(&path, &sent).await;
    incomplete
        .is(422)
        .says("cases.refused.outcome_needed")
        .says("Một ghi chú dài");
    incomplete.says("name=\"output\" value=\"1\" checked");
    perform(&office, "canbo2", &case.id, "B2", "Đạt").unwrap();
    let stale = official
        .post(
            &path,
            &[
                ("seen_seq", "1"),
                ("step_code", "B2"),
                ("outcome", "Đạt"),
                ("note", "Của tôi"),
            ],
        )
        .await;
    stale.is(409).says("cases.stale").says("cases.kept").says("Của tôi");
    assert_eq!(head(&office, &case.id).last_seq, 2);
}

#[actix_web::test]
async fn the_form_tells_who_may_not_decide_on_own_work() {
    let office = office().await;
    let case = received(&office);
    perform(&office, "sep", &case.id, "B2", "Đạt").unwrap();
    let both = office.sign_in("sep").await;
    let reply = page(&both, &case.code).await;
    reply.is(200).says("Bước B4 Ký duyệt phải do người khác");
    assert_eq!(reply.value_of("step_code"), None);
}

#[actix_web::test]
async fn work_outside_the_procedure_is_recorded_on_the_page() {
    let office = office().await;
    let case = received(&office);
    let desk = office.sign_in("motcua").await;
    page(&desk, &case.code).await.is(200).says("cases.off.title");
    let who = person(&office, "lanhdao");
    let path = format!("/cases/{}/off-workflow", case.code);
    let sent = [
        ("seen_seq", "1"),
        ("off_step", "B4"),
        ("off_outcome", "Đồng ý"),
        ("off_person", who.as_str()),
        ("off_done_at", "2026-11-16T09:00"),
        ("reason", ""),
    ];
    desk.post(&path, &sent).await.is(422).says("cases.reason_needed");
    let mut all = sent.to_vec();
    all[5] = ("reason", "Lãnh đạo ký trước khi thẩm định");
    let done = desk.post(&path, &all).await;
    done.leads_to(&format!("/cases/{}", case.code));
    let after = desk.get(done.location()).await;
    after
        .says("cases.off.mark")
        .says("Lãnh đạo ký trước khi thẩm định")
        .says("cases.done.off_workflow_recorded");
}

#[actix_web::test]
async fn a_case_is_stopped_and_finished_on_its_page() {
    let office = office().await;
    let case = received(&office);
    let desk = office.sign_in("motcua").await;
    page(&desk, &case.code)
        .await
        .is(200)
        .says("cases.stop_title")
        .lacks("cases.finish_hint");
    let path = format!("/cases/{}", case.code);
    desk.post(&format!("{path}/finish"), &[("seen_seq", "1")])
        .await
        .is(409)
        .says("cases.refused.not_finished");
    let stop = [("seen_seq", "1"), ("stop_reason", "Người nộp rút yêu cầu")];
    desk.post(&format!("{path}/stop"), &stop).await.leads_to(&path);
    page(&desk, &case.code)
        .await
        .is(200)
        .says("cases.ended.stopped")
        .says("Người nộp rút yêu cầu");
}

#[actix_web::test]
async fn the_receipt_prints_code_papers_and_the_promised_moment() {
    let office = office().await;
    let case = received(&office);
    let desk = office.sign_in("motcua").await;
    let receipt = desk.get(&format!("/cases/{}/receipt", case.code)).await;
    receipt
        .is(200)
        .says(&case.code)
        .says("Tờ khai")
        .says("Căn cước")
        .lacks("Giấy ủy quyền");
    receipt
        .says("09 giờ 00 phút, ngày 16/11/2026")
        .says("17 giờ 00 phút, ngày 19/11/2026")
        .says("Nguyễn Thị Hoa");
    receipt.says("Số: 0001/BPTN&TKQ").says("3 ngày làm việc");
}

#[actix_web::test]
async fn the_control_slip_tells_each_hand_over_and_whether_it_was_in_time() {
    let office = office().await;
    let case = received(&office);
    office.set_time(at(18, 10, 0));
    perform(&office, "canbo", &case.id, "B2", "Đạt").unwrap();
    let auditor = office.sign_in("danhgia").await;
    let slip = auditor.get(&format!("/cases/{}/control-slip", case.code)).await;
    slip.is(200)
        .says("Ông/Bà canbo (Công chức thụ lý)")
        .says("cases.letter.late")
        .says("cases.letter.on_time");
    slip.says("Giao: 09:00 16/11/2026")
        .says("Xong: 10:00 18/11/2026")
        .says("Hạn: 17:00 17/11/2026");
}

#[actix_web::test]
async fn the_list_finds_by_code_procedure_and_state() {
    let office = office().await;
    let case = received(&office);
    let leader = office.sign_in("lanhdao").await;
    leader
        .get("/cases")
        .await
        .is(200)
        .says(&case.code)
        .lacks("cases.receive")
        .says("Vai thuly");
    for (query, is_there) in [
        ("text=0001", true),
        ("text=0002", false),
        ("procedure=QT.T.01", true),
        ("state=open", true),
        ("state=late", false),
        ("state=lạ", true),
    ] {
        let reply = leader.get(&format!("/cases?{}", query.replace('ạ', "%E1%BA%A1"))).await;
        let found = reply.is(200).text().contains(&format!("/cases/{}", case.code));
        assert_eq!(found, is_there, "{query}");
    }
    leader.get("/cases?procedure=QT.T.99").await.is(404);
}
