//! The order of a table for other rooms: its regions, and where each row leads in its own region.

use super::{
    check::order_problems,
    compile::End,
    layout::{Element, Layout},
    problem::Problem,
    table::StepTable,
};

/// An element of the top region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A row, by its place in the table.
    Row(usize),
    /// A whole parallel part, by its place in [`Regions::parallel`].
    Parallel(usize),
}

/// Where a way leads, seen from its own region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// To the element of the region with this number.
    Part(usize),
    /// Out of the branch.
    Leave,
    /// To an end of the case.
    End(End),
}

/// One way on from a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The outcome that takes it, if the row names outcomes.
    pub outcome: Option<String>,
    /// Where it leads.
    pub goal: Goal,
}

/// A parallel part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parallel {
    /// Its name.
    pub name: String,
    /// Its branches: names and rows.
    pub branches: Vec<(String, Vec<usize>)>,
    /// What follows it.
    pub after: Goal,
}

/// The regions of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Regions {
    /// The elements of the top region, in the order of the table.
    pub top: Vec<Part>,
    /// The parallel parts.
    pub parallel: Vec<Parallel>,
    /// The ways on from each row, in the order of its entries "next"; a row without entries has one way.
    pub ways: Vec<Vec<Way>>,
}

/// The regions of a table.
///
/// # Errors
/// The same as those of [`Workflow::compile`](super::Workflow::compile).
pub fn regions(table: &StepTable) -> Result<Regions, Vec<Problem>> {
    let (layout, mut problems) = order_problems(table);
    problems.retain(|problem| problem.code.breaks_order());
    if problems.is_empty() {
        Ok(of_layout(&layout, table))
    } else {
        Err(problems)
    }
}

fn of_layout(layout: &Layout, table: &StepTable) -> Regions {
    let rows = |branch: &Vec<Element>| branch.iter().filter_map(|element| layout.row_of(*element)).collect();
    let parallel = |group: &super::layout::Group| Parallel {
        name: group.name.clone(),
        branches: group
            .names
            .iter()
            .cloned()
            .zip(group.branches.iter().map(rows))
            .collect(),
        after: top_goal(layout, group.place + 1),
    };
    let part = |element: &Element| match *element {
        Element::Row(row) => Part::Row(row),
        Element::Group(at) => Part::Parallel(at),
    };
    let mut lengths = vec![None; table.steps.len()];
    for branch in layout.groups.iter().flat_map(|group| &group.branches) {
        for row in branch.iter().filter_map(|element| layout.row_of(*element)) {
            if let Some(own) = lengths.get_mut(row) {
                *own = Some(branch.len());
            }
        }
    }
    let way = |length: Option<usize>, way: &super::layout::Way| Way {
        outcome: way.outcome.clone(),
        goal: match length {
            None => top_goal(layout, way.place),
            Some(length) if way.place < length => Goal::Part(way.place),
            Some(_) => Goal::Leave,
        },
    };
    Regions {
        top: layout.top.iter().map(part).collect(),
        parallel: layout.groups.iter().map(parallel).collect(),
        ways: layout
            .ways
            .iter()
            .zip(lengths)
            .map(|(ways, length)| ways.iter().map(|own| way(length, own)).collect())
            .collect(),
    }
}

fn top_goal(layout: &Layout, place: usize) -> Goal {
    match place.checked_sub(layout.top.len()) {
        None => Goal::Part(place),
        Some(0) => Goal::End(End::Completed),
        Some(1) => Goal::End(End::Refused),
        Some(_) => Goal::End(End::Withdrawn),
    }
}
