//! Traces against a Petri net.

use std::collections::HashMap;

use crate::nets::Net;

use super::{
    automaton::{Automaton, at},
    bounds::Bounds,
    columns::Aligner,
    components::{Component, components},
    markings::{Markings, Mixed, NetFault, Play},
    moves::Move,
    realise::Realiser,
    search::{Found, Search},
    stubborn::Stubborn,
    subsets,
};

/// One move on a net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NetMove {
    /// The event does what the transition stands for.
    Sync {
        /// The event, counted from 0.
        event: u32,
        /// The transition, counted from 0.
        transition: u32,
    },
    /// The event is one too many.
    Log {
        /// The event, counted from 0.
        event: u32,
    },
    /// The net asks for a step that no event does.
    Model {
        /// The transition, counted from 0.
        transition: u32,
    },
    /// A transition without a label: nothing is done, nothing is paid.
    Silent {
        /// The transition, counted from 0.
        transition: u32,
    },
}

/// A trace compared with a net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetAligned {
    /// How many deviations there are: log and model moves. No explanation has fewer.
    pub cost: u32,
    /// The explanation, in order: its events spell the trace, its transitions lead from the initial to a final marking.
    pub moves: Vec<NetMove>,
}

/// What came of a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetAnswer {
    /// A best alignment.
    Exact(NetAligned),
    /// The budget was used up before one was found.
    NotDetermined {
        /// The cost is at least this.
        at_least: u32,
    },
}

/// How much is searched before an answer is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Points (events explained, marking) that are kept for one trace.
    pub points: usize,
}

impl Default for Budget {
    /// About half a gibibyte and some seconds at most.
    fn default() -> Self {
        Self { points: 4_000_000 }
    }
}

/// More markings than this are not kept from one trace to the next.
const KEPT: usize = 1_000_000;

/// A net made ready for comparing traces with it.
#[derive(Debug)]
pub struct NetAligner {
    play: Play,
    automaton: Option<Automaton>,
    components: Vec<Component>,
    stubborn: Stubborn,
    shortest_run: Option<u32>,
    budget: Budget,
}

impl NetAligner {
    /// Makes a net ready. A net without bound is followed too, as far as that leads to exact answers.
    ///
    /// # Errors
    /// A net without a way to a final marking, and one without bound where none is found within the budget.
    pub fn new(net: &Net, budget: Budget) -> Result<Self, NetFault> {
        let play = Play::of(net);
        match subsets::automaton(&play) {
            Ok(automaton) => Self::with(play, automaton, budget),
            Err(NetFault::NoEnd) => Err(NetFault::NoEnd),
            Err(unbounded) => {
                let own = Self::with(play, None, budget)?;
                own.shortest_run.map_or(Err(unbounded), |_| Ok(own))
            }
        }
    }

    /// The same by searching the markings only, for comparing both ways.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn without_automaton(net: &Net, budget: Budget) -> Result<Self, NetFault> {
        Self::with(Play::of(net), None, budget)
    }

    fn with(play: Play, automaton: Option<Automaton>, budget: Budget) -> Result<Self, NetFault> {
        let mut own = Self {
            components: Vec::new(),
            stubborn: Stubborn::of(&play),
            shortest_run: None,
            play,
            automaton,
            budget,
        };
        if let Some(automaton) = &own.automaton {
            own.shortest_run = Some(automaton.shortest_run());
        } else {
            own.components = components(&own.play);
            own.shortest_run = match own.search(&mut Markings::new(&own.play), &[], true)? {
                NetAnswer::Exact(run) => Some(run.cost),
                NetAnswer::NotDetermined { .. } => None,
            };
        }
        Ok(own)
    }

    /// The symbol of an activity for traces; an activity that the net does not have may be any number from
    /// [`Self::symbols`] on.
    pub fn symbol(&self, activity: &str) -> Option<u32> {
        self.play.symbol(activity)
    }

    /// How many activities the net has.
    pub fn symbols(&self) -> usize {
        self.play.labels.len()
    }

    /// The fewest visible steps of a complete run; `None` when the budget did not suffice to find it.
    pub fn shortest_run(&self) -> Option<u32> {
        self.shortest_run
    }

    /// How many states the net has as a minimal deterministic automaton; `None` when it is searched without one.
    pub fn states(&self) -> Option<usize> {
        self.automaton.as_ref().map(Automaton::states)
    }

    /// Makes ready to compare traces with the net one after the other: those that are `finished` with a complete run,
    /// others with the beginning of one (a net that is searched without an automaton is taken to be sound for that).
    pub fn comparing(&self, finished: bool) -> Comparing<'_> {
        Comparing {
            net: self,
            finished,
            determined: self
                .automaton
                .as_ref()
                .map(|automaton| Aligner::new(automaton, finished)),
            realiser: Realiser::new(Markings::new(&self.play)),
            known: HashMap::default(),
            moves: Vec::new(),
        }
    }

    /// Compares many traces with the net, as [`Self::comparing`] does; the answers are in their order.
    ///
    /// # Errors
    /// A net without bound, where the search comes to it.
    pub fn align_all(&self, traces: &[&[u32]], finished: bool) -> Result<Vec<NetAnswer>, NetFault> {
        let mut comparing = self.comparing(finished);
        traces.iter().map(|trace| comparing.align(trace)).collect()
    }

    /// The costs only of finished traces; `None` where the budget did not suffice.
    ///
    /// # Errors
    /// As for [`Self::align_all`].
    pub fn costs(&self, traces: &[&[u32]]) -> Result<Vec<Option<u32>>, NetFault> {
        let cost = |answer: NetAnswer| match answer {
            NetAnswer::Exact(aligned) => Some(aligned.cost),
            NetAnswer::NotDetermined { .. } => None,
        };
        Ok(self.align_all(traces, true)?.into_iter().map(cost).collect())
    }

    fn search(&self, markings: &mut Markings<'_>, trace: &[u32], finished: bool) -> Result<NetAnswer, NetFault> {
        let bounds = Bounds::of(&self.play, &self.components, trace, finished);
        match Search::new(markings, &self.stubborn, bounds, trace).run(self.budget.points, finished) {
            Found::Best(aligned) => Ok(NetAnswer::Exact(aligned)),
            Found::AtLeast(at_least) => Ok(NetAnswer::NotDetermined { at_least }),
            Found::NoEnd => Err(NetFault::NoEnd),
        }
    }

    /// The label of a symbol.
    pub fn label(&self, symbol: u32) -> Option<&str> {
        self.play.labels.get(at(symbol)).map(String::as_str)
    }
}

/// A comparison of many traces with a net, which remembers what they have in common.
#[derive(Debug)]
pub struct Comparing<'a> {
    net: &'a NetAligner,
    finished: bool,
    determined: Option<Aligner<'a>>,
    realiser: Realiser<'a>,
    /// What was searched, by trace.
    known: HashMap<Vec<u32>, NetAnswer, Mixed>,
    moves: Vec<Move>,
}

impl Comparing<'_> {
    /// Compares a trace with the net, exactly. The answer depends on the trace only.
    ///
    /// # Errors
    /// A net without bound, where the search comes to it.
    pub fn align(&mut self, trace: &[u32]) -> Result<NetAnswer, NetFault> {
        if let Some(aligner) = &mut self.determined {
            let cost = aligner.align(trace, &mut self.moves);
            let moves = self.realiser.realise(trace, &self.moves, self.finished)?;
            return Ok(NetAnswer::Exact(NetAligned { cost, moves }));
        }
        if let Some(known) = self.known.get(trace) {
            return Ok(known.clone());
        }
        if self.realiser.markings.len() > KEPT {
            self.realiser = Realiser::new(Markings::new(&self.net.play));
            self.known.clear();
        }
        let answer = self.net.search(&mut self.realiser.markings, trace, self.finished)?;
        self.known.insert(trace.to_vec(), answer.clone());
        Ok(answer)
    }
}
