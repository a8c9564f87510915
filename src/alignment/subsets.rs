//! A net as a deterministic automaton: sets of markings that the same labels lead to, put together as far as they do
//! not differ.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    automaton::{Automaton, NOWHERE, Parts, at, number},
    markings::{Markings, Mixed, NetFault, Play},
};

/// A net with more markings, or sets with more members in all, is searched without an automaton.
const MOST_MARKINGS: usize = 30_000;
const MOST_MEMBERS: usize = 200_000;
/// The same for an automaton with more states.
const MOST_STATES: usize = 4_096;

/// The automaton of a net, or `None` when it would be too large.
///
/// # Errors
/// A net without bound, or without a way to a final marking.
pub(super) fn automaton(play: &Play) -> Result<Option<Automaton>, NetFault> {
    let Some(parts) = explore(play)? else { return Ok(None) };
    let parts = minimal(&parts);
    Automaton::new(&parts).map(Some).ok_or(NetFault::NoEnd)
}

fn explore(play: &Play) -> Result<Option<Parts>, NetFault> {
    let mut markings = Markings::new(play);
    let mut numbers: HashMap<Vec<u32>, u32, Mixed> = HashMap::default();
    let mut sets = vec![closure(&mut markings, vec![0])?];
    numbers.extend(sets.first().map(|set| (set.clone(), 0)));
    let mut parts = Parts {
        symbols: play.labels.len(),
        steps: play.labels.len(),
        ..Parts::default()
    };
    let mut members = 0;
    while let Some(set) = sets.get(parts.arcs.len()).cloned() {
        members += set.len();
        if markings.len() > MOST_MARKINGS || members > MOST_MEMBERS || sets.len() > MOST_STATES {
            return Ok(None);
        }
        let mut targets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for marking in &set {
            for place in markings.successors(*marking)? {
                let Some((transition, target)) = markings.successor(place) else {
                    continue;
                };
                if let Some(symbol) = play.transitions.get(at(transition)).and_then(|own| own.symbol) {
                    targets.entry(symbol).or_default().push(target);
                }
            }
        }
        parts
            .accepting
            .push(set.iter().any(|marking| markings.is_final(*marking)));
        let mut arcs = Vec::with_capacity(targets.len());
        for (symbol, targets) in targets {
            let set = closure(&mut markings, targets)?;
            let next = number(sets.len());
            let target = *numbers.entry(set.clone()).or_insert(next);
            if target == next {
                sets.push(set);
            }
            arcs.push((symbol, target));
        }
        parts.arcs.push(arcs);
    }
    Ok(Some(parts))
}

/// The markings that silent transitions lead to, in order.
fn closure(markings: &mut Markings<'_>, mut open: Vec<u32>) -> Result<Vec<u32>, NetFault> {
    open.sort_unstable();
    open.dedup();
    let mut seen: BTreeSet<u32> = open.iter().copied().collect();
    while let Some(marking) = open.pop() {
        if seen.len() > MOST_MARKINGS {
            break;
        }
        for place in markings.successors(marking)? {
            let Some((transition, target)) = markings.successor(place) else {
                continue;
            };
            let silent = markings
                .play
                .transitions
                .get(at(transition))
                .is_some_and(|own| own.symbol.is_none());
            if silent && seen.insert(target) {
                open.push(target);
            }
        }
    }
    Ok(seen.into_iter().collect())
}

/// The same language with the fewest states (Moore 1956); state 0 stays the start.
pub(super) fn minimal(parts: &Parts) -> Parts {
    let mut classes: Vec<u32> = parts.accepting.iter().map(|accepts| u32::from(*accepts)).collect();
    let mut count = 0;
    loop {
        let mut numbers: BTreeMap<(u32, Vec<(u32, u32)>), u32> = BTreeMap::new();
        let mut finer = Vec::with_capacity(classes.len());
        for (state, arcs) in parts.arcs.iter().enumerate() {
            let class = |target: &u32| classes.get(at(*target)).copied().unwrap_or(NOWHERE);
            let key: Vec<(u32, u32)> = arcs.iter().map(|(symbol, target)| (*symbol, class(target))).collect();
            let own = classes.get(state).copied().unwrap_or(NOWHERE);
            let next = number(numbers.len());
            finer.push(*numbers.entry((own, key)).or_insert(next));
        }
        classes = finer;
        if numbers.len() == count {
            break;
        }
        count = numbers.len();
    }
    // Classes are numbered as their first states come: the start keeps number 0.
    let mut least = Parts {
        symbols: parts.symbols,
        steps: parts.steps,
        ..Parts::default()
    };
    for ((class, arcs), accepts) in classes.iter().zip(&parts.arcs).zip(&parts.accepting) {
        if at(*class) == least.arcs.len() {
            let to = |target: &u32| classes.get(at(*target)).copied().unwrap_or(NOWHERE);
            least
                .arcs
                .push(arcs.iter().map(|(symbol, target)| (*symbol, to(target))).collect());
            least.accepting.push(*accepts);
        }
    }
    least
}
