//! The net of a table against the compiled table.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proptest::prelude::*;

use super::{
    properties::{build, parts},
    samples::{office, table},
};
use crate::nets::{Marking, Net, Soundness, soundness};
use crate::workflow::{StepTable, TableNet, Workflow, net};

/// A row with one of its ways.
type Way = (usize, usize);

fn fire(net: &Net, marking: &Marking, number: usize) -> Option<Marking> {
    let transition = &net.transitions[number];
    let mut after = marking.clone();
    for place in &transition.inputs {
        let tokens = after.get_mut(place)?;
        *tokens = tokens.checked_sub(1)?;
        after.retain(|_, tokens| *tokens > 0);
    }
    for place in &transition.outputs {
        *after.entry(*place).or_insert(0) += 1;
    }
    Some(after)
}

/// The markings that silent transitions lead to.
fn silent(made: &TableNet, markings: impl IntoIterator<Item = Marking>) -> BTreeSet<Marking> {
    let mut open: Vec<Marking> = markings.into_iter().collect();
    let mut seen: BTreeSet<Marking> = open.iter().cloned().collect();
    while let Some(marking) = open.pop() {
        for number in (0..made.doing.len()).filter(|number| made.doing[*number].is_none()) {
            open.extend(fire(&made.net, &marking, number).filter(|after| seen.insert(after.clone())));
        }
    }
    seen
}

fn states(workflow: &Workflow, found: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = found.into_iter().collect();
    let mut seen: BTreeSet<usize> = open.iter().copied().collect();
    while let Some(state) = open.pop() {
        open.extend(workflow.nodes[state].skips.iter().filter(|skip| seen.insert(**skip)));
    }
    seen
}

/// Follows both at once through every order of rows and ways, and compares what may come next and what may end.
fn compare(table: &StepTable) {
    let made = net(table).unwrap();
    let workflow = Workflow::compile(table).unwrap();
    let start = (silent(&made, [made.net.initial.clone()]), states(&workflow, [0]));
    let mut seen = BTreeSet::from([start.clone()]);
    let mut open = VecDeque::from([start]);
    while let Some((markings, at)) = open.pop_front() {
        let ends = markings.iter().any(|marking| made.net.finals.contains(marking));
        assert_eq!(ends, at.iter().any(|state| workflow.nodes[*state].end.is_some()));
        let mut of_net: BTreeMap<Way, Vec<Marking>> = BTreeMap::new();
        for (number, doing) in made.doing.iter().enumerate() {
            let Some(way) = doing else { continue };
            assert_eq!(
                made.net.transitions[number].label.as_deref(),
                Some(table.steps[way.0].code.as_str())
            );
            let after = markings.iter().filter_map(|marking| fire(&made.net, marking, number));
            for marking in after {
                of_net.entry(*way).or_default().push(marking);
            }
        }
        let mut of_table: BTreeMap<Way, Vec<usize>> = BTreeMap::new();
        for doing in at.iter().flat_map(|state| &workflow.nodes[*state].doings) {
            of_table.entry((doing.row, doing.way)).or_default().push(doing.target);
        }
        assert!(of_net.keys().eq(of_table.keys()), "{of_net:?} {of_table:?}");
        for (markings, at) in of_net.into_values().zip(of_table.into_values()) {
            let next = (silent(&made, markings), states(&workflow, at));
            if seen.len() < 3_000 && seen.insert(next.clone()) {
                open.push_back(next);
            }
        }
    }
}

#[test]
fn the_net_of_a_table_has_readable_ids_and_says_what_each_transition_does() {
    let made = net(&office()).unwrap();
    let ids: Vec<&str> = made.net.transitions.iter().map(|own| own.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "B1",
            "B2.ok",
            "B2.incomplete",
            "B2.foreign",
            "B3",
            "split_P1",
            "B4",
            "B5",
            "skip_B5",
            "B6",
            "join_P1",
            "B7.sign",
            "B7.redo",
            "B7.refuse",
            "B8",
            "skip_B8",
            "B9"
        ]
    );
    assert_eq!(made.doing[11..14], [Some((6, 0)), Some((6, 1)), Some((6, 2))]);
    assert_eq!(made.net.places[0].id, "start");
    compare(&office());
}

#[test]
fn returns_to_the_first_row_self_loops_and_empty_branches_keep_the_language() {
    for rows in [
        &["B1 >again=B1 >on=B2", "B2 opt >B1"][..],
        &["B1 opt >again=B1 >on=B2", "B2 >x=B1 >y=END"],
        &["B1 @P/a opt", "B2 @P/b opt", "B3 opt"],
        &[
            "B1 @P/a >x=B1 >y=B2",
            "B2 @P/a opt",
            "B3 @P/b",
            "B4 @Q/a",
            "B5 @Q/b",
            "B6 >r=B1 >s=B4 >t=END-WITHDRAWN",
        ],
        &["end", "start >x=end >y=END", "skip_end opt"],
    ] {
        let table = table(rows);
        if let Err(problems) = Workflow::compile(&table) {
            assert_eq!(net(&table), Err(problems));
            continue;
        }
        compare(&table);
        let made = net(&table).unwrap().net;
        let inner = |list: fn(&crate::nets::Transition) -> &Vec<usize>| -> BTreeSet<usize> {
            made.transitions.iter().flat_map(list).copied().collect()
        };
        let (sources, targets) = (inner(|own| &own.inputs), inner(|own| &own.outputs));
        let all = || 0..made.places.len();
        assert_eq!(all().filter(|place| !targets.contains(place)).collect::<Vec<_>>(), [0]);
        assert_eq!(all().filter(|place| !sources.contains(place)).collect::<Vec<_>>(), [1]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_net_has_the_language_of_the_table(parts in parts()) {
        compare(&build(&parts));
    }

    #[test]
    fn the_net_of_a_table_is_safe_and_sound_and_a_way_across_a_branch_breaks_it(parts in parts(), from in any::<prop::sample::Index>()) {
        let table = build(&parts);
        let mut made = net(&table).unwrap();
        let sound = soundness(&made.net, 100_000);
        prop_assert!(matches!(sound, Soundness::Sound { .. }), "{:?}", sound);
        // A row of a branch leads to the end of the case, which the table would refuse.
        let inside: Vec<usize> = (0..made.doing.len())
            .filter(|number| made.doing[*number].is_some_and(|(row, _)| table.steps[row].branch.is_some()))
            .collect();
        if !inside.is_empty() {
            let crossing = &mut made.net.transitions[inside[from.index(inside.len())]];
            crossing.outputs = vec![1];
            let broken = soundness(&made.net, 100_000);
            prop_assert!(!matches!(broken, Soundness::Sound { .. } | Soundness::TooLarge { .. }), "{:?}", broken);
        }
    }
}
