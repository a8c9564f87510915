//! Where flows lead, through gateways, and which gateways only say that a step may be left out.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::blocks::Block;
use super::fault::{BpmnCause, BpmnFault};
use super::model::{Kind, Model};
use crate::workflow::End;

/// So many flows are followed in all.
const MOST_WORK: usize = 1_000_000;
/// The joined names of flows are cut after so many characters.
const LONGEST_NAME: usize = 120;

/// What a flow leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stop {
    Task(usize),
    /// A parallel part, by its opening gateway.
    Block(usize),
    /// The closing gateway of the parallel part around it.
    Join,
    End(End),
}

/// One way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leads {
    pub(super) name: String,
    pub(super) stop: Stop,
    /// The last node before it, by which the end of a case is known.
    pub(super) node: usize,
    /// The code that the table named.
    pub(super) named: Option<String>,
}

/// Follows flows.
pub(super) struct Ways<'a> {
    model: &'a Model,
    blocks: &'a BTreeMap<usize, Block>,
    /// Gateways before a step that may be left out, with the step.
    pub(super) skips: BTreeMap<usize, usize>,
    /// Those to which the step leads back, and nowhere else: it is done as often as one likes, and its ways on are those
    /// of the gateway.
    loops: BTreeSet<usize>,
    work: Cell<usize>,
}

/// A flow that is to be followed, with the name of the way so far.
struct Open {
    flow: usize,
    name: String,
    named: Option<String>,
    passed: usize,
}

impl<'a> Ways<'a> {
    pub(super) fn new(model: &'a Model, blocks: &'a BTreeMap<usize, Block>) -> Result<Self, BpmnFault> {
        let mut ways = Self {
            model,
            blocks,
            skips: BTreeMap::new(),
            loops: BTreeSet::new(),
            work: Cell::new(0),
        };
        (ways.skips, ways.loops) = ways.find_skips()?;
        Ok(ways)
    }

    /// The ways on along a flow, in the order of the file; none when it goes round between gateways. A gateway that
    /// was already passed is not passed again.
    pub(super) fn along(&self, flow: usize) -> Result<Vec<Leads>, BpmnFault> {
        self.until(flow, None)
    }

    /// The same, but not through one gateway.
    fn until(&self, flow: usize, barred: Option<usize>) -> Result<Vec<Leads>, BpmnFault> {
        // Out of a step in a loop, its own gateway is passed.
        let from = self.model.flows.get(flow).map(|flow| flow.from);
        let through = |node: usize| self.loops.contains(&node) && self.skips.get(&node) == from.as_ref();
        let mut found: Vec<Leads> = Vec::new();
        let mut known = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![Open {
            flow,
            name: String::new(),
            named: None,
            passed: 0,
        }];
        while let Some(own) = open.pop() {
            self.count()?;
            let Some(flow) = self.model.flows.get(own.flow) else {
                continue;
            };
            let name = joined(own.name, &flow.name);
            let named = own.named.or_else(|| flow.named.clone());
            let to = flow.to;
            if Some(to) == barred {
                continue;
            }
            let stop = match self.stop(to).filter(|_| !through(to)) {
                Some(stop) => stop,
                None => {
                    let out = self.model.out(to);
                    let passed = own.passed + 1;
                    // Only gateways with several ways on are remembered: two ways may meet and go on as one.
                    if passed > self.model.nodes.len() || (out.len() > 1 && !seen.insert(to)) {
                        continue;
                    }
                    open.extend(out.iter().rev().map(|flow| Open {
                        flow: *flow,
                        name: name.clone(),
                        named: named.clone(),
                        passed,
                    }));
                    continue;
                }
            };
            if known.insert((stop, name.clone())) {
                let node = to;
                found.push(Leads {
                    name,
                    stop,
                    node,
                    named,
                });
            }
        }
        Ok(found)
    }

    fn stop(&self, node: usize) -> Option<Stop> {
        match self.model.kind(node) {
            Kind::Task => Some(Stop::Task(node)),
            Kind::End(end) => Some(Stop::End(end)),
            Kind::Xor => self.skips.get(&node).map(|task| Stop::Task(*task)),
            Kind::And if self.blocks.contains_key(&node) => Some(Stop::Block(node)),
            Kind::And if self.model.entering(node).len() > 1 => Some(Stop::Join),
            Kind::Start | Kind::And | Kind::Gone => None,
        }
    }

    fn count(&self) -> Result<(), BpmnFault> {
        self.work.set(self.work.get() + 1);
        if self.work.get() > MOST_WORK {
            let (what, limit) = ("ways", MOST_WORK);
            return Err(BpmnFault::new(0, BpmnCause::TooMany { what, limit }));
        }
        Ok(())
    }

    /// A gateway without names on its ways leads to a step, and otherwise where the step leads: the step is optional.
    fn find_skips(&self) -> Result<(BTreeMap<usize, usize>, BTreeSet<usize>), BpmnFault> {
        let (mut skips, mut loops) = (BTreeMap::new(), BTreeSet::new());
        for gateway in 0..self.model.nodes.len() {
            let out = self.model.out(gateway);
            let is_choice = self.model.kind(gateway) == Kind::Xor && out.len() > 1;
            let unnamed = |flow: &usize| self.model.flows.get(*flow).is_some_and(|flow| flow.name.is_empty());
            if !is_choice || !out.iter().all(unnamed) {
                continue;
            }
            for flow in out {
                let Some(task) = self.model.flow_to(*flow) else {
                    continue;
                };
                if let Some(is_loop) = self.skip(gateway, task, *flow)? {
                    skips.insert(gateway, task);
                    loops.extend(is_loop.then_some(gateway));
                    break;
                }
            }
        }
        Ok((skips, loops))
    }

    /// Whether the gateway leads round the task, and whether it does so only with the ways of the gateway itself.
    fn skip(&self, gateway: usize, task: usize, flow: usize) -> Result<Option<bool>, BpmnFault> {
        let may = self
            .model
            .node(task)
            .is_some_and(|node| node.own.as_ref().is_none_or(|own| own.optional));
        let is_task = self.model.kind(task) == Kind::Task && self.model.entering(task) == [flow];
        let [behind] = self.model.out(task) else {
            return Ok(None);
        };
        if !(may && is_task) {
            return Ok(None);
        }
        let others = |leads: Vec<Leads>| {
            leads
                .into_iter()
                .map(|leads| leads.stop)
                .filter(|stop| *stop != Stop::Task(task))
        };
        let mut skipped = BTreeSet::new();
        for other in self.model.out(gateway).iter().filter(|other| **other != flow) {
            skipped.extend(others(self.along(*other)?));
        }
        let done: BTreeSet<Stop> = others(self.along(*behind)?).collect();
        if skipped.is_empty() || done != skipped {
            return Ok(None);
        }
        let before: BTreeSet<Stop> = others(self.until(*behind, Some(gateway))?).collect();
        Ok(Some(before != skipped))
    }
}

/// Names along a way, joined.
fn joined(mut name: String, more: &str) -> String {
    if !(name.is_empty() || more.is_empty()) {
        name.push_str(" / ");
    }
    name.push_str(more);
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => name.get(..end).unwrap_or_default().to_owned(),
        None => name,
    }
}
