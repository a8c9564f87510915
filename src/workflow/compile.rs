//! The table compiled to an automaton whose states are small numbers.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    align::Determined,
    check::order_problems,
    dense::Dense,
    layout::{Element, Layout},
    problem::Problem,
    table::StepTable,
};

/// Where a case stands, as a number that means something only with its [`Workflow`]; the numbers are the same each
/// time that the table is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(pub u32);

/// How a case ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// With its result.
    Completed,
    /// With a refusal.
    Refused,
    /// Because the citizen withdrew it.
    Withdrawn,
}

/// A row that is possible in a state, along one of its ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Doing {
    pub(super) row: usize,
    pub(super) way: usize,
    pub(super) target: usize,
}

impl Doing {
    /// The same, leading to another state.
    pub(super) fn to(self, target: usize) -> Self {
        Self { target, ..self }
    }
}

/// How a state is reached from another one: by leaving out an optional row (`None`), or by a row and one of its ways.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) from: usize,
    pub(super) doing: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// What is possible without leaving out an optional row first, by row and way.
    pub(super) doings: Vec<Doing>,
    /// States after leaving out one optional row.
    pub(super) skips: Vec<usize>,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) end: Option<End>,
    /// The fewest rows from the start to here.
    pub(super) from_start: u32,
    /// The fewest rows from here to an end.
    pub(super) to_end: u32,
}

/// A table compiled for following cases.
///
/// A state says before which element the top table stands, or before which row each branch of the running parallel
/// part stands. Leaving out an optional row is a silent step between states. How often a row was done is not part of
/// the state: `max_times` is judged from the events.
#[derive(Debug, Clone)]
pub struct Workflow {
    pub(super) nodes: Vec<Node>,
    /// The outcomes of each row, by way.
    pub(super) outcomes: Vec<Vec<Option<String>>>,
    /// Made when the first case is aligned.
    determined: OnceLock<Option<Determined>>,
    pub(super) dense: Dense,
}

impl Workflow {
    /// Compiles a table.
    ///
    /// # Errors
    /// The errors of [`check`](super::check()) that leave the order of the rows unclear. Others (times, roles, persons)
    /// do not stop it, so that old versions can still be compared with what was done.
    pub fn compile(table: &StepTable) -> Result<Self, Vec<Problem>> {
        let (layout, mut problems) = order_problems(table);
        problems.retain(|problem| problem.code.breaks_order());
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut builder = Builder {
            table,
            layout: &layout,
            numbers: BTreeMap::new(),
            marks: Vec::new(),
        };
        let nodes = builder.explore();
        let outcomes = layout
            .ways
            .iter()
            .map(|ways| ways.iter().map(|way| way.outcome.clone()).collect())
            .collect();
        Ok(Self::of(nodes, outcomes))
    }

    /// A workflow of these states, the first of which is the start.
    pub(super) fn of(nodes: Vec<Node>, outcomes: Vec<Vec<Option<String>>>) -> Self {
        let mut workflow = Self {
            dense: Dense::of(&nodes, &outcomes),
            nodes,
            outcomes,
            determined: OnceLock::new(),
        };
        workflow.link_back();
        workflow.measure();
        workflow
    }

    /// How many states it has.
    pub fn states(&self) -> usize {
        self.nodes.len()
    }

    /// How many rows the table has.
    pub fn rows(&self) -> usize {
        self.outcomes.len()
    }

    /// The fewest rows that a complete case can have.
    pub fn shortest_run(&self) -> u32 {
        self.nodes.first().map_or(0, |node| node.to_end)
    }

    pub(super) fn node(&self, state: usize) -> Option<&Node> {
        self.nodes.get(state)
    }

    /// As a deterministic automaton; `None` when it has too many states.
    pub(super) fn determined(&self) -> Option<&Determined> {
        self.determined.get_or_init(|| Determined::of(self)).as_ref()
    }

    fn link_back(&mut self) {
        let mut arrivals: Vec<Vec<Arrival>> = vec![Vec::new(); self.nodes.len()];
        for (from, node) in self.nodes.iter().enumerate() {
            for doing in &node.doings {
                if let Some(list) = arrivals.get_mut(doing.target) {
                    list.push(Arrival {
                        from,
                        doing: Some((doing.row, doing.way)),
                    });
                }
            }
            for skip in &node.skips {
                if let Some(list) = arrivals.get_mut(*skip) {
                    list.push(Arrival { from, doing: None });
                }
            }
        }
        for (node, arrivals) in self.nodes.iter_mut().zip(arrivals) {
            node.arrivals = arrivals;
        }
    }

    fn measure(&mut self) {
        let ends: Vec<usize> = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.end.is_some())
            .map(|(state, _)| state)
            .collect();
        let from_start = fewest(self.nodes.len(), &[0], |state, see| {
            let Some(node) = self.nodes.get(state) else { return };
            node.skips.iter().for_each(|skip| see(*skip, false));
            node.doings.iter().for_each(|doing| see(doing.target, true));
        });
        let to_end = fewest(self.nodes.len(), &ends, |state, see| {
            let Some(node) = self.nodes.get(state) else { return };
            node.arrivals
                .iter()
                .for_each(|arrival| see(arrival.from, arrival.doing.is_some()));
        });
        for ((node, from_start), to_end) in self.nodes.iter_mut().zip(from_start).zip(to_end) {
            node.from_start = from_start;
            node.to_end = to_end;
        }
    }
}

/// The fewest counted edges from any of `seeds`; `edges` shows each edge of a state and whether it counts.
pub(super) fn fewest(count: usize, seeds: &[usize], edges: impl Fn(usize, &mut dyn FnMut(usize, bool))) -> Vec<u32> {
    let mut distances = vec![u32::MAX; count];
    let mut level = 0;
    let mut now: Vec<usize> = seeds.to_vec();
    while !now.is_empty() {
        let mut later = Vec::new();
        while let Some(state) = now.pop() {
            match distances.get_mut(state) {
                Some(distance) if *distance > level => *distance = level,
                _ => continue,
            }
            edges(state, &mut |next, counts| {
                if counts { later.push(next) } else { now.push(next) }
            });
        }
        now = later;
        level += 1;
    }
    distances
}

/// Where the case stands, before it gets a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// Before a row of the top region, or at one of its exits.
    Top(usize),
    /// In a parallel part, with a place in each branch.
    Inside(usize, Vec<usize>),
}

fn tidy(mut node: Node) -> Node {
    node.doings.sort_unstable();
    node.skips.sort_unstable();
    node.skips.dedup();
    node
}

struct Builder<'a> {
    table: &'a StepTable,
    layout: &'a Layout,
    numbers: BTreeMap<Mark, usize>,
    marks: Vec<Mark>,
}

impl Builder<'_> {
    /// All states that the start leads to, numbered in the order in which a search by table order meets them.
    fn explore(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let start = self.enter(0);
        self.number(start);
        while let Some(mark) = self.marks.get(nodes.len()).cloned() {
            let node = match mark {
                Mark::Top(place) => self.top_node(place),
                Mark::Inside(group, places) => self.inside_node(group, &places),
            };
            nodes.push(tidy(node));
        }
        nodes
    }

    fn number(&mut self, mark: Mark) -> usize {
        let next = self.marks.len();
        let number = *self.numbers.entry(mark.clone()).or_insert(next);
        if number == next {
            self.marks.push(mark);
        }
        number
    }

    /// A place of the top region, with the split of a parallel part already done.
    fn enter(&self, place: usize) -> Mark {
        match self.layout.top.get(place) {
            Some(Element::Group(at)) => {
                let branches = self.layout.groups.get(*at).map_or(0, |group| group.branches.len());
                Mark::Inside(*at, vec![0; branches])
            }
            Some(Element::Row(_)) | None => Mark::Top(place),
        }
    }

    fn top_node(&mut self, place: usize) -> Node {
        let mut node = Node::default();
        match self.layout.top.get(place) {
            Some(Element::Row(row)) => self.leave(&mut node, *row, |builder, place| builder.enter(place)),
            Some(Element::Group(_)) => {}
            None => {
                node.end = Some(match place - self.layout.top.len() {
                    0 => End::Completed,
                    1 => End::Refused,
                    _ => End::Withdrawn,
                });
            }
        }
        node
    }

    fn inside_node(&mut self, at: usize, places: &[usize]) -> Node {
        let mut node = Node::default();
        let layout = self.layout;
        let Some(group) = layout.groups.get(at) else {
            return node;
        };
        for (branch, (rows, place)) in group.branches.iter().zip(places).enumerate() {
            if let Some(Element::Row(row)) = rows.get(*place) {
                self.leave(&mut node, *row, |builder, place| {
                    let mut after = places.to_vec();
                    if let Some(own) = after.get_mut(branch) {
                        *own = place;
                    }
                    // The join is done as soon as it can be: nothing else is possible then.
                    if group
                        .branches
                        .iter()
                        .zip(&after)
                        .all(|(rows, place)| *place >= rows.len())
                    {
                        builder.enter(group.place + 1)
                    } else {
                        Mark::Inside(at, after)
                    }
                });
            }
        }
        node
    }

    fn leave(&mut self, node: &mut Node, row: usize, mark: impl Fn(&Self, usize) -> Mark) {
        let layout = self.layout;
        let optional = self.table.steps.get(row).is_some_and(|step| step.optional);
        for (way, to) in layout.ways.get(row).into_iter().flatten().enumerate() {
            let mark = mark(self, to.place);
            let target = self.number(mark);
            node.doings.push(Doing { row, way, target });
            if optional {
                node.skips.push(target);
            }
        }
    }
}
