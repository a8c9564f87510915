//! The markings of a net, each made once and known by a number.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use crate::nets::{Marking, Net};

use super::automaton::{at, number};

/// More tokens than this in one marking: the net is taken to be without bound.
const MOST_TOKENS: usize = 4_096;

/// Why a net cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetFault {
    /// A place collects ever more tokens; the transitions are a way on which it does.
    Unbounded {
        /// The place.
        place: usize,
        /// The transitions from the initial marking, in order.
        way: Vec<usize>,
    },
    /// No final marking can be reached.
    NoEnd,
}

/// The tables it serves are never walked through, so their order cannot show.
pub(super) type Mixed = foldhash::fast::FixedState;

/// A transition made ready for firing; its inputs and outputs are in order.
#[derive(Debug, Clone)]
pub(super) struct Firing {
    /// The symbol of its label; `None` when it is silent.
    pub(super) symbol: Option<u32>,
    pub(super) inputs: Vec<u32>,
    pub(super) outputs: Vec<u32>,
}

/// A net made ready for firing.
#[derive(Debug, Clone)]
pub(super) struct Play {
    pub(super) places: usize,
    pub(super) transitions: Vec<Firing>,
    /// The labels in order; a symbol is a place in this list.
    pub(super) labels: Vec<String>,
    pub(super) initial: Vec<u32>,
    pub(super) finals: Vec<Vec<u32>>,
    /// For each place, the transitions whose first input it is.
    begins: Vec<Vec<u32>>,
    /// The transitions without input: they are always possible.
    sources: Vec<u32>,
}

fn tokens(marking: &Marking) -> Vec<u32> {
    marking
        .iter()
        .flat_map(|(place, count)| std::iter::repeat_n(number(*place), usize::from(*count)))
        .collect()
}

impl Play {
    pub(super) fn of(net: &Net) -> Self {
        let mut symbols: BTreeMap<&str, u32> = net
            .transitions
            .iter()
            .filter_map(|own| Some((own.label.as_deref()?, 0)))
            .collect();
        for (own, count) in symbols.values_mut().zip(0..) {
            *own = count;
        }
        let sorted = |places: &[usize]| {
            let mut places: Vec<u32> = places.iter().map(|place| number(*place)).collect();
            places.sort_unstable();
            places
        };
        let firing = |own: &crate::nets::Transition| Firing {
            symbol: own.label.as_deref().and_then(|label| symbols.get(label).copied()),
            inputs: sorted(&own.inputs),
            outputs: sorted(&own.outputs),
        };
        let transitions: Vec<Firing> = net.transitions.iter().map(firing).collect();
        let mut begins = vec![Vec::new(); net.places.len()];
        let mut sources = Vec::new();
        for (place, own) in transitions.iter().enumerate() {
            match own.inputs.first() {
                None => sources.push(number(place)),
                Some(first) => begins
                    .get_mut(at(*first))
                    .into_iter()
                    .for_each(|list| list.push(number(place))),
            }
        }
        Self {
            places: net.places.len(),
            transitions,
            labels: symbols.keys().map(|label| (*label).to_owned()).collect(),
            initial: tokens(&net.initial),
            finals: net.finals.iter().map(tokens).collect(),
            begins,
            sources,
        }
    }

    /// The symbol of a label, if the net has it.
    pub(super) fn symbol(&self, label: &str) -> Option<u32> {
        self.labels
            .binary_search_by(|own| own.as_str().cmp(label))
            .ok()
            .map(number)
    }

    /// The transitions that are possible in a marking, in order.
    fn enabled(&self, marking: &[u32]) -> Vec<u32> {
        let mut found = self.sources.clone();
        let mut last = None;
        for place in marking {
            if last.replace(place) == Some(place) {
                continue;
            }
            for transition in self.begins.get(at(*place)).into_iter().flatten() {
                if self
                    .transitions
                    .get(at(*transition))
                    .is_some_and(|own| contains(marking, &own.inputs))
                {
                    found.push(*transition);
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn fire(&self, marking: &[u32], transition: u32) -> Vec<u32> {
        let Some(own) = self.transitions.get(at(transition)) else {
            return marking.to_vec();
        };
        let mut after = Vec::with_capacity(marking.len() + own.outputs.len());
        let mut taken = own.inputs.iter().peekable();
        let mut given = own.outputs.iter().peekable();
        for token in marking {
            if taken.next_if_eq(&token).is_some() {
                continue;
            }
            while let Some(place) = given.next_if(|place| *place <= token) {
                after.push(*place);
            }
            after.push(*token);
        }
        after.extend(given);
        after
    }
}

/// Whether a sorted list holds all of another sorted list.
fn contains(marking: &[u32], wanted: &[u32]) -> bool {
    let mut own = marking.iter();
    wanted.iter().all(|place| own.any(|token| token == place))
}

/// The markings that were met.
#[derive(Debug)]
pub(super) struct Markings<'a> {
    pub(super) play: &'a Play,
    numbers: HashMap<Box<[u32]>, u32, Mixed>,
    /// The tokens of all markings, one after the other.
    tokens: Vec<u32>,
    starts: Vec<u32>,
    /// How each marking was first reached: from which one, by which transition.
    came: Vec<Option<(u32, u32)>>,
    /// Where the successors of each marking stand, once they are known.
    known: Vec<Option<(u32, u32)>>,
    successors: Vec<(u32, u32)>,
    finals: Vec<u32>,
    /// Where single transitions led, for those that do not ask for all successors.
    fired: HashMap<(u32, u32), u32, Mixed>,
}

impl<'a> Markings<'a> {
    pub(super) fn new(play: &'a Play) -> Self {
        let mut own = Self {
            play,
            numbers: HashMap::default(),
            tokens: Vec::new(),
            starts: vec![0],
            came: Vec::new(),
            known: Vec::new(),
            successors: Vec::new(),
            finals: Vec::new(),
            fired: HashMap::default(),
        };
        own.number(&play.initial, None);
        own
    }

    pub(super) fn len(&self) -> usize {
        self.came.len()
    }

    /// The places of a marking, one for each token.
    pub(super) fn tokens(&self, marking: u32) -> &[u32] {
        let start = self.starts.get(at(marking)).copied().map_or(0, at);
        let end = self
            .starts
            .get(at(marking).saturating_add(1))
            .copied()
            .map_or(start, at);
        self.tokens.get(start..end).unwrap_or_default()
    }

    pub(super) fn is_final(&self, marking: u32) -> bool {
        self.finals.contains(&marking)
    }

    fn number(&mut self, tokens: &[u32], came: Option<(u32, u32)>) -> u32 {
        if let Some(known) = self.numbers.get(tokens) {
            return *known;
        }
        let own = number(self.came.len());
        self.numbers.insert(tokens.into(), own);
        self.tokens.extend_from_slice(tokens);
        self.starts.push(number(self.tokens.len()));
        self.came.push(came);
        self.known.push(None);
        if self.play.finals.iter().any(|end| end == tokens) {
            self.finals.push(own);
        }
        own
    }

    /// Where the successors `(transition, marking)` of a marking stand, for [`Self::successor`].
    pub(super) fn successors(&mut self, marking: u32) -> Result<Range<usize>, NetFault> {
        if let Some(Some((start, end))) = self.known.get(at(marking)) {
            return Ok(at(*start)..at(*end));
        }
        let tokens = self.tokens(marking).to_vec();
        let start = self.successors.len();
        let play = self.play;
        for transition in play.enabled(&tokens) {
            let after = play.fire(&tokens, transition);
            let before = self.len();
            let own = self.number(&after, Some((marking, transition)));
            if self.len() > before {
                self.check_bound(own, &after)?;
            }
            self.successors.push((transition, own));
        }
        let end = self.successors.len();
        if let Some(known) = self.known.get_mut(at(marking)) {
            *known = Some((number(start), number(end)));
        }
        Ok(start..end)
    }

    pub(super) fn successor(&self, place: usize) -> Option<(u32, u32)> {
        self.successors.get(place).copied()
    }

    /// The marking after a transition that is possible; `None` when it has more tokens than are followed.
    pub(super) fn after(&mut self, marking: u32, transition: u32) -> Option<u32> {
        if let Some(known) = self.fired.get(&(marking, transition)) {
            return Some(*known);
        }
        let after = self.play.fire(self.tokens(marking), transition);
        if after.len() > MOST_TOKENS {
            return None;
        }
        let own = self.number(&after, Some((marking, transition)));
        self.fired.insert((marking, transition), own);
        Some(own)
    }

    /// A marking with two tokens in one place may be on the way to ever more: then it covers one that led to it.
    fn check_bound(&self, marking: u32, tokens: &[u32]) -> Result<(), NetFault> {
        let doubled = tokens.windows(2).any(|pair| pair.first() == pair.last());
        if !doubled {
            return Ok(());
        }
        let mut before = marking;
        while let Some((from, _)) = self.came.get(at(before)).copied().flatten() {
            let earlier = self.tokens(from);
            let covers = tokens.len() > earlier.len() && contains(tokens, earlier);
            if covers || tokens.len() > MOST_TOKENS {
                let mut left = earlier.iter().peekable();
                let more = tokens.iter().find(|token| left.next_if_eq(token).is_none());
                return Err(NetFault::Unbounded {
                    place: more.copied().map_or(0, at),
                    way: self.way(marking),
                });
            }
            before = from;
        }
        Ok(())
    }

    /// The transitions on which a marking was first reached.
    fn way(&self, mut marking: u32) -> Vec<usize> {
        let mut way = Vec::new();
        while let Some((from, transition)) = self.came.get(at(marking)).copied().flatten() {
            way.push(at(transition));
            marking = from;
        }
        way.reverse();
        way
    }
}
