//! Cases from elsewhere, of which less is known: what is not known gives no findings.

use super::office::{CLEAN, Office, at, case, person, told};
use crate::cases::{Ended, Trace};
use crate::conformance::{Arg, FindingKind as K, Perspectives, Promise, RoleTexts, Who};
use crate::kernel::{PersonId, VersionId};
use crate::workflow::RoleCode;

/// A case with something wrong in every respect but its way.
fn wrong() -> Trace {
    let mut trace = case(&CLEAN, Some(Ended::Refused));
    trace.events[1].person = person("binh");
    trace.events[2].person = person("ha");
    trace.events[2].version = VersionId::of("v1");
    trace.events[4].person = person("binh");
    trace.events[6].outputs.clear();
    trace.events[6].person = person("anh");
    trace.events[5].done_at = at("11-05 08:00");
    trace.due_at = Some(at("11-03 08:00"));
    trace.papers.clear();
    trace
}

fn known(known: Perspectives<'_>) -> Vec<K> {
    let office = Office::new();
    let mut kinds: Vec<K> = told(&office.judge_by(&wrong(), known))
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    kinds.sort_unstable();
    kinds
}

#[test]
fn what_is_not_known_gives_no_findings() {
    let nothing = Perspectives::order_only();
    assert_eq!(known(nothing), []);
    assert_eq!(
        known(Perspectives {
            ending: true,
            ..nothing
        }),
        [K::WrongEnd]
    );
    assert_eq!(
        known(Perspectives {
            results: true,
            ..nothing
        }),
        [K::ResultMissing]
    );
    assert_eq!(
        known(Perspectives {
            versions: true,
            ..nothing
        }),
        [K::OutdatedVersion]
    );
    assert_eq!(
        known(Perspectives {
            papers: true,
            ..nothing
        }),
        []
    );
    let times = Some(Promise::Recorded);
    assert_eq!(
        known(Perspectives { times, ..nothing }),
        [K::StepLate, K::CaseLate, K::ImpossibleTime]
    );
    let who = Who::Named;
    assert_eq!(known(Perspectives { who, ..nothing }), [K::FourEyes, K::SamePerson]);
}

#[test]
fn the_role_that_is_recorded_with_a_step_is_held_against_its_row() {
    let office = Office::new();
    let texts = RoleTexts::new([
        ("Chuyên viên".to_owned(), RoleCode::new("expert")),
        ("Lãnh đạo".to_owned(), RoleCode::new("chief")),
    ]);
    let known = Perspectives {
        who: Who::Recorded(&texts),
        ..Perspectives::order_only()
    };
    let mut trace = case(&CLEAN, Some(Ended::Completed));
    let roles = ["desk", "CHUYÊN VIÊN", "police", "opinion", "Lãnh đạo", "", "desk"];
    for (event, role) in trace.events.iter_mut().zip(roles) {
        event.role = Some(role.to_owned());
    }
    trace.events[2].role = None;
    assert_eq!(told(&office.judge_by(&trace, known)), []);
    trace.events[4].role = Some("Chuyên viên".to_owned());
    let judgement = office.judge_by(&trace, known);
    assert_eq!(told(&judgement), [(K::WrongRole, "wrong_role_recorded")]);
    let finding = &judgement.findings[0];
    assert_eq!((finding.event_seq, finding.at), (Some(5), None));
    assert_eq!(finding.args[0], ("role", Arg::Text("Chuyên viên".to_owned())));
}

#[test]
fn people_without_a_name_are_not_held_against_each_other() {
    let office = Office::new();
    let known = Perspectives {
        who: Who::Named,
        ..Perspectives::order_only()
    };
    let mut trace = case(&CLEAN, Some(Ended::Completed));
    for event in &mut trace.events {
        event.person = PersonId::of("");
    }
    let judgement = office.judge_by(&trace, known);
    assert_eq!(told(&judgement), []);
    trace.events[6].step_code = "X".to_owned();
    let judgement = office.judge_by(&trace, known);
    assert!(
        judgement.findings.iter().all(|finding| finding.person.is_none()),
        "{judgement:?}"
    );
}

#[test]
fn what_the_text_promises_is_counted_from_receipt_and_moved_by_the_pauses() {
    let mut office = Office::new();
    let known = Perspectives {
        times: Some(Promise::ByText),
        ..Perspectives::order_only()
    };
    let slow = [
        "B1 valid an 11-02 08:30",
        "B2 incomplete chi 11-02 15:00",
        "B3 - an 11-13 15:00",
        "B2 good chi 11-13 16:00",
        "B4 - dung 11-16 10:00",
        "B5 - pia 11-16 11:00",
        "B6 sign giang 11-16 14:00",
        "B7 - ha 11-16 15:00",
        "B9 - an 11-27 09:00",
    ];
    let mut trace = case(&slow, Some(Ended::Completed));
    trace.due_at = None;
    trace.promised_at = None;
    trace.events[1].outputs.clear();
    // Ten working days end on Monday the sixteenth; nine working days of waiting move that to the twenty-seventh.
    assert_eq!(told(&office.judge_by(&trace, known)), []);
    trace.events[8].done_at = at("11-27 17:01");
    trace.ended_at = Some(at("11-27 17:01"));
    let judgement = office.judge_by(&trace, known);
    assert_eq!(told(&judgement), [(K::CaseLate, "case_late")]);
    assert!(
        judgement.findings[0]
            .args
            .contains(&("promised", Arg::Moment(at("11-16 17:00"))))
    );
    // While the citizen is waited for, nothing is due.
    let mut open = case(&slow[..2], None);
    open.due_at = None;
    open.events[1].outputs.clear();
    office.now = at("12-20 09:00");
    assert_eq!(told(&office.judge_by(&open, known)), []);
    let mut back = case(&slow[..4], None);
    back.due_at = None;
    let late = told(&office.judge_by(&back, known));
    assert!(late.contains(&(K::CaseLate, "case_late_open")), "{late:?}");
}
