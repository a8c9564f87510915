//! A second reading of tables, as a net with tokens, to compare costs with: slow, plain, and sharing no code.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use crate::workflow::{Done, Step, StepTable, Target};

/// A row with its outcome; `None` for silent transitions.
type Label = Option<(usize, Option<String>)>;

pub(super) struct Net {
    transitions: Vec<(Vec<String>, Vec<String>, Label)>,
    outcomes: Vec<BTreeSet<String>>,
}

impl Net {
    pub(super) fn new(table: &StepTable) -> Self {
        let mut net = Self {
            transitions: Vec::new(),
            outcomes: Vec::new(),
        };
        net.transitions
            .push((vec!["start".to_owned()], vec![before(table, 0)], None));
        net.add_groups(table);
        for (row, step) in table.steps.iter().enumerate() {
            let from = step
                .branch
                .as_ref()
                .map_or_else(|| before(table, row), |_| format!("in {row}"));
            let mut ways: Vec<(Option<String>, String)> = step
                .next
                .iter()
                .map(|next| (next.outcome.clone(), to(table, step, &next.target)))
                .collect();
            if ways.is_empty() {
                ways.push((None, below(table, row, step)));
            }
            net.outcomes
                .push(ways.iter().filter_map(|(outcome, _)| outcome.clone()).collect());
            for (outcome, to) in ways {
                if step.optional {
                    net.transitions.push((vec![from.clone()], vec![to.clone()], None));
                }
                net.transitions
                    .push((vec![from.clone()], vec![to], Some((row, outcome))));
            }
        }
        net
    }

    fn add_groups(&mut self, table: &StepTable) {
        let mut groups: BTreeMap<&str, (usize, BTreeMap<&str, usize>)> = BTreeMap::new();
        for (row, step) in table.steps.iter().enumerate() {
            let Some(own) = &step.branch else { continue };
            let group = groups.entry(&own.group).or_insert((row, BTreeMap::new()));
            group.0 = row;
            group.1.entry(&own.branch).or_insert(row);
        }
        for (group, (last, branches)) in &groups {
            let first = branches.values().map(|row| format!("in {row}")).collect();
            self.transitions.push((vec![format!("at {group}")], first, None));
            let exits = branches.keys().map(|branch| format!("out {group}/{branch}")).collect();
            self.transitions.push((exits, vec![before(table, last + 1)], None));
        }
    }

    /// The least cost of explaining the events, by searching all pairs of events explained and tokens.
    pub(super) fn cost(&self, events: &[Done<'_>], finished: bool) -> u32 {
        let mut open = BinaryHeap::from([Reverse((0_u32, 0_usize, vec!["start".to_owned()]))]);
        let mut seen = BTreeSet::new();
        while let Some(Reverse((cost, done, tokens))) = open.pop() {
            if !seen.insert((done, tokens.clone())) {
                continue;
            }
            let ended = matches!(tokens.as_slice(), [only] if only.starts_with("end"));
            if done == events.len() && (ended || !finished) {
                return cost;
            }
            if done < events.len() {
                open.push(Reverse((cost + 1, done + 1, tokens.clone())));
            }
            for (from, to, label) in &self.transitions {
                if !from.iter().all(|place| tokens.contains(place)) {
                    continue;
                }
                let mut after: Vec<String> = tokens.iter().filter(|token| !from.contains(token)).cloned().collect();
                after.extend(to.iter().cloned());
                after.sort();
                let Some((row, outcome)) = label else {
                    open.push(Reverse((cost, done, after)));
                    continue;
                };
                if events
                    .get(done)
                    .is_some_and(|event| self.fits(event, *row, outcome.as_deref()))
                {
                    open.push(Reverse((cost, done + 1, after.clone())));
                }
                open.push(Reverse((cost + 1, done, after)));
            }
        }
        panic!("no end can be reached");
    }

    fn fits(&self, event: &Done<'_>, row: usize, outcome: Option<&str>) -> bool {
        let known = event.outcome.filter(|own| self.outcomes[row].contains(*own));
        event.row == Some(row) && known.is_none_or(|known| Some(known) == outcome)
    }
}

/// The place in front of a row, or of the parallel part that it belongs to.
fn before(table: &StepTable, row: usize) -> String {
    match table.steps.get(row) {
        None => "end".to_owned(),
        Some(step) => step
            .branch
            .as_ref()
            .map_or_else(|| format!("at {row}"), |own| format!("at {}", own.group)),
    }
}

fn below(table: &StepTable, row: usize, step: &Step) -> String {
    match &step.branch {
        None => before(table, row + 1),
        Some(own)
            if table
                .steps
                .get(row + 1)
                .is_some_and(|next| next.branch.as_ref() == Some(own)) =>
        {
            format!("in {}", row + 1)
        }
        Some(own) => format!("out {}/{}", own.group, own.branch),
    }
}

fn to(table: &StepTable, step: &Step, target: &Target) -> String {
    match (target, &step.branch) {
        (Target::End, _) => "end".to_owned(),
        (Target::EndRefused, _) => "end refused".to_owned(),
        (Target::EndWithdrawn, _) => "end withdrawn".to_owned(),
        (Target::Step(code), None) => before(table, table.find(code).unwrap().0),
        (Target::Step(code), Some(own)) => {
            let (at, there) = table.find(code).unwrap();
            let is_own = there.branch.as_ref() == Some(own);
            if is_own {
                format!("in {at}")
            } else {
                format!("out {}/{}", own.group, own.branch)
            }
        }
    }
}
