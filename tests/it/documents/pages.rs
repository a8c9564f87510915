//! The pages of documents, used as people use them, without any script.

use super::editor::{fields, press, set};
use super::{create, day, head, office};
use crate::support::{PASSWORD, TestOffice};
use chrono::NaiveDate;
use quytrinh::documents::{self, Stage};
use quytrinh::kernel::VersionId;
use quytrinh::people;
use quytrinh::procedures::Kind;

fn today() -> NaiveDate {
    day(2026, 11, 23)
}

#[actix_web::test]
async fn a_version_goes_from_page_to_page_until_it_is_in_force() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let path = format!("/versions/{version}");
    let (secretary, reviewer, chair) = (
        office.sign_in("thuky").await,
        office.sign_in("photruongban").await,
        office.sign_in("truongban").await,
    );
    let row = head(&office, &version).row_version.to_string();
    secretary.get(&path).await.is(200);
    secretary
        .post(&format!("{path}/submit"), &[("row_version", &row)])
        .await
        .is(422)
        .says("form.needed");
    let when = today().to_string();
    let sent = [("row_version", row.as_str()), ("planned_from", &when)];
    secretary.post(&format!("{path}/submit"), &sent).await.leads_to(&path);
    reviewer
        .get("/documents")
        .await
        .is(200)
        .says("documents.list.waiting")
        .says("CSCL");
    // A draft under review is no page of the document for others.
    office.sign_in("canbo").await.get(&path).await.is(404);
    let page = reviewer.get(&path).await;
    page.is(200)
        .says("documents.duty.title.review")
        .lacks("documents.duty.title.approve");
    let seen = page.value_of("seen_sha256").unwrap().to_owned();
    let sign = format!("{path}/sign");
    let wrong = reviewer
        .post(&sign, &[("seen_sha256", &seen), ("password", "sai")])
        .await;
    wrong.is(422).says("people.confirm.wrong");
    assert_eq!(head(&office, &version).stage, Stage::InReview);
    reviewer
        .post(&sign, &[("seen_sha256", &seen), ("password", PASSWORD)])
        .await
        .leads_to(&path);
    chair.get(&path).await.is(200).says("documents.duty.title.approve");
    chair
        .post(&format!("{path}/return"), &[("seen_sha256", &seen)])
        .await
        .is(422)
        .says("form.needed");
    chair
        .post(&sign, &[("seen_sha256", &seen), ("password", PASSWORD)])
        .await
        .leads_to(&path);
    assert_eq!(head(&office, &version).stage, Stage::Effective);
    let issued = office.sign_in("canbo").await.get("/documents/CSCL").await;
    issued
        .is(200)
        .says("documents.sign.approve")
        .says("documents.section.revisions")
        .lacks("documents.show.revise");
    secretary.get(&path).await.leads_to("/documents/CSCL");
}

#[actix_web::test]
async fn the_next_version_shows_what_changed() {
    let office = office().await;
    let version = in_force(&office).await;
    let secretary = office.sign_in("thuky").await;
    secretary
        .get("/documents/CSCL")
        .await
        .is(200)
        .says("documents.show.revise");
    let opened = secretary.post("/documents/CSCL/draft", &[]).await;
    opened.is(303);
    let edit = opened.location().split('?').next().unwrap().to_owned();
    let mut typed = fields(&secretary.get(&edit).await);
    set(&mut typed, "body", "# Chính sách chất lượng\n\nĐúng hẹn, đúng luật.\n");
    set(&mut typed, "result", "Sự hài lòng");
    press(&secretary, &edit, &typed, "save").await.leads_to(&edit);
    let page = secretary.get(edit.trim_end_matches("/edit")).await;
    page.is(200)
        .says("documents.version.against")
        .says("<ins>Sự hài lòng</ins>")
        .says("Đúng hẹn, đúng luật.");
    let difference = "/documents/CSCL/difference?from=1&to=2";
    secretary.get(difference).await.is(200).says("<ins>Sự hài lòng</ins>");
    // Who may not read the draft may not read it through the difference either.
    let official = office.sign_in("canbo").await;
    official.get(difference).await.is(404);
    official.get("/documents/CSCL?version=2").await.is(404);
    official.get("/documents/CSCL/source?version=2").await.is(404);
    official.get("/documents/CSCL?version=1").await.is(200);
    assert_eq!(head(&office, &version).stage, Stage::Effective);
}

async fn in_force(office: &TestOffice) -> VersionId {
    let version = create(office, "CSCL");
    super::submit(office, "thuky", &version, today()).unwrap();
    for person in ["photruongban", "truongban"] {
        let (id, fresh, seen) = (
            version.clone(),
            office.confirmed(person),
            head(office, &version).content_sha256,
        );
        office
            .act_as(person, move |work| documents::sign(work, &fresh, &id, &seen))
            .unwrap();
    }
    version
}

#[actix_web::test]
async fn the_chair_withdraws_with_reason_and_password() {
    let office = office().await;
    in_force(&office).await;
    let chair = office.sign_in("truongban").await;
    chair
        .get("/documents/CSCL")
        .await
        .is(200)
        .says("documents.withdraw.button");
    let path = "/documents/CSCL/withdraw";
    chair
        .post(path, &[("password", PASSWORD)])
        .await
        .is(422)
        .says("form.needed");
    let wrong = chair.post(path, &[("reason", "Luật mới"), ("password", "sai")]).await;
    wrong.is(422).says("people.confirm.wrong").says("Luật mới");
    chair
        .post(path, &[("reason", "Luật mới"), ("password", PASSWORD)])
        .await
        .leads_to("/documents/CSCL");
    chair
        .get("/documents/CSCL")
        .await
        .is(200)
        .says("documents.obsolete.withdrawn");
}

#[actix_web::test]
async fn a_file_goes_with_its_form_and_is_downloaded_as_a_file() {
    let office = office().await;
    let version = create(&office, "CSCL");
    let secretary = office.sign_in("thuky").await;
    let edit = format!("/versions/{version}/edit");
    let page = secretary.get(&edit).await;
    let row = page.value_of("row_version").unwrap().to_owned();
    let path = format!("/versions/{version}/files");
    let sent = [
        ("row_version", row.as_str()),
        ("form", ""),
        ("new_code", "BM.01"),
        ("new_name", "Tờ khai"),
    ];
    let bad = [("file", "a.html", b"<html>".as_slice())];
    secretary
        .post_files(&path, &sent, &bad)
        .await
        .is(422)
        .says("documents.refused.file_type");
    secretary
        .post_files(&path, &sent, &[])
        .await
        .is(422)
        .says("documents.file.no_file");
    let good = [("file", "tờ khai.pdf", b"%PDF-1.7\n".as_slice())];
    secretary.post_files(&path, &sent, &good).await.leads_to(&edit);
    let page = secretary.get(&edit).await;
    let (_, after) = page.text().split_once("/files/").expect("the file is linked");
    let file = format!("/files/{}", after.split('"').next().unwrap());
    let sent = secretary.get(&file).await;
    sent.is(200);
    assert_eq!(sent.bytes, b"%PDF-1.7\n");
    assert!(sent.header("content-disposition").starts_with("attachment"));
    assert!(sent.header("content-security-policy").starts_with("sandbox"));
    secretary.get(&format!("/files/{}", "0".repeat(64))).await.is(404);
}

#[actix_web::test]
async fn the_list_finds_documents_without_marks() {
    let office = office().await;
    in_force(&office).await;
    let official = office.sign_in("canbo").await;
    official
        .get("/documents?text=chinh+sach")
        .await
        .is(200)
        .says("/documents/CSCL");
    official
        .get("/documents?text=khai+sinh")
        .await
        .is(200)
        .says("documents.found.none")
        .lacks("/documents/CSCL");
    official
        .get("/documents?kind=quality_policy&stage=effective")
        .await
        .is(200)
        .says("/documents/CSCL");
    official
        .get("/documents?kind=nonsense&stage=nonsense&after=")
        .await
        .is(200)
        .says("/documents/CSCL");
}

#[actix_web::test]
async fn the_committee_sets_a_route_on_its_page() {
    let office = office().await;
    let chair = office.sign_in("truongban").await;
    chair
        .get("/routes?kind=manual")
        .await
        .is(200)
        .says("documents.routes.missing");
    let id = office.read(|work| people::position_by_code(work, "TB")).unwrap().id;
    let id = id.as_str();
    let half = [
        ("kind", "manual"),
        ("meaning.0", "review"),
        ("needs.0", "any"),
        ("positions.0", id),
    ];
    chair
        .post("/routes", &half)
        .await
        .is(422)
        .says("documents.refused.route_without_approval");
    let whole = [
        ("kind", "manual"),
        ("meaning.0", "approve"),
        ("needs.0", "all"),
        ("positions.0", id),
    ];
    chair.post("/routes", &whole).await.leads_to("/routes");
    let route = office.read(|work| documents::route_of(work, Kind::Manual)).unwrap();
    assert_eq!(route.stages.len(), 1);
}
