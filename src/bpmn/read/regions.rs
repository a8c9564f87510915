//! The elements of the process and of each branch, with a step added where only a step can carry a choice.

use std::collections::{BTreeMap, BTreeSet};

use super::blocks::{Block, blocks};
use super::fault::{BpmnCause, BpmnFault, Why};
use super::model::{Kind, Model};
use super::ways::{Leads, Stop, Ways};
use crate::workflow::End;

/// A process whose every choice follows a step.
pub(super) struct Regions {
    pub(super) blocks: BTreeMap<usize, Block>,
    /// The gateways before steps that may be left out, with the steps.
    pub(super) skips: BTreeMap<usize, usize>,
    /// What follows each step and each parallel part.
    pub(super) next: BTreeMap<Stop, Vec<Leads>>,
    /// Where the process and each branch begins: the top, and each parallel part with its branches in order.
    pub(super) first: Stop,
    pub(super) branches: BTreeMap<usize, Vec<Stop>>,
}

/// Finds the elements; steps are added until every choice follows one.
pub(super) fn regions(model: &mut Model, start: usize) -> Result<Regions, BpmnFault> {
    let blocks = blocks(model)?;
    loop {
        let (found, unfit) = look(model, &blocks, start)?;
        match found {
            _ if !unfit.is_empty() => unfit.into_iter().for_each(|flow| add_step(model, flow)),
            Some(found) => return Ok(found),
            None => return Err(BpmnFault::new(0, BpmnCause::NoSteps)),
        }
    }
}

/// Puts a step on a flow, named like the gateway that it leads to or comes from.
fn add_step(model: &mut Model, flow: usize) {
    let Some((from, to)) = model.flows.get(flow).map(|flow| (flow.from, flow.to)) else {
        return;
    };
    let like = if model.kind(to) == Kind::Xor { to } else { from };
    model.say(like, Why::AddedStep);
    let step = model.add_node(like, Kind::Task);
    model.insert(flow, step);
}

type Found = (Option<Regions>, Vec<usize>);

/// The elements as they are, and the flows that need a step.
fn look(model: &Model, blocks: &BTreeMap<usize, Block>, start: usize) -> Result<Found, BpmnFault> {
    let ways = Ways::new(model, blocks)?;
    let Some(begin) = model.out(start).first().copied() else {
        return Ok((None, Vec::new()));
    };
    let first = match ways.along(begin)?.as_slice() {
        [
            Leads {
                stop: stop @ (Stop::Task(_) | Stop::Block(_)),
                ..
            },
        ] => *stop,
        []
        | [
            Leads {
                stop: Stop::End(_) | Stop::Join,
                ..
            },
        ] => return Ok((None, Vec::new())),
        _ => return Ok((None, vec![begin])),
    };
    let branches = match branches(blocks, &ways)? {
        (branches, unfit) if unfit.is_empty() => branches,
        (_, unfit) => return Ok((None, unfit)),
    };
    let next = next(model, blocks, &ways)?;
    let regions = Regions {
        blocks: blocks.clone(),
        skips: ways.skips,
        next,
        first,
        branches,
    };
    let unfit = regions.unfit(model);
    Ok((Some(regions), unfit))
}

type Firsts = (BTreeMap<usize, Vec<Stop>>, Vec<usize>);

/// The first row of each branch, and the flows into branches that need a step there.
fn branches(blocks: &BTreeMap<usize, Block>, ways: &Ways<'_>) -> Result<Firsts, BpmnFault> {
    let mut branches = BTreeMap::new();
    let mut unfit = Vec::new();
    for (split, block) in blocks {
        let mut firsts = Vec::with_capacity(block.branches.len());
        for branch in &block.branches {
            match ways.along(branch.entry)?.as_slice() {
                [
                    Leads {
                        stop: stop @ Stop::Task(_),
                        ..
                    },
                ] => firsts.push(*stop),
                _ => unfit.push(branch.entry),
            }
        }
        branches.insert(*split, firsts);
    }
    Ok((branches, unfit))
}

/// What follows each step and each parallel part.
fn next(
    model: &Model,
    blocks: &BTreeMap<usize, Block>,
    ways: &Ways<'_>,
) -> Result<BTreeMap<Stop, Vec<Leads>>, BpmnFault> {
    let mut next = BTreeMap::new();
    for (number, node) in model.nodes.iter().enumerate() {
        let (element, flow) = match node.kind {
            Kind::Task => (Stop::Task(number), node.out.first()),
            Kind::And => match blocks.get(&number) {
                Some(block) => (Stop::Block(number), model.out(block.join).first()),
                None => continue,
            },
            Kind::Start | Kind::Xor | Kind::End(_) | Kind::Gone => continue,
        };
        let Some(flow) = flow else { continue };
        next.insert(element, ways.along(*flow)?);
    }
    Ok(next)
}

impl Regions {
    /// The elements behind each other in one region, from its first one, as a search in depth leaves them, backwards:
    /// each comes before what follows it unless a way leads back.
    pub(super) fn order(&self, first: Stop) -> Vec<Stop> {
        let mut seen = BTreeSet::from([first]);
        let mut path = vec![(first, self.after(first))];
        let mut order = Vec::new();
        while let Some((element, open)) = path.last_mut() {
            match open.pop() {
                Some(next) if seen.insert(next) => {
                    let after = self.after(next);
                    path.push((next, after));
                }
                Some(_) => {}
                None => {
                    order.push(*element);
                    path.pop();
                }
            }
        }
        order.reverse();
        order
    }

    /// The elements that follow one; the first way comes first in the order when it is taken last.
    fn after(&self, element: Stop) -> Vec<Stop> {
        let leads = self.next.get(&element).into_iter().flatten();
        leads
            .map(|leads| leads.stop)
            .filter(|stop| matches!(stop, Stop::Task(_) | Stop::Block(_)))
            .collect()
    }

    /// The only element behind a parallel part.
    pub(super) fn behind(&self, split: usize) -> Option<Stop> {
        match self.next.get(&Stop::Block(split)).map(Vec::as_slice) {
            Some([leads]) => Some(leads.stop),
            _ => None,
        }
    }

    /// The flows behind parallel parts that need a step behind them: a table can only write that the element in the
    /// row below comes next, or the end below the last row.
    fn unfit(&self, model: &Model) -> Vec<usize> {
        let mut taken: BTreeSet<Stop> = BTreeSet::from([self.first]);
        let mut unfit = Vec::new();
        for element in self.order(self.first) {
            let Stop::Block(split) = element else { continue };
            let fits = match self.behind(split) {
                Some(stop @ (Stop::Task(_) | Stop::Block(_))) => taken.insert(stop) && !self.goes_round(split),
                Some(stop @ Stop::End(End::Completed)) => !self.names_exit(split) && taken.insert(stop),
                Some(Stop::Join | Stop::End(_)) | None => false,
            };
            let join = self.blocks.get(&split).filter(|_| !fits).map(|block| block.join);
            unfit.extend(join.and_then(|join| model.out(join).first().copied()));
        }
        unfit
    }

    /// Whether parallel parts follow each other in a circle.
    fn goes_round(&self, split: usize) -> bool {
        let mut at = split;
        for _ in 0..=self.blocks.len() {
            match self.behind(at) {
                Some(Stop::Block(next)) if next != split => at = next,
                Some(Stop::Block(_)) => return true,
                Some(Stop::Task(_) | Stop::Join | Stop::End(_)) | None => return false,
            }
        }
        true
    }

    /// Whether some row of the part must name what follows the part.
    fn names_exit(&self, split: usize) -> bool {
        self.branches.get(&split).into_iter().flatten().any(|first| {
            let order = self.branch_order(*first);
            let names = |(place, element): (usize, &Stop)| {
                let leads = self.next.get(element).map_or(&[][..], Vec::as_slice);
                match leads {
                    [only] if only.name.is_empty() => only.stop == Stop::Join && place + 1 < order.len(),
                    leads => leads.iter().any(|leads| leads.stop == Stop::Join),
                }
            };
            order.iter().enumerate().any(names)
        })
    }

    /// The order of a branch; a step that only leads out of it comes last if it can.
    pub(super) fn branch_order(&self, first: Stop) -> Vec<Stop> {
        let mut order = self.order(first);
        let leaves = |element: &Stop| match self.next.get(element).map(Vec::as_slice) {
            Some([only]) => only.stop == Stop::Join && only.name.is_empty(),
            _ => false,
        };
        if let Some(place) = order.iter().rposition(leaves).filter(|place| *place > 0) {
            let last = order.remove(place);
            order.push(last);
        }
        order
    }
}
