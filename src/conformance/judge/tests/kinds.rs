//! Every kind of finding, planted by hand in a clean case.

use super::office::{CLEAN, Office, at, case, event, number};
use crate::cases::{Ended, Trace};
use crate::conformance::{Arg, FindingKind as K, Raise, Severity};
use crate::kernel::VersionId;

pub(super) const DONE: Option<Ended> = Some(Ended::Completed);

/// The clean case with the events of these places replaced, an empty text for none.
pub(super) fn changed(changes: &[(usize, &str)]) -> Trace {
    let mut events = CLEAN.to_vec();
    for (place, text) in changes {
        events[*place] = text;
    }
    events.retain(|text| !text.is_empty());
    case(&events, DONE)
}

/// The clean case with one event more.
fn with(place: usize, text: &str) -> Trace {
    let mut events = CLEAN.to_vec();
    events.insert(place, text);
    case(&events, DONE)
}

#[test]
fn clean_cases_give_nothing() {
    let office = Office::new();
    assert_eq!(office.found(&case(&CLEAN, DONE)), []);
    let judgement = office.judge(&case(&CLEAN, DONE));
    assert!(judgement.is_conforming() && judgement.cost == 0 && (judgement.fitness - 1.0).abs() < 1e-9);
    let refused = case(&["B1 foreign an 11-02 08:30"], Some(Ended::Refused));
    assert_eq!(office.found(&refused), []);
    let withdrawn = case(&CLEAN[..3], Some(Ended::Withdrawn));
    assert_eq!(office.found(&withdrawn), []);
    let optional = with(6, "B8 - anh 11-03 16:00");
    assert_eq!(office.found(&optional), []);
}

#[test]
fn rework_and_a_supplement_give_nothing_and_waiting_is_not_counted() {
    let office = Office::new();
    let mut supplement = case(
        &[
            "B1 valid an 11-02 08:30",
            "B2 incomplete chi 11-02 15:00",
            "B3 - an 11-20 09:00",
            "B2 good chi 11-20 16:00",
            "B4 - dung 11-23 10:00",
            "B5 - pia 11-23 11:00",
            "B6 redo giang 11-23 11:20",
            "B5 - pia 11-23 14:00",
            "B4 - dung 11-23 15:00",
            "B6 sign giang 11-23 16:00",
            "B7 - ha 11-23 16:30",
            "B9 - an 11-23 16:40",
        ],
        DONE,
    );
    supplement.due_at = Some(at("12-04 17:00"));
    supplement.events[1].outputs = Vec::new();
    assert_eq!(office.found(&supplement), []);
}

#[test]
fn open_cases_are_judged_as_far_as_they_came() {
    let mut office = Office::new();
    office.now = at("11-03 10:30");
    let open = case(&CLEAN[..4], None);
    assert_eq!(office.found(&open), []);
    // The shared half day of the signature runs out at 15:30, and that is soon.
    let judgement = office.judge(&open);
    assert_eq!(judgement.changes_at, Some(at("11-03 15:30")));
    assert_eq!(
        (judgement.findings[0].kind, judgement.findings[0].word),
        (K::NearLimit, "step_near")
    );
    assert!(judgement.is_conforming());
    office.now = at("11-03 15:31");
    assert_eq!(office.found(&open), [(K::StepLate, "step_waiting_shared")]);
    office.now = at("11-03 17:01");
    let early = office.judge(&case(&CLEAN[..1], None));
    assert_eq!(
        early.changes_at,
        Some(at("11-13 00:00")),
        "the case is due soon from the Friday before"
    );
    assert_eq!(early.findings[0].word, "step_waiting");
    assert_eq!(early.findings[0].event_seq, None);
    office.now = at("11-20 10:00");
    assert_eq!(
        office.found(&open),
        [(K::StepLate, "step_waiting_shared"), (K::CaseLate, "case_late_open")]
    );
    let mut paused = case(&["B1 valid an 11-02 08:30", "B2 incomplete chi 11-02 15:00"], None);
    paused.events[1].outputs = Vec::new();
    paused.due_at = None;
    assert_eq!(office.found(&paused), []);
}

#[test]
fn steps_left_out_are_told_together() {
    let office = Office::new();
    let trace = changed(&[(4, ""), (5, "")]);
    let judgement = office.judge(&trace);
    assert_eq!(judgement.findings.len(), 1);
    let finding = &judgement.findings[0];
    assert_eq!(
        (finding.kind, finding.severity, finding.event_seq),
        (K::Skipped, Severity::High, Some(5))
    );
    assert_eq!(finding.raised, Some(Raise::CheckLeftOut));
    assert_eq!(finding.args[0], ("rows", Arg::Rows(vec![5, 6])));
    assert_eq!(finding.person_name, "an");
    assert_eq!((finding.step_code.as_str(), finding.rule.row), ("B6", Some(5)));
    let plain = office.judge(&changed(&[(5, "")]));
    assert_eq!(
        (plain.findings[0].kind, plain.findings[0].severity),
        (K::Skipped, Severity::Medium)
    );
    assert_eq!(plain.cost, 1);
}

#[test]
fn a_branch_that_was_left_out_is_told_when_the_parallel_part_is_left() {
    let office = Office::new();
    let judgement = office.judge(&changed(&[(3, ""), (4, "")]));
    let told: Vec<_> = judgement
        .findings
        .iter()
        .map(|finding| (finding.kind, finding.event_seq, finding.args[0].1.clone()))
        .collect();
    assert_eq!(
        told,
        [
            (K::Skipped, Some(4), Arg::Rows(vec![5])),
            (K::ConsultationMissing, Some(4), Arg::Rows(vec![3]))
        ]
    );
    // It is not told at the other branch, for it could still have come.
    let one = office.judge(&changed(&[(3, "")]));
    assert_eq!(one.findings.len(), 1);
    assert_eq!(
        (one.findings[0].kind, one.findings[0].person_name.as_str()),
        (K::ConsultationMissing, "giang")
    );
    let none = office.judge(&changed(&[(2, ""), (3, "")]));
    let kinds: Vec<_> = none
        .findings
        .iter()
        .map(|finding| (finding.kind, finding.row))
        .collect();
    assert_eq!(
        kinds,
        [(K::ConsultationMissing, Some(3)), (K::ConsultationMissing, Some(4))]
    );
}

#[test]
fn a_step_in_another_place_is_out_of_order() {
    let office = Office::new();
    let late = changed(&[(5, "B9 - an 11-03 15:00"), (6, "B7 - ha 11-03 15:30")]);
    assert_eq!(office.found(&late), [(K::OutOfOrder, "too_late")]);
    let judgement = office.judge(&late);
    assert_eq!(judgement.findings[0].args[1], ("near", Arg::Rows(vec![8])));
    assert_eq!(judgement.findings[0].event_seq, Some(7));
    let mut open = case(&["B1 valid an 11-02 08:30", "B6 sign giang 11-02 09:00"], None);
    let mut office = office;
    office.now = at("11-02 09:30");
    assert_eq!(office.found(&open), [(K::OutOfOrder, "too_early")]);
    open.events.push(event("B2 good chi 11-02 09:10"));
    number(&mut open);
    assert_eq!(office.found(&open), [(K::OutOfOrder, "too_early")]);
    let notice = with(7, "B8 - anh 11-04 09:00");
    office.now = at("12-31 17:00");
    assert_eq!(office.found(&notice), [(K::StepAfterEnd, "step_after_end")]);
}

#[test]
fn an_event_too_many_is_repeated_unknown_or_after_the_end() {
    let office = Office::new();
    assert_eq!(
        office.found(&with(2, "B2 good chi 11-02 15:10")),
        [(K::Repeated, "repeated")]
    );
    assert_eq!(
        office.found(&with(7, "B9 - an 11-04 09:00")),
        [(K::Repeated, "repeated")]
    );
    let unknown = with(2, "X9 - chi 11-02 15:10");
    assert_eq!(office.found(&unknown), [(K::UnknownStep, "unknown_step")]);
    assert_eq!(office.judge(&unknown).findings[0].step_code, "X9");
    let mut later = Office::new();
    later.elsewhere.insert("X9".to_owned(), VersionId::of("v3"));
    let judgement = later.judge(&unknown);
    assert_eq!(later.found(&unknown), [(K::OtherVersionStep, "other_version_step")]);
    assert!(
        judgement.findings[0]
            .args
            .contains(&("used", Arg::Version(VersionId::of("v3"))))
    );
    assert_eq!(
        office.found(&with(7, "B7 - ha 11-04 09:10")),
        [(K::StepAfterEnd, "step_after_end")]
    );
}

#[test]
fn a_case_that_was_closed_too_soon_is_not_finished() {
    let office = Office::new();
    let stopped = office.judge(&case(&CLEAN[..5], Some(Ended::Stopped)));
    assert_eq!(stopped.findings.len(), 1);
    assert_eq!(stopped.findings[0].kind, K::ClosedUnfinished);
    assert_eq!(stopped.findings[0].args[0], ("rows", Arg::Rows(vec![6, 8])));
    let empty = case(&[], Some(Ended::Stopped));
    assert_eq!(office.found(&empty)[0], (K::ClosedUnfinished, "closed_unfinished"));
}

#[test]
fn a_step_of_another_outcome_is_on_the_wrong_branch() {
    let office = Office::new();
    let judgement = office.judge(&with(2, "B3 - an 11-02 15:10"));
    assert_eq!(judgement.findings.len(), 1);
    assert_eq!(
        (judgement.findings[0].kind, judgement.findings[0].word),
        (K::WrongBranch, "wrong_branch")
    );
    assert_eq!(
        judgement.findings[0].args[2],
        ("outcome", Arg::Text("incomplete".to_owned()))
    );
    let mut office = office;
    office.now = at("11-02 15:30");
    let open = case(
        &[
            "B1 valid an 11-02 08:30",
            "B2 good chi 11-02 15:00",
            "B3 - an 11-02 15:10",
        ],
        None,
    );
    assert_eq!(office.found(&open), [(K::WrongBranch, "wrong_branch")]);
}

#[test]
fn a_step_that_is_done_too_often_is_told_once() {
    let office = Office::new();
    let mut trace = case(
        &[
            "B1 valid an 11-02 08:30",
            "B2 incomplete chi 11-02 09:00",
            "B3 - an 11-02 09:30",
            "B2 incomplete chi 11-02 10:00",
            "B3 - an 11-02 10:30",
            "B2 good chi 11-02 11:00",
            CLEAN[2],
            CLEAN[3],
            CLEAN[4],
            CLEAN[5],
            CLEAN[6],
        ],
        DONE,
    );
    trace.events[1].outputs = Vec::new();
    assert_eq!(office.found(&trace), [(K::TooManyTimes, "too_many_times")]);
    assert_eq!(office.judge(&trace).findings[0].event_seq, Some(5));
}

#[test]
fn people_must_be_assigned_on_the_day() {
    let office = Office::new();
    assert_eq!(
        office.found(&changed(&[(1, "B2 good ha 11-02 15:00")])),
        [(K::WrongRole, "wrong_role")]
    );
    let mut later: Vec<String> = CLEAN.iter().map(|text| text.replace("11-0", "12-0")).collect();
    later
        .iter_mut()
        .for_each(|text| *text = text.replace("12-02", "12-01").replace("12-03", "12-02"));
    let mut trace = case(&later.iter().map(String::as_str).collect::<Vec<_>>(), DONE);
    trace.received_at = at("12-01 08:00");
    trace.due_at = None;
    assert_eq!(office.found(&trace), [(K::NotAssignedThatDay, "not_assigned")]);
    assert_eq!(
        office.judge(&trace).findings[0].args[2],
        ("people", Arg::People(Vec::new()))
    );
}

#[test]
fn two_people_where_two_must_and_one_where_one_must() {
    let office = Office::new();
    let eyes = changed(&[(1, "B2 good binh 11-02 15:00"), (4, "B6 sign binh 11-03 14:00")]);
    assert_eq!(office.found(&eyes), [(K::FourEyes, "four_eyes")]);
    assert_eq!(office.judge(&eyes).findings[0].event_seq, Some(5));
    assert_eq!(
        office.found(&changed(&[(6, "B9 - anh 11-04 09:00")])),
        [(K::SamePerson, "same_person")]
    );
}

#[test]
fn a_text_without_workflow_is_not_determined() {
    let mut office = Office::new();
    office.content = crate::documents::Content::of("+++\ncode = \"QT.02\"\n+++\n");
    let judgement = office.judge(&case(&CLEAN, DONE));
    assert!(!judgement.is_determined && !judgement.is_conforming() && judgement.findings.is_empty());
}

#[test]
fn equal_shapes_are_compared_once() {
    let office = Office::new();
    office.found(&case(&CLEAN, DONE));
    office.found(&changed(&[(0, "B1 valid anh 11-02 08:45")]));
    assert_eq!(office.shapes.len(), 1);
    office.found(&changed(&[(0, "")]));
    assert_eq!(office.shapes.len(), 2);
}
