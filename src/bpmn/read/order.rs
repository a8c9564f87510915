//! The order of the rows.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Model;
use super::regions::Regions;
use super::ways::Stop;
use crate::workflow::End;

/// A row before it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) task: usize,
    /// The parallel part and branch, by their places.
    pub(super) home: Option<(usize, usize)>,
    /// The row below in the same region, or what follows the last one.
    pub(super) below: Stop,
}

/// The elements of the top region, and the rows of each branch, in order.
pub(super) struct Order {
    top: Vec<Stop>,
    /// The parallel parts by their opening gateways: the rows of each branch.
    pub(super) branches: BTreeMap<usize, Vec<Vec<Stop>>>,
}

impl Order {
    /// The order of the file where it is one that a table can have, as in files that were written from a table; else
    /// the order of the flow.
    pub(super) fn of(model: &Model, regions: &Regions) -> Self {
        let flow = Self::by_flow(regions);
        let tasks = || flow.all().into_iter();
        let is_own = |task: usize| {
            model
                .node(task)
                .is_some_and(|node| node.own.as_ref().is_some_and(|own| own.code.is_some()))
        };
        if tasks().all(is_own) {
            let file = flow.by_file();
            if file.fits(regions) {
                return file;
            }
        }
        flow
    }

    fn by_flow(regions: &Regions) -> Self {
        let branches = regions.branches.iter().map(|(split, firsts)| {
            let rows = firsts.iter().map(|first| regions.branch_order(*first)).collect();
            (*split, rows)
        });
        let order = regions.order(regions.first);
        // A parallel part stands right above what follows it.
        let mut above: BTreeMap<Stop, usize> = BTreeMap::new();
        for element in &order {
            if let Stop::Block(split) = element
                && let Some(behind) = regions.behind(*split)
            {
                above.insert(behind, *split);
            }
        }
        let mut top = Vec::with_capacity(order.len());
        let last = Stop::End(End::Completed);
        for element in order.iter().copied().chain([last]) {
            let mut chain = vec![element];
            if let Stop::Block(split) = element
                && regions.behind(split).is_some()
            {
                continue;
            }
            let mut at = element;
            while let Some(split) = above.remove(&at) {
                at = Stop::Block(split);
                chain.push(at);
            }
            top.extend(chain.into_iter().rev().filter(|element| *element != last));
        }
        Self {
            top,
            branches: branches.collect(),
        }
    }

    fn by_file(&self) -> Self {
        let mut branches = self.branches.clone();
        for rows in branches.values_mut() {
            rows.iter_mut().for_each(|rows| rows.sort_unstable());
            rows.sort_unstable();
        }
        let place = |element: &Stop| match element {
            Stop::Task(task) => Stop::Task(*task),
            Stop::Block(split) => {
                let first = branches.get(split).and_then(|rows| rows.first()?.first());
                first.copied().unwrap_or(*element)
            }
            Stop::Join | Stop::End(_) => *element,
        };
        let mut top = self.top.clone();
        top.sort_by_key(place);
        Self { top, branches }
    }

    /// Whether a table in this order says what the process says.
    fn fits(&self, regions: &Regions) -> bool {
        let below = |place: usize| self.top.get(place + 1).copied().unwrap_or(Stop::End(End::Completed));
        let follows = |(place, element): (usize, &Stop)| match element {
            Stop::Block(split) => regions.behind(*split) == Some(below(place)),
            Stop::Task(_) | Stop::Join | Stop::End(_) => true,
        };
        let is_first = |(split, rows): (&usize, &Vec<Vec<Stop>>)| {
            let firsts = regions.branches.get(split).into_iter().flatten();
            let firsts: BTreeSet<&Stop> = firsts.collect();
            let closes = regions.behind(*split) == Some(Stop::End(End::Completed));
            rows.iter().all(|rows| {
                let unnamed = |row: &Stop| {
                    let leads = regions.next.get(row).map_or(&[][..], Vec::as_slice);
                    matches!(leads, [only] if only.name.is_empty() && only.stop == Stop::Join)
                };
                let inner = rows.len().saturating_sub(1);
                rows.first().is_some_and(|row| firsts.contains(row))
                    && !(closes && rows.iter().take(inner).any(unnamed))
            })
        };
        self.top.first() == Some(&regions.first)
            && self.top.iter().enumerate().all(follows)
            && self.branches.iter().all(is_first)
    }

    fn all(&self) -> Vec<usize> {
        let inside = |element: &Stop| match element {
            Stop::Block(split) => self
                .branches
                .get(split)
                .into_iter()
                .flatten()
                .flatten()
                .copied()
                .collect(),
            Stop::Task(_) | Stop::Join | Stop::End(_) => vec![*element],
        };
        let rows = self.top.iter().flat_map(inside);
        let task = |row| match row {
            Stop::Task(task) => Some(task),
            Stop::Block(_) | Stop::Join | Stop::End(_) => None,
        };
        rows.filter_map(task).collect()
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut parts = 0;
        for (place, element) in self.top.iter().enumerate() {
            match element {
                Stop::Task(task) => rows.push(Row {
                    task: *task,
                    home: None,
                    below: self.top.get(place + 1).copied().unwrap_or(Stop::End(End::Completed)),
                }),
                Stop::Block(split) => {
                    for (branch, own) in self.branches.get(split).into_iter().flatten().enumerate() {
                        for (place, row) in own.iter().enumerate() {
                            let Stop::Task(task) = row else { continue };
                            rows.push(Row {
                                task: *task,
                                home: Some((parts, branch)),
                                below: own.get(place + 1).copied().unwrap_or(Stop::Join),
                            });
                        }
                    }
                    parts += 1;
                }
                Stop::Join | Stop::End(_) => {}
            }
        }
        rows
    }

    /// The first row of an element.
    pub(super) fn entry(&self, element: Stop) -> Option<usize> {
        match element {
            Stop::Task(task) => Some(task),
            Stop::Block(split) => match self.branches.get(&split)?.first()?.first()? {
                Stop::Task(task) => Some(*task),
                Stop::Block(_) | Stop::Join | Stop::End(_) => None,
            },
            Stop::Join | Stop::End(_) => None,
        }
    }

    /// The parallel part of a row.
    pub(super) fn block_of(&self, row: usize) -> Option<usize> {
        let has = |rows: &Vec<Vec<Stop>>| rows.iter().flatten().any(|own| *own == Stop::Task(row));
        self.branches
            .iter()
            .find(|(_, rows)| has(rows))
            .map(|(split, _)| *split)
    }
}
