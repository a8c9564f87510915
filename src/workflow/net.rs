//! The table as a Petri net: a safe and sound workflow net that has the same cases as the compiled table.

use std::collections::BTreeSet;

use super::{
    check::order_problems,
    layout::{Element, Layout, TOP_EXITS},
    problem::Problem,
    table::{Step, StepTable},
};
use crate::nets::{Net, XmlIds};

/// A table as a net.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableNet {
    /// The net. It has one place without incoming arcs (`start`) and one without outgoing arcs (`end`).
    pub net: Net,
    /// What each transition does: a row and one of its ways, in the order of its entries "next" (a row without entries
    /// has one way); `None` for silent transitions.
    pub doing: Vec<Option<(usize, usize)>>,
}

/// A table as a net: each region is a state machine, each parallel part a split and a join around its branches.
///
/// A row gives one transition for each of its ways, labelled with the code of the row. Silent are the begin (`begin`,
/// only where some row leads back to the first one), splits (`split_P1`), joins (`join_P1`) and leaving out an optional
/// row (`skip_B05`). The three ends of the table are one place, because which of them is reached follows from the last
/// row and its way. As in [`Workflow`](super::Workflow), `max_times` is not part of it.
///
/// # Errors
/// The same as those of [`Workflow::compile`](super::Workflow::compile).
pub fn net(table: &StepTable) -> Result<TableNet, Vec<Problem>> {
    let (layout, mut problems) = order_problems(table);
    problems.retain(|problem| problem.code.breaks_order());
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut builder = Builder {
        table,
        layout: &layout,
        ids: XmlIds::default(),
        net: Net::default(),
        doing: Vec::new(),
    };
    builder.top();
    Ok(TableNet {
        net: builder.net,
        doing: builder.doing,
    })
}

struct Builder<'a> {
    table: &'a StepTable,
    layout: &'a Layout,
    ids: XmlIds,
    net: Net,
    doing: Vec<Option<(usize, usize)>>,
}

impl<'a> Builder<'a> {
    fn top(&mut self) {
        let layout = self.layout;
        let start = self.place("start");
        let end = self.place("end");
        self.net.initial.insert(start, 1);
        self.net.finals.push([(end, 1)].into());
        let returns = layout
            .top
            .iter()
            .filter_map(|element| self.row(*element))
            .any(|row| self.targets(row).any(|place| place == 0));
        let mut places = Vec::with_capacity(layout.top.len() + TOP_EXITS);
        for (at, element) in layout.top.iter().enumerate() {
            places.push(if at == 0 && !returns {
                start
            } else {
                self.before(*element)
            });
        }
        if let Some(first) = places.first().filter(|_| returns) {
            self.silent("begin", vec![start], vec![*first]);
        }
        places.extend([end; TOP_EXITS]);
        self.region(&layout.top, &places);
    }

    /// Adds the transitions of a region between its places, the exits included.
    fn region(&mut self, region: &[Element], places: &[usize]) {
        let layout = self.layout;
        for (element, from) in region.iter().zip(places) {
            match *element {
                Element::Row(row) => self.add_row(row, *from, places),
                Element::Group(at) => {
                    let after = layout.groups.get(at).and_then(|group| places.get(group.place + 1));
                    if let Some(after) = after {
                        self.add_group(at, *from, *after);
                    }
                }
            }
        }
    }

    fn add_group(&mut self, at: usize, from: usize, after: usize) {
        let layout = self.layout;
        let Some(group) = layout.groups.get(at) else { return };
        let mut regions = Vec::with_capacity(group.branches.len());
        let (mut firsts, mut lasts) = (Vec::new(), Vec::new());
        for (branch, name) in group.branches.iter().zip(&group.names) {
            let mut places: Vec<usize> = branch.iter().map(|element| self.before(*element)).collect();
            firsts.extend(places.first());
            let last = self.place(&format!("done_{}_{name}", group.name));
            places.push(last);
            lasts.push(last);
            regions.push((branch, places));
        }
        self.silent(&format!("split_{}", group.name), vec![from], firsts);
        for (branch, places) in regions {
            self.region(branch, &places);
        }
        self.silent(&format!("join_{}", group.name), lasts, vec![after]);
    }

    fn add_row(&mut self, row: usize, from: usize, places: &[usize]) {
        let Some(step) = self.step(row) else { return };
        let layout = self.layout;
        let ways = layout.ways.get(row).map_or(&[][..], Vec::as_slice);
        let code = step.code.as_str();
        let mut skipped = BTreeSet::from([from]);
        for (way, to) in ways.iter().enumerate() {
            let Some(place) = places.get(to.place).copied() else {
                continue;
            };
            let name = match &to.outcome {
                Some(outcome) if ways.len() > 1 => format!("{code}.{outcome}"),
                Some(_) | None => code.to_owned(),
            };
            let id = self.ids.take(&name);
            self.net.transition(id, Some(code), [from], [place]);
            self.doing.push(Some((row, way)));
            // Leaving out a row that leads back to itself changes nothing.
            if step.optional && skipped.insert(place) {
                self.silent(&format!("skip_{name}"), vec![from], vec![place]);
            }
        }
    }

    fn silent(&mut self, name: &str, inputs: Vec<usize>, outputs: Vec<usize>) {
        let id = self.ids.take(name);
        self.net.transition(id, None, inputs, outputs);
        self.doing.push(None);
    }

    fn place(&mut self, name: &str) -> usize {
        let id = self.ids.take(name);
        self.net.place(id)
    }

    /// The place in front of an element.
    fn before(&mut self, element: Element) -> usize {
        let layout = self.layout;
        let name = match element {
            Element::Row(row) => self.step(row).map_or("", |step| step.code.as_str()),
            Element::Group(at) => layout.groups.get(at).map_or("", |group| &group.name),
        };
        self.place(&format!("before_{name}"))
    }

    fn step(&self, row: usize) -> Option<&'a Step> {
        self.table.steps.get(row)
    }

    fn row(&self, element: Element) -> Option<usize> {
        match element {
            Element::Row(row) => Some(row),
            Element::Group(_) => None,
        }
    }

    fn targets(&self, row: usize) -> impl Iterator<Item = usize> {
        self.layout.ways.get(row).into_iter().flatten().map(|way| way.place)
    }
}
