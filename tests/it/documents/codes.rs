//! Codes: the next free one, keeping one free, and giving a document another one.

use super::{approve, create, document, head, office, open_draft, refused, submit, text};
use crate::support::TestOffice;
use crate::support::posted::posted_office;
use diesel::connection::SimpleConnection;
use quytrinh::documents::{self, Filter, Stage};
use quytrinh::kernel::DocumentId;
use quytrinh::procedures::Kind;
use quytrinh::web::Failure;

fn next(office: &TestOffice, kind: Kind, field: &str, procedure: &str) -> Option<String> {
    office
        .read(|work| documents::next_code(work, kind, field, procedure))
        .unwrap()
}

fn reserve(office: &TestOffice, username: &str, code: &str, days: i64) -> Result<(), Failure> {
    let (code, until) = (
        code.to_owned(),
        office.site.clock.today() + chrono::TimeDelta::days(days),
    );
    office.act_as(username, move |work| {
        documents::reserve_code(work, &code, "Quy trình sắp viết", until)
    })
}

fn renumber(office: &TestOffice, username: &str, id: &DocumentId, new: &str) -> Result<(), Failure> {
    let (id, new) = (id.clone(), new.to_owned());
    office.act_as(username, move |work| {
        documents::renumber(work, &id, &new, "Sắp xếp lại mã", "12/QĐ-UBND")
    })
}

fn make(office: &TestOffice, username: &str, code: &str) -> Result<(), Failure> {
    let text = text(code, "Chính sách");
    office.act_as(username, move |work| documents::create(work, &text).map(drop))
}

fn found(office: &TestOffice, username: &str, asked: &str) -> Vec<String> {
    let actor = office.actor(username);
    let found = quytrinh::ledger::read(&office.site.db, &actor, |work| {
        Ok::<_, Failure>(documents::search(work, asked, &Filter::default())?)
    });
    found.unwrap().hits.into_iter().map(|hit| hit.head.code).collect()
}

#[actix_web::test]
async fn the_next_free_code_counts_what_is_given_kept_and_was_given() {
    let office = posted_office().await;
    assert_eq!(next(&office, Kind::WorkProcedure, "Hộ tịch", "").unwrap(), "QT.HT.02");
    assert_eq!(next(&office, Kind::WorkProcedure, "Đất đai", "").unwrap(), "QT.DD.01");
    assert_eq!(next(&office, Kind::WorkProcedure, "", ""), None, "the field is missing");
    assert_eq!(
        next(&office, Kind::Form, "", "QT.HT.01").unwrap(),
        "BM.HT.01.02",
        "the procedure has a first form"
    );
    reserve(&office, "thuky", "QT.HT.02", 10).unwrap();
    assert_eq!(next(&office, Kind::WorkProcedure, "Hộ tịch", "").unwrap(), "QT.HT.03");
    let id = office
        .read(|work| documents::document_by_code(work, "QT.HT.01"))
        .unwrap();
    renumber(&office, "thuky", &id, "QT.HT.09").unwrap();
    assert_eq!(next(&office, Kind::WorkProcedure, "Hộ tịch", "").unwrap(), "QT.HT.10");
    let pattern = |pattern: &str| {
        let pattern = pattern.to_owned();
        office.act_as("truongban", move |work| {
            documents::set_code_pattern(work, Kind::WorkProcedure, &pattern)
        })
    };
    pattern("TTHC-{field}-{nnn}").unwrap();
    assert_eq!(
        next(&office, Kind::WorkProcedure, "Hộ tịch", "").unwrap(),
        "TTHC-HT-001"
    );
    refused(pattern("TTHC/{nn}"), 422, "documents.refused.code_pattern");
    let denied = office.act_as("tuphap", |work| {
        documents::set_code_pattern(work, Kind::Form, "BM.{nn}")
    });
    assert!(matches!(denied, Err(Failure::Forbidden(_))));
}

#[actix_web::test]
async fn a_kept_code_is_given_to_nobody_else_until_its_day_has_gone_by() {
    let office = office().await;
    reserve(&office, "thuky", "CSCL.5", 3).unwrap();
    refused(
        make(&office, "thanhvien", "CSCL.5"),
        409,
        "documents.refused.code_reserved",
    );
    refused(
        reserve(&office, "thanhvien", "CSCL.5", 3),
        409,
        "documents.refused.code_reserved",
    );
    refused(
        reserve(&office, "thuky", "CSCL.5", 3),
        409,
        "documents.refused.code_reserved_by_you",
    );
    refused(
        reserve(&office, "thuky", "CSCL.6", -1),
        422,
        "documents.refused.reserved_until",
    );
    refused(
        reserve(&office, "thuky", "CSCL.6", 800),
        422,
        "documents.refused.reserved_until",
    );
    refused(reserve(&office, "thuky", "CSCL 6", 3), 422, "documents.refused.code");
    make(&office, "thuky", "CSCL.5").unwrap();
    assert_eq!(office.read(documents::reservations).unwrap(), [], "it was used");
    refused(
        reserve(&office, "thuky", "CSCL.5", 3),
        409,
        "documents.refused.code_taken",
    );
    // Released, or with its day gone by, it is free again.
    reserve(&office, "thuky", "CSCL.7", 3).unwrap();
    office
        .act_as("thanhvien", |work| documents::release_code(work, "CSCL.7"))
        .unwrap();
    reserve(&office, "thuky", "CSCL.7", 3).unwrap();
    office.wait(chrono::TimeDelta::days(4));
    reserve(&office, "thanhvien", "CSCL.7", 3).unwrap();
    make(&office, "thanhvien", "CSCL.7").unwrap();
}

#[actix_web::test]
async fn a_document_with_another_code_is_found_by_the_old_one() {
    let office = office().await;
    let first = create(&office, "CSCL");
    approve(&office, &first, office.site.clock.today());
    let id = document(&office, &first);
    let denied = renumber(&office, "canbo", &id, "CS.01");
    assert!(matches!(denied, Err(Failure::Forbidden(_))));
    refused(
        renumber(&office, "thuky", &id, "CSCL"),
        422,
        "documents.refused.same_code",
    );
    refused(renumber(&office, "thuky", &id, "a b"), 422, "documents.refused.code");
    renumber(&office, "thuky", &id, "CS.01").unwrap();
    assert_eq!(head(&office, &first).code, "CS.01");
    // The text that was signed stays; the next draft bears the new code and goes its whole way.
    let sha256 = head(&office, &first).content_sha256;
    let second = open_draft(&office, "thuky", &first).unwrap();
    assert_eq!(head(&office, &first).content_sha256, sha256);
    let content = office.read(|work| documents::content_of(work, &second)).unwrap();
    assert_eq!(content.source.code, "CS.01");
    assert_eq!(approve(&office, &second, office.site.clock.today()), Stage::Effective);
    for asked in ["CSCL", "cs.01"] {
        assert_eq!(found(&office, "canbo", asked), ["CS.01"], "{asked}");
    }
    let official = office.sign_in("canbo").await;
    let moved = official.get("/documents/CSCL").await;
    assert_eq!((moved.status(), moved.location()), (303, "/documents/CS.01"));
    let moved = official.get("/documents/CSCL?version=1").await;
    assert_eq!(moved.location(), "/documents/CS.01?version=1");
    official
        .get("/documents/CS.01")
        .await
        .is(200)
        .says("documents.renumber.was");
    official.get("/documents/KHONG").await.is(404);
    // Never given again, neither to another document nor back.
    refused(make(&office, "thuky", "CSCL"), 409, "documents.refused.code_was_given");
    refused(
        renumber(&office, "thuky", &id, "CSCL"),
        409,
        "documents.refused.code_was_given",
    );
    refused(
        reserve(&office, "thuky", "CSCL", 3),
        409,
        "documents.refused.code_was_given",
    );
    renumber(&office, "truongban", &id, "CS.02").unwrap();
    assert_eq!(official.get("/documents/CSCL").await.location(), "/documents/CS.02");
    assert_eq!(found(&office, "canbo", "CSCL"), ["CS.02"]);
}

#[actix_web::test]
async fn an_open_draft_gets_the_new_code_and_a_round_under_way_keeps_its_own() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let id = document(&office, &version);
    renumber(&office, "thuky", &id, "CS.01").unwrap();
    let content = office.read(|work| documents::content_of(work, &version)).unwrap();
    assert!(content.text.contains("code = \"CS.01\""));
    submit(&office, "thuky", &version, office.site.clock.today()).unwrap();
    refused(
        renumber(&office, "thuky", &id, "CS.02"),
        409,
        "documents.refused.renumber_in_round",
    );
    // A draft that others may not read is not found by its old code either.
    let official = office.sign_in("canbo").await;
    official.get("/documents/CSCL").await.is(404);
    assert_eq!(found(&office, "canbo", "CSCL"), Vec::<String>::new());
}

#[actix_web::test]
async fn the_posted_procedure_is_found_by_its_old_code() {
    let office = posted_office().await;
    let id = office
        .read(|work| documents::document_by_code(work, "QT.HT.01"))
        .unwrap();
    renumber(&office, "truongban", &id, "TP.01").unwrap();
    let stranger = office.stranger();
    let moved = stranger.get("/procedures/QT.HT.01").await;
    assert_eq!((moved.status(), moved.location()), (303, "/procedures/TP.01"));
    stranger
        .get("/procedures/TP.01")
        .await
        .is(200)
        .says("Đăng ký khai sinh");
    stranger
        .get("/procedures?q=qt.ht.01")
        .await
        .is(200)
        .says("/procedures/TP.01");
    stranger.get("/procedures/QT.XX.01").await.is(404);
}

#[actix_web::test]
async fn the_database_itself_keeps_codes_apart() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let id = document(&office, &version);
    renumber(&office, "thuky", &id, "CS.01").unwrap();
    let tried = |sql: &str| office.connect().batch_execute(sql).unwrap_err().to_string();
    let copy = |code: &str| {
        format!(
            "INSERT INTO documents (id, agency_id, code, kind, created_at) \
             SELECT 'x', agency_id, '{code}', kind, created_at FROM documents WHERE id = '{id}'"
        )
    };
    assert!(tried(&copy("CSCL")).contains("never given again"));
    assert!(tried(&copy("CS.01")).to_lowercase().contains("unique"));
    let update = |code: &str| format!("UPDATE documents SET code = '{code}' WHERE id = '{id}'");
    assert!(tried(&update("CS.03")).contains("only with the old one kept"));
    assert!(tried(&format!("UPDATE documents SET kind = 'form' WHERE id = '{id}'")).contains("only ever added to"));
    assert!(tried("DELETE FROM old_codes").contains("only ever added to"));
    assert!(tried("UPDATE old_codes SET code = 'y'").contains("only ever added to"));
    assert!(tried("DELETE FROM documents").contains("only ever added to"));
    let planted = "INSERT INTO old_codes (id, agency_id, document_id, code, new_code, reason, decision_no, person_id, \
        person_name, at) SELECT 'y', agency_id, document_id, 'LA.01', 'CS.09', 'r', '', person_id, person_name, at FROM old_codes";
    assert!(tried(planted).contains("has until now"));
    reserve(&office, "thuky", "CS.50", 5).unwrap();
    let twice = "INSERT INTO code_reservations (id, agency_id, code, purpose, until, person_id, person_name, made_at) \
        SELECT 'z', agency_id, code, purpose, until, person_id, person_name, made_at FROM code_reservations";
    assert!(tried(twice).to_lowercase().contains("unique"));
    assert!(tried("DELETE FROM code_reservations").contains("only ever added to"));
}

#[actix_web::test]
async fn codes_are_asked_for_kept_and_changed_on_their_pages() {
    let office = posted_office().await;
    let secretary = office.sign_in("thuky").await;
    secretary.get("/codes").await.is(200).says("QT.{field}.{nn}");
    let asked = secretary
        .get("/codes?kind=work_procedure&field=H%E1%BB%99+t%E1%BB%8Bch")
        .await;
    assert_eq!(asked.text().matches("\" selected").count(), 1, "one kind is chosen");
    assert!(asked.text().contains("value=\"work_procedure\" selected"));
    asked
        .is(200)
        .says("QT.HT.02")
        .says("/documents/new?kind=work_procedure&code=QT.HT.02");
    secretary
        .get("/codes?kind=form&procedure=KHONG")
        .await
        .is(200)
        .says("documents.codes.no_procedure");
    let form = secretary.get("/documents/new?kind=work_procedure&code=QT.HT.02").await;
    assert_eq!(form.is(200).value_of("code"), Some("QT.HT.02"));
    let wrong = secretary
        .post(
            "/codes/reserve",
            &[("code", "QT.HT.02"), ("purpose", ""), ("until", "x")],
        )
        .await;
    assert_eq!(wrong.is(422).value_of("code"), Some("QT.HT.02"));
    let fields = [
        ("code", "QT.HT.02"),
        ("purpose", "Đăng ký lại"),
        ("until", "2026-12-31"),
    ];
    secretary.post("/codes/reserve", &fields).await.is(303);
    secretary
        .get("/codes")
        .await
        .is(200)
        .says("Đăng ký lại")
        .says("31/12/2026");
    secretary.post("/codes/release", &[("code", "QT.HT.02")]).await.is(303);
    secretary.post("/codes/release", &[("code", "QT.HT.02")]).await.is(404);
    secretary
        .post("/codes/patterns", &[("kind", "form"), ("pattern", "x y")])
        .await
        .is(422)
        .says("x y");
    secretary
        .post("/codes/patterns", &[("kind", "form"), ("pattern", "MAU.{nn}")])
        .await
        .is(303);
    let page = secretary.get("/documents/QT.HT.01/renumber").await;
    assert_eq!(page.is(200).value_of("new_code"), Some("QT.HT.02"));
    let missing = secretary
        .post(
            "/documents/QT.HT.01/renumber",
            &[("new_code", "QT.HT.05"), ("reason", "")],
        )
        .await;
    assert_eq!(missing.is(422).value_of("new_code"), Some("QT.HT.05"));
    let taken = secretary
        .post(
            "/documents/QT.HT.01/renumber",
            &[("new_code", "QT.CT.01"), ("reason", "r")],
        )
        .await;
    taken.is(409).says("QT.CT.01");
    let done = secretary
        .post(
            "/documents/QT.HT.01/renumber",
            &[("new_code", "QT.HT.05"), ("reason", "Đổi")],
        )
        .await;
    assert!(done.is(303).location().starts_with("/documents/QT.HT.05"));
    secretary.get("/codes").await.is(200).says("QT.HT.05");
    office.sign_in("tuphap").await.get("/codes").await.is(403);
}
