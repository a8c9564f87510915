//! Columns that are kept, made twice, small and large give the same answers.

use crate::alignment::columns::Aligner;
use crate::alignment::{Automaton, Move, Parts, align_all};
use proptest::{collection::vec, prelude::*};

/// A chain of so many steps with a way back from the last to the first.
fn chain(steps: u32) -> Automaton {
    let symbols = usize::try_from(steps).unwrap();
    let mut parts = Parts {
        symbols,
        steps: symbols,
        ..Parts::default()
    };
    for step in 0..=steps {
        let mut arcs = Vec::new();
        if step < steps {
            arcs.push((step, step + 1));
        } else {
            arcs.push((0, 1));
        }
        parts.arcs.push(arcs);
        parts.accepting.push(step == steps);
    }
    Automaton::new(&parts).unwrap()
}

#[test]
fn a_trace_longer_than_the_kept_columns_costs_what_it_must() {
    let automaton = chain(200);
    let mut trace: Vec<u32> = (0..200).cycle().take(60_000).collect();
    assert_eq!(align_all(&automaton, &[&trace], true)[0].cost, 0);
    trace.remove(50_000);
    trace.insert(30_000, 7);
    trace[10] = 11;
    let aligned = &align_all(&automaton, &[&trace], true)[0];
    assert_eq!(aligned.cost, 4);
    assert_eq!(
        aligned
            .moves
            .iter()
            .filter(|step| matches!(step, Move::Model { .. }))
            .count(),
        2
    );
    let events = aligned
        .moves
        .iter()
        .filter(|step| !matches!(step, Move::Model { .. }))
        .count();
    assert_eq!(events, trace.len());
}

#[test]
fn an_answer_depends_on_its_own_trace_only() {
    let automaton = chain(5);
    let traces: Vec<Vec<u32>> = (0..200u32)
        .map(|seed| (0..seed % 9).map(|at| (seed * 7 + at * at) % 6).collect())
        .collect();
    let all: Vec<&[u32]> = traces.iter().map(Vec::as_slice).collect();
    for finished in [true, false] {
        let together = align_all(&automaton, &all, finished);
        for (trace, aligned) in all.iter().zip(&together) {
            assert_eq!(align_all(&automaton, &[trace], finished), std::slice::from_ref(aligned));
        }
    }
}

proptest! {
    /// Values far from the least of their column are never needed for an answer that the near ones give.
    #[test]
    fn narrow_and_whole_columns_give_the_same_alignment(
        steps in 1u32..14,
        traces in vec(vec(0u32..15, 0..32), 1..8),
        finished: bool,
    ) {
        let automaton = chain(steps);
        let mut narrow = Aligner::with(&automaton, finished, [Some(1), Some(2), None]);
        let mut usual = Aligner::new(&automaton, finished);
        let mut whole = Aligner::with(&automaton, finished, [None, None, None]);
        for trace in &traces {
            let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
            let cost = whole.align(trace, &mut three);
            prop_assert_eq!(narrow.align(trace, &mut one), cost);
            prop_assert_eq!(usual.align(trace, &mut two), cost);
            prop_assert_eq!(&one, &three);
            prop_assert_eq!(&two, &three);
        }
    }
}
