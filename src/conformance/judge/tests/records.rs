//! Times, papers, results and versions, each planted by hand in a clean case.

use super::kinds::{DONE, changed};
use super::office::{CLEAN, Office, at, case};
use crate::conformance::{Arg, FindingKind as K, Raise, Severity};
use crate::kernel::VersionId;

#[test]
fn late_steps_weigh_by_how_late_they_are() {
    let office = Office::new();
    let late = office.judge(&changed(&[(0, "B1 valid an 11-02 10:30")]));
    assert_eq!(late.findings.len(), 1);
    let finding = &late.findings[0];
    assert_eq!(
        (finding.kind, finding.word, finding.severity),
        (K::StepLate, "step_late", Severity::Low)
    );
    assert!(finding.args.contains(&("over", Arg::WorkingMinutes(30))));
    let very = office.judge(&changed(&[
        (0, "B1 valid an 11-04 10:30"),
        (1, "B2 good chi 11-04 11:00"),
    ]));
    let step = very
        .findings
        .iter()
        .find(|finding| finding.kind == K::StepLate)
        .unwrap();
    assert_eq!((step.severity, step.raised), (Severity::Medium, Some(Raise::LongLate)));
    let shared = changed(&[(5, "B7 - ha 11-04 08:30")]);
    assert_eq!(office.found(&shared), [(K::StepLate, "step_late_shared")]);
    // The join waits for the later branch: nobody is late because the other one was quick.
    assert_eq!(office.found(&changed(&[(3, "B4 - dung 11-03 11:00")])), []);
}

#[test]
fn what_is_done_beside_the_way_is_not_charged_to_the_next_step() {
    let office = Office::new();
    let unknown = "X9 - chi 11-04 09:00";
    let mut events = CLEAN.to_vec();
    let later = [
        "B6 sign giang 11-04 10:00",
        "B7 - ha 11-04 11:00",
        "B9 - an 11-04 11:10",
    ];
    events.splice(4.., [unknown].into_iter().chain(later));
    assert_eq!(office.found(&case(&events, DONE)), [(K::UnknownStep, "unknown_step")]);
}

#[test]
fn a_late_case_is_told_when_it_ended_after_the_moved_time() {
    let office = Office::new();
    let mut trace = case(&CLEAN, DONE);
    trace.due_at = Some(at("11-03 17:00"));
    let judgement = office.judge(&trace);
    assert_eq!(
        (judgement.findings[0].kind, judgement.findings[0].word),
        (K::CaseLate, "case_late")
    );
    assert_eq!(judgement.findings[0].severity, Severity::Medium);
    trace.due_at = Some(at("10-20 17:00"));
    assert_eq!(office.judge(&trace).findings[0].severity, Severity::High);
}

#[test]
fn papers_and_results_must_be_there() {
    let office = Office::new();
    let mut trace = case(&CLEAN, DONE);
    trace.papers.clear();
    assert_eq!(office.found(&trace), [(K::PaperMissing, "paper_missing")]);
    assert_eq!(
        office.judge(&trace).findings[0].args[0],
        ("papers", Arg::Texts(vec!["Đơn".to_owned()]))
    );
    let mut trace = case(&CLEAN, DONE);
    trace.events[1].outputs = vec![0];
    trace.events[0].outputs = Vec::new();
    assert_eq!(office.found(&trace), [(K::ResultMissing, "result_missing")]);
    assert_eq!(
        office.judge(&trace).findings[0].args[0],
        ("results", Arg::Texts(vec!["Tờ trình".to_owned()]))
    );
}

#[test]
fn another_version_and_steps_beside_the_workflow_are_told() {
    let office = Office::new();
    let mut trace = case(&CLEAN, DONE);
    trace.events[2].version = VersionId::of("v1");
    assert_eq!(office.found(&trace), [(K::OutdatedVersion, "outdated_version")]);
    let mut trace = case(&CLEAN, DONE);
    trace.events[2].off_workflow = true;
    trace.events[2].reason = Some("mất điện".to_owned());
    assert_eq!(office.found(&trace), [(K::OffWorkflowRecorded, "off_workflow")]);
    assert!(office.judge(&trace).is_conforming());
}

#[test]
fn times_that_cannot_be_are_told() {
    let mut office = Office::new();
    assert_eq!(
        office.found(&changed(&[(0, "B1 valid an 11-01 08:30")])),
        [(K::ImpossibleTime, "before_receipt")]
    );
    assert_eq!(
        office.found(&changed(&[(5, "B7 - ha 11-03 13:00")])),
        [(K::ImpossibleTime, "before_previous")]
    );
    office.now = at("11-04 08:00");
    assert_eq!(
        office.found(&case(&CLEAN, DONE)),
        [(K::ImpossibleTime, "in_the_future")]
    );
}
