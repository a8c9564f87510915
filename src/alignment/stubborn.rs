//! Which transitions must be looked at in a marking, so that something can be reached: stubborn sets (Valmari 1989).
//!
//! Steps that the model takes on its own can wait until something needs them. A best alignment stays a best alignment
//! when the steps before its next fitting event are put in the order in which that event needs them; so it suffices to
//! look, in each marking, at transitions of one stubborn set around the transition of that event.

use super::{
    automaton::{at, number},
    markings::Play,
};

/// The transitions around the places of a net.
#[derive(Debug)]
pub(super) struct Stubborn {
    /// By place: the transitions that give it more than they take, and those that take from it.
    producers: Vec<Vec<u32>>,
    consumers: Vec<Vec<u32>>,
    /// By symbol.
    labelled: Vec<Vec<u32>>,
}

/// What should become possible.
pub(super) enum Goal {
    /// A transition with this symbol.
    Symbol(u32),
    /// The end of the case.
    End,
}

fn count(places: &[u32], place: u32) -> usize {
    places.iter().filter(|own| **own == place).count()
}

impl Stubborn {
    pub(super) fn of(play: &Play) -> Self {
        let mut own = Self {
            producers: vec![Vec::new(); play.places],
            consumers: vec![Vec::new(); play.places],
            labelled: vec![Vec::new(); play.labels.len()],
        };
        for (transition, firing) in play.transitions.iter().enumerate() {
            let transition = number(transition);
            if let Some(list) = firing.symbol.and_then(|symbol| own.labelled.get_mut(at(symbol))) {
                list.push(transition);
            }
            for place in &firing.inputs {
                if let Some(list) = own
                    .consumers
                    .get_mut(at(*place))
                    .filter(|list| list.last() != Some(&transition))
                {
                    list.push(transition);
                }
            }
            for place in &firing.outputs {
                let gives = count(&firing.outputs, *place) > count(&firing.inputs, *place);
                if let Some(list) = own
                    .producers
                    .get_mut(at(*place))
                    .filter(|list| list.last() != Some(&transition))
                    && gives
                {
                    list.push(transition);
                }
            }
        }
        own
    }

    /// The transitions to look at, in order: those of the sets around each transition of the goal.
    pub(super) fn around(&self, play: &Play, tokens: &[u32], goal: &Goal) -> Vec<u32> {
        let mut found = Vec::new();
        match goal {
            Goal::Symbol(symbol) => {
                for transition in self.labelled.get(at(*symbol)).into_iter().flatten() {
                    self.close(play, tokens, vec![*transition], &mut found);
                }
            }
            Goal::End => {
                for end in &play.finals {
                    self.close(play, tokens, self.towards(tokens, end), &mut found);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The transitions of which one must happen before the marking can be this one.
    fn towards(&self, tokens: &[u32], end: &[u32]) -> Vec<u32> {
        let lacking = end.iter().find(|place| count(tokens, **place) < count(end, **place));
        if let Some(place) = lacking {
            return self.producers.get(at(*place)).cloned().unwrap_or_default();
        }
        let left = tokens.iter().find(|place| count(tokens, **place) > count(end, **place));
        left.and_then(|place| self.consumers.get(at(*place)))
            .cloned()
            .unwrap_or_default()
    }

    /// Adds the enabled transitions of the stubborn set that holds these.
    fn close(&self, play: &Play, tokens: &[u32], mut open: Vec<u32>, found: &mut Vec<u32>) {
        let mut seen = vec![false; play.transitions.len()];
        while let Some(transition) = open.pop() {
            let Some(firing) = play.transitions.get(at(transition)) else {
                continue;
            };
            match seen.get_mut(at(transition)) {
                Some(own) if !*own => *own = true,
                _ => continue,
            }
            let lacking = firing
                .inputs
                .iter()
                .find(|place| count(tokens, **place) < count(&firing.inputs, **place));
            if let Some(place) = lacking {
                open.extend(self.producers.get(at(*place)).into_iter().flatten());
                continue;
            }
            found.push(transition);
            for place in &firing.inputs {
                open.extend(self.consumers.get(at(*place)).into_iter().flatten());
            }
        }
    }
}
