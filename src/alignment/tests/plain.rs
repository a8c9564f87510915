//! The plainest exact search, as an oracle: uniform cost over (events, marking), markings as maps.

use std::collections::{BTreeMap, VecDeque};

use crate::nets::{Marking, Net};

/// The least number of deviations (of a `finished` trace with a complete run), or `None` when no end is reached among `limit` points.
pub(super) fn cost(net: &Net, trace: &[String], finished: bool, limit: usize) -> Option<u32> {
    let mut open: VecDeque<(u32, usize, Marking)> = VecDeque::from([(0, 0, net.initial.clone())]);
    let mut done: BTreeMap<(usize, Marking), u32> = BTreeMap::new();
    while let Some((cost, events, marking)) = open.pop_front() {
        if done.contains_key(&(events, marking.clone())) {
            continue;
        }
        if events == trace.len() && (!finished || net.finals.contains(&marking)) {
            return Some(cost);
        }
        done.insert((events, marking.clone()), cost);
        if done.len() > limit {
            return None;
        }
        if events < trace.len() {
            open.push_back((cost + 1, events + 1, marking.clone()));
        }
        for transition in &net.transitions {
            let Some(after) = fire(&marking, &transition.inputs, &transition.outputs) else {
                continue;
            };
            match &transition.label {
                None => open.push_front((cost, events, after)),
                Some(label) => {
                    if trace.get(events) == Some(label) {
                        open.push_front((cost, events + 1, after.clone()));
                    }
                    open.push_back((cost + 1, events, after));
                }
            }
        }
    }
    None
}

/// The marking after a transition, if it is possible and no place holds more tokens than can be counted.
pub(super) fn fire(marking: &Marking, inputs: &[usize], outputs: &[usize]) -> Option<Marking> {
    let mut after = marking.clone();
    for place in inputs {
        let tokens = after.get_mut(place)?;
        *tokens -= 1;
        if *tokens == 0 {
            after.remove(place);
        }
    }
    for place in outputs {
        let tokens = after.entry(*place).or_insert(0);
        *tokens = tokens.checked_add(1)?;
    }
    Some(after)
}
