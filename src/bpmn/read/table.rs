//! Writes the elements of a process as a table.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::Why;
use super::model::{Model, Node};
use super::order::{Order, Row};
use super::regions::Regions;
use super::ways::{Leads, Stop};
use crate::workflow::{Branch, Clock, End, Next, RoleCode, Step, StepCode, Target};

/// The longest outcome that is made from a name.
const LONGEST_OUTCOME: usize = 60;

/// The steps of a process.
pub(super) fn steps(model: &mut Model, regions: &Regions) -> Vec<Step> {
    let order = Order::of(model, regions);
    let rows = order.rows();
    let codes = codes(model, &rows);
    let names = names(model, &rows);
    let mut table = Table {
        model,
        regions,
        order: &order,
        codes,
        said: BTreeSet::new(),
    };
    let steps = rows.iter().map(|row| table.step(row, &names)).collect();
    for (node, why) in std::mem::take(&mut table.said) {
        model.say(node, why);
    }
    steps
}

/// The codes of the steps: their own ones where the file has them, else `B01` and so on by their places.
fn codes(model: &Model, rows: &[Row]) -> BTreeMap<usize, StepCode> {
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut codes = BTreeMap::new();
    for row in rows {
        let own = model.node(row.task).and_then(|node| node.own.as_ref()?.code.clone());
        if let Some(code) = own.filter(|code| used.insert(code.clone())) {
            codes.insert(row.task, StepCode::new(code));
        }
    }
    let mut number = 0;
    for (place, row) in rows.iter().enumerate() {
        if codes.contains_key(&row.task) {
            continue;
        }
        number = number.max(place);
        let code = loop {
            number += 1;
            let code = format!("B{number:02}");
            if used.insert(code.clone()) {
                break code;
            }
        };
        codes.insert(row.task, StepCode::new(code));
    }
    codes
}

/// A parallel part and a branch: places in the table, or names.
type Home = (usize, usize);
type Named = (String, String);

/// The names of parallel parts and branches, by their places: their own ones where the rows of each branch agree and no
/// other branch is called so, else `P1` and so on with `a`, `b` and so on.
fn names(model: &Model, rows: &[Row]) -> BTreeMap<Home, Named> {
    let mut own: BTreeMap<Home, BTreeSet<Option<Named>>> = BTreeMap::new();
    for row in rows {
        if let Some(home) = row.home {
            let named = model.node(row.task).and_then(|node| node.own.as_ref()?.branch.clone());
            own.entry(home).or_default().insert(named);
        }
    }
    let one = |names: &BTreeSet<Option<Named>>| match names.first() {
        Some(Some(name)) if names.len() == 1 => Some(name.clone()),
        _ => None,
    };
    let mut named = BTreeMap::new();
    let (mut branches, mut groups) = (BTreeSet::new(), BTreeMap::new());
    for (home, names) in &own {
        if let Some((group, branch)) = one(names) {
            let is_own = *groups.entry(group.clone()).or_insert(home.0) == home.0;
            if is_own && branches.insert((group.clone(), branch.clone())) {
                named.insert(*home, (group, branch));
            }
        }
    }
    let of_part = |part: usize| {
        named
            .range((part, 0)..(part + 1, 0))
            .map(|(_, (group, _))| group)
            .collect::<BTreeSet<_>>()
    };
    let count = own.keys().map(|(part, _)| part + 1).max().unwrap_or(0);
    let agree = (0..count).all(|part| of_part(part).len() == 1) && own.keys().all(|home| named.contains_key(home));
    if agree {
        return named;
    }
    let letter = |branch: usize| {
        u8::try_from(branch)
            .ok()
            .filter(|branch| *branch < 26)
            .map(|branch| char::from(b'a' + branch))
    };
    let plain = |(part, branch): &(usize, usize)| {
        let name = letter(*branch).map_or_else(|| format!("n{}", branch + 1), String::from);
        ((*part, *branch), (format!("P{}", part + 1), name))
    };
    own.keys().map(plain).collect()
}

struct Table<'a> {
    model: &'a Model,
    regions: &'a Regions,
    order: &'a Order,
    codes: BTreeMap<usize, StepCode>,
    /// Steps whose ways do not come in as they are.
    said: BTreeSet<(usize, Why)>,
}

impl Table<'_> {
    fn step(&mut self, row: &Row, names: &BTreeMap<Home, Named>) -> Step {
        let node = self.model.node(row.task);
        let own = node.and_then(|node| node.own.as_ref());
        let code = self.codes.get(&row.task).cloned().unwrap_or_else(|| StepCode::new(""));
        let waits = node.is_some_and(|node| node.waits);
        let branch = row.home.and_then(|home| names.get(&home)).cloned();
        Step {
            name: node.map_or_else(String::new, |node| name(node, &code)),
            roles: node.map_or_else(Vec::new, roles),
            times: own.map_or_else(Vec::new, |own| own.times.clone()),
            counted: own.is_none_or(|own| own.counted),
            next: self.next(row, own.is_some_and(|own| own.stated)),
            optional: self.regions.skips.values().any(|task| *task == row.task),
            branch: branch.map(|(group, branch)| Branch { group, branch }),
            clock: own.map_or(if waits { Clock::Paused } else { Clock::Runs }, |own| own.clock),
            different_from: own.map_or_else(Vec::new, |own| own.different_from.clone()),
            same_as: own.map_or_else(Vec::new, |own| own.same_as.clone()),
            max_times: own.and_then(|own| own.max_times),
            forms: own.map_or_else(Vec::new, |own| own.forms.clone()),
            outputs: own.map_or_else(Vec::new, |own| own.outputs.clone()),
            code,
        }
    }

    fn next(&mut self, row: &Row, stated: bool) -> Vec<Next> {
        let regions = self.regions;
        let leads = regions.next.get(&Stop::Task(row.task)).map_or(&[][..], Vec::as_slice);
        if let [only] = leads
            && only.name.is_empty()
        {
            let target = self.target(row, only);
            let is_below = only.stop == row.below;
            return match target {
                Some(target) if stated || !is_below => vec![Next { outcome: None, target }],
                _ => Vec::new(),
            };
        }
        let mut used = BTreeSet::new();
        let mut next = Vec::with_capacity(leads.len());
        for lead in leads {
            let Some(target) = self.target(row, lead) else { continue };
            let wanted = if lead.name.is_empty() {
                self.said.insert((row.task, Why::NamedWays));
                self.outcome(lead, &target)
            } else {
                lead.name.clone()
            };
            let outcome = unique(&wanted, &mut used);
            let outcome = Some(outcome);
            next.push(Next { outcome, target });
        }
        if next.is_empty() {
            // A way that goes round without a step cannot be written; the case ends there instead.
            self.said.insert((row.task, Why::EmptyLoop));
            let (outcome, target) = (None, Target::End);
            next.push(Next { outcome, target });
        }
        next
    }

    /// What a table calls the place that a way leads to; nothing for an end that only the row below can mean.
    fn target(&self, row: &Row, lead: &Leads) -> Option<Target> {
        let stop = match lead.stop {
            Stop::Join => self.regions.behind(self.order.block_of(row.task)?)?,
            stop @ (Stop::Task(_) | Stop::Block(_) | Stop::End(_)) => stop,
        };
        if let Stop::End(end) = stop {
            return match (lead.stop, end) {
                (Stop::Join, _) => None,
                (_, End::Completed) => Some(Target::End),
                (_, End::Refused) => Some(Target::EndRefused),
                (_, End::Withdrawn) => Some(Target::EndWithdrawn),
            };
        }
        let usual = self.codes.get(&self.order.entry(stop)?)?;
        let named = lead.named.as_ref().filter(|named| self.means(stop, named));
        Some(Target::Step(named.map_or_else(|| usual.clone(), StepCode::new)))
    }

    /// Whether the code is that of a first row of the parallel part.
    fn means(&self, stop: Stop, named: &str) -> bool {
        let Stop::Block(split) = stop else { return false };
        let rows = self.order.branches.get(&split).into_iter().flatten();
        let mut firsts = rows.filter_map(|rows| rows.first());
        firsts.any(|first| {
            self.order
                .entry(*first)
                .and_then(|task| self.codes.get(&task))
                .is_some_and(|code| code.as_str() == named)
        })
    }

    /// An outcome made from what it leads to.
    fn outcome(&self, lead: &Leads, target: &Target) -> String {
        let task = match lead.stop {
            Stop::Task(task) => Some(task),
            stop @ Stop::Block(_) => self.order.entry(stop),
            Stop::Join | Stop::End(_) => None,
        };
        let name = self
            .model
            .node(task.unwrap_or(lead.node))
            .map(|node| node.name.as_str());
        let name: String = name.unwrap_or_default().chars().take(LONGEST_OUTCOME).collect();
        match (name.trim(), target) {
            ("", Target::Step(code)) => code.to_string(),
            ("", Target::End) => "END".to_owned(),
            ("", Target::EndRefused) => "END-REFUSED".to_owned(),
            ("", Target::EndWithdrawn) => "END-WITHDRAWN".to_owned(),
            (name, _) => name.to_owned(),
        }
    }
}

fn unique(wanted: &str, used: &mut BTreeSet<String>) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !used.insert(name.clone()) {
        name = format!("{wanted} ({number})");
        number += 1;
    }
    name
}

/// The name of a step without the code that stands before it in files that were written from a table.
fn name(node: &Node, code: &StepCode) -> String {
    let own = node
        .own
        .as_ref()
        .and_then(|own| own.code.as_deref())
        .unwrap_or(code.as_str());
    let rest = node.name.strip_prefix(own).and_then(|rest| rest.strip_prefix('.'));
    match rest.filter(|_| node.own.is_some()) {
        Some(rest) => rest.trim_start().to_owned(),
        None if node.name.is_empty() => node.id.clone(),
        None => node.name.clone(),
    }
}

/// The roles of a step: that of its lane first.
fn roles(node: &Node) -> Vec<RoleCode> {
    let own = node.own.as_ref().map_or(&[][..], |own| &own.roles);
    match &node.role {
        Some(role) if own.first() != Some(role) => {
            let others = own.iter().skip(1).filter(|other| *other != role);
            std::iter::once(role).chain(others).cloned().collect()
        }
        Some(_) | None => own.to_vec(),
    }
}
