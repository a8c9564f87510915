//! "Lần ban hành" and "lần sửa đổi": the two numbers that people know a version by.

use super::guards::refused as forbidden_by_database;
use super::{approve, create, day, head, office, open_draft, refused, return_it, sign, submit};
use crate::support::TestOffice;
use quytrinh::documents::{self, Change, Stage};
use quytrinh::kernel::VersionId;
use quytrinh::web::Failure;

fn submit_as(office: &TestOffice, version: &VersionId, change: Change) -> Result<(), Failure> {
    let (head, version, today) = (head(office, version), version.clone(), office.site.clock.today());
    office.act_as("thuky", move |work| {
        documents::submit_as(work, (&version, head.row_version), today, change)
    })
}

fn issue(office: &TestOffice, version: &VersionId) -> String {
    head(office, version).issue.to_string()
}

#[track_caller]
fn next(office: &TestOffice, last: &VersionId, change: Change) -> VersionId {
    let version = open_draft(office, "thuky", last).unwrap();
    submit_as(office, &version, change).unwrap();
    sign(office, "photruongban", &version).unwrap();
    assert_eq!(sign(office, "truongban", &version).unwrap(), Stage::Effective);
    version
}

#[actix_web::test]
async fn amendments_count_within_an_issue_and_a_new_issue_begins_at_nought() {
    let office = office().await;
    let first = create(&office, "CSCL");
    refused(
        submit_as(&office, &first, Change::Amendment),
        409,
        "documents.refused.nothing_to_amend",
    );
    approve(&office, &first, office.site.clock.today());
    let second = next(&office, &first, Change::Amendment);
    let third = next(&office, &second, Change::Amendment);
    let fourth = next(&office, &third, Change::Issue);
    let fifth = next(&office, &fourth, Change::Amendment);
    let told: Vec<(i64, String)> = [&first, &second, &third, &fourth, &fifth]
        .map(|one| (head(&office, one).number, issue(&office, one)))
        .to_vec();
    assert_eq!(
        told,
        [(1, "1"), (2, "1/1"), (3, "1/2"), (4, "2"), (5, "2/1")].map(|(number, issue)| (number, issue.to_owned()))
    );
}

#[actix_web::test]
async fn what_was_given_up_or_returned_takes_no_number() {
    let office = office().await;
    let first = create(&office, "CSCL");
    approve(&office, &first, office.site.clock.today());
    let given_up = open_draft(&office, "thuky", &first).unwrap();
    let (seen, id) = (head(&office, &given_up).row_version, given_up.clone());
    office
        .act_as("thuky", move |work| documents::cancel(work, &id, seen))
        .unwrap();
    let second = open_draft(&office, "thuky", &first).unwrap();
    submit_as(&office, &second, Change::Issue).unwrap();
    assert_eq!(issue(&office, &second), "2");
    return_it(&office, "photruongban", &second).unwrap();
    submit_as(&office, &second, Change::Amendment).unwrap();
    assert_eq!(
        (head(&office, &second).number, issue(&office, &second)),
        (3, "1/1".to_owned())
    );
}

#[actix_web::test]
async fn the_database_knows_which_number_is_next_and_that_it_stays() {
    let office = office().await;
    let first = create(&office, "CSCL");
    approve(&office, &first, office.site.clock.today());
    let second = open_draft(&office, "thuky", &first).unwrap();
    let numbered = |issue: i64, amendment: i64| {
        format!(
            "INSERT INTO version_rounds (agency_id, version_id, round, source, content_sha256, submitted_at) \
             SELECT agency_id, id, 1, source, content_sha256, saved_at FROM versions WHERE id = '{second}'; \
             UPDATE versions SET stage = 'in_review', round = 1, issue_no = {issue}, amendment_no = {amendment} \
             WHERE id = '{second}'"
        )
    };
    for (issue, amendment) in [(1, 0), (1, 2), (2, 1), (3, 0)] {
        forbidden_by_database(
            &office,
            &numbered(issue, amendment),
            "the next amendment of the last one",
        );
    }
    for (issue, amendment) in [(1, 1), (2, 0)] {
        assert_eq!(super::guards::tried(&office, &numbered(issue, amendment)), None);
    }
    submit_as(&office, &second, Change::Amendment).unwrap();
    forbidden_by_database(
        &office,
        &format!("UPDATE versions SET issue_no = 7 WHERE id = '{second}'"),
        "settled as a version is submitted",
    );
}

#[actix_web::test]
async fn the_author_chooses_on_the_page_and_readers_see_both_numbers() {
    let office = office().await;
    let first = create(&office, "CSCL");
    submit(&office, "thuky", &first, office.site.clock.today()).unwrap();
    sign(&office, "photruongban", &first).unwrap();
    sign(&office, "truongban", &first).unwrap();
    let second = open_draft(&office, "thuky", &first).unwrap();
    let secretary = office.sign_in("thuky").await;
    let path = format!("/versions/{second}");
    let page = secretary.get(&path).await;
    page.says("Sửa đổi: lần ban hành 1, lần sửa đổi 1");
    let row = page.value_of("row_version").unwrap().to_owned();
    let typed = [
        ("row_version", row.as_str()),
        ("change", "amendment"),
        ("planned_from", ""),
    ];
    secretary
        .post(&format!("{path}/submit"), &typed)
        .await
        .is(422)
        .says("value=\"amendment\" checked");
    let day = day(2026, 11, 23).to_string();
    let typed = [
        ("row_version", row.as_str()),
        ("change", "amendment"),
        ("planned_from", &day),
    ];
    secretary.post(&format!("{path}/submit"), &typed).await.leads_to(&path);
    secretary.get(&path).await.says("Lần ban hành 1, lần sửa đổi 1");
    sign(&office, "photruongban", &second).unwrap();
    sign(&office, "truongban", &second).unwrap();
    let reader = office.sign_in("canbo").await;
    reader
        .get("/documents/CSCL")
        .await
        .says("Lần ban hành 1, lần sửa đổi 1")
        .says("documents.column.amendment");
    reader.get("/lists/documents.csv").await.says("Lần sửa đổi");
}
