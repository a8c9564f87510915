//! Makes the nodes and flows of a table.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Cell, Flow, Graph, Kind, Node, Spot};
use crate::nets::XmlIds;
use crate::workflow::{End, Goal, Part, Problem, Regions, StepTable, Target, Way, regions};

/// A place between elements of the table, with the flows that lead there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Before an element of the top region.
    Top(usize),
    /// Before a row of a branch.
    Inside(usize, usize, usize),
    /// Behind a branch.
    Out(usize, usize),
}

/// Where a flow leads.
#[derive(Debug, Clone, Copy)]
enum Head {
    Place(Place),
    Node(usize),
}

/// A flow before its end is known.
#[derive(Debug)]
struct Loose {
    from: usize,
    to: Head,
    name: String,
    named: Option<String>,
}

impl Graph {
    /// The picture of a table.
    pub(super) fn of(table: &StepTable, ids: &mut XmlIds) -> Result<Self, Vec<Problem>> {
        let regions = regions(table)?;
        let mut builder = Builder {
            table,
            regions: &regions,
            ids,
            graph: Self::default(),
            loose: Vec::new(),
            entries: BTreeMap::new(),
            arrivals: BTreeMap::new(),
        };
        builder.count_arrivals();
        builder.build();
        Ok(builder.graph)
    }
}

struct Builder<'a> {
    table: &'a StepTable,
    regions: &'a Regions,
    ids: &'a mut XmlIds,
    graph: Graph,
    loose: Vec<Loose>,
    /// The first node of each place.
    entries: BTreeMap<Place, usize>,
    /// How many flows lead to each place.
    arrivals: BTreeMap<Place, usize>,
}

impl Builder<'_> {
    fn place(home: Option<(usize, usize)>, goal: Goal) -> Option<Place> {
        match (home, goal) {
            (None, Goal::Part(at)) => Some(Place::Top(at)),
            (Some((group, branch)), Goal::Part(at)) => Some(Place::Inside(group, branch, at)),
            (Some((group, branch)), Goal::Leave) => Some(Place::Out(group, branch)),
            (_, Goal::Leave | Goal::End(_)) => None,
        }
    }

    /// The goals of a row, and those of leaving it out.
    fn goals(&self, row: usize, own: Goal) -> (Vec<Goal>, Vec<Goal>) {
        let ways = self.regions.ways.get(row).into_iter().flatten();
        let all: Vec<Goal> = ways.map(|way| way.goal).collect();
        let mut skips = Vec::new();
        if self.table.steps.get(row).is_some_and(|step| step.optional) {
            for goal in all.iter().filter(|goal| **goal != own) {
                if !skips.contains(goal) {
                    skips.push(*goal);
                }
            }
        }
        (all, skips)
    }

    fn count_arrivals(&mut self) {
        let mut arrivals: BTreeMap<Place, usize> = BTreeMap::from([(Place::Top(0), 1)]);
        let mut add = |place: Option<Place>| {
            if let Some(place) = place {
                *arrivals.entry(place).or_default() += 1;
            }
        };
        let regions = self.regions;
        for (at, part) in regions.top.iter().enumerate() {
            match *part {
                Part::Row(row) => {
                    let (goals, skips) = self.goals(row, Goal::Part(at));
                    goals
                        .into_iter()
                        .chain(skips)
                        .for_each(|goal| add(Self::place(None, goal)));
                }
                Part::Parallel(group) => {
                    let Some(parallel) = regions.parallel.get(group) else {
                        continue;
                    };
                    add(Self::place(None, parallel.after));
                    for (branch, (_, rows)) in parallel.branches.iter().enumerate() {
                        add(Some(Place::Inside(group, branch, 0)));
                        for (at, row) in rows.iter().enumerate() {
                            let (goals, skips) = self.goals(*row, Goal::Part(at));
                            let home = Some((group, branch));
                            goals
                                .into_iter()
                                .chain(skips)
                                .for_each(|goal| add(Self::place(home, goal)));
                        }
                    }
                }
            }
        }
        self.arrivals = arrivals;
    }

    fn build(&mut self) {
        let first = self.regions.top.first().map_or(0, |part| self.first_row(*part));
        let lane = self.lane(first);
        let cell = self.cell(0, lane, 0);
        let start = self.node("start", Kind::Start, cell);
        self.loosen(start, Place::Top(0));
        let mut column = 1;
        for (at, part) in self.regions.top.iter().enumerate() {
            match *part {
                Part::Row(row) => {
                    let lane = self.lane(row);
                    let cell = self.cell(column, lane, 0);
                    self.row(row, (None, at), cell);
                    column += 1;
                }
                Part::Parallel(group) => column = self.group(group, at, column),
            }
        }
        self.graph.columns = column;
        for loose in std::mem::take(&mut self.loose) {
            let to = match loose.to {
                Head::Place(place) => self.entries.get(&place).copied(),
                Head::Node(node) => Some(node),
            };
            if let Some(to) = to {
                self.connect(loose.from, to, loose.name, loose.named);
            }
        }
    }

    fn group(&mut self, group: usize, at: usize, column: usize) -> usize {
        let regions = self.regions;
        let Some(parallel) = regions.parallel.get(group) else {
            return column;
        };
        let rows = || parallel.branches.iter().flat_map(|(_, rows)| rows).copied();
        let lane = self.lane(rows().next().unwrap_or(0));
        let cell = self.cell(column, lane, 0);
        self.merge(Place::Top(at), &parallel.name, cell);
        let fork = self.node(&format!("fork_{}", parallel.name), Kind::Fork, cell);
        match self.entries.get(&Place::Top(at)).copied() {
            Some(merge) => self.connect(merge, fork, String::new(), None),
            None => {
                self.entries.insert(Place::Top(at), fork);
            }
        }
        let length = parallel.branches.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
        let mut used: BTreeMap<usize, usize> = BTreeMap::new();
        for (branch, (_, rows)) in parallel.branches.iter().enumerate() {
            self.loosen(fork, Place::Inside(group, branch, 0));
            let lanes: BTreeSet<usize> = rows.iter().map(|row| self.lane(*row)).collect();
            for (place, row) in rows.iter().enumerate() {
                let lane = self.lane(*row);
                let line = used.get(&lane).copied().unwrap_or(0);
                let cell = self.cell(column + 1 + place, lane, line);
                self.row(*row, (Some((group, branch)), place), cell);
            }
            for lane in lanes {
                *used.entry(lane).or_default() += 1;
            }
        }
        let lane = self.lane(rows().last().unwrap_or(0));
        let cell = self.cell(column + 1 + length, lane, 0);
        let join = self.node(&format!("join_{}", parallel.name), Kind::Join, cell);
        for branch in 0..parallel.branches.len() {
            let place = Place::Out(group, branch);
            self.entries.entry(place).or_insert(join);
            if let Some(merge) = self.entries.get(&place).copied().filter(|merge| *merge != join) {
                self.connect(merge, join, String::new(), None);
            }
        }
        self.leave(join, (None, parallel.after), ("", None), true);
        column + 2 + length
    }

    /// The nodes of a row, from the merge before it to the choice behind it.
    fn row(&mut self, row: usize, (home, at): (Option<(usize, usize)>, usize), cell: usize) {
        let (table, regions) = (self.table, self.regions);
        let (Some(step), Some(ways)) = (table.steps.get(row), regions.ways.get(row)) else {
            return;
        };
        let code = step.code.as_str();
        let own = Self::place(home, Goal::Part(at)).unwrap_or(Place::Top(at));
        self.merge(own, code, cell);
        let (_, skips) = self.goals(row, Goal::Part(at));
        let skip = (!skips.is_empty()).then(|| self.node(&format!("skip_{code}"), Kind::Skip, cell));
        let task = self.node(code, Kind::Task(row), cell);
        let entry = self.entries.get(&own).copied();
        self.entries.entry(own).or_insert(skip.unwrap_or(task));
        if let Some(merge) = entry {
            self.connect(merge, skip.unwrap_or(task), String::new(), None);
        }
        if let Some(skip) = skip {
            self.connect(skip, task, String::new(), None);
        }
        let from = if ways.len() > 1 {
            let choice = self.node(&format!("choice_{code}"), Kind::Choice, cell);
            self.connect(task, choice, String::new(), None);
            choice
        } else {
            task
        };
        let below = |way: &Way| way.goal == Goal::Part(at + 1) || way.goal == Goal::Leave;
        let done = |way: &Way| way.goal == Goal::End(End::Completed);
        let straight = ways.iter().position(below).or_else(|| ways.iter().position(done));
        for (number, way) in ways.iter().enumerate() {
            let named = step.next.get(number).map(|next| &next.target);
            let named = named.and_then(|target| self.unusual(target, (home, way.goal)));
            let name = way.outcome.as_deref().unwrap_or_default();
            self.leave(
                from,
                (home, way.goal),
                (name, named),
                ways.len() == 1 || straight == Some(number),
            );
        }
        for goal in skips {
            self.leave(skip.unwrap_or(task), (home, goal), ("", None), false);
        }
        if let Some((group, branch)) = home {
            let rows = regions
                .parallel
                .get(group)
                .and_then(|parallel| parallel.branches.get(branch));
            if rows.is_some_and(|(_, rows)| rows.len() == at + 1) {
                self.merge(Place::Out(group, branch), &format!("out_{code}"), cell);
            }
        }
    }

    /// The code that the table names, if it is not the first row of what it leads to.
    fn unusual(&self, target: &Target, (home, goal): (Option<(usize, usize)>, Goal)) -> Option<String> {
        let Target::Step(code) = target else {
            return None;
        };
        let row = match (home, goal) {
            (None, Goal::Part(at)) => self.first_row(*self.regions.top.get(at)?),
            (Some((group, branch)), Goal::Part(at)) => {
                *self.regions.parallel.get(group)?.branches.get(branch)?.1.get(at)?
            }
            (Some((group, _)), Goal::Leave) => match self.regions.parallel.get(group)?.after {
                Goal::Part(at) => self.first_row(*self.regions.top.get(at)?),
                Goal::Leave | Goal::End(_) => return None,
            },
            (_, Goal::Leave | Goal::End(_)) => return None,
        };
        let usual = self.table.steps.get(row).map(|step| &step.code);
        (usual != Some(code)).then(|| code.to_string())
    }

    fn first_row(&self, part: Part) -> usize {
        match part {
            Part::Row(row) => row,
            Part::Parallel(group) => {
                let parallel = self.regions.parallel.get(group);
                let first = parallel.and_then(|parallel| parallel.branches.first()?.1.first());
                first.copied().unwrap_or(0)
            }
        }
    }

    /// The gateway where several flows meet before a place.
    fn merge(&mut self, place: Place, name: &str, cell: usize) {
        if self.arrivals.get(&place).is_some_and(|count| *count > 1) {
            let merge = self.node(&format!("merge_{name}"), Kind::Merge, cell);
            self.entries.insert(place, merge);
        }
    }

    /// A flow to what the goal names. An end is drawn beside its source: on its line where the case goes straight on,
    /// else under it; leaving out a row leads to the end that the row leads to.
    fn leave(
        &mut self,
        from: usize,
        (home, goal): (Option<(usize, usize)>, Goal),
        (name, named): (&str, Option<String>),
        straight: bool,
    ) {
        let name = name.to_owned();
        if let Some(place) = Self::place(home, goal) {
            let to = Head::Place(place);
            self.loose.push(Loose { from, to, name, named });
            return;
        }
        let Goal::End(end) = goal else { return };
        let Some(source) = self.graph.nodes.get(from) else {
            return;
        };
        let (cell, id) = (source.cell, format!("{}_{}", end_id(end), source.id));
        // The nodes of a cell are made one after the other.
        let beside = || {
            self.graph
                .nodes
                .iter()
                .enumerate()
                .rev()
                .take_while(|(_, own)| own.cell == cell)
        };
        let known = beside().find(|(_, own)| own.kind == Kind::End(end) && source.kind == Kind::Skip);
        let known = known.map(|(number, _)| number);
        let below = beside().filter(|(_, own)| own.spot != Spot::Line).count();
        let to = known.unwrap_or_else(|| self.node(&id, Kind::End(end), cell));
        if known.is_none()
            && !straight
            && let Some(node) = self.graph.nodes.get_mut(to)
        {
            node.spot = Spot::Below(below);
        }
        let to = Head::Node(to);
        self.loose.push(Loose { from, to, name, named });
    }

    fn loosen(&mut self, from: usize, place: Place) {
        let (to, name, named) = (Head::Place(place), String::new(), None);
        self.loose.push(Loose { from, to, name, named });
    }

    fn connect(&mut self, from: usize, to: usize, name: String, named: Option<String>) {
        let id = |node: usize| self.graph.nodes.get(node).map_or("", |node| &node.id);
        let id = format!("flow_{}_{}", id(from), id(to));
        let id = self.ids.take(&id);
        self.graph.flows.push(Flow {
            id,
            from,
            to,
            name,
            named,
        });
    }

    fn node(&mut self, name: &str, kind: Kind, cell: usize) -> usize {
        let (id, spot) = (self.ids.take(name), Spot::Line);
        self.graph.nodes.push(Node { id, kind, cell, spot });
        self.graph.nodes.len() - 1
    }

    fn cell(&mut self, column: usize, lane: usize, line: usize) -> usize {
        self.graph.cells.push(Cell { column, lane, line });
        self.graph.cells.len() - 1
    }

    fn lane(&mut self, row: usize) -> usize {
        let role = self.table.steps.get(row).and_then(|step| step.roles.first());
        let known = self.graph.lanes.iter().position(|own| own.as_ref() == role);
        known.unwrap_or_else(|| {
            self.graph.lanes.push(role.cloned());
            self.graph.lanes.len() - 1
        })
    }
}

const fn end_id(end: End) -> &'static str {
    match end {
        End::Completed => "end",
        End::Refused => "refused",
        End::Withdrawn => "withdrawn",
    }
}
