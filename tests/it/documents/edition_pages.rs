//! The pages of editions: filling one, deciding on it, reading it.

use super::editions::{filled, new, waiting};
use super::{head, office, refused};
use quytrinh::documents;
use quytrinh::kernel::VersionId;
use quytrinh::web::Failure;

#[actix_web::test]
async fn a_secretary_fills_an_edition_and_the_chairman_decides_on_one_page() {
    let office = office().await;
    let versions = waiting(&office, &["CS.01", "CS.02"]);
    let secretary = office.sign_in("thuky").await;
    let position = new(&office, "TB").position.to_string();
    secretary
        .post(
            "/editions/new",
            &[("title", ""), ("effective_from", ""), ("position", "")],
        )
        .await
        .is(422)
        .says("form.needed");
    let opened = secretary
        .post(
            "/editions/new",
            &[
                ("title", "Bộ tài liệu 2026"),
                ("effective_from", "15/12/2026"),
                ("position", &position),
            ],
        )
        .await;
    opened.leads_to("/editions/1");
    let page = secretary.get("/editions/1").await;
    page.is(200).says("CS.01").says("CS.02").says("editions.put.button");
    let row = page.value_of("row_version").unwrap().to_owned();
    let fields: Vec<(&str, &str)> = [("row_version", row.as_str())]
        .into_iter()
        .chain(versions.iter().map(|version| ("version", version.as_str())))
        .collect();
    secretary.post("/editions/1/put", &fields).await.leads_to("/editions/1");
    secretary
        .post("/editions/1/put", &fields)
        .await
        .is(409)
        .says("editions.refused.stale");
    secretary.get("/editions/1/pdf").await.is(200);
    // The chairman is led there, from the first page and from the page of a version.
    let chairman = office.sign_in("truongban").await;
    chairman.get("/").await.says("/editions/1/decide").lacks("CS.02");
    chairman
        .get(&format!("/versions/{}", versions[0]))
        .await
        .says("editions.decide.button");
    let page = chairman.get("/editions/1/decide").await;
    page.is(200).says("CS.01").says("CS.02").says("Ông/Bà photruongban");
    assert!(
        !String::from_utf8_lossy(&page.bytes).contains(" checked"),
        "no verdict is given before the signer gives it"
    );
    let row = page.value_of("row_version").unwrap().to_owned();
    let named = |name: &str, version: &VersionId| format!("{name}.{version}");
    let mut form: Vec<(String, String)> = vec![
        ("row_version".into(), row),
        ("decision_no".into(), "45/QĐ-UBND".into()),
        ("decided_on".into(), "2026-11-23".into()),
        ("effective_from".into(), "2026-12-15".into()),
    ];
    for version in &versions {
        form.push(("version".into(), version.to_string()));
        form.push((named("seen", version), head(&office, version).content_sha256));
    }
    let post = async |form: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = form
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        chairman.post("/editions/1/decide", &fields).await
    };
    post(&form).await.is(422).says("editions.no_verdict");
    form.push((named("verdict", &versions[0]), "approve".into()));
    form.push((named("verdict", &versions[1]), "return".into()));
    let kept = post(&form).await;
    kept.is(422)
        .says("form.needed")
        .says("45/QĐ-UBND")
        .says("editions.decide.faults");
    form.push((named("reason", &versions[1]), "Thiếu căn cứ".into()));
    form.push(("password".into(), "sai mật khẩu".into()));
    post(&form).await.says("Thiếu căn cứ").says("people.confirm.wrong");
    form.last_mut().unwrap().1 = crate::support::PASSWORD.into();
    post(&form).await.leads_to("/editions/1");
    post(&form).await.is(409);
    let issued = office.sign_in("canbo").await.get("/editions/1").await;
    issued.is(200).says("CS.01").lacks("CS.02").says("45/QĐ-UBND");
    chairman
        .get(&format!("/versions/{}", versions[0]))
        .await
        .says("45/QĐ-UBND");
}

#[actix_web::test]
async fn an_open_edition_is_seen_by_whoever_reads_drafts_or_signs_it_and_belongs_to_its_agency() {
    let (office, _) = filled().await;
    for (username, status) in [("danhgia", 200), ("truongban", 200), ("thuky", 200), ("canbo", 404)] {
        let visitor = office.sign_in(username).await;
        visitor.get("/editions/1").await.is(status);
        visitor.get("/editions/1/pdf").await.is(status);
        visitor.get("/editions").await.is(200);
    }
    let neighbour = super::neighbour(&office);
    let found = quytrinh::ledger::read(&office.site.db, &neighbour, |work| {
        documents::edition(work, 1).map_err(Failure::from)
    });
    refused(found, 404, "failure.not_found");
}

#[actix_web::test]
async fn the_annex_lists_what_was_issued_and_each_print_names_the_decision() {
    let (office, versions) = filled().await;
    let chairman = office.sign_in("truongban").await;
    let draft = chairman.get("/editions/1/pdf").await;
    super::paper::says(
        &draft.bytes,
        &["D Ự T H Ả O", "Quyết định số …… ngày ……", "CS.03"],
        &["đã ký"],
    );
    assert!(super::editions::decide(&office, "truongban", super::editions::decision(&office)).unwrap());
    let annex = chairman.get("/editions/1/pdf").await;
    super::paper::says(
        &annex.bytes,
        &[
            "DANH MỤC TÀI LIỆU",
            "(Ban hành kèm theo Quyết định số 45/QĐ-UBND ngày 23/11/2026)",
            "Có hiệu lực từ ngày 15/12/2026",
            "CS.01",
            "CS.02",
            "CS.03",
            "Tổng số: 3 tài liệu.",
            "Trưởng ban",
            "Ông/Bà truongban",
        ],
        &["D Ự T H Ả O"],
    );
    assert_eq!(
        chairman.get("/editions/1/pdf").await.bytes,
        annex.bytes,
        "made again, the same"
    );
    super::paper::says(
        &super::paper::printed(&office, &versions[0]),
        &[
            "Ban hành kèm theo Quyết định số 45/QĐ-UBND ngày 23/11/2026 của Trưởng ban.",
            "15/12/2026",
        ],
        &[],
    );
    // What was signed is the sheet of before: it says the day that was planned, and its bytes are the same.
    let sheet = chairman.get(&format!("/versions/{}/sheet?round=1", versions[0])).await;
    sheet.is(200);
    super::paper::says(&sheet.bytes, &["01/12/2026"], &["15/12/2026", "45/QĐ-UBND"]);
}
