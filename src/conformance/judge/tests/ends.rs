//! How a case ended, held against what was done in it.

use super::office::{CLEAN, Office, case, event, number};
use crate::cases::{Ended, Trace};
use crate::conformance::{Arg, FindingKind as K, Judgement};

/// The rows of the one finding, which must be about what was left undone.
fn unfinished(judgement: &Judgement) -> Vec<usize> {
    let [finding] = judgement.findings.as_slice() else {
        panic!("{:?}", judgement.findings);
    };
    assert_eq!(finding.kind, K::ClosedUnfinished);
    let [("rows", Arg::Rows(rows)), ..] = finding.args.as_slice() else {
        panic!("{:?}", finding.args);
    };
    rows.clone()
}

fn without_outcomes(mut trace: Trace) -> Trace {
    trace.events.iter_mut().for_each(|event| event.outcome = None);
    trace
}

#[test]
fn a_case_stopped_after_any_step_lacks_the_rest_and_was_never_refused() {
    let office = Office::new();
    let rest: [&[usize]; 7] = [
        &[0, 1, 3, 4, 5, 6, 8],
        &[1, 3, 4, 5, 6, 8],
        &[3, 4, 5, 6, 8],
        &[3, 5, 6, 8],
        &[5, 6, 8],
        &[6, 8],
        &[8],
    ];
    for (done, rest) in rest.iter().enumerate() {
        let mut stopped = case(&CLEAN[..done], Some(Ended::Stopped));
        stopped.due_at = None;
        let judgement = office.judge(&stopped);
        assert_eq!(unfinished(&judgement), *rest, "after {done} steps");
        assert_eq!(usize::try_from(judgement.cost).unwrap(), rest.len());
        assert!((0.0..1.0).contains(&judgement.fitness));
        assert_eq!(
            unfinished(&office.judge(&without_outcomes(stopped))),
            *rest,
            "after {done} steps"
        );
    }
    assert_eq!(office.found(&case(&CLEAN, Some(Ended::Stopped))), []);
}

#[test]
fn a_case_stopped_while_it_waits_for_a_supplement_lacks_the_rest() {
    let office = Office::new();
    let mut stopped = case(
        &["B1 valid an 11-02 08:30", "B2 incomplete chi 11-02 15:00"],
        Some(Ended::Stopped),
    );
    stopped.events[1].outputs.clear();
    assert_eq!(unfinished(&office.judge(&stopped)), [2, 1, 3, 4, 5, 6, 8]);
}

#[test]
fn deviations_before_a_case_was_stopped_are_told_beside_what_is_left() {
    let office = Office::new();
    let mut events = CLEAN[..5].to_vec();
    events.remove(1);
    let judgement = office.judge(&case(&events, Some(Ended::Stopped)));
    let kinds: Vec<K> = judgement.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [K::Skipped, K::ClosedUnfinished]);
    assert_eq!(judgement.findings[1].args[0], ("rows", Arg::Rows(vec![6, 8])));
}

#[test]
fn outcomes_that_were_not_recorded_are_those_that_lead_to_the_recorded_end() {
    let office = Office::new();
    let begun = |ended| without_outcomes(case(&CLEAN[..1], Some(ended)));
    assert_eq!(office.found(&begun(Ended::Refused)), []);
    assert_eq!(unfinished(&office.judge(&begun(Ended::Completed))), [1, 3, 4, 5, 6, 8]);
    // Withdrawing is always possible, for the text says nothing of it.
    assert_eq!(office.found(&begun(Ended::Withdrawn)), []);
    let whole = without_outcomes(case(&CLEAN, Some(Ended::Completed)));
    assert_eq!(office.found(&whole), []);
}

#[test]
fn an_end_that_the_steps_did_not_come_to_is_told() {
    let office = Office::new();
    let refused = ["B1 foreign an 11-02 08:30"];
    let judgement = office.judge(&case(&refused, Some(Ended::Completed)));
    let [finding] = judgement.findings.as_slice() else {
        panic!("{:?}", judgement.findings);
    };
    assert_eq!(
        (finding.kind, finding.row, finding.event_seq),
        (K::WrongEnd, Some(0), Some(1))
    );
    let args = [
        ("recorded", Arg::Ended(Ended::Completed)),
        ("reached", Arg::Ended(Ended::Refused)),
    ];
    assert_eq!(finding.args, args);
    assert_eq!(judgement.cost, 0);
    assert_eq!(
        office.found(&case(&CLEAN, Some(Ended::Refused))),
        [(K::WrongEnd, "wrong_end")]
    );
}

#[test]
fn recorded_outcomes_are_taken_at_their_word_when_the_end_does_not_fit() {
    let office = Office::new();
    // Nothing after the examination leads to a refusal: it was closed before it was finished.
    let refused = case(&CLEAN[..2], Some(Ended::Refused));
    assert_eq!(unfinished(&office.judge(&refused)), [3, 4, 5, 6, 8]);
}

#[test]
fn going_on_as_if_the_outcome_were_another_one_is_the_wrong_branch() {
    let office = Office::new();
    let mut trace = case(&CLEAN, Some(Ended::Completed));
    trace.events[0] = event("B1 foreign an 11-02 08:30");
    number(&mut trace);
    let judgement = office.judge(&trace);
    let [finding] = judgement.findings.as_slice() else {
        panic!("{:?}", judgement.findings);
    };
    assert_eq!(
        (finding.kind, finding.word, finding.event_seq),
        (K::WrongBranch, "wrong_branch", Some(2))
    );
    assert!(finding.args.contains(&("outcome", Arg::Text("valid".to_owned()))));
    assert!(finding.args.contains(&("near", Arg::Rows(vec![0]))));
}
