//! Whether a net is safe and sound, by looking at every marking that it can reach.

use super::{
    Marking, Net,
    markings::{Bits, Store, bit, bits, covers, large, packed, small, unpacked},
};

/// What the markings of a net show. Traces are numbers of transitions, none of them longer than need be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Soundness {
    /// No place ever holds two tokens, every case can end, ends properly, and every transition can happen.
    Sound {
        /// How many markings the net can reach.
        markings: usize,
    },
    /// A place gets a second token.
    Unsafe {
        /// The place.
        place: usize,
        /// The transitions that lead there.
        trace: Vec<usize>,
    },
    /// A case can end while tokens are left elsewhere.
    ImproperEnd {
        /// The marking: a final one and more.
        marking: Marking,
        /// The transitions that lead there.
        trace: Vec<usize>,
    },
    /// A case can get stuck: nothing can happen, and it has not ended.
    Deadlock {
        /// The marking.
        marking: Marking,
        /// The transitions that lead there.
        trace: Vec<usize>,
    },
    /// A case can get where it goes on and on, and can no more end.
    NoWayToEnd {
        /// The marking.
        marking: Marking,
        /// The transitions that lead there.
        trace: Vec<usize>,
    },
    /// A transition can never happen.
    DeadTransition {
        /// The transition.
        transition: usize,
    },
    /// The net reaches more markings than are looked at; nothing wrong was found so far.
    TooLarge {
        /// How many were looked at.
        markings: usize,
    },
}

/// Looks through the markings of a net, `most` of them at most, in the order of their distance from the initial one.
///
/// What is wrong is looked for in this order: a place with two tokens, an improper end or a deadlock (whichever is
/// nearest), a marking without a way to the end, a transition that never happens. It takes about 16 bytes for each
/// marking, and as many again for each step between two markings and for each 64 places.
pub fn soundness(net: &Net, most: usize) -> Soundness {
    let mut search = Search::new(net, most);
    match search.run() {
        Some(found) => found,
        None => search.judge(),
    }
}

/// A transition as bits of the marking.
struct Moves {
    inputs: Vec<Bits>,
    outputs: Vec<Bits>,
    /// The place that would get two tokens at once.
    twice: Option<usize>,
    /// False when it takes two tokens from one place, which a safe net never has.
    possible: bool,
}

struct Search<'a> {
    net: &'a Net,
    most: usize,
    moves: Vec<Moves>,
    finals: Vec<Vec<u64>>,
    store: Store,
    /// How each marking was reached first: from which, by which transition.
    from: Vec<(u32, u32)>,
    /// Steps between markings.
    steps: Vec<(u32, u32)>,
    fired: Vec<bool>,
}

impl<'a> Search<'a> {
    fn new(net: &'a Net, most: usize) -> Self {
        let words = net.places.len().div_ceil(64).max(1);
        let moves = |transition: &super::Transition| {
            let (inputs, weighty) = bits(&transition.inputs);
            let (outputs, twice) = bits(&transition.outputs);
            Moves {
                inputs,
                outputs,
                twice,
                possible: weighty.is_none(),
            }
        };
        let finals = net
            .finals
            .iter()
            .filter(|marking| marking.values().all(|tokens| *tokens == 1));
        Self {
            net,
            most: most.min(MOST),
            moves: net.transitions.iter().map(moves).collect(),
            finals: finals.map(|marking| packed(marking.keys(), words)).collect(),
            store: Store::new(words),
            from: Vec::new(),
            steps: Vec::new(),
            fired: vec![false; net.transitions.len()],
        }
    }

    fn run(&mut self) -> Option<Soundness> {
        if let Some((place, _)) = self.net.initial.iter().find(|(_, tokens)| **tokens > 1) {
            let (place, trace) = (*place, Vec::new());
            return Some(Soundness::Unsafe { place, trace });
        }
        let mut now = packed(self.net.initial.keys(), self.store.words);
        let mut after = now.clone();
        self.store.insert(&now);
        self.from.push((0, 0));
        let mut at = 0;
        while self.store.copy(at, &mut now) {
            if self.finals.iter().any(|end| covers(&now, end)) && !self.finals.contains(&now) {
                let (marking, trace) = (unpacked(&now), self.trace(at));
                return Some(Soundness::ImproperEnd { marking, trace });
            }
            let mut stuck = true;
            for number in 0..self.moves.len() {
                match self.fire(number, &now, &mut after) {
                    Fired::No => continue,
                    Fired::Unsafe(place) => {
                        let mut trace = self.trace(at);
                        trace.push(number);
                        return Some(Soundness::Unsafe { place, trace });
                    }
                    Fired::Yes => {}
                }
                stuck = false;
                if let Some(fired) = self.fired.get_mut(number) {
                    *fired = true;
                }
                let (to, is_new) = self.store.insert(&after);
                if is_new {
                    self.from.push((small(at), small(number)));
                }
                self.steps.push((small(at), small(to)));
                if self.from.len() > self.most || self.steps.len() / STEPS_PER_MARKING > self.most {
                    return Some(Soundness::TooLarge { markings: at });
                }
            }
            if stuck && !self.finals.contains(&now) {
                let (marking, trace) = (unpacked(&now), self.trace(at));
                return Some(Soundness::Deadlock { marking, trace });
            }
            at += 1;
        }
        None
    }

    fn fire(&self, number: usize, now: &[u64], after: &mut [u64]) -> Fired {
        let Some(moves) = self.moves.get(number) else {
            return Fired::No;
        };
        let has = |(word, bits): &Bits| now.get(*word).is_some_and(|own| own & bits == *bits);
        if !(moves.possible && moves.inputs.iter().all(has)) {
            return Fired::No;
        }
        after.copy_from_slice(now);
        for (word, bits) in &moves.inputs {
            if let Some(own) = after.get_mut(*word) {
                *own &= !bits;
            }
        }
        if let Some(place) = moves.twice {
            return Fired::Unsafe(place);
        }
        for (word, bits) in &moves.outputs {
            if let Some(own) = after.get_mut(*word) {
                let both = *own & bits;
                if both != 0 {
                    return Fired::Unsafe(word * 64 + bit(both));
                }
                *own |= bits;
            }
        }
        Fired::Yes
    }

    /// What only the whole picture shows.
    fn judge(&self) -> Soundness {
        let count = self.from.len();
        let mut ends = vec![false; count];
        let mut now = vec![0; self.store.words];
        let mut open = Vec::new();
        for (at, ends) in ends.iter_mut().enumerate() {
            if self.store.copy(at, &mut now) && self.finals.contains(&now) {
                *ends = true;
                open.push(at);
            }
        }
        let back = Backwards::of(&self.steps, count);
        while let Some(at) = open.pop() {
            for from in back.sources(at) {
                let from = large(*from);
                if let Some(ends) = ends.get_mut(from).filter(|ends| !**ends) {
                    *ends = true;
                    open.push(from);
                }
            }
        }
        if let Some(at) = ends.iter().position(|ends| !ends) {
            self.store.copy(at, &mut now);
            let (marking, trace) = (unpacked(&now), self.trace(at));
            return Soundness::NoWayToEnd { marking, trace };
        }
        match self.fired.iter().position(|fired| !fired) {
            Some(transition) => Soundness::DeadTransition { transition },
            None => Soundness::Sound { markings: count },
        }
    }

    fn trace(&self, mut at: usize) -> Vec<usize> {
        let mut trace = Vec::new();
        while let Some((from, number)) = self.from.get(at).filter(|_| at > 0) {
            trace.push(large(*number));
            at = large(*from);
        }
        trace.reverse();
        trace
    }
}

enum Fired {
    No,
    Yes,
    Unsafe(usize),
}

/// More markings are never looked at, so that their numbers fit.
const MOST: usize = 1 << 28;
const STEPS_PER_MARKING: usize = 16;

/// The steps into each marking.
struct Backwards {
    begins: Vec<usize>,
    from: Vec<u32>,
}

impl Backwards {
    fn of(steps: &[(u32, u32)], count: usize) -> Self {
        let mut begins = vec![0; count + 1];
        for (_, to) in steps {
            if let Some(own) = begins.get_mut(large(*to) + 1) {
                *own += 1;
            }
        }
        let mut sum = 0;
        for own in &mut begins {
            sum += *own;
            *own = sum;
        }
        let mut free = begins.clone();
        let mut from = vec![0; steps.len()];
        for (source, to) in steps {
            if let Some(place) = free.get_mut(large(*to)) {
                if let Some(own) = from.get_mut(*place) {
                    *own = *source;
                }
                *place += 1;
            }
        }
        Self { begins, from }
    }

    fn sources(&self, number: usize) -> &[u32] {
        let range = self.begins.get(number).zip(self.begins.get(number + 1));
        range
            .and_then(|(begin, end)| self.from.get(*begin..*end))
            .unwrap_or_default()
    }
}
