//! Conformance: real cases judged, the figures, the list and the page of one case.

use crate::cases::{at, head, off_step, office, perform_step, received, record};
use crate::support::TestOffice;
use chrono::TimeDelta;
use quytrinh::cases::{NewStep, Received, TraceFilter};
use quytrinh::conformance::{FindingKind as K, Judged, Summary, judge_all};
use quytrinh::kernel::{AccessRole, CaseId};
use quytrinh::logs::{self, Format, Limits, LogMap};

pub fn do_step(office: &TestOffice, id: &CaseId, (username, code, outcome): (&str, &str, &str), outputs: usize) {
    office.wait(TimeDelta::minutes(20));
    let new = NewStep {
        step_code: code.to_owned(),
        outcome: Some(outcome.to_owned()).filter(|outcome| !outcome.is_empty()),
        outputs: (0..outputs).collect(),
        ..NewStep::default()
    };
    perform_step(office, username, id, new).unwrap();
}

/// A case that followed the workflow to its end.
pub fn clean(office: &TestOffice) -> Received {
    let case = received(office);
    do_step(office, &case.id, ("canbo", "B2", "Đạt"), 2);
    do_step(office, &case.id, ("lanhdao", "B4", "Đồng ý"), 1);
    do_step(office, &case.id, ("vanthu", "B5", ""), 0);
    do_step(office, &case.id, ("motcua", "B7", ""), 1);
    case
}

/// A case whose appraisal was left out; the clerk signed on paper.
pub fn deviating(office: &TestOffice) -> Received {
    let case = received(office);
    office.wait(TimeDelta::minutes(20));
    let mut signed = off_step(office, "B4", "vanthu");
    signed.outcome = Some("Đồng ý".to_owned());
    signed.outputs = vec![0];
    record(office, "motcua", &case.id, signed).unwrap();
    do_step(office, &case.id, ("vanthu", "B5", ""), 0);
    do_step(office, &case.id, ("motcua", "B7", ""), 1);
    case
}

fn judged(office: &TestOffice) -> Vec<Judged> {
    office.read(|work| judge_all(work, &TraceFilter::default())).unwrap()
}

fn kinds(judged: &Judged) -> Vec<K> {
    judged.judgement.findings.iter().map(|finding| finding.kind).collect()
}

#[actix_web::test]
async fn a_case_of_live_steps_conforms_and_one_of_paper_shows_what_happened() {
    let office = office().await;
    clean(&office);
    deviating(&office);
    let all = judged(&office);
    assert_eq!(kinds(&all[0]), []);
    assert_eq!(kinds(&all[1]), [K::Skipped, K::WrongRole, K::OffWorkflowRecorded]);
    assert_eq!(all[1].judgement.findings[1].person_name, "Ông/Bà vanthu");
    let summary = Summary::of(all.iter().map(|one| (&one.trace, &*one.judgement)));
    assert_eq!(
        (summary.cases, summary.conforming, summary.closed, summary.in_time),
        (2, 1, 2, 2)
    );
    // The shortest way to a result has five steps: one deviation in four events and those.
    let expected = (1.0 + (1.0 - 1.0 / 9.0)) / 2.0;
    assert!(summary.fitness.is_some_and(|fitness| (fitness - expected).abs() < 1e-9));
    assert_eq!(judged(&office)[1].judgement, all[1].judgement);
}

#[actix_web::test]
async fn an_open_case_becomes_late_although_nothing_is_done() {
    let office = office().await;
    let case = received(&office);
    assert_eq!(kinds(&judged(&office)[0]), [K::NearLimit]);
    assert_eq!(head(&office, &case.id).last_seq, 1);
    office.set_time(at(18, 8, 0));
    // The case itself is due at the end of the next day.
    assert_eq!(kinds(&judged(&office)[0]), [K::StepLate, K::NearLimit]);
    office.set_time(at(27, 8, 0));
    assert_eq!(kinds(&judged(&office)[0]), [K::StepLate, K::CaseLate]);
    assert_eq!(kinds(&judged(&office)[0]), [K::StepLate, K::CaseLate]);
}

#[actix_web::test]
async fn an_auditor_sees_figures_lists_and_each_case_in_words() {
    let office = office().await;
    let (good, bad) = (clean(&office), deviating(&office));
    let open = received(&office);
    let auditor = office.sign_in("danhgia").await;
    let figures = auditor.get("/conformance").await;
    figures
        .is(200)
        .says("conformance.kind.skipped")
        .says("conformance.by_person")
        .says("Ông/Bà vanthu")
        .says("67 %");
    let list = auditor.get("/conformance/cases?kind=skipped&procedure=QT.T.01").await;
    list.is(200)
        .says(&bad.code)
        .lacks(&good.code)
        .lacks(&open.code)
        .says("khi chưa làm B2 “Thẩm định”");
    let conforming = auditor.get("/conformance/cases?only=conforming").await;
    conforming.is(200).says(&good.code).says(&open.code).lacks(&bad.code);
    let clerk = crate::cases::person(&office, "vanthu");
    let own = auditor.get(&format!("/conformance/cases?person={clerk}&step=B4")).await;
    own.is(200)
        .says(&bad.code)
        .lacks(&good.code)
        .says("conformance.kind.wrong_role")
        .says("Chỉ nêu việc của Ông/Bà vanthu");
    let page = auditor.get(&format!("/conformance/cases/{}", bad.code)).await;
    page.is(200)
        .says("conformance.match.missing")
        .says("conformance.kind.skipped")
        .says("QT.T.01?version=1#step-2")
        .says("chưa từng được phân công vai trò Vai lanhdao")
        .says("Mất điện, làm trên giấy")
        .says("<svg");
    let page = auditor.get(&format!("/conformance/cases/{}", good.code)).await;
    page.is(200)
        .says("conformance.case.conforming")
        .lacks("conformance.match.missing");
    let page = auditor.get(&format!("/conformance/cases/{}", open.code)).await;
    page.is(200).says("conformance.match.waiting");
    auditor.set_cookie("quytrinh_language", "en");
    let page = auditor.get(&format!("/conformance/cases/{}", bad.code)).await;
    page.is(200)
        .says("was never assigned to the role Vai lanhdao")
        .lacks("đã duyệt");
}

#[actix_web::test]
async fn others_and_other_offices_see_nothing() {
    let office = office().await;
    let bad = deviating(&office);
    let path = format!("/conformance/cases/{}", bad.code);
    office.stranger().get(&path).await.is(303);
    office.sign_in("canbo").await.get(&path).await.is(403);
    office.person_of(&office.foreign, "langgieng", &[AccessRole::Auditor]);
    let neighbour = office.sign_in("langgieng").await;
    neighbour.get("/conformance/cases").await.is(200).lacks(&bad.code);
    neighbour.get(&path).await.is(404);
    neighbour.get("/conformance?procedure=QT.T.01").await.is(404);
    let auditor = office.sign_in("danhgia").await;
    auditor.get("/conformance/cases/X-1").await.is(404);
    let odd = auditor
        .get("/conformance/cases?from=2026-13-40&to=&kind=no&only=x&after=%00&person=%F0")
        .await;
    odd.is(200);
}

#[actix_web::test]
async fn the_cases_of_a_period_go_to_other_tools_as_an_event_log() {
    let office = office().await;
    let (good, bad) = (clean(&office), deviating(&office));
    let open = received(&office);
    let auditor = office.sign_in("danhgia").await;
    let list = auditor.get("/conformance/cases?procedure=QT.T.01").await;
    list.is(200).says("conformance.list.xes");
    let period = "from=2026-01-01&to=2026-12-31&procedure=QT.T.01";
    for (path, form) in [("xes", Format::Xes), ("csv", Format::Csv)] {
        let reply = auditor.get(&format!("/conformance/log.{path}?{period}")).await;
        reply.is(200);
        assert!(
            reply
                .header("content-disposition")
                .contains(&format!("QT.T.01.2026-01-01.2026-12-31.{path}"))
        );
        let log = logs::read(&reply.bytes[..], form, &LogMap::default(), &Limits::COMMAND_LINE).unwrap();
        assert_eq!(log.faults(), []);
        let mut names: Vec<&str> = log.iter().map(|case| case.name()).collect();
        names.sort_unstable();
        let mut codes = [good.code.as_str(), &bad.code, &open.code];
        codes.sort_unstable();
        assert_eq!(names, codes);
        assert_eq!(log.events(), 5 + 4 + 1);
        let ended: Vec<Option<bool>> = log.iter().map(|case| case.completed()).collect();
        assert_eq!(
            ended.iter().filter(|ended| **ended == Some(true)).count(),
            2,
            "{ended:?}"
        );
        assert!(log.people().any(|name| name == "Ông/Bà vanthu"));
        // Citizens are nobody's business there.
        assert!(log.people().all(|name| name.starts_with("Ông/Bà")));
    }
    let nothing = auditor
        .get("/conformance/log.csv?procedure=QT.T.01&from=2020-01-01&to=2020-02-01")
        .await;
    assert_eq!(nothing.text().lines().count(), 1);
    auditor.get("/conformance/log.csv?procedure=QT.KHAC").await.is(404);
    office
        .sign_in("canbo")
        .await
        .get(&format!("/conformance/log.csv?{period}"))
        .await
        .is(403);
}
