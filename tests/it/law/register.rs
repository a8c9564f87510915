//! The register: taken over from the documents, written down, corrected, listed.

use super::{CIVIL, amend, by_sign, entry, office, refused};
use crate::support::posted::posted_office;
use quytrinh::copies::{self, Holder, NewCopy};
use quytrinh::law::{self, ActKind, NewExternal, TakenOver};

#[actix_web::test]
async fn the_first_register_comes_from_the_documents_and_a_second_time_adds_nothing() {
    let office = posted_office().await;
    amend(
        &office,
        &[
            "Luật Hộ tịch 60/2014/QH13",
            "luật hộ tịch số 60/2014/qh13",
            "Nghị định 123/2015/ND-CP",
            "Quyết định 296/QĐ-VPCP (2024)",
            "Quyết định 296/QĐ-VPCP",
            "Nghị định 95/2023/NĐ-CP (thay NĐ 162/2017)",
            "Hiến pháp năm 2013",
        ],
    );
    let first = office.act_as("thuky", law::take_over).unwrap();
    let taken = |added, known| TakenOver {
        added,
        known,
        unrecognised: 1,
    };
    assert_eq!(first, taken(4, 1));
    let again = office.act_as("thuky", law::take_over).unwrap();
    assert_eq!(again, taken(0, 5));
    let civil = by_sign(&office, CIVIL);
    assert_eq!((civil.title.as_str(), civil.kind), ("Luật Hộ tịch", ActKind::Law));
    assert_eq!((civil.issuer.as_str(), civil.unconfirmed), ("Quốc hội", true));
    assert_eq!(civil.source, "Căn cứ pháp lý của QT.HT.01");
    assert_eq!(by_sign(&office, "296/QĐ-VPCP").year, 2024);
    let signs = office.read(|work| law::by_sign(work, "162/2017/NĐ-CP")).unwrap();
    assert!(signs.is_empty(), "what was only named as replaced is not taken over");
}

#[actix_web::test]
async fn only_the_committee_writes_the_register() {
    let office = office().await;
    for username in ["motcua", "tuphap", "lanhdao", "danhgia", "quantri"] {
        let key = "failure.permission.manage_law";
        refused(
            office.act_as(username, |work| law::add(work, &entry("1/2026/NĐ-CP"))),
            403,
            key,
        );
        refused(office.act_as(username, law::take_over), 403, key);
        let visitor = office.sign_in(username).await;
        visitor.get("/law").await.is(200).says(CIVIL).lacks("law.new.button");
        visitor.get("/law/new").await.is(403);
    }
    office
        .act_as("truongban", |work| law::add(work, &entry("1/2026/NĐ-CP")))
        .unwrap();
}

#[actix_web::test]
async fn a_sign_is_there_once_however_it_is_written() {
    let office = office().await;
    let number = office
        .act_as("thuky", |work| {
            law::add(work, &entry("số 61/2018/nd-cp ngày 23/4/2018"))
        })
        .unwrap();
    let known = by_sign(&office, "61/2018/NĐ-CP");
    assert_eq!(
        (known.number, known.sign.as_str(), known.year),
        (number, "61/2018/NĐ-CP", 2018)
    );
    assert_eq!(known.issued_on.unwrap().to_string(), "2018-04-23");
    refused(
        office.act_as("thuky", |work| law::add(work, &entry("61/2018/NĐ–CP"))),
        409,
        "law.refused.sign_taken",
    );
    for (year, status) in [(2024, None), (2025, None), (2024, Some(409))] {
        let mut new = entry("296/QĐ-VPCP");
        new.issued_on = chrono::NaiveDate::from_ymd_opt(year, 5, 1);
        let added = office.act_as("thuky", move |work| law::add(work, &new));
        assert_eq!(added.is_err(), status.is_some(), "{year}");
    }
}

#[actix_web::test]
async fn what_cannot_be_true_is_refused_and_what_was_typed_is_kept() {
    let office = office().await;
    let day = |text: &str| Some(text.parse().unwrap());
    type Spoil = fn(&mut NewExternal, Option<chrono::NaiveDate>);
    let cases: [(Spoil, &str); 4] = [
        (|new, _| new.sign = "không số".to_owned(), "sign"),
        (|new, _| new.link = "javascript:alert(1)".to_owned(), "link"),
        (
            |new, day| (new.issued_on, new.effective_from) = (day, day.and_then(|day| day.pred_opt())),
            "in_force_before_issued",
        ),
        (
            |new, day| (new.effective_from, new.effective_to) = (day, day.and_then(|day| day.pred_opt())),
            "ends_before_begin",
        ),
    ];
    for (spoil, key) in cases {
        let mut new = entry("5/2026/NĐ-CP");
        spoil(&mut new, day("2026-05-05"));
        let key = format!("law.refused.{key}");
        refused(office.act_as("thuky", move |work| law::add(work, &new)), 422, &key);
    }
    let secretary = office.sign_in("thuky").await;
    let sent = secretary
        .post(
            "/law/new",
            &[("sign", ""), ("title", "Tên đã gõ"), ("issued_on", "32/13/2026")],
        )
        .await;
    sent.is(422).says("Tên đã gõ").says("form.needed").says("form.no_date");
}

#[actix_web::test]
async fn an_entry_is_corrected_unless_somebody_else_did_so_meanwhile() {
    let office = office().await;
    let secretary = office.sign_in("thuky").await;
    let civil = by_sign(&office, CIVIL);
    let path = format!("/law/{}/edit", civil.number);
    let page = secretary.get(&path).await;
    page.is(200).says("Luật Hộ tịch");
    let fields = [
        ("row_version", "1"),
        ("sign", CIVIL),
        ("kind", "law"),
        ("title", "Luật Hộ tịch"),
        ("issuer", "Quốc hội"),
        ("issued_on", "2014-11-20"),
        ("effective_from", "2016-01-01"),
        ("link", "https://vbpl.vn/x"),
    ];
    secretary.post(&path, &fields).await.is(303);
    let stale = secretary.post(&path, &fields).await;
    stale.is(409).says("law.refused.stale").says("2014-11-20");
    let shown = secretary.get(&format!("/law/{}", civil.number)).await;
    shown
        .is(200)
        .says("law.state.in_force")
        .says("01/01/2016")
        .lacks("law.unconfirmed");
}

#[actix_web::test]
async fn the_register_is_found_listed_and_given_as_a_safe_table() {
    let office = office().await;
    office
        .act_as("thuky", |work| {
            let new = NewExternal {
                title: "=HYPERLINK(\"http://x\")".to_owned(),
                ..entry("7/2026/NĐ-CP")
            };
            law::add(work, &new)
        })
        .unwrap();
    let reader = office.sign_in("motcua").await;
    reader
        .get("/law?q=luat+ho+tich")
        .await
        .is(200)
        .says(CIVIL)
        .lacks("7/2026/NĐ-CP");
    reader
        .get("/law?only=cited")
        .await
        .is(200)
        .says(CIVIL)
        .lacks("7/2026/NĐ-CP");
    reader
        .get("/law?kind=decree")
        .await
        .is(200)
        .lacks(CIVIL)
        .says("7/2026/NĐ-CP");
    reader
        .get("/law?page=99&state=in_force")
        .await
        .is(200)
        .says("law.list.none");
    let table = reader.get("/law/list.csv").await;
    table.is(200);
    assert!(table.header("content-type").starts_with("text/csv"));
    let text = table.text();
    assert!(
        text.starts_with('\u{FEFF}') && text.contains("\"'=HYPERLINK(\"\"http://x\"\")\""),
        "{text}"
    );
    assert!(text.contains("60/2014/QH13,Luật,Luật Hộ tịch,Quốc hội"), "{text}");
}

#[actix_web::test]
async fn a_page_tells_the_basis_of_a_document_sign_by_sign() {
    let office = office().await;
    amend(
        &office,
        &["Luật Hộ tịch 60/2014/QH13", "Nghị định 9/2026/NĐ-CP", "Hiến pháp"],
    );
    let reader = office.sign_in("motcua").await;
    let page = reader.get("/law/documents/QT.HT.01").await;
    page.is(200)
        .says("law.citations.not_in_register")
        .says("law.citations.no_sign")
        .says("law.state.unknown");
    let open = reader.get("/law/citations").await;
    open.is(200).says("9/2026/NĐ-CP").says("Hiến pháp").lacks(CIVIL);
    reader.get("/law/documents/QT.KHONG").await.is(404);
    reader.get("/law/999").await.is(404);
}

#[actix_web::test]
async fn what_is_touched_lists_the_places_where_its_documents_hang() {
    let office = office().await;
    let births = crate::support::posted::document(&office, "QT.HT.01");
    let other = crate::support::posted::document(&office, "QT.CT.01");
    for (document, kind, place) in [
        (births.clone(), copies::Kind::Posted, "Bảng tin xã"),
        (births, copies::Kind::Held, "Quầy số 1"),
        (other, copies::Kind::Posted, "Bảng tin thôn"),
    ] {
        let new = NewCopy {
            kind,
            holder: Holder::Named(if kind == copies::Kind::Held { "Văn thư" } else { "" }.to_owned()),
            place: place.to_owned(),
        };
        office
            .act_as("thuky", move |work| copies::issue(work, &document, &new))
            .unwrap();
    }
    let number = by_sign(&office, CIVIL).number;
    let touched = office.read(|work| law::touched(work, number)).unwrap();
    let posted: Vec<_> = touched
        .posted
        .iter()
        .map(|one| (&*one.code, one.number, &*one.place))
        .collect();
    assert_eq!(posted, [("QT.HT.01", 1, "Bảng tin xã")]);
    let page = office.sign_in("thuky").await.get(&format!("/law/{number}")).await;
    page.is(200)
        .says("Bảng tin xã")
        .lacks("Bảng tin thôn")
        .lacks("Quầy số 1");
}
