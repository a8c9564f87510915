//! Every refusal, with its sentence: what forbids it, and what can be done instead.

use super::*;

#[track_caller]
fn says(refused: (u16, String, String), status: u16, key: &str, parts: &[&str]) {
    assert_eq!((refused.0, refused.1.as_str()), (status, key), "{}", refused.2);
    for part in parts {
        assert!(refused.2.contains(part), "«{}» does not say «{part}»", refused.2);
    }
    assert!(!refused.2.contains('{'), "a hole is open: {}", refused.2);
}

#[actix_web::test]
async fn a_step_out_of_order_is_refused_with_what_comes_before_it() {
    let office = office().await;
    let case = received(&office);
    let early = refusal(perform(&office, "lanhdao", &case.id, "B4", "Đồng ý"));
    says(early, 409, "cases.refused.too_early", &["B4 Ký duyệt", "B2 Thẩm định"]);
    let late = refusal(perform(&office, "motcua", &case.id, "B1", "Hợp lệ"));
    says(late, 409, "cases.refused.too_late", &["B1 Tiếp nhận", "B2 Thẩm định"]);
    let unknown = refusal(perform(&office, "canbo", &case.id, "B9", ""));
    says(unknown, 409, "cases.refused.not_in_table", &["B9", "B2 Thẩm định"]);
    assert_eq!(head(&office, &case.id).last_seq, 1);
}

#[actix_web::test]
async fn after_the_end_nothing_can_be_done() {
    let office = office().await;
    let refused = NewCase {
        first_outcome: Some("Không tiếp nhận".to_owned()),
        ..new_case(&office)
    };
    let case = try_receive(&office, refused).unwrap();
    says(
        refusal(perform(&office, "canbo", &case.id, "B2", "Đạt")),
        409,
        "cases.refused.after_end",
        &["B2"],
    );
}

#[actix_web::test]
async fn an_outcome_must_be_one_that_the_step_names() {
    let office = office().await;
    let case = received(&office);
    let missing = refusal(perform(&office, "canbo", &case.id, "B2", ""));
    says(missing, 422, "cases.refused.outcome_needed", &["Đạt; Cần bổ sung"]);
    let unknown = refusal(perform(&office, "canbo", &case.id, "B2", "Tạm được"));
    says(unknown, 422, "cases.refused.outcome_unknown", &["Đạt; Cần bổ sung"]);
}

#[actix_web::test]
async fn whoever_is_not_assigned_is_told_who_is() {
    let office = office().await;
    let case = received(&office);
    let never = refusal(perform(&office, "vanthu", &case.id, "B2", "Đạt"));
    says(
        never,
        409,
        "cases.refused.not_assigned",
        &["Vai thuly", "Ông/Bà canbo", "B2 Thẩm định"],
    );
    office.set_time(at(18, 9, 0));
    let other_day = refusal(perform(&office, "canbo2", &case.id, "B2", "Đạt"));
    says(
        other_day,
        409,
        "cases.refused.not_assigned_that_day",
        &["18/11/2026", "Ông/Bà canbo"],
    );
    // On the day before, the same person was assigned.
    let yesterday = NewStep {
        done_at: Some(utc(17, 9, 0)),
        ..step("B2", "Đạt")
    };
    perform_step(&office, "canbo2", &case.id, yesterday).unwrap();
}

#[actix_web::test]
async fn nobody_decides_on_his_or_her_own_work() {
    let office = office().await;
    let case = received(&office);
    perform(&office, "sep", &case.id, "B2", "Đạt").unwrap();
    let own = refusal(perform(&office, "sep", &case.id, "B4", "Đồng ý"));
    says(
        own,
        409,
        "cases.refused.same_person",
        &["B4 Ký duyệt", "B2 Thẩm định", "Ông/Bà sep"],
    );
    perform(&office, "lanhdao", &case.id, "B4", "Đồng ý").unwrap();
}

#[actix_web::test]
async fn a_supplement_is_asked_for_once() {
    let office = office().await;
    let case = received(&office);
    perform(&office, "canbo", &case.id, "B2", "Cần bổ sung").unwrap();
    perform(&office, "motcua", &case.id, "B3", "").unwrap();
    let again = refusal(perform(&office, "canbo", &case.id, "B2", "Cần bổ sung"));
    says(
        again,
        409,
        "cases.refused.outcome_exhausted",
        &["Cần bổ sung", "B2 Thẩm định"],
    );
    // What happened on paper all the same is recorded; then the step itself is refused.
    let mut off = off_step(&office, "B2", "canbo");
    off.outcome = Some("Cần bổ sung".to_owned());
    record(&office, "canbo", &case.id, off).unwrap();
    let twice = refusal(perform(&office, "motcua", &case.id, "B3", ""));
    says(twice, 409, "cases.refused.exhausted", &["B3 Chờ bổ sung", "1 lần"]);
}

#[actix_web::test]
async fn a_stale_form_changes_nothing_and_a_double_click_adds_one_step() {
    let office = office().await;
    let case = received(&office);
    for expected in [Ok(()), Err("cases.stale")] {
        let (id, new) = (case.id.clone(), step("B2", "Đạt"));
        let done = office.act_as("canbo", move |work| cases::perform(work, &id, 1, &new));
        assert_eq!(
            done.map_err(|failure| failure.to_string()),
            expected.map_err(str::to_owned)
        );
    }
    assert_eq!(head(&office, &case.id).last_seq, 2);
}

#[actix_web::test]
async fn times_lie_between_the_last_step_and_now() {
    let office = office().await;
    let case = received(&office);
    for (when, key) in [
        (utc(16, 9, 1), "cases.in_future"),
        (utc(16, 8, 59), "cases.before_receipt"),
    ] {
        let new = NewStep {
            done_at: Some(when),
            ..step("B2", "Đạt")
        };
        let (status, said, _) = refusal(perform_step(&office, "canbo", &case.id, new));
        assert_eq!((status, said.as_str()), (422, key));
    }
    office.set_time(at(16, 11, 0));
    perform(&office, "canbo", &case.id, "B2", "Đạt").unwrap();
    let before = NewStep {
        done_at: Some(utc(16, 10, 0)),
        ..step("B4", "Đồng ý")
    };
    let (status, said, text) = refusal(perform_step(&office, "lanhdao", &case.id, before));
    assert_eq!((status, said.as_str()), (422, "cases.before_last"));
    assert!(text.contains("11:00 16/11/2026"), "{text}");
}

#[actix_web::test]
async fn outputs_and_papers_must_exist() {
    let office = office().await;
    let case = received(&office);
    let output = NewStep {
        outputs: vec![2],
        ..step("B2", "Đạt")
    };
    assert_eq!(
        refusal(perform_step(&office, "canbo", &case.id, output)).1,
        "cases.unknown_output"
    );
    let paper = NewStep {
        papers: vec![5],
        ..step("B2", "Đạt")
    };
    assert_eq!(
        refusal(perform_step(&office, "canbo", &case.id, paper)).1,
        "cases.unknown_paper"
    );
}

#[actix_web::test]
async fn a_case_is_received_only_on_a_version_in_force_with_its_papers_and_an_applicant() {
    let office = office().await;
    let key = |new: NewCase| refusal(try_receive(&office, new)).1;
    let good = || new_case(&office);
    assert_eq!(
        key(NewCase {
            received_at: Some(utc(6, 9, 0)),
            ..good()
        }),
        "cases.no_version"
    );
    assert_eq!(
        key(NewCase {
            received_at: Some(utc(16, 9, 1)),
            ..good()
        }),
        "cases.in_future"
    );
    assert_eq!(
        key(NewCase {
            duration_code: "nhanh".to_owned(),
            ..good()
        }),
        "cases.unknown_duration"
    );
    assert_eq!(
        key(NewCase {
            papers: vec![1, 2, 9],
            ..good()
        }),
        "cases.unknown_paper"
    );
    assert_eq!(
        key(NewCase {
            papers: vec![1],
            ..good()
        }),
        "cases.papers_missing"
    );
    assert_eq!(
        key(NewCase {
            applicant: Applicant::default(),
            ..good()
        }),
        "cases.no_applicant"
    );
    assert_eq!(
        key(NewCase {
            document: DocumentId::of("khác"),
            ..good()
        }),
        "cases.no_version"
    );
    let lacking = try_receive(
        &office,
        NewCase {
            papers: vec![1],
            missing_ok: true,
            ..good()
        },
    )
    .unwrap();
    // Nothing of the refused ones took a number.
    assert!(lacking.code.ends_with("-0001"), "{}", lacking.code);
}

#[actix_web::test]
async fn only_the_desk_receives_and_only_those_concerned_close() {
    let office = office().await;
    let new = new_case(&office);
    let refused = refusal(office.act_as("canbo", move |work| cases::receive(work, &new)));
    assert_eq!(
        (refused.0, refused.1.as_str()),
        (403, "failure.permission.receive_cases")
    );
    let case = received(&office);
    let try_stop = |username: &str| {
        let id = case.id.clone();
        office.act_as(username, move |work| cases::stop(work, &id, 1, "Lý do"))
    };
    assert_eq!(refusal(try_stop("danhgia")).0, 403);
    assert_eq!(refusal(try_stop("truongban")).1, "cases.not_concerned");
    let id = case.id.clone();
    let finish = refusal(office.act_as("motcua", move |work| cases::finish(work, &id, 1)));
    says(finish, 409, "cases.refused.not_finished", &["B2 Thẩm định"]);
    let id = case.id.clone();
    assert_eq!(
        refusal(office.act_as("motcua", move |work| cases::stop(work, &id, 1, " "))).1,
        "cases.reason_needed"
    );
    try_stop("canbo").unwrap();
    let id = case.id.clone();
    let again = refusal(office.act_as("canbo", move |work| cases::stop(work, &id, 2, "Lý do")));
    assert_eq!(again.1, "cases.ended_already");
}
