//! Filling forms: at a step of a case, outside of cases, and once more to correct what was filled.

use super::*;

#[actix_web::test]
async fn a_form_is_filled_at_its_step_and_the_record_says_on_which_version() {
    let office = office().await;
    let case = receive(&office, "QT.HT.01");
    let desk = office.sign_in("motcua").await;
    let path = format!("/cases/{}/forms/BM.HT.01.01?step=B1", case.code);
    let shown = desk.get(&format!("/cases/{}", case.code)).await;
    shown.is(200).says("cases.filling.late").says("BM.HT.01.01");
    let blank = desk.get(&path).await;
    blank
        .is(200)
        .says("Tờ khai đăng ký khai sinh")
        .says("B1. Tiếp nhận hồ sơ");
    assert_eq!(
        blank.value_of("in.nguoi_khai"),
        Some("Nguyễn Thị Hoa"),
        "what is known is there"
    );
    assert_eq!(blank.value_of("in.ma_ho_so"), Some(case.code.as_str()));
    let sha = sha_of(&blank);
    let before = office.digest();
    let wrong = [
        ("seen_sha256", sha.as_str()),
        ("in.nguoi_khai", "Nguyễn Thị Hoa"),
        ("in.ngay_sinh", "2026-12-24"),
        ("in.noi_sinh", "Khác"),
        ("in.nguoi_than.1.quan_he", "Mẹ"),
    ];
    let again = desk.post(&path, &wrong).await;
    again
        .is(422)
        .says("forms.slip.in_future")
        .says("forms.slip.needed_when")
        .says("forms.slip.needed");
    assert_eq!(
        again.value_of("in.ngay_sinh"),
        Some("2026-12-24"),
        "what was typed is kept"
    );
    assert_eq!(office.digest(), before, "and nothing is changed");
    let grown = desk
        .post(
            &path,
            &[("do", "grow.nguoi_than"), ("in.nguoi_than.1.ten", "Trần Văn Nam")],
        )
        .await;
    grown.is(200).says("in.nguoi_than.2.ten");
    assert_eq!(grown.value_of("in.nguoi_than.1.ten"), Some("Trần Văn Nam"));
    let right = [
        ("seen_sha256", sha.as_str()),
        ("in.nguoi_khai", "Nguyễn Thị Hoa"),
        ("in.ma_ho_so", case.code.as_str()),
        ("in.ngay_sinh", "20/11/2026"),
        ("in.noi_sinh", "Cơ sở y tế"),
        ("in.nguoi_than.0.ten", "Trần Văn Nam"),
        ("in.nguoi_than.0.quan_he", "Cha"),
    ];
    desk.post(&path, &right)
        .await
        .leads_to(&format!("/cases/{}", case.code));
    let shown = desk.get(&format!("/cases/{}", case.code)).await;
    shown.says("BM.HT.01.01-2026-0001").says("cases.filling.title");
    let record = desk.get("/records/BM.HT.01.01-2026-0001").await;
    record
        .is(200)
        .says("Nguyễn Thị Hoa")
        .says("20/11/2026")
        .says("Trần Văn Nam")
        .says("records.show.in_force");
    record.says(sha.get(..15).unwrap()).says(&case.code);
    let pdf = desk.get("/records/BM.HT.01.01-2026-0001/pdf").await;
    pdf.is(200);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    if let Some(text) = crate::documents::text_of_pdf(&pdf.bytes) {
        for said in [
            "TỜ KHAI ĐĂNG KÝ KHAI SINH",
            "Nguyễn Thị Hoa",
            "lần ban hành 1",
            "BM.HT.01.01-2026-0001",
            "Trần Văn Nam",
        ] {
            assert!(text.contains(said), "the paper does not say {said}: {text}");
        }
    }
    let told = ledger(&office);
    assert!(told.contains("filled_form.kept") && told.contains(&sha));
    for value in ["Trần Văn Nam", "Nguyễn Thị Hoa", "2026-11-20", "Cơ sở y tế"] {
        assert!(!told.contains(value), "{value} is in the ledger");
    }
}

#[actix_web::test]
async fn a_correction_is_a_new_record_that_names_the_old_one_and_both_stay() {
    let office = office().await;
    let first = fill(&office, "tuphap", filling(&office, "BM.QT.04.01", &GOOD)).unwrap();
    let corrected = |reason: &str, of: &str| Filling {
        corrects: Some(of.to_owned()),
        reason: reason.to_owned(),
        ..filling(&office, "BM.QT.04.01", &[("in.mo_ta", "Có dấu ngày, nhưng mờ")])
    };
    refused(
        fill(&office, "tuphap", corrected(" ", &first)),
        422,
        "records.refused.reason",
    );
    refused(
        fill(&office, "tuphap2", corrected("Của người khác", &first)),
        403,
        "failure.permission.write_documents",
    );
    let own = office.sign_in("tuphap").await;
    let page = own.get(&format!("/forms/BM.QT.04.01?corrects={first}")).await;
    page.is(200).says("Không có dấu ngày nhận").says(&first);
    let second = fill(&office, "tuphap", corrected("Xem lại thấy có dấu", &first)).unwrap();
    refused(
        fill(&office, "tuphap", corrected("Lần nữa", &first)),
        409,
        "records.refused.corrected",
    );
    let third = fill(&office, "thuky", corrected("Thư ký soát lại", &second)).unwrap();
    let old = own.get(&format!("/records/{first}")).await;
    old.is(200)
        .says("records.show.replaced")
        .says(&second)
        .says("Không có dấu ngày nhận")
        .lacks("records.show.correct");
    own.get(&format!("/records/{second}"))
        .await
        .says("Xem lại thấy có dấu")
        .says(&first)
        .says(&third);
    own.get("/records").await.says(&first).says(&second).says(&third);
    let case = receive(&office, "QT.HT.01");
    let declared = [
        ("in.nguoi_khai", "Hoa"),
        ("in.ngay_sinh", "2026-11-20"),
        ("in.noi_sinh", "Cơ sở y tế"),
    ];
    let declaration = filling(&office, "BM.HT.01.01", &declared);
    let id = case.id.clone();
    let kept = office.act_as("motcua", move |work| {
        cases::fill_form(work, &id, "B1", &declaration).map_err(|_why| Failure::NotFound)
    });
    let mut outside = corrected("Không đúng chỗ", &kept.unwrap());
    refused(fill(&office, "motcua", outside.clone()), 409, "records.refused.of_case");
    outside.corrects = Some("BM.QT.04.01-2026-9999".to_owned());
    assert!(matches!(fill(&office, "motcua", outside), Err(Failure::NotFound)));
}

#[actix_web::test]
async fn only_whoever_is_assigned_fills_the_form_of_a_step_and_only_when_it_is_its_turn() {
    let office = office().await;
    let case = receive(&office, "QT.HT.01");
    let declared = [
        ("in.nguoi_khai", "Hoa"),
        ("in.ngay_sinh", "2026-11-20"),
        ("in.noi_sinh", "Cơ sở y tế"),
    ];
    let declaration = filling(&office, "BM.HT.01.01", &declared);
    let try_fill = |username: &str, step: &'static str, filling: Filling| {
        let id = case.id.clone();
        office.act_as(username, move |work| {
            cases::fill_form(work, &id, step, &filling).map_err(|why| match why {
                NotKept::Failed(failure) => failure,
                NotKept::Slips(slips) => panic!("{slips:?}"),
            })
        })
    };
    refused(
        try_fill("tuphap", "B1", declaration.clone()),
        409,
        "cases.filling.refused.not_assigned",
    );
    refused(
        try_fill("tuphap", "B2", declaration.clone()),
        409,
        "cases.filling.refused.not_named",
    );
    refused(
        try_fill("danhgia", "B1", declaration.clone()),
        403,
        "failure.permission.perform_steps",
    );
    assert!(matches!(
        try_fill("motcua", "B9", declaration.clone()),
        Err(Failure::NotFound)
    ));
    let other = Filling {
        form: "BM.QT.04.01".to_owned(),
        ..declaration.clone()
    };
    refused(try_fill("motcua", "B1", other), 409, "cases.filling.refused.not_named");
    let kept = try_fill("motcua", "B1", declaration.clone()).unwrap();
    perform(&office, "tuphap", &case.id, "B2", "");
    perform(&office, "lanhdao", &case.id, "B3", "Đồng ý");
    perform(&office, "motcua", &case.id, "B4", "");
    refused(
        try_fill("motcua", "B1", declaration.clone()),
        409,
        "cases.filling.refused.not_now",
    );
    let correction = Filling {
        corrects: Some(kept),
        reason: "Ghi nhầm ngày sinh".to_owned(),
        ..declaration
    };
    try_fill("motcua", "B1", correction).unwrap();
    let desk = office.sign_in("motcua").await;
    let page = desk.get(&format!("/cases/{}", case.code)).await;
    page.says("BM.HT.01.01-2026-0002").says("records.replaced_by");
    desk.get(&format!("/cases/{}/forms/BM.MC.07?step=B1", case.code))
        .await
        .is(409);
}
