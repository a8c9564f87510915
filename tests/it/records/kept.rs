//! Records as they are kept, listed and hidden; the database; the editor of a form.

use super::*;

#[actix_web::test]
async fn a_record_stays_on_its_version_and_a_page_of_the_version_before_is_refused_with_what_was_typed() {
    let office = office().await;
    let auditor = office.sign_in("danhgia").await;
    let page = auditor.get("/forms/BM.QT.04.01").await;
    let sha = sha_of(page.is(200));
    let first = fill(&office, "danhgia", filling(&office, "BM.QT.04.01", &GOOD)).unwrap();
    amend(&office, "BM.QT.04.01", |text| {
        let more = "[[inputs]]\ncode = \"noi\"\nlabel = \"Nơi xảy ra\"\nkind = \"short_text\"\nrules = [\"required\"]\n+++\n## PHIẾU";
        text.replace("+++\n## PHIẾU", more)
    });
    let fields = [("seen_sha256", sha.as_str()), ("in.mo_ta", "Đã gõ dở từ trước")];
    let stale = auditor.post("/forms/BM.QT.04.01", &fields).await;
    stale
        .is(409)
        .says("Đã gõ dở từ trước")
        .says("Nơi xảy ra")
        .says("records.refused.other_version");
    let now = sha_of(&stale);
    assert_ne!(now, sha);
    let fields = [("seen_sha256", now.as_str()), ("in.mo_ta", "Đã gõ dở từ trước")];
    auditor
        .post("/forms/BM.QT.04.01", &fields)
        .await
        .is(422)
        .says("forms.slip.needed");
    let old = auditor.get(&format!("/records/{first}")).await;
    old.is(200)
        .says("records.show.not_in_force")
        .says("records.show.newer")
        .lacks("Nơi xảy ra");
    let mut second = filling(&office, "BM.QT.04.01", &GOOD);
    second.typed.insert("in.noi".to_owned(), vec!["Quầy 2".to_owned()]);
    let second = fill(&office, "danhgia", second).unwrap();
    auditor
        .get(&format!("/records/{second}"))
        .await
        .says("Quầy 2")
        .says("records.show.in_force");
    let csv = auditor.get("/records/csv?form=BM.QT.04.01").await;
    csv.is(200)
        .says("Mô tả,Số lần,Nơi xảy ra")
        .says(",1,")
        .says(",2,")
        .says("Quầy 2");
}

#[actix_web::test]
async fn personal_data_are_shown_only_to_whoever_may_read_them_and_cells_are_neutral() {
    let office = office().await;
    let case = receive(&office, "QT.HT.01");
    let declared = [
        ("in.nguoi_khai", "Nguyễn Thị Hoa"),
        ("in.ngay_sinh", "2026-11-20"),
        ("in.noi_sinh", "Khác"),
        ("in.noi_khac", "=1+1"),
        ("in.nguoi_than.0.ten", "Trần Văn Nam"),
        ("in.nguoi_than.0.quan_he", "Cha"),
    ];
    let declaration = filling(&office, "BM.HT.01.01", &declared);
    let id = case.id.clone();
    let kept = office.act_as("motcua", move |work| {
        cases::fill_form(work, &id, "B1", &declaration).map_err(|_why| Failure::NotFound)
    });
    let code = kept.unwrap();
    let chair = office.sign_in("truongban").await;
    for path in [format!("/records/{code}"), "/records/csv?form=BM.HT.01.01".to_owned()] {
        let page = chair.get(&path).await;
        page.is(200)
            .lacks("Nguyễn Thị Hoa")
            .lacks("Trần Văn Nam")
            .says("forms.hidden")
            .says("Cha");
    }
    let pdf = chair.get(&format!("/records/{code}/pdf")).await;
    if let Some(text) = crate::documents::text_of_pdf(&pdf.is(200).bytes) {
        assert!(!text.contains("Nguyễn Thị Hoa") && !text.contains("Trần Văn Nam") && text.contains("Cha"));
    }
    // An official may read data of the cases that he or she handles: this one is another's.
    let other = office.sign_in("tuphap2").await;
    for path in [format!("/records/{code}"), "/records/csv?form=BM.HT.01.01".to_owned()] {
        other
            .get(&path)
            .await
            .is(200)
            .lacks("Nguyễn Thị Hoa")
            .says("forms.hidden");
    }
    let official = office.sign_in("motcua").await;
    official
        .get(&format!("/records/{code}"))
        .await
        .is(200)
        .says("Nguyễn Thị Hoa")
        .lacks("records.show.hidden");
    let csv = official.get("/records/csv?form=BM.HT.01.01").await;
    csv.is(200).says("Nguyễn Thị Hoa").says(",'=1+1,");
    official
        .get("/records/csv")
        .await
        .is(200)
        .says("BM.HT.01.01")
        .lacks("Nguyễn Thị Hoa");
    official.get("/records/csv?from=x").await.is(422);
    let administrator = office.sign_in("quantri").await;
    for path in [format!("/records/{code}"), "/records".to_owned(), "/forms".to_owned()] {
        administrator.get(&path).await.is(403);
    }
    let filled = filling(&office, "BM.QT.04.01", &GOOD);
    refused(fill(&office, "quantri", filled), 403, "failure.permission.fill_forms");
    official.get("/records/BM.KHONG-2026-0001").await.is(404);
}

#[actix_web::test]
async fn records_are_listed_page_by_page_and_by_form_case_and_period() {
    let office = office().await;
    for number in 0..52 {
        let text = format!("Điều thứ {number} đã thấy");
        fill(
            &office,
            "danhgia",
            filling(&office, "BM.QT.04.01", &[("in.mo_ta", &text)]),
        )
        .unwrap();
    }
    office.set_time(at(25, 9));
    fill(&office, "danhgia", filling(&office, "BM.QT.04.01", &GOOD)).unwrap();
    let auditor = office.sign_in("danhgia").await;
    let first = auditor.get("/records").await;
    first
        .is(200)
        .says("BM.QT.04.01-2026-0053")
        .says("BM.QT.04.01-2026-0004")
        .lacks("BM.QT.04.01-2026-0003");
    let next = auditor.get("/records?after=BM.QT.04.01-2026-0004").await;
    next.is(200)
        .says("BM.QT.04.01-2026-0003")
        .says("BM.QT.04.01-2026-0001")
        .lacks("BM.QT.04.01-2026-0004<");
    let late = auditor
        .get("/records?form=BM.QT.04.01&from=2026-11-24&to=2026-11-25")
        .await;
    late.is(200)
        .says("BM.QT.04.01-2026-0053")
        .lacks("BM.QT.04.01-2026-0052");
    auditor
        .get("/records?form=BM.HT.01.01")
        .await
        .is(200)
        .says("records.list.none");
    auditor
        .get("/records?case=KHONG-CO")
        .await
        .is(200)
        .says("records.list.none");
    auditor
        .get("/records?from=h%C3%B4m-qua")
        .await
        .is(422)
        .says("form.no_date")
        .says("hôm-qua");
    auditor.get("/records?form=BM.KHONG").await.is(404);
    let csv = auditor.get("/records/csv?form=BM.QT.04.01&to=2026-11-23").await;
    assert_eq!(csv.is(200).text().lines().count(), 53);
    let forms = auditor.get("/forms").await;
    forms.is(200).says("BM.QT.04.01").says("BM.HT.01.01").lacks("BM.MC.07");
    auditor.get("/forms/BM.MC.07").await.is(409);
    auditor.get("/forms/BM.KHONG").await.is(404);
}

#[actix_web::test]
async fn the_database_keeps_records_as_they_were_filled_each_on_a_version_of_its_form() {
    let office = office().await;
    let first = fill(&office, "danhgia", filling(&office, "BM.QT.04.01", &GOOD)).unwrap();
    let old = amend(&office, "BM.HT.01.01", |text| {
        text.replace("## TỜ KHAI", "## TỜ KHAI MỚI")
    });
    let old = office.read(|work| documents::head(work, &old)).unwrap();
    let superseded = office.read(|work| documents::heads_of(work, &old.document_id)).unwrap();
    let superseded = superseded.into_iter().find(|head| head.number == 1).unwrap();
    let columns = "agency_id, document_id, version_id, content_sha256, form_code, case_id, case_code, step_code, filled, \
                   person_id, person_name, position_name, at, replaces_id, reason";
    let copy = |change: &[(&str, &str)]| {
        let values: Vec<String> = columns
            .split(',')
            .map(|column| {
                let column = column.trim();
                let changed = change.iter().find(|(name, _)| *name == column);
                changed.map_or_else(|| column.to_owned(), |(_, value)| (*value).to_owned())
            })
            .collect();
        format!(
            "INSERT INTO form_records (id, code, {columns}) SELECT 'x', 'X-1', {} FROM form_records WHERE code = '{first}'",
            values.join(", ")
        )
    };
    let quoted = |text: &str| format!("'{text}'");
    let (version, sha, document) = (
        quoted(superseded.id.as_str()),
        quoted(&superseded.content_sha256),
        quoted(superseded.document_id.as_str()),
    );
    let own = "(SELECT id FROM form_records)";
    for (sql, says) in [
        (copy(&[]), ""),
        (copy(&[("replaces_id", own), ("reason", "'sai'")]), ""),
        (copy(&[("content_sha256", "'0000'")]), "foreign key"),
        (copy(&[("document_id", &document)]), "foreign key"),
        (
            copy(&[("version_id", &version), ("content_sha256", &sha)]),
            "foreign key",
        ),
        (copy(&[("replaces_id", own)]), "check"),
        (copy(&[("reason", "'sai'")]), "check"),
        (copy(&[("replaces_id", own), ("reason", "' '")]), "check"),
        (copy(&[("replaces_id", "'khong-co'"), ("reason", "'sai'")]), "replaces"),
        (copy(&[("case_id", "'khong-co'")]), "check"),
        (
            copy(&[("case_id", "'khong-co'"), ("case_code", "'x'"), ("step_code", "'B1'")]),
            "foreign key",
        ),
        (copy(&[("filled", "''")]), "check"),
        (copy(&[("person_id", "'khong-co'")]), "foreign key"),
        (copy(&[]).replace("'X-1'", "code"), "unique"),
        ("UPDATE form_records SET filled = '{}'".to_owned(), "added"),
        ("UPDATE form_records SET person_name = 'Khác'".to_owned(), "added"),
        ("DELETE FROM form_records".to_owned(), "added"),
    ] {
        let mut conn = office.connect();
        conn.batch_execute("BEGIN").unwrap();
        let said = conn
            .batch_execute(&sql)
            .err()
            .map(|cause| cause.to_string().to_lowercase());
        conn.batch_execute("ROLLBACK").unwrap();
        let said = said.unwrap_or_default();
        assert_eq!(said.is_empty(), says.is_empty(), "{sql}: {said}");
        assert!(said.contains(says), "{sql}: {said}");
    }
    let mut twice = office.connect();
    twice.batch_execute("BEGIN").unwrap();
    let correction = copy(&[("replaces_id", own), ("reason", "'sai'")]);
    twice.batch_execute(&correction).unwrap();
    let again = correction
        .replace("'x', 'X-1'", "'y', 'Y-1'")
        .replace(own, "(SELECT id FROM form_records WHERE code <> 'X-1')");
    let said = twice.batch_execute(&again).unwrap_err().to_string().to_lowercase();
    assert!(said.contains("unique"), "a record is replaced once: {said}");
    drop(twice);
}

#[actix_web::test]
async fn the_editor_of_a_form_has_its_blanks_checks_them_and_shows_the_form() {
    let office = office().await;
    let document = document(&office, "BM.QT.04.01");
    let version = office
        .act_as("thuky", move |work| documents::open_draft(work, &document))
        .unwrap();
    let secretary = office.sign_in("thuky").await;
    let path = format!("/versions/{version}/edit");
    let page = secretary.get(&path).await;
    page.is(200)
        .says("documents.part.inputs")
        .says("bắt buộc")
        .says("forms.preview")
        .says("inputs.0.rules");
    let row_version = page.value_of("row_version").unwrap().to_owned();
    let typed = |rules: &'static str, button: &'static str| {
        vec![
            ("row_version", row_version.clone()),
            ("title", "Phiếu sự không phù hợp".to_owned()),
            ("inputs.0.code", "mo_ta".to_owned()),
            ("inputs.0.label", "Mô tả".to_owned()),
            ("inputs.0.kind", "long_text".to_owned()),
            ("inputs.0.rules", rules.to_owned()),
            ("inputs.1.code", "muc".to_owned()),
            ("inputs.1.label", "Mức độ".to_owned()),
            ("inputs.1.kind", "choice".to_owned()),
            ("inputs.1.options", "Nhẹ\nNặng".to_owned()),
            ("inputs.1.rules", "bắt buộc".to_owned()),
            ("do", button.to_owned()),
        ]
    };
    let send = async |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        secretary.post(&path, &fields).await
    };
    let wrong = send(typed("bắt buộc lắm", "check")).await;
    wrong
        .is(200)
        .says("bắt buộc lắm")
        .says("fault.input-rule.hint")
        .says("#inputs-1");
    let added = send(typed("bắt buộc", "inputs.add")).await;
    added.is(200).says("inputs.2.code");
    send(typed("bắt buộc\ndài nhất 200", "save")).await.is(303);
    let content = office.read(|work| documents::content_of(work, &version)).unwrap();
    assert!(content.is_sound(), "{:?}", content.faults);
    assert!(
        content.text.contains("rules = [\"required\", \"longest 200\"]"),
        "{}",
        content.text
    );
    assert!(content.text.contains("options = [\"Nhẹ\", \"Nặng\"]"));
    let difference = secretary.get("/documents/BM.QT.04.01/difference?from=1&to=2").await;
    difference.is(200).says("documents.part.inputs").says("longest 200");
    secretary
        .get("/documents/BM.QT.04.01")
        .await
        .is(200)
        .says("forms.preview")
        .says("Mô tả");
    let births = crate::support::posted::document(&office, "QT.HT.01");
    let birth = office
        .act_as("thuky", move |work| documents::open_draft(work, &births))
        .unwrap();
    let page = secretary.get(&format!("/versions/{birth}/edit")).await;
    page.is(200).lacks("forms.editor.hint");
}
