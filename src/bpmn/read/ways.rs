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
            work: Cell::new(0),
        };
        ways.skips = ways.find_skips()?;
        Ok(ways)
    }

    /// The ways on along a flow, in the order of the file; none when it goes round between gateways. A gateway that
    /// was already passed is not passed again.
    pub(super) fn along(&self, flow: usize) -> Result<Vec<Leads>, BpmnFault> {
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
            let stop = match self.stop(to) {
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
    fn find_skips(&self) -> Result<BTreeMap<usize, usize>, BpmnFault> {
        let mut skips = BTreeMap::new();
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
                if self.is_skipped(task, *flow, out)? {
                    skips.insert(gateway, task);
                    break;
                }
            }
        }
        Ok(skips)
    }

    fn is_skipped(&self, task: usize, flow: usize, out: &[usize]) -> Result<bool, BpmnFault> {
        let may = self
            .model
            .node(task)
            .is_some_and(|node| node.own.as_ref().is_none_or(|own| own.optional));
        let is_task = self.model.kind(task) == Kind::Task && self.model.entering(task) == [flow];
        let [behind] = self.model.out(task) else {
            return Ok(false);
        };
        if !(may && is_task) {
            return Ok(false);
        }
        let own = |leads: Vec<Leads>| {
            leads
                .into_iter()
                .map(|leads| leads.stop)
                .filter(|stop| *stop != Stop::Task(task))
        };
        let done: BTreeSet<Stop> = own(self.along(*behind)?).collect();
        let mut skipped = BTreeSet::new();
        for other in out.iter().filter(|other| **other != flow) {
            skipped.extend(own(self.along(*other)?));
        }
        Ok(!skipped.is_empty() && done == skipped)
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
