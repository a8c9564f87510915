//! Random valid runs give no finding; one planted deviation gives exactly its kind.

use super::office::{Office, at, case, number, person};
use crate::cases::{Ended, Event, Trace};
use crate::conformance::FindingKind as K;
use crate::kernel::VersionId;
use chrono::TimeDelta;
use proptest::prelude::*;

/// What a run may choose: the supplement, how often the signature is refused, which branch first, whether the notice is
/// given, who does what, and how many minutes each step takes.
pub(super) type Choices = (bool, u8, bool, bool, bool, Vec<u8>);

pub(super) fn choices() -> impl Strategy<Value = Choices> {
    (
        any::<bool>(),
        0_u8..2,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        prop::collection::vec(1_u8..8, 20),
    )
}

/// A run that follows the table: received on Monday at 8:00, every step minutes after the one before it.
pub(super) fn run((supplement, redo, police_first, notice, other_desk, minutes): &Choices) -> Trace {
    let desk = if *other_desk { "anh" } else { "an" };
    let mut steps = vec![("B1", "valid", desk)];
    if *supplement {
        steps.extend([("B2", "incomplete", "chi"), ("B3", "-", desk)]);
    }
    steps.push(("B2", "good", "chi"));
    for round in 0..=*redo {
        let mut opinions = [("B4", "-", "dung"), ("B5", "-", "pia")];
        if *police_first {
            opinions.reverse();
        }
        steps.extend(opinions);
        steps.push(("B6", if round == *redo { "sign" } else { "redo" }, "giang"));
    }
    steps.push(("B7", "-", "ha"));
    if *notice {
        steps.push(("B8", "-", "anh"));
    }
    steps.push(("B9", "-", desk));
    let mut time = at("11-02 08:00");
    let mut events = Vec::new();
    for ((code, outcome, who), minutes) in steps.into_iter().zip(minutes) {
        time += TimeDelta::minutes(i64::from(*minutes));
        let text = format!("{code} {outcome} {who} 11-02 08:00");
        events.push(Event {
            done_at: time,
            ..super::office::event(&text)
        });
    }
    let mut trace = case(&[], Some(Ended::Completed));
    trace.events = events;
    number(&mut trace);
    trace
}

fn place(trace: &Trace, code: &str) -> usize {
    trace.events.iter().position(|event| event.step_code == code).unwrap()
}

/// Plants one deviation; gives its kind.
pub(super) fn plant(trace: &mut Trace, which: usize) -> K {
    let kind = match which {
        0..6 => plant_in_the_way(trace, which),
        6..9 => plant_among_people(trace, which),
        _ => plant_in_records(trace, which),
    };
    number(trace);
    kind
}

fn plant_in_the_way(trace: &mut Trace, which: usize) -> K {
    let last = trace.events.len() - 1;
    match which {
        0 => {
            trace.events.remove(place(trace, "B7"));
            K::Skipped
        }
        1 => {
            // Two steps change places, but not their times.
            let (first, second) = (trace.events[0].done_at, trace.events[1].done_at);
            trace.events.swap(0, 1);
            (trace.events[0].done_at, trace.events[1].done_at) = (first, second);
            K::OutOfOrder
        }
        2 => {
            let at = place(trace, "B7");
            trace.events.insert(at, trace.events[at].clone());
            K::Repeated
        }
        3 => {
            let at = place(trace, "B4");
            let event = Event {
                step_code: "Z1".to_owned(),
                ..trace.events[at].clone()
            };
            trace.events.insert(at, event);
            K::UnknownStep
        }
        4 => {
            let event = Event {
                step_code: "B7".to_owned(),
                person: person("ha"),
                ..trace.events[last].clone()
            };
            trace.events.push(event);
            K::StepAfterEnd
        }
        _ => {
            trace.events.truncate(place(trace, "B7") + 1);
            trace.ended = Some(Ended::Stopped);
            K::ClosedUnfinished
        }
    }
}

fn plant_among_people(trace: &mut Trace, which: usize) -> K {
    let last = trace.events.len() - 1;
    match which {
        6 => {
            let at = place(trace, "B4");
            trace.events[at].person = person("ha");
            K::WrongRole
        }
        7 => {
            for event in trace.events.iter_mut().filter(|event| event.step_code == "B2") {
                event.person = person("binh");
            }
            let signed = trace.events.iter().rposition(|event| event.step_code == "B6").unwrap();
            trace.events[signed].person = person("binh");
            K::FourEyes
        }
        _ => {
            let is_an = trace.events[last].person == person("an");
            trace.events[last].person = person(if is_an { "anh" } else { "an" });
            K::SamePerson
        }
    }
}

fn plant_in_records(trace: &mut Trace, which: usize) -> K {
    let last = trace.events.len() - 1;
    match which {
        9 => {
            for event in &mut trace.events {
                event.done_at += TimeDelta::hours(5);
            }
            K::StepLate
        }
        10 => {
            trace.due_at = Some(trace.events[last].done_at - TimeDelta::minutes(1));
            K::CaseLate
        }
        11 => {
            trace.papers.clear();
            K::PaperMissing
        }
        12 => {
            trace.events[last].outputs.clear();
            K::ResultMissing
        }
        13 => {
            trace.events[last / 2].version = VersionId::of("v1");
            K::OutdatedVersion
        }
        14 => {
            trace.events[last / 2].off_workflow = true;
            K::OffWorkflowRecorded
        }
        _ => {
            trace.received_at = trace.events[0].done_at + TimeDelta::seconds(1);
            K::ImpossibleTime
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn valid_runs_give_nothing_finished_or_not(choices in choices(), cut in 0_usize..16) {
        let mut office = Office::new();
        let mut trace = run(&choices);
        prop_assert_eq!(office.found(&trace), vec![]);
        trace.events.truncate(cut);
        trace.ended = None;
        number(&mut trace);
        office.now = trace.events.last().map_or(trace.received_at, |event| event.done_at);
        prop_assert_eq!(office.found(&trace), vec![]);
    }

    #[test]
    fn one_planted_deviation_gives_exactly_its_kind(choices in choices(), which in 0_usize..16) {
        let office = Office::new();
        let mut trace = run(&choices);
        let kind = plant(&mut trace, which);
        let found: Vec<K> = office.found(&trace).into_iter().map(|(kind, _)| kind).collect();
        prop_assert_eq!(found, vec![kind], "{:?}", trace.events.iter().map(|event| &event.step_code).collect::<Vec<_>>());
    }

    #[test]
    fn judging_in_another_order_and_again_changes_nothing(first in choices(), second in choices(), which in 0_usize..16) {
        let (office, other) = (Office::new(), Office::new());
        let (one, mut two) = (run(&first), run(&second));
        plant(&mut two, which);
        let (a, b) = (office.judge(&one), office.judge(&two));
        let (d, c) = (other.judge(&two), other.judge(&one));
        prop_assert_eq!(&a, &c);
        prop_assert_eq!(&b, &d);
        prop_assert_eq!(&office.judge(&two), &b);
    }
}
