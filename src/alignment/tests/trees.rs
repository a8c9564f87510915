//! Random process trees as nets: sequence, choice, parallel, loop, silent leaves, labels that occur twice.

use proptest::prelude::*;

use crate::nets::{Marking, Net};

/// A process tree.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    Leaf(u8),
    Silent,
    Sequence(Vec<Tree>),
    Choice(Vec<Tree>),
    Parallel(Vec<Tree>),
    Loop(Box<Tree>, Box<Tree>),
}

/// Trees with up to so many different labels.
pub(super) fn tree(labels: u8) -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![6 => (0..labels).prop_map(Tree::Leaf), 1 => Just(Tree::Silent)];
    leaf.prop_recursive(4, 14, 3, |inner| {
        let some = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            3 => some.clone().prop_map(Tree::Sequence),
            2 => some.clone().prop_map(Tree::Choice),
            2 => some.prop_map(Tree::Parallel),
            1 => (inner.clone(), inner).prop_map(|(body, redo)| Tree::Loop(Box::new(body), Box::new(redo))),
        ]
    })
}

/// The net of a tree.
pub(super) fn net(tree: &Tree) -> Net {
    let mut net = Net::named("tree");
    let start = net.place("start");
    let end = net.place("end");
    add(&mut net, tree, start, end);
    net.initial = Marking::from([(start, 1)]);
    net.finals = vec![Marking::from([(end, 1)])];
    net
}

fn place(net: &mut Net) -> usize {
    net.place(format!("p{}", net.places.len()))
}

fn transition(net: &mut Net, label: Option<&str>, from: &[usize], to: &[usize]) {
    net.transition(format!("t{}", net.transitions.len()), label, from, to);
}

fn add(net: &mut Net, tree: &Tree, from: usize, to: usize) {
    match tree {
        Tree::Leaf(label) => transition(net, Some(&format!("a{label}")), &[from], &[to]),
        Tree::Silent => transition(net, None, &[from], &[to]),
        Tree::Sequence(children) => {
            let mut at = from;
            for (count, child) in children.iter().enumerate() {
                let next = if count + 1 == children.len() { to } else { place(net) };
                add(net, child, at, next);
                at = next;
            }
        }
        Tree::Choice(children) => children.iter().for_each(|child| {
            // A child that begins with a loop must not be left again: its own places keep it apart.
            let (first, last) = (place(net), place(net));
            transition(net, None, &[from], &[first]);
            add(net, child, first, last);
            transition(net, None, &[last], &[to]);
        }),
        Tree::Parallel(children) => {
            let firsts: Vec<usize> = children.iter().map(|_| place(net)).collect();
            let lasts: Vec<usize> = children.iter().map(|_| place(net)).collect();
            transition(net, None, &[from], &firsts);
            for (child, (first, last)) in children.iter().zip(firsts.iter().zip(&lasts)) {
                add(net, child, *first, *last);
            }
            transition(net, None, &lasts, &[to]);
        }
        Tree::Loop(body, redo) => {
            let (first, last) = (place(net), place(net));
            transition(net, None, &[from], &[first]);
            add(net, body, first, last);
            add(net, redo, last, first);
            transition(net, None, &[last], &[to]);
        }
    }
}
