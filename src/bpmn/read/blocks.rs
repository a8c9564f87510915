//! Parallel parts: which gateway closes which, and what a table cannot nest.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{BpmnCause, BpmnFault, Why};
use super::model::{Kind, Model};

const MOST_SPLITS: usize = 200;
const DEEPEST: usize = 40;

/// A branch of a parallel part: the flow into it, the flow out of it, and the nodes between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Branch {
    pub(super) entry: usize,
    pub(super) exit: usize,
    nodes: BTreeSet<usize>,
}

/// A parallel part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) join: usize,
    pub(super) branches: Vec<Branch>,
}

/// The parallel parts by their opening gateways. What a table cannot nest is changed until none is left: every block
/// then has at least two branches with steps and no other block inside.
pub(super) fn blocks(model: &mut Model) -> Result<BTreeMap<usize, Block>, BpmnFault> {
    loop {
        let splits = splits(model);
        if splits.len() > MOST_SPLITS {
            let (what, limit) = ("parallel gateways", MOST_SPLITS);
            return Err(BpmnFault::new(0, BpmnCause::TooMany { what, limit }));
        }
        let found = find(model, &splits);
        let unmatched = drop_unmatched(model, &splits, &found);
        if !(unmatched || drop_empty(model, &found) || unnest(model, &found)) {
            return Ok(found);
        }
    }
}

fn splits(model: &Model) -> Vec<usize> {
    let is_split = |number: &usize| model.kind(*number) == Kind::And && model.out(*number).len() > 1;
    (0..model.nodes.len()).filter(is_split).collect()
}

fn is_join(model: &Model, number: usize) -> bool {
    model.kind(number) == Kind::And && model.entering(number).len() > 1
}

fn find(model: &Model, splits: &[usize]) -> BTreeMap<usize, Block> {
    let mut finder = Finder {
        model,
        known: BTreeMap::new(),
        open: Vec::new(),
    };
    for split in splits {
        finder.block(*split);
    }
    finder
        .known
        .into_iter()
        .filter_map(|(split, block)| Some((split, block?)))
        .collect()
}

struct Finder<'a> {
    model: &'a Model,
    known: BTreeMap<usize, Option<Block>>,
    open: Vec<usize>,
}

impl Finder<'_> {
    fn block(&mut self, split: usize) -> Option<Block> {
        if let Some(known) = self.known.get(&split) {
            return known.clone();
        }
        if self.open.contains(&split) || self.open.len() >= DEEPEST {
            return None;
        }
        self.open.push(split);
        let block = self.branches(split);
        self.open.pop();
        self.known.insert(split, block.clone());
        block
    }

    fn branches(&mut self, split: usize) -> Option<Block> {
        let entries = self.model.out(split).to_vec();
        let mut branches = Vec::with_capacity(entries.len());
        let mut all = BTreeSet::new();
        let mut join = None;
        for entry in entries {
            let (exit, nodes) = self.branch(split, entry)?;
            let to = self.model.flow_to(exit)?;
            let is_apart = nodes.iter().all(|node| all.insert(*node));
            if !is_apart || *join.get_or_insert(to) != to {
                return None;
            }
            branches.push(Branch { entry, exit, nodes });
        }
        let join = join?;
        let exits: BTreeSet<usize> = branches.iter().map(|branch| branch.exit).collect();
        let into: BTreeSet<usize> = self.model.entering(join).iter().copied().collect();
        (exits == into && exits.len() == branches.len()).then_some(Block { join, branches })
    }

    /// The flow out of a branch and its nodes; nothing when it ends, has several ways out, or is entered elsewhere.
    fn branch(&mut self, split: usize, entry: usize) -> Option<(usize, BTreeSet<usize>)> {
        let mut nodes = BTreeSet::new();
        let mut exits = Vec::new();
        let mut open = vec![entry];
        while let Some(flow) = open.pop() {
            let to = self.model.flow_to(flow)?;
            if is_join(self.model, to) {
                exits.push(flow);
                continue;
            }
            if to == split || matches!(self.model.kind(to), Kind::End(_)) {
                return None;
            }
            if !nodes.insert(to) {
                continue;
            }
            let is_split = self.model.kind(to) == Kind::And && self.model.out(to).len() > 1;
            match if is_split { self.block(to) } else { None } {
                Some(inner) => {
                    nodes.insert(inner.join);
                    nodes.extend(inner.branches.iter().flat_map(|branch| &branch.nodes));
                    open.extend(self.model.out(inner.join));
                }
                None => open.extend(self.model.out(to)),
            }
        }
        let from_inside = |flow: &usize| {
            let from = self.model.flows.get(*flow).map(|flow| flow.from);
            *flow == entry || from.is_some_and(|from| nodes.contains(&from))
        };
        let is_closed = nodes
            .iter()
            .all(|node| self.model.entering(*node).iter().all(from_inside));
        match exits.as_slice() {
            [exit] if is_closed => Some((*exit, nodes)),
            _ => None,
        }
    }
}

/// Takes parallel gateways without a partner as choices; whether there were any.
fn drop_unmatched(model: &mut Model, splits: &[usize], found: &BTreeMap<usize, Block>) -> bool {
    let joins: BTreeSet<usize> = found.values().map(|block| block.join).collect();
    let mut changed = false;
    for number in 0..model.nodes.len() {
        let why = if splits.contains(&number) && !found.contains_key(&number) {
            Why::NotNested
        } else if is_join(model, number) && !joins.contains(&number) {
            Why::LoneJoin
        } else {
            continue;
        };
        model.say(number, why);
        model.set_kind(number, Kind::Xor);
        changed = true;
    }
    changed
}

/// Takes away branches without a step, and parallel parts with only one branch; whether there were any.
fn drop_empty(model: &mut Model, found: &BTreeMap<usize, Block>) -> bool {
    for (split, block) in found {
        let has_step = |branch: &&Branch| branch.nodes.iter().any(|node| model.kind(*node) == Kind::Task);
        let steps = block.branches.iter().filter(has_step).count();
        if steps == block.branches.len() {
            continue;
        }
        let mut empty: Vec<&Branch> = block.branches.iter().filter(|branch| !has_step(branch)).collect();
        if steps == 0 {
            empty.pop();
        }
        let cut: Vec<(usize, usize)> = empty.iter().map(|branch| (branch.entry, branch.exit)).collect();
        let gone: Vec<usize> = empty.iter().flat_map(|branch| branch.nodes.iter().copied()).collect();
        for (entry, exit) in cut {
            model.cut(entry);
            model.cut(exit);
        }
        for node in gone {
            model.set_kind(node, Kind::Gone);
        }
        if model.out(*split).len() == 1 {
            model.set_kind(*split, Kind::Xor);
            model.set_kind(block.join, Kind::Xor);
        }
        return true;
    }
    false
}

/// Resolves one parallel part inside a branch of another one; whether there was any.
fn unnest(model: &mut Model, found: &BTreeMap<usize, Block>) -> bool {
    for (split, outer) in found {
        for branch in &outer.branches {
            let nested = branch.nodes.iter().find_map(|node| Some((*node, found.get(node)?)));
            let Some((inner_split, inner)) = nested else { continue };
            let begins = through(model, branch.entry) == Some(inner_split);
            let ends = model.out(inner.join).first().and_then(|flow| through(model, *flow)) == Some(outer.join);
            if begins && ends {
                flatten(model, (*split, outer.join), branch, (inner_split, inner));
            } else {
                model.say(inner_split, Why::NestedParallel);
                string(model, inner_split, inner);
            }
            return true;
        }
    }
    false
}

/// The node that a flow leads to, through nodes with one flow in and one out.
fn through(model: &Model, mut flow: usize) -> Option<usize> {
    loop {
        let to = model.flow_to(flow)?;
        match (model.kind(to), model.entering(to), model.out(to)) {
            (Kind::Xor | Kind::And, [_], [out]) => flow = *out,
            _ => return Some(to),
        }
    }
}

/// The inner branches become branches of the outer part.
fn flatten(model: &mut Model, (split, join): (usize, usize), branch: &Branch, (inner_split, inner): (usize, &Block)) {
    model.cut(branch.entry);
    model.cut(branch.exit);
    for own in &inner.branches {
        if let Some(flow) = model.flows.get_mut(own.entry) {
            flow.from = split;
        }
        if let Some(node) = model.nodes.get_mut(inner_split) {
            node.out.retain(|flow| *flow != own.entry);
        }
        if let Some(node) = model.nodes.get_mut(split) {
            node.out.push(own.entry);
        }
        model.redirect(own.exit, join);
    }
    model.set_kind(inner_split, Kind::Gone);
    model.set_kind(inner.join, Kind::Gone);
}

/// The branches follow each other.
fn string(model: &mut Model, split: usize, inner: &Block) {
    for (own, next) in inner.branches.iter().zip(inner.branches.iter().skip(1)) {
        if let Some(to) = model.flow_to(next.entry) {
            model.cut(next.entry);
            model.redirect(own.exit, to);
        }
    }
    model.set_kind(split, Kind::Xor);
    model.set_kind(inner.join, Kind::Xor);
}
