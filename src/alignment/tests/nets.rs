//! Costs and moves on nets.

use proptest::{collection::vec, prelude::*};

use super::{
    super::automaton::at,
    plain,
    trees::{Tree, net, tree},
};
use crate::{
    alignment::{Budget, NetAligner, NetAnswer, NetFault, NetMove},
    nets::{Marking, Net},
};

/// The answer, and the cost that its moves have; the moves are held against net and trace.
fn checked(aligner: &NetAligner, net: &Net, trace: &[String], finished: bool) -> u32 {
    let unknown = u32::try_from(aligner.symbols()).unwrap() + 7;
    let symbols: Vec<u32> = trace
        .iter()
        .map(|name| aligner.symbol(name).unwrap_or(unknown))
        .collect();
    let mut answers = aligner.align_all(&[&symbols], finished).unwrap();
    let Some(NetAnswer::Exact(aligned)) = answers.pop() else {
        panic!("not determined")
    };
    let mut marking = net.initial.clone();
    let (mut cost, mut events) = (0, 0);
    for step in &aligned.moves {
        let transition = match *step {
            NetMove::Log { event } => {
                assert_eq!(event, events);
                events += 1;
                cost += 1;
                continue;
            }
            NetMove::Sync { event, transition } => {
                assert_eq!(event, events);
                events += 1;
                let label = net.transitions[at(transition)].label.as_ref();
                assert_eq!(label, trace.get(at(event)));
                transition
            }
            NetMove::Model { transition } => {
                assert!(net.transitions[at(transition)].label.is_some());
                cost += 1;
                transition
            }
            NetMove::Silent { transition } => {
                assert!(net.transitions[at(transition)].label.is_none());
                transition
            }
        };
        let own = &net.transitions[at(transition)];
        marking = plain::fire(&marking, &own.inputs, &own.outputs).expect("each move is possible");
    }
    assert_eq!(at(events), trace.len());
    assert!(!finished || net.finals.contains(&marking));
    assert_eq!(cost, aligned.cost);
    cost
}

fn names(trace: &[u8]) -> Vec<String> {
    trace.iter().map(|label| format!("a{label}")).collect()
}

fn both(net: &Net, trace: &[String], finished: bool) -> (u32, u32) {
    let with = NetAligner::new(net, Budget::default()).unwrap();
    assert!(with.states().is_some());
    let without = NetAligner::without_automaton(net, Budget::default()).unwrap();
    assert_eq!(with.shortest_run(), without.shortest_run());
    (
        checked(&with, net, trace, finished),
        checked(&without, net, trace, finished),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn three_searches_agree_on_process_trees(tree in tree(6), trace in vec(0u8..7, 0..9), finished: bool) {
        let (net, trace) = (net(&tree), names(&trace));
        if let Some(cost) = plain::cost(&net, &trace, finished, 100_000) {
            prop_assert_eq!(both(&net, &trace, finished), (cost, cost));
        }
    }

    #[test]
    fn three_searches_agree_on_nets_of_any_shape(
        arcs in vec((0u8..5, vec(0usize..7, 0..3), vec(0usize..7, 0..3)), 1..9),
        trace in vec(0u8..5, 0..7),
    ) {
        let finished = true;
        let mut net = Net::named("any");
        (0..8).for_each(|place| { net.place(format!("p{place}")); });
        for (at, (label, inputs, outputs)) in arcs.iter().enumerate() {
            let label = (*label > 0).then(|| format!("a{label}"));
            net.transition(format!("t{at}"), label.as_deref(), inputs.clone(), outputs.clone());
        }
        net.initial = Marking::from([(0, 1)]);
        net.finals = vec![Marking::from([(1, 1)]), Marking::new()];
        let trace = names(&trace);
        let budget = Budget { points: 1_000 };
        match NetAligner::new(&net, budget) {
            Ok(aligner) if aligner.states().is_some() => {
                let cost = plain::cost(&net, &trace, finished, 100_000);
                prop_assert_eq!(cost, Some(checked(&aligner, &net, &trace, finished)));
                let without = NetAligner::without_automaton(&net, Budget::default()).unwrap();
                prop_assert_eq!(cost, Some(checked(&without, &net, &trace, finished)));
            }
            Ok(unbounded) => {
                let symbols: Vec<u32> = trace.iter().map(|name| unbounded.symbol(name).unwrap_or(99)).collect();
                let answer = unbounded.costs(&[&symbols]).unwrap();
                if let (Some(cost), Some(plain)) = (answer[0], plain::cost(&net, &trace, finished, 1_000)) {
                    prop_assert_eq!(cost, plain);
                    prop_assert_eq!(cost, checked(&unbounded, &net, &trace, finished));
                }
            }
            Err(NetFault::NoEnd) => prop_assert_eq!(plain::cost(&net, &trace, true, 1_000), None),
            Err(NetFault::Unbounded { way, .. }) => {
                let mut marking = net.initial.clone();
                for transition in way {
                    let own = &net.transitions[transition];
                    marking = plain::fire(&marking, &own.inputs, &own.outputs).unwrap();
                }
                prop_assert!(marking.values().any(|tokens| *tokens > 1));
            }
        }
    }
}

/// Many branches side by side, each a choice and a loop: far more markings than an automaton may have.
fn wide(branches: u8) -> Net {
    let branch = |own: u8| {
        let step = |label: u8| Tree::Leaf(own * 5 + label);
        Tree::Sequence(vec![
            step(0),
            Tree::Choice(vec![step(1), Tree::Silent]),
            Tree::Loop(Box::new(step(2)), Box::new(step(3))),
            step(4),
        ])
    };
    net(&Tree::Sequence(vec![
        Tree::Leaf(250),
        Tree::Parallel((0..branches).map(branch).collect()),
        Tree::Leaf(251),
    ]))
}

#[test]
fn wide_parallel_nets_are_exact_with_heavy_noise() {
    let net = wide(10);
    let aligner = NetAligner::new(&net, Budget::default()).unwrap();
    assert_eq!((aligner.states(), aligner.shortest_run()), (None, Some(32)));
    let mut run: Vec<u8> = vec![250];
    for label in 0..5 {
        run.extend((0..10).map(|branch| branch * 5 + label).filter(|own| own % 5 != 3));
    }
    run.push(251);
    assert_eq!(checked(&aligner, &net, &names(&run), true), 0);
    // Each edit is one deviation, and none mends another: costs are known.
    let mut noisy = run.clone();
    noisy.retain(|own| ![2, 14, 20].contains(own));
    noisy.insert(20, 251);
    noisy.insert(7, 99);
    assert_eq!(checked(&aligner, &net, &names(&noisy), true), 5);
    noisy.swap(0, 20);
    assert!(checked(&aligner, &net, &names(&noisy), true) > 5);
}

#[test]
fn nets_that_cannot_be_followed_are_refused_with_a_way_that_shows_it() {
    let mut net = Net::named("fork bomb");
    let (start, end) = (net.place("start"), net.place("end"));
    net.transition("more", None, [start], [start, end]);
    net.transition("stop", Some("a"), [start], []);
    net.initial = Marking::from([(start, 1)]);
    net.finals = vec![Marking::from([(end, 1)])];
    // It can still end: with the one token that the last step leaves.
    let aligner = NetAligner::new(&net, Budget::default()).unwrap();
    assert_eq!((aligner.states(), aligner.shortest_run()), (None, Some(1)));
    assert_eq!(checked(&aligner, &net, &names(&[7]), true), 2);
    net.finals = vec![Marking::from([(start, 2)])];
    assert_eq!(NetAligner::new(&net, Budget::default()).unwrap_err(), NetFault::NoEnd);
    // The last step leaves something over however often the first one was done.
    let mut net = Net::named("remainder");
    let (start, left, out) = (net.place("start"), net.place("left"), net.place("out"));
    net.transition("more", None, [start], [start, left, left, left]);
    net.transition("last", Some("b"), [start, left, left], [out]);
    net.initial = Marking::from([(start, 1)]);
    net.finals = vec![Marking::from([(out, 1)])];
    let fault = NetAligner::new(&net, Budget { points: 10_000 }).unwrap_err();
    assert_eq!(
        fault,
        NetFault::Unbounded {
            place: left,
            way: vec![0]
        }
    );
}

#[test]
fn a_used_up_budget_is_told_and_not_guessed() {
    let net = wide(10);
    let aligner = NetAligner::new(&net, Budget { points: 60 }).unwrap();
    let trace: Vec<u32> = (0..30).rev().collect();
    let answer = aligner.align_all(&[&trace], true).unwrap();
    let free = NetAligner::new(&net, Budget::default()).unwrap();
    let Some(NetAnswer::Exact(exact)) = free.align_all(&[&trace], true).unwrap().pop() else {
        panic!()
    };
    let Some(NetAnswer::NotDetermined { at_least }) = answer.first() else {
        panic!("{answer:?}")
    };
    assert!(*at_least <= exact.cost);
}
