//! How much findings weigh: the committee changes it, everybody who reads conformance sees it, all cases are judged by it.

use crate::cases::{office, received};
use crate::support::TestOffice;
use crate::support::databases::lines;
use diesel::prelude::*;
use quytrinh::cases::{TraceFilter, stop};
use quytrinh::conformance::{FindingKind as K, Severity, Weight, judge_all, set_severities, severities};
use quytrinh::web::Failure;

/// A case that was given up after its intake.
fn given_up(office: &TestOffice) -> String {
    let case = received(office);
    let id = case.id.clone();
    office
        .act_as("motcua", move |work| stop(work, &id, 1, "Người dân bỏ về"))
        .unwrap();
    case.code
}

fn found(office: &TestOffice) -> Vec<(K, Severity)> {
    let judged = office.read(|work| judge_all(work, &TraceFilter::default())).unwrap();
    let findings = judged[0].judgement.findings.iter();
    findings.map(|finding| (finding.kind, finding.severity)).collect()
}

fn set(office: &TestOffice, who: &str, seen: i64, weights: Vec<(K, Weight)>) -> Result<(), Failure> {
    office.act_as(who, move |work| set_severities(work, seen, &weights))
}

#[actix_web::test]
async fn what_the_committee_says_is_how_cases_are_judged_from_then_on() {
    let office = office().await;
    given_up(&office);
    assert_eq!(found(&office), [(K::ClosedUnfinished, Severity::High)]);
    set(&office, "thuky", 0, vec![(K::ClosedUnfinished, Weight::Low)]).unwrap();
    assert_eq!(found(&office), [(K::ClosedUnfinished, Severity::Low)]);
    set(&office, "truongban", 1, vec![(K::ClosedUnfinished, Weight::Off)]).unwrap();
    assert_eq!(found(&office), []);
    let said = lines(
        &mut office.connect(),
        "SELECT act || ' ' || details AS value FROM ledger WHERE act = 'conformance.severities_set' ORDER BY seq",
    );
    assert_eq!(
        said,
        [
            r#"conformance.severities_set {"closed_unfinished":"low"}"#,
            r#"conformance.severities_set {"closed_unfinished":"off"}"#
        ]
    );
    // Saying what is said anyway leaves no choice behind.
    set(&office, "thuky", 2, vec![(K::ClosedUnfinished, Weight::High)]).unwrap();
    let kept = lines(&mut office.connect(), "SELECT kind AS value FROM severity_choices");
    assert!(kept.is_empty(), "{kept:?}");
    let foreign = office.foreign.clone();
    let other = quytrinh::kernel::Actor::house(foreign, office.actor("thuky").at);
    set(&office, "thuky", 3, vec![(K::Skipped, Weight::Info)]).unwrap();
    let table = quytrinh::ledger::read(&office.site.db, &other, |work| Ok::<_, Failure>(severities(work)?)).unwrap();
    assert_eq!(table.weight(K::Skipped), Weight::Medium);
}

#[actix_web::test]
async fn only_the_committee_changes_the_table_and_only_one_that_it_has_seen() {
    let office = office().await;
    let low = || vec![(K::Repeated, Weight::High)];
    for who in ["danhgia", "lanhdao", "canbo", "quantri", "motcua"] {
        let done = set(&office, who, 0, low());
        assert!(matches!(done, Err(Failure::Forbidden(_))), "{who}: {done:?}");
    }
    assert!(matches!(set(&office, "thuky", 1, low()), Err(Failure::Conflict(_))));
    let same = set(&office, "thuky", 0, vec![(K::Repeated, Weight::Low)]);
    assert!(matches!(same, Err(Failure::Invalid(_))));
    set(&office, "thuky", 0, low()).unwrap();
    assert!(matches!(set(&office, "truongban", 0, low()), Err(Failure::Conflict(_))));
}

#[actix_web::test]
async fn the_page_shows_the_table_and_keeps_what_was_chosen() {
    let office = office().await;
    let code = given_up(&office);
    let auditor = office.sign_in("danhgia").await;
    auditor
        .get("/conformance/severities")
        .await
        .is(200)
        .says("conformance.severities.raised_late")
        .says("conformance.severities.raised_check")
        .says("conformance.severities.who_may")
        .lacks("conformance.severities.save");
    auditor
        .post("/conformance/severities", &[("row_version", "0")])
        .await
        .is(403);
    let secretary = office.sign_in("thuky").await;
    let path = "/conformance/severities";
    secretary.get("/conformance").await.is(200).says(path);
    secretary
        .get(path)
        .await
        .is(200)
        .says("conformance.severities.save")
        .says("K06");
    let fields = [
        ("row_version", "0"),
        ("closed_unfinished", "medium"),
        ("four_eyes", "high"),
    ];
    let done = secretary.post(path, &fields).await;
    done.leads_to(path);
    let page = secretary.get(done.location()).await;
    page.is(200)
        .says("conformance.done.severities_set")
        .says("conformance.severities.differs");
    assert_eq!(page.value_of("row_version"), Some("1"));
    let stale = [("row_version", "0"), ("case_late", "info")];
    let refused = secretary.post(path, &stale).await;
    refused.is(409).says("conformance.severities.stale");
    let late = refused.text().split_once("name=\"case_late\"").unwrap().1;
    let chosen = late.split_once(" selected").unwrap().0;
    assert!(chosen.ends_with("value=\"info\""), "what was chosen was lost");
    secretary
        .post(path, &[("row_version", "1"), ("case_late", "x")])
        .await
        .is(422);
    secretary
        .post(path, &[("row_version", "1")])
        .await
        .is(422)
        .says("conformance.severities.unchanged");
    let case = auditor.get(&format!("/conformance/cases/{code}")).await;
    case.is(200)
        .says("conformance.severity.medium")
        .lacks("conformance.severity.high");
    auditor
        .get("/conformance")
        .await
        .is(200)
        .says("conformance.severity.medium");
    auditor.set_cookie("quytrinh_language", "en");
    auditor
        .get(path)
        .await
        .is(200)
        .says("one degree more")
        .lacks("nặng thêm");
    office.stranger().get(path).await.is(303);
}

#[actix_web::test]
async fn the_database_counts_each_change_and_knows_only_its_weights() {
    let office = office().await;
    set(&office, "thuky", 0, vec![(K::Repeated, Weight::High)]).unwrap();
    for sql in [
        "DELETE FROM severity_tables",
        "UPDATE severity_tables SET row_version = 1",
        "UPDATE severity_tables SET row_version = 3",
        "UPDATE severity_choices SET weight = 'low'",
        "INSERT INTO severity_choices (agency_id, kind, weight) SELECT agency_id, 'x', 'heavy' FROM severity_tables",
        "INSERT INTO severity_tables (agency_id, row_version) VALUES ('nobody', 1)",
    ] {
        let done = diesel::sql_query(sql).execute(&mut office.connect());
        assert!(done.is_err(), "{sql} changed {done:?} rows");
    }
}
