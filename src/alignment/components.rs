//! Parts of a net that always hold exactly one token: S-components, seen as small state machines.
//!
//! In a safe sound free-choice net they cover everything (Desel and Esparza 1995). Each is a projection of the net, so
//! that aligning a trace with it bounds the alignment with the whole from below.

use std::collections::BTreeSet;

use super::{
    automaton::{at, number},
    markings::Play,
};

/// Places tried before a place is left without a component.
const TRIES: usize = 20_000;

/// A transition as the component sees it: it moves the token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) transition: u32,
    /// Places of the component, counted in the component.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Places of which exactly one holds a token, whatever happens.
#[derive(Debug, Clone)]
pub(super) struct Component {
    /// The places, in order.
    pub(super) places: Vec<u32>,
    pub(super) arcs: Vec<Arc>,
    /// For each place, whether a final marking has its token there.
    pub(super) ends: Vec<bool>,
}

/// Components that cover as many places as the search finds.
pub(super) fn components(play: &Play) -> Vec<Component> {
    let mut producers = vec![Vec::new(); play.places];
    let mut consumers = vec![Vec::new(); play.places];
    for (transition, own) in play.transitions.iter().enumerate() {
        for (list, places) in [(&mut consumers, &own.inputs), (&mut producers, &own.outputs)] {
            for place in places {
                if let Some(list) = list.get_mut(at(*place)) {
                    list.push(number(transition));
                }
            }
        }
    }
    let mut found: Vec<Component> = Vec::new();
    let mut covered: BTreeSet<u32> = BTreeSet::new();
    for place in 0..number(play.places) {
        if covered.contains(&place) {
            continue;
        }
        let search = Search {
            play,
            producers: &producers,
            consumers: &consumers,
            covered: &covered,
            tries: TRIES,
        };
        if let Some(places) = search.around(place) {
            covered.extend(&places);
            found.push(component(play, &places));
        }
    }
    found
}

fn component(play: &Play, places: &BTreeSet<u32>) -> Component {
    let list: Vec<u32> = places.iter().copied().collect();
    let own = |names: &[u32]| names.iter().find_map(|place| list.binary_search(place).ok());
    let arcs = play.transitions.iter().zip(0..).filter_map(|(firing, transition)| {
        Some(Arc {
            transition,
            from: own(&firing.inputs)?,
            to: own(&firing.outputs)?,
        })
    });
    let ends = list
        .iter()
        .map(|place| play.finals.iter().any(|end| end.contains(place)));
    Component {
        arcs: arcs.collect(),
        ends: ends.collect(),
        places: list,
    }
}

/// A search with steps back: a transition that touches the chosen places must take one token of them and give one.
struct Search<'a> {
    play: &'a Play,
    producers: &'a [Vec<u32>],
    consumers: &'a [Vec<u32>],
    covered: &'a BTreeSet<u32>,
    tries: usize,
}

/// A choice that can be taken back: the places chosen before it, and what else could be chosen.
struct Choice {
    chosen: usize,
    others: Vec<u32>,
}

impl Search<'_> {
    fn around(mut self, place: u32) -> Option<BTreeSet<u32>> {
        let mut chosen = vec![place];
        let mut choices: Vec<Choice> = Vec::new();
        while self.tries > 0 {
            self.tries -= 1;
            match self.wanting(&chosen) {
                Wanting::Nothing if self.holds_one(&chosen) => return Some(chosen.into_iter().collect()),
                Wanting::OneOf(mut places) => {
                    let next = places.pop();
                    choices.push(Choice {
                        chosen: chosen.len(),
                        others: places,
                    });
                    chosen.extend(next);
                }
                Wanting::Nothing | Wanting::Other => loop {
                    let last = choices.last_mut()?;
                    chosen.truncate(last.chosen);
                    if let Some(other) = last.others.pop() {
                        chosen.push(other);
                        break;
                    }
                    choices.pop();
                },
            }
        }
        None
    }

    /// What the chosen places still want.
    fn wanting(&self, chosen: &[u32]) -> Wanting {
        let count = |places: &[u32]| places.iter().filter(|place| chosen.contains(place)).count();
        let touching = chosen.iter().flat_map(|place| {
            let of = |lists: &[Vec<u32>]| lists.get(at(*place)).cloned().unwrap_or_default();
            of(self.producers).into_iter().chain(of(self.consumers))
        });
        let mut wants: Option<Vec<u32>> = None;
        for transition in touching {
            let Some(own) = self.play.transitions.get(at(transition)) else {
                continue;
            };
            let open = match (count(&own.inputs), count(&own.outputs)) {
                (1, 1) => continue,
                (1, 0) => &own.outputs,
                (0, 1) => &own.inputs,
                _ => return Wanting::Other,
            };
            if open.is_empty() {
                return Wanting::Other;
            }
            if wants.as_ref().is_none_or(|wants| wants.len() > open.len()) {
                wants = Some(open.clone());
            }
        }
        let Some(mut places) = wants else {
            return Wanting::Nothing;
        };
        // The last is tried first: rather a place that no component has yet.
        places.sort_by_key(|place| (!self.covered.contains(place), std::cmp::Reverse(*place)));
        Wanting::OneOf(places)
    }

    fn holds_one(&self, chosen: &[u32]) -> bool {
        let tokens = |marking: &[u32]| marking.iter().filter(|place| chosen.contains(place)).count();
        tokens(&self.play.initial) == 1 && self.play.finals.iter().all(|end| tokens(end) == 1)
    }
}

enum Wanting {
    /// Nothing: they are closed.
    Nothing,
    /// One of these places.
    OneOf(Vec<u32>),
    /// Something else before: they cannot be completed.
    Other,
}
