//! Each verdict, and all verdicts against a plain search.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use proptest::{collection::vec, prelude::*};

use super::{Marking, Net, Soundness, soundness};

/// Places `p0`… and transitions with inputs and outputs; it begins in the first place and ends in the last.
fn net(places: usize, transitions: &[(&[usize], &[usize])]) -> Net {
    let mut net = Net::default();
    for place in 0..places {
        net.place(format!("p{place}"));
    }
    for (number, (inputs, outputs)) in transitions.iter().enumerate() {
        net.transition(format!("t{number}"), None, *inputs, *outputs);
    }
    net.initial = [(0, 1)].into();
    net.finals = vec![[(places - 1, 1)].into()];
    net
}

fn marked(places: &[usize]) -> Marking {
    places.iter().map(|place| (*place, 1)).collect()
}

#[test]
fn each_verdict_comes_with_a_shortest_trace() {
    let sound = net(4, &[(&[0], &[1, 2]), (&[1, 2], &[3]), (&[1], &[1])]);
    assert_eq!(soundness(&sound, 100), Soundness::Sound { markings: 3 });
    let double = net(3, &[(&[0], &[1]), (&[1], &[0, 2])]);
    let trace = vec![0, 1, 0, 1];
    // Before the place is full, the end is reached improperly.
    assert_eq!(
        soundness(&double, 100),
        Soundness::ImproperEnd {
            marking: marked(&[0, 2]),
            trace: vec![0, 1]
        }
    );
    let mut double = double;
    double.finals = vec![[(1, 1)].into()];
    assert_eq!(
        soundness(&double, 100),
        Soundness::ImproperEnd {
            marking: marked(&[1, 2]),
            trace: vec![0, 1, 0]
        }
    );
    double.finals = vec![[(0, 1), (1, 1)].into()];
    assert_eq!(soundness(&double, 100), Soundness::Unsafe { place: 2, trace });
    let stuck = net(4, &[(&[0], &[1]), (&[0], &[2]), (&[1, 2], &[3])]);
    assert_eq!(
        soundness(&stuck, 100),
        Soundness::Deadlock {
            marking: marked(&[1]),
            trace: vec![0]
        }
    );
    let round = net(4, &[(&[0], &[3]), (&[0], &[1]), (&[1], &[2]), (&[2], &[1])]);
    assert_eq!(
        soundness(&round, 100),
        Soundness::NoWayToEnd {
            marking: marked(&[1]),
            trace: vec![1]
        }
    );
    let dead = net(3, &[(&[0], &[2]), (&[1], &[2])]);
    assert_eq!(soundness(&dead, 100), Soundness::DeadTransition { transition: 1 });
    assert_eq!(soundness(&sound, 2), Soundness::TooLarge { markings: 1 });
}

#[test]
fn weights_several_tokens_and_transitions_without_inputs_are_not_safe() {
    let twice = net(2, &[(&[0], &[1, 1])]);
    assert_eq!(
        soundness(&twice, 100),
        Soundness::Unsafe {
            place: 1,
            trace: vec![0]
        }
    );
    let takes_two = net(2, &[(&[0], &[1]), (&[0, 0], &[1])]);
    assert_eq!(soundness(&takes_two, 100), Soundness::DeadTransition { transition: 1 });
    let mut full = net(2, &[(&[0], &[1])]);
    full.initial = [(0, 2)].into();
    assert_eq!(
        soundness(&full, 100),
        Soundness::Unsafe {
            place: 0,
            trace: vec![]
        }
    );
    let flood = net(2, &[(&[0], &[1]), (&[], &[0])]);
    assert_eq!(
        soundness(&flood, 100),
        Soundness::Unsafe {
            place: 0,
            trace: vec![1]
        }
    );
    assert!(matches!(soundness(&Net::default(), 100), Soundness::Deadlock { .. }));
}

#[test]
fn nets_of_more_than_one_word_and_many_markings_are_searched_quickly() {
    // Sixteen branches of four steps: 5^16 markings.
    let mut wide = Net::default();
    let start = wide.place("start");
    let end = wide.place("end");
    let mut lines = Vec::new();
    for branch in 0..16 {
        lines.push(
            (0..5)
                .map(|at| wide.place(format!("{branch}.{at}")))
                .collect::<Vec<_>>(),
        );
    }
    wide.transition(
        "split",
        None,
        [start],
        lines.iter().map(|line| line[0]).collect::<Vec<_>>(),
    );
    wide.transition(
        "join",
        None,
        lines.iter().map(|line| line[4]).collect::<Vec<_>>(),
        [end],
    );
    for line in &lines {
        for pair in line.windows(2) {
            let id = format!("t{}", wide.transitions.len());
            wide.transition(id, None, [pair[0]], [pair[1]]);
        }
    }
    wide.initial = [(start, 1)].into();
    wide.finals = vec![[(end, 1)].into()];
    let began = Instant::now();
    assert!(matches!(soundness(&wide, 50_000), Soundness::TooLarge { .. }));
    // With six of the branches it is small enough.
    wide.transitions[0].outputs.truncate(6);
    wide.transitions[1].inputs.truncate(6);
    wide.transitions.truncate(2 + 6 * 4);
    assert_eq!(soundness(&wide, 50_000), Soundness::Sound { markings: 15_625 + 2 });
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

/// The marking after a transition, tokens counted.
fn fire(net: &Net, marking: &Marking, number: usize) -> Option<Marking> {
    let transition = &net.transitions[number];
    let mut after = marking.clone();
    for place in &transition.inputs {
        let tokens = after.get_mut(place).filter(|tokens| **tokens > 0)?;
        *tokens -= 1;
    }
    for place in &transition.outputs {
        *after.entry(*place).or_insert(0) += 1;
    }
    after.retain(|_, tokens| *tokens > 0);
    Some(after)
}

/// A plain search for the same verdict; the place of an unsafe net is left open.
fn plain(net: &Net) -> Soundness {
    let mut found: BTreeMap<Marking, Vec<usize>> = BTreeMap::from([(net.initial.clone(), vec![])]);
    let mut order = vec![net.initial.clone()];
    let (mut fired, mut edges) = (BTreeSet::new(), Vec::new());
    let mut at = 0;
    while let Some(marking) = order.get(at).cloned() {
        let trace = found[&marking].clone();
        let more =
            |end: &Marking| end.iter().all(|(place, tokens)| marking.get(place) >= Some(tokens)) && *end != marking;
        if net.finals.iter().any(more) && !net.finals.contains(&marking) {
            return Soundness::ImproperEnd { marking, trace };
        }
        let next: Vec<(usize, Marking)> = (0..net.transitions.len())
            .filter_map(|number| Some((number, fire(net, &marking, number)?)))
            .collect();
        if next.is_empty() && !net.finals.contains(&marking) {
            return Soundness::Deadlock { marking, trace };
        }
        for (number, after) in next {
            fired.insert(number);
            let longer: Vec<usize> = trace.iter().copied().chain([number]).collect();
            if after.values().any(|tokens| *tokens > 1) {
                let (place, trace) = (0, longer);
                return Soundness::Unsafe { place, trace };
            }
            edges.push((marking.clone(), after.clone()));
            if !found.contains_key(&after) {
                found.insert(after.clone(), longer);
                order.push(after);
            }
        }
        at += 1;
    }
    let mut ends: BTreeSet<Marking> = net
        .finals
        .iter()
        .filter(|end| found.contains_key(end))
        .cloned()
        .collect();
    while edges
        .iter()
        .any(|(from, to)| ends.contains(to) && ends.insert(from.clone()))
    {}
    if let Some(marking) = order.iter().find(|marking| !ends.contains(marking)) {
        let (marking, trace) = (marking.clone(), found[marking].clone());
        return Soundness::NoWayToEnd { marking, trace };
    }
    match (0..net.transitions.len()).find(|number| !fired.contains(number)) {
        Some(transition) => Soundness::DeadTransition { transition },
        None => Soundness::Sound { markings: order.len() },
    }
}

fn ends() -> impl Strategy<Value = Vec<usize>> {
    prop::sample::subsequence((0..5_usize).collect::<Vec<_>>(), 1..3)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn the_verdict_is_that_of_a_plain_search(transitions in vec((ends(), ends()), 1..7), last in vec(ends(), 1..3)) {
        let drawn: Vec<(&[usize], &[usize])> = transitions.iter().map(|(i, o)| (i.as_slice(), o.as_slice())).collect();
        let mut drawn = net(5, &drawn);
        drawn.finals = last.iter().map(|places| marked(places)).collect();
        let mut own = soundness(&drawn, 1_000);
        if let Soundness::Unsafe { place, .. } = &mut own {
            *place = 0;
        }
        prop_assert_eq!(own, plain(&drawn));
    }
}
