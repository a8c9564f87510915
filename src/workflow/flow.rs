//! Whether every row can be reached and left, and how large the table is as an automaton.

use super::{
    graph::{components, keep, reach, reverse, shortest_loop},
    layout::{Element, Layout, TOP_EXITS},
    problem::{Field, Problem, ProblemCode},
    table::{Clock, Step, StepCode, StepTable},
};

/// More states than this: people will hardly follow the table.
const MANY_STATES: u64 = 2_000;
/// More states than this: the product does not follow it.
const MOST_STATES: u64 = 50_000;
/// Moves between states that count as one state, for tables with very many outcomes.
const MOVES_PER_STATE: u64 = 20;
/// A trace is cut after so many codes.
pub(super) const LONGEST_TRACE: usize = 50;

/// Looks at the ways between rows. It says nothing about them while parallel parts are broken.
pub(super) fn check_flow(table: &StepTable, layout: &Layout, problems: &mut Vec<Problem>) {
    check_size(table, layout, problems);
    let has = |codes: &[ProblemCode]| problems.iter().any(|problem| codes.contains(&problem.code));
    if table.steps.is_empty()
        || has(&[
            ProblemCode::ParallelNotJoining,
            ProblemCode::ParallelOneBranch,
            ProblemCode::ParallelScattered,
            ProblemCode::DuplicateStepCode,
            ProblemCode::EmptyStepCode,
        ])
    {
        return;
    }
    let mut flow = Flow {
        table,
        layout,
        problems: Vec::new(),
        lost: !has(&[ProblemCode::UnknownTarget]),
    };
    let resumes = flow.region(&layout.top, TOP_EXITS, &[false; TOP_EXITS]);
    for group in &layout.groups {
        let after = resumes.get(group.place + 1).copied().unwrap_or(false);
        for branch in &group.branches {
            flow.region(branch, 1, &[after]);
        }
    }
    problems.append(&mut flow.problems);
}

fn check_size(table: &StepTable, layout: &Layout, problems: &mut Vec<Problem>) {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let mut states = count(layout.top.len().saturating_add(TOP_EXITS));
    let mut moves = count(layout.ways.iter().map(Vec::len).sum());
    for group in &layout.groups {
        let places = |branch: &Vec<Element>| count(branch.len() + 1);
        let product = group
            .branches
            .iter()
            .fold(1_u64, |product, branch| product.saturating_mul(places(branch)));
        states = states.saturating_add(product);
        for branch in &group.branches {
            let rows = branch.iter().filter_map(|element| layout.row_of(*element));
            let ways = count(rows.filter_map(|row| layout.ways.get(row)).map(Vec::len).sum());
            moves = moves.saturating_add((product / places(branch)).saturating_mul(ways));
        }
    }
    let states = states.max(moves / MOVES_PER_STATE);
    let (code, limit) = if states > MOST_STATES {
        (ProblemCode::TooManyStates, MOST_STATES)
    } else if states > MANY_STATES {
        (ProblemCode::ManyStates, MANY_STATES)
    } else {
        return;
    };
    let largest = layout
        .groups
        .iter()
        .max_by_key(|group| group.branches.iter().map(Vec::len).sum::<usize>());
    let row = largest
        .map(|group| group.first)
        .filter(|row| table.steps.get(*row).is_some());
    let field = if row.is_some() { Field::Parallel } else { Field::Table };
    let args = vec![("states", states.to_string()), ("limit", limit.to_string())];
    problems.push(Problem::new(code, row, field, args));
}

struct Flow<'a> {
    table: &'a StepTable,
    layout: &'a Layout,
    problems: Vec<Problem>,
    /// Whether to name rows that nothing leads to: not while a way is misspelt.
    lost: bool,
}

impl<'a> Flow<'a> {
    /// Checks one region; `exits` tells for each exit whether the clock may run again behind it. Returns the same for
    /// each place.
    fn region(&mut self, region: &[Element], exits: usize, resumes_behind: &[bool]) -> Vec<bool> {
        let edges = self.layout.graph(region, exits);
        let back = reverse(&edges);
        let reached = reach(&edges, [0]);
        if self.lost {
            for element in region
                .iter()
                .zip(&reached)
                .filter(|(_, reached)| !**reached)
                .map(|(element, _)| element)
            {
                self.say(ProblemCode::UnreachableStep, *element, Field::Next);
            }
        }
        let leaves = reach(&back, region.len()..region.len() + exits);
        let stuck: Vec<bool> = leaves
            .iter()
            .zip(&reached)
            .map(|(leaves, reached)| !leaves && *reached)
            .collect();
        self.stuck(region, &keep(&edges, &stuck), &stuck);
        let unbounded: Vec<bool> = region
            .iter()
            .enumerate()
            .map(|(place, element)| {
                leaves.get(place) == Some(&true) && reached.get(place) == Some(&true) && !self.is_bounded(*element)
            })
            .collect();
        self.endless(region, &keep(&edges, &unbounded), &unbounded);
        self.paused(region, &edges, &back, resumes_behind)
    }

    fn stuck(&mut self, region: &[Element], edges: &[Vec<usize>], stuck: &[bool]) {
        // Components come with the first places first; backwards, each loop is met before what leads into it.
        let mut loops: Vec<Option<usize>> = vec![None; edges.len()];
        for component in components(edges)
            .into_iter()
            .rev()
            .filter(|c| c.iter().any(|p| stuck.get(*p) == Some(&true)))
        {
            let targets = component.iter().filter_map(|place| edges.get(*place)).flatten();
            let known = targets
                .filter(|to| component.binary_search(to).is_err())
                .find_map(|to| *loops.get(*to)?);
            let first = component.first().copied();
            let mark = known.or(first);
            for place in &component {
                if let Some(own) = loops.get_mut(*place) {
                    *own = mark;
                }
            }
            if known.is_none() {
                self.say_loop(ProblemCode::LoopWithoutExit, region, edges, &component);
                continue;
            }
            let code = known
                .and_then(|place| region.get(place))
                .and_then(|element| self.step(*element));
            let code = code.map_or_else(String::new, |(_, step)| step.code.to_string());
            for element in component.iter().filter_map(|place| region.get(*place)) {
                if let Some((row, step)) = self.step(*element) {
                    let args = vec![("step", step.code.to_string()), ("loop", code.clone())];
                    self.problems
                        .push(Problem::new(ProblemCode::NoWayToEnd, Some(row), Field::Next, args));
                }
            }
        }
    }

    fn endless(&mut self, region: &[Element], edges: &[Vec<usize>], kept: &[bool]) {
        for component in components(edges)
            .into_iter()
            .filter(|c| c.iter().any(|p| kept.get(*p) == Some(&true)))
        {
            self.say_loop(ProblemCode::EndlessRework, region, edges, &component);
        }
    }

    fn paused(
        &mut self,
        region: &[Element],
        edges: &[Vec<usize>],
        back: &[Vec<usize>],
        resumes_behind: &[bool],
    ) -> Vec<bool> {
        let running = region
            .iter()
            .enumerate()
            .filter(|(_, element)| self.runs(**element))
            .map(|(place, _)| place);
        let behind = resumes_behind
            .iter()
            .enumerate()
            .filter(|(_, runs)| **runs)
            .map(|(exit, _)| region.len() + exit);
        let resumes = reach(back, running.chain(behind));
        for (place, element) in region.iter().enumerate() {
            let Element::Row(row) = *element else { continue };
            let is_paused = self
                .table
                .steps
                .get(row)
                .is_some_and(|step| step.clock == Clock::Paused);
            let mut next = edges.get(place).into_iter().flatten();
            if is_paused && !next.any(|to| resumes.get(*to) == Some(&true)) {
                self.say(ProblemCode::PausedWithoutResume, *element, Field::Clock);
            }
        }
        resumes
    }

    fn rows(&self, element: Element) -> Vec<usize> {
        match element {
            Element::Row(row) => vec![row],
            Element::Group(at) => {
                let branches = self
                    .layout
                    .groups
                    .get(at)
                    .into_iter()
                    .flat_map(|group| group.branches.iter().flatten());
                branches.filter_map(|element| self.layout.row_of(*element)).collect()
            }
        }
    }

    fn is_bounded(&self, element: Element) -> bool {
        self.rows(element)
            .into_iter()
            .filter_map(|row| self.table.steps.get(row))
            .any(|step| step.max_times.is_some())
    }

    fn runs(&self, element: Element) -> bool {
        self.rows(element)
            .into_iter()
            .filter_map(|row| self.table.steps.get(row))
            .any(|step| step.clock == Clock::Runs)
    }

    fn step(&self, element: Element) -> Option<(usize, &'a Step)> {
        let row = self.layout.row_of(element)?;
        Some((row, self.table.steps.get(row)?))
    }

    fn say(&mut self, code: ProblemCode, element: Element, field: Field) {
        if let Some((row, step)) = self.step(element) {
            self.problems.push(Problem::new(
                code,
                Some(row),
                field,
                vec![("step", step.code.to_string())],
            ));
        }
    }

    /// Names the loop of a component, if it has one.
    fn say_loop(&mut self, code: ProblemCode, region: &[Element], edges: &[Vec<usize>], component: &[usize]) {
        let Some(places) = shortest_loop(edges, component) else {
            return;
        };
        let steps = places
            .iter()
            .filter_map(|place| region.get(*place))
            .filter_map(|element| self.step(*element));
        let mut trace: Vec<StepCode> = steps.map(|(_, step)| step.code.clone()).take(LONGEST_TRACE).collect();
        let first = places
            .first()
            .and_then(|place| region.get(*place))
            .and_then(|element| self.step(*element));
        let Some((row, step)) = first else { return };
        // The loop is closed by its first row, so that the reader sees where it leads back.
        trace.push(step.code.clone());
        let args = vec![("step", step.code.to_string())];
        self.problems.push(Problem {
            code,
            row: Some(row),
            field: Field::Next,
            args,
            trace,
        });
    }
}
